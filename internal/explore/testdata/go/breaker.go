package samples

import "sync"

// A breaker lets one caller in at a time. Each request runs under a lock of
// its own and tells on done that it has ended.
type breaker struct {
	pending, active chan struct{}
}

func (b *breaker) maybe(thunk func()) bool {
	select {
	case b.pending <- struct{}{}:
		b.active <- struct{}{} // leak
		thunk()
		<-b.active
		<-b.pending
		return true
	default:
		return false
	}
}

type call struct {
	mu       sync.Mutex
	accepted chan bool
}

func (b *breaker) start(c *call) {
	c.mu.Lock()
	go func() {
		ok := b.maybe(func() {
			c.mu.Lock() // in the same knot
			c.mu.Unlock()
		})
		c.accepted <- ok
	}()
}

// Calls starts two calls and forgets to release the first.
func Calls() {
	b := &breaker{make(chan struct{}, 2), make(chan struct{}, 1)}
	c1 := &call{accepted: make(chan bool, 1)}
	c2 := &call{accepted: make(chan bool, 1)}
	b.start(c1)
	b.start(c2)
	c2.mu.Unlock()
	<-c2.accepted // in the same knot
	c1.mu.Unlock()
	<-c1.accepted
}
