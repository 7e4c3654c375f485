// Package newrule: since Go 1.23 an unreferenced timer is collected.
package newrule

import "time"

func Never(done chan struct{}) {
	t := time.NewTicker(time.Second)
	for {
		select {
		case <-t.C:
		case <-done:
			return
		}
	}
}

func Timer(done chan struct{}) {
	t := time.NewTimer(time.Hour)
	select {
	case <-t.C:
	case <-done:
	}
}

// A reader that never ends is one in all versions.
func Reader(f func()) {
	t := time.NewTicker(time.Second)
	go func() {
		for range t.C { // want tickerstop/reader:"every call of Reader leaves a goroutine behind"
			f()
		}
	}()
}

// TickLeft is collected.
func TickLeft(done chan struct{}) {
	tick := time.Tick(time.Second)
	for {
		select {
		case <-tick:
		case <-done:
			return
		}
	}
}

// DeferTurns keeps one for every turn: the defer refers to it.
func DeferTurns(done chan struct{}) {
	for {
		t := time.NewTicker(time.Second) // want tickerstop/loopdefer:"by a defer in a loop without bound"
		defer t.Stop()
		select {
		case <-done:
			return
		case <-t.C:
		}
	}
}

// OnceTurns makes one ticker at most: the timer is set again only where Stop
// says that it had not gone off.
func OnceTurns(done chan struct{}) {
	late := time.NewTimer(time.Minute)
	for {
		select {
		case <-late.C:
			t := time.NewTicker(time.Second)
			defer t.Stop()
			<-t.C
		case <-done:
			if !late.Stop() {
				return
			}
			late.Reset(0)
		}
	}
}

// AgainTurns sets the timer again when it has gone off.
func AgainTurns(done chan struct{}) {
	late := time.NewTimer(time.Minute)
	for {
		select {
		case <-late.C:
			t := time.NewTicker(time.Second) // want tickerstop/loopdefer:"by a defer in a loop without bound"
			defer t.Stop()
			<-t.C
			late.Reset(time.Minute)
		case <-done:
			return
		}
	}
}

// A request carries the channel for its answer.
type request struct {
	n     int
	reply chan error
}

// Answered starts one ticker: the answer comes once.
func Answered(requests chan request, done chan struct{}) {
	reply := make(chan error, 1)
	requests <- request{1, reply}
	for {
		select {
		case <-reply:
			t := time.NewTicker(time.Second)
			defer t.Stop()
			<-t.C
		case <-done:
			return
		}
	}
}

// Subscribed starts one for every event.
func Subscribed(requests chan request, done chan struct{}) {
	events := make(chan error, 8)
	requests <- request{1, events}
	for {
		select {
		case <-events:
			t := time.NewTicker(time.Second) // want tickerstop/loopdefer:"by a defer in a loop without bound"
			defer t.Stop()
			<-t.C
		case <-done:
			return
		}
	}
}
