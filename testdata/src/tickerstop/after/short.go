package after

import (
	"net/http"
	"time"
)

// Short, and nothing of a request (low).
func KeptShort(f func()) error {
	t := time.AfterFunc(100*time.Millisecond, f)
	if err := work(); err != nil {
		return err
	}
	t.Stop()
	return nil
}

// Short, but it keeps the request.
func KeptShortRequest(w http.ResponseWriter, r *http.Request) {
	t := time.AfterFunc(100*time.Millisecond, func() { println(r.URL.Path) }) // want tickerstop/afterfunc:"not stopped on the way out"
	if err := work(); err != nil {
		return
	}
	t.Stop()
}

// A delay that is not constant may be long.
func KeptUnknown(d time.Duration, f func()) error {
	t := time.AfterFunc(d, f) // want tickerstop/afterfunc:"not stopped on the way out"
	if err := work(); err != nil {
		return err
	}
	t.Stop()
	return nil
}
