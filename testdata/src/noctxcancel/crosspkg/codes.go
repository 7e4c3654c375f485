package crosspkg

import (
	"context"

	"corpus/noctxcancel/crosspkg/status"
)

var kept []func()

func keep(f func()) error { kept = append(kept, f); return nil }

// Coded cancels if there is an error: one with a code other than OK is one.
func Coded(parent context.Context, name string) (_ context.Context, err error) {
	ctx, cancel := context.WithCancel(parent)
	defer func() {
		if err != nil {
			cancel()
		}
	}()
	if name == "" {
		return nil, status.Errorf(status.Internal, "no name %q", name)
	}
	return ctx, keep(cancel)
}

// CodedOK returns an error that is none.
func CodedOK(parent context.Context, name string) (_ context.Context, err error) {
	ctx, cancel := context.WithCancel(parent) // want "cancel, the cancel function of context.WithCancel, is not called on the way out"
	defer func() {
		if err != nil {
			cancel()
		}
	}()
	if name == "" {
		return nil, status.Errorf(status.OK, "no name %q", name)
	}
	return ctx, keep(cancel)
}

// CodedBy gets the code from its caller.
func CodedBy(parent context.Context, name string, c status.Code) (_ context.Context, err error) {
	ctx, cancel := context.WithCancel(parent) // want "cancel, the cancel function of context.WithCancel, is not called on the way out"
	defer func() {
		if err != nil {
			cancel()
		}
	}()
	if name == "" {
		return nil, status.Errorf(c, "no name %q", name)
	}
	return ctx, keep(cancel)
}

// Wrapped wraps an error that it has found.
func Wrapped(parent context.Context, find func() error) (_ context.Context, err error) {
	ctx, cancel := context.WithCancel(parent)
	defer func() {
		if err != nil {
			cancel()
		}
	}()
	if e := find(); e != nil {
		return nil, status.Wrap(e, "find")
	}
	return ctx, keep(cancel)
}
