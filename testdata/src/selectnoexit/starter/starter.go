// Package starter holds goroutines started by other means than go.
package starter

import (
	"sync"
	"time"
)

type server struct {
	wg   sync.WaitGroup
	in   chan int
	done chan struct{}
}

// A starter of the project.
func (s *server) goAttach(f func()) {
	s.wg.Add(1)
	go func() {
		defer s.wg.Done()
		f()
	}()
}

func (s *server) Start() {
	s.goAttach(s.loop)
	s.goAttach(s.loopOK)
	s.goAttach(func() {
		for { // want selectnoexit/loop:"every call of server.Start"
			println(<-s.in)
		}
	})
}

func (s *server) loop() {
	for { // want selectnoexit/loop:"every call of server.Start leaves a goroutine behind; s.done is closed by server.Close"
		println(<-s.in)
	}
}

// ok: it ends.
func (s *server) loopOK() {
	for {
		select {
		case <-s.in:
		case <-s.done:
			return
		}
	}
}

func (s *server) Close() { close(s.done) }

// WaitGroup.Go starts one as well.
func (s *server) Group() {
	s.wg.Go(func() {
		for { // want selectnoexit/loop:"every call of server.Group"
			println(<-s.in)
		}
	})
}

// ok: as Group, over a range.
func (s *server) GroupOK() {
	s.wg.Go(func() {
		for v := range s.in {
			println(v)
		}
	})
}

// So does AfterFunc.
func (s *server) After() {
	time.AfterFunc(time.Second, func() {
		for { // want selectnoexit/loop:"every call of server.After"
			println(<-s.in)
		}
	})
}

// ok: it returns.
func (s *server) AfterOK() {
	time.AfterFunc(time.Second, func() { println(<-s.in) })
}
