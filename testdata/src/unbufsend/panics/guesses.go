package panics

// Nil leaves where p is nil, and the goroutine does without it.
func Nil(p *int, f func() int) int {
	ch := make(chan int)
	go func() { ch <- f() }() // want "the send on ch can block for ever"
	if p == nil {
		return 0
	}
	return <-ch
}

// NilRead is the twin: where p is nil the goroutine panics before it sends, and
// the process ends.
func NilRead(p *int) int {
	ch := make(chan int)
	go func() { ch <- *p }()
	if p == nil {
		return 0
	}
	return <-ch
}

type node struct {
	n    int
	next *node
}

func (n *node) value() int { return n.n }

// NilMethod panics in the method.
func NilMethod(p *node) int {
	ch := make(chan int)
	go func() { ch <- p.value() }()
	if p == nil {
		return 0
	}
	return <-ch
}

// NilBefore: p.next has been read from, so that it is not nil.
func NilBefore(p *node, f func() int) int {
	ch := make(chan int)
	n := p.next.n
	go func() { ch <- n }()
	if p.next == nil {
		return 0
	}
	return <-ch
}

// NilMap panics where it writes to the map.
func NilMap(open func() (map[string]int, error), f func() int) int {
	m, err := open()
	ch := make(chan int)
	if err == nil {
		go func() { m["a"] = 1; ch <- f() }()
	}
	if m == nil || err != nil {
		return 0
	}
	return <-ch
}

// NilCall panics where it calls g.
func NilCall(g func() int) int {
	ch := make(chan int)
	go func() { ch <- g() }()
	if g == nil {
		return 0
	}
	return <-ch
}

// Index panics where xs has no element.
func Index(xs []int) int {
	ch := make(chan int)
	go func() { ch <- xs[0] }()
	if len(xs) == 0 {
		return 0
	}
	return <-ch
}

// Divide panics where b is zero.
func Divide(a, b int) int {
	ch := make(chan int)
	go func() { ch <- a / b }()
	if b == 0 {
		return 0
	}
	return <-ch
}

// Assert panics where v is no int.
func Assert(v any) int {
	ch := make(chan int)
	go func() { ch <- v.(int) }()
	if _, ok := v.(int); !ok {
		return 0
	}
	return <-ch
}

// Recovered goes on after the panic, without the send; the root leaves as well.
func Recovered(p *int) int {
	ch := make(chan int, 1)
	go func() {
		defer func() { _ = recover() }()
		ch <- *p
	}()
	if p == nil {
		return 0
	}
	return <-ch
}
