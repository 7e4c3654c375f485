package obligation

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/fact"
	"github.com/leaklint/leaklint/internal/site"
	"github.com/leaklint/leaklint/internal/valueflow"
)

// A Made is a call with a result that is a handle, by what is known of its
// callee.
type Made struct {
	Call  ssa.CallInstruction
	Name  string          // what is called: "lib.WithLimit"
	Kind  fact.ResultKind // what the handle is
	Of    string          // the API behind it: "context.WithTimeout"
	Index int             // the result that is the handle
	Value ssa.Value       // it; nil if the call's result is dropped
	With  ssa.Value       // the result that it releases; nil if dropped or none
	Kept  bool            // an object of the caller's has an entry of it until it is released
}

// MadeIn lists the handles of these kinds that calls in fn hand out, in block
// order.
func MadeIn(fn *ssa.Function, facts func(*types.Func) (*fact.FuncFact, bool), kinds ...fact.ResultKind) []Made {
	var list []Made
	for call := range valueflow.Calls(fn) {
		callee := site.Callee(call)
		if callee == nil {
			continue
		}
		f, ok := facts(callee)
		if !ok {
			continue
		}
		for _, r := range f.Results {
			if slices.Contains(kinds, r.Kind) {
				list = append(list, newMade(call, callee, r))
			}
		}
	}
	return list
}

// newMade finds the values that the call's results become; those of a
// deferred call and of a go statement are dropped.
func newMade(instr ssa.CallInstruction, callee *types.Func, r fact.ResultFact) Made {
	m := Made{Call: instr, Name: site.NameOf(callee, instr.Parent()), Kind: r.Kind, Of: r.Of, Index: r.Index}
	m.Kept = r.Kind == fact.Release && !r.From.IsZero()
	call, ok := instr.(*ssa.Call)
	if !ok {
		return m
	}
	m.Value = valueflow.Result(call, r.Index)
	if r.Kind == fact.Release && r.N >= 0 {
		m.With = valueflow.Result(call, r.N)
	}
	return m
}
