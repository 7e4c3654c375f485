// Package exits holds loops that have an exit, however it is written.
package exits

import (
	"log"
	"os"
	"runtime"
)

type server struct{ in, done chan int }

// ok: a panic ends the goroutine.
func (s *server) Panic() {
	go func() {
		for {
			select {
			case v := <-s.in:
				if v < 0 {
					panic("negative")
				}
			case <-s.done:
			}
		}
	}()
}

// ok: log.Fatal ends the process.
func (s *server) Fatal() {
	go func() {
		for {
			if v := <-s.in; v < 0 {
				log.Fatal("negative")
			}
		}
	}()
}

// ok: so does a helper that calls os.Exit.
func (s *server) Helper() {
	go func() {
		for {
			if v := <-s.in; v < 0 {
				fail()
			}
		}
	}()
}

func fail() { os.Exit(1) }

// ok: check may end the process.
func (s *server) Check() {
	go func() {
		for {
			check(<-s.in)
		}
	}()
}

func check(v int) {
	if v < 0 {
		log.Panicln("negative")
	}
}

// A check that recovers from its own panic ends nothing.
func (s *server) Recovers() {
	go func() {
		for { // want selectnoexit/loop:"every call of server.Recovers"
			recovers(<-s.in)
		}
	}()
}

func recovers(v int) {
	defer func() { recover() }()
	if v < 0 {
		panic("negative")
	}
}

// ok: Goexit.
func (s *server) Goexit() {
	go func() {
		for {
			if v := <-s.in; v < 0 {
				runtime.Goexit()
			}
		}
	}()
}

// ok: the loop returns a value, somewhere deep.
func (s *server) Deep() {
	go func() {
		for {
			switch v := <-s.in; {
			case v > 0:
				for range v {
					if v == 3 {
						return
					}
				}
			}
		}
	}()
}

// ok: a flag that is set in a case, looked at after the select.
func (s *server) Flag() {
	go func() {
		stop := false
		for {
			select {
			case <-s.in:
			case <-s.done:
				stop = true
			}
			if stop {
				break
			}
		}
	}()
}

// The twin whose flag is never looked at.
func (s *server) NoFlag() {
	go func() {
		stop := false
		for {
			select { // want selectnoexit/select:"every call of server.NoFlag"
			case <-s.in:
			case <-s.done:
				stop = true
			}
			_ = stop
		}
	}()
}
