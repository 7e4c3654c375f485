// Package main runs once.
package main

import (
	"net"
	"net/http"
)

func work() {}

func main() {
	go work() // process
	Exported()
	s := &server{}
	s.serve(nil)
	register(func() {
		go work() // process: called in register
	})
	http.Handle("/", s)
	unseen = append(unseen, func() {
		go work() // unknown
	})
	for _, f := range []func(){work} {
		go f() // process
	}
}

var unseen []func()

// Exported has no callers but main.
func Exported() {
	go work() // process
}

func register(f func()) { f() }

type server struct{}

func (s *server) serve(l net.Listener) {
	go s.reap() // process
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		go s.handle(c) // per instance
	}
}

func (s *server) reap() {}

func (s *server) handle(c net.Conn) {
	go c.Close() // per call
}

// ServeHTTP runs for every request.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) { // per call handler
	go work() // per call
}
