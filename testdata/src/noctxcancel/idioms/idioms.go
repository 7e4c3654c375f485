// Package idioms: the shapes of correct code that naive detectors report, each
// beside a leak.
package idioms

import (
	"context"
	"errors"
	"sync"
	"time"
)

func do(ctx context.Context) error { return ctx.Err() }

type client struct {
	ctx    context.Context
	cancel context.CancelFunc
	abort  func()
	done   chan struct{}
	mu     sync.Mutex
	jobs   map[string]context.CancelFunc
}

func (c *client) Close() { c.cancel(); c.abort() }

// C1: a field, in a literal or directly, with another name and type.
func newClient(parent context.Context) *client {
	ctx, stop := context.WithCancel(parent)
	c := &client{ctx: ctx, abort: stop}
	c.ctx, c.cancel = context.WithCancel(ctx)
	return c
}

func newClientLost(parent context.Context) *client {
	ctx, stop := context.WithCancel(parent) // want noctxcancel/unused:"stop, the cancel function"
	c := &client{ctx: ctx}
	_ = stop
	return c
}

// C2: returned.
func returned(parent context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(parent, time.Second)
}

func named(parent context.Context) (ctx context.Context, cancel context.CancelFunc) {
	ctx, cancel = context.WithCancel(parent)
	return
}

func maybe(parent context.Context) (ctx context.Context, cancel context.CancelFunc) {
	if _, ok := parent.Deadline(); ok {
		return parent, nil
	}
	ctx, cancel = context.WithTimeout(parent, time.Second)
	return ctx, cancel
}

func notReturned(parent context.Context) (ctx context.Context, cancel context.CancelFunc) {
	ctx, stop := context.WithCancel(parent) // want noctxcancel/path/vet:"stop, the cancel function of context.WithCancel, is not called on the way out at line 63"
	if do(ctx) != nil {
		return ctx, stop
	}
	return ctx, nil
}

// C3: wrapped in a closure that is returned or stored.
func wrapped(parent context.Context, c *client) (context.Context, func()) {
	ctx, cancel := context.WithCancel(parent)
	c.abort = func() {
		cancel()
		<-c.done
	}
	return ctx, func() { println("only the field has it") }
}

func wrappedLost(parent context.Context, c *client) (context.Context, func()) {
	ctx, cancel := context.WithCancel(parent) // want noctxcancel/unused:"never called"
	f := func() {
		cancel()
		<-c.done
	}
	f = nil
	return ctx, f
}

// C4: assigned in one of several branches, one defer after.
func branches(parent context.Context, d time.Duration) error {
	var ctx context.Context
	var cancel context.CancelFunc
	switch {
	case d == 0:
		ctx, cancel = context.WithCancel(parent)
	case d < 0:
		ctx, cancel = context.WithDeadline(parent, time.Now())
	default:
		ctx, cancel = context.WithTimeout(parent, d)
	}
	defer cancel()
	return do(ctx)
}

func branchesLost(parent context.Context, d time.Duration) error {
	var ctx context.Context
	var cancel context.CancelFunc
	switch {
	case d == 0:
		ctx, cancel = context.WithCancel(parent)
	default:
		ctx, cancel = context.WithTimeout(parent, d) // want noctxcancel/path/vet:"line 111"
		if d < 0 {
			return errors.New("negative")
		}
	}
	defer cancel()
	return do(ctx)
}

// C5: passed on.
func mapped(parent context.Context, c *client, name string) {
	ctx, cancel := context.WithCancel(parent)
	c.mu.Lock()
	c.jobs[name] = cancel
	c.mu.Unlock()
	go do(ctx)
}

func mappedLost(parent context.Context, c *client, name string) error {
	ctx, cancel := context.WithCancel(parent) // want noctxcancel/path/vet:"line 132"
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.jobs[name]; ok {
		return errors.New("exists")
	}
	c.jobs[name] = cancel
	go do(ctx)
	return nil
}

// C6: called plainly, in each select branch.
func plain(parent context.Context, a, b chan int) {
	ctx, cancel := context.WithCancel(parent)
	go do(ctx)
	select {
	case <-a:
		cancel()
	case <-b:
		cancel()
	}
}

func plainLost(parent context.Context, a, b chan int) {
	ctx, cancel := context.WithCancel(parent) // want noctxcancel/path/vet:"not called"
	go do(ctx)
	select {
	case <-a:
		cancel()
	case <-b:
	}
}

// C8: on success the closer owns it, on failure the deferred closure calls it.
func closer(parent context.Context) (c *client, err error) {
	ctx, cancel := context.WithCancel(parent)
	defer func() {
		if err != nil {
			cancel()
		}
	}()
	if err = do(ctx); err != nil {
		return nil, err
	}
	c = &client{ctx: ctx}
	c.cancel = func() { cancel() }
	return c, nil
}

// C9: a signal turned into cancel for the life of the process.
func signals(parent context.Context, sig chan int) context.Context {
	ctx, cancel := context.WithCancel(parent)
	go func() {
		<-sig
		cancel()
	}()
	return ctx
}

func signalsLost(parent context.Context, sig chan int) context.Context {
	ctx, cancel := context.WithCancel(parent) // want noctxcancel/callee:"goroutine"
	go func() {
		if v := <-sig; v == 0 {
			return
		}
		cancel()
	}()
	return ctx
}

// C10: nothing hangs on the context (low).
func nothing() bool {
	ctx, cancel := context.WithCancel(context.TODO())
	if ctx.Err() != nil {
		cancel()
	}
	return true
}
