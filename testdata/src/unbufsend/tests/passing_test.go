package tests

import (
	"errors"
	"net"
	"os"
	"testing"
	"time"
)

func noError(t testing.TB, err error) bool {
	if err != nil {
		t.Errorf("unexpected: %v", err)
		return false
	}
	return true
}

// TestErrorReturn leaves only when it fails.
func TestErrorReturn(t *testing.T) {
	ch := make(chan int)
	go func() { ch <- 1 }() // want unbufsend/left/low:"can block for ever"
	if err := os.Remove(t.Name()); err != nil {
		t.Error(err)
		return
	}
	<-ch
}

// TestReturn leaves something when it passes.
func TestReturn(t *testing.T) {
	ch := make(chan int)
	go func() { ch <- 1 }() // want "can block for ever"
	if err := os.Remove(t.Name()); err != nil {
		return
	}
	<-ch
}

// TestAssertion leaves only when the assertion has failed.
func TestAssertion(t *testing.T) {
	ch := make(chan int)
	go func() { ch <- 1 }() // want unbufsend/left/low:"can block for ever"
	if !noError(t, os.Remove(t.Name())) {
		return
	}
	<-ch
}

// TestTooLate fails at the timer.
func TestTooLate(t *testing.T) {
	ch := make(chan int)
	go func() { ch <- 1 }() // want unbufsend/timeout/low:"can block for ever"
	select {
	case <-ch:
	case <-time.After(time.Second):
		t.Error("too late")
	}
}

// TestTooEarly passes at the timer.
func TestTooEarly(t *testing.T) {
	ch := make(chan int)
	go func() { ch <- 1 }() // want unbufsend/timeout:"can block for ever"
	select {
	case <-ch:
		t.Fatal("too early")
	case <-time.After(time.Second):
	}
}

// TestFailures: whoever gets an error fails.
func TestFailures(t *testing.T) {
	errs := make(chan error)
	done := make(chan int, 3)
	for range 3 {
		go func() {
			if len(t.Name()) > 100 {
				errs <- errors.New("long") // want unbufsend/left/low:"can block for ever"
			}
			done <- 1
		}()
	}
	for range 3 {
		select {
		case err := <-errs:
			t.Fatal(err)
		case <-done:
		}
	}
}

// TestFewer receives two of three, whatever they are.
func TestFewer(t *testing.T) {
	errs := make(chan error)
	for range 3 {
		go func() { errs <- check(t) }() // want "can block for ever"
	}
	for range 2 {
		if err := <-errs; err != nil {
			t.Log(err)
		}
	}
}

// TestPeers makes one connection: a second one is nobody's.
func TestPeers(t *testing.T) {
	ln, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	got := make(chan int)
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			c.Close()
			got <- 1 // ok: there is no second connection
		}
	}()
	c, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	c.Close()
	<-got
	ln.Close()
}
