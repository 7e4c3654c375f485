// Package group starts goroutines if there is a place for them.
package group

import "golang.org/x/sync/errgroup"

func Tried(f func() int) int {
	var g errgroup.Group
	g.SetLimit(2)
	ch := make(chan int)
	if !g.TryGo(func() error { ch <- f(); return nil }) {
		return 0 // ok: nothing was started
	}
	return <-ch
}

func Counted(fs []func() int) (sum int) {
	var g errgroup.Group
	g.SetLimit(2)
	ch := make(chan int)
	n := 0
	for _, f := range fs {
		if g.TryGo(func() error { ch <- f(); return nil }) {
			n++
		}
	}
	for range n {
		sum += <-ch // ok: as many as were started
	}
	return sum
}

func Left(f func() int) int {
	var g errgroup.Group
	g.SetLimit(2)
	ch := make(chan int)
	if g.TryGo(func() error { ch <- f(); return nil }) { // want "^unbufsend send"
		return 0
	}
	return <-ch // a new group has a place
}
