// Package dyntype sends values through channels of interface type, to goroutines
// that end at one dynamic type. Which value it is does not matter for that.
package dyntype

import "errors"

type (
	count int
	job   struct {
		n int
		f func()
	}
	failure struct{ code int }
	quit    struct{}
)

func (*failure) Error() string { return "failure" }

// Serve stops at a job, and has another message to come.
func Serve(j job, f func()) {
	ch := make(chan any)
	go func() {
		for {
			switch m := (<-ch).(type) {
			case func():
				m()
			case job:
				m.f()
				return
			case quit:
				return
			}
		}
	}()
	go func() {
		ch <- f
		ch <- j
		ch <- quit{} // want `the send on ch can block for ever`
	}()
}

// ServeAll stops at quit, which is sent last: whatever j, f, n and s are, they
// are no quit.
func ServeAll(j job, p *job, f func(), n count, s string, xs []int, m map[string]int) {
	ch := make(chan any)
	go func() {
		for {
			switch m := (<-ch).(type) {
			case func():
				m()
			case job:
				m.f()
			case quit:
				return
			}
		}
	}()
	ch <- f
	ch <- j
	ch <- p
	ch <- n
	ch <- s
	ch <- xs
	ch <- m
	ch <- quit{}
}

// Failure leaves after an error that is nil: an interface that holds nothing.
func Failure(fail error) error {
	ch := make(chan error)
	go func() {
		ch <- fail
		ch <- errors.New("second") // want `the send on ch can block for ever`
	}()
	for range 2 {
		if err := <-ch; err == nil {
			return nil
		}
	}
	return nil
}

// Boxed is the twin: an interface that holds a pointer is not nil, even if the
// pointer is.
func Boxed(fail *failure) error {
	ch := make(chan error)
	go func() {
		ch <- fail
		ch <- errors.New("second")
	}()
	for range 2 {
		if err := <-ch; err == nil {
			return nil
		}
	}
	return nil
}

type message interface{ last() bool }

type (
	item struct{ n int }
	end  struct{ n int }
)

func (item) last() bool { return false }
func (end) last() bool  { return true }

// Methods sends an end, and one item too many.
func Methods(n int) {
	ch := make(chan message)
	go func() {
		for !(<-ch).last() {
		}
	}()
	go func() {
		ch <- item{n}
		ch <- end{n}
		ch <- item{n} // want `the send on ch can block for ever`
	}()
}

// Ended sends the end last: the method of an item is the method of an item,
// whatever is in it.
func Ended(n int) {
	ch := make(chan message)
	go func() {
		for !(<-ch).last() {
		}
	}()
	go func() {
		ch <- item{n}
		ch <- item{n + 1}
		ch <- end{n}
	}()
}

// Any sends values of a type parameter, which may be what ends the loop.
func Any[T any](v T) {
	ch := make(chan any)
	go func() {
		for {
			if _, ok := (<-ch).(quit); ok {
				return
			}
		}
	}()
	go func() {
		ch <- v
		ch <- quit{} // want `the send on ch can block for ever`
	}()
}
