// Package misc is odd code: arrays, composite keys, panics, unsafe, statements in odd places.
package misc

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"runtime"
	"sync"
	"unsafe"
)

func A(f func() (int, error)) (err error) {
	c := make(chan int)
	defer func() {
		if r := recover(); r != nil {
			err, _ = r.(error)
			r.(chan int) <- 1
		}
	}()
	go func() { v, _ := f(); c <- v }()
	panic(c)
}

func B(n int) {
	var cs [10]chan int
	for i := range cs {
		cs[i] = make(chan int)
		go func() { cs[i] <- 1 }()
	}
	<-cs[n]
	var m [2][2]chan int
	m[0][1] = make(chan int)
	go func() { m[0][1] <- 1 }()
	<-m[n][n]
	s := cs[2:5:7]
	<-s[1]
	t := (*[3]chan int)(s)
	<-t[0]
	u := [3]chan int(s)
	<-u[0]
	clear(s)
	x := struct {
		a [2]chan int
		b struct{ c []chan int }
	}{}
	x.a[1] = make(chan int)
	x.b.c = append(x.b.c, x.a[1])
	y := x
	go func() { y.b.c[0] <- 1 }()
	p := &x.a
	<-p[1]
	z := [2]struct{ c chan int }{{make(chan int)}, {nil}}
	for _, e := range z {
		go func() { e.c <- 1 }()
	}
	for i := range z {
		z[i].c = nil
	}
	w := []struct{ c chan int }{{make(chan int)}}
	w[0].c <- 1
	mm := map[string]struct{ c chan int }{"a": {make(chan int)}}
	mm["a"].c <- 1
	mp := map[[2]int]chan int{{1, 2}: make(chan int)}
	<-mp[[2]int{1, 2}]
	ms := map[struct{ a int }]chan int{{1}: make(chan int)}
	<-ms[struct{ a int }{1}]
	mi := map[any]chan int{1: make(chan int), "a": nil, [1]int{1}: nil}
	<-mi[1]
	_ = min(1, 2)
	for i := range 3 {
		go func() { cs[i] <- i }()
	}
	for i, r := range "abc" {
		cs[i] <- int(r)
	}

}

func C() {
	c := make(chan int)
	p := unsafe.Pointer(&c)
	go func() { *(*chan int)(p) <- 1 }()
	reflect.ValueOf(c).Send(reflect.ValueOf(1))
	runtime.SetFinalizer(&c, func(*chan int) { c <- 1 })
	runtime.Goexit()
}

func D(x any) {
	switch v := x.(type) {
	case nil:
		x.(func())()
	case chan int, chan string:
		_ = v
	case error:
		var e *os.PathError
		if errors.As(v, &e) {
			panic(fmt.Sprint(e))
		}
	}
	func() {
		defer func() { recover() }()
		var m map[string]chan int
		m["a"] = make(chan int)
		var f func()
		f()
		var i interface{ F() }
		i.F()
		_ = x.(interface{ F() }).F
	}()
}

func E() {
	goto l
l:
	c := make(chan int)
	for {
		select {
		case c <- 1:
			goto l
		case v, ok := <-c:
			_, _ = v, ok
		default:
			break
		}
		select {}
	}
}

type T struct{ sync.Mutex }

func (t T) V()  { t.Lock() }
func (t *T) P() { t.Lock() }

func F(t T, ts []T) {
	f := t.V
	g := (*T).P
	h := T.V
	go f()
	go g(&t)
	defer h(t)
	for _, x := range ts {
		x.Lock()
	}
	ts[0].Lock()
	var e interface{ P() } = &t
	go e.P()
	k := e.P
	k()
	defer (&t).Lock()
	go t.Unlock()
	defer close(make(chan int))
	go println(1)
	go func(xs ...chan int) { xs[0] <- 1 }(make(chan int))

	go func() { panic(1) }()
	var nilc chan int
	close(nilc)
	const big = 1 << 40
	_ = make(chan int, big>>38)
	_ = make([]chan int, 1<<20)
	var arr [1 << 16]chan int
	arr[40000] = nilc
	<-arr[4]
	var iface any = t
	_ = iface.(T)
	_ = iface == any(t)
	type loc struct{ c chan int }
	ll := loc{make(chan int)}
	lp := &ll
	lpp := &lp
	go func() { (**lpp).c <- 1 }()
	a, b := ll, *lp
	_ = a == b
	var fnn [2]func()
	fnn[0] = func() { ll.c <- 1 }
	go fnn[0]()
	fnn[1]()
	complex := complex(1, 2)
	if real(complex) > 1 {
		ll.c <- 1
	}
}
