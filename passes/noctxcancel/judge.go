package noctxcancel

import (
	"fmt"
	"go/token"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/fact"
	"github.com/leaklint/leaklint/internal/known"
	"github.com/leaklint/leaklint/internal/obligation"
	"github.com/leaklint/leaklint/internal/paths"
	"github.com/leaklint/leaklint/internal/report"
	"github.com/leaklint/leaklint/internal/summary"
	"github.com/leaklint/leaklint/internal/valueflow"
	"github.com/leaklint/leaklint/internal/visible"
)

// A judge decides about the release functions of one package.
type judge struct {
	pass    *analysis.Pass
	sum     *summary.Result
	view    *visible.Package
	checker *obligation.Checker
}

// judge returns the finding about r, if there is one.
func (j *judge) judge(r release) (report.Finding, bool) {
	if r.value == nil || !valueflow.Used(r.value) {
		return j.discarded(r)
	}
	v := j.checker.Check(j.handle(r))
	end, ok := worst(v.Ends, r.call.Parent())
	if !ok {
		return j.deferredInLoop(r, v)
	}
	f := report.Finding{Confidence: j.confidence(r)}
	switch {
	case end.Kind != paths.Exit:
		f.Shape = "overwritten"
	case len(v.Unread) > 0 && !v.Passed:
		f.Shape = "unread"
	case v.Released || v.Passed || callsItself(r, v):
		f.Shape = "path"
	case handed(v) != nil:
		f.Shape = "callee"
	default:
		f.Shape = "unused"
	}
	if handed(v) != nil && f.Shape == "path" && !v.Passed && !callsItself(r, v) {
		f.Shape = "callee"
	}
	if consulted(end, v.Flow) {
		f.Confidence = report.Low
	}
	j.phrase(&f, r, v, end)
	return f, true
}

// handed returns the first callee or goroutine that gets the release function
// and can leave without calling it; a deferred closure is the function's own.
func handed(v obligation.Verdict) *obligation.Drop {
	for i, d := range v.Drops {
		if _, deferred := d.Call.(*ssa.Defer); deferred && d.Fn != nil && d.Fn.Parent() != nil {
			continue
		}
		return &v.Drops[i]
	}
	return nil
}

// consulted reports whether the function, on this way out, has asked whether
// there is a release function: then it leaves without calling it on purpose.
func consulted(end paths.End, flow *valueflow.Flow) bool {
	for _, c := range end.Choices {
		test, ok := c.If.Cond.(*ssa.BinOp)
		if ok && c.If.Parent() == end.At.Parent() && (flow.Is(test.X) || flow.Is(test.Y)) {
			return true
		}
	}
	return false
}

// callsItself reports whether the function that made the handle, and not only
// a callee, releases it.
func callsItself(r release, v obligation.Verdict) bool {
	for _, u := range v.Flow.Uses {
		if u.Kind == valueflow.Called && !u.Inside && u.Instr.Parent() == r.call.Parent() {
			return true
		}
	}
	return false
}

// worst chooses the way out to report: the first return, else the loop.
func worst(ends []paths.End, fn *ssa.Function) (paths.End, bool) {
	process := endsProcess(fn)
	var best paths.End
	found := false
	for _, e := range ends {
		if e.Kind == paths.Exit && process {
			continue // the process ends with it
		}
		if !found || e.Kind == paths.Exit && best.Kind != paths.Exit {
			best, found = e, true
		}
	}
	return best, found
}

// endsProcess reports whether the process ends when fn returns.
func endsProcess(fn *ssa.Function) bool {
	if fn.Parent() != nil || fn.Signature.Recv() != nil || fn.Pkg == nil {
		return false
	}
	return fn.Name() == "main" && fn.Pkg.Pkg.Name() == "main" || fn.Name() == "TestMain"
}

// discarded judges a release function that no variable keeps.
func (j *judge) discarded(r release) (report.Finding, bool) {
	fn := r.call.Parent()
	if r.of == "signal.NotifyContext" && endsProcess(fn) && !paths.InLoop(r.call.Block()) {
		return report.Finding{}, false // signals are meant to be caught until the process ends
	}
	if !j.leaves(r) {
		return report.Finding{}, false
	}
	f := report.Finding{Shape: "discarded", Confidence: j.confidence(r)}
	if s := j.siteOf(r); s.name != "" && s.name != "_" {
		f.Shape = "unused" // a variable has it, and _ = cancel silences the compiler
	}
	if r.of == "context.AfterFunc" {
		f.Confidence = report.Low // often meant: the callback goes with its context
	}
	j.phrase(&f, r, obligation.Verdict{}, paths.End{})
	return f, true
}

// leaves reports whether a way out is taken before a pulled sequence has ended;
// a context that nobody can cancel is a fault on every way out.
func (j *judge) leaves(r release) bool {
	over := newOver(r)
	if over.next == nil {
		return true
	}
	search := paths.Search{Fn: r.call.Parent(), Start: r.call, Branch: func(_ *paths.State, cond ssa.Value, then bool) paths.Effect {
		if over.onBranch(cond, then, r.call.Parent()) {
			return paths.Settled
		}
		return paths.Continue
	}}
	return len(search.Run().Ends) > 0
}

// confidence is low for a context that holds nothing: its parent never ends, so
// that it is registered nowhere, it has no timer, and nobody waits for it.
func (j *judge) confidence(r release) report.Confidence {
	switch r.of {
	case "context.WithCancel", "context.WithCancelCause":
	default:
		return report.Default
	}
	if j.endless(r.call.Common().Args[0]) && (r.ctx == nil || idle(r.ctx)) {
		return report.Low
	}
	return report.Default
}

// endless reports whether v is a context that never ends.
func (j *judge) endless(v ssa.Value) bool {
	call, ok := v.(ssa.CallInstruction)
	if !ok || calleeOf(call) == nil {
		return false
	}
	f, ok := j.sum.Func(calleeOf(call))
	if !ok {
		return false
	}
	for _, r := range f.ResultsOf(0) {
		if r.Kind == fact.Endless {
			return true
		}
	}
	return false
}

// idle reports whether a context is passed to no call, stored nowhere and
// waited for by nobody.
func idle(ctx ssa.Value) bool {
	for _, u := range valueflow.From(ctx).Uses {
		if u.Kind == valueflow.Argument && u.Index < 0 {
			if m := u.Call().Common().Method.Name(); m == "Err" || m == "Value" || m == "Deadline" {
				continue
			}
		}
		if u.Kind != valueflow.Tested && u.Kind != valueflow.Captured {
			return false
		}
	}
	return true
}

// deferredInLoop judges a handle that every path releases: a deferred release
// in a loop without bound comes too late.
func (j *judge) deferredInLoop(r release, v obligation.Verdict) (report.Finding, bool) {
	for _, d := range v.Deferred {
		if d.Parent() != r.call.Parent() {
			continue
		}
		kind := paths.Loop(r.call.Block(), d.Block(), recurs)
		if kind == paths.NoLoop {
			continue
		}
		f := report.Finding{Shape: "loopdefer", Confidence: j.confidence(r)}
		if kind == paths.Retries {
			f.Confidence = report.Low // a few turns, as a rule
		}
		j.phrase(&f, r, v, paths.End{At: d})
		return f, true
	}
	return report.Finding{}, false
}

// recurs reports whether values can arrive on a channel again and again: on
// that of a timer one does.
func recurs(ch ssa.Value) bool {
	load, ok := ch.(*ssa.UnOp)
	if !ok {
		return true
	}
	field, ok := load.X.(*ssa.FieldAddr)
	return !ok || !known.IsTimer(field.X.Type())
}

// handle describes r to the obligation checker.
func (j *judge) handle(r release) obligation.Handle {
	h := obligation.Handle{
		Value: r.value,
		Made:  r.call,
		Release: func(call *ssa.CallCommon, is func(ssa.Value) bool) bool {
			return !call.IsInvoke() && is(call.Value)
		},
	}
	home := r.call.Parent()
	over := newOver(r)
	h.Over = func(instr ssa.Instruction) bool { return over.at(instr, home) }
	h.OverIf = func(cond ssa.Value, then bool) bool { return over.onBranch(cond, then, home) }
	return h
}

// phrase fills message, position, trail and fix.
func (j *judge) phrase(f *report.Finding, r release, v obligation.Verdict, end paths.End) {
	site := j.siteOf(r)
	f.Pos, f.End = site.pos, site.end
	f.Trail = j.trail(r, v, end, site, f.Shape)
	f.Message = message(f.Shape, r, v, site, j.where(end))
	f.Fixes = j.fixes(f.Shape, r, v, site)
}

// where says in words how control leaves.
func (j *judge) where(end paths.End) string {
	if end.At == nil {
		return ""
	}
	return fmt.Sprintf("line %d", j.pass.Fset.Position(endPos(end.At)).Line)
}

// endPos is the position of a way out; of an implicit return it is the closing
// brace of the function.
func endPos(at ssa.Instruction) token.Pos {
	if at.Pos().IsValid() {
		return at.Pos()
	}
	if syntax := at.Parent().Syntax(); syntax != nil {
		return syntax.End() - 1
	}
	return at.Parent().Pos()
}
