// Package generics holds Once bodies in generic code.
package generics

import (
	"net/http"
	"sync"
)

type Lazy[T any] struct {
	once sync.Once
	make func(*http.Response) T
	v    T
}

func (l *Lazy[T]) Get() T {
	l.once.Do(func() {
		l.v = l.make(fetch[T]("https://example.com")) // want onceblock/network:"Do → fetch → http.Get"
	})
	return l.v
}

func fetch[T any](url string) *http.Response {
	r, err := http.Get(url)
	if err != nil {
		return nil
	}
	return r
}

// ok: no request.
func (l *Lazy[T]) GetOK() T {
	l.once.Do(func() {
		l.v = l.make(nil)
	})
	return l.v
}

// A Once of a generic type that runs itself.
func (l *Lazy[T]) Again() {
	l.once.Do(func() { // want onceblock/reentry:"once runs itself again"
		l.Again()
	})
}

var one = Lazy[int]{}

func init() { one.Get() }
