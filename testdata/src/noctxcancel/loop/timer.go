package loop

import (
	"context"
	"time"
)

// The timer is set again only where Stop says that it had not gone off: its
// case is taken once.
func racer(parent context.Context, results chan error) error {
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
			if timer.Stop() {
				timer.Reset(0)
			}
		}
	}
}

// The other answer of Stop: the timer has gone off, and goes off again.
func racerNot(parent context.Context, results chan error) error {
	timer := time.NewTimer(time.Second)
	defer timer.Stop()
	for {
		select {
		case <-timer.C:
			ctx, cancel := context.WithCancel(parent) // want noctxcancel/loopdefer:"deferred in a loop without bound"
			defer cancel()
			go func() { results <- do(ctx) }()
		case err := <-results:
			if err == nil {
				return nil
			}
			if !timer.Stop() {
				timer.Reset(0)
			}
		}
	}
}

// Of two conditions Stop is the last.
func racerAnd(parent context.Context, results chan error, primary bool) error {
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
			if primary && timer.Stop() {
				timer.Reset(0)
			}
		}
	}
}

// With or the timer is also set again after it has gone off.
func racerOr(parent context.Context, results chan error, primary bool) error {
	timer := time.NewTimer(time.Second)
	defer timer.Stop()
	for {
		select {
		case <-timer.C:
			ctx, cancel := context.WithCancel(parent) // want noctxcancel/loopdefer:"deferred in a loop without bound"
			defer cancel()
			go func() { results <- do(ctx) }()
		case err := <-results:
			if err == nil {
				return nil
			}
			if primary || timer.Stop() {
				timer.Reset(0)
			}
		}
	}
}

// One answer of Stop, two times set again: the second may be after it went off.
func racerTwice(parent context.Context, results chan error) error {
	timer := time.NewTimer(time.Second)
	defer timer.Stop()
	for {
		select {
		case <-timer.C:
			ctx, cancel := context.WithCancel(parent) // want noctxcancel/loopdefer:"deferred in a loop without bound"
			defer cancel()
			go func() { results <- do(ctx) }()
		case err := <-results:
			if err == nil {
				return nil
			}
			if timer.Stop() {
				timer.Reset(0)
				<-timer.C
				timer.Reset(0)
			}
		}
	}
}

// Stop has answered before the timer is set again, and the answer is old then.
func racerOld(parent context.Context, results chan error) error {
	timer := time.NewTimer(time.Second)
	defer timer.Stop()
	for {
		select {
		case <-timer.C:
			ctx, cancel := context.WithCancel(parent) // want noctxcancel/loopdefer:"deferred in a loop without bound"
			defer cancel()
			go func() { results <- do(ctx) }()
		case err := <-results:
			if err == nil {
				return nil
			}
			if running := timer.Stop(); running {
				timer.Reset(0)
			} else {
				timer.Reset(time.Second)
			}
		}
	}
}

// What time.After returns, made before the loop, delivers once.
func after(parent context.Context, results chan error) error {
	late := time.After(time.Second)
	for {
		select {
		case <-late:
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

// Made in every turn, it delivers in every turn.
func afterInTurn(parent context.Context, results chan error) error {
	for {
		select {
		case <-time.After(time.Second):
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

// The variable gets a new one in the loop.
func afterAgain(parent context.Context, results chan error) error {
	late := time.After(time.Second)
	for {
		select {
		case <-late:
			ctx, cancel := context.WithCancel(parent) // want noctxcancel/loopdefer:"deferred in a loop without bound"
			defer cancel()
			go func() { results <- do(ctx) }()
			late = time.After(time.Second)
		case err := <-results:
			if err == nil {
				return nil
			}
		}
	}
}

// A request carries the channel for its answer.
type request struct {
	n     int
	reply chan error
}

// The answer comes once.
func answered(parent context.Context, requests chan request, done chan struct{}) error {
	reply := make(chan error, 1)
	requests <- request{1, reply}
	for {
		select {
		case <-reply:
			ctx, cancel := context.WithCancel(parent)
			defer cancel()
			_ = do(ctx)
		case <-done:
			return nil
		}
	}
}

// With more room than that it is a stream.
func subscribed(parent context.Context, requests chan request, done chan struct{}) error {
	events := make(chan error, 8)
	requests <- request{1, events}
	for {
		select {
		case <-events:
			ctx, cancel := context.WithCancel(parent) // want noctxcancel/loopdefer:"deferred in a loop without bound"
			defer cancel()
			_ = do(ctx)
		case <-done:
			return nil
		}
	}
}
