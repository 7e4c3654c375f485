// Package gate closes connections at the end of a context.
package gate

import (
	"context"
	"net"
)

// Register closes c when ctx ends.
func Register(ctx context.Context, c net.Conn) (err error) {
	defer func() {
		if err != nil {
			return
		}
		go func() {
			<-ctx.Done()
			c.Close()
		}()
	}()
	_, err = c.Write(nil)
	return err
}

// Check asks whether ctx has ended.
func Check(ctx context.Context, c net.Conn) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	_, err := c.Write(nil)
	return err
}

// Either closes c when ctx ends, or done is closed.
func Either(ctx context.Context, c net.Conn, done chan struct{}) {
	go func() {
		select {
		case <-ctx.Done():
		case <-done:
		}
		c.Close()
	}()
}
