// Package crosspkg: what another package does is known by its fact.
package crosspkg

import "corpus/unbufsend/crosspkg/pool"

func Started(ok bool) int {
	ch := make(chan int)
	pool.Go(func() {
		ch <- 1 // want `the send on ch can block for ever`
	})
	if !ok {
		return 0
	}
	return <-ch
}

func StartedBuffered(ok bool) int {
	ch := make(chan int, 1) // ok: fits the buffer
	pool.Go(func() {
		ch <- 1
	})
	if !ok {
		return 0
	}
	return <-ch
}

// Whether the receiver is started is not for this package to say.
func MaybeReceived(willing bool) {
	ch := make(chan int)
	pool.Maybe(func() { <-ch }, willing)
	go func() {
		ch <- 1 // ok: the receiver may have been started
	}()
}

// The twin: nobody but the sender is started.
func MaybeSent(willing bool) {
	ch := make(chan int)
	pool.Maybe(func() {
		ch <- 1 // want `the send on ch can block for ever`
	}, willing)
}
