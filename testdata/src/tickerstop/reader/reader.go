// Package reader: goroutines that wait for a ticker only.
package reader

import (
	"context"
	"sync"
	"time"
)

type Cache struct {
	mu   sync.Mutex
	m    map[string]int
	tick *time.Ticker
	kept *time.Ticker
	quit chan struct{}
}

func (c *Cache) evict() {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.m)
}

// One goroutine for every Cache.
func NewCache() *Cache {
	c := &Cache{m: make(map[string]int)}
	t := time.NewTicker(time.Minute)
	go func() {
		for range t.C { // want tickerstop/reader:"this loop waits for a ticker only and has no way out: every call of NewCache leaves a goroutine behind"
			c.evict()
		}
	}()
	return c
}

// Ends with its context.
func NewCacheContext(ctx context.Context) *Cache {
	c := &Cache{m: make(map[string]int)}
	t := time.NewTicker(time.Minute)
	go func() {
		defer t.Stop()
		for {
			select {
			case <-t.C:
				c.evict()
			case <-ctx.Done():
				return
			}
		}
	}()
	return c
}

// The context is at hand and not used.
func (c *Cache) run(ctx context.Context) {
	t := time.NewTicker(time.Minute)
	defer t.Stop()
	for range t.C { // want tickerstop/reader:"every call of Cache.Start leaves a goroutine behind"
		c.evict()
	}
}

func (c *Cache) Start(ctx context.Context) { go c.run(ctx) }

// The same with a select of one case.
func (c *Cache) StartSelect(ctx context.Context) {
	t := time.NewTicker(time.Minute)
	go func() {
		for { // want tickerstop/reader:"this loop waits for a ticker only"
			select {
			case <-t.C:
				c.evict()
			}
		}
	}()
}

// A second case ends it.
func (c *Cache) StartQuit() {
	t := time.NewTicker(time.Minute)
	go func() {
		for {
			select {
			case <-t.C:
				c.evict()
			case <-c.quit:
				return
			}
		}
	}()
}

// Stop does not close the channel.
func (c *Cache) StartStopped() {
	c.tick = time.NewTicker(time.Minute)
	go func() {
		for range c.tick.C { // want tickerstop/stopped:"this loop never ends: the ticker is stopped \\(line 103\\), and Stop does not close its channel: every call of Cache.StartStopped leaves a goroutine behind"
			c.evict()
		}
	}()
}

func (c *Cache) Close() { c.tick.Stop() }

// A local one, stopped when the function returns.
func (c *Cache) Watch(work func()) {
	t := time.NewTicker(time.Second)
	defer t.Stop()
	go func() {
		for range t.C { // want tickerstop/stopped:"Stop does not close its channel"
			c.evict()
		}
	}()
	work()
}

// The reader leaves when the work is done.
func (c *Cache) WatchOK(work func()) {
	t := time.NewTicker(time.Second)
	defer t.Stop()
	done := make(chan struct{})
	defer close(done)
	go func() {
		for {
			select {
			case <-t.C:
				c.evict()
			case <-done:
				return
			}
		}
	}()
	work()
}

func (c *Cache) StartTick() {
	go func() {
		for range time.Tick(time.Minute) { // want tickerstop/reader:"every call of Cache.StartTick"
			c.evict()
		}
	}()
}

// A break that depends on the work is a way out.
func (c *Cache) StartUntilEmpty() {
	go func() {
		for range time.Tick(time.Minute) {
			c.evict()
			if len(c.m) == 0 {
				break
			}
		}
	}()
}

func (c *Cache) StartReceive() {
	c.kept = time.NewTicker(time.Minute)
	go func() {
		for { // want tickerstop/reader:"waits for a ticker only"
			<-c.kept.C
			c.evict()
		}
	}()
}

var (
	once   sync.Once
	global Cache
)

// One goroutine for the process.
func StartOnce() {
	once.Do(func() {
		go func() {
			for range time.Tick(time.Minute) {
				global.evict()
			}
		}()
	})
}

func init() {
	go func() {
		for range time.Tick(time.Minute) {
			global.evict()
		}
	}()
}
