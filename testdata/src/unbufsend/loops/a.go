// Package loops: the receive loop can be left while the sender goes on.
package loops

import "context"

func Range(next func() (int, bool), want int) bool {
	ch := make(chan int)
	go func() {
		defer close(ch)
		for {
			v, ok := next()
			if !ok {
				return
			}
			ch <- v // want `the send on ch can block for ever`
		}
	}()
	for v := range ch {
		if v == want {
			return true
		}
	}
	return false
}

func RangeToTheEnd(next func() (int, bool), want int) (found bool) {
	ch := make(chan int)
	go func() {
		defer close(ch)
		for {
			v, ok := next()
			if !ok {
				return
			}
			ch <- v
		}
	}()
	for v := range ch {
		if v == want {
			found = true // ok: goes on until close
		}
	}
	return found
}

func Break(xs []int, stop func(int) bool) {
	ch := make(chan int)
	go func() {
		for _, x := range xs {
			ch <- x // want `the send on ch can block for ever`
		}
		close(ch)
	}()
	for v := range ch {
		if stop(v) {
			break
		}
	}
}

func BreakAndDrain(xs []int, stop func(int) bool) {
	ch := make(chan int)
	go func() {
		for _, x := range xs {
			ch <- x
		}
		close(ch)
	}()
	for v := range ch {
		if stop(v) {
			break
		}
	}
	for range ch { // ok: takes the rest
	}
}

func Labelled(ctx context.Context, xs []int) (sum int) {
	ch := make(chan int)
	go func() {
		for _, x := range xs {
			ch <- x // want `the send on ch can block for ever`
		}
		close(ch)
	}()
loop:
	for {
		select {
		case v, ok := <-ch:
			if !ok {
				break loop
			}
			sum += v
		case <-ctx.Done():
			break loop
		}
	}
	return sum
}

func LabelledBoth(ctx context.Context, xs []int) (sum int) {
	ch := make(chan int)
	go func() {
		defer close(ch)
		for _, x := range xs {
			select {
			case ch <- x:
			case <-ctx.Done(): // ok: leaves with the receiver
				return
			}
		}
	}()
loop:
	for {
		select {
		case v, ok := <-ch:
			if !ok {
				break loop
			}
			sum += v
		case <-ctx.Done():
			break loop
		}
	}
	return sum
}

// BreakOfSelect leaves the select only.
func BreakOfSelect(xs []int, bad func(int) bool) (sum int) {
	ch := make(chan int)
	go func() {
		defer close(ch)
		for _, x := range xs {
			ch <- x
		}
	}()
	for {
		select {
		case v, ok := <-ch:
			if !ok {
				return sum
			}
			if bad(v) {
				break // ok: the loop goes on
			}
			sum += v
		}
	}
}

type feed struct {
	ch    chan int
	items []int
}

// Sized has room for every item, although they come through a field.
func Sized(items []int, stop func(int) bool) {
	ch := make(chan int, len(items)) // ok: as many as turns
	go (&feed{ch: ch, items: items}).run()
	for v := range ch {
		if stop(v) {
			return
		}
	}
}

func (f *feed) run() {
	for _, v := range f.items {
		f.ch <- v
	}
	close(f.ch)
}
