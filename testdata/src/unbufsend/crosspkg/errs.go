package crosspkg

import "corpus/unbufsend/crosspkg/fail"

func open(find func() error) (*int, error) {
	if err := find(); err != nil {
		return nil, fail.Wrap(err)
	}
	return new(int), nil
}

// Opened waits unless there is an error, and starts nothing then.
func Opened(find func() error, f func() int) int {
	n, err := open(find)
	ch := make(chan int)
	if err == nil {
		go func() { ch <- f() }()
	}
	if n == nil {
		return 0
	}
	return <-ch
}

// Failed sends an error with a code, which is one.
func Failed(f func() int) int {
	ch := make(chan int)
	errs := make(chan error, 1)
	errs <- fail.New(3)
	go func() { ch <- f() }()
	if err := <-errs; err == nil {
		return 0
	}
	return <-ch
}

// FailedBy has a code that may be 0.
func FailedBy(code int, f func() int) int {
	ch := make(chan int)
	errs := make(chan error, 1)
	errs <- fail.New(code)
	go func() { ch <- f() }() // want "the send on ch can block for ever: FailedBy returns"
	if err := <-errs; err == nil {
		return 0
	}
	return <-ch
}
