package noctxcancel

import (
	"fmt"
	"go/token"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/fact"
	"github.com/leaklint/leaklint/internal/obligation"
	"github.com/leaklint/leaklint/internal/paths"
	"github.com/leaklint/leaklint/internal/report"
	"github.com/leaklint/leaklint/internal/site"
	"github.com/leaklint/leaklint/internal/spawn"
	"github.com/leaklint/leaklint/internal/stay"
	"github.com/leaklint/leaklint/internal/summary"
	"github.com/leaklint/leaklint/internal/valueflow"
)

// A judge decides about the release functions of one package.
type judge struct {
	pass    *analysis.Pass
	sum     *summary.Result
	stays   *stay.Result
	checker *obligation.Checker
	awaited map[*ssa.Parameter]bool // contexts whose function returns only when they are done, as far as asked
}

// judge returns the finding about r, if there is one.
func (j *judge) judge(r obligation.Made) (report.Finding, bool) {
	if panics(r) {
		return report.Finding{}, false
	}
	if r.Value == nil || !valueflow.Used(r.Value) {
		return j.discarded(r)
	}
	v := j.checker.Check(j.handle(r))
	end, ok := v.Worst(r.Call.Parent())
	if !ok {
		return j.deferredInLoop(r, v)
	}
	if !v.Released && j.forProcess(r) || j.endsWithParent(r) {
		return report.Finding{}, false
	}
	f := report.Finding{Confidence: j.confidence(r, end)}
	switch {
	case end.Kind != paths.Exit:
		f.Shape = "overwritten"
	case len(v.Unread) > 0 && !v.Passed:
		f.Shape = "unread"
	case v.Released || v.Passed || v.UsedBy(r.Call.Parent(), valueflow.Called):
		f.Shape = "path"
	case v.Handed() != nil:
		f.Shape = "callee"
	default:
		f.Shape = "unused"
	}
	if v.Handed() != nil && f.Shape == "path" && !v.Passed && !v.UsedBy(r.Call.Parent(), valueflow.Called) {
		f.Shape = "callee"
	}
	if v.Consulted(end) || j.afterWork(r, v, end) {
		f.Confidence = report.Low
	}
	j.phrase(&f, r, v, end)
	return f, true
}

// forProcess reports whether r is meant to last until the process ends: it
// catches signals, or is what a function other than context's own makes of its
// arguments, and is made once in a process.
func (j *judge) forProcess(r obligation.Made) bool {
	own := r.Name == r.Of && strings.HasPrefix(r.Of, "context.")
	if r.Of != "signal.NotifyContext" && own || paths.InLoop(r.Call.Block()) {
		return false
	}
	fn := r.Call.Parent()
	return obligation.EndsProcess(fn) || j.stays.Launches.Runs(fn) == spawn.Process
}

// confidence is low for a context that holds nothing: its parent never ends, so
// that it is registered nowhere, it has no timer, and nobody waits for it.
func (j *judge) confidence(r obligation.Made, end paths.End) report.Confidence {
	switch r.Of {
	case "context.WithCancel", "context.WithCancelCause":
	default:
		return report.Default
	}
	if r.Kept {
		return report.Default // not only the context stays
	}
	if r.Name != r.Of {
		// A wrapper given a context that never ends: who waits for the new one
		// is found where he waits.
		if j.givenEndless(r) {
			return report.Low
		}
		return report.Default
	}
	if j.endless(r.Call.Common().Args[0]) && (r.With == nil || idle(r.With) || j.unseen(r, end)) {
		return report.Low
	}
	return report.Default
}

// unseen reports whether nobody has been given the context when control leaves
// at end: it is followed like a handle that nothing releases.
func (j *judge) unseen(r obligation.Made, end paths.End) bool {
	if end.At == nil {
		return false
	}
	v := j.checker.Check(obligation.Handle{
		Value:   r.With,
		Made:    r.Call,
		Release: func(*ssa.CallCommon, func(ssa.Value) bool) bool { return false },
		Looks:   func(call ssa.CallInstruction) bool { return looks(call, r.Call.Parent()) },
	})
	return slices.ContainsFunc(v.Ends, func(e paths.End) bool { return e.At == end.At && e.Kind == end.Kind })
}

// givenEndless reports whether a context that never ends, or an object that
// holds one, is an argument of the call.
func (j *judge) givenEndless(r obligation.Made) bool {
	for call := range valueflow.Calls(r.Call.Parent()) {
		ctx, ok := call.(*ssa.Call)
		if !ok || !j.endless(ctx) {
			continue
		}
		flow := valueflow.From(ctx)
		if slices.ContainsFunc(r.Call.Common().Args, func(a ssa.Value) bool { return flow.Is(a) || flow.Holds(a) }) {
			return true
		}
	}
	return false
}

// endless reports whether v is a context that never ends.
func (j *judge) endless(v ssa.Value) bool {
	call, ok := v.(ssa.CallInstruction)
	if !ok || site.Callee(call) == nil {
		return false
	}
	f, ok := j.sum.Func(site.Callee(call))
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
		if u.Kind == valueflow.Argument && u.Index < 0 && looks(u.Call(), ctx.Parent()) {
			continue
		}
		if u.Kind != valueflow.Tested && u.Kind != valueflow.Captured {
			return false
		}
	}
	return true
}

// looks reports whether a method call on a context makes nobody wait for it who
// could still be there when its maker, home, has returned.
func looks(call ssa.CallInstruction, home *ssa.Function) bool {
	switch call.Common().Method.Name() {
	case "Err", "Value", "Deadline":
		return true
	case "Done":
		done, ok := call.(*ssa.Call)
		return ok && call.Parent() == home && onlyReceived(done)
	}
	return false
}

// onlyReceived reports whether all uses of a channel are receives where it is made.
func onlyReceived(ch ssa.Value) bool {
	return !slices.ContainsFunc(valueflow.From(ch).Uses, func(u valueflow.Use) bool {
		recv, ok := u.Instr.(*ssa.UnOp)
		return !ok || recv.Op != token.ARROW
	})
}

// deferredInLoop judges a handle that every path releases: a deferred release
// in a loop without bound comes too late.
func (j *judge) deferredInLoop(r obligation.Made, v obligation.Verdict) (report.Finding, bool) {
	d, kind := v.DeferredInLoop(r.Call)
	if kind == paths.NoLoop || j.checker.EachTurn(j.handle(r)) {
		return report.Finding{}, false
	}
	f := report.Finding{Shape: "loopdefer", Confidence: j.confidence(r, paths.End{})}
	if kind == paths.Retries {
		f.Confidence = report.Low // a few turns, as a rule
	}
	j.phrase(&f, r, v, paths.End{At: d})
	return f, true
}

// handle describes r to the obligation checker.
func (j *judge) handle(r obligation.Made) obligation.Handle {
	h := obligation.Handle{
		Value: r.Value,
		Made:  r.Call,
		Release: func(call *ssa.CallCommon, is func(ssa.Value) bool) bool {
			return !call.IsInvoke() && is(call.Value)
		},
	}
	home := r.Call.Parent()
	over := j.newOver(r)
	h.Over = func(instr ssa.Instruction) bool { return over.at(instr, home) }
	h.OverIf = func(cond ssa.Value, then bool) bool { return over.onBranch(cond, then, home) }
	return h
}

// phrase fills message, position, trail and fix.
func (j *judge) phrase(f *report.Finding, r obligation.Made, v obligation.Verdict, end paths.End) {
	s := site.Of(j.pass, r.Call, r.Index)
	f.Pos, f.End = s.Pos, s.End
	f.Trail = trail(r, v, end, s, f.Shape)
	f.Message = message(f.Shape, r, v, s, j.where(end))
	f.Fixes = fixes(f.Shape, r, v, s)
}

// where says in words how control leaves.
func (j *judge) where(end paths.End) string {
	if end.At == nil {
		return ""
	}
	return fmt.Sprintf("line %d", j.pass.Fset.PositionFor(site.WayOut(end.At), false).Line)
}
