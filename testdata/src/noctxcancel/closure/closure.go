// Package closure: release functions that closures call.
package closure

import (
	"context"
	"sync"
	"time"
)

func do(ctx context.Context) error { return ctx.Err() }

func neverRun(parent context.Context) error {
	ctx, cancel := context.WithCancel(parent) // want noctxcancel/unused:"cancel, the cancel function of context.WithCancel, is never called: the closure that would call it is never run"
	stop := func() { cancel() }
	_ = stop
	return do(ctx)
}

// The closure is run.
func run(parent context.Context) error {
	ctx, cancel := context.WithCancel(parent)
	stop := func() { cancel() }
	defer stop()
	return do(ctx)
}

// The closure is run on one way out only.
func runSometimes(parent context.Context) error {
	ctx, cancel := context.WithCancel(parent) // want noctxcancel/path:"not called on the way out at line 32"
	stop := func() { cancel() }
	if err := do(ctx); err != nil {
		return err
	}
	stop()
	return nil
}

// Returned: the caller runs it.
func returned(parent context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancel(parent)
	return ctx, func() { cancel() }
}

// The returned closure does not call it.
func returnedOther(parent context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancel(parent) // want noctxcancel/unused:"never called"
	stop := func() { cancel() }
	_ = stop
	return ctx, func() { println("stopped") }
}

// A goroutine that calls it at its end.
func inGoroutine(parent context.Context) {
	ctx, cancel := context.WithCancel(parent)
	go func() {
		defer cancel()
		_ = do(ctx)
	}()
}

// A goroutine that can leave without calling it, and nobody else has it.
func goroutineLeaves(parent context.Context) {
	ctx, cancel := context.WithCancel(parent) // want noctxcancel/callee:"is only passed to the goroutine started here, which can leave without calling it"
	go func() {
		if err := do(ctx); err != nil {
			return
		}
		cancel()
	}()
}

// A goroutine that turns a stop channel into cancel.
func stopChannel(parent context.Context, stop chan struct{}) context.Context {
	ctx, cancel := context.WithCancel(parent)
	go func() {
		select {
		case <-stop:
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx
}

// Two goroutines that may call it: not told apart.
func twoGoroutines(parent context.Context) {
	ctx, cancel := context.WithCancel(parent)
	for range 2 {
		go func() {
			if do(ctx) != nil {
				cancel()
			}
		}()
	}
	go func() {
		if do(ctx) == nil {
			cancel()
		}
	}()
}

// The closure is handed to code that may run it.
func handedOn(parent context.Context, onStop func(func())) {
	ctx, cancel := context.WithCancel(parent)
	onStop(func() { cancel() })
	_ = do(ctx)
}

// The closure that is handed on does something else.
func handedOther(parent context.Context, onStop func(func())) {
	ctx, cancel := context.WithCancel(parent) // want noctxcancel/unused:"never called"
	onStop(func() { println("stopped") })
	_ = cancel
	_ = do(ctx)
}

func once(parent context.Context) {
	ctx, cancel := context.WithCancel(parent)
	var o sync.Once
	defer o.Do(func() { cancel() })
	_ = do(ctx)
}

// The cancel variable is re-assigned after a closure has captured it; the
// closure calls what it holds when it runs. (vet reports it.)
func reassigned(parent context.Context, run func(func())) error {
	var ctx context.Context
	var cancel context.CancelFunc
	stop := func() { cancel() }
	ctx, cancel = context.WithCancel(parent)
	run(stop)
	ctx, cancel = context.WithTimeout(ctx, time.Second)
	run(stop)
	return ctx.Err()
}

type listWatch struct{ list func() error }

func (lw *listWatch) run() { _ = lw.list() }

// The closure is in an object that was made before the second assignment.
func reassignedField(parent context.Context, run func(*listWatch)) {
	ctx, cancel := context.WithCancel(parent)
	lw := &listWatch{list: func() error { cancel(); return nil }}
	run(lw)
	ctx, cancel = context.WithCancel(parent)
	run(lw)
	_ = do(ctx)
}

// The deferred closure reads the last value only.
func deferredReadsLast(parent context.Context) {
	ctx, cancel := context.WithCancel(parent) // want noctxcancel/overwritten:"is overwritten before it is called"
	defer func() { cancel() }()
	_ = do(ctx)
	ctx, cancel = context.WithTimeout(parent, time.Second)
	_ = do(ctx)
}

// Cancelled before it is re-assigned.
func deferredReadsLastOK(parent context.Context) {
	ctx, cancel := context.WithCancel(parent)
	defer func() { cancel() }()
	_ = do(ctx)
	cancel()
	ctx, cancel = context.WithTimeout(parent, time.Second)
	_ = do(ctx)
}

// The closure assigns a variable of the function around it, which calls it.
func assignedInClosure(parent context.Context) {
	var cancel context.CancelFunc
	start := func() {
		var ctx context.Context
		ctx, cancel = context.WithCancel(parent)
		_ = do(ctx)
	}
	start()
	cancel()
}

// A deferred call of a variable that is captured elsewhere.
func alsoCaptured(parent context.Context, hook func(func())) {
	ctx, cancel := context.WithCancel(parent)
	defer cancel()
	hook(func() { cancel() })
	_ = do(ctx)
}
