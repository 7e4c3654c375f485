// Package timeout: a select takes the other case and nobody receives any more.
package timeout

import (
	"context"
	"errors"
	"time"
)

func Context(ctx context.Context, f func() int) (int, error) {
	res := make(chan int)
	go func() {
		res <- f() // want `the send on res can block for ever: Context returns when the context ends first`
	}()
	select {
	case v := <-res:
		return v, nil
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

func ContextBuffered(ctx context.Context, f func() int) (int, error) {
	res := make(chan int, 1) // ok: the buffer takes the late result
	go func() {
		res <- f()
	}()
	select {
	case v := <-res:
		return v, nil
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

func ContextBoth(ctx context.Context, f func() int) (int, error) {
	res := make(chan int)
	go func() {
		select {
		case res <- f():
		case <-ctx.Done(): // ok: ends with the receiver
		}
	}()
	select {
	case v := <-res:
		return v, nil
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

func After(f func() int) (int, error) {
	res := make(chan int)
	go func() {
		res <- f() // want `the send on res can block for ever`
	}()
	select {
	case v := <-res:
		return v, nil
	case <-time.After(time.Second):
		return 0, errors.New("timeout")
	}
}

func AfterThenWaits(f func() int, log func(string)) int {
	res := make(chan int)
	go func() {
		res <- f()
	}()
	select {
	case v := <-res:
		return v
	case <-time.After(time.Second):
		log("slow")
		return <-res // ok: only says so
	}
}

func AfterDrains(f func() int) int {
	res := make(chan int)
	go func() {
		res <- f()
	}()
	select {
	case v := <-res:
		return v
	case <-time.After(time.Second):
		go func() { <-res }() // ok: somebody stays to receive
		return 0
	}
}

func Timer(f func() int) int {
	res := make(chan int)
	timer := time.NewTimer(time.Second)
	defer timer.Stop()
	go func() {
		res <- f() // want `the send on res can block for ever`
	}()
	select {
	case v := <-res:
		return v
	case <-timer.C:
		return 0
	}
}

func Stopped(stop <-chan struct{}, f func() int) int {
	res := make(chan int)
	go func() {
		res <- f() // want `the send on res can block for ever`
	}()
	select {
	case v := <-res:
		return v
	case <-stop:
		return 0
	}
}

// Done is closed by the receiver on its way out.
func Done(stop <-chan struct{}, f func() int) int {
	res := make(chan int)
	done := make(chan struct{})
	defer close(done)
	go func() {
		select {
		case res <- f():
		case <-done: // ok: closed by the deferred close
		}
	}()
	select {
	case v := <-res:
		return v
	case <-stop:
		return 0
	}
}

// NonBlocking may not find its partner: default is taken when it comes late.
func NonBlocking(f func() int) int {
	res := make(chan int)
	go func() {
		res <- f() // want `the send on res can block for ever`
	}()
	select {
	case v := <-res:
		return v
	default:
		return 0
	}
}
