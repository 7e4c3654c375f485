// Package lib hands out release functions, and functions that are none.
package lib

import (
	"context"
	"sync"
	"time"
)

// Action is something to do.
type Action func(context.Context) error

// Bounded makes no context; what it returns makes one at each call and cancels it.
func Bounded(a Action, d time.Duration) Action {
	return func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, d)
		defer cancel()
		return a(ctx)
	}
}

// Deferred makes a context; what it returns cancels that.
func Deferred(parent context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancel(parent)
	return ctx, func() { cancel() }
}

type key struct{}

// Pool returns a context with a value, and a function that ends it.
func Pool(parent context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(parent)
	ctx = context.WithValue(ctx, key{}, "pool")
	return ctx, func() {
		cancel()
		println("ended")
	}
}

type carried struct{ cancel func() }

// Carrying returns a context that carries its cancel function; End calls it.
func Carrying(parent context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(parent)
	ctx = context.WithValue(ctx, key{}, &carried{cancel})
	return ctx, func() { cancel() }
}

// End ends a context that Carrying returned.
func End(ctx context.Context) {
	if c, ok := ctx.Value(key{}).(*carried); ok {
		c.cancel()
	}
}

// Stopper ends what was started under it.
type Stopper struct {
	mu      sync.Mutex
	stopped bool
	next    int
	cancels map[int]func()
}

// New makes a stopper.
func New() *Stopper { return &Stopper{cancels: make(map[int]func())} }

// Registered has an entry until the function is called.
func (s *Stopper) Registered(ctx context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancel(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopped {
		cancel()
		return ctx, func() {}
	}
	id := s.next
	s.next++
	s.cancels[id] = cancel
	return ctx, func() {
		cancel()
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.cancels, id)
	}
}

// Owned has an entry until Stop: the stopper ends the context, whatever the
// caller does.
func (s *Stopper) Owned(ctx context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancel(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.next++
	s.cancels[s.next] = cancel
	return ctx, func() { cancel() }
}

// Stop cancels everything.
func (s *Stopper) Stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stopped = true
	for id, cancel := range s.cancels {
		cancel()
		delete(s.cancels, id)
	}
}

// Begin begins unless there is nothing to do.
func Begin(parent context.Context, n int) (context.Context, context.CancelFunc, bool) {
	if n == 0 {
		return parent, nil, false
	}
	ctx, cancel := context.WithCancel(parent)
	return ctx, cancel, true
}

// Shared says whether the context is the caller's: then there is nothing to release.
func Shared(parent context.Context, d time.Duration) (ctx context.Context, shared bool, release func()) {
	if d == 0 {
		return parent, true, func() {}
	}
	ctx, cancel := context.WithTimeout(parent, d)
	return ctx, false, func() { cancel() }
}
