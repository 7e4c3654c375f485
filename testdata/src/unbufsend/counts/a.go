// Package counts: more sends than receives.
package counts

import "errors"

func OneMore(f func() int) int {
	ch := make(chan int)
	for range 3 {
		go func() {
			ch <- f() // want `the send on ch can block for ever`
		}()
	}
	return <-ch + <-ch
}

func AsMany(f func() int) int {
	ch := make(chan int)
	for range 3 {
		go func() {
			ch <- f()
		}()
	}
	return <-ch + <-ch + <-ch // ok: three sends, three receives
}

func SameRange(xs []int) (sum int) {
	ch := make(chan int)
	for _, x := range xs {
		go func() { ch <- x }()
	}
	for range xs {
		sum += <-ch // ok: as many receives as senders
	}
	return sum
}

func ErrorReturn(fs []func() error) error {
	errs := make(chan error)
	for _, f := range fs {
		go func() {
			errs <- f() // want `the send on errs can block for ever`
		}()
	}
	for range fs {
		if err := <-errs; err != nil {
			return err
		}
	}
	return nil
}

func FirstError(fs []func() error) (first error) {
	errs := make(chan error)
	for _, f := range fs {
		go func() {
			errs <- f()
		}()
	}
	for range fs {
		if err := <-errs; err != nil && first == nil {
			first = err // ok: goes on receiving
		}
	}
	return first
}

func ErrorReturnBuffered(fs []func() error) error {
	errs := make(chan error, len(fs)) // ok: room for those nobody waits for
	for _, f := range fs {
		go func() {
			errs <- f()
		}()
	}
	for range fs {
		if err := <-errs; err != nil {
			return err
		}
	}
	return nil
}

func Double(f func() (int, error)) int {
	ch := make(chan int)
	go func() {
		v, err := f()
		if err != nil {
			ch <- -1
		}
		ch <- v // want `the send on ch can block for ever`
	}()
	return <-ch
}

func DoubleReturns(f func() (int, error)) int {
	ch := make(chan int)
	go func() {
		v, err := f()
		if err != nil {
			ch <- -1
			return // ok: one send on either way
		}
		ch <- v
	}()
	return <-ch
}

func DoubleBuffered(f func() (int, error)) int {
	ch := make(chan int, 1) // ok: one is received, the other fits
	go func() {
		v, err := f()
		if err != nil {
			ch <- -1
		}
		ch <- v
	}()
	return <-ch
}

// Live counts who is still at work.
func Live(fs []func() error) (all error) {
	errs := make(chan error)
	live := 0
	for _, f := range fs {
		live++
		go func() { errs <- f() }()
	}
	for live > 0 {
		all = errors.Join(all, <-errs)
		live-- // ok: leaves only at zero
	}
	return all
}

func Twice(f func() int) int {
	ch := make(chan int, 1)
	go func() {
		for range 3 {
			ch <- f() // want `the send on ch can block for ever`
		}
	}()
	return <-ch
}

func TwiceEnough(f func() int) int {
	ch := make(chan int, 1)
	go func() {
		for range 2 {
			ch <- f() // ok: one is received, one fits the buffer
		}
	}()
	return <-ch
}

// Captured keeps the number of its workers in a variable that they share.
func Captured(f func(int) error) error {
	workers := 10
	errs := make(chan error)
	for i := 0; i < workers; i++ {
		go func() {
			errs <- f(workers) // want unbufsend/left:`the send on errs can block for ever: Captured returns when there is an error`
		}()
	}
	for i := 0; i < workers; i++ {
		if err := <-errs; err != nil {
			return err
		}
	}
	return nil
}

// CapturedAll waits for as many as it has started.
func CapturedAll(f func(int) error) (first error) {
	workers := 10
	errs := make(chan error)
	for i := 0; i < workers; i++ {
		go func() {
			errs <- f(workers) // ok: so many receives
		}()
	}
	for i := 0; i < workers; i++ {
		if err := <-errs; err != nil && first == nil {
			first = err
		}
	}
	return first
}

// CapturedGrows changes the number while they run: it is none that is known.
func CapturedGrows(f func(*int) error) (first error) {
	workers := 10
	errs := make(chan error)
	for i := 0; i < workers; i++ {
		go func() {
			workers++
			errs <- f(&workers) // ok: nothing is known of the number of receives
		}()
	}
	for i := 0; i < workers; i++ {
		if err := <-errs; err != nil && first == nil {
			first = err
		}
	}
	return first
}

// RelayTight goes on with its source when the worker has stopped.
func RelayTight(in <-chan int, stop chan struct{}, out func(int)) {
	ring := make(chan int)
	go func() {
		for {
			select {
			case <-stop:
				return
			case v := <-ring:
				out(v)
			}
		}
	}()
	for {
		select {
		case <-stop:
			return
		case v := <-in:
			ring <- v // want unbufsend/left:`the send on ring can block for ever`
		}
	}
}

// Relay has room: the source would have to deliver ten more before it stops (low).
func Relay(in <-chan int, stop chan struct{}, out func(int)) {
	ring := make(chan int, 10)
	go func() {
		for {
			select {
			case <-stop:
				return
			case v := <-ring:
				out(v)
			}
		}
	}()
	for {
		select {
		case <-stop:
			return
		case v := <-in:
			ring <- v
		}
	}
}

// A pool has as many tokens as its configuration says.
type pool struct{ size, each int }

type tokens chan int

func (s tokens) take(n int) {
	for i := 0; i < n; i++ {
		s <- 1
	}
}

func (s tokens) give(n int) {
	for i := 0; i < n; i++ {
		<-s
	}
}

// ok: more pools than are followed one by one, so that nobody knows the size; if
// one is 0, so may be the one of the next turn, but none need be.
func pools() {
	for _, p := range []pool{{1, 1}, {2, 1}, {3, 1}, {4, 1}, {4, 2}, {4, 3}, {4, 4}, {5, 1}, {5, 2}, {5, 3}} {
		s := tokens(make(chan int, p.size))
		s.take(p.each)
		s.give(p.each)
	}
}

func (s tokens) takeNone(n int) {
	for i := 0; i < n; i++ {
		s <- 1 // want "the send on s"
	}
}

// Without a buffer nobody takes the first.
func noTokens() {
	for _, p := range []pool{{1, 1}, {2, 1}, {3, 1}, {4, 1}, {4, 2}, {4, 3}, {4, 4}, {5, 1}, {5, 2}, {5, 3}} {
		s := tokens(make(chan int))
		s.takeNone(p.each)
		s.give(p.each)
	}
}
