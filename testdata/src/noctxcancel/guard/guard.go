// Package guard: who comes first releases, the others need not.
package guard

import (
	"context"
	"sync"
	"sync/atomic"
)

func use(ctx context.Context) error { return ctx.Err() }

func swap(parent context.Context) error {
	ctx, cancel := context.WithCancel(parent)
	var stopped atomic.Bool
	stop := func() {
		if !stopped.Swap(true) {
			cancel()
		}
	}
	defer stop()
	err := use(ctx)
	stop()
	return err
}

// The one that comes second calls it: there need not be one.
func swapSecond(parent context.Context) error {
	ctx, cancel := context.WithCancel(parent) // want noctxcancel/unused:"never called"
	var stopped atomic.Bool
	stop := func() {
		if stopped.Swap(true) {
			cancel()
		}
	}
	defer stop()
	return use(ctx)
}

func compareAndSwap(parent context.Context) error {
	ctx, cancel := context.WithCancel(parent)
	var stopped int32
	stop := func() {
		if !atomic.CompareAndSwapInt32(&stopped, 0, 1) {
			return
		}
		cancel()
	}
	go stop()
	return use(ctx)
}

// There is one guard for all turns.
func oneForAll(parent context.Context, in <-chan int) {
	var started atomic.Bool
	for range in {
		ctx, cancel := context.WithCancel(parent) // want noctxcancel/path/vet:"not called on the way out"
		if !started.CompareAndSwap(false, true) {
			return
		}
		_ = use(ctx)
		cancel()
	}
}

func count(parent context.Context) error {
	ctx, cancel := context.WithCancel(parent)
	var calls atomic.Int64
	stop := func() {
		if calls.Add(1) == 1 {
			cancel()
		}
	}
	defer stop()
	return use(ctx)
}

func countOthers(parent context.Context) error {
	ctx, cancel := context.WithCancel(parent) // want noctxcancel/unused:"never called"
	var calls atomic.Int64
	stop := func() {
		if calls.Add(1) > 1 {
			cancel()
		}
	}
	defer stop()
	return use(ctx)
}

func once(parent context.Context) error {
	ctx, cancel := context.WithCancel(parent)
	var o sync.Once
	stop := func() { o.Do(cancel) }
	defer stop()
	return use(ctx)
}

func onceFunc(parent context.Context) error {
	ctx, cancel := context.WithCancel(parent)
	stop := sync.OnceFunc(cancel)
	defer stop()
	err := use(ctx)
	stop()
	return err
}

// What OnceFunc returns is called on one way out only.
func onceFuncForgotten(parent context.Context, skip bool) error {
	ctx, cancel := context.WithCancel(parent) // want noctxcancel/path:"not called on the way out"
	stop := sync.OnceFunc(cancel)
	err := use(ctx)
	if !skip {
		stop()
	}
	return err
}

type session struct {
	cancel func()
	closed atomic.Bool
}

func (s *session) close() {
	if s.closed.Swap(true) {
		return
	}
	s.cancel()
}

// The guard is in the object.
func object(parent context.Context) error {
	ctx, cancel := context.WithCancel(parent)
	s := &session{cancel: cancel}
	defer s.close()
	return use(ctx)
}

// Whoever comes first of a goroutine and the function.
func race(parent context.Context, quit <-chan struct{}) error {
	ctx, cancel := context.WithCancel(parent)
	var mu sync.Mutex
	stopped := false
	stop := func() {
		mu.Lock()
		defer mu.Unlock()
		if stopped {
			return
		}
		stopped = true
		cancel()
	}
	go func() {
		<-quit
		stop()
	}()
	defer stop()
	return use(ctx)
}
