// Package lib is a library: its exported functions run any number of times.
package lib

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

func work() {}

func init() {
	go work() // process
	for range 4 {
		go work() // process: a pool that a count bounds
	}
	for {
		go work() // per call
	}
}

var started = start() // runs start once, and nobody else can

func start() bool {
	go work() // process
	return true
}

// Exported runs as often as others like.
func Exported() {
	go work() // per call
	helper()
}

func helper() {
	go work() // per call
}

func dead() {
	go work() // unknown
}

var once sync.Once

// Lazy starts the worker of the process.
func Lazy() {
	once.Do(func() {
		go work() // process
	})
}

var lazier = sync.OnceFunc(func() {
	go work() // process
})

// Object has a Once of its own.
type Object struct {
	once sync.Once
	done chan struct{}
	hook func()
}

// New starts one for each object.
func New() *Object {
	o := &Object{}
	go o.loop() // per instance
	go func() { // per instance
		o.loop()
	}()
	return o
}

// Start is guarded, but for each object.
func (o *Object) Start() {
	o.once.Do(func() {
		go o.loop() // per instance
	})
}

func (o *Object) loop() {
	go work() // per call
}

var std = &Object{}

// StartStd starts the one of the package variable.
func StartStd() {
	std.once.Do(func() {
		go std.loop() // process
	})
}

type hidden struct{ once sync.Once }

var only hidden

func (h *hidden) Start() {
	h.once.Do(func() {
		go work() // process: the only instance
	})
}

// StartOnly starts it.
func StartOnly() { only.Start() }

var flag bool

// Flagged has a Once written by hand.
func Flagged() {
	if flag {
		return
	}
	flag = true
	go work() // process
}

var swapped atomic.Bool

// Swapped has one that is right.
func Swapped() {
	if swapped.CompareAndSwap(false, true) {
		go work() // process
	}
}

// Dropped has a test, but sets nothing.
func Dropped() {
	if flag {
		return
	}
	go work() // per call
}

func spawn(f func()) {
	go f() // per call
}

// Starters hand functions to a starter of the package.
func Starters(wg *sync.WaitGroup) {
	spawn(work)      // per call starter
	wg.Go(func() {}) // per call group
	f := func() {    // kept in a variable
		go work() // per call
	}
	f()
	time.AfterFunc(time.Second, func() {}) // per call AfterFunc
}

// Hand gives a function to code that cannot be seen.
func Hand(reg func(func())) {
	reg(func() {
		go work() // unknown
	})
}

// Routes has an http handler.
func Routes() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { // per call handler
		go work() // per call
	})
}

type runner interface{ run() }

type one struct{}

func (one) run() {
	go work() // per call
}

// Drive calls through an interface.
func Drive(r runner) { r.run() }

// Field stores a function in a field.
func (o *Object) Field() {
	o.hook = func() {
		go work() // per call
	}
}

// Run calls it.
func (o *Object) Run() { o.hook() }

// Generic is instantiated.
func Generic[T any](ctx context.Context, v T) {
	go func() { // per call
		generic(v)
	}()
}

func generic[T any](T) {
	go work() // per call
}

func walk(n int) {
	if n > 0 {
		walk(n - 1)
	}
	go work() // per call: a recursion
}

func init() { walk(3) }

// Seq ranges over a function.
func Seq(seq func(func(int) bool)) {
	for range seq {
		go work() // per call
	}
}

// Made returns a closure that others call.
func Made() func() {
	return func() {
		go work() // unknown
	}
}

// Start is a function that others call by its variable.
var Start = startAny

func startAny() {
	go work() // per call
}

type inner struct{}

// Run can only be called here.
func (*inner) Run() {
	go work() // process
}

type outer struct{}

// Run can be called through what Outer returns.
func (*outer) Run() {
	go work() // per call
}

// Outer returns one.
func Outer() *outer { return &outer{} }

func init() {
	new(inner).Run()
	new(outer).Run()
}
