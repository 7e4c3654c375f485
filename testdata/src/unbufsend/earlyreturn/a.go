// Package earlyreturn: the function can leave between go and the receive.
package earlyreturn

import "errors"

func work() int { return len(errFailed.Error()) }

func try() error { return errFailed }

var errFailed = errors.New("failed")

func Error(try func() error) (int, error) {
	ch := make(chan int)
	go func() {
		ch <- work() // want `the send on ch can block for ever`
	}()
	if err := try(); err != nil {
		return 0, err
	}
	return <-ch, nil
}

func ErrorBuffered(try func() error) (int, error) {
	ch := make(chan int, 1) // ok: the buffer takes the one send
	go func() {
		ch <- work()
	}()
	if err := try(); err != nil {
		return 0, err
	}
	return <-ch, nil
}

func ErrorBefore(try func() error) (int, error) {
	ch := make(chan int)
	if err := try(); err != nil { // ok: leaves before the goroutine starts
		return 0, err
	}
	go func() {
		ch <- work()
	}()
	return <-ch, nil
}

func Drained(try func() error) (int, error) {
	ch := make(chan int)
	go func() {
		ch <- work()
	}()
	if err := try(); err != nil {
		<-ch // ok: the way out receives as well
		return 0, err
	}
	return <-ch, nil
}

func DeferredReceive(try func() error) error {
	ch := make(chan int)
	defer func() { <-ch }() // ok: every way out receives
	go func() {
		ch <- work()
	}()
	if err := try(); err != nil {
		return err
	}
	return nil
}

// Never is certain: nobody receives at all.
func Never() {
	ch := make(chan int)
	go func() {
		ch <- work() // want `the send on ch can block for ever`
	}()
}

func NeverBuffered() {
	ch := make(chan int, 1)
	go func() {
		ch <- work() // ok: fits the buffer
	}()
}

// Named sends in a function of its own.
func Named(ok bool) int {
	results := make(chan int)
	go produce(results)
	if !ok {
		return 0
	}
	return <-results
}

func produce(out chan<- int) {
	out <- work() // want `the send on (results|out) can block for ever`
}

func NamedReceived(ok bool) int {
	results := make(chan int)
	go produceReceived(results)
	v := <-results // ok: received before the branch
	if !ok {
		return 0
	}
	return v
}

func produceReceived(out chan<- int) {
	out <- work()
}

// Local conditions are followed: no way out skips the receive.
func Correlated(try func() error) int {
	ch := make(chan int)
	started := false
	if try() == nil {
		started = true
		go func() { ch <- work() }()
	}
	if !started {
		return 0 // ok: nothing was started on this way
	}
	return <-ch
}

func Uncorrelated(try func() error, skip bool) int {
	ch := make(chan int)
	started := false
	if try() == nil {
		started = true
		go func() { ch <- work() }() // want `the send on ch can block for ever`
	}
	if !started || skip {
		return 0
	}
	return <-ch
}
