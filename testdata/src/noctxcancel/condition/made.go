package condition

import "context"

type failure struct{ what string }

func (f *failure) Error() string { return f.what }

func fail(what string) *failure { return &failure{what} }

// fail never returns nil.
func deferredOnError(parent context.Context, name string, keep func(func())) (err error) {
	ctx, cancel := context.WithCancel(parent)
	defer func() {
		if err != nil {
			cancel()
		}
	}()
	if name == "" {
		return fail("no name")
	}
	keep(cancel)
	return do(ctx)
}

func mayFail(what string) error {
	if what == "" {
		return nil
	}
	return fail(what)
}

// mayFail may return nil.
func deferredOnMaybe(parent context.Context, name string, keep func(func())) (err error) {
	ctx, cancel := context.WithCancel(parent) // want noctxcancel/path:"not called on the way out"
	defer func() {
		if err != nil {
			cancel()
		}
	}()
	if name == "" {
		return mayFail(name)
	}
	keep(cancel)
	return do(ctx)
}
