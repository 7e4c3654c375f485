package callee

import "context"

func cancelAndClear(c *context.CancelFunc) {
	if *c != nil {
		(*c)()
		*c = nil
	}
}

// The deferred helper calls what the variable has then.
func variable(parent context.Context, in <-chan int) {
	var cancel context.CancelFunc
	defer cancelAndClear(&cancel)
	for range in {
		if cancel == nil {
			var ctx context.Context
			ctx, cancel = context.WithCancel(parent)
			_ = ctx.Err()
		}
	}
}

func look(c *context.CancelFunc) { println(*c != nil) }

// The helper only looks.
func variableLookedAt(parent context.Context) error {
	var cancel context.CancelFunc
	defer look(&cancel)
	var ctx context.Context
	ctx, cancel = context.WithCancel(parent) // want noctxcancel/unused/vet:"never called"
	return ctx.Err()
}
