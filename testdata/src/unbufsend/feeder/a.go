// Package feeder: a goroutine feeds a channel that it returns or gets, and the
// consumer stops early.
package feeder

import (
	"context"
	"errors"
)

type token struct {
	kind int
	text string
}

func lex(input string) <-chan token {
	tokens := make(chan token)
	go func() {
		defer close(tokens)
		for _, r := range input {
			tokens <- token{text: string(r)} // want `the send on tokens can block for ever`
		}
	}()
	return tokens
}

func Parse(input string, bad func(token) bool) error {
	for t := range lex(input) {
		if bad(t) {
			return errors.New("syntax error")
		}
	}
	return nil
}

func lexAll(input string) <-chan token {
	tokens := make(chan token)
	go func() {
		defer close(tokens)
		for _, r := range input {
			tokens <- token{text: string(r)}
		}
	}()
	return tokens
}

func ParseAll(input string, bad func(token) bool) (err error) {
	for t := range lexAll(input) {
		if bad(t) {
			err = errors.New("syntax error") // ok: reads to the end
		}
	}
	return err
}

func count(ctx context.Context, n int) <-chan int {
	out := make(chan int)
	go func() {
		defer close(out)
		for i := range n {
			select {
			case out <- i:
			case <-ctx.Done(): // ok: the consumer cancels
				return
			}
		}
	}()
	return out
}

func FirstOver(n, limit int) int {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	for v := range count(ctx, n) {
		if v > limit {
			return v
		}
	}
	return -1
}

func fill(out chan<- int, n int) {
	defer close(out)
	for i := range n {
		out <- i // want `the send on (values|out) can block for ever`
	}
}

func Take(n int, enough func(int) bool) {
	values := make(chan int)
	go fill(values, n)
	for v := range values {
		if enough(v) {
			break
		}
	}
}

func fillAll(out chan<- int, n int) {
	defer close(out)
	for i := range n {
		out <- i
	}
}

func TakeAll(n int, use func(int)) {
	values := make(chan int)
	go fillAll(values, n)
	for v := range values {
		use(v) // ok: until close
	}
}

// First takes one value of a generator.
func First() int {
	return <-numbers()
}

func numbers() <-chan int {
	ch := make(chan int)
	go func() {
		for i := 0; ; i++ {
			ch <- i // want `the send on ch can block for ever`
		}
	}()
	return ch
}

// Exported feeders of unknown consumers are silent: they may read to the end.
func Exported(n int) <-chan int {
	ch := make(chan int)
	go func() {
		defer close(ch)
		for i := range n {
			ch <- i // ok: nobody knows who receives
		}
	}()
	return ch
}
