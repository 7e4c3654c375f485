package unbufsend

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/leaklint/leaklint/internal/analyzerdoc"
	"github.com/leaklint/leaklint/internal/fixproof"
	"github.com/leaklint/leaklint/internal/leaks"
	"github.com/leaklint/leaklint/internal/report"
	"github.com/leaklint/leaklint/internal/summary"
)

//go:embed doc.go
var doc string

// Analyzer finds goroutines that stay blocked sending.
var Analyzer = report.NewAnalyzer(report.Spec{
	Name:     "unbufsend",
	Doc:      analyzerdoc.Must(doc, "unbufsend"),
	Requires: []*analysis.Analyzer{summary.Analyzer, leaks.Analyzer},
	Run:      run,
	Prove:    fixproof.Of(run),
})

// run reports the leaks that are sends. Whether they leak was decided by the
// exploration; here they are named and explained.
func run(pass *analysis.Pass) ([]report.Finding, error) {
	res := pass.ResultOf[leaks.Analyzer].(*leaks.Result)
	var findings []report.Finding
	for _, l := range res.Of("unbufsend") {
		findings = append(findings, report.Finding{
			Shape:      shape(&l),
			Pos:        l.Pos,
			End:        l.End,
			Message:    message(&l),
			Trail:      l.Trail,
			Goroutine:  l.Launch,
			Fixes:      fixes(pass, &l),
			Confidence: l.Confidence,
		})
	}
	return findings, nil
}

// shape returns what kind of leak it is: what a user would change first.
func shape(l *leaks.Leak) string {
	switch {
	case l.Test:
		return "test"
	case l.Primitive == leaks.NilChan:
		return "nil"
	case l.Primitive == leaks.Pipe:
		return "pipe"
	case l.Held || !partnerLeft(l) && l.Cap <= 0 && !counted(l):
		return "noreceiver"
	case assumes(l, leaks.CtxEnds):
		return "timeout"
	case counted(l):
		return "count"
	}
	return "left"
}

// assumes reports whether the witness assumes something of this kind.
func assumes(l *leaks.Leak, kind leaks.AssumptionKind) bool {
	return slices.ContainsFunc(l.Assumes, func(a leaks.Assumption) bool { return a.Kind == kind })
}

// counted reports whether the witness turns on numbers of sends and receives
// only: nothing else had to go one way.
func counted(l *leaks.Leak) bool {
	return len(l.Assumes) > 0 && !slices.ContainsFunc(l.Assumes, func(a leaks.Assumption) bool {
		return a.Kind != leaks.CountPositive && a.Kind != leaks.CountZero && a.Kind != leaks.CountsDiffer
	})
}

// partnerLeft reports whether the witness shows how somebody left.
func partnerLeft(l *leaks.Leak) bool { return leaving(l) != "" }

// leaving returns the last step of the witness at which somebody left who may
// have received, "" if nobody did: another sender of the same kind has not.
func leaving(l *leaks.Leak) string {
	left := ""
	for _, s := range slices.Backward(l.Trail) {
		if s.Role != report.Left || s.Goroutine == l.Launch && l.Launch.IsValid() {
			continue
		}
		if !s.Goroutine.IsValid() {
			return s.Text // the function that started it all says most
		}
		left = s.Text
	}
	return left
}

// message says what can block, why nobody will receive, and under which
// assumptions.
func message(l *leaks.Leak) string {
	what := "send on " + name(l, "the channel")
	receives := "receives from it"
	if l.Primitive == leaks.Pipe {
		what = "write to " + name(l, "the pipe")
		receives = "reads from it"
	}
	msg := fmt.Sprintf("the %s can block for ever: ", what)
	switch left := leaving(l); {
	case l.Primitive == leaks.NilChan:
		msg += "the channel is nil" + l.When()
	case l.Held:
		msg += "no code of this package " + receives
	case left != "":
		msg += left + l.When() + ", and nobody else " + receives
	default:
		msg += "nobody is left who " + receives + l.When()
	}
	return msg
}

// name returns the name of the primitive, or the other one without a name.
func name(l *leaks.Leak, other string) string {
	if l.Name == "" || strings.HasPrefix(l.Name, "make(") {
		return other
	}
	return l.Name
}
