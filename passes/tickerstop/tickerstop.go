package tickerstop

import (
	_ "embed"
	"flag"
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/analyzerdoc"
	"github.com/leaklint/leaklint/internal/fact"
	"github.com/leaklint/leaklint/internal/obligation"
	"github.com/leaklint/leaklint/internal/report"
	"github.com/leaklint/leaklint/internal/site"
	"github.com/leaklint/leaklint/internal/stay"
	"github.com/leaklint/leaklint/internal/summary"
	"github.com/leaklint/leaklint/internal/valueflow"
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
	Requires: []*analysis.Analyzer{summary.Analyzer, stay.Analyzer},
	Run:      run,
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
	for _, fn := range sum.SSA.Funcs() {
		if fn.Synthetic != "" {
			continue // the package initialiser: made once for the process
		}
		for _, m := range madeIn(fn, sum) {
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
	return &judge{
		pass:  pass,
		sum:   sum,
		stays: stays,
		old:   oldTimers(pass, goFlag),
		checker: &obligation.Checker{
			Fact:         sum.Func,
			NeverReturns: sum.NeverReturns,
			MayRead: func(v *types.Var, from ssa.Instruction) bool {
				return view.MayRead(v, from.Parent().Pos())
			},
		},
	}
}

// A made is one call that makes a timer or ticker.
type made struct {
	call  ssa.CallInstruction
	name  string // what is called: "time.NewTicker"
	kind  fact.ResultKind
	index int
	value ssa.Value // the timer; nil if the call's result is dropped
}

// madeIn lists the calls in fn that make timers and tickers, in block order.
func madeIn(fn *ssa.Function, sum *summary.Result) []made {
	var list []made
	for call := range valueflow.Calls(fn) {
		callee := site.Callee(call)
		if callee == nil {
			continue
		}
		f, ok := sum.Func(callee)
		if !ok {
			continue
		}
		for _, r := range f.Results {
			switch r.Kind {
			case fact.FreshTicker, fact.FreshTimer, fact.FreshAfter:
				list = append(list, newMade(call, callee, r))
			}
		}
	}
	return list
}

// newMade finds the value that the call's result becomes.
func newMade(call ssa.CallInstruction, callee *types.Func, r fact.ResultFact) made {
	m := made{call: call, name: site.NameOf(callee, call.Parent()), kind: r.Kind, index: r.Index}
	if c, ok := call.(*ssa.Call); ok {
		m.value = valueflow.Result(c, r.Index)
	}
	return m
}
