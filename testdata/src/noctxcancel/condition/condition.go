// Package condition: branches on the same condition are kept consistent.
package condition

import (
	"context"
	"errors"
	"time"
)

func do(ctx context.Context) error { return ctx.Err() }

// One of several assignments, one shared test.
func nilTest(ctx context.Context, d time.Duration) error {
	var cancel context.CancelFunc
	if d > 0 {
		ctx, cancel = context.WithTimeout(ctx, d)
	}
	err := do(ctx)
	if cancel != nil {
		cancel()
	}
	return err
}

// The test is on something else.
func otherTest(ctx context.Context, d time.Duration, ok bool) error {
	var cancel context.CancelFunc
	if d > 0 {
		ctx, cancel = context.WithTimeout(ctx, d) // want noctxcancel/path:"not called on the way out at line 35"
	}
	err := do(ctx)
	if ok && cancel != nil {
		cancel()
	}
	return err
}

// The same condition twice. (vet has no say: the variable is mentioned.)
func sameCondition(ctx context.Context, d time.Duration) error {
	var cancel context.CancelFunc
	if d > 0 {
		ctx, cancel = context.WithTimeout(ctx, d)
	}
	err := do(ctx)
	if d > 0 {
		cancel()
	}
	return err
}

// The negated condition calls it when there is nothing to call.
func wrongCondition(ctx context.Context, d time.Duration) error {
	cancel := func() {}
	if d > 0 {
		ctx, cancel = context.WithTimeout(ctx, d) // want noctxcancel/path/vet:"not called on the way out"
	}
	err := do(ctx)
	if d <= 0 {
		cancel()
	}
	return err
}

// A flag that follows the assignment.
func flag(ctx context.Context, d time.Duration) error {
	var cancel context.CancelFunc
	made := false
	if d > 0 {
		ctx, cancel = context.WithTimeout(ctx, d)
		made = true
	}
	err := do(ctx)
	if made {
		cancel()
	}
	return err
}

// A flag that does not.
func flagForgotten(ctx context.Context, d time.Duration) error {
	var cancel context.CancelFunc
	made := false
	if d > 0 {
		ctx, cancel = context.WithTimeout(ctx, d) // want noctxcancel/path/vet:"not called"
		made = d > time.Second
	}
	err := do(ctx)
	if made {
		cancel()
	}
	return err
}

type options struct {
	timeout time.Duration
	mode    int
}

func (o *options) limited() bool { return o.timeout > 0 }

// The same field, loaded twice.
func field(ctx context.Context, o *options) error {
	cancel := func() {}
	if o.timeout != 0 {
		ctx, cancel = context.WithTimeout(ctx, o.timeout)
	}
	err := do(ctx)
	if o.timeout != 0 {
		cancel()
	}
	return err
}

// The same predicate, called twice.
func predicate(ctx context.Context, o *options) error {
	cancel := func() {}
	if o.limited() {
		ctx, cancel = context.WithTimeout(ctx, o.timeout)
	}
	err := do(ctx)
	if o.limited() {
		cancel()
	}
	return err
}

// Another constant of the same field.
func constants(ctx context.Context, o *options) error {
	cancel := func() {}
	if o.mode == 1 {
		ctx, cancel = context.WithCancel(ctx)
	}
	err := do(ctx)
	if o.mode != 2 {
		cancel()
	}
	return err
}

// The excluded constant is the one that made it.
func wrongConstant(ctx context.Context, o *options) error {
	cancel := func() {}
	if o.mode == 1 {
		ctx, cancel = context.WithCancel(ctx) // want noctxcancel/path/vet:"not called on the way out"
	}
	err := do(ctx)
	if o.mode != 1 {
		cancel()
	}
	return err
}

type conn struct{ onClose func() }

func (c *conn) Close() { c.onClose() }

// Owned by the caller on success, cancelled on failure: the named error tells.
func namedError(parent context.Context) (c *conn, err error) {
	ctx, cancel := context.WithCancel(parent)
	defer func() {
		if err != nil {
			cancel()
		}
	}()
	if err := do(ctx); err != nil {
		return nil, err
	}
	return &conn{onClose: cancel}, nil
}

// Nobody owns it on success.
func namedErrorLost(parent context.Context) (c *conn, err error) {
	ctx, cancel := context.WithCancel(parent) // want noctxcancel/path:"not called on the way out at line 182"
	defer func() {
		if err != nil {
			cancel()
		}
	}()
	if err := do(ctx); err != nil {
		return nil, err
	}
	return &conn{}, nil
}

// A failure that is certain.
func certainFailure(parent context.Context) (err error) {
	ctx, cancel := context.WithCancel(parent)
	defer func() {
		if err != nil {
			cancel()
		}
	}()
	_ = do(ctx)
	return errors.New("always")
}

// A flag instead of the error; the goroutine owns it once it has been started.
func flagOwner(parent context.Context, ready bool) error {
	owned := false
	ctx, cancel := context.WithCancel(parent)
	defer func() {
		if !owned {
			cancel()
		}
	}()
	if !ready {
		return errors.New("not ready")
	}
	owned = true
	go func() {
		defer cancel()
		_ = do(ctx)
	}()
	return nil
}

// The flag is set although no goroutine owns it.
func flagNoOwner(parent context.Context, ready bool) error {
	owned := false
	ctx, cancel := context.WithCancel(parent) // want noctxcancel/path:"not called on the way out at line 231"
	defer func() {
		if !owned {
			cancel()
		}
	}()
	if !ready {
		return errors.New("not ready")
	}
	owned = true
	go func() { _ = do(ctx) }()
	return nil
}

// A deferred recover does nothing on a normal return.
func onlyOnPanic(parent context.Context) {
	ctx, cancel := context.WithCancel(parent) // want noctxcancel/path:"not called"
	defer func() {
		if r := recover(); r != nil {
			cancel()
		}
	}()
	_ = do(ctx)
}

// false is known; the branch does not exist.
const debug = false

func deadBranch(parent context.Context) error {
	ctx, cancel := context.WithCancel(parent)
	if debug {
		return nil
	}
	defer cancel()
	return do(ctx)
}

// The function asks whether there is a cancel function and leaves it alone: on
// purpose (low).
func consulted(parent context.Context, keep, gc bool) func() {
	var ctx context.Context
	var cancel context.CancelFunc
	if keep {
		ctx, cancel = context.WithCancel(parent)
		go do(ctx)
	}
	if !gc && cancel == nil {
		return nil
	}
	if !gc {
		return nil // deliberately dropped
	}
	return cancel
}

// The same without the question.
func notConsulted(parent context.Context, keep, gc bool) func() {
	var ctx context.Context
	var cancel context.CancelFunc
	if keep {
		ctx, cancel = context.WithCancel(parent) // want noctxcancel/path/vet:"not called"
		go do(ctx)
	}
	if !gc {
		return nil
	}
	return cancel
}

// Even turns cancel before the work, odd ones after it. (vet reports it.)
func evenAndOdd(parent context.Context) {
	for i := 0; i < 100; i++ {
		ctx, cancel := context.WithCancel(parent)
		if i%2 == 0 {
			cancel()
		}
		_ = do(ctx)
		if i%2 == 1 {
			cancel()
		}
	}
}

// Every third turn does neither.
func everyThird(parent context.Context) {
	for i := 0; i < 100; i++ {
		ctx, cancel := context.WithCancel(parent) // want noctxcancel/path/vet:"not called on the way out"
		if i%3 == 0 {
			cancel()
		}
		_ = do(ctx)
		if i%3 == 1 {
			cancel()
		}
	}
}

func wrap(err error) error {
	if err == nil {
		return nil
	}
	return errors.Join(errors.New("wrapped"), err)
}

// What becomes of an error is an error: the deferred function sees it.
func wrapped(parent context.Context, start func(context.Context) error) (stop func(), err error) {
	ctx, cancel := context.WithCancel(parent)
	defer func() {
		if err != nil {
			cancel()
		}
	}()
	if err := start(ctx); err != nil {
		return nil, wrap(err)
	}
	return cancel, nil
}

// Nothing is known of the error.
func wrappedUnknown(parent context.Context, start func(context.Context) error) (stop func(), err error) {
	ctx, cancel := context.WithCancel(parent) // want noctxcancel/path:"not called on the way out"
	defer func() {
		if err != nil {
			cancel()
		}
	}()
	if ctx.Value(0) == nil {
		return nil, wrap(start(ctx))
	}
	return cancel, nil
}
