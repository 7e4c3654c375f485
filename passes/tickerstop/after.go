package tickerstop

import (
	"fmt"
	"go/constant"
	"go/types"
	"slices"
	"time"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/known"
	"github.com/leaklint/leaklint/internal/obligation"
	"github.com/leaklint/leaklint/internal/paths"
	"github.com/leaklint/leaklint/internal/report"
	"github.com/leaklint/leaklint/internal/site"
	"github.com/leaklint/leaklint/internal/spawn"
	"github.com/leaklint/leaklint/internal/valueflow"
)

// afterFunc judges a call of time.AfterFunc. A timer that is kept has to be
// stopped on every way out. One that is dropped is one-shot by intent: it
// counts if many can be pending at a time, each for long or with a request.
func (j *judge) afterFunc(m obligation.Made) (report.Finding, bool) {
	if f, ok := j.rearms(m); ok {
		return f, true
	}
	s := site.Of(j.pass, m.Call, m.Index)
	if m.Value != nil && valueflow.Used(m.Value) {
		v, end, lost := j.check(m)
		if !lost {
			return report.Finding{}, false
		}
		f := report.Finding{Shape: "afterfunc"}
		if v.Consulted(end) || isShort(m.Call) && !capturesRequest(callback(m.Call)) {
			f.Confidence = report.Low
		}
		j.phrase(&f, m, s, v, end)
		return f, true
	}
	f := report.Finding{Shape: "request", Confidence: report.Low}
	reason := "is dropped: nothing can stop its callback"
	if per := perCall(m.Call); per != "" {
		d, constant := delay(m.Call)
		switch {
		case constant && d >= long:
			f.Confidence = report.Default
			reason = fmt.Sprintf("is dropped, one for every %s, and runs for %v", per, d)
		case capturesRequest(callback(m.Call)):
			f.Confidence = report.Default
			reason = fmt.Sprintf("is dropped, one for every %s, and its callback keeps the request", per)
		}
	}
	j.phrase(&f, m, s, obligation.Verdict{}, paths.End{})
	f.Message = fmt.Sprintf("the timer of %s %s; %s", m.Name, reason, keeps(m))
	return f, true
}

// isShort reports whether the delay is a constant below a second: what a timer
// keeps that long is gone before anybody misses it.
func isShort(call ssa.CallInstruction) bool {
	d, constant := delay(call)
	return constant && d < time.Second
}

// perCall says of what there can be many at a time for which the timer is
// started: a turn of a loop, a request, or a call with a context.
func perCall(call ssa.CallInstruction) string {
	if paths.InLoop(call.Block()) {
		return "turn of the loop"
	}
	for fn := call.Parent(); fn != nil; fn = fn.Parent() {
		for _, p := range fn.Params {
			switch {
			case spawn.IsNetHTTP(deref(p.Type()), "Request"):
				return "request"
			case known.IsContext(p.Type()):
				return "call"
			}
		}
	}
	return ""
}

// deref returns what a pointer type points to, or t itself.
func deref(t types.Type) types.Type {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		return p.Elem()
	}
	return t
}

// delay returns the duration argument of a call that makes a timer, if it is constant.
func delay(call ssa.CallInstruction) (d time.Duration, isConst bool) {
	for _, arg := range call.Common().Args {
		if b, ok := arg.Type().Underlying().(*types.Basic); !ok || b.Kind() != types.Int64 {
			continue
		}
		c, ok := arg.(*ssa.Const)
		if !ok || c.Value == nil {
			return 0, false
		}
		n, exact := constant.Int64Val(constant.ToInt(c.Value))
		return time.Duration(n), exact
	}
	return 0, false
}

// callback returns the function argument of a call of AfterFunc.
func callback(call ssa.CallInstruction) ssa.Value {
	for _, arg := range call.Common().Args {
		if _, ok := arg.Type().Underlying().(*types.Signature); ok {
			return arg
		}
	}
	return nil
}

// capturesRequest reports whether the callback is a closure over an http
// request or the writer of its response.
func capturesRequest(f ssa.Value) bool {
	mc, ok := f.(*ssa.MakeClosure)
	if !ok {
		return false
	}
	for _, b := range mc.Bindings {
		t := b.Type()
		if valueflow.CellOf(b) != nil {
			t = deref(t)
		}
		if spawn.IsNetHTTP(deref(t), "Request") || spawn.IsNetHTTP(t, "ResponseWriter") {
			return true
		}
	}
	return false
}

// rearms judges a callback that starts itself again on each of its ways out:
// it never ends unless something stops the timer. The finding is at the call
// that starts the callback from outside; at its own where it is first called
// plainly:
//
//	var tick func()
//	tick = func() {
//		poll(addr)
//		time.AfterFunc(d, tick)
//	}
//	tick()
func (j *judge) rearms(m obligation.Made) (report.Finding, bool) {
	body := body(callback(m.Call))
	if body == nil || !j.startedMany(m.Call) || m.Call.Parent() == body && j.startedOutside(m.Call, body) {
		return report.Finding{}, false
	}
	var again ssa.Instruction
	search := paths.Search{Fn: body, Step: func(_ *paths.State, instr ssa.Instruction) paths.Effect {
		if call, ok := instr.(*ssa.Call); ok && j.startsAgain(call, m, body) {
			again = instr
			return paths.Settled
		}
		return paths.Continue
	}}
	res := search.Run()
	if again == nil || len(res.Ends) > 0 || res.Truncated || j.stoppedSomewhere(m, again) {
		return report.Finding{}, false
	}
	s := site.Of(j.pass, m.Call, m.Index)
	f := report.Finding{Shape: "rearm", Pos: s.Pos, End: s.End}
	f.Message = fmt.Sprintf("the callback of %s always starts itself again (line %d) and nothing stops the timer: it never ends",
		m.Name, j.pass.Fset.PositionFor(again.Pos(), false).Line)
	f.Trail = []report.Step{
		{Pos: s.Pos, End: s.End, Role: report.Made, Text: m.Name + " is called"},
		{Pos: again.Pos(), Role: report.Stays, Text: "starts itself again on each of its ways out"},
	}
	return f, true
}

// startedMany reports whether any number of the callbacks can be started, and
// not for the only object of its type.
func (j *judge) startedMany(call ssa.CallInstruction) bool {
	for _, s := range j.stays.Launches.Sites {
		if s.Instr == call {
			return s.Lifetime.Many() && !j.onOnlyObject(call)
		}
	}
	return false
}

// onOnlyObject reports whether the callback is a method of an object of which a
// process has one.
func (j *judge) onOnlyObject(call ssa.CallInstruction) bool {
	mc, ok := spawn.Origin(callback(call)).(*ssa.MakeClosure)
	return ok && boundMethod(mc.Fn.(*ssa.Function)) != nil && j.stays.Launches.ProcessWide(mc.Bindings[0])
}

// startedOutside reports whether a function hands the callback to AfterFunc
// that is not the callback itself.
func (j *judge) startedOutside(again ssa.CallInstruction, body *ssa.Function) bool {
	for _, s := range j.stays.Launches.At(body) {
		if s.Kind == spawn.After && s.Instr != again && s.In() != body {
			return true
		}
	}
	return false
}

// body returns the function of this package that a callback runs: a literal, a
// function, the method of a method value, or what the only store to a variable
// puts there.
func body(f ssa.Value) *ssa.Function {
	if f == nil {
		return nil
	}
	switch f := spawn.Origin(f).(type) {
	case *ssa.Function:
		if len(f.Blocks) > 0 {
			return f
		}
	case *ssa.MakeClosure:
		fn := f.Fn.(*ssa.Function)
		if m := boundMethod(fn); m != nil {
			return m
		}
		if len(fn.Blocks) > 0 {
			return fn
		}
	}
	return nil
}

// boundMethod returns the method that the wrapper of a method value calls, or nil.
func boundMethod(fn *ssa.Function) *ssa.Function {
	if fn.Synthetic == "" {
		return nil
	}
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if call, ok := instr.(*ssa.Call); ok {
				if callee := call.Call.StaticCallee(); callee != nil && len(callee.Blocks) > 0 {
					return callee
				}
			}
		}
	}
	return nil
}

// startsAgain reports whether the call starts the callback again: it resets the
// timer that runs it, or hands it to AfterFunc anew.
func (j *judge) startsAgain(call *ssa.Call, m obligation.Made, fn *ssa.Function) bool {
	callee := call.Call.StaticCallee()
	if callee == nil {
		return false
	}
	if callee.Name() == "Reset" && len(call.Call.Args) > 0 && known.IsTimer(call.Call.Args[0].Type()) {
		return j.sameTimer(call.Call.Args[0], m)
	}
	return callee == m.Call.Common().StaticCallee() && body(callback(call)) == fn
}

// sameTimer reports whether v is the timer that m makes, as far as it can be
// followed through variables and fields of one name.
func (j *judge) sameTimer(v ssa.Value, m obligation.Made) bool {
	if m.Value == nil {
		return false
	}
	flow := valueflow.From(m.Value)
	if flow.Is(v) {
		return true
	}
	field := valueflow.LoadedField(v)
	return field != nil && slices.Contains(flow.Fields, field)
}

// stoppedSomewhere reports whether any code of the package may stop the timer:
// it calls Stop on a timer of the same variable or field, or on one that cannot
// be told apart.
func (j *judge) stoppedSomewhere(m obligation.Made, again ssa.Instruction) bool {
	timers := []ssa.Value{m.Value}
	if call, ok := again.(*ssa.Call); ok {
		timers = append(timers, call)
	}
	for _, t := range timers {
		if t == nil {
			continue
		}
		flow := valueflow.From(t)
		if flow.Has(valueflow.Returned, valueflow.Element, valueflow.Indirect, valueflow.Sent) {
			return true
		}
		if slices.ContainsFunc(flow.Fields, j.stopsField) {
			return true
		}
		for _, u := range flow.Uses {
			if u.Kind == valueflow.Global {
				return true
			}
			if u.Kind == valueflow.Argument && !u.Inside && (u.Index != 0 || !isReset(u.Call())) {
				return true // Stop, or a callee that may stop it
			}
		}
	}
	return false
}

// isReset reports whether the call is (*time.Timer).Reset.
func isReset(call ssa.CallInstruction) bool {
	fn := call.Common().StaticCallee()
	return fn != nil && fn.Name() == "Reset" && fn.Signature.Recv() != nil && known.IsTimer(fn.Signature.Recv().Type())
}
