//leaktest:flags -go=1.22

// Package clocks: timers behind interfaces.
package clocks

import (
	"time"

	"corpus/tickerstop/clocks/lib"
)

func lost(c lib.Clock, done chan struct{}) {
	t := c.Every(time.Second) // want tickerstop/ticker:"t, the ticker of Every, is never stopped; before Go 1.23 it is never collected"
	for {
		select {
		case <-t.Chan():
		case <-done:
			return
		}
	}
}

func stopped(c lib.Clock, done chan struct{}) {
	t := c.Every(time.Second)
	defer t.Stop()
	for {
		select {
		case <-t.Chan():
		case <-done:
			return
		}
	}
}

func borrowed(c lib.Clock, done chan struct{}) {
	t := c.Current()
	for {
		select {
		case <-t.Chan():
		case <-done:
			return
		}
	}
}

func timerLost(c lib.Clock, jobs chan int) {
	t := c.At(c.Now().Add(time.Hour)) // want tickerstop/timer:"t, the timer of At, is not stopped on the way out at line 59"
	running := true
	again := func() {
		if running && !t.Stop() {
			<-t.Ch()
		}
		running = t.Reset(time.Second)
	}
	for {
		select {
		case _, ok := <-jobs:
			if !ok {
				return
			}
			again()
		case <-t.Ch():
			running = false
			again()
		}
	}
}

func timerStopped(c lib.Clock, jobs chan int) {
	t := c.At(c.Now().Add(time.Hour))
	defer t.Stop()
	for {
		select {
		case _, ok := <-jobs:
			if !ok {
				return
			}
		case <-t.Ch():
			t.Reset(time.Second)
		}
	}
}

type local interface {
	NewTicker(time.Duration) lib.Ticker
}

func ofOwnClock(c local, done chan struct{}) {
	t := c.NewTicker(time.Second) // want tickerstop/ticker:"the ticker of NewTicker"
	<-done
	_ = t
}

// A goroutine that waits for the ticker of a clock only: one for every call.
func Watch(c lib.Clock, f func()) {
	t := c.Every(time.Second)
	go func() {
		defer t.Stop()
		for range t.Chan() { // want tickerstop/reader:"this loop waits for a ticker only and has no way out"
			f()
		}
	}()
}

// ok: it can be told to end.
func WatchUntil(c lib.Clock, f func(), done chan struct{}) {
	t := c.Every(time.Second)
	go func() {
		defer t.Stop()
		for {
			select {
			case <-t.Chan():
				f()
			case <-done:
				return
			}
		}
	}()
}
