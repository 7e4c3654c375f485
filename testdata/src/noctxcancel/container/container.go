// Package container: release functions in arrays, slices, structs and interfaces.
package container

import (
	"context"
	"time"
)

func use(ctx context.Context) error { return ctx.Err() }

// The loop over the array calls both.
func array(parent context.Context) error {
	var (
		stops [2]func()
		a, b  context.Context
	)
	a, stops[0] = context.WithCancel(parent)
	b, stops[1] = context.WithCancel(parent)
	defer func() {
		for _, s := range stops {
			s()
		}
	}()
	_ = use(a)
	return use(b)
}

// Only one of them is called.
func oneOfArray(parent context.Context) error {
	var (
		stops [2]func()
		a, b  context.Context
	)
	a, stops[0] = context.WithCancel(parent)
	b, stops[1] = context.WithCancel(parent) // want noctxcancel/path:"not called on the way out"
	defer stops[0]()
	_ = use(a)
	return use(b)
}

// The literal holds both.
func literal(parent context.Context) {
	a, stopA := context.WithCancel(parent)
	b, stopB := context.WithTimeout(parent, time.Minute)
	_, _ = use(a), use(b)
	for _, s := range [...]func(){stopA, stopB} {
		s()
	}
}

// The literal holds one of them.
func literalOfOne(parent context.Context) {
	a, stopA := context.WithCancel(parent)
	b, stopB := context.WithTimeout(parent, time.Minute) // want noctxcancel/unused:"never called"
	_, _ = use(a), use(b)
	_ = stopB
	for _, s := range []func(){stopA} {
		s()
	}
}

// A slice is ranged over by a deferred literal.
func slice(parent context.Context) error {
	a, stopA := context.WithCancel(parent)
	b, stopB := context.WithCancel(parent)
	stops := []context.CancelFunc{stopA, stopB}
	defer func() {
		for i := range stops {
			stops[i]()
		}
	}()
	_ = use(a)
	return use(b)
}

// The way out comes before the loop.
func sliceTooLate(parent context.Context) error {
	a, stop := context.WithCancel(parent) // want noctxcancel/path:"not called on the way out"
	stops := []context.CancelFunc{stop}
	if err := use(a); err != nil {
		return err
	}
	for _, s := range stops {
		s()
	}
	return nil
}

type task struct {
	name string
	stop func()
}

// In a struct, in a slice.
func structs(parent context.Context) error {
	a, stopA := context.WithCancel(parent)
	b, stopB := context.WithCancel(parent)
	tasks := []task{{"a", stopA}, {"b", stopB}}
	defer func() {
		for _, t := range tasks {
			println(t.name)
			t.stop()
		}
	}()
	_ = use(a)
	return use(b)
}

// Only the names are used.
func structsUnused(parent context.Context) error {
	a, stop := context.WithCancel(parent) // want noctxcancel/unused:"never called"
	for _, t := range []task{{"a", stop}} {
		println(t.name)
	}
	return use(a)
}

// Behind pointers.
func pointers(parent context.Context) error {
	a, stop := context.WithCancel(parent)
	for _, t := range []*task{{"a", stop}} {
		defer t.stop()
	}
	return use(a)
}

func (t *task) end() { t.stop() }

// By a method.
func methods(parent context.Context) error {
	a, stop := context.WithCancel(parent)
	tasks := [1]*task{{"a", stop}}
	err := use(a)
	for _, t := range tasks {
		t.end()
	}
	return err
}

type stack[T any] struct{ items []T }

func (s *stack[T]) push(x T) { s.items = append(s.items, x) }
func (s *stack[T]) pop() T {
	x := s.items[len(s.items)-1]
	s.items = s.items[:len(s.items)-1]
	return x
}

// In a generic container.
func generic(parent context.Context) error {
	var s stack[func()]
	a, stop := context.WithCancel(parent)
	s.push(stop)
	err := use(a)
	s.pop()()
	return err
}

// In a map, by key.
func keyed(parent context.Context) error {
	stops := make(map[string]func())
	a, stop := context.WithCancel(parent)
	stops["a"] = stop
	err := use(a)
	if s, ok := stops["a"]; ok {
		s()
		delete(stops, "a")
	}
	return err
}

// In interfaces.
func boxed(parent context.Context) error {
	a, stop := context.WithCancel(parent)
	defer func() {
		for _, x := range []any{stop, 1} {
			if f, ok := x.(context.CancelFunc); ok {
				f()
			}
		}
	}()
	return use(a)
}

// A switch over the dynamic type.
func switched(parent context.Context) error {
	a, stop := context.WithCancel(parent)
	var x any = stop
	err := use(a)
	switch f := x.(type) {
	case func():
		f()
	case context.CancelFunc:
		f()
	}
	return err
}

// The switch has no case for it.
func switchedOtherwise(parent context.Context) error {
	a, stop := context.WithCancel(parent) // want noctxcancel/path:"not called on the way out"
	var x any = stop
	err := use(a)
	switch f := x.(type) {
	case func():
		f()
	case context.CancelCauseFunc:
		f(nil)
	}
	return err
}

// Only a task of another name is ended.
func oneByName(parent context.Context) error {
	a, stop := context.WithCancel(parent) // want noctxcancel/path:"not called on the way out"
	for _, t := range []task{{"a", stop}} {
		if t.name == "b" {
			t.stop()
		}
	}
	return use(a)
}

// In turns of a loop, all are called in another.
func made(parent context.Context, n int) {
	stops := make([]func(), n)
	ctxs := make([]context.Context, n)
	for i := range stops {
		ctxs[i], stops[i] = context.WithCancel(parent)
	}
	for i := range stops {
		_ = use(ctxs[i])
		stops[i]()
	}
}
