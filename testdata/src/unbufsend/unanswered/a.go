// Package unanswered sends on channels in unexported fields and package
// variables that no code of the package receives from.
package unanswered

import (
	"fmt"
	"sync"
)

type service struct {
	events chan string // nobody receives
	tested chan string // only a test does
	ticks  chan int
	room   chan int
	ample  chan int
	looped chan int
	quit   chan struct{}
}

func newService() *service {
	return &service{
		events: make(chan string),
		tested: make(chan string),
		ticks:  make(chan int, 1),
		room:   make(chan int, 4),
		ample:  make(chan int, 4),
		looped: make(chan int, 2),
		quit:   make(chan struct{}),
	}
}

// Run starts a service.
func Run(names []string) {
	s := newService()
	go s.serve(names)
	go s.spin()
	go s.count()
}

func (s *service) serve(names []string) {
	for _, n := range names {
		s.events <- n // want unbufsend/noreceiver:`the send on s.events can block for ever: no code of this package receives from it`
	}
}

// Notify sends where only a test receives.
func (s *service) Notify() {
	s.tested <- "x" // want `the send on s.tested can block for ever: no code of this package receives from it`
}

func (s *service) spin() {
	for {
		s.looped <- 1 // want `the send on s.looped can block for ever: no code of this package receives from it`
	}
}

func (s *service) count() {
	s.ample <- 1 // ok: there is room for all four
	s.ample <- 2
}

// Stop may be called more often than there is room, but who says so?
func (s *service) Stop() {
	s.room <- 1 // ok
}

// Two senders, one finding: at the first of them.
var progress = make(chan int)

func report(n int) {
	progress <- n // want `the send on progress can block for ever: no code of this package receives from it`
}

func reportTwice(n int) {
	progress <- n
	progress <- n
}

// Progress reports.
func Progress(n int) {
	go report(n)
	reportTwice(n)
}

// The twins: each channel has its counterpart, however it is written.

type twins struct {
	plain, alias, helper, closure, method, handed, listed, closed, selected, embed chan int
	stored                                                                         any
}

func newTwins() *twins {
	return &twins{
		plain: make(chan int), alias: make(chan int), helper: make(chan int), closure: make(chan int), method: make(chan int),
		handed: make(chan int), listed: make(chan int), closed: make(chan int), selected: make(chan int), embed: make(chan int),
	}
}

func (t *twins) send() {
	t.plain <- 1
	t.alias <- 1    // ok: received under another name
	t.helper <- 1   // ok: received by a function that it is passed to
	t.closure <- 1  // ok: received in a function literal
	t.method <- 1   // ok: received by a bound method
	t.handed <- 1   // ok: handed to code that cannot be seen
	t.listed <- 1   // ok: received from a list
	t.closed <- 1   // ok: closed some time
	t.selected <- 1 // ok: received in a select
}

func (t *twins) receive(done chan struct{}) {
	<-t.plain
	c := t.alias
	for range c {
	}
	drain(t.helper)
	func() { <-t.closure }()
	f := t.next
	f()
	fmt.Println(t.handed)
	for _, c := range []chan int{t.listed} {
		<-c
	}
	close(t.closed)
	select {
	case <-t.selected:
	case <-done:
	}
}

func (t *twins) next() int { return <-t.method }

func drain[T any](c <-chan T) { <-c }

// Twins uses them all.
func Twins(done chan struct{}) {
	t := newTwins()
	go t.send()
	t.receive(done)
}

// inner is received from through the struct that embeds it.
type inner struct{ c chan int }

type outer struct{ inner }

func (i *inner) put() { i.c <- 1 } // ok: outer receives

func (o *outer) take() { <-o.c }

// Embedded uses both.
func Embedded() {
	o := &outer{inner{make(chan int)}}
	go o.put()
	o.take()
}

// box is generic: what one instance receives every other may.
type box[T any] struct{ c chan T }

func (b *box[T]) put(v T) { b.c <- v } // ok: take receives

func (b *box[T]) take() T { return <-b.c }

// Boxes uses one.
func Boxes() int {
	b := &box[int]{make(chan int)}
	go b.put(1)
	return b.take()
}

// taker is implemented by mailbox.
type taker interface{ take() }

type mailbox struct{ c chan int }

func (m *mailbox) put() { m.c <- 1 } // ok: received by the method of an interface

func (m *mailbox) take() { <-m.c }

// Mail uses it.
func Mail() {
	m := &mailbox{make(chan int)}
	go m.put()
	var t taker = m
	t.take()
}

// converted is another struct with the same fields.
type converted struct{ c chan int }

type original struct{ c chan int }

func (o original) put() { o.c <- 1 } // ok: received from the other type's field

// Convert converts.
func Convert() {
	o := original{make(chan int)}
	go o.put()
	<-converted(o).c
}

// Unnamed types have fields of their own, and are one all the same.
var unnamed = struct{ c chan int }{make(chan int)}

// Unnamed sends and receives.
func Unnamed() {
	go func() { unnamed.c <- 1 }() // ok: received from the copy
	var same struct{ c chan int } = unnamed
	<-same.c
}

// indexed receives from an array that is no variable.
type indexed struct{ c chan int }

func (i *indexed) both() [2]chan int { return [2]chan int{i.c, i.c} }

// Indexed sends and receives.
func Indexed() {
	i := &indexed{make(chan int)}
	go func() { i.c <- 1 }() // ok
	<-i.both()[0]
}

// registry hands its channel out.
type registry struct{ c chan int }

func (r *registry) put() { r.c <- 1 } // ok: Chan hands it out

// Chan returns the channel.
func (r *registry) Chan() <-chan int { return r.c }

// Register returns one.
func Register() *registry {
	r := &registry{make(chan int)}
	go r.put()
	return r
}

// tagged is received from on another system.
type tagged struct{ plan chan int }

func (t *tagged) put() { t.plan <- 1 } // ok: a file that is not built here uses it

// Tagged starts it.
func Tagged() {
	t := &tagged{make(chan int)}
	go t.put()
}

// given comes from outside.
type given struct{ c chan int }

func (g *given) put() { g.c <- 1 } // ok: whoever made it may receive

// Give takes a channel.
func Give(c chan int) { go (&given{c}).put() }

// callback is given its channel by others.
type callback struct{ c chan int }

func (c *callback) put() { c.c <- 1 } // ok: the function is called by code that cannot be seen

// Callback registers a function.
func Callback(on func(func(chan int))) {
	on(func(ch chan int) { go (&callback{ch}).put() })
}

// pooled goes through a sync.Map.
var pooled sync.Map

type item struct{ c chan int }

func (i *item) put() { i.c <- 1 } // ok: the map has it

// Pool keeps a channel.
func Pool() {
	i := &item{make(chan int)}
	pooled.Store(1, i.c)
	go i.put()
}

// guarded asks for room first.
type guarded struct{ c chan int }

func (g *guarded) put() {
	select {
	case g.c <- 1: // ok: there is a default
	default:
	}
	if len(g.c) < cap(g.c) {
		g.c <- 2 // ok: there is room
	}
}

// Guard starts it.
func Guard() {
	g := &guarded{make(chan int)}
	go g.put()
}

// dead is never called.
type dead struct{ c chan int }

func (d *dead) put() { d.c <- 1 } // ok: nobody calls it

var _ = dead{make(chan int)}
