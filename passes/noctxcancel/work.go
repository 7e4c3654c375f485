package noctxcancel

import (
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/fact"
	"github.com/leaklint/leaklint/internal/obligation"
	"github.com/leaklint/leaklint/internal/paths"
	"github.com/leaklint/leaklint/internal/site"
)

// afterWork reports whether the release function is there to abort: it is kept
// in a field that other ways out call, and control leaves at end only after it
// has waited for somebody. The work has ended then, as a rule, and with it all
// that the context held but its place with the parent.
func (j *judge) afterWork(r obligation.Made, v obligation.Verdict, end paths.End) bool {
	if !v.Released || len(v.Flow.Fields) == 0 || end.Kind != paths.Exit {
		return false
	}
	search := paths.Search{Fn: r.Call.Parent(), Start: r.Call, Step: func(_ *paths.State, instr ssa.Instruction) paths.Effect {
		if j.waits(instr) {
			return paths.Settled
		}
		return paths.Continue
	}}
	return !slices.ContainsFunc(search.Run().Ends, func(e paths.End) bool { return e.At == end.At })
}

// waits reports whether the instruction waits for another goroutine.
func (j *judge) waits(instr ssa.Instruction) bool {
	switch instr := instr.(type) {
	case *ssa.UnOp:
		return instr.Op == token.ARROW
	case *ssa.Select:
		return instr.Blocking
	case *ssa.Call:
		callee := site.Callee(instr)
		if callee == nil {
			return false
		}
		f, ok := j.sum.Func(callee)
		return ok && f.Blocks != nil && (f.Blocks.Why == fact.Channel || f.Blocks.Why == fact.Waiting)
	}
	return false
}
