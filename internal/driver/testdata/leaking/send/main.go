// Command send asks a slow backend with a deadline and leaves its answer
// unread.
package main

import (
	"context"
	"net/http"
	"time"

	"example.com/leaking/serve"
)

func main() {
	serve.Run(func(r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), time.Millisecond)
		defer cancel()
		_, _ = ask(ctx)
	})
}

// ask returns the answer of the backend, or gives up with ctx.
func ask(ctx context.Context) (string, error) {
	answers := make(chan string)
	go func() {
		answers <- backend() // leak
	}()
	select {
	case a := <-answers:
		return a, nil
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// backend is too slow for most callers.
func backend() string {
	time.Sleep(20 * time.Millisecond)
	return "answer"
}
