// Package boxed works with locks and contexts behind interfaces, in structs that
// embed them, and in generic code.
package boxed

import (
	"context"
	"sync"
)

type conn struct {
	n int
	sync.Mutex
}

// withLock runs fn under a lock.
func withLock(lk sync.Locker, fn func()) {
	lk.Lock()
	defer lk.Unlock()
	fn()
}

// Fetch locks an object that embeds its lock.
func Fetch(ctx context.Context, f func() int) (v int, err error) {
	c := new(conn)
	res := make(chan int)
	go func() {
		v := f()
		withLock(c, func() { c.n++ })
		res <- v // want "when the context ends first"
	}()
	select {
	case v = <-res:
	case <-ctx.Done():
		err = ctx.Err()
	}
	return v, err
}

// FetchOK is the twin: the result has room.
func FetchOK(ctx context.Context, f func() int) (v int, err error) {
	c := new(conn)
	res := make(chan int, 1)
	go func() {
		v := f()
		withLock(c, func() { c.n++ })
		res <- v
	}()
	select {
	case v = <-res:
	case <-ctx.Done():
		err = ctx.Err()
	}
	return v, err
}

// Once sends once: the flag is read and written under the lock that is embedded.
func Once() int {
	c := new(conn)
	res := make(chan int)
	for range 2 {
		go func() {
			first := false
			withLock(c, func() {
				first = c.n == 0
				c.n++
			})
			if first {
				res <- 1
			}
		}()
	}
	return <-res
}

// Twice is the twin: both send.
func Twice() int {
	c := new(conn)
	res := make(chan int)
	for range 2 {
		go func() {
			withLock(c, func() { c.n++ })
			res <- 1 // want "nobody else receives from it"
		}()
	}
	return <-res
}

// A gate has methods of its own.
type gate struct{ ch chan int }

func (g *gate) Lock()   { g.ch <- 1 }
func (g *gate) Unlock() { <-g.ch }

// Own hands a lock of its own kind on: whether it lets somebody in is not known.
func Own(f func() int) int {
	res := make(chan int)
	go func() { res <- f() }()
	withLock(&gate{make(chan int, 1)}, func() {})
	return <-res
}

// A tagged context wraps another one.
type tagged struct {
	context.Context
	tag string
}

// Tagged waits for the end of a context of its own type.
func Tagged(ctx context.Context, f func() int) int {
	t := &tagged{ctx, "t"}
	res := make(chan int)
	stop := context.AfterFunc(t, func() {})
	defer stop()
	go func() { res <- f() }() // want "Tagged returns"
	select {
	case v := <-res:
		return v
	case <-t.Done():
		return 0
	}
}

// Stream makes a channel of the caller's type.
func Stream[C ~chan E, E any](v E) C {
	c := make(C)
	go func() { c <- v }()
	return c
}

// Dropped is the same, and nobody gets the channel.
func Dropped[C ~chan E, E any](v E) {
	c := make(C)
	go func() { c <- v }() // want "nobody else receives from it"
}

// Kept makes a value whose core type is a struct with a channel.
func Kept[T struct{ c chan int }](use func(T)) {
	c := make(chan int)
	use(T{c: c})
	go func() { c <- 1 }()
}
