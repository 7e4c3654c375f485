package callee

import "context"

func throughBoth(cancel **context.CancelFunc) { (**cancel)() }

// A pointer to a pointer to the release function: who has that may call it.
func pointerToPointer(parent context.Context) error {
	ctx, cancel := context.WithCancel(parent)
	p := &cancel
	defer throughBoth(&p)
	return do(ctx)
}

// The pointer is captured, and the function is called through it.
func capturedPointer(parent context.Context) error {
	ctx, cancel := context.WithCancel(parent)
	p := &cancel
	defer func() { (*p)() }()
	return do(ctx)
}

// The same without anybody else who has the pointer, called and not called.
func ownPointer(parent context.Context) error {
	ctx, cancel := context.WithCancel(parent)
	p := &cancel
	err := do(ctx)
	(*p)()
	return err
}

func ownPointerLeft(parent context.Context) error {
	ctx, cancel := context.WithCancel(parent) // want "cancel, the cancel function of context.WithCancel, is not called on the way out at line 36"
	p := &cancel
	if err := do(ctx); err != nil {
		return err
	}
	(*p)()
	return nil
}
