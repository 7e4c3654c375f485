package condition

import (
	"context"
	"strings"
)

// n does not change between the two tests.
func bits(ctx context.Context, n int) error {
	var cancel context.CancelFunc
	if n&1 != 0 {
		ctx, cancel = context.WithCancel(ctx)
	}
	err := do(ctx)
	if n&1 != 0 {
		cancel()
	}
	return err
}

// It is another bit.
func otherBits(ctx context.Context, n int) error {
	cancel := func() {}
	if n&1 != 0 {
		ctx, cancel = context.WithCancel(ctx) // want noctxcancel/path/vet:"not called on the way out"
	}
	err := do(ctx)
	if n&2 != 0 {
		cancel()
	}
	return err
}

// What is more than 10 is more than 5.
func implied(ctx context.Context, n int) error {
	var cancel context.CancelFunc
	if n > 10 {
		ctx, cancel = context.WithCancel(ctx)
	}
	err := do(ctx)
	if n > 5 && cancel != nil {
		cancel()
	}
	return err
}

// What is more than 5 need not be more than 10.
func notImplied(ctx context.Context, n int) error {
	cancel := func() {}
	if n > 5 {
		ctx, cancel = context.WithCancel(ctx) // want noctxcancel/path/vet:"not called on the way out"
	}
	err := do(ctx)
	if n > 10 {
		cancel()
	}
	return err
}

// The dynamic type of x does not change between the two tests.
func dynamicType(ctx context.Context, x any) error {
	var cancel context.CancelFunc
	if _, ok := x.(int); ok {
		ctx, cancel = context.WithCancel(ctx)
	}
	err := do(ctx)
	switch x.(type) {
	case string:
	case int:
		cancel()
	}
	return err
}

// x is something else.
func otherType(ctx context.Context, x any) error {
	cancel := func() {}
	if _, ok := x.(int); ok {
		ctx, cancel = context.WithCancel(ctx) // want noctxcancel/path/vet:"not called on the way out"
	}
	err := do(ctx)
	if _, ok := x.(string); ok {
		cancel()
	}
	return err
}

// A pure function answers the same twice.
func pure(ctx context.Context, s string) error {
	var cancel context.CancelFunc
	if strings.TrimSpace(s) != "" {
		ctx, cancel = context.WithCancel(ctx)
	}
	err := do(ctx)
	if len(strings.TrimSpace(s)) > 0 {
		cancel()
	}
	return err
}

// s is another string the second time.
func changed(ctx context.Context, s string) error {
	cancel := func() {}
	if strings.TrimSpace(s) != "" {
		ctx, cancel = context.WithCancel(ctx) // want noctxcancel/path/vet:"not called on the way out"
	}
	err := do(ctx)
	s = strings.TrimPrefix(s, "x")
	if len(strings.TrimSpace(s)) > 0 {
		cancel()
	}
	return err
}

// xs has elements, so that the loop has a turn.
func anyTurn(ctx context.Context, xs []func()) error {
	if len(xs) == 0 {
		return nil
	}
	ctx, cancel := context.WithCancel(ctx)
	err := do(ctx)
	for _, x := range xs {
		cancel()
		x()
	}
	return err
}

// Without elements there is no turn.
func noTurn(ctx context.Context, xs []func()) error {
	ctx, cancel := context.WithCancel(ctx) // want noctxcancel/path/vet:"not called on the way out"
	err := do(ctx)
	for _, x := range xs {
		cancel()
		x()
	}
	return err
}

// The loop has a last turn.
func lastTurn(ctx context.Context, xs []func()) {
	if len(xs) == 0 {
		return
	}
	ctx, cancel := context.WithCancel(ctx)
	for i, x := range xs {
		_ = do(ctx)
		x()
		if i == len(xs)-1 {
			cancel()
		}
	}
}

// The loop can be left before its last turn.
func leftEarly(ctx context.Context, xs []func() bool) {
	if len(xs) == 0 {
		return
	}
	ctx, cancel := context.WithCancel(ctx) // want noctxcancel/path/vet:"not called on the way out"
	for i, x := range xs {
		_ = do(ctx)
		if x() {
			break
		}
		if i == len(xs)-1 {
			cancel()
		}
	}
}

// The dynamic type of x is context.CancelFunc.
func boxed(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	var x any = cancel
	err := do(ctx)
	if c, ok := x.(context.CancelFunc); ok {
		c()
	}
	return err
}

// The dynamic type of x is not func(), although it can be converted.
func boxedOtherwise(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx) // want noctxcancel/path:"not called on the way out"
	var x any = cancel
	err := do(ctx)
	if c, ok := x.(func()); ok {
		c()
	}
	return err
}
