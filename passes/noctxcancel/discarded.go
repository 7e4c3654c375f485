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
	"github.com/leaklint/leaklint/internal/spawn"
	"github.com/leaklint/leaklint/internal/valueflow"
)

// discarded judges a release function that no variable keeps.
func (j *judge) discarded(r obligation.Made) (report.Finding, bool) {
	if !r.Kept && j.forProcess(r) || !j.leaves(r) || j.endsWithParent(r) {
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

// endsWithParent reports whether the context is derived from one that ends when
// the function does: a request's or a test's, or one that the same function makes
// and releases on each way out, one child for each parent.
func (j *judge) endsWithParent(r obligation.Made) bool {
	if r.Kept {
		return false // an entry stays
	}
	fn := r.Call.Parent()
	line := j.ancestors(r)
	if !awaitsDone(r.With) && slices.ContainsFunc(line, func(v ssa.Value) bool { return endsWithCall(v, fn) }) {
		return true
	}
	for _, p := range obligation.MadeIn(fn, j.sum.Func, fact.Release) {
		if p.With == nil || p.Value == nil || p.Call == r.Call || !paths.EachAfter(p.Call.Block(), r.Call.Block()) {
			continue
		}
		parent := valueflow.From(p.With)
		if !slices.ContainsFunc(line, func(a ssa.Value) bool { return parent.Is(a) || endsAs(a, parent) }) {
			continue
		}
		v := j.checker.Check(j.handle(p))
		if _, lost := v.Worst(fn); !lost && (v.Released && !v.Passed || cleanedUp(v.Flow)) {
			return true
		}
	}
	return false
}

// maxLine bounds how many calls a context is followed back through.
const maxLine = 8

// ancestors returns the contexts that r's is derived from in its function, as
// far as the facts of the calls between tell.
func (j *judge) ancestors(r obligation.Made) []ssa.Value {
	line := slices.Clone(r.Call.Common().Args)
	for i := 0; i < len(line) && len(line) < maxLine; i++ {
		v := line[i]
		k := 0
		if e, ok := v.(*ssa.Extract); ok {
			v, k = e.Tuple, e.Index
		}
		call, ok := v.(*ssa.Call)
		if !ok || site.Callee(call) == nil {
			continue
		}
		f, ok := j.sum.Func(site.Callee(call))
		if !ok {
			continue
		}
		for _, d := range f.ResultsOf(k) {
			if arg := argument(call, d.From); d.Kind == fact.DerivedCtx && arg != nil {
				line = append(line, arg)
			}
		}
	}
	return line
}

// argument returns the argument of a call that stands at the place, or nil.
func argument(call *ssa.Call, p fact.Place) ssa.Value {
	i := p.Index
	if p.Root != fact.ParamRoot || p.Path != "" {
		return nil
	}
	if callee := call.Call.StaticCallee(); callee != nil && callee.Signature.Recv() != nil {
		i++
	}
	if i >= len(call.Call.Args) {
		return nil
	}
	return call.Call.Args[i]
}

// endsWithCall reports whether v is the context of the request that fn handles,
// or of the test that it is: such a context ends when fn returns.
func endsWithCall(v ssa.Value, fn *ssa.Function) bool {
	call, ok := v.(*ssa.Call)
	if !ok {
		return false
	}
	callee := site.Callee(call)
	if !known.IsRequestContext(callee) {
		return known.IsTestContext(callee)
	}
	params := fn.Signature.Params()
	return params.Len() == 2 && spawn.IsNetHTTP(params.At(0).Type(), "ResponseWriter") && call.Call.Args[0] == fn.Params[len(fn.Params)-1]
}

// awaitsDone reports whether somebody asks for the end of a context: a test that
// waits for what ends after it waits for ever.
func awaitsDone(ctx ssa.Value) bool {
	return ctx != nil && slices.ContainsFunc(valueflow.From(ctx).Uses, func(u valueflow.Use) bool {
		return u.Kind == valueflow.Argument && u.Index < 0 && u.Call().Common().Method.Name() == "Done"
	})
}

// cleanedUp reports whether all that is done with a release function is to call
// it, or to have the test call it when it is over.
func cleanedUp(f *valueflow.Flow) bool {
	return !slices.ContainsFunc(f.Uses, func(u valueflow.Use) bool {
		if u.Kind == valueflow.Called {
			return false
		}
		return u.Kind != valueflow.Argument || !known.IsTestCleanup(site.Callee(u.Call()))
	})
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
