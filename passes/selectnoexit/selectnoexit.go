package selectnoexit

import (
	_ "embed"
	"fmt"
	"go/token"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/analyzerdoc"
	"github.com/leaklint/leaklint/internal/fixproof"
	"github.com/leaklint/leaklint/internal/leaks"
	"github.com/leaklint/leaklint/internal/owner"
	"github.com/leaklint/leaklint/internal/report"
	"github.com/leaklint/leaklint/internal/spawn"
	"github.com/leaklint/leaklint/internal/stay"
	"github.com/leaklint/leaklint/internal/summary"
)

//go:embed doc.go
var doc string

// Analyzer is the selectnoexit check.
var Analyzer = report.NewAnalyzer(report.Spec{
	Name:     "selectnoexit",
	Doc:      analyzerdoc.Must(doc, "selectnoexit"),
	Requires: []*analysis.Analyzer{summary.Analyzer, stay.Analyzer, leaks.Analyzer},
	Run:      run,
	Prove:    fixproof.Of(run),
})

// run reports the endless loops and watchers that this pass owns. Which loops
// are endless and which goroutines outlive their call is decided in
// internal/stay; here is only what to say of them and how to mend it.
func run(pass *analysis.Pass) ([]report.Finding, error) {
	res := pass.ResultOf[stay.Analyzer].(*stay.Result)
	var findings []report.Finding
	blocked := pass.ResultOf[leaks.Analyzer].(*leaks.Result)
	for _, l := range res.Loops {
		if l.Owner == owner.Selectnoexit && !blocked.Names(goroutine(l.Site)) {
			findings = append(findings, loopFinding(pass, res, l))
		}
	}
	named := make(map[*spawn.Site]bool)
	for _, g := range res.Given {
		if g.Site == nil || !blocked.Names(goroutine(g.Site)) {
			findings = append(findings, givenFinding(g, !named[g.Site]))
			named[g.Site] = true
		}
	}
	for _, w := range res.Watchers {
		if slices.ContainsFunc(res.Given, func(g *stay.Given) bool { return g.Site == w.Site }) {
			continue // the caller's context is one that never ends
		}
		if f, ok := watcherFinding(w); ok && !blocked.Names(goroutine(w.Site)) {
			findings = append(findings, f)
		}
	}
	return findings, nil
}

// loopFinding says that a loop has no way out.
func loopFinding(pass *analysis.Pass, res *stay.Result, l *stay.Loop) report.Finding {
	src := findSource(pass, l)
	hand := findHand(pass, res, l, src)
	f := report.Finding{
		Shape:     src.shape,
		Pos:       src.pos,
		End:       src.end,
		Goroutine: goroutine(l.Site),
	}
	switch {
	case l.Empty != nil:
		f.Confidence = report.Default // it can never proceed, be it one or many
	case l.Signals, !l.Many():
		f.Confidence = report.Low // as a rule there is one in a process
	}
	f.Message = fmt.Sprintf("%s: %s", src.what, leftBehind(l.Launch))
	if reason := hand.reason(); reason != "" {
		f.Message += "; " + reason
	}
	f.Trail = append(f.Trail, launchSteps(l.Launch, l.Path)...)
	f.Trail = append(f.Trail, report.Step{
		Pos: src.pos, End: src.end, Role: report.Stays, Goroutine: f.Goroutine, Text: src.stays,
	})
	f.Trail = append(f.Trail, hand.steps()...)
	f.Fixes = fixes(src, hand)
	return f
}

// confidence is low where unseen code decides how often a goroutine is
// started.
func confidence(s *spawn.Site) report.Confidence {
	if s.Lifetime.Many() {
		return report.Default
	}
	return report.Low
}

// goroutine returns the position that names the goroutines of a site; none for
// handlers, which nobody starts here.
func goroutine(s *spawn.Site) token.Pos {
	if s.Instr == nil {
		return token.NoPos
	}
	return s.Pos()
}

// leftBehind says who leaves goroutines behind, and how many.
func leftBehind(l stay.Launch) string {
	switch {
	case l.Site.Kind == spawn.Handler:
		return "every request leaves a goroutine behind"
	case !l.Site.Lifetime.Many():
		return "the goroutine never ends"
	}
	return fmt.Sprintf("every call of %s leaves a goroutine behind", name(l.Site.In()))
}

// launchSteps are the steps from the launch to the loop.
func launchSteps(l stay.Launch, path []ssa.CallInstruction) []report.Step {
	var steps []report.Step
	if l.Site.Instr != nil {
		text := "one for every call of " + name(l.Site.In())
		switch {
		case l.Site.Kind == spawn.Handler:
			text = "one for every request"
		case l.Site.Lifetime == spawn.PerInstance:
			text = "one for every object, in " + name(l.Site.In())
		case !l.Site.Lifetime.Many():
			text = "in " + name(l.Site.In())
		}
		steps = append(steps, report.Step{Pos: l.Site.Pos(), Role: report.Started, Text: text})
	}
	for _, call := range path {
		if fn := call.Common().StaticCallee(); fn != nil {
			steps = append(steps, report.Step{
				Pos: call.Pos(), Role: report.Runs, Goroutine: goroutine(l.Site), Text: "calls " + name(fn),
			})
		}
	}
	return steps
}

// name returns a function as users write it: T.M for a method, the enclosing
// function for a literal.
func name(fn *ssa.Function) string {
	for fn.Parent() != nil {
		fn = fn.Parent()
	}
	if o := fn.Origin(); o != nil {
		fn = o
	}
	return spawn.Name(fn)
}

// watcherFinding says that only a context of somebody else ends a goroutine.
func watcherFinding(w *stay.Watcher) (report.Finding, bool) {
	f := report.Finding{
		Shape:      "watcher",
		Pos:        w.At.Pos(),
		Goroutine:  goroutine(w.Site),
		Confidence: confidence(w.Site),
	}
	stays := "waits for its context only"
	switch {
	case w.Ctx == stay.NoEnd:
		f.Message = "this context never ends: " + leftBehind(w.Launch)
		stays = "waits for a context that never ends"
	case w.Ctx == stay.KeptCtx && !w.Served:
		f.Message = fmt.Sprintf("only the end of a context that outlives the call ends this goroutine: %s until then, with its %s",
			leftBehind(w.Launch), valueName(w.Holds))
		stays = "waits for a context that outlives the call"
	case w.Ctx == stay.CallerCtx && w.Deaf != nil && w.Site.Lifetime.Many():
		f.Message = fmt.Sprintf("calling the cancel function that %s returns does not end this goroutine: it stays until its caller's context ends",
			name(w.Site.Instr.Parent()))
		stays = "waits for its caller's context, not for the one it cancels"
	case w.Ctx == stay.CallerCtx && w.Left != nil && w.Site.Lifetime.Many():
		f.Message = fmt.Sprintf("%s does not end this goroutine, as it does the other one that %s starts: it stays until its caller's context ends",
			name(w.Left.Stop), name(w.Site.In()))
		stays = "waits for its caller's context"
		f.Trail = append(f.Trail, report.Step{Pos: w.Left.Other.Pos(), Role: report.Note, Text: name(w.Left.Stop) + " ends this one"})
	case w.Ctx == stay.CallerCtx && w.Site.Lifetime.Many():
		f.Message = fmt.Sprintf("only the end of its caller's context ends this goroutine: %s until then", leftBehind(w.Launch))
		f.Confidence = report.Low
	default:
		return f, false
	}
	f.Trail = append(append(launchSteps(w.Launch, nil), report.Step{
		Pos: w.At.Pos(), Role: report.Stays, Goroutine: f.Goroutine, Text: stays,
	}), f.Trail...)
	return f, true
}

// givenFinding says that a context which never ends is given to a function whose
// goroutine only its end would end. Each caller that gives one is a leak of its
// own, but they share a go statement: only the first names it.
func givenFinding(g *stay.Given, first bool) report.Finding {
	caller := name(g.Call.Parent())
	f := report.Finding{Shape: "watcher", Pos: g.At.Pos()}
	left := fmt.Sprintf("every call of %s leaves a goroutine behind", caller)
	if !g.Lifetime.Many() {
		f.Confidence = report.Low
		left = "the goroutine never ends"
	}
	f.Message = fmt.Sprintf("this context never ends, and only its end would end a goroutine that %s starts: %s", g.To, left)
	f.Trail = []report.Step{{Pos: g.At.Pos(), Role: report.Made, Text: "the context, which never ends"}}
	if g.Site == nil || !first {
		f.Trail = append(f.Trail, report.Step{Pos: g.Call.Pos(), Role: report.Stays, Text: "a goroutine that " + g.To + " starts waits for its end"})
		return f
	}
	f.Goroutine = goroutine(g.Site)
	f.Trail = append(f.Trail,
		report.Step{Pos: g.Site.Pos(), Role: report.Started, Text: "in " + name(g.Site.In())},
		report.Step{Pos: g.Wait.Pos(), Role: report.Stays, Goroutine: f.Goroutine, Text: "waits for its end only"})
	return f
}

// valueName returns the name of a parameter or local variable, else its type.
func valueName(v ssa.Value) string {
	switch v := v.(type) {
	case *ssa.Parameter:
		return v.Name()
	case *ssa.Alloc:
		if v.Comment != "" && v.Comment != "complit" && v.Comment != "new" {
			return v.Comment
		}
	}
	return spawn.TypeName(v.Type())
}
