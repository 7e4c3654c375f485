//leaktest:flags -confidence=low

// Package low: what is reported with -confidence=low only.
package low

import (
	"context"
	"sync"
	"time"
)

func do(ctx context.Context) error { return ctx.Err() }

// The parent never ends and nobody has the context.
func nothingHeld() error {
	ctx, _ := context.WithCancel(context.Background()) // want noctxcancel/discarded/low/vet:"discarded"
	return ctx.Err()
}

// A timer is held whatever the parent is.
func timer() error {
	ctx, _ := context.WithTimeout(context.Background(), time.Minute) // want noctxcancel/discarded/vet:"discarded"
	return ctx.Err()
}

// The callback goes with its context.
func afterDropped(ctx context.Context, f func()) {
	context.AfterFunc(ctx, f) // want noctxcancel/discarded/low:"the stop function of context.AfterFunc is discarded"
}

// The function asks whether there is a cancel function and leaves it alone.
func consulted(parent context.Context, keep, gc bool) func() {
	var ctx context.Context
	var cancel context.CancelFunc
	if keep {
		ctx, cancel = context.WithCancel(parent) // want noctxcancel/path/low:"not called on the way out at line 43"
		go do(ctx)
	}
	if !gc && cancel == nil {
		return nil
	}
	if !gc {
		return nil
	}
	return cancel
}

// A retry ends after a few turns, as a rule.
func retry(parent context.Context) error {
	for {
		ctx, cancel := context.WithTimeout(parent, time.Second) // want noctxcancel/loopdefer/low:"deferred in a loop without bound"
		defer cancel()
		if err := do(ctx); err == nil {
			return nil
		}
	}
}

// Only the maker waits for the context, which it uses as a signal: once it has
// returned nobody does.
func signalled(read func() error, tick <-chan int) bool {
	done, cancel := context.WithCancel(context.Background()) // want noctxcancel/callee/low:"can leave without calling it"
	go func() {
		if read() != nil {
			return
		}
		cancel()
	}()
	select {
	case <-tick:
		return false
	case <-done.Done():
		return true
	}
}

// Another goroutine waits for it, too.
func signalledTwo(read func() error, tick <-chan int, closed func()) bool {
	done, cancel := context.WithCancel(context.Background()) // want noctxcancel/callee:"can leave without calling it"
	go func() {
		if read() != nil {
			return
		}
		cancel()
	}()
	go func() {
		<-done.Done()
		closed()
	}()
	select {
	case <-tick:
		return false
	case <-done.Done():
		return true
	}
}

// A job keeps what aborts it.
type job struct {
	cancel context.CancelFunc
	done   chan error
}

// The field is called on the abort path only: the other way out comes after
// the work, which has ended.
func abortOnly(parent context.Context, abort chan struct{}) error {
	j := job{done: make(chan error, 1)}
	ctx, cancel := context.WithCancel(parent) // want noctxcancel/path/low:"not called on the way out at line 113"
	j.cancel = cancel
	go func() { j.done <- do(ctx) }()
	select {
	case err := <-j.done:
		return err
	case <-abort:
		j.cancel()
		return <-j.done
	}
}

// The same with a WaitGroup.
func abortOnlyGroup(parent context.Context, wg *sync.WaitGroup, start func(context.Context) error) error {
	var j job
	ctx, cancel := context.WithCancel(parent) // want noctxcancel/path/low:"not called on the way out at line 130"
	j.cancel = cancel
	if err := start(ctx); err != nil {
		j.cancel()
		return err
	}
	wg.Wait()
	return nil
}

// Nobody waits on this way out: the work goes on.
func leftAlone(parent context.Context, abort bool) error {
	j := job{done: make(chan error, 1)}
	ctx, cancel := context.WithCancel(parent) // want noctxcancel/path:"not called on the way out at line 140"
	j.cancel = cancel
	go func() { j.done <- do(ctx) }()
	if !abort {
		return nil
	}
	j.cancel()
	return <-j.done
}

// With a variable of its own it is lost in plain sight.
func variable(parent context.Context, abort chan struct{}) error {
	done := make(chan error, 1)
	ctx, cancel := context.WithCancel(parent) // want noctxcancel/path/vet:"not called on the way out at line 153"
	go func() { done <- do(ctx) }()
	select {
	case err := <-done:
		return err
	case <-abort:
		cancel()
		return <-done
	}
}
