// Command cancel starts a session for each request and forgets to cancel its
// context when the token is missing.
package main

import (
	"context"
	"errors"
	"net/http"

	"example.com/leaking/serve"
)

var errNoToken = errors.New("no token")

func main() {
	serve.Run(func(r *http.Request) { _ = session(r.Header.Get("Token")) })
}

// session keeps an entry fresh while it answers.
func session(token string) error {
	ctx, cancel := context.WithCancel(context.Background()) // leak
	go refresh(ctx)
	if token == "" {
		return errNoToken
	}
	cancel()
	return nil
}

// refresh waits for the end of the session.
func refresh(ctx context.Context) {
	<-ctx.Done()
}
