package leaks

import (
	"fmt"
	"go/ast"
	"go/token"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/explore"
	"github.com/leaklint/leaklint/internal/explore/prog"
	"github.com/leaklint/leaklint/internal/report"
	"github.com/leaklint/leaklint/internal/site"
	"github.com/leaklint/leaklint/internal/skeleton"
)

// A teller turns witnesses into words.
type teller struct {
	files []*ast.File
	u     *skeleton.Unit
}

// trail returns the steps of a witness that a reader needs: what was made,
// who was started, what synchronised, who left, and who stays.
func (t *teller) trail(l *explore.Leak, leak *Leak) []report.Step {
	var steps []report.Step
	if leak.Made.IsValid() {
		steps = append(steps, report.Step{Pos: leak.Made, Role: report.Made, Text: t.madeText(leak)})
	}
	launch := map[int]token.Pos{}
	assumes := "" // what was assumed since the last step that is shown
	said := told{}
	for _, s := range l.Witness.Steps {
		if s.Assumed >= 0 && s.Assumed < len(l.Witness.Assumptions) {
			if text := said.add(t, l.Witness.Assumptions[s.Assumed]); text != "" {
				assumes = join(assumes, text)
			}
		}
		step := report.Step{Pos: t.pos(s.Site), Goroutine: launch[s.Goroutine], Assumes: assumes}
		switch s.Kind {
		case explore.StepStart:
			launch[s.Other] = step.Pos
			step.Role, step.Text = report.Started, "starts a goroutine"
		case explore.StepReturn:
			step.Role, step.Text = report.Left, t.leftText(s)
		case explore.StepBlocked:
			step.Role, step.Text = report.Blocks, t.doing(s)
			if s.Goroutine != l.Op.Goroutine {
				step.Role = report.Victim
			}
		case explore.StepDo:
			if s.Phrase == "" {
				continue // nothing to tell
			}
			step.Role, step.Text = report.Runs, t.doing(s)
		default:
			continue // an assumption: told with the next step
		}
		if !step.Pos.IsValid() {
			continue // done by nobody who can be pointed at
		}
		assumes = ""
		steps = append(steps, step)
	}
	return t.closed(steps, l, leak)
}

// closed adds what the witness leaves out: the blocked step, if it ends before
// it, and the victims.
func (t *teller) closed(steps []report.Step, l *explore.Leak, leak *Leak) []report.Step {
	found := false
	for i, s := range steps {
		if s.Role == report.Blocks {
			found = true
			steps[i].Pos, steps[i].End = leak.Pos, leak.End
			steps[i].Goroutine = leak.Launch
		}
	}
	if !found {
		steps = append(steps, report.Step{Pos: leak.Pos, End: leak.End, Role: report.Blocks, Goroutine: leak.Launch, Text: "blocks for ever"})
	}
	for _, v := range leak.Victims {
		if v.Pos.IsValid() {
			steps = append(steps, report.Step{Pos: v.Pos, Role: report.Victim, Goroutine: v.Launch, Text: "waits for it"})
		}
	}
	return t.startedAll(steps)
}

// startedAll sees to it that every goroutine that a step names is started by
// one before it.
func (t *teller) startedAll(steps []report.Step) []report.Step {
	started := map[token.Pos]bool{token.NoPos: true}
	for _, s := range steps {
		if s.Role == report.Started {
			started[s.Pos] = true
		}
	}
	var all []report.Step
	for _, s := range steps {
		if !started[s.Goroutine] {
			started[s.Goroutine] = true
			all = append(all, report.Step{Pos: s.Goroutine, Role: report.Started, Text: "starts a goroutine"})
		}
		all = append(all, s)
	}
	return all
}

// madeText says what the primitive is.
func (t *teller) madeText(leak *Leak) string {
	name := leak.Name
	if name == "" {
		name = "it"
	}
	switch {
	case leak.Primitive == Context:
		return "the context is made"
	case leak.Primitive == TimerChan:
		return "the timer is made"
	case leak.Primitive != Chan:
		return name + " is made"
	case leak.Cap == 0:
		return name + " is made, unbuffered"
	case leak.Cap > 0:
		return fmt.Sprintf("%s is made, with room for %d", name, leak.Cap)
	}
	return name + " is made"
}

// leftText says who returned.
func (t *teller) leftText(s explore.Step) string {
	if s.Goroutine == 0 {
		return funcName(t.u.Root) + " returns"
	}
	if int(s.Site.Func) < len(t.u.Funcs) && t.u.Funcs[s.Site.Func] != nil {
		return funcName(t.u.Funcs[s.Site.Func]) + " returns"
	}
	return "the goroutine ends"
}

// funcName names a function for a reader.
func funcName(fn *ssa.Function) string {
	if fn.Parent() != nil {
		return "the function literal"
	}
	return fn.Name()
}

// doing says what a step does, from its phrase.
func (t *teller) doing(s explore.Step) string {
	text := s.Phrase
	for _, w := range [][2]string{{"sending", "sends"}, {"receiving", "receives"}, {"waiting", "waits"}, {"locking", "locks"}, {"writing", "writes"}, {"reading", "reads"}} {
		if rest, ok := strings.CutPrefix(text, w[0]); ok {
			return w[1] + rest
		}
	}
	if text == "" {
		return "blocks for ever"
	}
	return text
}

// join adds a clause.
func join(a, b string) string {
	if a == "" {
		return b
	}
	return a + " and " + b
}

// told holds what a witness has been said to assume.
type told map[string]bool

// add says what the environment is taken to have done. What it was asked about
// may have changed since the opposite was assumed: then that comes later.
func (said told) add(t *teller, a explore.Assumption) string {
	text := t.assumed(a)
	if a.Symbol >= 0 || a.Outcome > 1 {
		return text
	}
	other := a
	other.Outcome = 1 - a.Outcome
	again := said[t.assumed(other)]
	said[text] = true
	if again && text != "" && t.assumed(other) != text {
		return "later " + text
	}
	return text
}

// assumed says what the environment is taken to have done.
func (t *teller) assumed(a explore.Assumption) string {
	sym := "the unknown size"
	if int(a.Symbol) >= 0 && int(a.Symbol) < len(t.u.Symbols) {
		sym = t.u.Symbols[a.Symbol]
	} else if a.Kind == prog.AssumeZero {
		sym = "the size"
	}
	switch a.Kind {
	case prog.AssumeError, prog.AssumeUnknown, prog.AssumeLeave, prog.AssumeLoopEnds, prog.AssumeCaller, prog.AssumeLost:
		return t.branch(a)
	case prog.AssumeCtxEnds:
		return "the context ends first"
	case prog.AssumeTimer:
		return "the timer fires first"
	case prog.AssumeZero:
		return sym + " is 0"
	case prog.AssumeOne:
		return sym + " is 1"
	case prog.AssumeMany:
		return sym + " is at least 2"
	case prog.AssumeDiffer:
		return sym + " differs from other counts"
	case prog.AssumeNotThere, prog.AssumeNotThereLow:
		return "the other side is not there yet"
	case prog.AssumePanic:
		return "a call panics"
	case prog.AssumeTestFatal, prog.AssumeTestTimeout:
		return "the test fails"
	}
	return ""
}

// branch says which way a branch goes.
func (t *teller) branch(a explore.Assumption) string {
	br, ok := source(t.u, a.Site).(*ssa.If)
	if !ok || a.Outcome > 1 {
		return ""
	}
	if a.Kind == prog.AssumeError {
		phrase := t.u.Prog.Funcs[a.Site.Func].Code[a.Site.Instr].Phrase
		if isNilOutcome(t.u, a) {
			phrase = strings.Replace(phrase, "an error", "no error", 1)
		}
		return phrase
	}
	text := ""
	switch cond := br.Cond.(type) {
	case *ssa.Parameter, *ssa.FreeVar:
		text = cond.Name()
	default:
		if cond.Pos().IsValid() {
			return outcome(innermost(t.files, cond.Pos()), a.Outcome == 0)
		}
	}
	if text == "" {
		return ""
	}
	return fmt.Sprintf("%s is %t", text, a.Outcome == 0)
}

// negated maps a comparison to its opposite.
var negated = map[token.Token]token.Token{token.EQL: token.NEQ, token.NEQ: token.EQL, token.LSS: token.GEQ, token.GEQ: token.LSS, token.GTR: token.LEQ, token.LEQ: token.GTR}

// outcome says that a condition holds, or that it does not.
func outcome(n ast.Node, holds bool) string {
	e, ok := n.(ast.Expr)
	if !ok {
		return ""
	}
	if cmp, ok := e.(*ast.BinaryExpr); ok && negated[cmp.Op] != token.ILLEGAL {
		op := cmp.Op
		if !holds {
			op = negated[op]
		}
		return exprText(cmp.X) + " " + op.String() + " " + exprText(cmp.Y)
	}
	return fmt.Sprintf("%s is %t", exprText(e), holds)
}

// innermost returns the smallest node around a position.
func innermost(files []*ast.File, pos token.Pos) ast.Node {
	if path := site.Enclosing(files, pos); len(path) > 0 {
		return path[0]
	}
	return nil
}

// pos returns the source position of a site.
func (t *teller) pos(s explore.Site) token.Pos {
	if s.Pos != 0 {
		return token.Pos(s.Pos)
	}
	if in := source(t.u, s); in != nil {
		return in.Pos()
	}
	return token.NoPos
}
