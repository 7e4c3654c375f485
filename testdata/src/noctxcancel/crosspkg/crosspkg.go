// Package crosspkg: release functions passed to, and handed out by, functions
// of another package.
package crosspkg

import (
	"context"
	"errors"

	"corpus/noctxcancel/crosspkg/lib"
)

func do(ctx context.Context) error { return ctx.Err() }

func drops(parent context.Context) {
	ctx, cancel := context.WithCancel(parent) // want noctxcancel/callee:"cancel, the cancel function of context.WithCancel, is only passed to Drops, which can leave without calling it"
	lib.Drops(ctx, cancel)
}

func releases(parent context.Context) {
	ctx, cancel := context.WithCancel(parent)
	lib.Releases(ctx, cancel)
}

func sometimes(parent context.Context) {
	ctx, cancel := context.WithCancel(parent) // want noctxcancel/callee:"is only passed to Sometimes"
	lib.Sometimes(ctx, cancel)
}

func twoHops(parent context.Context) {
	ctx, cancel := context.WithCancel(parent)
	defer lib.TwoHops(ctx, cancel)
	_ = do(ctx)
}

func inGoroutine(parent context.Context) {
	ctx, cancel := context.WithCancel(parent)
	lib.InGoroutine(ctx, cancel)
}

func keeps(parent context.Context) {
	ctx, cancel := context.WithCancel(parent)
	lib.Keeps(cancel)
	_ = do(ctx)
}

// What is handed back is called.
func returns(parent context.Context) {
	ctx, cancel := context.WithCancel(parent)
	defer lib.Returns(cancel)()
	_ = do(ctx)
}

// What is handed back is dropped.
func returnsDropped(parent context.Context) {
	ctx, cancel := context.WithCancel(parent) // want noctxcancel/callee:"passed to Returns"
	lib.Returns(cancel)
	_ = do(ctx)
}

func wraps(parent context.Context) func() {
	_, cancel := context.WithCancel(parent)
	return lib.Wrap(cancel)
}

func client(parent context.Context) *lib.Client {
	ctx, cancel := context.WithCancel(parent)
	return lib.NewClient(ctx, cancel)
}

func byPointer(parent context.Context) {
	ctx, cancel := context.WithCancel(parent)
	defer lib.ByPointer(&cancel)
	_ = do(ctx)
}

func dropsPointer(parent context.Context) {
	ctx, cancel := context.WithCancel(parent) // want noctxcancel/callee:"passed to DropsPointer"
	defer lib.DropsPointer(&cancel)
	_ = do(ctx)
}

func wrapper(parent context.Context) error {
	ctx, cancel := lib.WithLimit(parent) // want noctxcancel/path:"cancel, the cancel function of lib.WithLimit, is not called on the way out at line 85"
	if err := do(ctx); err != nil {
		return err
	}
	cancel()
	return nil
}

func wrapperOK(parent context.Context) error {
	ctx, cancel := lib.WithLimit(parent)
	defer cancel()
	return do(ctx)
}

func wrapperDiscarded(parent context.Context) error {
	ctx, _ := lib.WithLimit(parent) // want noctxcancel/discarded:"the cancel function of lib.WithLimit is discarded"
	return do(ctx)
}

// There is nothing to cancel when it fails.
func wrapperFails(parent context.Context) error {
	ctx, cancel, err := lib.WithError(parent)
	if err != nil {
		return err
	}
	defer cancel()
	return do(ctx)
}

func wrapperFailsLost(parent context.Context) error {
	ctx, cancel, err := lib.WithError(parent) // want noctxcancel/path:"not called on the way out at line 118"
	if err != nil {
		return err
	}
	if parent.Err() == nil {
		return errors.New("not done")
	}
	defer cancel()
	return do(ctx)
}

// The handle is dropped on the floor.
func onTheFloor(parent context.Context) {
	lib.Start(parent) // want noctxcancel/discarded:"the cancel function of lib.Start is discarded"
}

func fromTheFloor(parent context.Context) {
	stop := lib.Start(parent)
	defer stop()
}

// Deferred without the second pair of parentheses.
func deferredStart(parent context.Context) {
	defer lib.Start(parent) // want noctxcancel/discarded:"the cancel function of lib.Start is discarded"
}

func generic(parent context.Context) {
	ctx, cancel := context.WithCancel(parent)
	lib.Apply(1, func() { cancel() })
	_ = do(ctx)
}

func genericIgnored(parent context.Context) {
	ctx, cancel := context.WithCancel(parent) // want noctxcancel/callee:"passed to Ignore"
	lib.Ignore(1, func() { cancel() })
	_ = do(ctx)
}

// A Stopper may be any type.
type Stopper interface{ Stop(context.CancelFunc) }

type only struct{}

func (only) Stop(cancel context.CancelFunc) {}

// One implementation in sight, but the caller may bring another.
func dynamic(parent context.Context, s Stopper) {
	ctx, cancel := context.WithCancel(parent)
	s.Stop(cancel)
	_ = do(ctx)
}

// A method value.
func methodValue(parent context.Context) {
	ctx, cancel := context.WithCancel(parent)
	f := only{}.Stop
	f(cancel)
	cancel()
	_ = do(ctx)
}

// The goroutine of Join goes on until one of the contexts ends.
func joined(a, b context.Context) error {
	ctx, _ := lib.Join(a, b) // want noctxcancel/discarded:"the cancel function of lib.Join is discarded"
	return do(ctx)
}

func joinedOK(a, b context.Context) error {
	ctx, cancel := lib.Join(a, b)
	defer cancel()
	return do(ctx)
}

type object struct{ life context.Context }

// One more for every item.
func (o *object) joinedInLoop(ctx context.Context, items []int) error {
	for range items {
		both, _ := lib.Join(ctx, o.life) // want noctxcancel/discarded:"the cancel function of lib.Join is discarded"
		if err := do(both); err != nil {
			return err
		}
	}
	return nil
}

// Work calls it.
func worked(a context.Context, f func(context.Context)) error {
	ctx, _ := lib.Work(a, f)
	return do(ctx)
}

// A context of its own making has a goroutine as well.
func ownCancel(a, b context.Context) error {
	ctx, _ := lib.Both(a, b) // want noctxcancel/discarded:"the cancel function of lib.Both is discarded and can never be called; the context and what waits for it stay until the parent ends"
	return do(ctx)
}

func ownCancelOK(a, b context.Context) error {
	ctx, cancel := lib.Both(a, b)
	defer cancel()
	return do(ctx)
}

// Nothing to release.
func plainContext(a context.Context) error {
	ctx, _ := lib.Plain(a)
	return do(ctx)
}
