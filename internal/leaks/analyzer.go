package leaks

import (
	"flag"
	"reflect"

	"golang.org/x/tools/go/analysis"

	"github.com/leaklint/leaklint/internal/summary"
)

// Analyzer finds the goroutines of a package that can block for ever. It
// reports nothing itself; the passes read its Result.
var Analyzer = newAnalyzer(new(settings))

// settings are the flags of the analyzer.
type settings struct {
	all     bool // also find what no pass reports
	ledger  bool // keep a verdict for every blocking operation in a goroutine body
	program bool // keep the text form of every root's program
}

// newAnalyzer returns the analyzer with settings, and flags, of its own.
func newAnalyzer(set *settings) *analysis.Analyzer {
	a := &analysis.Analyzer{
		Name:       "leaklintleaks",
		Doc:        "explore which goroutines can block for ever\n\nIt reports nothing itself; the leaklint passes require it.",
		Requires:   []*analysis.Analyzer{summary.Analyzer},
		ResultType: reflect.TypeFor[*Result](),
	}
	a.Flags.Init("leaklintleaks", flag.ContinueOnError)
	a.Flags.BoolVar(&set.all, "all", set.all, "also find what no pass reports")
	a.Flags.BoolVar(&set.ledger, "ledger", false, "keep a verdict for every blocking operation in a goroutine body")
	a.Flags.BoolVar(&set.program, "program", false, "keep the text form of every root's program")
	a.Run = func(pass *analysis.Pass) (any, error) { return set.run(pass), nil }
	return a
}

// run explores one package. A failure of ours costs the leaks of a root, or of a
// part of the package, and not the package: the passes that ask for the result
// report it.
func (set *settings) run(pass *analysis.Pass) *Result {
	sum := pass.ResultOf[summary.Analyzer].(*summary.Result)
	res := &Result{}
	r := newRunner(set, pass, res)
	r.try("", func() {
		if sum.SSA.Matters() {
			r.run(sum)
		}
	})
	return res
}
