// Package gomod: the go line of the module asks for the old rule.
package gomod

import "time"

func Never(done chan struct{}) {
	t := time.NewTicker(time.Second) // want tickerstop/ticker:"never stopped"
	select {
	case <-t.C:
	case <-done:
	}
}

func Stopped(done chan struct{}) {
	t := time.NewTicker(time.Second)
	defer t.Stop()
	select {
	case <-t.C:
	case <-done:
	}
}
