package tickerstop

import (
	"fmt"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/endless"
	"github.com/leaklint/leaklint/internal/known"
	"github.com/leaklint/leaklint/internal/owner"
	"github.com/leaklint/leaklint/internal/report"
	"github.com/leaklint/leaklint/internal/spawn"
	"github.com/leaklint/leaklint/internal/stay"
	"github.com/leaklint/leaklint/internal/valueflow"
)

// readers judges the goroutines whose endless loop waits for tickers only.
func (j *judge) readers() []report.Finding {
	var findings []report.Finding
	for _, l := range j.stays.Loops {
		if l.Owner != owner.Tickerstop {
			continue
		}
		if w, ok := firstWait(l); ok {
			findings = append(findings, j.reader(l, w))
		}
	}
	return findings
}

// firstWait returns the first wait of the loop in source order.
func firstWait(l *stay.Loop) (endless.Wait, bool) {
	var first endless.Wait
	for _, w := range l.Waits() {
		if first.Instr == nil || w.Instr.Pos() < first.Instr.Pos() {
			first = w
		}
	}
	return first, first.Instr != nil
}

// reader phrases the finding about one loop.
func (j *judge) reader(l *stay.Loop, w endless.Wait) report.Finding {
	loop := findLoop(l.In.Syntax(), w.Instr.Pos())
	f := report.Finding{Shape: "reader", Pos: w.Instr.Pos(), End: w.Instr.Pos()}
	if loop != nil {
		f.Pos, f.End = loop.Pos(), loop.Pos()+token.Pos(len("for"))
	}
	if !l.Many() {
		f.Confidence = report.Low
	}
	stop := j.stopOf(w.Chan, l.In)
	what, stays := "this loop waits for a ticker only and has no way out", "waits for the ticker for ever"
	if stop != nil {
		f.Shape = "stopped"
		what = fmt.Sprintf("this loop never ends: the ticker is stopped (line %d), and Stop does not close its channel", j.pass.Fset.PositionFor(stop.Pos(), false).Line)
		stays = "blocks at the channel of the stopped ticker"
	}
	f.Message = what + ": " + leftBehind(l)
	if l.Site.Instr != nil {
		f.Goroutine = l.Site.Pos()
		f.Trail = append(f.Trail, report.Step{Pos: l.Site.Pos(), Role: report.Started, Text: "in " + spawn.Name(outermost(l.Site.In()))})
	}
	for _, call := range l.Path {
		if fn := call.Common().StaticCallee(); fn != nil {
			f.Trail = append(f.Trail, report.Step{Pos: call.Pos(), Role: report.Runs, Goroutine: f.Goroutine, Text: "calls " + spawn.Name(fn)})
		}
	}
	if stop != nil {
		f.Trail = append(f.Trail, report.Step{Pos: stop.Pos(), Role: report.Left, Text: "stops the ticker"})
	}
	f.Trail = append(f.Trail, report.Step{Pos: f.Pos, End: f.End, Role: report.Stays, Goroutine: f.Goroutine, Text: stays})
	f.Fixes = j.loopFix(l, loop)
	return f
}

// leftBehind says who leaves goroutines behind.
func leftBehind(l *stay.Loop) string {
	switch {
	case l.Site.Kind == spawn.Handler:
		return "every request leaves a goroutine behind"
	case !l.Site.Lifetime.Many():
		return "the goroutine never ends"
	}
	return fmt.Sprintf("every call of %s leaves a goroutine behind", spawn.Name(outermost(l.Site.In())))
}

// outermost returns the declared function that encloses fn, generic as declared.
func outermost(fn *ssa.Function) *ssa.Function {
	for fn.Parent() != nil {
		fn = fn.Parent()
	}
	if o := fn.Origin(); o != nil {
		return o
	}
	return fn
}

// stopOf returns a call outside the function of the loop that stops the ticker
// whose channel ch is, or nil.
func (j *judge) stopOf(ch ssa.Value, loop *ssa.Function) ssa.CallInstruction {
	ticker := valueflow.OwnerOf(ch)
	if ticker == nil {
		return nil
	}
	field := valueflow.LoadedField(ticker)
	cell := valueflow.LoadedCell(ticker)
	for _, call := range j.stopCalls() {
		arg := call.Common().Args[0]
		if call.Parent() == loop {
			continue // before or after the loop, in its own goroutine
		}
		if arg == ticker || field != nil && valueflow.LoadedField(arg) == field || cell != nil && valueflow.LoadedCell(arg) == cell {
			return call
		}
	}
	return nil
}

// stopsField reports whether a timer in the field is stopped somewhere.
func (j *judge) stopsField(field *types.Var) bool {
	for _, call := range j.stopCalls() {
		arg := call.Common().Args[0]
		if f := valueflow.LoadedField(arg); f == field {
			return true
		} else if f == nil && !madeHere(arg) {
			return true // one that cannot be told apart counts
		}
	}
	return false
}

// madeHere reports whether a timer is the result of a call, or read from a
// local variable that holds such results only.
func madeHere(timer ssa.Value) bool {
	if _, ok := timer.(*ssa.Call); ok {
		return true
	}
	cell := valueflow.LoadedCell(timer)
	if cell == nil {
		return false
	}
	made := true
	valueflow.EachCellUse(cell, func(addr ssa.Value, instr ssa.Instruction) {
		if st, ok := instr.(*ssa.Store); ok && st.Addr == addr {
			_, ok := st.Val.(*ssa.Call)
			made = made && ok
		}
	})
	return made
}

// stopCalls lists the calls of Stop on timers and tickers in the package, in
// source order.
func (j *judge) stopCalls() []ssa.CallInstruction {
	if j.stopsMade {
		return j.stopsAll
	}
	j.stopsMade = true
	for _, fn := range j.sum.SSA.Funcs() {
		for call := range valueflow.Calls(fn) {
			callee := call.Common().StaticCallee()
			if callee != nil && callee.Name() == "Stop" && callee.Signature.Recv() != nil && isTimer(callee.Signature.Recv().Type()) {
				j.stopsAll = append(j.stopsAll, call)
			}
		}
	}
	return j.stopsAll
}

// isTimer reports whether t is a pointer to time.Timer or time.Ticker.
func isTimer(t types.Type) bool { return known.IsTimer(t) || known.IsTicker(t) }

// isChan reports whether v is a channel.
func isChan(v ssa.Value) bool {
	_, ok := v.Type().Underlying().(*types.Chan)
	return ok
}

// isReceive reports whether instr receives from the channel that ch follows.
func isReceive(instr ssa.Instruction, ch *valueflow.Flow) bool {
	recv, ok := instr.(*ssa.UnOp)
	return ok && recv.Op == token.ARROW && ch.Is(recv.X)
}
