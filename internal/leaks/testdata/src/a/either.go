package a

import "context"

// One goroutine sends on either channel: it stays at one of them, and one
// finding names it.
func either(ctx context.Context, f func() error) error {
	failed := make(chan error)
	done := make(chan struct{})
	go func() {
		if err := f(); err != nil {
			failed <- err // want `^unbufsend send`
			return
		}
		done <- struct{}{}
	}()
	select {
	case <-done:
		return nil
	case err := <-failed:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Two goroutines are two findings.
func both(ctx context.Context, f func() error) error {
	failed := make(chan error)
	done := make(chan struct{})
	go func() {
		failed <- f() // want `^unbufsend send`
	}()
	go func() {
		done <- struct{}{} // want `^unbufsend send`
	}()
	select {
	case <-done:
		return nil
	case err := <-failed:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}
