// Package questions asks the same question twice: about unchanged operands it
// has one answer, and what implies what holds.
package questions

import (
	"errors"
	"io"
	"log"
	"net/http"
	"strings"
	"time"
)

// Other operators on the same operand are other questions.
func Operators(n int, f func() int) int {
	ch := make(chan int)
	if n%2 == 0 {
		go func() { ch <- f() }() // want "the send on ch can block for ever"
	}
	if n%3 == 0 {
		return <-ch
	}
	return 0
}

// OperatorsTwice is the twin: n does not change, so that the remainder is the same.
func OperatorsTwice(n int, f func() int) int {
	ch := make(chan int)
	if n%2 == 0 {
		go func() { ch <- f() }()
	}
	if n%2 == 0 {
		return <-ch
	}
	return 0
}

// Changed asks about another string the second time.
func Changed(s string, f func() int) int {
	ch := make(chan int)
	if strings.ToLower(s) == "a" {
		go func() { ch <- f() }() // want "the send on ch can block for ever"
	}
	s += "x"
	if strings.ToLower(s) == "a" {
		return <-ch
	}
	return 0
}

// Unchanged is the twin: ToLower of the same string answers the same.
func Unchanged(s string, f func() int) int {
	ch := make(chan int)
	if strings.ToLower(s) == "a" {
		go func() { ch <- f() }()
	}
	if strings.ToLower(s) == "a" {
		return <-ch
	}
	return 0
}

// Deferred asks in a closure: the first string is still the same.
func Deferred(s string, t time.Time, f func() int) {
	ch := make(chan int)
	defer func() {
		if strings.HasPrefix(s, "x") && t.IsZero() {
			<-ch
		}
	}()
	if strings.HasPrefix(s, "x") && t.IsZero() {
		go func() { ch <- f() }()
	}
	log.Print("started")
}

type config struct {
	on    bool // given where a config is made, and nowhere else
	limit int  // also given by grow
}

func newConfig(on bool) *config { return &config{on: on} }

func (c *config) grow() { c.limit++ }

// Grown asks again after the field has been written.
func (c *config) Grown(f func() int) int {
	ch := make(chan int)
	if c.limit > 3 {
		go func() { ch <- f() }() // want "the send on ch can block for ever"
	}
	c.limit = 0
	if c.limit > 3 {
		return <-ch
	}
	return 0
}

// On is the twin: nobody writes the field once there is a config.
func (c *config) On(f func() int) int {
	ch := make(chan int)
	if c.on {
		go func() { ch <- f() }()
	}
	log.Print("started")
	if c.on {
		return <-ch
	}
	return 0
}

// Filled lets unseen code write the elements in between.
func Filled(xs []int, fill func([]int), f func() int) int {
	ch := make(chan int)
	if xs[0] > 3 {
		go func() { ch <- f() }() // want "the send on ch can block for ever"
	}
	fill(xs)
	if xs[0] > 3 {
		return <-ch
	}
	return 0
}

// Untouched is the twin: nobody writes them.
func Untouched(xs []int, f func() int) int {
	ch := make(chan int)
	if xs[0] > 3 {
		go func() { ch <- f() }()
	}
	if xs[0] > 3 {
		return <-ch
	}
	return 0
}

// Status: neither the goroutine nor Close gets at the response.
func Status(r *http.Response, f func() int) int {
	ch := make(chan int)
	if r.StatusCode == http.StatusOK {
		go func() { ch <- f() }()
	}
	defer r.Body.Close()
	if r.StatusCode == http.StatusOK {
		return <-ch
	}
	return 0
}

// Turns: what others may set is asked anew in every turn of a loop that waits, so
// that the loop can end.
func Turns(s *struct{ Done bool }) {
	ch := make(chan int)
	go func() {
		for !s.Done {
			time.Sleep(time.Second)
		}
		ch <- 1
	}()
	<-ch
}

// Looser asks for less first.
func Looser(n int, f func() int) int {
	ch := make(chan int)
	if n > 50 {
		go func() { ch <- f() }() // want "the send on ch can block for ever"
	}
	if n > 100 {
		return <-ch
	}
	return 0
}

// Stricter is the twin: what is above 100 is above 50.
func Stricter(n int, f func() int) int {
	ch := make(chan int)
	if n > 100 {
		go func() { ch <- f() }()
	}
	if n > 50 {
		return <-ch
	}
	return 0
}

// Empty: a string that is not empty has a length, and a first turn of a loop.
func Empty(s string, f func() int) (r int) {
	ch := make(chan int)
	if s != "" {
		go func() { ch <- f() }()
	}
	if len(s) > 0 {
		for range s {
			return <-ch
		}
	}
	return 0
}

// Entry: a value that is not zero is there, in a map that is not nil.
func Entry(m map[string]int, k string, f func() int) int {
	ch := make(chan int)
	if m[k] > 0 {
		go func() { ch <- f() }()
	}
	if _, ok := m[k]; ok && m != nil {
		return <-ch
	}
	return 0
}

var errStop = errors.New("stop")

// Outside gets an error that may be errStop.
func Outside(g func() error, f func() int) int {
	ch := make(chan int)
	go func() { ch <- f() }() // want "the send on ch can block for ever"
	if errors.Is(g(), errStop) {
		return 0
	}
	return <-ch
}

// Inside is the twin: a new error wraps nothing, and is no other.
func Inside(f func() int) int {
	ch := make(chan int)
	go func() { ch <- f() }()
	err := errors.New("bad")
	if errors.Is(err, errStop) || err == io.EOF {
		return 0
	}
	return <-ch
}

// Local: done is made here and goes nowhere else, so that f cannot return it.
func Local(f func() error) {
	done := errors.New("done")
	ch := make(chan error)
	go func() {
		for {
			if err := <-ch; err == done {
				return
			}
		}
	}()
	ch <- f()
	ch <- done
}

// Tail: xs[1:] has one element less.
func Tail(xs []int, f func(int) int) (s int) {
	if len(xs) == 0 {
		return 0
	}
	ch := make(chan int)
	for _, x := range xs[1:] {
		go func() { ch <- f(x) }()
	}
	for range len(xs) - 1 {
		s += <-ch
	}
	return s
}
