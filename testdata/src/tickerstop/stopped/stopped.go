// Package stopped receives from timers that are stopped or have fired.
package stopped

import (
	"context"
	"time"
)

// Whoever waits for the timer waits for ever.
func Stop(work func()) {
	t := time.NewTimer(time.Minute)
	go func() {
		<-t.C // want tickerstop/stopped:"the receive from t.C can block for ever: a timer that is stopped"
		work()
	}()
	t.Stop()
}

// ok: another way out.
func StopOK(ctx context.Context, work func()) {
	t := time.NewTimer(time.Minute)
	go func() {
		select {
		case <-t.C:
			work()
		case <-ctx.Done():
		}
	}()
	t.Stop()
}

// On one way only.
func Maybe(cond bool, work func()) {
	t := time.NewTimer(time.Minute)
	go func() {
		<-t.C // want tickerstop/stopped:"can block for ever when cond is true"
		work()
	}()
	if cond {
		t.Stop()
	}
}

// ok: it is started again.
func ResetOK(work func()) {
	t := time.NewTimer(time.Minute)
	go func() {
		<-t.C
		work()
	}()
	if t.Stop() {
		t.Reset(time.Second)
	}
}

// It fires once, and that was received.
func Drained() {
	t := time.NewTimer(time.Millisecond)
	<-t.C
	if !t.Stop() {
		<-t.C // want tickerstop/stopped:"the receive from t.C can block for ever"
	}
}

// ok: what was sent is received once.
func DrainedOK() {
	t := time.NewTimer(time.Millisecond)
	if !t.Stop() {
		<-t.C
	}
}

// A ticker that is stopped sends nothing either.
func Tick(work func()) {
	t := time.NewTicker(time.Minute)
	go func() {
		<-t.C // want tickerstop/stopped:"can block for ever"
		work()
	}()
	t.Stop()
}

// ok: stopped by whoever waits.
func TickOK(work func()) {
	t := time.NewTicker(time.Minute)
	go func() {
		<-t.C
		t.Stop()
		work()
	}()
}
