// Package forms holds all forms of a Once, and chains of calls.
package forms

import (
	"net/http"
	"sync"
)

type lazy struct {
	sync.Once
	mu   sync.Mutex
	once sync.Once
	resp *http.Response
}

// A chain through a named function.
func (l *lazy) Get() *http.Response {
	l.once.Do(func() {
		l.load() // want onceblock/network:"waits for http.Get, nothing bounds that .Do → lazy.load → fetch → http.Get."
	})
	return l.resp
}

func (l *lazy) load() { l.resp = fetch() }

func fetch() *http.Response {
	r, err := http.Get("https://example.com")
	if err != nil {
		return nil
	}
	return r
}

// ok: nothing is fetched.
func (l *lazy) GetOK() *http.Response {
	l.once.Do(func() {
		l.reset()
	})
	return l.resp
}

func (l *lazy) reset() { l.resp = nil }

// A method value as the function.
func (l *lazy) MethodValue() { l.once.Do(l.loadHere) }

func (l *lazy) loadHere() {
	l.resp, _ = http.Get("https://example.com") // want onceblock/network:"Do → http.Get"
}

// A method value as Do.
func (l *lazy) DoValue() {
	do := l.once.Do
	do(func() {
		l.resp, _ = http.Get("https://example.com") // want onceblock/network:"Do → http.Get"
	})
}

// An embedded Once.
func (l *lazy) Embedded() {
	l.Do(func() {
		l.resp, _ = http.Get("https://example.com") // want onceblock/network:"Do → http.Get"
	})
}

// A closure variable.
func (l *lazy) Variable() {
	f := func() {
		l.resp, _ = http.Get("https://example.com") // want onceblock/network:"Do → http.Get"
	}
	l.once.Do(f)
}

// A wrapper.
func (l *lazy) run(f func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.once.Do(f)
}

func (l *lazy) Wrapped() {
	l.run(func() {
		l.resp, _ = http.Get("https://example.com") // want onceblock/network:"Do → http.Get"
	})
}

// ok: the function is handed to no Once.
func (l *lazy) NotWrapped() {
	l.always(func() {
		l.resp, _ = http.Get("https://example.com")
	})
}

func (l *lazy) always(f func()) { f() }

var load = sync.OnceValue(func() *http.Response {
	return fetch() // want onceblock/network:"every caller of OnceValue waits for http.Get, nothing bounds that .OnceValue → fetch → http.Get."
})

var loadBoth = sync.OnceValues(func() (*http.Response, error) {
	return http.Get("https://example.com") // want onceblock/network:"OnceValues → http.Get"
})

var loadQuietly = sync.OnceFunc(warm)

func warm() {
	http.Get("https://example.com") // want onceblock/network:"OnceFunc → http.Get"
}

// ok: computed.
var table = sync.OnceValue(func() []int { return make([]int, 8) })
