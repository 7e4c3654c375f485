// Package loop holds loops without select.
package loop

import (
	"context"
	"net"
	"sync"
	"time"
)

type poller struct {
	mu   sync.Mutex
	n    int
	stop chan struct{}
}

// A loop around Sleep, with a ctx in scope.
func (p *poller) Poll(ctx context.Context) {
	go func() {
		for { // want selectnoexit/loop:"every call of poller.Poll leaves a goroutine behind; ctx is in scope and never consulted"
			time.Sleep(time.Second) // slowly
			p.mu.Lock()
			p.n++
			p.mu.Unlock()
		}
	}()
}

// ok: the ctx is the condition.
func (p *poller) PollOK(ctx context.Context) {
	go func() {
		for ctx.Err() == nil {
			time.Sleep(time.Second)
			p.mu.Lock()
			p.n++
			p.mu.Unlock()
		}
	}()
}

// The object has a channel for this, and does not use it here.
func (p *poller) Start() {
	go p.run()
}

func (p *poller) run() {
	for { // want selectnoexit/loop:"p.stop is closed by poller.Stop but this loop never receives from it"
		time.Sleep(time.Minute)
		p.tick()
	}
}

func (p *poller) tick() { p.n++ }

func (p *poller) Stop() { close(p.stop) }

// A receive that notices nothing when the channel is closed.
func Drain(in chan int, out []int) {
	go func() {
		for { // want selectnoexit/loop:"every call of Drain"
			v := <-in
			out = append(out, v)
		}
	}()
}

// ok: a range ends when the channel is closed.
func DrainOK(in chan int, out []int) {
	go func() {
		for v := range in {
			out = append(out, v)
		}
	}()
}

// An accept loop that goes on after errors, also after the listener is closed.
func Serve(l net.Listener) {
	go func() {
		for { // want selectnoexit/loop:"every call of Serve"
			c, err := l.Accept()
			if err != nil {
				continue
			}
			c.Close()
		}
	}()
}

// ok: the error ends it.
func ServeOK(l net.Listener) {
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			c.Close()
		}
	}()
}

// A generator without a way to stop it.
func Count() <-chan int {
	ch := make(chan int)
	go func() {
		for i := 0; ; i++ { // want selectnoexit/loop:"every call of Count"
			ch <- i
		}
	}()
	return ch
}

// ok: it has one.
func CountOK(stop <-chan struct{}) <-chan int {
	ch := make(chan int)
	go func() {
		for i := 0; ; i++ {
			select {
			case ch <- i:
			case <-stop:
				return
			}
		}
	}()
	return ch
}

// A condition that cannot be false.
func True(in chan int) {
	go func() {
		const debug = true
		for debug { // want selectnoexit/loop:"every call of True"
			<-in
		}
	}()
}

// ok: a variable.
func TrueOK(in chan int, more *bool) {
	go func() {
		for *more {
			<-in
		}
	}()
}

// A loop made with goto.
func Goto(in chan int) {
	go func() {
	again:
		<-in // want selectnoexit/loop:"every call of Goto"
		goto again
	}()
}

// ok: it goes out as well.
func GotoOK(in chan int) {
	go func() {
	again:
		if <-in == 0 {
			goto out
		}
		goto again
	out:
	}()
}
