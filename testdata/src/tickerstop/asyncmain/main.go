//go:debug asynctimerchan=1

// Command asyncmain asks for the old timers.
package main

import "time"

func never(done chan struct{}) {
	t := time.NewTicker(time.Second) // want tickerstop/ticker:"never stopped"
	select {
	case <-t.C:
	case <-done:
	}
}

func main() {
	// The process ends with it.
	t := time.NewTicker(time.Second)
	<-t.C
	for {
		never(nil)
	}
}
