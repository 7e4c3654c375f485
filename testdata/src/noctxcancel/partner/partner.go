// Package partner has release functions that somebody else calls, or does not.
package partner

import (
	"context"

	"corpus/noctxcancel/partner/lib"
)

func do(ctx context.Context) error { return ctx.Err() }

// Two hops, to nothing.
func twoHops(parent context.Context) error {
	ctx, cancel := context.WithCancel(parent) // want noctxcancel/callee:"is only passed to Over, which can leave without calling it"
	defer lib.Over(cancel)
	return do(ctx)
}

// ok: two hops to the call.
func twoHopsOK(parent context.Context) error {
	ctx, cancel := context.WithCancel(parent)
	defer lib.End(cancel)
	return do(ctx)
}

// Two packages away, to nothing.
func twoPackages(parent context.Context) error {
	ctx, cancel := context.WithCancel(parent) // want noctxcancel/callee:"is only passed to OverFar"
	defer lib.OverFar(cancel)
	return do(ctx)
}

// ok: two packages away.
func twoPackagesOK(parent context.Context) error {
	ctx, cancel := context.WithCancel(parent)
	defer lib.EndFar(cancel)
	return do(ctx)
}

// A wrapper of a wrapper.
func wrapper(parent context.Context) error {
	ctx, _ := lib.WithFar(parent) // want noctxcancel/discarded:"the cancel function of lib.WithFar is discarded"
	return do(ctx)
}

// ok: it is called.
func wrapperOK(parent context.Context) error {
	ctx, cancel := lib.WithFar(parent)
	defer cancel()
	return do(ctx)
}

// A generic function that makes one.
func generic[T any](parent context.Context, v T, f func(context.Context, T)) {
	ctx, cancel := context.WithCancel(parent) // want noctxcancel/unused:"cancel, the cancel function of context.WithCancel, is never called"
	_ = cancel
	f(ctx, v)
}

// ok: it calls it, too.
func genericOK[T any](parent context.Context, v T, f func(context.Context, T)) {
	ctx, cancel := context.WithCancel(parent)
	defer cancel()
	f(ctx, v)
}

func instances(parent context.Context) {
	generic(parent, 1, func(context.Context, int) {})
	generic(parent, "", func(context.Context, string) {})
	genericOK(parent, 1, func(context.Context, int) {})
}

// The handle is the type argument's value, and nobody calls it.
func genericCallee(parent context.Context) error {
	ctx, cancel := context.WithCancel(parent) // want noctxcancel/callee:"is only passed to Skip"
	lib.Skip(cancel, func(c context.CancelFunc) { c() })
	return do(ctx)
}

// ok: the function that gets it calls it.
func genericCalleeOK(parent context.Context) error {
	ctx, cancel := context.WithCancel(parent)
	err := do(ctx)
	lib.Each(cancel, func(c context.CancelFunc) { c() })
	return err
}

// The method of a generic type, to nothing.
func genericMethod(parent context.Context, b lib.Box[int]) error {
	ctx, cancel := context.WithCancel(parent) // want noctxcancel/callee:"is only passed to Over"
	defer b.Over(cancel)
	return do(ctx)
}

// ok: one that calls it.
func genericMethodOK(parent context.Context, b lib.Box[int]) error {
	ctx, cancel := context.WithCancel(parent)
	defer b.End(cancel)
	return do(ctx)
}

type ender struct{ n int }

func (e ender) end(cancel context.CancelFunc) { cancel() }

func (e ender) over(cancel context.CancelFunc) {}

// A method value that drops it.
func methodValue(parent context.Context, e ender) error {
	ctx, cancel := context.WithCancel(parent) // want noctxcancel/callee:"is only passed to over"
	f := e.over
	defer f(cancel)
	return do(ctx)
}

// ok: one that calls it.
func methodValueOK(parent context.Context, e ender) error {
	ctx, cancel := context.WithCancel(parent)
	f := e.end
	defer f(cancel)
	return do(ctx)
}

type holder struct {
	cancel context.CancelFunc
	n      int
}

func (h *holder) Close() { h.cancel() }

// The method value of what holds it is not called.
func holderValue(parent context.Context) error {
	ctx, cancel := context.WithCancel(parent) // want noctxcancel/path:"is not called on the way out"
	h := &holder{cancel: cancel}
	closeIt := h.Close
	if err := do(ctx); err != nil {
		return err
	}
	closeIt()
	return nil
}

// ok: it is deferred.
func holderValueOK(parent context.Context) error {
	ctx, cancel := context.WithCancel(parent)
	h := &holder{cancel: cancel}
	closeIt := h.Close
	defer closeIt()
	return do(ctx)
}

// ok: the caller gets what closes it.
func holderReturned(parent context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancel(parent)
	h := &holder{cancel: cancel}
	return ctx, h.Close
}

// ok: a goroutine does it.
func holderStarted(parent context.Context) error {
	ctx, cancel := context.WithCancel(parent)
	h := &holder{cancel: cancel}
	closeIt := h.Close
	go closeIt()
	return do(ctx)
}

// ok: whoever gets it may call it.
func holderHanded(parent context.Context, onExit func(func())) error {
	ctx, cancel := context.WithCancel(parent)
	h := &holder{cancel: cancel}
	onExit(h.Close)
	return do(ctx)
}

// The holder stays here.
func holderKept(parent context.Context) error {
	ctx, cancel := context.WithCancel(parent) // want noctxcancel/unused:"is never called"
	h := &holder{cancel: cancel}
	h.n++
	return do(ctx)
}
