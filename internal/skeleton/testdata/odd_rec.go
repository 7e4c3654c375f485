// Package rec is odd code: types and functions that lead to themselves.
package rec

type C chan C

func (c C) Recv() C { return <-c }

func F() {
	c := make(C)
	go func() { c <- make(C) }()
	c.Recv().Recv()
}

type S []S
type M map[string]M
type P *P
type Fn func(Fn) Fn
type CS chan []CS
type CM chan map[string]CM
type CF chan func(CF)
type N struct {
	next *N
	kids []*N
	by   map[string]*N
	c    chan *N
	f    func(*N) chan *N
}
type I interface{ Next() I }
type ch chan I

func (c ch) Next() I { return <-c }

func G(n *N, s S, m M, p P, fn Fn, cs CS, cm CM, cf CF, i I) {
	go func() { n.next.next.c <- n }()
	go func() { cs <- []CS{cs} }()
	go func() { cm <- map[string]CM{"a": cm} }()
	go func() { cf <- func(x CF) { x <- nil } }()
	fn(fn)(fn)
	for range s {
		s = append(s, s...)
	}
	_ = m["a"]["b"]
	_ = **p
	for i != nil {
		i = i.Next()
	}
	(<-(<-cs)[0])[0] <- nil
	(<-cf)(cf)
	n.f(n) <- n
	<-(<-cm)["x"]
}

func H() {
	cs := make(CS)
	go func() { cs <- []CS{cs} }()
	x := <-cs
	<-x[0]
	cf := make(CF)
	go func() { cf <- func(x CF) { x <- nil } }()
	(<-cf)(cf)
	var k ch = make(ch)
	go func() { k <- k }()
	k.Next().Next()
	n := &N{c: make(chan *N)}
	n.next = n
	n.kids = append(n.kids, n, n)
	n.by = map[string]*N{"n": n}
	go func() { n.next.by["n"].kids[0].c <- n }()
	if n.f != nil {
		<-n.f(n)
	}
	var y func(f func(int) chan int) chan int
	y = func(f func(int) chan int) chan int { return y(func(i int) chan int { return f(i) }) }
	<-y(nil)
}

type Gen[T any] chan Gen[T]

func (g Gen[T]) R() Gen[T] { return <-g }

func K() {
	g := make(Gen[int])
	go func() { g <- make(Gen[int]) }()
	g.R()
}

type Tree[T any] struct {
	l, r *Tree[T]
	c    chan T
	sub  *Tree[chan int]
}

func (t *Tree[T]) Walk(out chan T) {
	if t == nil {
		return
	}
	t.l.Walk(out)
	out <- <-t.c
	t.r.Walk(out)
	t.sub.Walk(make(chan chan int))
}

func L(t *Tree[int]) {
	out := make(chan int)
	go t.Walk(out)
	<-out
}

func walk(n *N) chan *N {
	if n.next != nil {
		return walk(n.next)
	}
	c := make(chan *N)
	go func() { c <- n }()
	return c
}

func W(n *N) { <-walk(n) }

func W2(n *N) {
	c := walk(n)
	select {
	case <-c:
	default:
	}
	close(c)
	c <- n
	_ = len(c)
	_ = cap(c)
	for range c {
	}
}

func a1(n int) (chan int, func()) {
	if n > 3 {
		return b1(n - 1)
	}
	c := make(chan int)
	return c, func() { close(c) }
}
func b1(n int) (chan int, func()) { return a1(n - 1) }
func W3(n int)                    { c, f := a1(n); go func() { c <- 1 }(); f(); <-c }
