// Package lib has functions that may work on a channel of their caller.
package lib

// A Conn may be closed.
type Conn struct{ closed bool }

// Notify closes r if the connection is closed.
func (c *Conn) Notify(r chan int) chan int {
	if c.closed {
		close(r)
	}
	return r
}

// Drain receives until c is closed.
func Drain(c <-chan int) {
	for range c {
	}
}

// Poll receives if there is something.
func Poll(c <-chan int) {
	select {
	case <-c:
	default:
	}
}

// Feed sends if there is somebody.
func Feed(c chan<- int, ok bool) {
	if ok {
		c <- 1
	}
}

// Some receives n times.
func Some(c <-chan int, n int) {
	for range n {
		<-c
	}
}

// UntilZero receives until there is a 0.
func UntilZero(c <-chan int) {
	for <-c != 0 {
	}
}

// Wait receives, or gives up.
func Wait(c <-chan int, stop <-chan struct{}) int {
	select {
	case v := <-c:
		return v
	case <-stop:
		return 0
	}
}
