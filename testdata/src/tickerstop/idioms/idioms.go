//leaktest:flags -go=1.22

// Package idioms: the shapes of correct code that naive detectors report, each
// beside a leak, under the old rule.
package idioms

import (
	"sync"
	"time"
)

// K1: a deferred closure, a closure, a nil test.
func deferredClosure() {
	t := time.NewTicker(time.Second)
	defer func() {
		println("stopping")
		t.Stop()
	}()
	<-t.C
}

func closure() {
	t := time.NewTicker(time.Second)
	stop := func() { t.Stop() }
	<-t.C
	stop()
}

func closureNeverRun() {
	t := time.NewTicker(time.Second) // want tickerstop/ticker:"never stopped"
	stop := func() { t.Stop() }
	_ = stop
	<-t.C
}

func nilTest(d time.Duration) {
	var t *time.Ticker
	if d > 0 {
		t = time.NewTicker(d)
	}
	println("working")
	if t != nil {
		t.Stop()
	}
}

func wrongTest(d time.Duration) {
	var t *time.Ticker
	if d > 0 {
		t = time.NewTicker(d) // want tickerstop/ticker:"not stopped on the way out"
	}
	println("working")
	if d > 5 {
		t.Stop()
	}
}

// K2: a field, stopped in another method, through a copy; a slice; embedded; a map.
type server struct {
	timer   *time.Timer
	tickers []*time.Ticker
	byName  map[string]*time.Timer
	lost    *time.Ticker
}

func (s *server) start() {
	s.timer = time.NewTimer(time.Hour)
	t := time.NewTicker(time.Second)
	s.tickers = append(s.tickers, t)
	s.byName["x"] = time.NewTimer(time.Hour)
}

func (s *server) startLost() {
	s.lost = time.NewTicker(time.Second) // want tickerstop/ticker:"s.lost, the ticker of time.NewTicker, is stored in lost, where nothing in this package stops it"
}

func (s *server) stop() {
	if t := s.timer; t != nil {
		t.Stop()
	}
	for _, t := range s.tickers {
		t.Stop()
	}
}

type metronome struct{ *time.Ticker }

func newMetronome() metronome { return metronome{time.NewTicker(time.Second)} }

type ack struct {
	f     func()
	timer *time.Timer
}

// An unkeyed literal.
func (s *server) expect(acks map[int]*ack, f func()) {
	a := &ack{f, nil}
	acks[1] = a
	a.timer = time.AfterFunc(time.Hour, f)
}

func (a *ack) stop() { a.timer.Stop() }

// K3: a helper that takes *time.Timer or **time.Timer.
func stopTimer(t *time.Timer) {
	if !t.Stop() {
		select {
		case <-t.C:
		default:
		}
	}
}

func clearTimer(t **time.Timer) {
	if *t != nil {
		(*t).Stop()
		*t = nil
	}
}

func noStop(t *time.Timer) { println(t != nil) }

func helper(done chan struct{}) {
	t := time.NewTimer(time.Hour)
	defer stopTimer(t)
	<-done
}

func helperPointer(done chan struct{}) {
	t := time.NewTimer(time.Hour)
	defer clearTimer(&t)
	<-done
}

func helperLost(done chan struct{}) {
	t := time.NewTimer(time.Hour) // want tickerstop/timer:"is only passed to noStop, which can leave without stopping it"
	defer noStop(t)
	<-done
}

// K5: returned, from a pool, from a factory variable.
func newTicker(d time.Duration) *time.Ticker { return time.NewTicker(d) }

var pool = sync.Pool{New: func() any { return time.NewTimer(time.Hour) }}

var factory = func(d time.Duration) *time.Timer { return time.NewTimer(d) }

// The wrapper's caller has the duty.
func wrapped(done chan struct{}) {
	t := newTicker(time.Second) // want tickerstop/ticker:"t, the ticker of newTicker, is never stopped"
	select {
	case <-t.C:
	case <-done:
	}
}

func wrappedOK(done chan struct{}) {
	t := newTicker(time.Second)
	defer t.Stop()
	select {
	case <-t.C:
	case <-done:
	}
}

// K6: re-armed with Reset, lives with its owner.
func (s *server) touch() { s.timer.Reset(time.Hour) }

// K9: nothing to stop.
func sleepy() {
	<-time.NewTimer(time.Hour).C
	for range time.Tick(time.Second) {
		_ = len("again")
	}
}

// Stop as a value.
func cleanup(onExit func(func())) {
	t := time.NewTicker(time.Second)
	onExit(t.Stop)
	<-t.C
}

func cleanupLost(onExit func(func())) {
	t := time.NewTicker(time.Second) // want tickerstop/ticker:"never stopped"
	stop := t.Stop
	_ = stop
	onExit(func() {})
	<-t.C
}
