// Package idioms holds what correct code does; all of it must stay silent.
package idioms

import (
	"context"
	"log"
	"sync"
	"time"
)

func use(int) {}

// ConstantBuffer sends once on each of several ways.
func ConstantBuffer(ctx context.Context, f func() (int, error)) error {
	errc := make(chan error, 1)
	go func() {
		v, err := f()
		if err != nil {
			errc <- err // ok: the sends exclude each other
			return
		}
		use(v)
		errc <- nil
	}()
	select {
	case err := <-errc:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// TwoCopies has two goroutines and room for two.
func TwoCopies(a, b func() error) error {
	errc := make(chan error, 2) // ok: two senders
	go func() { errc <- a() }()
	go func() { errc <- b() }()
	return <-errc
}

// SizedByTheLoop sends once for each item.
func SizedByTheLoop(items map[string]func() error) error {
	errc := make(chan error, len(items)) // ok: as many as turns
	for _, f := range items {
		go func() { errc <- f() }()
	}
	for range cap(errc) {
		if err := <-errc; err != nil {
			return err
		}
	}
	return nil
}

// TwoChannels bounds its receives by a capacity.
func TwoChannels(items []int, f func(int) (int, error)) (sum int, err error) {
	values := make(chan int, len(items))
	errs := make(chan error, len(items))
	for _, x := range items {
		go func() {
			v, err := f(x)
			if err != nil {
				errs <- err // ok: both have room for all
				return
			}
			values <- v
		}()
	}
	for range cap(values) {
		select {
		case v := <-values:
			sum += v
		case err := <-errs:
			return 0, err
		}
	}
	return sum, nil
}

// CertainReceive has room for one and receives one.
func CertainReceive(a, b func() int) int {
	ch := make(chan int, 1)
	go func() { ch <- a() }() // ok: two sends, one place, one receive
	go func() { ch <- b() }()
	return <-ch
}

// SameRange receives as often as it starts.
func SameRange(items []int) {
	done := make(chan struct{})
	for range items {
		go func() { done <- struct{}{} }()
	}
	for range items {
		<-done // ok: as many receives as senders
	}
}

// CloseAfterWait ranges to the end.
func CloseAfterWait(n int, f func() int) (sum int) {
	var wg sync.WaitGroup
	ch := make(chan int)
	for range n {
		wg.Add(1)
		go func() {
			defer wg.Done()
			ch <- f()
		}()
	}
	go func() { wg.Wait(); close(ch) }()
	for v := range ch {
		sum += v // ok: never leaves early
	}
	return sum
}

// TimeoutLogs only says that it waits.
func TimeoutLogs(f func() int) int {
	ch := make(chan int)
	go func() { ch <- f() }()
	for {
		select {
		case v := <-ch:
			return v // ok: the only way out
		case <-time.After(time.Second):
			log.Print("still waiting")
		}
	}
}

// CancelAndJoin cancels the worker, then receives.
func CancelAndJoin(ctx context.Context, f func(context.Context) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ch := make(chan error)
	go func() { ch <- f(ctx) }()
	select {
	case err := <-ch:
		return err
	case <-ctx.Done():
		cancel()
		return <-ch // ok: receives on this way as well
	}
}

// EachDrainsTheOther takes what the other sent.
func EachDrainsTheOther(a, b func() int) int {
	as, bs := make(chan int), make(chan int)
	go func() { as <- a() }()
	go func() { bs <- b() }()
	select {
	case v := <-as:
		return v + <-bs // ok: both are received on both ways
	case v := <-bs:
		return v + <-as
	}
}

// DrainedLater starts a goroutine that receives.
func DrainedLater(ctx context.Context, f func() int) int {
	ch := make(chan int)
	go func() { ch <- f() }()
	select {
	case v := <-ch:
		return v
	case <-ctx.Done():
		go func() { use(<-ch) }() // ok: somebody stays for the value
		return 0
	}
}

// DeferredReceive receives on every way out.
func DeferredReceive(try func() error) error {
	ch := make(chan int)
	defer func() { use(<-ch) }()
	go func() { ch <- 1 }() // ok: received by the deferred function
	return try()
}

// Returned is received from by its callers.
func Returned(f func() error) <-chan error {
	ch := make(chan error)
	go func() { ch <- f() }() // ok: the caller has it
	return ch
}

// Keeper keeps the channel for others.
type Keeper struct {
	Done chan struct{}
	all  []chan int
}

// Keep stores what it sends to.
func (k *Keeper) Keep() {
	done := make(chan struct{})
	k.Done = done
	go func() { done <- struct{}{} }() // ok: the field is exported
}

// Guarded sends have another way out.
func Guarded(ctx context.Context, done <-chan struct{}, vs []int) {
	out := make(chan int)
	go func() {
		for _, v := range vs {
			select {
			case out <- v: // ok: three ways out
			case <-done:
				return
			case <-ctx.Done():
				return
			}
		}
	}()
	for range vs {
		select {
		case <-out:
		case <-ctx.Done():
			return
		case <-done:
			return
		}
	}
}

// DropsTheRest never waits.
func DropsTheRest(vs []int) {
	out := make(chan int)
	go func() {
		for _, v := range vs {
			select {
			case out <- v: // ok: or default
			default:
			}
		}
	}()
	select {
	case <-out:
	default:
	}
}

// CountsWorkers leaves at zero.
func CountsWorkers(fs []func() bool) {
	done := make(chan bool)
	live := len(fs)
	for _, f := range fs {
		go func() { done <- f() }()
	}
	for live > 0 {
		if <-done {
			live-- // ok: one for each worker
			continue
		}
		live--
	}
}

// EndsTheProcess leaves nothing behind.
func EndsTheProcess(check func() error) int {
	ch := make(chan int)
	go func() { ch <- 1 }()
	if err := check(); err != nil {
		log.Fatal(err) // ok: there is no process any more
	}
	return <-ch
}

// Aliases receives through another variable.
func Aliases(f func() int) int {
	ch := make(chan int)
	done := ch
	go func(out chan<- int) { out <- f() }(ch)
	return <-done // ok: the same channel
}

// Slices of channels are channels.
func Slices(fs []func() int) int {
	chs := []chan int{make(chan int), make(chan int)}
	for i, ch := range chs {
		go func() { ch <- i }()
	}
	return <-chs[0] + <-chs[1] // ok: both are received from
}
