package noctxcancel

import (
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/fact"
	"github.com/leaklint/leaklint/internal/known"
	"github.com/leaklint/leaklint/internal/obligation"
	"github.com/leaklint/leaklint/internal/paths"
	"github.com/leaklint/leaklint/internal/report"
	"github.com/leaklint/leaklint/internal/site"
	"github.com/leaklint/leaklint/internal/valueflow"
)

// discarded judges a release function that no variable keeps.
func (j *judge) discarded(r obligation.Made) (report.Finding, bool) {
	if j.forProcess(r) || !j.leaves(r) || j.endsWithParent(r) {
		return report.Finding{}, false
	}
	f := report.Finding{Shape: "discarded", Confidence: j.confidence(r, paths.End{})}
	if s := site.Of(j.pass, r.Call, r.Index); s.Name != "" && s.Name != "_" {
		f.Shape = "unused" // a variable has it, and _ = cancel silences the compiler
	}
	if r.Of == "context.AfterFunc" {
		f.Confidence = report.Low // often meant: the callback goes with its context
	}
	j.phrase(&f, r, obligation.Verdict{}, paths.End{})
	return f, true
}

// panics reports whether the call makes no context because its parent is nil.
func panics(r obligation.Made) bool {
	if r.Name != r.Of || !strings.HasPrefix(r.Of, "context.With") {
		return false
	}
	parent, ok := r.Call.Common().Args[0].(*ssa.Const)
	return ok && parent.IsNil()
}

// endsWithParent reports whether the context is derived from one that the same
// function makes and releases on each way out, one child for each parent.
func (j *judge) endsWithParent(r obligation.Made) bool {
	fn := r.Call.Parent()
	for _, p := range obligation.MadeIn(fn, j.sum.Func, fact.Release) {
		if p.With == nil || p.Value == nil || p.Call == r.Call || !paths.EachAfter(p.Call.Block(), r.Call.Block()) {
			continue
		}
		parent := valueflow.From(p.With)
		if !slices.ContainsFunc(r.Call.Common().Args, func(a ssa.Value) bool { return parent.Is(a) || endsAs(a, parent) }) {
			continue
		}
		v := j.checker.Check(j.handle(p))
		if _, lost := v.Worst(fn); !lost && v.Released && !v.Passed {
			return true
		}
	}
	return false
}

// endsAs reports whether v is a struct in place of a context that ends when the
// context of the flow does: its Done method is that of the only context it has,
// which is embedded.
func endsAs(v ssa.Value, ctx *valueflow.Flow) bool {
	mi, ok := v.(*ssa.MakeInterface)
	if !ok || !ctx.Holds(mi.X) {
		return false
	}
	s, ok := mi.X.Type().Underlying().(*types.Struct)
	if !ok {
		return false
	}
	_, path, _ := types.LookupFieldOrMethod(mi.X.Type(), false, nil, "Done")
	if len(path) != 2 || !known.IsContext(s.Field(path[0]).Type()) {
		return false
	}
	for i := range s.NumFields() {
		if i != path[0] && known.IsContext(s.Field(i).Type()) {
			return false
		}
	}
	return true
}

// leaves reports whether a way out is taken before a pulled sequence has ended,
// or a deadline is over. A context that has no end of its own and that nobody
// can cancel is a fault on every way out, so is what catches signals.
func (j *judge) leaves(r obligation.Made) bool {
	over := j.newOver(r)
	if over.next == nil && !known.HasDeadline(r.Of) {
		return true
	}
	return len(over.search(r.Call.Parent(), r.Call).Ends) > 0
}
