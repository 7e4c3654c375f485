// Package process holds goroutines that live as long as the process, beside
// twins that do not.
package process

import (
	"sync"
	"sync/atomic"
	"time"
)

var (
	requests atomic.Int64
	events   = make(chan int)
)

// ok: started once, by init.
func init() {
	go func() {
		for {
			select {
			case <-events:
				requests.Add(1)
			case <-time.After(time.Second):
			}
		}
	}()
}

// ok, but for -confidence=low: it uses what the process has one of.
func Report() {
	go func() {
		for {
			time.Sleep(time.Minute)
			println(requests.Load())
		}
	}()
}

// Its twin keeps what the caller gave it.
func ReportTo(interval time.Duration, to func(int64)) {
	go func() {
		for { // want selectnoexit/loop:"every call of ReportTo leaves a goroutine behind"
			time.Sleep(interval)
			to(requests.Load())
		}
	}()
}

// Nothing but package state, and yet the caller says when it is to end.
func ReportUntil(interval time.Duration, stop <-chan struct{}) {
	go func() {
		for { // want selectnoexit/loop:"stop is in scope and does not end it"
			time.Sleep(interval)
			println(requests.Load())
		}
	}()
}

// ok: it does.
func ReportUntilOK(interval time.Duration, stop <-chan struct{}) {
	go func() {
		for {
			select {
			case <-stop:
				return
			case <-time.After(interval):
				println(requests.Load())
			}
		}
	}()
}

type registry struct {
	once sync.Once
	in   chan int
	n    int
}

func (r *registry) loop() {
	for {
		r.n += <-r.in
	}
}

var std = &registry{in: make(chan int)}

// ok: the Once is a field of a package variable.
func Use() *registry {
	std.once.Do(func() { go std.loop() })
	return std
}

type janitor struct{ in chan int }

var sweep janitor

// ok: the receiver is the only value of its type, a package variable.
func (j *janitor) start() {
	go func() {
		for {
			println(<-j.in)
		}
	}()
}

// Sweep starts it.
func Sweep() { sweep.start() }

type Shard struct {
	once sync.Once
	in   chan int
	n    int
}

// A Once of each object is one goroutine for each object.
func (s *Shard) Use() {
	s.once.Do(func() {
		go func() {
			for { // want selectnoexit/loop:"every call of Shard.Use leaves a goroutine behind"
				s.n += <-s.in
			}
		}()
	})
}

var (
	mu      sync.Mutex
	running bool
)

// ok: a Once written by hand.
func Ensure(name *string) {
	mu.Lock()
	defer mu.Unlock()
	if running {
		return
	}
	running = true
	go func() {
		for {
			println(*name, <-events)
		}
	}()
}

// Its twin forgets to set the flag.
func EnsureNot(name *string) {
	mu.Lock()
	defer mu.Unlock()
	if running {
		return
	}
	go func() {
		for { // want selectnoexit/loop:"every call of EnsureNot"
			println(*name, <-events)
		}
	}()
}
