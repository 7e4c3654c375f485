// Package path: some way out does not call the release function.
package path

import (
	"context"
	"errors"
	"log"
	"os"
	"runtime"
	"time"
)

func do(ctx context.Context) error { return ctx.Err() }

func earlyReturn(parent context.Context) error {
	ctx, cancel := context.WithTimeout(parent, time.Second) // want noctxcancel/path/vet:"cancel, the cancel function of context.WithTimeout, is not called on the way out at line 18; the context and its timer stay until the deadline"
	if err := do(ctx); err == nil {
		return nil
	}
	cancel()
	return errors.New("failed")
}

// Each way out calls it.
func eachReturn(parent context.Context) error {
	ctx, cancel := context.WithTimeout(parent, time.Second)
	if err := do(ctx); err == nil {
		cancel()
		return nil
	}
	cancel()
	return errors.New("failed")
}

// A return before the context is made owes nothing.
func before(parent context.Context, n int) error {
	if n == 0 {
		return nil
	}
	ctx, cancel := context.WithCancel(parent)
	defer cancel()
	return do(ctx)
}

// The defer comes too late for the return above it.
func lateDefer(parent context.Context, n int) error {
	ctx, cancel := context.WithCancel(parent) // want noctxcancel/path/vet:"not called on the way out at line 49"
	if n == 0 {
		return errors.New("nothing to do")
	}
	defer cancel()
	return do(ctx)
}

func implicitReturn(parent context.Context, ok bool) {
	ctx, cancel := context.WithCancel(parent) // want noctxcancel/path/vet:"not called on the way out at line 60"
	if do(ctx) == nil && ok {
		cancel()
	}
}

// The other way out ends the process.
func exits(parent context.Context) {
	ctx, cancel := context.WithCancel(parent)
	if do(ctx) != nil {
		log.Fatal("failed")
	}
	cancel()
}

func fail() { os.Exit(2) }

// So does this one, in a function of the package.
func exitsInHelper(parent context.Context) {
	ctx, cancel := context.WithCancel(parent)
	if do(ctx) != nil {
		fail()
	}
	cancel()
}

// A panic that nobody recovers ends the process.
func panics(parent context.Context) {
	ctx, cancel := context.WithCancel(parent)
	if do(ctx) != nil {
		panic("failed")
	}
	cancel()
}

// Goexit runs the deferred calls.
func goexits(parent context.Context) {
	ctx, cancel := context.WithCancel(parent)
	defer cancel()
	if do(ctx) != nil {
		runtime.Goexit()
	}
}

// The context is done when the select takes the case: nothing is left to cancel.
// (vet reports it.)
func alreadyDone(parent context.Context, c chan int) int {
	ctx, cancel := context.WithTimeout(parent, time.Second)
	select {
	case <-ctx.Done():
		return 0
	case v := <-c:
		cancel()
		return v
	}
}

// Another case of the same select leaves it running.
func notDone(parent context.Context, c, d chan int) int {
	ctx, cancel := context.WithTimeout(parent, time.Second) // want noctxcancel/path/vet:"not called on the way out at line 121"
	select {
	case <-ctx.Done():
		cancel()
		return 0
	case v := <-c:
		return v
	case <-d:
		cancel()
		return 1
	}
}

func waits(parent context.Context) {
	ctx, cancel := context.WithTimeout(parent, time.Second)
	if do(ctx) == nil {
		cancel()
		return
	}
	<-ctx.Done() // over by itself
}

func switches(parent context.Context, mode int) error {
	ctx, cancel := context.WithCancel(parent) // want noctxcancel/path/vet:"line 143"
	switch mode {
	case 0:
		cancel()
	case 1:
		return do(ctx)
	default:
		defer cancel()
	}
	return do(ctx)
}
