// Package spawn answers: where does this package start goroutines, and how
// long can they live?
//
// A launch site is a go statement, or a call that runs a function value on a
// new goroutine: errgroup.Group.Go, sync.WaitGroup.Go, time and context
// AfterFunc, http handlers, and a project's own starters, which are followed
// through parameters inside the package and known by fact across packages.
//
// How long a goroutine can live follows from how often its site can run, on
// the call graph of the package alone: static calls, closures and function
// values traced forwards from where they are made, and methods called through
// interfaces, where every method of the package with that name and signature
// is a candidate. Functions that code outside can call by name run any number
// of times; package main has none but main itself. Functions that are handed
// to code we cannot see run an unknown number of times. See docs/design.md
// sections 6.1 and 10.
//
// Tests never call code outside tests here: with and without its tests a
// package has the same lifetimes outside them.
package spawn

import (
	"go/token"
	"go/types"
	"sync"

	"golang.org/x/tools/go/ssa"
)

// Lifetime says how many goroutines of one launch site a process can collect.
type Lifetime int

const (
	// Unknown: unseen code decides whether the site runs, once or often.
	Unknown Lifetime = iota
	// Process: the site runs a bounded number of times in a process.
	Process
	// PerCall: the site runs again for every call of a function.
	PerCall
	// PerInstance: as PerCall, and the goroutine serves an object that the
	// function makes or belongs to.
	PerInstance
)

// String names the lifetime in user words.
func (l Lifetime) String() string {
	return [...]string{"unknown", "process", "per call", "per instance"}[l]
}

// Many reports whether any number of goroutines of the site can exist.
func (l Lifetime) Many() bool { return l == PerCall || l == PerInstance }

// Kind is the means by which a goroutine is started.
type Kind int

const (
	Go      Kind = iota // a go statement
	Group               // sync.WaitGroup.Go, errgroup.Group.Go and their like
	After               // the body of an AfterFunc
	Handler             // a callback that a server runs for every request
	Starter             // a function of the project that runs its argument on a new goroutine
)

// String names the kind in user words.
func (k Kind) String() string {
	return [...]string{"go statement", "group", "AfterFunc", "handler", "starter"}[k]
}

// Site is one place where goroutines start.
type Site struct {
	Kind Kind
	// Instr is the go statement, or the call that hands the function over. It
	// is nil for http handlers that are registered elsewhere.
	Instr ssa.CallInstruction
	// Bodies are the functions of this package that the goroutine may run, in
	// source order. Empty when only code outside can run there.
	Bodies   []*ssa.Function
	Lifetime Lifetime
	// Root is the function from which the lifetime follows: the exported
	// function or callback that can be called again, or main. Nil if unknown.
	Root *ssa.Function
	// Instance is the value in the launching function that the goroutine
	// serves, for PerInstance.
	Instance ssa.Value
}

// In returns the function that executes the site, or nil.
func (s *Site) In() *ssa.Function {
	if s.Instr == nil {
		return nil
	}
	return s.Instr.Parent()
}

// Pos returns the position of the launch; that of the handler without one.
func (s *Site) Pos() token.Pos {
	if s.Instr == nil {
		return s.Bodies[0].Pos()
	}
	return s.Instr.Pos()
}

// Runs says what a function that is not in this package does with a function
// value it is given.
type Runs int

const (
	Unseen          Runs = iota // nothing is known: may keep it, may call it
	Never                       // does not call it
	Here                        // calls it at most once before it returns
	HereMany                    // calls it any number of times before it returns
	Once                        // calls it at most once for the receiver (sync.Once.Do)
	OnNew                       // runs it once on a new goroutine
	OnNewAfter                  // runs it once on a new goroutine, later (AfterFunc)
	OnNewMany                   // runs it on a new goroutine for every request
	Wraps                       // returns a function that calls it
	WrapsAtMostOnce             // returns a function that calls it at most once
)

// Callee answers what callee does with argument arg, counted as in the SSA
// call (a receiver is argument 0).
type Callee func(callee *types.Func, arg int) Runs

// OnceRun is a function that runs at most once for every Once, while all other
// callers wait.
type OnceRun struct {
	Call  ssa.CallInstruction // of Once.Do, OnceFunc, OnceValue or OnceValues
	Outer ssa.CallInstruction // the same, or the call of a wrapper to which the function is handed
	Recv  ssa.Value           // the Once; nil for OnceFunc and its like
	Body  *ssa.Function
}

// Launches holds the launch sites of a package. It is safe for concurrent use.
type Launches struct {
	mu sync.Mutex // guards what the graph still adds to itself
	// Sites are in source order.
	Sites []*Site
	// Onces are the functions that run under a Once, in source order.
	Onces []*OnceRun
	graph *graph
}

// Find finds the launch sites of a package. funcs are its source functions
// and closures, generic ones uninstantiated, in source order.
func Find(pkg *ssa.Package, funcs []*ssa.Function, callee Callee) *Launches {
	g := newGraph(pkg, funcs, callee)
	g.findReachable()
	g.traceCalls()
	g.traceValues()
	g.promoteStarted()
	g.countAll()
	return &Launches{Sites: g.sites(), Onces: g.sortedOnces(), graph: g}
}

// At returns the sites whose goroutine may run fn itself, in source order.
func (l *Launches) At(fn *ssa.Function) []*Site {
	var at []*Site
	for _, s := range l.Sites {
		for _, b := range s.Bodies {
			if b == fn {
				at = append(at, s)
				break
			}
		}
	}
	return at
}

// Runs says how often fn can run: Process, PerCall or Unknown.
func (l *Launches) Runs(fn *ssa.Function) Lifetime {
	return l.graph.counts[fn].times.lifetime()
}

// Callers returns the calls in this package that may run fn, in source order;
// closed reports whether no other code can call it.
func (l *Launches) Callers(fn *ssa.Function) (calls []ssa.CallInstruction, closed bool) {
	closed = !l.graph.unseen[fn] && l.graph.rootCount(fn) == never
	for _, e := range l.graph.callers[fn] {
		if c, ok := e.at.(ssa.CallInstruction); ok {
			calls = append(calls, c)
		}
	}
	return calls, closed
}

// Stores returns the values that functions of the package store in a field or
// package variable.
func (l *Launches) Stores(obj types.Object) []ssa.Value { return l.graph.stores[obj] }

// Loads returns the loads of a field or package variable in the functions of
// the package.
func (l *Launches) Loads(obj types.Object) []ssa.Value { return l.graph.loads[obj] }
