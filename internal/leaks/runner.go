package leaks

import (
	"cmp"
	"fmt"
	"go/token"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/explore"
	"github.com/leaklint/leaklint/internal/skeleton"
	"github.com/leaklint/leaklint/internal/summary"
)

const (
	statesPerRoot   = 20_000
	statesPerPack   = 100_000
	statesPerInstr  = 10
	leastStates     = 500 // what a root gets even if the package has used up its share
	maxRootsExplore = 2000
)

// A runner explores the roots of one package.
type runner struct {
	set   *settings
	pass  *analysis.Pass
	res   *Result
	ix    *skeleton.Index
	text  *texts
	best  map[token.Pos]*Leak // by blocked operation
	seen  map[token.Pos]*opState
	units []*skeleton.Unit
}

// newRunner prepares the exploration of a package.
func newRunner(set *settings, pass *analysis.Pass, sum *summary.Result, res *Result) *runner {
	ix := skeleton.NewIndex(sum.SSA.SSA(), sum.SSA.Funcs())
	return &runner{set: set, pass: pass, res: res, ix: ix, text: newTexts(pass),
		best: map[token.Pos]*Leak{}, seen: map[token.Pos]*opState{}}
}

// run compiles all roots, explores the small ones first, and judges.
func (r *runner) run() {
	for _, root := range r.ix.Roots() {
		unit, err := r.ix.Compile(root)
		if err != nil {
			r.res.Roots = append(r.res.Roots, RootStat{Func: root, Dropped: err.Error()})
			continue
		}
		r.units = append(r.units, unit)
	}
	r.explore()
	r.collect()
	r.ledger()
}

// explore runs the machine on every unit, the smallest first, within the
// budget of the package (docs/design.md section 8.3).
func (r *runner) explore() {
	order := slices.Clone(r.units)
	slices.SortStableFunc(order, func(a, b *skeleton.Unit) int { return cmp.Compare(a.Instrs, b.Instrs) })
	left := statesPerPack
	for _, u := range order {
		left += u.Instrs * statesPerInstr
	}
	stats := map[*skeleton.Unit]RootStat{}
	for i, u := range order {
		share := max(left/(len(order)-i)*4, leastStates)
		stat := r.exploreUnit(u, min(share, statesPerRoot))
		left = max(left-stat.States, 0)
		stats[u] = stat
	}
	for _, u := range r.units {
		r.res.Roots = append(r.res.Roots, stats[u])
	}
}

// exploreUnit runs the machine on one program.
func (r *runner) exploreUnit(u *skeleton.Unit, states int) (stat RootStat) {
	stat = RootStat{Func: u.Root, Instrs: u.Instrs}
	if r.set.program {
		stat.Program = u.Prog.String()
	}
	defer func() {
		if p := recover(); p != nil {
			stat.Dropped = fmt.Sprintf("internal error: %v", p)
		}
	}()
	res := explore.Run(u.Prog, explore.Options{
		Budget:     explore.Budget{States: states},
		Confidence: confidence,
	})
	stat.States = res.States
	if res.Rung == 3 {
		stat.Dropped = "over budget"
	}
	r.note(u, res)
	for i := range res.Leaks {
		r.add(u, &res.Leaks[i])
	}
	return stat
}

// add files a leak, if it is the best of its operation so far.
func (r *runner) add(u *skeleton.Unit, l *explore.Leak) {
	leak := r.convert(u, l)
	if leak == nil {
		return
	}
	if old := r.best[leak.Pos]; old == nil || better(leak, old) {
		r.best[leak.Pos] = leak
	}
}

// better reports whether a's witness is better than b's: sure, with few
// assumptions, short.
func better(a, b *Leak) bool {
	return cmp.Or(
		cmp.Compare(a.Confidence, b.Confidence),
		cmp.Compare(len(a.Assumes), len(b.Assumes)),
		cmp.Compare(len(a.Trail), len(b.Trail)),
		cmp.Compare(a.Root.Pos(), b.Root.Pos()),
	) < 0
}

// collect orders the leaks by position.
func (r *runner) collect() {
	for _, l := range r.best {
		r.res.Leaks = append(r.res.Leaks, *l)
	}
	slices.SortFunc(r.res.Leaks, func(a, b Leak) int { return cmp.Compare(a.Pos, b.Pos) })
}

// source returns the SSA instruction at a site, nil if the program has it of
// its own.
func source(u *skeleton.Unit, s explore.Site) ssa.Instruction {
	if int(s.Func) >= len(u.Source) || s.Instr >= len(u.Source[s.Func]) || s.Instr < 0 {
		return nil
	}
	return u.Source[s.Func][s.Instr]
}
