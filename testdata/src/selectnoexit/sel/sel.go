// Package sel holds for-select loops of goroutines started per object.
package sel

import "context"

type Cache struct {
	in, flush chan int
	done      chan struct{}
	n         int
}

// A Close that closes a channel nobody receives from.
func New() *Cache {
	c := &Cache{done: make(chan struct{})}
	go func() {
		for {
			select { // want selectnoexit/select:"every call of New leaves a goroutine behind; c.done is closed by Cache.Close but this loop never receives from it"
			case v := <-c.in:
				c.n += v
			case <-c.flush:
				c.n = 0
			}
		}
	}()
	return c
}

func (c *Cache) Close() { close(c.done) }

// ok: a case leaves the loop.
func NewOK() *Cache {
	c := &Cache{done: make(chan struct{})}
	go func() {
		for {
			select {
			case v := <-c.in:
				c.n += v
			case <-c.done:
				return
			}
		}
	}()
	return c
}

// A named method as the body.
func (c *Cache) Start() { go c.loop() }

func (c *Cache) loop() {
	for {
		select { // want selectnoexit/select:"every call of Cache.Start leaves a goroutine behind"
		case v := <-c.in:
			// A comment that stays.
			c.n += v
		case <-c.flush:
			c.n = 0 // as does this one
		}
	}
}

// ok: its twin asks for more.
func (c *Cache) StartOK() { go c.loopOK() }

func (c *Cache) loopOK() {
	for {
		select {
		case v, ok := <-c.in:
			if !ok {
				return
			}
			c.n += v
		case <-c.flush:
			c.n = 0
		}
	}
}

// A ctx in scope that the loop does not look at.
func Watch(ctx context.Context, in, flush chan int) {
	go func() {
		for {
			select { // want selectnoexit/select:"every call of Watch leaves a goroutine behind; ctx is in scope and never consulted"
			case v := <-in:
				_ = v
			case <-flush:
			}
		}
	}()
}

// ok: the ctx ends the loop. (That only it does is the caller's doing: low.)
func WatchOK(ctx context.Context, in chan int) {
	go func() {
		for {
			select {
			case v := <-in:
				_ = v
			case <-ctx.Done():
				return
			}
		}
	}()
}

// The end of ctx is seen, and ignored.
func Ignore(ctx context.Context, in chan int) {
	go func() {
		for {
			select { // want selectnoexit/select:"it does not stop when ctx ends"
			case v := <-in:
				_ = v
			case <-ctx.Done():
				println("stopping")
			}
		}
	}()
}

// ok: one statement more.
func IgnoreOK(ctx context.Context, in chan int) {
	go func() {
		for {
			select {
			case v := <-in:
				_ = v
			case <-ctx.Done():
				println("stopping")
				return
			}
		}
	}()
}

type plain struct{ in chan int }

// Nothing at hand: the type cannot stop it.
func (p *plain) Run() {
	go func() {
		for {
			select { // want selectnoexit/select:"plain has no way to stop it"
			case <-p.in:
			default:
			}
		}
	}()
}

// ok: default leaves.
func (p *plain) RunOK() {
	go func() {
		for {
			select {
			case <-p.in:
			default:
				return
			}
		}
	}()
}
