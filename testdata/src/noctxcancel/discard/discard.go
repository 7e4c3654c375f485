// Package discard: release functions that no variable keeps.
package discard

import (
	"context"
	"time"
)

func use(ctx context.Context) error { return ctx.Err() }

func blank(parent context.Context) error {
	ctx, _ := context.WithCancel(parent) // want noctxcancel/discarded/vet:"the cancel function of context.WithCancel is discarded"
	return use(ctx)
}

func blankTimeout(parent context.Context) error {
	ctx, _ := context.WithTimeout(parent, time.Second) // want noctxcancel/discarded/vet:"the context and its timer stay until the deadline"
	return use(ctx)
}

// Kept and called: the twin of blank.
func called(parent context.Context) error {
	ctx, cancel := context.WithCancel(parent)
	defer cancel()
	return use(ctx)
}

// vet takes the mention for a use.
func assignedToBlank(parent context.Context) error {
	ctx, cancel := context.WithCancelCause(parent) // want noctxcancel/unused:"cancel, the cancel function of context.WithCancelCause, is never called"
	_ = cancel
	return use(ctx)
}

// A cause function is called with its cause.
func calledWithCause(parent context.Context) error {
	ctx, cancel := context.WithCancelCause(parent)
	err := use(ctx)
	cancel(err)
	return err
}

var pkgCtx context.Context

// The field is assigned to nothing but the context.
type holder struct{ ctx context.Context }

func (h *holder) start(parent context.Context) {
	h.ctx, _ = context.WithDeadline(parent, time.Now()) // want noctxcancel/discarded/vet:"discarded"
}

// The parent never ends and nobody has the context: nothing is held (low).
func nothingHeld() error {
	ctx, _ := context.WithCancel(context.Background())
	return ctx.Err()
}

// The same with a user of the context is a leak.
func somethingHeld() error {
	ctx, _ := context.WithCancel(context.Background()) // want noctxcancel/discarded/vet:"discarded"
	return use(ctx)
}

// The parent is made here too and cancelled on each way out: the child goes with it.
func withParent(grand context.Context) error {
	parent, cancel := context.WithCancel(grand)
	defer cancel()
	ctx, _ := context.WithCancel(parent)
	return use(ctx)
}

// The parent stays on one way out.
func withParentKept(grand context.Context, keep func(context.CancelFunc)) error {
	parent, cancel := context.WithCancel(grand)
	ctx, _ := context.WithCancel(parent) // want noctxcancel/discarded/vet:"discarded"
	if err := use(ctx); err != nil {
		cancel()
		return err
	}
	keep(cancel)
	return nil
}

// One child for each turn, all of them until the end.
func withParentInLoop(grand context.Context, jobs chan int) {
	parent, cancel := context.WithCancel(grand)
	defer cancel()
	for range jobs {
		ctx, _ := context.WithCancel(parent) // want noctxcancel/discarded/vet:"discarded"
		_ = use(ctx)
	}
}
