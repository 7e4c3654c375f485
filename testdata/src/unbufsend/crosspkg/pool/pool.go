// Package pool starts goroutines for other packages.
package pool

// Go runs f on a new goroutine.
func Go(f func()) { go f() }

// Do runs f and returns when it has ended.
func Do(f func()) { f() }

// Maybe runs f on a new goroutine if it is willing to.
func Maybe(f func(), willing bool) {
	if willing {
		go f()
	}
}
