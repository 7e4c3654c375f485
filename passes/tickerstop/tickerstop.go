package tickerstop

import (
	_ "embed"
	"flag"
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/analyzerdoc"
	"github.com/leaklint/leaklint/internal/fact"
	"github.com/leaklint/leaklint/internal/fixproof"
	"github.com/leaklint/leaklint/internal/leaks"
	"github.com/leaklint/leaklint/internal/obligation"
	"github.com/leaklint/leaklint/internal/report"
	"github.com/leaklint/leaklint/internal/stay"
	"github.com/leaklint/leaklint/internal/summary"
	"github.com/leaklint/leaklint/internal/visible"
)

//go:embed doc.go
var doc string

// goFlag overrides the go line of the main module.
var goFlag string

// Analyzer finds tickers and timers that nothing ends.
var Analyzer = report.NewAnalyzer(report.Spec{
	Name:     "tickerstop",
	Doc:      analyzerdoc.Must(doc, "tickerstop"),
	Requires: []*analysis.Analyzer{summary.Analyzer, stay.Analyzer, leaks.Analyzer},
	Run:      run,
	Prove:    fixproof.Of(run),
	Flags: func(f *flag.FlagSet) {
		f.StringVar(&goFlag, "go", "", "judge timers by this Go version (1.22) instead of the go line of the module")
	},
})

// run judges the goroutines that wait for a ticker only, and every ticker,
// timer and AfterFunc that the package makes.
func run(pass *analysis.Pass) ([]report.Finding, error) {
	sum := pass.ResultOf[summary.Analyzer].(*summary.Result)
	if !sum.SSA.Matters() {
		return nil, nil
	}
	j := newJudge(pass, sum, pass.ResultOf[stay.Analyzer].(*stay.Result))
	findings := j.readers()
	findings = append(findings, j.stopped(pass.ResultOf[leaks.Analyzer].(*leaks.Result), findings)...)
	for _, fn := range sum.SSA.Funcs() {
		if fn.Synthetic != "" {
			continue // the package initialiser: made once for the process
		}
		for _, m := range obligation.MadeIn(fn, sum.Func, fact.FreshTicker, fact.FreshTimer, fact.FreshAfter) {
			if f, ok := j.judge(m); ok {
				findings = append(findings, f)
			}
		}
	}
	return findings, nil
}

// newJudge prepares the questions about the package.
func newJudge(pass *analysis.Pass, sum *summary.Result, stays *stay.Result) *judge {
	view := visible.New(pass)
	j := &judge{
		pass:    pass,
		sum:     sum,
		stays:   stays,
		old:     oldTimers(pass, goFlag),
		checker: obligation.NewChecker(pass, sum, stays.Launches),
	}
	j.checker.MayRead = func(v *types.Var, from ssa.Instruction) bool {
		return j.mayStop(view, v, from)
	}
	return j
}
