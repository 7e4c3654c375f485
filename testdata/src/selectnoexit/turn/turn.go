// Package turn has loops without a way out of which a return would cut a turn in
// half, and others.
package turn

import (
	"context"
	"io"
	"time"
)

// First: nothing has begun when the select waits. Fixed.
func First(ctx context.Context, in <-chan int, use func(int)) {
	go func() {
		for {
			var v int
			select { // want "no case of this select leaves its loop"
			case v = <-in:
			case <-time.After(time.Second):
			}
			use(v)
		}
	}()
}

// Half is not fixed: a return in the select would leave what was opened.
func Half(ctx context.Context, in <-chan int, open func() io.Closer) {
	go func() {
		for {
			c := open()
			select { // want "no case of this select leaves its loop"
			case <-in:
			case <-time.After(time.Second):
			}
			c.Close()
		}
	}()
}

// Last: nothing comes after the wait. Fixed.
func Last(ctx context.Context, poll func(context.Context)) {
	go func() {
		for { // want "this loop has no way out"
			poll(ctx)
			time.Sleep(time.Second)
		}
	}()
}

// Between is not fixed.
func Between(ctx context.Context, begin, end func(context.Context)) {
	go func() {
		for { // want "this loop has no way out"
			begin(ctx)
			time.Sleep(time.Second)
			end(ctx)
		}
	}()
}
