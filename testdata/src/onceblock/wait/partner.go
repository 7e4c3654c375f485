package wait

import (
	"context"
	"sync"
	"time"
)

// A loader has one value to load.
type loader struct {
	once sync.Once
	val  int
}

// The partner is gone: it gives up on the timer before the body sends.
func Gone(ctx context.Context, v int) int {
	var once sync.Once
	ch := make(chan int)
	done := make(chan struct{})
	go func() {
		defer close(done)
		once.Do(func() {
			ch <- v // want onceblock/wait:"every caller of Do waits for a send on ch, which can block for ever when the context ends first"
		})
	}()
	select {
	case v := <-ch:
		return v
	case <-ctx.Done():
		return 0
	}
}

// ok: the buffer takes it.
func GoneOK(ctx context.Context, v int) int {
	var once sync.Once
	ch := make(chan int, 1)
	done := make(chan struct{})
	go func() {
		defer close(done)
		once.Do(func() {
			ch <- v
		})
	}()
	select {
	case v := <-ch:
		return v
	case <-ctx.Done():
		return 0
	}
}

// The partner may never come: it returns on an error before it answers. What
// was started just before is no promise.
func (l *loader) Failed(load func() (int, error)) {
	l.once.Do(func() {
		ch := make(chan int)
		go func() {
			v, err := load()
			if err != nil {
				return
			}
			ch <- v
		}()
		l.val = <-ch // want onceblock/wait:"the receive on ch under a Once can block for ever when load returns an error, and every other caller of the Once with it"
	})
}

// ok: it closes the channel on each of its ways out.
func (l *loader) FailedOK(load func() (int, error)) {
	l.once.Do(func() {
		ch := make(chan int)
		go func() {
			defer close(ch)
			v, err := load()
			if err != nil {
				return
			}
			ch <- v
		}()
		l.val = <-ch
	})
}

// ok: the wait under the Once has an alternative.
func (l *loader) BoundedOK(load func() (int, error)) {
	l.once.Do(func() {
		ch := make(chan int, 1)
		go func() {
			if v, err := load(); err == nil {
				ch <- v
			}
		}()
		select {
		case l.val = <-ch:
		case <-time.After(time.Second):
		}
	})
}
