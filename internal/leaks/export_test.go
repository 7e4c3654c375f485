package leaks

import (
	"fmt"
	"go/token"
	"reflect"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/explore"
	"github.com/leaklint/leaklint/internal/explore/slice"
	"github.com/leaklint/leaklint/internal/skeleton"
	"github.com/leaklint/leaklint/internal/summary"
)

// Everything also finds what no pass reports.
var Everything = newAnalyzer(&settings{all: true})

// Sliced explores every root of a package twice, as it is and sliced, and
// compares what leaks.
var Sliced = &analysis.Analyzer{
	Name:       "sliced",
	Doc:        "compare slices with whole programs",
	Requires:   []*analysis.Analyzer{summary.Analyzer},
	ResultType: reflect.TypeFor[*SliceDiff](),
	Run: func(pass *analysis.Pass) (any, error) {
		d := &SliceDiff{pass: pass}
		sum := pass.ResultOf[summary.Analyzer].(*summary.Result)
		if !sum.SSA.Matters() {
			return d, nil
		}
		ix := skeleton.NewIndex(sum.SSA.SSA(), sum.SSA.Funcs(), sum.Func)
		ix.Unseen = newRunner(&settings{}, pass, &Result{}).unseen
		for _, root := range ix.Roots(nil) {
			if err := d.compare(ix, root); err != nil {
				return nil, err
			}
		}
		return d, nil
	},
}

// A SliceDiff is what comparing the slices of a package's roots with the whole
// programs gave.
type SliceDiff struct {
	pass     *analysis.Pass
	Compared int      // roots whose slice leaks and whose whole program was explored to its end
	Large    int      // roots whose slice leaks and whose whole program was too much
	Leaks    int      // found by both
	Only     []string // found only in a slice, at default confidence, one line each
}

// The states of a slice and of a whole program that are compared.
const (
	statesOfSlice = 2_000
	statesOfWhole = 20_000
)

// compare explores one root both ways. What the whole program is too large to
// tell proves nothing.
func (d *SliceDiff) compare(ix *skeleton.Index, root *ssa.Function) error {
	u, err := ix.Compile(root)
	if err != nil {
		return fmt.Errorf("%s: %w", root, err)
	}
	q, n := slice.Of(u.Prog)
	if n == 0 {
		return nil
	}
	o := explore.Options{
		Budget: explore.Budget{States: statesOfSlice},
		Confidence: func(op *explore.Blocked, assumed []explore.Assumption) explore.Confidence {
			return confidence(u, false, op, assumed)
		},
	}
	part := explore.Run(q, o)
	if part.Truncated || len(part.Leaks) == 0 {
		return nil
	}
	o.Budget.States = statesOfWhole
	whole := explore.Run(u.Prog, o)
	if whole.Truncated {
		d.Large++
		return nil
	}
	d.Compared++
	for i := range part.Leaks {
		l := &part.Leaks[i]
		both := slices.ContainsFunc(whole.Ops, func(v explore.OpVerdict) bool {
			return v.Verdict == explore.Leaks && v.Site.Func == l.Op.At.Func && v.Site.Instr == l.Op.At.Instr
		})
		switch {
		case both:
			d.Leaks++
		case l.Confidence() == explore.Default:
			d.Only = append(d.Only, fmt.Sprintf("%s: root %s", d.pass.Fset.Position(token.Pos(l.Op.Pos)), root))
		}
	}
	return nil
}
