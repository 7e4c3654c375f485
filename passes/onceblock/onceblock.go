package onceblock

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/analyzerdoc"
	"github.com/leaklint/leaklint/internal/leaks"
	"github.com/leaklint/leaklint/internal/once"
	"github.com/leaklint/leaklint/internal/owner"
	"github.com/leaklint/leaklint/internal/report"
	"github.com/leaklint/leaklint/internal/stay"
	"github.com/leaklint/leaklint/internal/summary"
)

//go:embed doc.go
var doc string

// Analyzer is the onceblock check.
var Analyzer = report.NewAnalyzer(report.Spec{
	Name:     "onceblock",
	Doc:      analyzerdoc.Must(doc, "onceblock"),
	Requires: []*analysis.Analyzer{stay.Analyzer, summary.Analyzer, leaks.Analyzer},
	Run:      run,
})

// run reports the hazards that internal/once finds, and what the exploration
// shows to block for ever under a Once: a channel operation is one or the
// other, and with a witness it is certain.
func run(pass *analysis.Pass) ([]report.Finding, error) {
	res := pass.ResultOf[stay.Analyzer].(*stay.Result)
	sum := pass.ResultOf[summary.Analyzer].(*summary.Result)
	blocked := pass.ResultOf[leaks.Analyzer].(*leaks.Result).Of(owner.Onceblock)
	var findings []report.Finding
	for _, h := range once.NewFinder(res.Launches, sum.Func).Hazards() {
		f := finding(h)
		i := slices.IndexFunc(blocked, func(l leaks.Leak) bool { return l.Instr == h.Op })
		if i >= 0 && h.Kind == once.Wait && h.Low {
			witnessed(&f, h, &blocked[i])
		}
		if i >= 0 {
			blocked = slices.Delete(blocked, i, i+1)
		}
		findings = append(findings, f)
	}
	for _, l := range blocked {
		if l.Op != leaks.Once { // the second caller: the first one's wait is the finding
			findings = append(findings, unforeseen(&l))
		}
	}
	return findings, nil
}

// witnessed turns a wait that is suspicious into one that is shown: its
// confidence and its trail are those of the witness.
func witnessed(f *report.Finding, h *once.Hazard, l *leaks.Leak) {
	f.Confidence, f.Goroutine = l.Confidence, l.Launch
	f.Message = fmt.Sprintf("every caller of %s waits for %s, which can block for ever%s", h.Chain[0], h.What, l.When())
	if len(h.Chain) > 1 {
		f.Message += " (" + strings.Join(h.Chain, " → ") + ")"
	}
	f.Trail = append(slices.Clone(l.Trail), report.Step{Pos: h.Run.Outer.Pos(), Role: report.Note, Text: "every other caller waits here"})
}

// unforeseen is the finding about an operation that only the exploration shows
// to block: its partner was asked to go on, or there seemed to be an
// alternative.
func unforeseen(l *leaks.Leak) report.Finding {
	what := "this " + l.Op.String()
	if l.Name != "" {
		what = "the " + l.Op.String() + " on " + l.Name
	}
	return report.Finding{
		Shape:      shapes[once.Wait],
		Pos:        l.Pos,
		End:        l.End,
		Message:    fmt.Sprintf("%s under a Once can block for ever%s, and every other caller of the Once with it", what, l.When()),
		Trail:      l.Trail,
		Goroutine:  l.Launch,
		Confidence: l.Confidence,
	}
}

// shapes are the last parts of the check ids.
var shapes = map[once.Kind]string{
	once.Reentry: "reentry",
	once.Wait:    "wait",
	once.Network: "network",
	once.Sleep:   "sleep",
	once.Child:   "process",
	once.Drop:    "error",
}

// finding puts a hazard into words.
func finding(h *once.Hazard) report.Finding {
	f := report.Finding{Shape: shapes[h.Kind], Pos: h.At.Pos(), Message: message(h)}
	if h.Low {
		f.Confidence = report.Low
	}
	if h.Kind == once.Reentry {
		f.Trail = append(f.Trail, report.Step{Pos: h.At.Pos(), Role: report.Runs, Text: "runs the function under the Once"})
	} else {
		f.Trail = append(f.Trail, report.Step{Pos: h.Run.Outer.Pos(), Role: report.Note, Text: "every other caller waits here"})
	}
	for i, call := range h.Calls {
		f.Trail = append(f.Trail, report.Step{Pos: call.Pos(), Role: report.Runs, Text: "calls " + h.Chain[i+1]})
	}
	role, text := report.Blocks, "waits for "+h.What
	switch h.Kind {
	case once.Reentry:
		text = "waits for the Once that it runs under"
	case once.Drop:
		role, text = report.Note, "drops the error of "+h.What
	}
	f.Trail = append(f.Trail, report.Step{Pos: h.Op.Pos(), Role: role, Text: text})
	return f
}

// message says what is wrong and names the chain of calls.
func message(h *once.Hazard) string {
	chain := strings.Join(h.Chain, " → ")
	switch h.Kind {
	case once.Reentry:
		return fmt.Sprintf("%s runs itself again and waits for itself for ever (%s)", h.What, chain)
	case once.Drop:
		return fmt.Sprintf("the error of %s is dropped under a Once: if it fails, later callers get the zero value for ever", h.What)
	}
	why := "nothing bounds that"
	_, empty := h.Op.(*ssa.Select)
	switch {
	case empty:
		why = "which nothing ends"
	case h.Never && h.Kind == once.Wait:
		why = "so that nothing ends the wait"
	case h.Never:
		why = "its context never ends"
	case h.Kind == once.Sleep:
		why = "a minute or longer"
	case h.Kind == once.Wait && !h.Low:
		why = "and that is served only after Do has returned"
	}
	if len(h.Chain) == 1 {
		return fmt.Sprintf("every caller of %s waits for %s, %s", h.Chain[0], h.What, why)
	}
	return fmt.Sprintf("every caller of %s waits for %s, %s (%s)", h.Chain[0], h.What, why, chain)
}
