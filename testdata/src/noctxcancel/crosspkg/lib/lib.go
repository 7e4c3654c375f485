// Package lib has the callees of package crosspkg.
package lib

import (
	"context"
	"sync"
	"time"
)

// Drops does not call cancel.
func Drops(ctx context.Context, cancel context.CancelFunc) {}

// Releases calls it.
func Releases(ctx context.Context, cancel context.CancelFunc) { defer cancel() }

// Sometimes calls it on one way out.
func Sometimes(ctx context.Context, cancel context.CancelFunc) {
	if ctx.Err() == nil {
		return
	}
	cancel()
}

// TwoHops calls it in a callee.
func TwoHops(ctx context.Context, cancel context.CancelFunc) { hop(cancel) }

func hop(cancel context.CancelFunc) { cancel() }

// InGoroutine calls it in a goroutine.
func InGoroutine(ctx context.Context, cancel context.CancelFunc) {
	go func() {
		defer cancel()
		<-ctx.Done()
	}()
}

var kept []context.CancelFunc

// Keeps stores it.
func Keeps(cancel context.CancelFunc) { kept = append(kept, cancel) }

// Returns hands it back.
func Returns(cancel context.CancelFunc) context.CancelFunc { return cancel }

// Wrap hands it back in a closure.
func Wrap(cancel context.CancelFunc) func() { return func() { cancel() } }

// A Client keeps it in a field and calls it in Close.
type Client struct{ cancel context.CancelFunc }

// NewClient stores it.
func NewClient(ctx context.Context, cancel context.CancelFunc) *Client {
	return &Client{cancel: cancel}
}

// Close calls it.
func (c *Client) Close() { c.cancel() }

// ByPointer calls what the pointer points to.
func ByPointer(cancel *context.CancelFunc) {
	if *cancel != nil {
		(*cancel)()
	}
}

// DropsPointer does not.
func DropsPointer(cancel *context.CancelFunc) {}

// WithLimit is a wrapper that returns a release function.
func WithLimit(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, time.Minute)
}

// WithError returns a release function unless it fails.
func WithError(ctx context.Context) (context.Context, context.CancelFunc, error) {
	if err := ctx.Err(); err != nil {
		return nil, nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	return ctx, cancel, nil
}

// Start returns its own stop function.
func Start(ctx context.Context) func() {
	ctx, cancel := context.WithCancel(ctx)
	go func() { <-ctx.Done() }()
	return cancel
}

// Apply runs f.
func Apply[T any](v T, f func()) { f() }

// Ignore does not run f.
func Ignore[T any](v T, f func()) {}

// Join returns a context that ends when one of two does.
func Join(a, b context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(a)
	go func() {
		select {
		case <-b.Done():
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}

// Work calls cancel itself when its work is done.
func Work(a context.Context, f func(context.Context)) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(a)
	go func() {
		defer cancel()
		f(ctx)
	}()
	return ctx, cancel
}

// A both is a context of its own making.
type both struct {
	context.Context
	other context.Context
	done  chan struct{}
	stop  chan struct{}
	once  sync.Once
}

func (b *both) Done() <-chan struct{} { return b.done }

func (b *both) cancel() { b.once.Do(func() { close(b.stop) }) }

func (b *both) run() {
	select {
	case <-b.Context.Done():
	case <-b.other.Done():
	case <-b.stop:
	}
	close(b.done)
}

// Both returns a context that is none of package context's.
func Both(x, y context.Context) (context.Context, context.CancelFunc) {
	b := &both{Context: x, other: y, done: make(chan struct{}), stop: make(chan struct{})}
	go b.run()
	return b, b.cancel
}

// Plain returns a context that needs no cancel.
func Plain(ctx context.Context) (context.Context, context.CancelFunc) {
	return ctx, func() {}
}
