// Package main is started once, and its exported functions have no other
// callers.
package main

import (
	"net"
	"time"
)

type app struct {
	in chan int
	n  int
}

func main() {
	a := &app{in: make(chan int)}
	// ok: as many workers as the process has.
	for range 4 {
		go a.Work()
	}
	// A goroutine that can never proceed is no use to the process either.
	go func() {
		select {} // want selectnoexit/forever:"the goroutine never ends"
	}()
	l, err := net.Listen("tcp", ":0")
	if err != nil {
		return
	}
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		go a.serve(c)
		go a.serveOK(c)
	}
}

func (a *app) Work() {
	for {
		a.n += <-a.in
	}
}

// One for every connection, of which there can be any number.
func (a *app) serve(c net.Conn) {
	for { // want selectnoexit/loop:"every call of main leaves a goroutine behind"
		c.Write([]byte("ping"))
		time.Sleep(time.Second)
	}
}

// ok: it notices that the connection is gone.
func (a *app) serveOK(c net.Conn) {
	for {
		if _, err := c.Write([]byte("ping")); err != nil {
			return
		}
		time.Sleep(time.Second)
	}
}
