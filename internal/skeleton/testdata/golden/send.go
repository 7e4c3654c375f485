package a

import (
	"context"
	"errors"
	"sync"
	"time"
)

// --- timeout and ctx

func timeout(ctx context.Context, f func() int) (int, error) {
	res := make(chan int)
	go func() { res <- f() }()
	select {
	case v := <-res:
		return v, nil
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

func timeoutOk(ctx context.Context, f func() int) (int, error) {
	res := make(chan int, 1) // room for the one value
	go func() { res <- f() }()
	select {
	case v := <-res:
		return v, nil
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

func timeoutGuardedOk(ctx context.Context, f func() int) (int, error) {
	res := make(chan int)
	go func() {
		select {
		case res <- f():
		case <-ctx.Done(): // the sender has another way out
		}
	}()
	select {
	case v := <-res:
		return v, nil
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

func after(f func() int) int {
	res := make(chan int)
	go func() { res <- f() }()
	select {
	case v := <-res:
		return v
	case <-time.After(time.Second):
		return 0
	}
}

func afterDrainOk(f func() int) int {
	res := make(chan int)
	go func() { res <- f() }()
	select {
	case v := <-res:
		return v
	case <-time.After(time.Second):
		go func() { <-res }() // drains
		return 0
	}
}

// --- early return

func early(f, g func() error) error {
	done := make(chan error)
	go func() { done <- f() }()
	if err := g(); err != nil {
		return err
	}
	return <-done
}

func earlyOk(f, g func() error) error {
	done := make(chan error)
	go func() { done <- f() }()
	err := g()
	if err2 := <-done; err2 != nil { // on all ways out
		return err2
	}
	return err
}

func earlyDeferOk(f, g func() error) error {
	done := make(chan error)
	go func() { done <- f() }()
	defer func() { <-done }() // received in a defer
	if err := g(); err != nil {
		return err
	}
	return nil
}

func send(ch chan<- int, v int) { ch <- v }

func earlyNamed(g func() error) (int, error) {
	ch := make(chan int)
	go send(ch, 1)
	if err := g(); err != nil {
		return 0, err
	}
	return <-ch, nil
}

// --- counting

func firstOf(fs []func() int) int {
	ch := make(chan int)
	for _, f := range fs {
		go func() { ch <- f() }()
	}
	return <-ch
}

func firstOfOk(fs []func() int) int {
	ch := make(chan int, len(fs)) // room for all
	for _, f := range fs {
		go func() { ch <- f() }()
	}
	return <-ch
}

func allOk(fs []func() int) (n int) {
	ch := make(chan int)
	for _, f := range fs {
		go func() { ch <- f() }()
	}
	for range fs { // one receive for each send
		n += <-ch
	}
	return n
}

func allButOne(fs []func() int) (n int) {
	ch := make(chan int)
	for _, f := range fs {
		go func() { ch <- f() }()
	}
	for i := 1; i < len(fs); i++ {
		n += <-ch
	}
	return n
}

func firstError(fs []func() error) error {
	errs := make(chan error)
	for _, f := range fs {
		go func() { errs <- f() }()
	}
	for range fs {
		if err := <-errs; err != nil {
			return err
		}
	}
	return nil
}

func firstErrorOk(fs []func() error) error {
	errs := make(chan error, len(fs))
	for _, f := range fs {
		go func() { errs <- f() }()
	}
	for range fs {
		if err := <-errs; err != nil {
			return err
		}
	}
	return nil
}

func twoSenders(f, g func() int) int {
	ch := make(chan int)
	go func() { ch <- f() }()
	go func() { ch <- g() }() // the same deadlock, the other way round
	return <-ch
}

func twoSendersOk(f, g func() int) int {
	ch := make(chan int, 1) // one buffered, one received
	go func() { ch <- f() }()
	go func() { ch <- g() }()
	return <-ch
}

func double(err error) {
	ch := make(chan error)
	go func() {
		if err != nil {
			ch <- err
		}
		ch <- nil
	}()
	<-ch
}

func doubleOk(err error) {
	ch := make(chan error)
	go func() {
		if err != nil {
			ch <- err
			return // one send on each way
		}
		ch <- nil
	}()
	<-ch
}

// --- fan-in

func fanIn(fs []func() int) (sum int) {
	ch := make(chan int)
	var wg sync.WaitGroup
	for _, f := range fs {
		wg.Add(1)
		go func() {
			defer wg.Done()
			ch <- f()
		}()
	}
	go func() {
		wg.Wait()
		close(ch)
	}()
	for v := range ch {
		if v < 0 {
			return v // leaves the senders behind
		}
		sum += v
	}
	return sum
}

func fanInOk(fs []func() int) (sum int) {
	ch := make(chan int)
	var wg sync.WaitGroup
	for _, f := range fs {
		wg.Add(1)
		go func() {
			defer wg.Done()
			ch <- f()
		}()
	}
	go func() {
		wg.Wait()
		close(ch)
	}()
	for v := range ch {
		sum += v
	}
	return sum
}

func fanInGoOk(fs []func() int) (sum int) {
	ch := make(chan int)
	var wg sync.WaitGroup
	for _, f := range fs {
		wg.Go(func() { ch <- f() })
	}
	go func() {
		wg.Wait()
		close(ch)
	}()
	for v := range ch {
		sum += v
	}
	return sum
}

// --- generator

func generate(n int) <-chan int {
	ch := make(chan int)
	go func() {
		defer close(ch)
		for i := 0; i < n; i++ {
			ch <- i
		}
	}()
	return ch
}

func firstGenerated(stop func(int) bool) int {
	for v := range generate(3) {
		if stop(v) {
			return v
		}
	}
	return 0
}

func generateAllOk(n int) (sum int) {
	ch := make(chan int)
	go func() {
		defer close(ch)
		for i := 0; i < n; i++ {
			ch <- i
		}
	}()
	for v := range ch {
		sum += v
	}
	return sum
}

// --- request with reply channel

type request struct {
	arg   int
	reply chan int
}

func ask(ctx context.Context, v int) (int, error) {
	reqs := make(chan request)
	go func() {
		r := <-reqs
		r.reply <- r.arg
	}()
	reply := make(chan int)
	reqs <- request{v, reply}
	select {
	case x := <-reply:
		return x, nil
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

func askOk(ctx context.Context, v int) (int, error) {
	reqs := make(chan request)
	go func() {
		r := <-reqs
		r.reply <- r.arg
	}()
	reply := make(chan int, 1)
	reqs <- request{v, reply}
	select {
	case x := <-reply:
		return x, nil
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

// --- fields, interfaces

type sink interface{ put(int) }

type chanSink struct{ ch chan int }

func (s *chanSink) put(v int) { s.ch <- v }

func feed(s sink, n int) {
	for i := 0; i < n; i++ {
		s.put(i)
	}
}

func consumeOne() int {
	s := &chanSink{make(chan int)}
	go feed(s, 2)
	return <-s.ch
}

type okSink struct{ ch chan int }

func (s *okSink) put(v int) { s.ch <- v }

func consumeTwoOk() int {
	s := &okSink{make(chan int)}
	go feed(s, 2)
	return <-s.ch + <-s.ch
}

// --- panics, nil, escape

func nilSend() {
	var ch chan int
	go func() { ch <- 1 }()
}

func escapesOk(register func(chan int)) {
	ch := make(chan int)
	register(ch) // somebody else may receive
	go func() { ch <- 1 }()
}

func returnedOk() chan int {
	ch := make(chan int)
	go func() { ch <- 1 }()
	return ch
}

func exitOk(f func() error) {
	ch := make(chan error)
	go func() { ch <- f() }()
	if err := <-ch; err != nil {
		panic(err)
	}
}

var errStop = errors.New("stop")

func callbackOk(walk func(func(int) error) error) error {
	ch := make(chan int)
	go func() {
		walk(func(v int) error {
			ch <- v // how often is it called? not judged
			return nil
		})
	}()
	if <-ch == 0 {
		return errStop
	}
	return nil
}
