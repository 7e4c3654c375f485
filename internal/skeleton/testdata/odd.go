// Package odd is code that must not make the compiler stumble.
package odd

import (
	"iter"
	"os"
	"reflect"
	"sync"
	"unsafe"
)

func recursive(n int, ch chan int) {
	if n == 0 {
		ch <- 1
		return
	}
	recursive(n-1, ch)
}

func even(n int, ch chan int) {
	if n > 0 {
		odd(n-1, ch)
	}
	ch <- n
}

func odd(n int, ch chan int) {
	if n > 0 {
		even(n-1, ch)
	}
	<-ch
}

func startsRecursive() {
	ch := make(chan int)
	go recursive(3, ch)
	go even(4, ch)
	<-ch
}

func gotos(n int) {
	ch := make(chan int)
again:
	if n > 0 {
		n--
		go func() { ch <- n }()
		goto again
	}
	<-ch
}

func labels(xs [][]int) {
	ch := make(chan int)
outer:
	for _, x := range xs {
		for _, y := range x {
			select {
			case v := <-ch:
				if v == y {
					continue outer
				}
				break outer
			default:
				go func() { ch <- y }()
			}
		}
	}
}

func dead() {
	ch := make(chan int)
	for {
		go func() { ch <- 1 }()
		<-ch
	}
	close(ch)
}

func blank() {
	_ = make(chan int)
	var _ chan int
	for range make(chan int) {
	}
}

func channels() {
	cc := make(chan chan chan int)
	go func() {
		c := <-cc
		d := <-c
		d <- 1
	}()
	c := make(chan chan int)
	cc <- c
	c <- make(chan int, 1)
}

func reflects() {
	ch := make(chan int)
	go func() { ch <- 1 }()
	reflect.Select([]reflect.SelectCase{{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(ch)}})
}

func maps(m map[string]chan int, k string) {
	m[k] = make(chan int)
	go func() { m[k] <- 1 }()
	delete(m, k)
}

type list struct {
	next *list
	self map[string]*list
	ch   chan *list
	arr  [3]chan int
	mus  [2]sync.Mutex
	f    func(*list) *list
}

func cyclic() {
	l := &list{ch: make(chan *list)}
	l.next = l
	l.self = map[string]*list{"l": l}
	l.arr[1] = make(chan int)
	l.mus[0].Lock()
	l.f = func(x *list) *list { return x.next.self["l"].f(x) }
	go func() { l.ch <- l.f(l) }()
	for i := range l.arr {
		go func() { l.arr[i] <- i }()
	}
	*l.next = list{}
}

type box[T any] struct {
	v  T
	ch chan T
}

func (b *box[T]) put(v T) { b.ch <- v }

func generic[T any, S interface{ ~[]T }](xs S) {
	b := &box[T]{ch: make(chan T)}
	for _, x := range xs {
		go b.put(x)
	}
	<-b.ch
}

func instances() {
	generic([]int{1, 2})
	generic([]struct{ a, b int }{{1, 2}})
}

func seq(ch chan int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for v := range ch {
			if !yield(v) {
				return
			}
		}
	}
}

func rangeFunc() int {
	ch := make(chan int)
	go func() { ch <- 1 }()
	for v := range seq(ch) {
		defer close(ch)
		if v > 0 {
			return v
		}
	}
	return 0
}

func pointers(p unsafe.Pointer) {
	ch := make(chan int)
	*(*chan int)(p) = ch
	go func() { ch <- 1 }()
	pp := &ch
	ppp := &pp
	**ppp = make(chan int)
}

func panics() (err error) {
	ch := make(chan int)
	defer func() {
		if r := recover(); r != nil {
			ch <- 1
			err, _ = r.(error)
		}
	}()
	defer close(ch)
	var m map[string]int
	m["x"]++
	panic("x")
}

func arrays(n int) {
	var cs [2]chan int
	for i := range cs {
		cs[i] = make(chan int, n)
	}
	sl := cs[:]
	sl = append(sl, nil)
	copy(sl, sl[1:])
	for _, c := range sl {
		select {
		case c <- 1:
		default:
		}
	}
	var big [1000]chan int
	big[n] = sl[0]
	<-big[n]
}

func methodValues() {
	var wg sync.WaitGroup
	wg.Add(1)
	done := wg.Done
	go done()
	defer wg.Wait()
	var mu sync.Mutex
	lock, unlock := mu.Lock, (*sync.Mutex).Unlock
	lock()
	unlock(&mu)
	var l sync.Locker = &mu
	l.Lock()
}

func constants() {
	ch := make(chan int, 1<<20)
	for i := 0; i < 1<<30; i++ {
		ch <- i
	}
	for port := 60000; port < 61000; port++ {
		go func() { ch <- 1 }()
	}
	n := len(os.Args)
	far := make(chan int, n+100)
	for range n {
		go func() { far <- 1 }()
	}
	for i := 900; i > 100; i-- {
		go func() { ch <- i }()
	}
	for i := -700; i < 100; i++ {
		go func() { ch <- i }()
	}
	pending := 1000
	beyond := make(chan int, pending+100)
	for i := 0; i < pending; i++ {
		go func() { beyond <- i }()
	}
	var wg sync.WaitGroup
	wg.Add(5000)
	for range 4999 {
		go wg.Done()
	}
	wg.Wait()
}

func emptyStructs() {
	type e struct{}
	m := map[string]e{}
	s := []e{{}, {}}
	ch := make(chan e)
	go func() { ch <- s[0] }()
	m["x"] = <-ch
	x := e{}
	y := x
	_ = y == x
}
