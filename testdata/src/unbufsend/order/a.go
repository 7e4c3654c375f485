// Package order: the send comes before anybody can receive.
package order

func Before() {
	ch := make(chan int)
	ch <- 1 // want `the send on ch can block for ever`
	go func() { <-ch }()
}

func BeforeBuffered() {
	ch := make(chan int, 1)
	ch <- 1 // ok: fits the buffer
	go func() { <-ch }()
}

func Behind() {
	ch := make(chan int)
	go func() { <-ch }()
	ch <- 1 // ok: the receiver was started
}

func Itself() int {
	ch := make(chan int)
	ch <- 1 // want `the send on ch can block for ever`
	return <-ch
}

func ItselfBuffered() int {
	ch := make(chan int, 1)
	ch <- 1
	return <-ch // ok: the buffer keeps it
}

func SecondToken(again bool) {
	ch := make(chan int, 1)
	ch <- 1
	if again {
		ch <- 2 // want `the send on ch can block for ever`
	}
	go func() {
		for range ch {
		}
	}()
	close(ch)
}
