package callee

import "context"

// A closure that calls itself captures the variable that holds it, and the
// handle beside it.
func Again(parent context.Context, n int) {
	ctx, cancel := context.WithCancel(parent) // want noctxcancel/path:"not called on the way out"
	var again func(int)
	again = func(n int) {
		if n > 0 {
			again(n - 1)
		} else {
			cancel()
		}
	}
	if n > 3 {
		return
	}
	_ = do(ctx)
	again(n)
}

// ok: it is called on every way out.
func AgainOK(parent context.Context, n int) {
	ctx, cancel := context.WithCancel(parent)
	var again func(int)
	again = func(n int) {
		cancel()
		if n > 0 {
			again(n - 1)
		}
	}
	defer again(n)
	_ = do(ctx)
}
