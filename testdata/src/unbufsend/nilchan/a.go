// Package nilchan: a send to a channel that was never made.
package nilchan

func Nil() {
	var ch chan int
	go func() {
		ch <- 1 // want `the send on ch can block for ever`
	}()
}

func Made() {
	var ch chan int
	ch = make(chan int, 1) // ok: made, with room
	go func() {
		ch <- 1
	}()
}

func Sometimes(ok bool) {
	var ch chan int
	if ok {
		ch = make(chan int, 1)
	}
	go func() {
		ch <- 1 // want `the send on ch can block for ever`
	}()
}

func Checked(ok bool) {
	var ch chan int
	if ok {
		ch = make(chan int, 1)
	}
	go func() {
		if ch != nil {
			ch <- 1 // ok: not when it is nil
		}
	}()
}

// Off is a case that is switched off.
func Off(in <-chan int, done <-chan struct{}) {
	var out chan int
	for {
		select {
		case out <- 1: // ok: nil disables the case, the others go on
		case <-in:
		case <-done:
			return
		}
	}
}
