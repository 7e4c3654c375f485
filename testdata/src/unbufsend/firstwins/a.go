// Package firstwins: several goroutines send, the first result is enough.
package firstwins

func Two(a, b func() int) int {
	ch := make(chan int)
	go func() { ch <- a() }() // want `the send on ch can block for ever`
	go func() { ch <- b() }() // ok: the same bug, which the line above names
	return <-ch
}

func TwoBuffered(a, b func() int) int {
	ch := make(chan int, 1) // ok: one is received, one fits the buffer
	go func() { ch <- a() }()
	go func() { ch <- b() }()
	return <-ch
}

func All(fs []func() int) int {
	ch := make(chan int)
	for _, f := range fs {
		go func() {
			ch <- f() // want `the send on ch can block for ever`
		}()
	}
	return <-ch
}

func AllBuffered(fs []func() int) int {
	ch := make(chan int, len(fs)) // ok: room for everybody
	for _, f := range fs {
		go func() {
			ch <- f()
		}()
	}
	return <-ch
}

func Count(n int, f func() int) int {
	ch := make(chan int)
	for range n {
		go func() {
			ch <- f() // want `the send on ch can block for ever`
		}()
	}
	return <-ch
}

func CountBuffered(n int, f func() int) int {
	ch := make(chan int, n) // ok: room for everybody
	for range n {
		go func() {
			ch <- f()
		}()
	}
	return <-ch
}

func OneToLeave(fs []func() int) int {
	ch := make(chan int)
	done := make(chan struct{})
	defer close(done)
	for _, f := range fs {
		go func() {
			select {
			case ch <- f():
			case <-done: // ok: the losers leave with the receiver
			}
		}()
	}
	return <-ch
}

func Try(fs []func() int) int {
	ch := make(chan int, 1)
	for _, f := range fs {
		go func() {
			select {
			case ch <- f():
			default: // ok: the losers drop their result
			}
		}()
	}
	return <-ch
}
