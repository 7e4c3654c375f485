// Package obligation answers: does every way out of this function release the
// handle, or hand it to somebody who can?
//
// A handle is a value that has to be released: a CancelFunc or another release
// function, which is called, or a timer or ticker, which is stopped. The duty
// is a property of the path. It ends where the handle is released; where it is
// returned, sent, or stored where something may release it; where it goes to a
// callee that may keep it or releases it on each of its ways out; and where a
// closure that releases it is run, started or handed on. It does not end in a
// callee or goroutine that can leave without releasing it, in a closure that
// is never run, or in a field or variable that nothing reads.
//
// In doubt the duty has ended: an unknown callee, a branch on a captured flag
// that is not known, a search over budget.
package obligation

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/fact"
	"github.com/leaklint/leaklint/internal/paths"
	"github.com/leaklint/leaklint/internal/spawn"
	"github.com/leaklint/leaklint/internal/summary"
	"github.com/leaklint/leaklint/internal/valueflow"
	"github.com/leaklint/leaklint/internal/visible"
)

// maxDepth bounds how deep closures and functions are followed.
const maxDepth = 5

// Notes that a path carries.
const (
	held  = iota // the object (Alloc or loaded struct or array) holds the handle
	vague        // it is not known in which field or element
	out          // the object or closure has left the function: others may use it
)

// A Handle is one value that has to be released.
type Handle struct {
	Value ssa.Value       // the handle
	Made  ssa.Instruction // the call that makes it; nil: it is a parameter
	// Release reports whether the call releases the handle; is tells which
	// values are the handle at this point.
	Release func(call *ssa.CallCommon, is func(ssa.Value) bool) bool
	// Over reports whether nothing is left to release after the instruction.
	Over func(ssa.Instruction) bool
	// Looks reports whether a method call on the handle leaves it with nobody; nil: none.
	Looks func(ssa.CallInstruction) bool
	// OverIf is the same as Over for a side of a branch.
	OverIf func(cond ssa.Value, then bool) bool
	// In returns the handle as a callee of this package has it, as the parameter;
	// nil: the questions are the same there.
	In func(*ssa.Parameter) Handle
}

// A Verdict says how the handle fares.
type Verdict struct {
	Ends     []paths.End  // ways out without release, shortest first
	Released bool         // some path releases the handle
	Passed   bool         // some path hands it on
	Drops    []Drop       // callees, goroutines and closures that can leave without releasing it
	Unread   []*types.Var // fields and variables that hold it, which nothing reads
	Deferred []*ssa.Defer // deferred calls that release it
	Flow     *valueflow.Flow
}

// A Drop is a call that gets the handle and need not release it.
type Drop struct {
	Call ssa.CallInstruction
	Fn   *ssa.Function   // what is called, if it is in this package
	At   ssa.Instruction // where Fn can leave without releasing; nil: it never does
}

// A Checker answers for the handles of one package.
type Checker struct {
	// Fact says what a function does that is not in this package.
	Fact func(*types.Func) (*fact.FuncFact, bool)
	// NeverReturns reports whether a call of the function never returns.
	NeverReturns func(*types.Func) bool
	// NilOnlyIf says when a result of a call is nil, see paths.Search; nil: unknown.
	NilOnlyIf func(call *ssa.Call, result int) (v ssa.Value, ok bool)
	// MayRead reports whether something may read the field or package variable
	// that the instruction stores into.
	MayRead func(v *types.Var, from ssa.Instruction) bool
	// Only returns the method that an interface call runs, if no other can be
	// meant; nil: none is known.
	Only func(ssa.CallInstruction) *ssa.Function

	params map[paramKey]*outcome
	known  paths.Functions
	used   int // block visits of all searches
	until  int // the visits after which the present handle is given up
}

// A handle, with all that it is followed into, has as many block visits as ten
// searches; a package has as many as four such handles. What is not looked at any
// more counts as released: a search that is cut finds fewer ways out.
const (
	visitsPerHandle  = 10 * paths.DefaultBudget
	visitsPerPackage = 4 * visitsPerHandle
)

// NewChecker returns the Checker of a package.
func NewChecker(pass *analysis.Pass, sum *summary.Result, launches *spawn.Launches) *Checker {
	view := visible.New(pass)
	return &Checker{
		Fact:         sum.Func,
		NeverReturns: sum.NeverReturns,
		NilOnlyIf:    sum.NilOnlyIf,
		MayRead: func(v *types.Var, from ssa.Instruction) bool {
			return view.MayRead(v, from.Parent().Pos())
		},
		Only: func(call ssa.CallInstruction) *ssa.Function {
			fns, all := launches.MayRun(call)
			fns = slices.DeleteFunc(fns, func(fn *ssa.Function) bool {
				return launches.InTest(fn) && !launches.InTest(call.Parent())
			})
			if !all || len(fns) != 1 {
				return nil
			}
			return fns[0]
		},
	}
}

type paramKey struct {
	fn *ssa.Function
	i  int
	in bool // a handle with questions of its own there
}

// An outcome is what running a body does to the handle.
type outcome struct {
	settles bool            // on each way out, or in doubt
	may     bool            // on some path
	at      ssa.Instruction // a way out that does not
	returns bool            // it only ever returns the handle
}

// Check follows the handle from the call that makes it through its function.
func (c *Checker) Check(h Handle) Verdict {
	t := &trace{Checker: c, handle: h, flow: valueflow.From(h.Value), verdict: &Verdict{}}
	t.verdict.Flow = t.flow
	fn := h.Value.Parent()
	c.until = min(c.used+visitsPerHandle, visitsPerPackage)
	res := t.search(fn, paths.Search{Start: h.Made, Tracked: h.Value, Watch: t.watch})
	t.verdict.Ends = res.Ends
	return *t.verdict
}

// A trace follows one handle.
type trace struct {
	*Checker
	handle  Handle
	flow    *valueflow.Flow
	verdict *Verdict
	depth   int
	inside  []*ssa.Function // bodies being followed, outermost first
	returns bool            // the handle itself is the result
	turns   *ssa.Function   // what is deferred in it does not count; nil: it does
}

// watch reports whether v may be, or hold, the handle.
func (t *trace) watch(v ssa.Value) bool { return t.flow.Is(v) || t.flow.Holds(v) }

// search makes a search with the questions of this trace.
func (t *trace) search(fn *ssa.Function, s paths.Search) paths.Result {
	if t.used >= t.until {
		return paths.Result{Truncated: true}
	}
	s.Fn = fn
	s.Step = t.step
	s.Deferred = t.deferred
	s.NoReturn = t.noReturn
	s.NotNil, s.NilOnlyIf = t.notNil, t.NilOnlyIf
	s.Branch = func(_ *paths.State, cond ssa.Value, then bool) paths.Effect {
		return settledIf(t.comesSecond(cond, then) || t.handle.OverIf != nil && t.handle.OverIf(cond, then))
	}
	s.Known, s.Budget = &t.known, min(t.until-t.used, paths.DefaultBudget)
	res := s.Run()
	t.used += res.Visits
	return res
}

// settledIf turns a truth into an effect.
func settledIf(b bool) paths.Effect {
	if b {
		return paths.Settled
	}
	return paths.Continue
}

// notNil reports whether the result of a call is never nil, by the fact of the
// callee.
func (t *trace) notNil(call *ssa.Call) bool {
	fn := call.Call.StaticCallee()
	if fn == nil || t.Fact == nil {
		return false
	}
	obj, ok := fn.Object().(*types.Func)
	if !ok {
		return false
	}
	f, ok := t.Fact(obj)
	return ok && slices.ContainsFunc(f.ResultsOf(0), func(r fact.ResultFact) bool { return r.Kind == fact.NotNil })
}

// noReturn reports whether a call never returns, also through an interface.
func (t *trace) noReturn(call ssa.CallInstruction) bool {
	if t.NeverReturns == nil {
		return false
	}
	common := call.Common()
	if common.IsInvoke() {
		return t.NeverReturns(common.Method)
	}
	fn := common.StaticCallee()
	if fn == nil {
		return false
	}
	obj, ok := fn.Object().(*types.Func)
	return ok && t.NeverReturns(obj)
}

// released notes a release.
func (t *trace) released() paths.Effect {
	t.verdict.Released = true
	return paths.Settled
}

// passed notes that the handle is somebody else's now.
func (t *trace) passed() paths.Effect {
	t.verdict.Passed = true
	return paths.Settled
}
