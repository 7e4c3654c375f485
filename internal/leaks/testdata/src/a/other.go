package a

import (
	"context"
	"sync"
	"time"
)

// --- receive

func neverClosed(items []int) {
	ch := make(chan int)
	go func() {
		for v := range ch { // want "chanrecv range"
			_ = v
		}
	}()
	for _, v := range items {
		ch <- v
	}
}

func closedOk(items []int) {
	ch := make(chan int)
	go func() {
		for v := range ch {
			_ = v
		}
	}()
	for _, v := range items {
		ch <- v
	}
	close(ch)
}

func watcher(f func() error) error {
	done := make(chan struct{})
	go func() {
		<-done // want "chanrecv receive"
	}()
	if err := f(); err != nil {
		return err // done is not closed
	}
	close(done)
	return nil
}

func watcherOk(f func() error) error {
	done := make(chan struct{})
	defer close(done)
	go func() {
		<-done
	}()
	return f()
}

// --- locks

type counter struct {
	mu sync.Mutex
	n  int
}

func (c *counter) get() int {
	c.mu.Lock() // want "lockbalance Lock"
	defer c.mu.Unlock()
	return c.n
}

func (c *counter) addAndGet() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n++
	return c.get()
}

func relock() int {
	c := &counter{}
	return c.addAndGet()
}

type okCounter struct {
	mu sync.Mutex
	n  int
}

func (c *okCounter) add() int {
	c.mu.Lock()
	c.n++
	c.mu.Unlock()
	return c.get()
}

func (c *okCounter) get() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.n
}

func unlockedOk() int {
	c := &okCounter{}
	return c.add()
}

func missingUnlock(f func() error) {
	var mu sync.Mutex
	mu.Lock()
	go func() {
		mu.Lock() // want "lockbalance Lock"
		mu.Unlock()
	}()
	if err := f(); err != nil {
		return
	}
	mu.Unlock()
}

func abba() {
	var a, b sync.Mutex
	go func() {
		a.Lock()
		b.Lock()
		b.Unlock()
		a.Unlock()
	}()
	b.Lock()
	a.Lock() // want "Lock"
	a.Unlock()
	b.Unlock()
}

func abbaOk() {
	var a, b sync.Mutex
	go func() {
		a.Lock()
		b.Lock()
		b.Unlock()
		a.Unlock()
	}()
	a.Lock()
	b.Lock()
	b.Unlock()
	a.Unlock()
}

// --- WaitGroup

func wrongCount(fs []func()) {
	var wg sync.WaitGroup
	wg.Add(len(fs) + 1)
	for _, f := range fs {
		go func() {
			defer wg.Done()
			f()
		}()
	}
	wg.Wait() // want "wgbalance Wait"
}

func countOk(fs []func()) {
	var wg sync.WaitGroup
	wg.Add(len(fs))
	for _, f := range fs {
		go func() {
			defer wg.Done()
			f()
		}()
	}
	wg.Wait()
}

// --- context, timer, Once, Cond

func lostCtx() {
	ctx, _ := context.WithCancel(context.Background())
	go func() {
		<-ctx.Done() // want "noctxcancel ctx.Done"
	}()
}

func cancelledOk() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		<-ctx.Done()
	}()
}

func stoppedTicker() {
	t := time.NewTicker(time.Second)
	go func() {
		for range t.C { // want "timer"
		}
	}()
	t.Stop()
}

func onceReentry() {
	var once sync.Once
	var f func()
	f = func() {
		once.Do(func() { // want "onceblock Once"
			f()
		})
	}
	f()
}

func lostSignal() {
	var mu sync.Mutex
	c := sync.NewCond(&mu)
	go func() {
		mu.Lock()
		c.Wait() // want "Cond.Wait"
		mu.Unlock()
	}()
	c.Signal()
}

// --- selects

func forever() {
	go func() {
		select {} // want "selectnoexit select.."
	}()
}

func defaultOk(f func() int) {
	ch := make(chan int)
	go func() {
		select {
		case ch <- f():
		default:
		}
	}()
}

// spawn is too much as a whole. What it starts is out of sight of the function
// alone, which must not be taken for nothing.
func spawn(i int) {
	if i == 0 {
		return
	}
	wg := &sync.WaitGroup{}
	wg.Add(i + 1)
	go func() {
		wg.Done()
		<-make(chan int) // want "receive"
	}()
	for j := 0; j < i; j++ {
		go func() {
			wg.Done()
			spawn(i - 1)
		}()
	}
	wg.Wait()
}

func spawnAll() { spawn(5) }

// lateForever waits for nothing only where its goroutine has not left before.
func lateForever(left bool) {
	go func() {
		if left {
			return
		}
		select {} // want "selectnoexit select.."
	}()
}
