package leaks

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/explore"
	"github.com/leaklint/leaklint/internal/explore/prog"
	"github.com/leaklint/leaklint/internal/report"
	"github.com/leaklint/leaklint/internal/skeleton"
)

// rows is the table of docs/design.md section 9.2: what a kind of assumption
// is called in a result, whether one of it makes a witness low, and whether
// that holds only if nothing but this outcome leads to the leak.
var rows = map[prog.Assume]struct {
	kind      AssumptionKind
	low       bool
	ifDecides bool
}{
	prog.AssumeUnknown:     {kind: EitherOutcome},
	prog.AssumeError:       {kind: EitherOutcome},
	prog.AssumeLeave:       {kind: EitherOutcome},
	prog.AssumeLoopEnds:    {kind: LoopEnds, low: true, ifDecides: true},
	prog.AssumeNeverFails:  {kind: OtherAssumption, low: true},
	prog.AssumePanic:       {kind: CallPanics, low: true},
	prog.AssumeCaller:      {kind: OtherAssumption},
	prog.AssumeEntry:       {kind: OtherAssumption},
	prog.AssumeClose:       {kind: OtherAssumption},
	prog.AssumeTestFatal:   {kind: OtherAssumption, low: true},
	prog.AssumeTestTimeout: {kind: CtxEnds, low: true},
	prog.AssumeStopped:     {kind: CtxEnds},
	prog.AssumeServiceStop: {kind: OtherAssumption, low: true},
	prog.AssumeCallback:    {kind: EitherOutcome},
	prog.AssumeNotCalled:   {kind: EitherOutcome, low: true, ifDecides: true},
	prog.AssumeCallsFill:   {kind: OtherAssumption, low: true},
	prog.AssumeCtxEnds:     {kind: CtxEnds},
	prog.AssumeTimer:       {kind: CtxEnds},
	prog.AssumeZero:        {kind: CountZero, low: true, ifDecides: true},
	prog.AssumeOne:         {kind: CountPositive},
	prog.AssumeMany:        {kind: CountPositive},
	prog.AssumeDiffer:      {kind: CountsDiffer, low: true, ifDecides: true},
	prog.AssumeNotThere:    {kind: PartnerLate},
	prog.AssumeNotThereLow: {kind: PartnerLate, low: true},
	prog.AssumeTryFails:    {kind: OtherAssumption},
	prog.AssumeEnvDelivers: {kind: ManyItems, low: true},
	prog.AssumeLost:        {kind: ValueLost, low: true},
}

// maxBranches is how many unrelated branches may have to go one way.
const maxBranches = 3

// maxTurns is how often one question may have to be answered one way: an
// unknown source that delivers more than three items.
const maxTurns = 3

// confidence judges a witness in the program of a root, which may be one of a
// test.
func confidence(u *skeleton.Unit, test bool, op *explore.Blocked, assumed []explore.Assumption) explore.Confidence {
	if test && toldToFail(u, op, assumed) {
		return explore.Low
	}
	branches, times := map[explore.Site]bool{}, map[explore.Site]int{}
	for _, a := range assumed {
		if times[a.Site]++; times[a.Site] > maxTurns {
			return explore.Low // the same question gets the wanted answer again and again
		}
		row := rows[a.Kind]
		if row.low && (a.Decisive || !row.ifDecides || unbuffers(a, op)) || a.Decisive && endsTest(u, a) {
			return explore.Low
		}
		if test && (failsTest(u, a) || times[a.Site] > 1 && oneMorePeer(u, a)) {
			return explore.Low
		}
		if a.Decisive && (a.Kind == prog.AssumeUnknown || a.Kind == prog.AssumeError && !isNilOutcome(u, a)) && !guards(u, a.Site, op) {
			branches[a.Site] = true
		}
	}
	if len(branches) > maxBranches {
		return explore.Low
	}
	return explore.Default
}

// unbuffers reports whether an assumption is that the channel on which op waits
// to send has an unknown size that happens to be 0. With any other there would
// be room, also where a further channel, made in the next turn, may have none.
func unbuffers(a explore.Assumption, op *explore.Blocked) bool {
	return a.Kind == prog.AssumeZero && a.Symbol < 0 && op.Op == prog.OpSend &&
		slices.ContainsFunc(op.On, func(obj explore.Object) bool { return obj.Made == a.Site })
}

// endsTest reports whether an assumption is that a branch leads to t.Fatal or a
// helper of it. A select that takes its timer case and then ends the test is
// no such branch.
func endsTest(u *skeleton.Unit, a explore.Assumption) bool {
	br, ok := source(u, a.Site).(*ssa.If)
	return ok && a.Outcome < len(br.Block().Succs) && u.Index.EndsGoroutine(br.Block().Succs[a.Outcome])
}

// isNilOutcome reports whether the assumption is that an error is nil.
func isNilOutcome(u *skeleton.Unit, a explore.Assumption) bool {
	in := u.Prog.Funcs[a.Site.Func].Code[a.Site.Instr]
	cond, ok := source(u, a.Site).(*ssa.If)
	if !ok || in.Op != prog.OpIf {
		return false
	}
	cmp, ok := cond.Cond.(*ssa.BinOp)
	if !ok {
		return false
	}
	return (cmp.Op.String() == "==") == (a.Outcome == 0)
}

// guards reports whether the branch stands on the way to the blocked operation
// or to the start of its goroutine: such a branch separates nobody from a
// partner.
func guards(u *skeleton.Unit, branch explore.Site, op *explore.Blocked) bool {
	from := source(u, branch)
	if from == nil {
		return false
	}
	ways := append([]explore.Site{op.At, op.Launch}, op.Stack...)
	for _, obj := range op.On {
		ways = append(ways, obj.Made)
	}
	for _, site := range ways {
		to := source(u, site)
		if to != nil && to.Parent() == from.Parent() && from.Block() != to.Block() && from.Block().Dominates(to.Block()) {
			return true
		}
	}
	return false
}

// source returns the instruction of the package that a site stands for, nil if
// it stands for none.
func source(u *skeleton.Unit, s explore.Site) ssa.Instruction {
	if int(s.Func) < 0 || int(s.Func) >= len(u.Source) || s.Instr < 0 || s.Instr >= len(u.Source[s.Func]) {
		return nil
	}
	return u.Source[s.Func][s.Instr]
}

// reported translates a confidence.
func reported(c explore.Confidence) report.Confidence {
	if c == explore.Low {
		return report.Low
	}
	return report.Default
}
