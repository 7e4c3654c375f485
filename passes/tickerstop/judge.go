package tickerstop

import (
	"fmt"
	"go/types"
	"slices"
	"time"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/endless"
	"github.com/leaklint/leaklint/internal/fact"
	"github.com/leaklint/leaklint/internal/known"
	"github.com/leaklint/leaklint/internal/obligation"
	"github.com/leaklint/leaklint/internal/paths"
	"github.com/leaklint/leaklint/internal/report"
	"github.com/leaklint/leaklint/internal/site"
	"github.com/leaklint/leaklint/internal/spawn"
	"github.com/leaklint/leaklint/internal/stay"
	"github.com/leaklint/leaklint/internal/summary"
	"github.com/leaklint/leaklint/internal/valueflow"
)

// long is the delay from which on a timer that nothing stops counts as kept.
const long = time.Minute

// A judge decides about the timers of one package.
type judge struct {
	pass    *analysis.Pass
	sum     *summary.Result
	stays   *stay.Result
	old     bool // timers that nothing stops are never collected
	checker *obligation.Checker

	stopsMade bool
	stopsAll  []ssa.CallInstruction
}

// judge returns the finding about m, if there is one.
func (j *judge) judge(m obligation.Made) (report.Finding, bool) {
	if m.Kind == fact.FreshAfter {
		return j.afterFunc(m)
	}
	return j.missing(m)
}

// missing judges a ticker or timer that some way out does not stop.
func (j *judge) missing(m obligation.Made) (report.Finding, bool) {
	if !stoppable(m) && !j.unstoppable(m) || m.Value == nil && m.Kind == fact.FreshTimer {
		return report.Finding{}, false
	}
	s := site.Of(j.pass, m.Call, m.Index)
	if m.Kind == fact.FreshTimer && s.IsOperand() {
		return report.Finding{}, false // time.NewTimer(d).C: the same as time.After
	}
	v, end, lost := j.check(m)
	if !lost {
		return j.deferredInLoop(m, s, v)
	}
	if !j.old && m.Kind == fact.FreshTimer || j.servesProcess(m.Call.Parent()) {
		return report.Finding{}, false // collected; even before that it would go when it fires
	}
	f := report.Finding{Shape: "ticker", Confidence: report.Default}
	if m.Kind == fact.FreshTimer {
		f.Shape = "timer"
	}
	if !j.old || m.Kind == fact.FreshTimer && !lasts(m) || v.Consulted(end) {
		f.Confidence = report.Low
	}
	j.phrase(&f, m, s, v, end)
	return f, true
}

// stoppable reports whether the result has a Stop method at all: the channel of
// time.After or time.Tick has none.
func stoppable(m obligation.Made) bool {
	if m.Value == nil {
		return m.Kind == fact.FreshTicker
	}
	return !isChan(m.Value)
}

// unstoppable reports whether m is the channel of a ticker that has no Stop at
// all: what is left of it is never collected before Go 1.23. A test that leaves
// one is over soon.
func (j *judge) unstoppable(m obligation.Made) bool {
	return j.old && m.Kind == fact.FreshTicker && m.Value != nil && isChan(m.Value) &&
		!j.stays.Launches.InTest(m.Call.Parent())
}

// deferredInLoop judges a timer that every way out stops: a deferred Stop in a
// loop without bound keeps the timers of all turns, whatever the version of Go.
func (j *judge) deferredInLoop(m obligation.Made, s *site.Site, v obligation.Verdict) (report.Finding, bool) {
	d, kind := v.DeferredInLoop(m.Call)
	if kind == paths.NoLoop || j.checker.EachTurn(j.handle(m)) {
		return report.Finding{}, false
	}
	f := report.Finding{Shape: "loopdefer", Pos: s.Pos, End: s.End}
	if kind == paths.Retries {
		f.Confidence = report.Low // a few turns, as a rule
	}
	f.Trail = []report.Step{
		{Pos: s.Pos, End: s.End, Role: report.Made, Text: m.Name + " is called"},
		{Pos: d.Pos(), Role: report.Note, Text: "defers Stop in every turn of the loop"},
	}
	f.Message = fmt.Sprintf("%s is stopped by a defer in a loop without bound: it runs when the function returns, not at the end of the turn", named(s, m))
	return f, true
}

// named says what the timer is called, by its variable if it has one.
func named(s *site.Site, m obligation.Made) string {
	what := "the " + noun(m) + " of " + m.Name
	if s.Name == "" || s.Name == "_" {
		return what
	}
	return s.Name + ", " + what + ","
}

// check follows the timer, and returns the way out to report.
func (j *judge) check(m obligation.Made) (v obligation.Verdict, end paths.End, lost bool) {
	if m.Value == nil {
		return v, end, true
	}
	v = j.checker.Check(j.handle(m))
	end, lost = v.Worst(m.Call.Parent())
	return v, end, lost
}

// handle describes m to the obligation checker.
func (j *judge) handle(m obligation.Made) obligation.Handle {
	h := j.handleAt(m.Value, m.Kind)
	h.Made = m.Call
	return h
}

// handleAt describes a timer that is v: once its channel has delivered, nothing
// is left to stop.
func (j *judge) handleAt(v ssa.Value, kind fact.ResultKind) obligation.Handle {
	h := obligation.Handle{Value: v, Release: j.stops, Looks: j.looks}
	stays := func(cond ssa.Value, then bool) bool { return !then && endless.NeverCloses(cond) }
	h.OverIf = stays
	if kind == fact.FreshTimer {
		h.In = func(p *ssa.Parameter) obligation.Handle { return j.handleAt(p, kind) }
		fires := valueflow.From(valueflow.From(v).Owned()...)
		h.Over = func(instr ssa.Instruction) bool { return isReceive(instr, fires) }
		h.OverIf = func(cond ssa.Value, then bool) bool {
			s := paths.Selected(cond)
			return stays(cond, then) || then && s != nil && s.Dir == types.RecvOnly && fires.Is(s.Chan)
		}
	}
	return h
}

// looks reports whether a method of a timer behind an interface only sets it
// or returns its channel.
func (j *judge) looks(call ssa.CallInstruction) bool {
	f, ok := j.sum.Func(call.Common().Method)
	return ok && !f.Opaque && !f.MayEscape(fact.Recv("")) && !f.Must(fact.Stop, fact.Recv(""))
}

// stops reports whether the call stops the timer that is says.
func (j *judge) stops(call *ssa.CallCommon, is func(ssa.Value) bool) bool {
	if call.IsInvoke() {
		f, ok := j.sum.Func(call.Method)
		return is(call.Value) && (call.Method.Name() == "Stop" || ok && f.Must(fact.Stop, fact.Recv("")))
	}
	fn := call.StaticCallee()
	if fn == nil || fn.Signature.Recv() == nil || len(call.Args) == 0 || !is(call.Args[0]) {
		return false
	}
	return fn.Name() == "Stop" && (known.IsTimer(call.Args[0].Type()) || known.IsTicker(call.Args[0].Type()))
}

// lasts reports whether an unstopped one-shot timer counts: it is made again
// and again, its delay is a minute or more, or is not constant.
func lasts(m obligation.Made) bool {
	d, constant := delay(m.Call)
	return !constant || d >= long || paths.InLoop(m.Call.Block())
}

// servesProcess reports whether fn runs a bounded number of times in a process.
func (j *judge) servesProcess(fn *ssa.Function) bool {
	return j.stays.Launches.Runs(fn) == spawn.Process && !paths.AnyLoop(fn)
}

// phrase fills message, position, trail and fix.
func (j *judge) phrase(f *report.Finding, m obligation.Made, s *site.Site, v obligation.Verdict, end paths.End) {
	f.Pos, f.End = s.Pos, s.End
	f.Trail = []report.Step{{Pos: s.Pos, End: s.End, Role: report.Made, Text: m.Name + " is called"}}
	f.Trail = append(f.Trail, v.Steps(end, noun(m), "stopping")...)
	why := j.why(v, end)
	if m.Value != nil && isChan(m.Value) {
		why = j.whyTick(end)
	}
	f.Message = fmt.Sprintf("%s %s; %s", named(s, m), why, keeps(m))
	oneShot := m.Kind == fact.FreshAfter && !v.Released // a Stop on every way out would take the callback away
	if m.Value != nil && !isChan(m.Value) && !v.Passed && !oneShot && !runsOn(v) {
		f.Fixes = s.DeferFix("", func(name string) string { return name + ".Stop()" })
	}
}

// runsOn reports whether the timer, or its channel, is used by what may outlive
// its maker: a goroutine, a caller that gets the channel.
func runsOn(v obligation.Verdict) bool {
	flows := []*valueflow.Flow{v.Flow}
	for _, owned := range v.Flow.Owned() {
		flow := valueflow.From(owned)
		if flow.Has(valueflow.Returned, valueflow.Field, valueflow.Global, valueflow.Element, valueflow.Indirect, valueflow.Sent) {
			return true
		}
		flows = append(flows, flow)
	}
	return slices.ContainsFunc(flows, usedByGoroutine)
}

// usedByGoroutine reports whether what is followed gets into a go statement or a
// closure that does not run here.
func usedByGoroutine(flow *valueflow.Flow) bool {
	for _, u := range flow.Uses {
		if _, ok := u.Instr.(*ssa.Go); ok {
			return true
		}
		if mc, ok := u.Instr.(*ssa.MakeClosure); ok && !valueflow.RunsHere(mc) {
			return true
		}
	}
	return false
}

// why says how the timer is lost.
func (j *judge) why(v obligation.Verdict, end paths.End) string {
	switch {
	case end.At == nil:
		return "is dropped and can never be stopped"
	case len(v.Unread) > 0 && !v.Passed:
		return fmt.Sprintf("is stored in %s, where nothing in this package stops it", v.Unread[0].Name())
	case v.Handed() != nil && !v.Passed && !v.Released:
		return fmt.Sprintf("is only passed to %s, which can leave without stopping it", v.Handed().Name())
	case end.Kind != paths.Exit:
		return "is overwritten before it is stopped"
	case !v.Released && !v.Passed:
		return "is never stopped"
	}
	return fmt.Sprintf("is not stopped on the way out at line %d", j.pass.Fset.PositionFor(site.WayOut(end.At), false).Line)
}

// whyTick says how a ticker without Stop is lost.
func (j *judge) whyTick(end paths.End) string {
	if end.Kind != paths.Exit {
		return "can never be stopped, and every turn of the loop makes one"
	}
	return fmt.Sprintf("can never be stopped, and is left on the way out at line %d", j.pass.Fset.PositionFor(site.WayOut(end.At), false).Line)
}

// noun says what the timer is called in messages.
func noun(m obligation.Made) string {
	if m.Kind == fact.FreshTicker {
		return "ticker"
	}
	return "timer"
}

// keeps says what stays if it is not stopped.
func keeps(m obligation.Made) string {
	switch m.Kind {
	case fact.FreshTicker:
		return "before Go 1.23 it is never collected"
	case fact.FreshAfter:
		return "its callback, and what that refers to, stays until it has run"
	}
	return "before Go 1.23 it is kept until it fires"
}
