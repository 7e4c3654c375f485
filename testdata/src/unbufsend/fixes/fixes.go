// Package fixes has sends of which the fix can hang or lose something: the fixed
// file beside it shows which are fixed, and how.
package fixes

import (
	"context"
	"sync"
)

type backend func(ctx context.Context, q string) (string, error)

type answer struct {
	v   string
	err error
}

// Gather has room for all answers. With "stop when ctx is done" in the senders
// the receiver would wait for answers that nobody sends.
func Gather(ctx context.Context, bs []backend, q string) ([]string, error) {
	ch := make(chan answer)
	for _, b := range bs {
		go func() {
			v, err := b(ctx, q)
			ch <- answer{v, err} // want "can block for ever"
		}()
	}
	var all []string
	for range bs {
		r := <-ch
		if r.err != nil {
			return nil, r.err
		}
		all = append(all, r.v)
	}
	return all, nil
}

// Race has room for both.
func Race(ctx context.Context, a, b func(context.Context) error) error {
	errs := make(chan error)
	go func() { errs <- a(ctx) }() // want "can block for ever"
	go func() { errs <- b(ctx) }()
	if err := <-errs; err != nil {
		return err
	}
	return <-errs
}

// Map is not fixed: workers that stop when ctx is done would have it return
// fewer results, and no error.
func Map(ctx context.Context, in []int, workers int, f func(context.Context, int) (int, error)) ([]int, error) {
	work := make(chan int, len(in))
	for i := range in {
		work <- i
	}
	close(work)
	type outcome struct {
		i, v int
		err  error
	}
	results := make(chan outcome)
	var wg sync.WaitGroup
	for range workers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range work {
				v, err := f(ctx, in[i])
				results <- outcome{i, v, err} // want "can block for ever"
			}
		}()
	}
	go func() {
		wg.Wait()
		close(results)
	}()
	out := make([]int, len(in))
	for r := range results {
		if r.err != nil {
			return nil, r.err
		}
		out[r.i] = r.v
	}
	return out, nil
}

// SameCase: the receiver leaves when ctx is done, and so may the sender.
func SameCase(ctx context.Context, xs []int, f func(int) int) (int, error) {
	ch := make(chan int)
	go func() {
		for _, x := range xs {
			ch <- f(x) // want "can block for ever"
		}
	}()
	sum := 0
	for range xs {
		select {
		case v := <-ch:
			sum += v
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
	return sum, nil
}

// OneCase is not fixed: only one of the receives has the case.
func OneCase(ctx context.Context, xs []int, f func(int) int) (int, error) {
	ch := make(chan int)
	go func() {
		for _, x := range xs {
			ch <- f(x) // want "can block for ever"
		}
	}()
	sum := 0
	for range xs {
		select {
		case v := <-ch:
			sum += v
		case <-ctx.Done():
			return <-ch, ctx.Err()
		}
	}
	return sum, nil
}

// OwnContext: the context ends when the receiver has left, and only then.
func OwnContext(xs []int, f func(int) int, bad func(int) bool) int {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	ch := make(chan int)
	go func() {
		defer close(ch)
		for _, x := range xs {
			if ctx.Err() != nil {
				return
			}
			ch <- f(x) // want "can block for ever"
		}
	}()
	sum := 0
	for v := range ch {
		if bad(v) {
			return 0
		}
		sum += v
	}
	return sum
}

// ParentEnds is not fixed: when the parent ends the receiver would take the
// values so far for all.
func ParentEnds(parent context.Context, xs []int, f func(int) int, bad func(int) bool) int {
	ctx, cancel := context.WithCancel(parent)
	defer cancel()
	ch := make(chan int)
	go func() {
		defer close(ch)
		for _, x := range xs {
			if ctx.Err() != nil {
				println("late")
			}
			ch <- f(x) // want "can block for ever"
		}
	}()
	sum := 0
	for v := range ch {
		if bad(v) {
			return 0
		}
		sum += v
	}
	return sum
}

// CloseOrDone is not fixed: when ctx is done both cases are ready, and the
// select may take the close.
func CloseOrDone(ctx context.Context, xs []int, f func(int) int) (int, error) {
	ch := make(chan int)
	go func() {
		defer close(ch)
		for _, x := range xs {
			ch <- f(x) // want "can block for ever"
		}
	}()
	sum := 0
	for {
		select {
		case v, ok := <-ch:
			if !ok {
				return sum, nil
			}
			sum += v
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
}

type resource interface{ Close() }

// CleanUp is not fixed: a return would skip Close.
func CleanUp(ctx context.Context, rs []resource, f func(resource) int) (int, error) {
	ch := make(chan int)
	go func() {
		for _, r := range rs {
			ch <- f(r) // want "can block for ever"
			r.Close()
		}
	}()
	sum := 0
	for range rs {
		select {
		case v := <-ch:
			sum += v
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
	return sum, nil
}

// AfterLoop is not fixed either.
func AfterLoop(ctx context.Context, xs []int, f func(int) int, finish func()) (int, error) {
	ch := make(chan int)
	go func() {
		for _, x := range xs {
			ch <- f(x) // want "can block for ever"
		}
		finish()
	}()
	sum := 0
	for range xs {
		select {
		case v := <-ch:
			sum += v
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
	return sum, nil
}

// Committed is not fixed: with room, commit would run before the value is taken.
func Committed(timeout <-chan int, f func() int, commit func()) int {
	ch := make(chan int)
	go func() {
		ch <- f() // want "can block for ever"
		commit()
	}()
	select {
	case v := <-ch:
		return v
	case <-timeout:
		return 0
	}
}

// AllSenders: both senders get the case, by one fix.
func AllSenders(ctx context.Context, f func(int) int) int {
	ch := make(chan int)
	go func() {
		ch <- f(-1) // want "can block for ever"
	}()
	go func() {
		for i := range 100 {
			ch <- f(i) // want "can block for ever"
		}
	}()
	for {
		select {
		case v := <-ch:
			if v > 3 {
				return v
			}
		case <-ctx.Done():
			return 0
		}
	}
}

type batch struct{ items []string }

// Field counts what nobody writes.
func (b *batch) Field(get func(string) error) error {
	ch := make(chan error)
	for _, it := range b.items {
		go func() { ch <- get(it) }() // want "can block for ever"
	}
	for range b.items {
		if err := <-ch; err != nil {
			return err
		}
	}
	return nil
}

type queue struct{ items []string }

func (q *queue) add(item string) { q.items = append(q.items, item) }

// Grown is not fixed: there may be more of them when they are started.
func (q *queue) Grown(get func(string) error) error {
	ch := make(chan error)
	q.add("last")
	for _, it := range q.items {
		go func() { ch <- get(it) }() // want "can block for ever"
	}
	for range q.items {
		if err := <-ch; err != nil {
			return err
		}
	}
	return nil
}

// Measured is not fixed: it asks how many are waiting.
func Measured(ctx context.Context, f func() int) int {
	ch := make(chan int)
	go func() {
		ch <- f() // want "can block for ever"
	}()
	select {
	case v := <-ch:
		return v + len(ch)
	case <-ctx.Done():
		return 0
	}
}
