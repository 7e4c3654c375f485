package samples

import "context"

// Fetch leaves its goroutine behind when ctx ends first.
func Fetch(ctx context.Context, f func() int) (int, error) {
	res := make(chan int)
	go func() {
		res <- f() // leak
	}()
	select {
	case v := <-res:
		return v, nil
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}
