// Package crosspkg waits in other packages.
package crosspkg

import (
	"net/http"
	"sync"

	"corpus/onceblock/crosspkg/mid"
)

var (
	once  sync.Once
	guard mid.Guard
	resp  *http.Response
	err   error
	name  string
)

// Two hops to the request.
func Get() {
	once.Do(func() {
		resp, err = mid.Load() // want onceblock/network:"waits for http.Get, nothing bounds that .Do → mid.Load → load.From → http.Get."
	})
}

// ok: two hops to nothing.
func GetOK() {
	once.Do(func() {
		name = mid.Name()
	})
}

// The Once is in another package.
func Guarded() {
	guard.Run(func() {
		resp, err = mid.Load() // want onceblock/network:"http.Get"
	})
}

// ok: it loads nothing.
func GuardedOK() {
	guard.Run(func() {
		name = mid.Name()
	})
}

// Another package's function runs it here.
func Safe() {
	once.Do(func() {
		mid.RunSafe(func() { resp, err = mid.Load() }) // want onceblock/network:"http.Get"
	})
}

// ok: the goroutine that it starts waits, and no caller does.
func SafeOK() {
	once.Do(func() {
		mid.GoSafe(func() { resp, err = mid.Load() })
	})
}
