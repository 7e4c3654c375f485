// Package apis: release functions of other packages than context.
package apis

import (
	"context"
	"iter"
	"os"
	"os/signal"
	"slices"
)

func do(ctx context.Context) error { return ctx.Err() }

func notify(parent context.Context) error {
	ctx, stop := signal.NotifyContext(parent, os.Interrupt) // want noctxcancel/path:"stop, the stop function of signal.NotifyContext, is not called on the way out at line 17; its goroutine and signal registration stay"
	if err := do(ctx); err != nil {
		return err
	}
	stop()
	return nil
}

func notifyOK(parent context.Context) error {
	ctx, stop := signal.NotifyContext(parent, os.Interrupt)
	defer stop()
	return do(ctx)
}

// The pulled sequence may stand in the middle.
func pull(seq iter.Seq[int]) int {
	next, stop := iter.Pull(seq) // want noctxcancel/path:"stop, the stop function of iter.Pull, is not called on the way out at line 33; the goroutine that runs the sequence stays"
	if v, ok := next(); ok {
		return v
	}
	stop()
	return 0
}

func pullOK(seq iter.Seq[int]) int {
	next, stop := iter.Pull(seq)
	defer stop()
	v, _ := next()
	return v
}

// The sequence has ended: nothing is left to stop.
func pullAll(seq iter.Seq2[int, string]) (n int) {
	next, stop := iter.Pull2(seq)
	for {
		i, _, ok := next()
		if !ok {
			return n
		}
		n += i
		if n > 100 {
			stop()
			return n
		}
	}
}

func pullDiscarded() int {
	next, _ := iter.Pull(slices.Values([]int{1})) // want noctxcancel/discarded:"the stop function of iter.Pull is discarded"
	v, _ := next()
	return v
}

// The callback is withdrawn on one way out only.
func after(ctx context.Context, f func()) error {
	stop := context.AfterFunc(ctx, f) // want noctxcancel/path:"stop, the stop function of context.AfterFunc, is not called on the way out at line 72; the callback stays registered until the context ends"
	if err := work(); err != nil {
		return err
	}
	stop()
	return nil
}

func afterOK(ctx context.Context, f func()) error {
	stop := context.AfterFunc(ctx, f)
	defer stop()
	return work()
}

// Dropping it is often meant (low).
func afterDropped(ctx context.Context, f func()) {
	context.AfterFunc(ctx, f)
}

func work() error { return nil }

// The sequence is pulled until it ends.
func pullDiscardedAll(seq iter.Seq[int]) (n int) {
	next, _ := iter.Pull(seq)
	for {
		i, ok := next()
		if !ok {
			return n
		}
		n += i
	}
}
