package tests

import (
	"errors"
	"testing"
	"time"
)

func TestTimeout(t *testing.T) {
	ch := make(chan int)
	go func() {
		ch <- 1 // want unbufsend/test/low:`the send on ch can block for ever`
	}()
	select {
	case <-ch:
	case <-time.After(time.Second):
		t.Fatal("timeout")
	}
}

func TestTimeoutBuffered(t *testing.T) {
	ch := make(chan int, 1) // ok: fits the buffer
	go func() {
		ch <- 1
	}()
	select {
	case <-ch:
	case <-time.After(time.Second):
		t.Fatal("timeout")
	}
}

// TestCheck fails for a reason of its own: the test is over.
func TestCheck(t *testing.T) {
	ch := make(chan int)
	go func() {
		ch <- 1 // want unbufsend/left/low:`the send on ch can block for ever`
	}()
	if len(t.Name()) > 100 {
		t.Fatal("name") // what a failing test leaves is little
	}
	<-ch
}

func check(t *testing.T) error {
	if len(t.Name()) > 100 {
		return errors.New("name")
	}
	return nil
}

// TestCallee is the same, decided in a callee.
func TestCallee(t *testing.T) {
	ch := make(chan int)
	go func() {
		ch <- 1 // want unbufsend/left/low:`the send on ch can block for ever`
	}()
	if err := check(t); err != nil {
		t.Fatal(err) // the test fails for a reason of its own
	}
	<-ch
}
