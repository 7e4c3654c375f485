// Package low has a comment for a finding of low confidence, which is not
// shown here: it is needed where it is.
package low

import "context"

type conn struct{ closed bool }

func (c *conn) close() { c.closed = true }

// Watch's goroutine ends with the caller's own context.
func (c *conn) Watch(ctx context.Context) {
	go func() {
		<-ctx.Done() //lint:ignore leaklint/selectnoexit callers cancel soon
		c.close()
	}()
}

// Wait has no goroutine, so there is nothing to hide.
func (c *conn) Wait(ctx context.Context) {
	<-ctx.Done() //lint:ignore leaklint/selectnoexit callers cancel soon // want "hides no finding"
	c.close()
}
