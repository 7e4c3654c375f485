// Package release: what is a release function, and when there is one.
package release

import (
	"context"
	"net/http"
	"time"

	"corpus/noctxcancel/release/lib"
)

func use(ctx context.Context) error { return ctx.Err() }

// What is not called has made no context.
func ownContext(ctx context.Context, a lib.Action, skip bool) error {
	act := lib.Bounded(a, time.Second)
	if skip {
		return nil
	}
	return act(ctx)
}

// A local function that makes and cancels its own.
func job(f func(context.Context) error) func() {
	return func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = f(ctx)
	}
}

func ownJob(skip bool) {
	j := job(use)
	if !skip {
		go j()
	}
}

// The twin cancels what was made before.
func madeBefore(parent context.Context, skip bool) error {
	ctx, stop := lib.Deferred(parent) // want noctxcancel/path:"not called on the way out"
	if skip {
		return nil
	}
	defer stop()
	return use(ctx)
}

// The parent is cancelled on every way out, by a wrapper's closure.
func wrappedParent(parent context.Context) error {
	ctx, cancel := lib.Pool(parent)
	defer cancel()
	child, _ := context.WithCancel(ctx)
	return use(child)
}

// The same, with a value in between.
func derivedParent(parent context.Context) error {
	ctx, cancel := lib.Pool(parent)
	defer cancel()
	child, _ := context.WithTimeout(context.WithValue(ctx, "k", 1), time.Minute)
	return use(child)
}

// Every turn leaves a child with the parent.
func manyChildren(parent context.Context, n int) error {
	ctx, cancel := lib.Pool(parent)
	defer cancel()
	for range n {
		child, _ := context.WithCancel(ctx) // want noctxcancel/discarded/vet:"discarded"
		if err := use(child); err != nil {
			return err
		}
	}
	return nil
}

// The context carries its cancel function, which End calls.
func inContext(parent context.Context) error {
	ctx, _ := lib.Carrying(parent)
	defer lib.End(ctx)
	return use(ctx)
}

// A registry has an entry until the function is called.
func registered(s *lib.Stopper) error {
	ctx, _ := s.Registered(context.Background()) // want noctxcancel/discarded:"discarded"
	return use(ctx)
}

// The registry's owner ends what it has.
func owned(s *lib.Stopper) error {
	ctx, _ := s.Owned(context.Background())
	return use(ctx)
}

// The entry goes.
func unregistered(s *lib.Stopper) error {
	ctx, done := s.Registered(context.Background())
	defer done()
	return use(ctx)
}

// Without ok there is nothing to release.
func correlated(parent context.Context, n int) error {
	ctx, cancel, ok := lib.Begin(parent, n)
	if !ok {
		return use(parent)
	}
	defer cancel()
	return use(ctx)
}

// The ways are mixed up.
func mixedUp(parent context.Context, n int) error {
	ctx, cancel, ok := lib.Begin(parent, n) // want noctxcancel/path:"not called on the way out"
	if ok {
		return use(ctx)
	}
	defer cancel()
	return use(parent)
}

// A shared context is not ours to release.
func shared(parent context.Context, d time.Duration) error {
	ctx, shared, release := lib.Shared(parent, d)
	err := use(ctx)
	if shared {
		return err
	}
	release()
	return err
}

// The twin releases the shared one only.
func sharedOnly(parent context.Context, d time.Duration) error {
	ctx, shared, release := lib.Shared(parent, d) // want noctxcancel/path:"not called on the way out"
	err := use(ctx)
	if shared {
		release()
	}
	return err
}

// A child of the request's context ends with the request.
func handler(w http.ResponseWriter, r *http.Request) {
	ctx, _ := context.WithTimeout(r.Context(), time.Minute)
	_ = use(ctx)
}

// The request of a client does not end here.
func client(r *http.Request) error {
	ctx, _ := context.WithTimeout(r.Context(), time.Minute) // want noctxcancel/discarded/vet:"discarded"
	return use(ctx)
}
