package noctxcancel

import (
	_ "embed"
	"go/types"
	"strings"

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
	"github.com/leaklint/leaklint/internal/vet"
	"github.com/leaklint/leaklint/internal/visible"
)

//go:embed doc.go
var doc string

// Analyzer finds release functions that some way out does not call.
var Analyzer = report.NewAnalyzer(report.Spec{
	Name:     "noctxcancel",
	Doc:      analyzerdoc.Must(doc, "noctxcancel"),
	Requires: []*analysis.Analyzer{summary.Analyzer, stay.Analyzer},
	Run:      run,
})

// run judges every release function that the package gets from a call.
func run(pass *analysis.Pass) ([]report.Finding, error) {
	sum := pass.ResultOf[summary.Analyzer].(*summary.Result)
	if !sum.SSA.Matters() {
		return nil, nil
	}
	view := visible.New(pass)
	j := &judge{
		pass:  pass,
		sum:   sum,
		stays: pass.ResultOf[stay.Analyzer].(*stay.Result),
		view:  view,
		checker: &obligation.Checker{
			Fact:         sum.Func,
			NeverReturns: sum.NeverReturns,
			MayRead: func(v *types.Var, from ssa.Instruction) bool {
				return view.MayRead(v, from.Parent().Pos())
			},
		},
	}
	var findings []report.Finding
	for _, fn := range sum.SSA.Funcs() {
		if fn.Synthetic != "" {
			continue // the package initialiser: made once for the process
		}
		for _, r := range releasesIn(fn, sum) {
			if f, ok := j.judge(r); ok {
				findings = append(findings, f)
			}
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

// A release is one call that hands out a release function.
type release struct {
	call  ssa.CallInstruction
	name  string    // what is called: "lib.WithLimit"
	of    string    // the API behind it: "context.WithTimeout"
	index int       // the result that is the release function
	value ssa.Value // it; nil if the call's result is dropped
	ctx   ssa.Value // the context (or next function) that it releases; nil if dropped or none
}

// releasesIn lists the calls in fn that hand out a release function, in block order.
func releasesIn(fn *ssa.Function, sum *summary.Result) []release {
	var list []release
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
			if r.Kind == fact.Release && !stopsTimer(r.Of) {
				list = append(list, newRelease(call, callee, r))
			}
		}
	}
	return list
}

// stopsTimer reports whether a release function stops a timer or ticker in the
// end. Those are collected without it since Go 1.23, and tickerstop knows when
// they are not.
func stopsTimer(of string) bool {
	return strings.HasPrefix(of, "time.") || strings.HasPrefix(of, "clock.")
}

// newRelease finds the values that the call's results become; those of a
// deferred call and of a go statement are dropped.
func newRelease(instr ssa.CallInstruction, callee *types.Func, r fact.ResultFact) release {
	rel := release{call: instr, name: site.NameOf(callee, instr.Parent()), of: r.Of, index: r.Index}
	call, ok := instr.(*ssa.Call)
	if !ok {
		return rel
	}
	rel.value = valueflow.Result(call, r.Index)
	if r.N >= 0 {
		rel.ctx = valueflow.Result(call, r.N)
	}
	return rel
}
