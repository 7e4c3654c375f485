// Package panics: a recovered panic is a way out.
package panics

import "errors"

func Start(f func() int, check func() error) (v int, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = errors.New("recovered")
		}
	}()
	ch := make(chan int)
	go func() {
		ch <- 1 // want `the send on ch can block for ever`
	}()
	if check() != nil {
		panic("check")
	}
	return <-ch, nil
}

func StartBuffered(f func() int, check func() error) (v int, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = errors.New("recovered")
		}
	}()
	ch := make(chan int, 1) // ok: fits the buffer
	go func() {
		ch <- 1
	}()
	if check() != nil {
		panic("check")
	}
	return <-ch, nil
}

// Unrecovered ends the process: nothing is left behind.
func Unrecovered(check func() error) int {
	ch := make(chan int)
	go func() {
		ch <- 1 // ok: on the other way out there is no process
	}()
	if check() != nil {
		panic("check")
	}
	return <-ch
}

// ClosedUnderIt ends the sender by a panic that it recovers.
func ClosedUnderIt(f func() int) int {
	ch := make(chan int)
	go func() {
		defer func() { _ = recover() }()
		for range 3 {
			ch <- f() // ok: the close makes it panic, and it recovers
		}
	}()
	v := <-ch
	close(ch)
	return v
}
