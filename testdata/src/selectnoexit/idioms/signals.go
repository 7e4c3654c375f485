package idioms

import (
	"os"
	"os/signal"
)

// Signals go to the process: one goroutine serves it.
func OnInterrupt(load func()) {
	ch := make(chan os.Signal, 1)
	signal.Notify(ch, os.Interrupt)
	go func() {
		for {
			<-ch
			load()
		}
	}()
}

// The work comes from the caller.
func OnWork(work chan func(), load func()) {
	ch := make(chan os.Signal, 1)
	signal.Notify(ch, os.Interrupt)
	go func() {
		for {
			select { // want "every call of OnWork leaves a goroutine behind"
			case <-ch:
				load()
			case f := <-work:
				f()
			}
		}
	}()
}
