package samples

import "sync"

// A keeper forgets tokens now and then, through a callback that takes the lock
// of its owner; the owner adds tokens under that lock.
type keeper struct {
	add    chan struct{}
	stop   chan chan struct{}
	forget func()
}

func (k *keeper) run(tick <-chan int) {
	for {
		select {
		case <-k.add:
		case <-tick:
			k.forget()
		case done := <-k.stop:
			done <- struct{}{}
			return
		}
	}
}

type provider interface{ assign() }

type tokens struct {
	mu sync.Mutex
	k  *keeper
}

func (t *tokens) assign() {
	t.mu.Lock()           // victim
	t.k.add <- struct{}{} // leak
	t.mu.Unlock()
}

// Serve assigns from several goroutines.
func Serve(tick <-chan int) {
	t := &tokens{}
	t.k = &keeper{add: make(chan struct{}, 1), stop: make(chan chan struct{}), forget: func() {
		t.mu.Lock() // in the same knot
		defer t.mu.Unlock()
	}}
	go t.k.run(tick)
	var p provider = t
	var wg sync.WaitGroup
	wg.Add(3)
	for i := 0; i < 3; i++ {
		go func() {
			p.assign()
			wg.Done()
		}()
	}
	wg.Wait() // victim
	done := make(chan struct{})
	t.k.stop <- done
	<-done
}
