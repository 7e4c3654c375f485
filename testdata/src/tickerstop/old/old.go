//leaktest:flags -go=1.22

// Package old: before Go 1.23 a ticker that nothing stops is never collected.
package old

import (
	"errors"
	"os"
	"time"
)

func work() error { return nil }

func Never(done chan struct{}) {
	t := time.NewTicker(time.Second) // want tickerstop/ticker:"t, the ticker of time.NewTicker, is never stopped; before Go 1.23 it is never collected"
	for {
		select {
		case <-t.C:
			_ = work()
		case <-done:
			return
		}
	}
}

func Deferred(done chan struct{}) {
	t := time.NewTicker(time.Second)
	defer t.Stop()
	for {
		select {
		case <-t.C:
			_ = work()
		case <-done:
			return
		}
	}
}

func OneWay() error {
	t := time.NewTicker(time.Second) // want tickerstop/ticker:"t, the ticker of time.NewTicker, is not stopped on the way out at line 43"
	<-t.C
	if err := work(); err != nil {
		return err
	}
	t.Stop()
	return nil
}

func EachWay() error {
	t := time.NewTicker(time.Second)
	<-t.C
	if err := work(); err != nil {
		t.Stop()
		return err
	}
	t.Stop()
	return nil
}

// The variable is assigned again; the closure stops the last one.
func Reassigned(d time.Duration) {
	t := time.NewTicker(time.Second)
	defer func() { t.Stop() }()
	<-t.C
	t.Stop()
	t = time.NewTicker(d)
	<-t.C
}

func ReassignedLost(d time.Duration) {
	t := time.NewTicker(time.Second) // want tickerstop/ticker:"is overwritten before it is stopped"
	defer func() { t.Stop() }()
	<-t.C
	t = time.NewTicker(d)
	<-t.C
}

// The deferred call has the first value.
func DeferredFirst(d time.Duration) {
	t := time.NewTicker(time.Second)
	defer t.Stop()
	<-t.C
	t = time.NewTicker(d) // want tickerstop/ticker:"never stopped"
	<-t.C
}

func NoVariable(done chan struct{}) {
	c := time.NewTicker(time.Second).C // want tickerstop/ticker:"the ticker of time.NewTicker is never stopped"
	for {
		select {
		case <-c:
		case <-done:
			return
		}
	}
}

// A timer that has fired is gone.
func Fired() {
	t := time.NewTimer(time.Hour)
	<-t.C
}

func FiredOrNot(done chan struct{}) error {
	t := time.NewTimer(time.Hour) // want tickerstop/timer:"t, the timer of time.NewTimer, is never stopped; before Go 1.23 it is kept until it fires"
	select {
	case <-t.C:
		return errors.New("timeout")
	case <-done:
		return nil
	}
}

func FiredOrStopped(done chan struct{}) error {
	t := time.NewTimer(time.Hour)
	select {
	case <-t.C:
		return errors.New("timeout")
	case <-done:
		t.Stop()
		return nil
	}
}

// Short and one-shot (low).
func Short(done chan struct{}) {
	t := time.NewTimer(time.Second)
	select {
	case <-t.C:
	case <-done:
	}
}

// Short, but one for every turn.
func ShortInLoop(events chan int) {
	for {
		t := time.NewTimer(time.Second) // want tickerstop/timer:"is overwritten before it is stopped"
		select {
		case <-t.C:
			return
		case <-events:
		}
	}
}

func StoppedInLoop(events chan int) {
	for {
		t := time.NewTimer(time.Second)
		select {
		case <-t.C:
			return
		case <-events:
			t.Stop()
		}
	}
}

// The same as time.After.
func After(done chan struct{}) {
	select {
	case <-time.NewTimer(time.Hour).C:
	case <-done:
	}
}

type clock interface {
	NewTicker(time.Duration) *time.Ticker
}

// Made by a clock that we do not see.
func unseen(c clock, done chan struct{}) {
	t := c.NewTicker(time.Second)
	select {
	case <-t.C:
	case <-done:
	}
}

// The channel has a variable of its own, nil without a deadline: what arrives
// there is the timer's.
func FiredByVariable(d time.Duration, done chan struct{}) error {
	var timeout <-chan time.Time
	var t *time.Timer
	if d > 0 {
		t = time.NewTimer(d)
		timeout = t.C
	}
	select {
	case <-done:
	case <-timeout:
		return errors.New("timeout")
	}
	if t != nil {
		t.Stop()
	}
	return nil
}

// The other case does not stop it.
func OtherByVariable(d time.Duration, done chan struct{}) error {
	var timeout <-chan time.Time
	var t *time.Timer
	if d > 0 {
		t = time.NewTimer(d) // want tickerstop/timer:"never stopped"
		timeout = t.C
	}
	select {
	case <-done:
		return nil
	case <-timeout:
	}
	if t != nil {
		t.Stop()
	}
	return errors.New("timeout")
}

// The loop ends with the process only: nothing closes the channel of a ticker.
func UntilExit(orphan func() bool) {
	for range time.NewTicker(time.Second).C {
		if orphan() {
			os.Exit(1)
		}
	}
}

// It can be left.
func UntilBreak(orphan func() bool) {
	for range time.NewTicker(time.Second).C { // want tickerstop/ticker:"never stopped"
		if orphan() {
			break
		}
	}
}
