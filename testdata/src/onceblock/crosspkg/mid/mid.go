// Package mid is one hop further.
package mid

import (
	"net/http"
	"sync"

	"corpus/onceblock/crosspkg/load"
)

// Load loads.
func Load() (*http.Response, error) { return load.From("https://example.com") }

// Name does not.
func Name() string { return load.Default() }

// Guard is a Once of another name.
type Guard struct{ once sync.Once }

// Run runs f at most once.
func (g *Guard) Run(f func()) { g.once.Do(f) }

// GoSafe runs f on a goroutine of its own.
func GoSafe(f func()) { go RunSafe(f) }

// RunSafe runs f, whose panic it recovers.
func RunSafe(f func()) {
	defer func() { _ = recover() }()
	f()
}
