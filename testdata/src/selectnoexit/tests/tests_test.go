package tests

import "testing"

// ok: the loop is not the test's own, and a finding there would come and go
// with the tests.
func TestLoop(t *testing.T) {
	go loop(make(chan int))
}

// The loop is the test's own.
func TestOwn(t *testing.T) {
	in := make(chan int)
	go func() {
		for { // want selectnoexit/loop:"every call of TestOwn leaves a goroutine behind"
			println(<-in)
		}
	}()
}

// ok: it ends with the test.
func TestOwnOK(t *testing.T) {
	in := make(chan int)
	defer close(in)
	go func() {
		for v := range in {
			println(v)
		}
	}()
}
