// Package loop: release functions made in loops.
package loop

import (
	"context"
	"time"
)

func do(ctx context.Context) error { return ctx.Err() }

func overwritten(parent context.Context) {
	for {
		ctx, cancel := context.WithTimeout(parent, time.Second) // want noctxcancel/overwritten:"cancel, the cancel function of context.WithTimeout, is overwritten before it is called"
		if do(ctx) != nil {
			continue
		}
		cancel()
	}
}

// Called at the end of each turn.
func eachTurn(parent context.Context) {
	for {
		ctx, cancel := context.WithTimeout(parent, time.Second)
		_ = do(ctx)
		cancel()
	}
}

// Held over one turn: the next one calls it.
func nextTurn(parent context.Context, events chan int) {
	var cancel context.CancelFunc
	for range events {
		if cancel != nil {
			cancel()
		}
		var ctx context.Context
		ctx, cancel = context.WithCancel(parent)
		go func() { <-ctx.Done() }()
	}
	if cancel != nil {
		cancel()
	}
}

// The same without the call after the loop.
func nextTurnForgotten(parent context.Context, events chan int) {
	var cancel context.CancelFunc
	for range events {
		if cancel != nil {
			cancel()
		}
		var ctx context.Context
		ctx, cancel = context.WithCancel(parent) // want noctxcancel/path/vet:"not called on the way out at line 57"
		go func() { <-ctx.Done() }()
	}
}

// Deferred in a loop that waits for events.
func deferred(parent context.Context, events chan int) {
	for range events {
		ctx, cancel := context.WithTimeout(parent, time.Second) // want noctxcancel/loopdefer:"is deferred in a loop without bound"
		defer cancel()
		_ = do(ctx)
	}
}

// A collection bounds the loop.
func deferredBounded(parent context.Context, items []int) {
	for range items {
		ctx, cancel := context.WithTimeout(parent, time.Second)
		defer cancel()
		_ = do(ctx)
	}
}

// So does a small count.
func deferredCounted(parent context.Context) {
	for i := 0; i < 3; i++ {
		ctx, cancel := context.WithTimeout(parent, time.Second)
		defer cancel()
		_ = do(ctx)
	}
}

// Deferred in a function of its own.
func deferredInClosure(parent context.Context, events chan int) {
	for range events {
		func() {
			ctx, cancel := context.WithTimeout(parent, time.Second)
			defer cancel()
			_ = do(ctx)
		}()
	}
}

// The defer stands in the loop, but the turn is the last.
func lastTurn(parent context.Context, events chan int) error {
	for range events {
		ctx, cancel := context.WithTimeout(parent, time.Second)
		defer cancel()
		return do(ctx)
	}
	return nil
}

// Conditional in a loop, called under cancel != nil.
func conditional(parent context.Context, d time.Duration, events chan int) {
	for range events {
		ctx := parent
		var cancel context.CancelFunc
		if d > 0 {
			ctx, cancel = context.WithTimeout(parent, d)
		}
		_ = do(ctx)
		if cancel != nil {
			cancel()
		}
	}
}

// Collected and called later.
func collected(parent context.Context, events chan int) {
	var cancels []context.CancelFunc
	for range events {
		ctx, cancel := context.WithCancel(parent)
		cancels = append(cancels, cancel)
		_ = do(ctx)
	}
	for _, cancel := range cancels {
		cancel()
	}
}

// The case of a timer is taken once.
func timerCase(parent context.Context, results chan error) error {
	timer := time.NewTimer(time.Second)
	defer timer.Stop()
	for {
		select {
		case <-timer.C:
			ctx, cancel := context.WithCancel(parent)
			defer cancel()
			go func() { results <- do(ctx) }()
		case err := <-results:
			if err == nil {
				return nil
			}
		}
	}
}

// The case of a channel is taken again and again.
func channelCase(parent context.Context, jobs chan int, results chan error) error {
	for {
		select {
		case <-jobs:
			ctx, cancel := context.WithCancel(parent) // want noctxcancel/loopdefer:"deferred in a loop without bound"
			defer cancel()
			go func() { results <- do(ctx) }()
		case err := <-results:
			if err == nil {
				return nil
			}
		}
	}
}

// A retry ends after a few turns (low).
func retry(parent context.Context) error {
	for {
		ctx, cancel := context.WithTimeout(parent, time.Second)
		defer cancel()
		if err := do(ctx); err == nil {
			return nil
		}
	}
}

// A timer that is set again goes off again.
func timerReset(parent context.Context) {
	timer := time.NewTimer(time.Second)
	defer timer.Stop()
	for {
		select {
		case <-timer.C:
			ctx, cancel := context.WithTimeout(parent, time.Second) // want noctxcancel/loopdefer:"deferred in a loop without bound"
			defer cancel()
			_ = do(ctx)
			timer.Reset(time.Second)
		case <-parent.Done():
			return
		}
	}
}

// Called at the end of the turn.
func timerResetCalled(parent context.Context) {
	timer := time.NewTimer(time.Second)
	defer timer.Stop()
	for {
		select {
		case <-timer.C:
			ctx, cancel := context.WithTimeout(parent, time.Second)
			_ = do(ctx)
			cancel()
			timer.Reset(time.Second)
		case <-parent.Done():
			return
		}
	}
}

// Another timer is set again, not the one whose case defers.
func otherReset(parent context.Context, results chan error) error {
	timer, idle := time.NewTimer(time.Second), time.NewTimer(time.Minute)
	defer timer.Stop()
	defer idle.Stop()
	for {
		select {
		case <-timer.C:
			ctx, cancel := context.WithCancel(parent)
			defer cancel()
			go func() { results <- do(ctx) }()
		case <-idle.C:
			idle.Reset(time.Minute)
		case err := <-results:
			if err == nil {
				return nil
			}
		}
	}
}
