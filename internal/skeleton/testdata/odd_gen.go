// Package gen is odd code: type parameters of every core type.
package gen

import (
	"context"
	"sync"
	"time"
)

func StructCore[T struct{ c chan int }]() T { return T{c: make(chan int)} }

func MakeOf[C ~chan E, E any](v E) C {
	c := make(C)
	go func() { c <- v }()
	return c
}

func MakeDir[C ~chan int](v int) {
	c := make(C, 1)
	c <- v
	select {
	case c <- v:
	case <-c:
	}
	close(c)
}

func Drain[C <-chan int | chan int](c C) {
	for range c {
	}
	v, ok := <-c
	_, _ = v, ok
}

func Push[C chan<- int | chan int](c C) { c <- 1 }

func SliceOf[S ~[]C, C ~chan int](n int) S {
	s := make(S, n)
	for i := range s {
		s[i] = make(C)
		go func() { s[i] <- 1 }()
	}
	return append(s, make(C))[1:]
}

func MapOf[M ~map[K]C, K comparable, C ~chan int](k K) {
	m := make(M)
	m[k] = make(C)
	go func() { m[k] <- 1 }()
	for _, c := range m {
		<-c
	}
	delete(m, k)
	_ = len(m)
}

func FuncOf[F ~func() C, C ~chan int](f F) {
	c := f()
	go func() { c <- 1 }()
	defer f()
	go f()
}

func PtrOf[P interface {
	*T
	Lock()
	Unlock()
}, T any]() {
	var t T
	p := P(&t)
	p.Lock()
	defer p.Unlock()
	c := make(chan int)
	go func() { p.Lock(); c <- 1; p.Unlock() }()
}

type box struct {
	sync.Mutex
	c chan int
}

func Locked[L sync.Locker](l L, f func()) {
	l.Lock()
	defer l.Unlock()
	f()
}

func UseLocked() {
	var mu sync.Mutex
	b := new(box)
	c := make(chan int)
	go Locked(&mu, func() { c <- 1 })
	go Locked(b, func() { c <- 1 })
	Locked(&mu, func() {})
	Locked[sync.Locker](&mu, func() {})
	Locked[sync.Locker](b, func() {})
}

func Ctx[C context.Context](ctx C, d time.Duration) {
	c := make(chan int)
	go func() { c <- 1 }()
	select {
	case <-c:
	case <-ctx.Done():
	}
	ctx2, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	<-ctx2.Done()
	_ = ctx.Err()
}

func UseCtx() {
	Ctx(context.Background(), 1)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	Ctx(ctx, 1)
	Ctx(myCtx{ctx}, 1)
	Ctx(&myCtx{ctx}, 1)
}

type myCtx struct{ context.Context }

func Arr[A ~[2]chan int](a A) {
	a[0] = make(chan int)
	go func() { a[0] <- 1 }()
	for _, c := range a {
		<-c
	}
	for i := range a {
		close(a[i])
	}
	_ = len(a)
}

func Bytes[S ~string | ~[]byte](s S, c chan int) {
	for i := 0; i < len(s); i++ {
		if s[i] == 'x' {
			c <- i
		}
	}
	if len(s[1:]) > 2 {
		c <- 1
	}
	b := append([]byte(nil), s...)
	_ = b
}

func UseBytes() {
	c := make(chan int)
	go Bytes("abc", c)
	go Bytes([]byte("abc"), c)
	<-c
}

type Num interface{ ~int | ~int64 }

func Count[N Num](n N, c chan N) {
	for i := N(0); i < n; i++ {
		c <- i
	}
	ch := make(chan N, int(n))
	go func() { ch <- n }()
}

func UseCount() {
	c := make(chan int)
	go Count(3, c)
	<-c
	<-c
}

type G[T any] struct {
	v  T
	ch chan T
	mu sync.Mutex
	fs []func(T)
}

func (g *G[T]) Run() {
	g.mu.Lock()
	g.ch = make(chan T)
	g.mu.Unlock()
	go func() { g.ch <- g.v }()
	for _, f := range g.fs {
		f(g.v)
	}
}

func UseG() {
	g := &G[chan int]{v: make(chan int)}
	g.Run()
	<-<-g.ch
	h := &G[struct{ c chan int }]{v: struct{ c chan int }{make(chan int)}}
	h.fs = append(h.fs, func(s struct{ c chan int }) { s.c <- 1 })
	h.Run()
	k := G[*G[chan int]]{v: g}
	k.Run()
	(<-k.ch).Run()
}

type Nested[T interface {
	~struct{ in struct{ c chan int } }
}] struct{ t T }

func (n *Nested[T]) Go() {
	t := n.t
	_ = t
	p := &n.t
	_ = p
	c := make(chan T)
	go func() { c <- n.t }()
	<-c
}

func Eq[T comparable](a, b T, c chan int) {
	if a == b {
		c <- 1
	}
}

func UseEq() {
	c := make(chan int)
	go Eq(struct{ a int }{1}, struct{ a int }{1}, c)
	go Eq(c, c, c)
	go Eq[any](1, "x", c)
	<-c
}

func Zero[T any]() T { var z T; return z }

func UseZero() {
	c := Zero[chan int]()
	go func() { c <- 1 }()
	s := Zero[struct{ c chan int }]()
	go func() { s.c <- 1 }()
	f := Zero[func()]()
	if f != nil {
		f()
	}
	a := Zero[[3]chan int]()
	<-a[1]
}

type Seq[V any] func(yield func(V) bool)

func Each[V any](s Seq[V], c chan V) {
	for v := range s {
		c <- v
	}
}

func UseSeq() {
	c := make(chan int)
	go Each(func(yield func(int) bool) { _ = yield(1) && yield(2) }, c)
	<-c
}

func TypeSwitch[T any](t T, c chan int) {
	switch x := any(t).(type) {
	case chan int:
		x <- 1
	case sync.Locker:
		x.Lock()
		c <- 1
		x.Unlock()
	case interface{ Done() <-chan struct{} }:
		<-x.Done()
	case func() chan int:
		<-x()
	}
}

func UseTS() {
	c := make(chan int)
	var mu sync.Mutex
	go TypeSwitch(c, c)
	go TypeSwitch(&mu, c)
	go TypeSwitch(new(box), c)
	go TypeSwitch(func() chan int { return c }, c)
	go TypeSwitch(context.Background(), c)
	<-c
}
