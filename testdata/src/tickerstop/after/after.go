// Package after: callbacks of time.AfterFunc.
package after

import (
	"context"
	"errors"
	"net/http"
	"time"
)

func work() error { return nil }

func Kept(f func()) error {
	t := time.AfterFunc(time.Minute, f) // want tickerstop/afterfunc:"t, the timer of time.AfterFunc, is not stopped on the way out at line 16; its callback, and what that refers to, stays until it has run"
	if err := work(); err != nil {
		return err
	}
	t.Stop()
	return nil
}

func Stopped(f func()) error {
	t := time.AfterFunc(time.Minute, f)
	defer t.Stop()
	return work()
}

// Dropped and one-shot (low).
func Dropped(f func()) { time.AfterFunc(time.Minute, f) }

func Request(w http.ResponseWriter, r *http.Request) {
	time.AfterFunc(5*time.Minute, func() { println("late") }) // want tickerstop/request:"the timer of time.AfterFunc is dropped, one for every request, and runs for 5m0s; its callback, and what that refers to, stays until it has run"
}

// Short (low).
func RequestShort(w http.ResponseWriter, r *http.Request) {
	time.AfterFunc(time.Second, func() { println("late") })
}

func RequestCaptured(w http.ResponseWriter, r *http.Request) {
	time.AfterFunc(time.Second, func() { println(r.URL.Path) }) // want tickerstop/request:"its callback keeps the request"
}

func WithContext(ctx context.Context, f func()) {
	time.AfterFunc(time.Hour, f) // want tickerstop/request:"one for every call, and runs for 1h0m0s"
}

func InLoop(items []func()) {
	for _, f := range items {
		time.AfterFunc(time.Hour, f) // want tickerstop/request:"one for every turn of the loop"
	}
}

func InLoopShort(items []func()) {
	for _, f := range items {
		time.AfterFunc(time.Millisecond, f)
	}
}

type poller struct {
	timer *time.Timer
	kept  *time.Timer
	done  bool
}

// Starts itself again, always.
func (p *poller) poll() {
	_ = work()
	time.AfterFunc(time.Second, p.poll)
}

func NewPoller() *poller {
	p := &poller{}
	time.AfterFunc(time.Second, p.poll) // want tickerstop/rearm:"the callback of time.AfterFunc always starts itself again \\(line 69\\) and nothing stops the timer: it never ends"
	return p
}

// Starts itself again until it is done.
func (p *poller) pollUntil() {
	if p.done {
		return
	}
	time.AfterFunc(time.Second, p.pollUntil)
}

func NewPollerUntil() *poller {
	p := &poller{}
	time.AfterFunc(time.Second, p.pollUntil)
	return p
}

// Reset by its callback, and stopped by nobody.
func NewReset(f func()) {
	p := &poller{}
	p.kept = time.AfterFunc(time.Second, func() { // want tickerstop/rearm:"always starts itself again"
		f()
		p.kept.Reset(time.Second)
	})
}

// Reset by its callback, and stopped by Close.
func NewResetClosed(f func()) *poller {
	p := &poller{}
	p.timer = time.AfterFunc(time.Second, func() {
		f()
		p.timer.Reset(time.Second)
	})
	return p
}

func (p *poller) Close() { p.timer.Stop() }

var errTimeout = errors.New("timeout")

// Handed on: the caller stops it.
func Start(f func()) *time.Timer { return time.AfterFunc(time.Minute, f) }
