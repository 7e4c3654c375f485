// Package generic holds loops in generic functions and methods of generic types.
package generic

import "context"

type Queue[T any] struct {
	in   chan T
	stop chan struct{}
	all  []T
}

func NewQueue[T any]() *Queue[T] {
	q := &Queue[T]{in: make(chan T), stop: make(chan struct{})}
	go q.loop()
	go q.loopOK()
	return q
}

func (q *Queue[T]) loop() {
	for {
		select { // want selectnoexit/select:"q.stop is closed by Queue.Close but this loop never receives from it"
		case v := <-q.in:
			q.all = append(q.all, v)
		default:
		}
	}
}

// ok: it receives from q.stop.
func (q *Queue[T]) loopOK() {
	for {
		select {
		case v := <-q.in:
			q.all = append(q.all, v)
		case <-q.stop:
			return
		}
	}
}

func (q *Queue[T]) Close() { close(q.stop) }

// A generic function that starts one.
func Each[T any](ctx context.Context, in <-chan T, f func(T)) {
	go func() {
		for { // want selectnoexit/loop:"every call of Each leaves a goroutine behind; ctx is in scope and never consulted"
			f(<-in)
		}
	}()
}

// ok: ctx is the condition.
func EachOK[T any](ctx context.Context, in <-chan T, f func(T)) {
	go func() {
		for ctx.Err() == nil {
			f(<-in)
		}
	}()
}

var ints = NewQueue[int]()
