// Package closer: senders, and a goroutine that waits for them and closes.
package closer

import "sync"

func Left(fs []func() int) int {
	var wg sync.WaitGroup
	ch := make(chan int)
	for _, f := range fs {
		wg.Add(1)
		go func() {
			defer wg.Done()
			ch <- f() // want `the send on ch can block for ever`
		}()
	}
	go func() {
		wg.Wait()
		close(ch)
	}()
	for v := range ch {
		if v > 0 {
			return v
		}
	}
	return 0
}

func ToTheEnd(fs []func() int) (sum int) {
	var wg sync.WaitGroup
	ch := make(chan int)
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
		sum += v // ok: until close
	}
	return sum
}

func Go(fs []func() int) int {
	var wg sync.WaitGroup
	ch := make(chan int)
	for _, f := range fs {
		wg.Go(func() {
			ch <- f() // want `the send on ch can block for ever`
		})
	}
	go func() {
		wg.Wait()
		close(ch)
	}()
	for v := range ch {
		if v > 0 {
			return v
		}
	}
	return 0
}

func GoToTheEnd(fs []func() int) (sum int) {
	var wg sync.WaitGroup
	ch := make(chan int)
	for _, f := range fs {
		wg.Go(func() {
			ch <- f()
		})
	}
	go func() {
		wg.Wait()
		close(ch)
	}()
	for v := range ch {
		sum += v // ok: until close
	}
	return sum
}

// WaitFirst waits for senders that wait for it.
func WaitFirst(f func() int) int {
	var wg sync.WaitGroup
	ch := make(chan int)
	for range 2 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			ch <- f() // want `the send on ch can block for ever`
		}()
	}
	wg.Wait()
	return <-ch + <-ch
}

func WaitFirstBuffered(f func() int) int {
	var wg sync.WaitGroup
	ch := make(chan int, 2) // ok: nobody has to wait for the receiver
	for range 2 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			ch <- f()
		}()
	}
	wg.Wait()
	return <-ch + <-ch
}
