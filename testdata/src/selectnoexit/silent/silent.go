// Package silent holds loops whose only way out is a channel on which nothing
// ever happens.
package silent

import (
	"context"
	"time"
)

type recorder struct {
	n       int
	buffer  chan int
	stop    chan struct{} // closed by tests only
	stopped chan struct{}
}

// New starts a goroutine that nothing can end.
func New() *recorder {
	r := &recorder{buffer: make(chan int, 10), stop: make(chan struct{}), stopped: make(chan struct{})}
	go r.run()
	return r
}

func (r *recorder) run() {
	for { // want selectnoexit/loop:"every call of New leaves a goroutine behind; nothing ever closes stop or sends to it"
		select {
		case <-r.stop:
			close(r.stopped)
			return
		default:
		}
		r.n++
		time.Sleep(time.Second)
	}
}

// The case is the first of a select, or the last.
func NewSelect(first bool) *recorder {
	r := &recorder{buffer: make(chan int, 10), stop: make(chan struct{})}
	if first {
		go r.first()
	} else {
		go r.last()
	}
	return r
}

func (r *recorder) first() {
	for {
		select { // want selectnoexit/select:"nothing ever closes stop or sends to it"
		case <-r.stop:
			return
		case v := <-r.buffer:
			r.n += v
		}
	}
}

func (r *recorder) last() {
	for {
		select { // want selectnoexit/select:"nothing ever closes stop or sends to it"
		case v := <-r.buffer:
			r.n += v
		case <-r.stop:
			return
		}
	}
}

// Put fills the buffer.
func (r *recorder) Put(v int) { r.buffer <- v }

type closed struct {
	in   chan int
	stop chan struct{}
}

// ok: Close closes it.
func NewClosed() *closed {
	c := &closed{in: make(chan int), stop: make(chan struct{})}
	go func() {
		for {
			select {
			case v := <-c.in:
				println(v)
			case <-c.stop:
				return
			}
		}
	}()
	return c
}

func (c *closed) Put(v int) { c.in <- v }

func (c *closed) Close() { close(c.stop) }

type told struct{ in, stop chan int }

// ok: a message stops it.
func NewTold() *told {
	t := &told{in: make(chan int), stop: make(chan int)}
	go func() {
		for {
			select {
			case v := <-t.in:
				println(v)
			case <-t.stop:
				return
			}
		}
	}()
	return t
}

func (t *told) Put(v int) { t.in <- v }

func (t *told) Stop() {
	select {
	case t.stop <- 1:
	default:
	}
}

type given struct {
	in   chan int
	stop chan struct{}
}

// ok: the caller has the channel.
func NewGiven(stop chan struct{}) *given {
	g := &given{in: make(chan int), stop: stop}
	go g.run()
	return g
}

func (g *given) Put(v int) { g.in <- v }

func (g *given) run() {
	for {
		select {
		case v := <-g.in:
			println(v)
		case <-g.stop:
			return
		}
	}
}

type handed struct {
	in   chan int
	stop chan struct{}
}

// ok: a function outside has it.
func NewHanded(register func(chan struct{})) *handed {
	h := &handed{in: make(chan int), stop: make(chan struct{})}
	register(h.stop)
	go func() {
		for {
			select {
			case v := <-h.in:
				println(v)
			case <-h.stop:
				return
			}
		}
	}()
	return h
}

func (h *handed) Put(v int) { h.in <- v }

type local struct {
	in   chan int
	stop chan struct{}
}

// ok: the variable holds it, too.
func NewLocal() (l *local, stop func()) {
	ch := make(chan struct{})
	l = &local{in: make(chan int), stop: ch}
	go func() {
		for {
			select {
			case v := <-l.in:
				println(v)
			case <-l.stop:
				return
			}
		}
	}()
	return l, func() { close(ch) }
}

func (l *local) Put(v int) { l.in <- v }

type Exported struct {
	in   chan int
	Stop chan struct{}
}

// ok: everybody can close it.
func NewExported() *Exported {
	e := &Exported{in: make(chan int), Stop: make(chan struct{})}
	go func() {
		for {
			select {
			case v := <-e.in:
				println(v)
			case <-e.Stop:
				return
			}
		}
	}()
	return e
}

func (e *Exported) Put(v int) { e.in <- v }

type both struct {
	in   chan int
	stop chan struct{}
}

// ok: the context ends it.
func NewBoth(ctx context.Context) *both {
	b := &both{in: make(chan int), stop: make(chan struct{})}
	go func() {
		for {
			select {
			case v := <-b.in:
				println(v)
			case <-b.stop:
				return
			case <-ctx.Done():
				return
			}
		}
	}()
	return b
}

func (b *both) Put(v int) { b.in <- v }
