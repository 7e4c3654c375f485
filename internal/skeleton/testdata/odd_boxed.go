// Package boxed is odd code: primitives in structs, behind interfaces, as method values.
package boxed

import (
	"context"
	"io"
	"sync"
	"sync/atomic"
	"time"
)

type conn struct {
	n int
	sync.Mutex
}
type rw struct {
	n int
	*sync.RWMutex
}
type deep struct {
	a int
	conn
}
type own struct{ ch chan int }

func (o *own) Lock()   { o.ch <- 1 }
func (o *own) Unlock() { <-o.ch }

type val struct{ p *sync.Mutex }

func (v val) Lock()   { v.p.Lock() }
func (v val) Unlock() { v.p.Unlock() }

func with(l sync.Locker, f func()) {
	l.Lock()
	defer l.Unlock()
	f()
}

func All(f func() int) {
	res := make(chan int)
	go func() { v := f(); with(&conn{}, func() { res <- v }) }()
	with(&rw{0, new(sync.RWMutex)}, func() {})
	with(rw{0, new(sync.RWMutex)}, func() {})
	with(new(deep), func() {})
	with(&own{make(chan int, 1)}, func() {})
	with(val{new(sync.Mutex)}, func() {})
	with(new(rw).RLocker(), func() {})
	var m sync.RWMutex
	with(m.RLocker(), func() {})
	with(&m, func() {})
	var i interface {
		Lock()
		Unlock()
	} = new(conn)
	with(i, func() {})
	var a any = new(conn)
	with(a.(sync.Locker), func() {})
	if l, ok := a.(sync.Locker); ok {
		l.Lock()
	}
	with(nil, func() {})
}

type waiter struct {
	sync.Mutex
	cond *sync.Cond
	done bool
}

func NewWaiter() *waiter {
	w := new(waiter)
	w.cond = sync.NewCond(w)
	return w
}

func Conds() {
	w := NewWaiter()
	res := make(chan int)
	go func() {
		w.Lock()
		for !w.done {
			w.cond.Wait()
		}
		w.Unlock()
		res <- 1
	}()
	w.cond.L.Lock()
	w.done = true
	w.cond.L.Unlock()
	w.cond.Broadcast()
	c := sync.Cond{L: &own{}}
	c.L.Lock()
	c.Wait()
	d := sync.NewCond(&own{})
	go func() { d.L.Lock(); d.Wait(); d.L.Unlock() }()
	d.Signal()
	e := sync.NewCond(nil)
	e.L = new(conn)
	go e.Wait()
}

type ctx struct{ c chan struct{} }

func (c *ctx) Deadline() (time.Time, bool) { return time.Time{}, false }
func (c *ctx) Done() <-chan struct{}       { return c.c }
func (c *ctx) Err() error                  { return nil }
func (c *ctx) Value(any) any               { return nil }

type wctx struct{ context.Context }

func (w wctx) Err() error { return nil }

func Ctxs(f func() int) {
	for _, c := range []context.Context{&ctx{make(chan struct{})}, wctx{context.Background()}, &wctx{context.TODO()}, nil} {
		res := make(chan int)
		go func() { res <- f() }()
		select {
		case <-res:
		case <-c.Done():
		}
		sub, cancel := context.WithCancel(c)
		<-sub.Done()
		cancel()
		_ = c.Err()
		_ = context.Cause(c)
		context.AfterFunc(c, func() { res <- 1 })
		x := context.WithoutCancel(context.WithValue(c, 1, 2))
		<-x.Done()
	}
	var my context.Context = &ctx{}
	my2, stop := context.WithTimeout(my, time.Second)
	defer stop()
	go func() { <-my2.Done() }()
}

type pipeBox struct {
	*io.PipeReader
	w *io.PipeWriter
}

func Pipes() {
	r, w := io.Pipe()
	b := pipeBox{r, w}
	go func() { b.w.Write(nil) }()
	b.Read(nil)
	var rc io.ReadCloser = b
	rc.Read(nil)
	rc.Close()
	var ww io.Writer = w
	go ww.Write(nil)
	defer b.Close()
	f := b.Read
	f(nil)
	g := w.CloseWithError
	g(nil)
}

type timerBox struct {
	*time.Timer
	t time.Ticker
}

func Timers() {
	b := timerBox{Timer: time.NewTimer(1)}
	<-b.C
	b.Stop()
	b.Reset(1)
	go func() { <-b.t.C }()
	f := b.Stop
	defer f()
	var i interface{ Stop() bool } = b.Timer
	i.Stop()
	i = b
	i.Stop()
}

type wgBox struct {
	sync.WaitGroup
	once sync.Once
	p    atomic.Pointer[chan int]
	v    atomic.Value
	b    atomic.Bool
}

func WGs() {
	b := new(wgBox)
	b.Add(1)
	go func() { defer b.Done(); b.once.Do(func() { c := make(chan int); c <- 1 }) }()
	var w interface {
		Wait()
		Done()
	} = b
	w.Done()
	w.Wait()
	f := b.Wait
	go f()
	g := b.once.Do
	g(func() {})
	h := (*sync.Once).Do
	h(&b.once, b.Wait)
	(*sync.WaitGroup).Add(&b.WaitGroup, 1)
	c := make(chan int)
	b.p.Store(&c)
	go func() { *b.p.Load() <- 1 }()
	b.v.Store(c)
	go func() { b.v.Load().(chan int) <- 1 }()
	b.p.Swap(nil)
	b.p.CompareAndSwap(&c, nil)
	var arr [3]sync.Mutex
	arr[1].Lock()
	arrp := &arr
	arrp[2].Lock()
	for i := range arr {
		arr[i].Unlock()
	}
	ms := map[string]*sync.Mutex{}
	ms["a"].Lock()
	mv := map[string]sync.WaitGroup{}
	x := mv["a"]
	x.Wait()
	cp := *b
	cp.Wait()
	of := sync.OnceFunc(func() { c <- 1 })
	go of()
	of()
	ov := sync.OnceValue(func() chan int { return c })
	<-ov()
	a, bb := sync.OnceValues(func() (chan int, error) { return c, nil })()
	_, _ = a, bb
	var once struct {
		sync.Once
		sync.Mutex
	}
	once.Do(func() { once.Lock() })
	once.Lock()
	var pool = sync.Pool{New: func() any { return make(chan int) }}
	pool.Get().(chan int) <- 1
	var sm sync.Map
	sm.Store(1, c)
	z, _ := sm.Load(1)
	<-z.(chan int)
}
