// Package once answers: which functions run under a sync.Once, and what in
// them makes every later caller wait, or fail, for ever?
//
// All callers of a Once wait until its function has returned. The function is
// walked with what it calls, on its own goroutine: static callees and function
// values of this package are entered, callees of other packages are asked
// about by their facts. What is met is a hazard when nothing bounds it; a
// context that traces back to Background or TODO bounds nothing.
//
// A channel operation is a hazard by itself only in syntax: nearly always its
// partner is there (a signal that was sent just before, a goroutine that was
// just started). It is certain only where the partner is visible and comes
// after Do has returned (docs/design.md section 10).
package once

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/fact"
	"github.com/leaklint/leaklint/internal/spawn"
)

// A Kind is what is wrong with a function that runs under a Once.
type Kind int

const (
	Reentry Kind = iota // it runs the Once again, which waits for itself
	Wait                // it waits on a channel or for other goroutines
	Network             // it waits for somebody else's machine
	Sleep               // it sleeps for a minute or longer
	Child               // it waits for another process
	Drop                // it drops an error, so that later callers see nothing
)

// A Hazard is something in a function that runs under a Once.
type Hazard struct {
	Kind  Kind
	Run   *spawn.OnceRun
	At    ssa.Instruction // what to change: the operation, or the call in the body that leads to it
	Op    ssa.Instruction // the operation
	Chain []string        // from Do to the operation: Do, load, http.Get
	What  string          // what it waits for, or which error is dropped
	Low   bool            // whether it blocks is not certain
	// Never reports whether an unbounded context is the reason: one that
	// traces back to Background or TODO.
	Never bool
	Calls []ssa.CallInstruction // from the body to the operation
}

// Facts is what is asked about functions of other packages.
type Facts func(*types.Func) (*fact.FuncFact, bool)

// A Finder looks for hazards in the functions of one package.
type Finder struct {
	launches *spawn.Launches
	facts    Facts
}

// NewFinder returns a Finder.
func NewFinder(l *spawn.Launches, facts Facts) *Finder { return &Finder{launches: l, facts: facts} }

// Hazards returns the hazards of all functions that run under a Once, in
// source order: for each of them a re-entry alone, as nothing else matters
// then, or what makes it wait, and the first error that it drops.
func (f *Finder) Hazards() []*Hazard {
	var all []*Hazard
	for _, run := range f.launches.Onces {
		w := &walk{Finder: f, run: run, seen: make(map[visit]bool)}
		w.body(first(run, f.launches.Local))
		if w.reentry != nil {
			all = append(all, w.reentry)
			continue
		}
		all = append(all, w.hazards...)
		if d := f.drop(run); d != nil {
			all = append(all, d)
		}
	}
	// A test that runs code outside tests under a Once says nothing of it.
	return slices.DeleteFunc(all, func(h *Hazard) bool {
		return f.launches.InTest(h.Run.Outer.Parent()) && !f.launches.InTest(h.At.Parent())
	})
}

// doName names the call that runs the function.
func doName(run *spawn.OnceRun) string {
	if run.Recv == nil {
		return run.Call.Common().StaticCallee().Object().Name()
	}
	return "Do"
}
