// Command ticker reports the progress of each request for ever.
package main

import (
	"net/http"
	"sync/atomic"
	"time"

	"example.com/leaking/serve"
)

func main() {
	serve.Run(func(r *http.Request) { handle(r.URL.Path) })
}

// handle does some work and reports on it.
func handle(path string) {
	var done atomic.Int64
	ticker := time.NewTicker(time.Minute)
	go func() {
		for range ticker.C { // leak
			report(path, done.Load())
		}
	}()
	done.Add(1)
	ticker.Stop()
}

var last atomic.Value

// report remembers how far the work is.
func report(path string, n int64) { last.Store([]any{path, n}) }
