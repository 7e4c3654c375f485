// Package noend has goroutines that only the end of a context ends.
package noend

import "context"

type conn struct{ closed bool }

func (c *conn) close() { c.closed = true }

// CloseWithBackground leaves a goroutine behind for every call: Background
// never ends.
func CloseWithBackground(c *conn) {
	ctx := context.Background()
	go func() {
		<-ctx.Done() // want selectnoexit/watcher:"this context never ends"
		c.close()
	}()
}

// CloseWithTimeout is its ok twin: the context ends when the caller cancels.
func CloseWithTimeout(c *conn) (stop context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		<-ctx.Done()
		c.close()
	}()
	return cancel
}
