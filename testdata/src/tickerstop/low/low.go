//leaktest:flags -confidence=low

// Package low: what is reported with -confidence=low only.
package low

import (
	"net/http"
	"time"
)

// Collected since Go 1.23.
func Never(done chan struct{}) {
	t := time.NewTicker(time.Second) // want tickerstop/ticker/low:"is never stopped"
	for {
		select {
		case <-t.C:
		case <-done:
			return
		}
	}
}

// Runs once and is short.
func OneShot(f func()) {
	time.AfterFunc(time.Second, f) // want tickerstop/request/low:"the timer of time.AfterFunc is dropped: nothing can stop its callback"
}

// For every request, but short.
func ShortRequest(w http.ResponseWriter, r *http.Request) {
	time.AfterFunc(time.Second, func() { println("late") }) // want tickerstop/request/low:"dropped"
}

// Short, and nothing of a request.
func KeptShort(f func(), ok bool) {
	t := time.AfterFunc(100*time.Millisecond, f) // want tickerstop/afterfunc/low:"not stopped on the way out"
	if ok {
		t.Stop()
	}
}
