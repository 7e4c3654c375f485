package watcher

import (
	"context"
	"net"

	"corpus/selectnoexit/watcher/gate"
)

// Its callers decide (low).
func watch(ctx context.Context, c net.Conn) {
	go func() {
		<-ctx.Done()
		c.Close()
	}()
}

// Nothing ever ends this one.
func Open(c net.Conn) {
	watch(context.Background(), c) // want selectnoexit/watcher:"this context never ends, and only its end would end a goroutine that watch starts: every call of Open leaves a goroutine behind"
}

// ok: the cancel function is returned.
func OpenOK(c net.Conn) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	watch(ctx, c)
	return cancel
}

type key struct{}

func through(ctx context.Context, c net.Conn) {
	watch(context.WithValue(ctx, key{}, 1), c)
}

// By way of another function.
func OpenThrough(c net.Conn) {
	ctx := context.TODO() // want selectnoexit/watcher:"a goroutine that watch starts|a goroutine that through starts"
	through(ctx, c)
}

// ok: the caller's.
func OpenFor(ctx context.Context, c net.Conn) { through(ctx, c) }

// ok: started once.
func init() { watch(context.Background(), nil) }

func watchTwo(ctx context.Context, done chan struct{}, c net.Conn) {
	go func() {
		select {
		case <-ctx.Done():
		case <-done:
		}
		c.Close()
	}()
}

// ok: there is another way out.
func OpenTwo(done chan struct{}, c net.Conn) { watchTwo(context.Background(), done, c) }

// In another package, of which only facts are known.
func OpenGate(c net.Conn) error {
	return gate.Register(context.Background(), c) // want selectnoexit/watcher:"only its end would end a goroutine that Register starts"
}

// ok: it has an end.
func OpenGateOK(c net.Conn) (func(), error) {
	ctx, cancel := context.WithCancel(context.Background())
	return cancel, gate.Register(ctx, c)
}

// ok: this one waits on no goroutine.
func OpenGateHere(c net.Conn) error { return gate.Check(context.Background(), c) }

// ok: and this one has another way out.
func OpenGateEither(c net.Conn, done chan struct{}) { gate.Either(context.Background(), c, done) }
