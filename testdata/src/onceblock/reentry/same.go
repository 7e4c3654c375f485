package reentry

import "sync"

type state struct {
	once sync.Once
	n    int
}

type box struct {
	st  *state
	o   *sync.Once
	get func() int
}

// ok: the old state is done, which then uses the new one.
func (b *box) swap() {
	old := b.st
	b.st = &state{}
	old.once.Do(func() {
		b.st.once.Do(func() { b.st.n++ })
	})
}

// Nothing was swapped.
func (b *box) swapNot() {
	old := b.st
	old.once.Do(func() { // want onceblock/reentry:"once runs itself again"
		b.st.once.Do(func() { b.st.n++ })
	})
}

// Swapped before, so that both are the new one.
func (b *box) swapBefore() {
	b.st = &state{}
	now := b.st
	now.once.Do(func() { // want onceblock/reentry:"once runs itself again"
		b.st.once.Do(func() { b.st.n++ })
	})
}

// ok: swapped by a callee.
func (b *box) swapInCallee() {
	old := b.st
	b.renew()
	old.once.Do(func() {
		b.st.once.Do(func() { b.st.n++ })
	})
}

func (b *box) renew() { b.st = &state{} }

// ok: the new Once runs what uses the old one.
func (b *box) wrap() {
	prev := b.o
	b.o = new(sync.Once)
	b.o.Do(func() {
		prev.Do(func() {})
	})
}

// ok: the body itself replaces it.
func (b *box) replace() {
	b.o.Do(func() {
		b.o = new(sync.Once)
		b.o.Do(func() {})
	})
}

// Replaced only afterwards.
func (b *box) replaceLate() {
	b.o.Do(func() { // want onceblock/reentry:"o runs itself again"
		b.o.Do(func() {})
		b.o = new(sync.Once)
	})
}

// Another method replaces it, which does not run here.
func (b *box) fill() {
	b.st.once.Do(func() { // want onceblock/reentry:"once runs itself again"
		b.more()
	})
}

func (b *box) more() { b.fill() }

// ok: the new function calls the one before.
func (b *box) chain() {
	prev := b.get
	b.get = sync.OnceValue(func() int { return prev() + 1 })
}

// It calls itself.
func (b *box) chainSelf() {
	b.get = sync.OnceValue(func() int { // want onceblock/reentry:"OnceValue runs itself again"
		return b.get() + 1
	})
}

// It calls what was read from the field afterwards: itself.
func (b *box) chainLate() {
	var now func() int
	b.get = sync.OnceValue(func() int { // want onceblock/reentry:"OnceValue runs itself again"
		return now() + 1
	})
	now = b.get
}

// ok: each turn wraps what the turn before has made.
func (b *box) chainAll(n int) {
	for range n {
		prev := b.get
		b.get = sync.OnceValue(func() int { return prev() + 1 })
	}
}

// ok: when the first one runs, the field holds the second.
func (b *box) chainTwice() {
	b.get = sync.OnceValue(func() int { return b.get() + 1 })
	first := b.get
	b.get = sync.OnceValue(func() int { return 1 })
	first()
}

// ok: a parameter, wrapped.
func Memo(get func() int) func() int {
	prev := get
	get = sync.OnceValue(func() int { return prev() + 1 })
	return get
}

// ok: the function of another activation.
func fact(n int) func() int {
	return sync.OnceValue(func() int {
		if n == 0 {
			return 1
		}
		return n * fact(n-1)()
	})
}

// ok: the same, kept in a variable of each activation.
func factOf(n int) int {
	get := sync.OnceValue(func() int {
		if n == 0 {
			return 1
		}
		return n * factOf(n-1)
	})
	return get()
}

// The activation's own.
func factSelf(n int) int {
	var get func() int
	get = sync.OnceValue(func() int { // want onceblock/reentry:"OnceValue runs itself again"
		return n * get()
	})
	return get()
}
