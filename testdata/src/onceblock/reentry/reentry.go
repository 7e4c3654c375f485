// Package reentry holds Once bodies that run their own Once.
package reentry

import "sync"

var (
	once  sync.Once
	other sync.Once
	value int
)

// Directly.
func Direct() {
	once.Do(func() { // want onceblock/reentry:"once runs itself again and waits for itself for ever .Do → Do."
		once.Do(func() {})
	})
}

// ok: another Once.
func DirectOK() {
	once.Do(func() {
		other.Do(func() {})
	})
}

// Through a function.
func Get() int {
	once.Do(fill) // want onceblock/reentry:"Do → lookup → Get → Do"
	return value
}

func fill() { value = lookup() }

func lookup() int { return Get() + 1 }

type cache struct {
	once, second sync.Once
	parent       *cache
	n            int
}

// Through methods of the same object.
func (c *cache) load() {
	c.once.Do(func() { // want onceblock/reentry:"once runs itself again"
		c.fill()
	})
}

func (c *cache) fill() { c.n = c.size() }

func (c *cache) size() int {
	c.load()
	return c.n
}

// ok: the Once of another object.
func (c *cache) loadParent() {
	c.second.Do(func() {
		if c.parent != nil {
			c.parent.loadParent()
		}
	})
}

// A method value.
func (c *cache) loadByValue() {
	c.once.Do(c.again) // want onceblock/reentry:"once runs itself again"
}

func (c *cache) again() { c.loadByValue() }

// ok: on a goroutine of its own it waits, but for one that goes on.
func (c *cache) loadLater() {
	c.once.Do(func() {
		go c.loadLater()
	})
}

// A function value.
func Value() int {
	var get func() int
	get = sync.OnceValue(func() int { // want onceblock/reentry:"OnceValue runs itself again"
		return get() + 1
	})
	return get()
}

// ok: another one.
func ValueOK() int {
	first := sync.OnceValue(func() int { return 1 })
	get := sync.OnceValue(func() int {
		return first() + 1
	})
	return get()
}

type node struct {
	once     sync.Once
	parts    map[string]*node
	children int
}

// Each node of the tree has a Once of its own.
func (n *node) count() {
	for _, part := range n.parts {
		part.once.Do(func() {
			part.count()
		})
	}
	n.children = len(n.parts)
}

// The node counts itself under its own Once.
func (n *node) countSelf() {
	n.once.Do(func() { // want onceblock/reentry:"once runs itself again"
		for range n.parts {
			n.countSelf()
		}
	})
}
