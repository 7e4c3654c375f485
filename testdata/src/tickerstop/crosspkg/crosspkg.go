//leaktest:flags -go=1.22

// Package crosspkg: timers that functions of another package make and stop.
package crosspkg

import (
	"time"

	"corpus/tickerstop/crosspkg/lib"
)

func stop(done chan struct{}) {
	t := time.NewTimer(time.Hour)
	defer lib.Stop(t)
	<-done
}

func stops(done chan struct{}) {
	t := time.NewTimer(time.Hour)
	defer lib.Stops(&t)
	<-done
}

func ignore(done chan struct{}) {
	t := time.NewTimer(time.Hour) // want tickerstop/timer:"is only passed to Ignore"
	defer lib.Ignore(t)
	<-done
}

func wrapper(done chan struct{}) {
	t := lib.NewTicker() // want tickerstop/ticker:"t, the ticker of lib.NewTicker, is never stopped"
	select {
	case <-t.C:
	case <-done:
	}
}

func wrapperOK(done chan struct{}) {
	t := lib.NewTicker()
	defer t.Stop()
	<-done
}

func keep(done chan struct{}) {
	t := lib.NewTicker()
	lib.Keep(t)
	<-done
}
