package leaks

import (
	"go/token"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/explore"
	"github.com/leaklint/leaklint/internal/summary"
)

// A Check is what the roots that run some functions say about all operations
// there, those included that no pass reports.
type Check struct {
	Stays  map[token.Pos]Op // operations at which some goroutine may stay, whatever that takes
	Unsure []*ssa.Function  // the roots that were too much: what they say is not all
	Result *Result          // with the leaks of these roots only
}

// Recheck explores the roots that run one of the functions for which edited
// holds, and asks about all operations: what a fix is proved by.
func Recheck(pass *analysis.Pass, sum *summary.Result, edited func(*ssa.Function) bool) *Check {
	c := &Check{Stays: map[token.Pos]Op{}, Result: &Result{}}
	if !sum.SSA.Matters() {
		return c
	}
	r := newRunner(&settings{all: true}, pass, c.Result)
	r.check = c
	for _, fn := range sum.SSA.Funcs() {
		if edited(fn) {
			r.edited = append(r.edited, fn)
		}
	}
	r.run(sum)
	for _, root := range c.Result.Roots {
		if root.Dropped != "" {
			c.Unsure = append(c.Unsure, root.Func)
		}
	}
	return c
}

// concerns reports whether a root is to be explored: it runs a function that
// was edited, or findings are asked for.
func (r *runner) concerns(root *ssa.Function) bool {
	return r.check == nil || slices.ContainsFunc(r.edited, func(fn *ssa.Function) bool {
		return fn == root || r.ix.MayRun(root, fn)
	})
}

// checked files what one root says of its operations. A root that was projected
// has no verdicts, only leaks.
func (r *runner) checked(e *exploration) {
	if r.check == nil {
		return
	}
	t := &teller{u: e.unit}
	for _, v := range e.res.Ops {
		if instr := source(e.unit, v.Site); instr != nil && v.Verdict == explore.Leaks {
			r.check.Stays[t.pos(v.Site)] = waitOf(instr)
		}
	}
	for i := range e.res.Leaks {
		l := &e.res.Leaks[i]
		for _, op := range slices.Concat([]explore.Blocked{l.Op}, l.Rest, l.Victims) {
			if instr := source(e.unit, op.At); instr != nil {
				r.check.Stays[t.pos(op.At)] = waitOf(instr)
			}
		}
	}
	if e.res.Truncated && e.res.Rung != 2 {
		r.check.Unsure = append(r.check.Unsure, e.unit.Root)
	}
}

// waitOf returns how an instruction waits.
func waitOf(instr ssa.Instruction) Op {
	switch instr.(type) {
	case *ssa.Send:
		return Send
	case *ssa.UnOp:
		return Recv
	case *ssa.Select:
		return Select
	}
	return Wait
}
