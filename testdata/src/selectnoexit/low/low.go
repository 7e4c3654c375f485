// Package low holds what is reported only at low confidence.
package low

//leaktest:flags -confidence=low

import (
	"context"
	"os"
	"os/signal"
)

// Nobody knows how often the callback runs.
func Register(on func(func()), in chan int) {
	on(func() {
		go func() {
			for { // want selectnoexit/loop/low:"the goroutine never ends"
				<-in
			}
		}()
	})
}

// ok: it ends with in.
func RegisterOK(on func(func()), in chan int) {
	on(func() {
		go func() {
			for range in {
			}
		}()
	})
}

// The caller's own ctx.
func Watch(ctx context.Context, in chan int) {
	go func() {
		<-ctx.Done() // want selectnoexit/watcher/low:"only the end of its caller's context"
		close(in)
	}()
}

// ok: a second way out.
func WatchOK(ctx context.Context, in, done chan int) {
	go func() {
		select {
		case <-ctx.Done():
		case <-done:
		}
		close(in)
	}()
}

func start(ctx context.Context, f func(context.Context)) {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		defer cancel()
		f(ctx)
	}()
	cancel()
}

func until(ctx context.Context) { <-ctx.Done() }

// ok: which ctx a starter passes is not looked at.
func Started(ctx context.Context) { start(ctx, until) }

// What the process is told goes to one goroutine, as a rule.
func Reload(load func()) {
	ch := make(chan os.Signal, 1)
	signal.Notify(ch, os.Interrupt)
	go func() {
		for { // want selectnoexit/loop/low:"every call of Reload leaves a goroutine behind"
			<-ch
			load()
		}
	}()
}
