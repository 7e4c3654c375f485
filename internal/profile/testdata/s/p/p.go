package p

import (
	"context"
	"sync"
	"time"
)

// Fetch leaks.
func Fetch(ctx context.Context, f func() int) int {
	res := make(chan int)
	go func() { res <- f() }()
	select {
	case v := <-res:
		return v
	case <-ctx.Done():
		return 0
	}
}

type T[X any] struct {
	c    chan X
	mu   sync.Mutex
	cond *sync.Cond
	wg   sync.WaitGroup
	once sync.Once
}

func (t *T[X]) Recv() { <-t.c }
func (t *T[X]) Loop() {
	for range time.NewTicker(time.Hour).C {
	}
}
func (t *T[X]) Lock() { t.mu.Lock(); t.mu.Lock() }
func (t *T[X]) Cond() { t.cond = sync.NewCond(&sync.Mutex{}); t.cond.L.Lock(); t.cond.Wait() }
func (t *T[X]) Wait() { t.wg.Add(1); t.wg.Wait() }
func (t *T[X]) Once() { t.once.Do(t.Recv) }
func (t *T[X]) Nil()  { var c chan int; c <- 1 }
func Start() {
	t := &T[int]{c: make(chan int)}
	for range 3 {
		go t.Recv()
		go t.Loop()
		go (&T[int]{}).Lock()
		go (&T[int]{}).Cond()
		go (&T[int]{}).Wait()
		go t.Once()
		go t.Nil()
		go func() { select {} }()
		go func() { time.Sleep(time.Hour) }()
	}
}
