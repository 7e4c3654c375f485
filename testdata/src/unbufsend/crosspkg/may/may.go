// Package may calls functions of another package that may close, receive from or
// send on a channel, beside a leak on another one.
package may

import "corpus/unbufsend/crosspkg/may/lib"

// Closes has one that may close the first channel.
func Closes(c *lib.Conn, n int) int {
	ch := c.Notify(make(chan int, 1))
	res := make(chan int)
	go func() { res <- n * n }() // want "nobody else receives from it"
	if n > 3 {
		return 0
	}
	<-ch
	return <-res
}

// ClosesOK is the twin: the result has room.
func ClosesOK(c *lib.Conn, n int) int {
	ch := c.Notify(make(chan int, 1))
	res := make(chan int, 1)
	go func() { res <- n * n }()
	if n > 3 {
		return 0
	}
	<-ch
	return <-res
}

// Drains has one that receives until the channel is closed.
func Drains(n int) int {
	more := make(chan int)
	res := make(chan int)
	go func() {
		close(more)
		res <- n * n // want "nobody else receives from it"
	}()
	lib.Drain(more)
	if n > 3 {
		return 0
	}
	return <-res
}

// DrainsOK is the twin: the callee receives what is sent.
func DrainsOK(n int) {
	more := make(chan int)
	go func() {
		more <- n
		close(more)
	}()
	lib.Drain(more)
}

// Polls has one that receives if somebody is there: what it may do during the call
// is over behind it.
func Polls(n int) int {
	more := make(chan int, 1)
	more <- 1
	lib.Poll(more)
	res := make(chan int)
	go func() { res <- n * n }() // want "nobody else receives from it"
	if n > 3 {
		return 0
	}
	return <-res
}

// Feeds has one that may send.
func Feeds(n int, ok bool) int {
	more := make(chan int, 1)
	lib.Feed(more, ok)
	res := make(chan int)
	go func() { res <- n * n }() // want "nobody else receives from it"
	if n > 3 {
		return 0
	}
	return <-res
}

// Counted has one that receives as often as it is told, which is not known of it.
func Counted(n int) {
	c := make(chan int)
	for range n {
		go func() { c <- 1 }()
	}
	lib.Some(c, n)
}

// Ended has one that receives until the last value.
func Ended(xs []int) {
	c := make(chan int)
	go func() {
		for _, x := range xs {
			c <- x + 1
		}
		c <- 0
	}()
	lib.UntilZero(c)
}

// Waits has one that receives or gives up: then nobody does.
func Waits(stop <-chan struct{}) int {
	c := make(chan int)
	go func() { c <- 1 }() // want "nobody else receives from it"
	return lib.Wait(c, stop)
}

// WaitsOK is the twin: the result has room.
func WaitsOK(stop <-chan struct{}) int {
	c := make(chan int, 1)
	go func() { c <- 1 }()
	return lib.Wait(c, stop)
}
