//leaktest:flags -go=1.22

// Package partner has tickers that somebody else stops, or does not.
package partner

import (
	"time"

	"corpus/tickerstop/partner/lib"
)

// Two hops, to nothing.
func twoHops(done chan struct{}) {
	t := time.NewTicker(time.Second) // want tickerstop/ticker:"is only passed to Over, which can leave without stopping it"
	defer lib.Over(t)
	<-done
}

// ok: two hops to Stop.
func twoHopsOK(done chan struct{}) {
	t := time.NewTicker(time.Second)
	defer lib.End(t)
	<-done
}

// Two packages away, to nothing.
func twoPackages(done chan struct{}) {
	t := time.NewTicker(time.Second) // want tickerstop/ticker:"is only passed to OverFar"
	defer lib.OverFar(t)
	<-done
}

// ok: two packages away.
func twoPackagesOK(done chan struct{}) {
	t := time.NewTicker(time.Second)
	defer lib.EndFar(t)
	<-done
}

// A wrapper of a wrapper.
func wrapper(done chan struct{}) {
	t := lib.NewFar() // want tickerstop/ticker:"t, the ticker of lib.NewFar, is never stopped"
	select {
	case <-t.C:
	case <-done:
	}
}

// ok: it is stopped.
func wrapperOK(done chan struct{}) {
	t := lib.NewFar()
	defer t.Stop()
	<-done
}

// A generic function that makes one.
func maker[T any](c chan T) (v T) {
	t := time.NewTicker(time.Second) // want tickerstop/ticker:"t, the ticker of time.NewTicker, is never stopped"
	select {
	case <-t.C:
	case v = <-c:
	}
	return v
}

// ok: it stops it, too.
func makerOK[T any](c chan T) (v T) {
	t := time.NewTicker(time.Second)
	defer t.Stop()
	select {
	case <-t.C:
	case v = <-c:
	}
	return v
}

func instances(ints chan int, strings chan string) {
	maker(ints)
	maker(strings)
	makerOK(ints)
}

// A generic function that does nothing.
func generic(done chan struct{}) {
	t := time.NewTicker(time.Second) // want tickerstop/ticker:"is only passed to Ignore"
	defer lib.Ignore(t)
	<-done
}

// ok: one that calls what it is given.
func genericOK(done chan struct{}) {
	t := time.NewTicker(time.Second)
	defer lib.Apply(1, t.Stop)
	<-done
}

// A method value that nothing calls.
func methodValue(done chan struct{}) {
	t := time.NewTicker(time.Second) // want tickerstop/ticker:"t, the ticker of time.NewTicker, is never stopped"
	stop := t.Reset
	stop(time.Minute)
	<-done
}

// ok: one that is deferred.
func methodValueOK(done chan struct{}) {
	t := time.NewTicker(time.Second)
	stop := t.Stop
	defer stop()
	<-done
}

// A method of its own is nobody else.
func ownMethod(done chan struct{}) {
	t := time.NewTicker(time.Second) // want tickerstop/ticker:"t, the ticker of time.NewTicker, is never stopped"
	t.Reset(time.Minute)
	<-done
}

type holder struct {
	t *time.Ticker
	n int
}

func (h *holder) Close() { h.t.Stop() }

// The method value of what holds it is called on one way only.
func holderValue(done chan struct{}) {
	t := time.NewTicker(time.Second) // want tickerstop/ticker:"not stopped on the way out"
	h := &holder{t: t}
	closeIt := h.Close
	select {
	case <-t.C:
		return
	case <-done:
	}
	closeIt()
}

// ok: it is deferred.
func holderValueOK(done chan struct{}) {
	h := &holder{t: time.NewTicker(time.Second)}
	closeIt := h.Close
	defer closeIt()
	<-done
}

// A variable that gets another one: the deferred closure stops the last.
func reassigned(done chan struct{}) {
	t := time.NewTicker(time.Second) // want tickerstop/ticker:"is overwritten before it is stopped"
	defer func() { t.Stop() }()
	<-done
	t = time.NewTicker(time.Minute)
	<-t.C
}

// ok: the first is stopped before.
func reassignedOK(done chan struct{}) {
	t := time.NewTicker(time.Second)
	defer func() { t.Stop() }()
	<-done
	t.Stop()
	t = time.NewTicker(time.Minute)
	<-t.C
}

// A copy of what holds the ticker, which is dropped.
func structCopy(done chan struct{}) {
	h := holder{t: time.NewTicker(time.Second)} // want tickerstop/ticker:"is never stopped"
	c := h
	c.n++
	<-done
}

// ok: stopped through the copy.
func structCopyOK(done chan struct{}) {
	h := holder{t: time.NewTicker(time.Second)}
	c := h
	defer c.t.Stop()
	<-done
}

// One implementation, which forgets it.
type taker interface{ take(*time.Ticker) }

type forgets struct{}

func (forgets) take(t *time.Ticker) {}

func oneImplementation(k taker) {
	t := time.NewTicker(time.Second) // want tickerstop/ticker:"is only passed to take"
	k.take(t)
}

// ok: one that stops it.
type stopper interface{ end(*time.Ticker) }

type stops struct{}

func (stops) end(t *time.Ticker) { t.Stop() }

func oneImplementationOK(s stopper) {
	t := time.NewTicker(time.Second)
	s.end(t)
}

type service struct {
	tested *time.Ticker // stopped by a test only
	tagged *time.Ticker // stopped in a file that the build leaves out
	closed *time.Ticker // stopped by Close, and by a test
}

// Close stops one of them.
func (s *service) Close() { s.closed.Stop() }

// ok: not only a test stops it.
func newClosed() *service {
	s := &service{}
	s.closed = time.NewTicker(time.Second)
	return s
}

func newTested() *service {
	s := &service{}
	s.tested = time.NewTicker(time.Second) // want tickerstop/ticker:"is stored in tested, where nothing in this package stops it"
	return s
}

func newTagged() *service {
	s := &service{}
	s.tagged = time.NewTicker(time.Second)
	return s
}
