// Package starters: the goroutine is not started by a go statement here.
package starters

import (
	"sync"
	"time"
)

func spawn(f func()) {
	go func() {
		defer func() { _ = recover() }()
		f()
	}()
}

func Own(ok bool, f func() int) int {
	ch := make(chan int)
	spawn(func() {
		ch <- f() // want `the send on ch can block for ever`
	})
	if !ok {
		return 0
	}
	return <-ch
}

func OwnReceived(ok bool, f func() int) int {
	ch := make(chan int)
	spawn(func() {
		ch <- 1
	})
	return <-ch // ok: always receives
}

func WaitGroup(ok bool, f func() int) int {
	ch := make(chan int)
	var wg sync.WaitGroup
	wg.Go(func() {
		ch <- f() // want `the send on ch can block for ever`
	})
	if !ok {
		return 0
	}
	return <-ch
}

func WaitGroupBuffered(ok bool, f func() int) int {
	ch := make(chan int, 1) // ok: fits the buffer
	var wg sync.WaitGroup
	wg.Go(func() {
		ch <- f()
	})
	if !ok {
		return 0
	}
	return <-ch
}

func AfterFunc(done <-chan struct{}) bool {
	fired := make(chan bool)
	time.AfterFunc(time.Second, func() {
		fired <- true // want `the send on fired can block for ever`
	})
	select {
	case <-fired:
		return true
	case <-done:
		return false
	}
}

func AfterFuncBuffered(done <-chan struct{}) bool {
	fired := make(chan bool, 1) // ok: the callback fires once
	time.AfterFunc(time.Second, func() {
		fired <- true
	})
	select {
	case <-fired:
		return true
	case <-done:
		return false
	}
}

type worker struct{ out chan int }

func (w *worker) run() {
	w.out <- 1 // want `the send on .*out can block for ever`
}

func Method(ok bool) int {
	w := &worker{out: make(chan int)}
	go w.run()
	if !ok {
		return 0
	}
	return <-w.out
}

func (w *worker) runBuffered() {
	w.out <- 1
}

func MethodBuffered(ok bool) int {
	w := &worker{out: make(chan int, 1)} // ok: fits the buffer
	go w.runBuffered()
	if !ok {
		return 0
	}
	return <-w.out
}

func Value(ok bool) int {
	ch := make(chan int)
	run := func() {
		ch <- 1 // want `the send on ch can block for ever`
	}
	go run()
	if !ok {
		return 0
	}
	return <-ch
}
