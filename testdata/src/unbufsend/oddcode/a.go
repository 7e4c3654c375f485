// Package oddcode holds odd code: findings are right or absent, and nothing
// panics.
package oddcode

import (
	"iter"
	"reflect"
)

// Recursive starts itself.
func Recursive(n int, ch chan int) {
	if n > 0 {
		go Recursive(n-1, ch)
		ch <- n
	}
}

func even(n int, ch chan int) {
	if n == 0 {
		ch <- 1
		return
	}
	odd(n-1, ch)
}

func odd(n int, ch chan int) {
	if n == 0 {
		return
	}
	even(n-1, ch)
}

// Mutual recursion ends where nobody can tell.
func Mutual(n int) int {
	ch := make(chan int, 1)
	go even(n, ch)
	select {
	case v := <-ch:
		return v
	default:
		return 0
	}
}

// Goto makes a loop.
func Goto(xs []int) {
	ch := make(chan int)
	go func() {
		i := 0
	again:
		if i < len(xs) {
			ch <- xs[i]
			i++
			goto again
		}
		close(ch)
	}()
outer:
	for {
		for v := range ch {
			if v == 0 {
				continue outer
			}
		}
		return
	}
}

// Generic is compiled for any element.
func Generic[T any](v T) T {
	ch := make(chan T, 1)
	go func() { ch <- v }()
	return <-ch
}

// Instances of Generic.
var Instances = []any{Generic(1), Generic("a")}

// OverFunc ranges over a function.
func OverFunc(seq iter.Seq[int]) {
	ch := make(chan int)
	go func() {
		defer close(ch)
		for v := range seq {
			ch <- v
		}
	}()
	for range ch {
	}
}

// Dead code is not run.
func Dead() {
	ch := make(chan int)
	if false {
		ch <- 1
	}
	for {
	}
	ch <- 2
}

// Blank throws the channel away.
func Blank() {
	_ = make(chan int)
	var _ chan int = make(chan int)
}

// Nested sends a channel over a channel.
func Nested() int {
	cc := make(chan chan int)
	go func() {
		c := <-cc
		c <- 1
	}()
	c := make(chan int)
	cc <- c
	return <-c
}

// Reflect hands the channel to reflection.
func Reflect(v int) {
	ch := make(chan int)
	go func() { ch <- v }()
	reflect.Select([]reflect.SelectCase{{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(ch)}})
}

// Map sends on a channel from a map.
func Map(m map[string]chan int, key string) {
	m[key] <- 1
	if ch, ok := m["x"]; ok {
		ch <- 2
	}
}

type list struct {
	next *list
	ch   chan *list
}

// Cyclic types refer to themselves.
func Cyclic() {
	l := &list{ch: make(chan *list, 1)}
	l.next = l
	l.next.next.ch <- l
	<-l.ch
}

// Switch has many cases.
func Switch(v int) {
	ch := make(chan int, 1)
	switch v {
	case 0, 1, 2, 3, 4, 5, 6, 7, 8, 9:
		ch <- v
	case 10:
		fallthrough
	case 11:
		ch <- 11
	default:
		select {}
	}
	<-ch
}
