package leaks

import (
	"fmt"
	"go/token"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/explore"
	"github.com/leaklint/leaklint/internal/explore/prog"
	"github.com/leaklint/leaklint/internal/report"
	"github.com/leaklint/leaklint/internal/skeleton"
)

// assumptionKinds maps the machine's assumptions to the rows of the table.
var assumptionKinds = map[prog.Assume]AssumptionKind{
	prog.AssumeUnknown: EitherOutcome, prog.AssumeError: EitherOutcome, prog.AssumeLeave: EitherOutcome,
	prog.AssumeCtxEnds: CtxEnds, prog.AssumeTimer: CtxEnds, prog.AssumeOne: CountPositive, prog.AssumeMany: CountPositive,
	prog.AssumeZero: CountZero, prog.AssumeDiffer: CountsDiffer, prog.AssumeNotThere: PartnerLate,
	prog.AssumeNotThereLow: PartnerLate, prog.AssumeLoopEnds: LoopEnds, prog.AssumePanic: CallPanics,
	prog.AssumeLost: ValueLost, prog.AssumeEnvDelivers: ManyItems,
}

// assumptions returns what a witness takes for granted.
func (r *runner) assumptions(u *skeleton.Unit, w *explore.Witness) []Assumption {
	var as []Assumption
	for _, a := range w.Assumptions {
		if a.Kind == prog.AssumeNone || a.Kind == prog.AssumeCaller {
			continue
		}
		kind, ok := assumptionKinds[a.Kind]
		if !ok {
			kind = OtherAssumption
		}
		as = append(as, Assumption{Kind: kind, Pos: token.Pos(a.Site.Pos), Text: r.assumed(u, a)})
	}
	return as
}

// assumed says in words what one assumption is.
func (r *runner) assumed(u *skeleton.Unit, a explore.Assumption) string {
	switch a.Kind {
	case prog.AssumeCtxEnds:
		return "the context is done first"
	case prog.AssumeTimer:
		return "the timer fires first"
	case prog.AssumeZero, prog.AssumeOne, prog.AssumeMany:
		return symbolText(u, a)
	case prog.AssumeDiffer:
		return "two counts differ"
	case prog.AssumeNotThere, prog.AssumeNotThereLow:
		return "the other side is not there yet"
	case prog.AssumeLost:
		return "a value that the analysis does not keep decides"
	case prog.AssumeTryFails:
		return "the lock is taken by somebody else"
	case prog.AssumeEnvOperates, prog.AssumeEnvFills, prog.AssumeEnvTakes, prog.AssumeEnvDelivers, prog.AssumeEnvCloses:
		return "the caller's side acts first"
	}
	if f, ok := branchOf(source(u, a.Site)); ok {
		return r.text.condition(f, a.Outcome == 0)
	}
	return "it goes this way"
}

// branchOf returns the branch that an instruction is.
func branchOf(instr ssa.Instruction) (*ssa.If, bool) {
	f, ok := instr.(*ssa.If)
	return f, ok
}

// symbolText says which value a count has.
func symbolText(u *skeleton.Unit, a explore.Assumption) string {
	name := "the count"
	if int(a.Symbol) < len(u.Symbols) && u.Symbols[a.Symbol] != "" {
		name = u.Symbols[a.Symbol]
	}
	switch a.Kind {
	case prog.AssumeZero:
		return name + " is 0"
	case prog.AssumeOne:
		return name + " is 1"
	}
	return fmt.Sprintf("%s is %d or more", name, max(a.Outcome, 2))
}

// trail returns the steps of a witness that a reader needs: where the
// primitive is made, which goroutines start and end, what is assumed, and
// where the goroutine stays.
func (r *runner) trail(u *skeleton.Unit, l *explore.Leak, leak *Leak) []report.Step {
	t := &trailer{r: r, u: u, w: &l.Witness, launch: map[int]token.Pos{}}
	if leak.Made.IsValid() {
		pos, end := r.text.span(leak.Made)
		t.steps = append(t.steps, report.Step{Pos: pos, End: end, Role: report.Made, Text: madeText(leak)})
	}
	for _, s := range l.Witness.Steps {
		t.add(s)
	}
	t.blocked(leak)
	return t.steps
}

// madeText says what was made.
func madeText(l *Leak) string {
	switch l.Primitive {
	case Chan:
		if l.Cap > 0 {
			return fmt.Sprintf("the channel has room for %d", l.Cap)
		}
		return "the channel"
	case Context:
		return "the context"
	case TimerChan:
		return "the timer"
	}
	return "it"
}

// A trailer turns the steps of a witness into those of a trail.
type trailer struct {
	r      *runner
	u      *skeleton.Unit
	w      *explore.Witness
	launch map[int]token.Pos // go statement by goroutine
	steps  []report.Step
}

// add appends one step of a witness if it is worth reading.
func (t *trailer) add(s explore.Step) {
	pos := token.Pos(s.Site.Pos)
	if instr := source(t.u, s.Site); !pos.IsValid() && instr != nil {
		pos = instr.Pos()
	}
	assumes := ""
	if s.Assumed >= 0 && s.Assumed < len(t.w.Assumptions) {
		assumes = t.r.assumed(t.u, t.w.Assumptions[s.Assumed])
	}
	step := report.Step{Goroutine: t.launch[s.Goroutine], Assumes: assumes}
	switch s.Kind {
	case explore.StepStart:
		t.launch[s.Other] = pos
		step.Role, step.Text = report.Started, "a goroutine"
	case explore.StepReturn:
		if s.Goroutine != 0 && s.Goroutine < 0 {
			return
		}
		step.Role, step.Text = report.Left, "returns"
	case explore.StepAssume:
		step.Role, step.Text = report.Runs, "goes on"
	case explore.StepDo:
		if assumes == "" {
			return
		}
		step.Role, step.Text = report.Runs, strings.TrimSpace(s.Phrase)
	case explore.StepBlocked:
		return
	}
	if !pos.IsValid() {
		return
	}
	step.Pos, step.End = t.r.text.span(pos)
	t.steps = append(t.steps, step)
}

// blocked appends the step in which the goroutine stays.
func (t *trailer) blocked(l *Leak) {
	t.steps = append(t.steps, report.Step{Pos: l.Pos, End: l.End, Role: report.Blocks, Goroutine: l.Launch, Text: blockText(l)})
}

// blockText says what the goroutine does for ever.
func blockText(l *Leak) string {
	name := l.Name
	if name == "" {
		name = "it"
	}
	switch l.Op {
	case Send:
		return "sending on " + name
	case Recv, Range:
		return "receiving from " + name
	case Select:
		return "in a select none of whose cases can proceed"
	case Forever:
		return "in select {}"
	case Wait, CondWait:
		return "waiting in " + name
	case Lock, RLock:
		return "locking in " + name
	case CtxDone:
		return "waiting for the end of a context"
	case Timer:
		return "receiving from a timer"
	}
	return "waiting for a Once"
}
