package noctxcancel

import (
	_ "embed"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/analyzerdoc"
	"github.com/leaklint/leaklint/internal/fact"
	"github.com/leaklint/leaklint/internal/fixproof"
	"github.com/leaklint/leaklint/internal/leaks"
	"github.com/leaklint/leaklint/internal/obligation"
	"github.com/leaklint/leaklint/internal/owner"
	"github.com/leaklint/leaklint/internal/report"
	"github.com/leaklint/leaklint/internal/stay"
	"github.com/leaklint/leaklint/internal/summary"
	"github.com/leaklint/leaklint/internal/vet"
)

//go:embed doc.go
var doc string

// Analyzer finds release functions that some way out does not call.
var Analyzer = report.NewAnalyzer(report.Spec{
	Name:     "noctxcancel",
	Doc:      analyzerdoc.Must(doc, "noctxcancel"),
	Requires: []*analysis.Analyzer{summary.Analyzer, stay.Analyzer, leaks.Analyzer},
	Run:      run,
	Prove:    fixproof.Of(run),
})

// run judges every release function that the package gets from a call, and
// reports the goroutines that wait for a context which nobody cancels.
func run(pass *analysis.Pass) ([]report.Finding, error) {
	sum := pass.ResultOf[summary.Analyzer].(*summary.Result)
	if !sum.SSA.Matters() {
		return nil, nil
	}
	j := &judge{
		pass:    pass,
		sum:     sum,
		stays:   pass.ResultOf[stay.Analyzer].(*stay.Result),
		checker: obligation.NewChecker(pass, sum, pass.ResultOf[stay.Analyzer].(*stay.Result).Launches),
		awaited: make(map[*ssa.Parameter]bool),
	}
	var findings []report.Finding
	about := make(map[ssa.Instruction]int) // the call that makes a release function, to its finding
	for _, fn := range sum.SSA.Funcs() {
		if fn.Synthetic != "" {
			continue // the package initialiser: made once for the process
		}
		// What stops a timer is none of ours: since Go 1.23 a timer is collected.
		for _, r := range obligation.MadeIn(fn, sum.Func, fact.Release) {
			if f, ok := j.judge(r); ok {
				about[r.Call] = len(findings)
				findings = append(findings, f)
			}
		}
	}
	for _, l := range pass.ResultOf[leaks.Analyzer].(*leaks.Result).Of(owner.Noctxcancel) {
		if i, ok := about[l.MadeSite]; ok {
			keptBy(&findings[i], &l)
		} else {
			findings = append(findings, waiting(&l))
		}
	}
	if len(findings) > 0 {
		lines := vet.LostCancel(pass, sum.NeverReturns)
		for i := range findings {
			findings[i].Vet = lines.Has(findings[i].Pos)
		}
	}
	return findings, nil
}
