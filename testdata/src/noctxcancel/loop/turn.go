package loop

import (
	"context"
	"time"
)

// The context is cancelled in the turn; the deferred call repeats it.
func cancelledInTurn(parent context.Context, in <-chan int) {
	for range in {
		ctx, cancel := context.WithTimeout(parent, time.Minute)
		defer cancel()
		err := func() error {
			defer cancel()
			return do(ctx)
		}()
		if err != nil {
			println(err.Error())
		}
	}
}

// The same without a literal.
func calledInTurn(parent context.Context, in <-chan int) error {
	for range in {
		ctx, cancel := context.WithTimeout(parent, time.Minute)
		defer cancel() // for the return below
		if err := do(ctx); err != nil {
			return err
		}
		cancel()
	}
	return nil
}

// One way round does not cancel.
func notInEachTurn(parent context.Context, in <-chan int) error {
	for v := range in {
		ctx, cancel := context.WithTimeout(parent, time.Minute) // want noctxcancel/loopdefer:"deferred in a loop without bound"
		defer cancel()
		if v == 0 {
			continue
		}
		if err := do(ctx); err != nil {
			return err
		}
		cancel()
	}
	return nil
}
