package leaks

import (
	"cmp"
	"errors"
	"go/token"
	"go/types"
	"math"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/explore"
	"github.com/leaklint/leaklint/internal/explore/prog"
	"github.com/leaklint/leaklint/internal/explore/slice"
	"github.com/leaklint/leaklint/internal/report"
	"github.com/leaklint/leaklint/internal/skeleton"
	"github.com/leaklint/leaklint/internal/summary"
	"github.com/leaklint/leaklint/internal/visible"
)

const (
	statesPerRoot  = 5_000
	statesPerPack  = 20_000
	statesPerInstr = 1
	codePerPackage = 4       // times the code of a package that the programs of its roots may have together
	leastCode      = 100_000 // instructions, the same for a small package
	leastStates    = 250     // what a root gets even if the package has used up its share
	plainProgram   = 200     // instructions of a program that gets all states of a root
	askingAll      = 4       // times the shares of a package where all operations are asked about: several times as many roots
)

// A runner explores the roots of one package.
type runner struct {
	set     *settings
	pass    *analysis.Pass
	res     *Result
	ix      *skeleton.Index
	best    map[token.Pos]*Leak // by blocked operation
	seen    map[token.Pos]*opState
	view    *visible.Package
	units   []*skeleton.Unit
	skipped []RootStat      // roots that were not compiled
	spare   int             // states for what is explored instead of roots that are too much
	runs    []*exploration  // of the present part
	check   *Check          // what is asked for instead of findings, nil for findings
	edited  []*ssa.Function // for check
}

// A sliced is a unit with what matters of its program, nil if that failed, and how
// many instructions that has.
type sliced struct {
	*skeleton.Unit
	prog *prog.Program
	size int
}

// newSliced returns a unit with its slice.
func (r *runner) newSliced(u *skeleton.Unit) *sliced {
	s := &sliced{Unit: u}
	r.try(r.partOf(u.Root), func() { s.prog, s.size = slice.Of(u.Prog) })
	return s
}

// newRunner prepares the exploration of a package.
func newRunner(set *settings, pass *analysis.Pass, res *Result) *runner {
	return &runner{set: set, pass: pass, res: res, best: map[token.Pos]*Leak{}, seen: map[token.Pos]*opState{}, view: visible.New(pass)}
}

// run explores the package, and then its tests: code in tests is never a
// partner or a caller for code outside them, so that a package has the same
// findings with and without them (docs/design.md section 7.3).
func (r *runner) run(sum *summary.Result) {
	plain, tests := r.split(sum.SSA.Funcs())
	all := append(slices.Clone(plain), tests...)
	once := skeleton.UsesOnce(all)
	if r.worthwhile(plain, once) {
		r.try("", func() { r.part(skeleton.NewIndex(sum.SSA.SSA(), plain, sum.Func), false) })
	}
	if r.worthwhile(tests, once) {
		r.try("the tests", func() { r.part(skeleton.NewIndex(sum.SSA.SSA(), all, sum.Func), true) })
	}
	r.collect()
}

// try does a part of the work. A panic of ours costs that part only, and is
// reported.
func (r *runner) try(part string, do func()) (ok bool) {
	err := report.Catch(func() error { do(); return nil })
	if err != nil {
		r.fail(part, err)
	}
	return err == nil
}

// fail notes an internal error that costs a part of the package. What costs one
// root costs others for the same cause: that is told once.
func (r *runner) fail(part string, err error) {
	same := func(f error) bool { return f.(*report.Failure).Cause == err.Error() }
	if !slices.ContainsFunc(r.res.failures, same) {
		r.res.failures = append(r.res.failures,
			&report.Failure{Analyzer: r.pass.Analyzer.Name, Package: r.pass.Pkg.Path(), Part: part, Cause: err.Error()})
	}
}

// partOf names a root for an error.
func (r *runner) partOf(root *ssa.Function) string {
	return "function " + root.RelString(r.pass.Pkg)
}

// worthwhile reports whether the functions of a part hold an operation that may
// be asked about; once tells whether there is a Once under which it may run.
// The look costs far less than an index.
func (r *runner) worthwhile(fns []*ssa.Function, once bool) bool {
	all := r.set.all || r.set.ledger
	return skeleton.AnyOp(fns, func(op *skeleton.Op) bool {
		return op.Waits() && (all || once || op.Sends() || op.AwaitsEnd())
	})
}

// split separates the functions of tests from the others.
func (r *runner) split(fns []*ssa.Function) (plain, tests []*ssa.Function) {
	for _, fn := range fns {
		if r.inTest(fn.Pos()) {
			tests = append(tests, fn)
		} else {
			plain = append(plain, fn)
		}
	}
	return plain, tests
}

// unseen reports whether a file that the build leaves out, or code that is not
// Go, may use the object by its name (docs/design.md section 7.3).
func (r *runner) unseen(obj types.Object) bool {
	if v, ok := obj.(*types.Var); ok && v.IsField() {
		return r.view.MentionedField(v.Name())
	}
	return r.view.Mentioned(obj.Name())
}

// inTest reports whether a position lies in a test file.
func (r *runner) inTest(pos token.Pos) bool {
	f := r.pass.Fset.File(pos)
	return f != nil && strings.HasSuffix(f.Name(), "_test.go")
}

// part compiles the roots of the package or of its tests, explores the small
// ones first, and keeps what lies in that part.
func (r *runner) part(ix *skeleton.Index, tests bool) {
	r.ix, r.units, r.runs, r.skipped = ix, nil, nil, nil
	r.spare = (statesPerPack + ix.Size()*statesPerInstr) * r.scale()
	ix.Unseen = r.unseen
	left := max(ix.Size()*codePerPackage, leastCode) * r.scale()
	for _, root := range r.roots(ix, tests) {
		if left < 0 {
			r.skipped = append(r.skipped, RootStat{Func: root, Dropped: overPackage})
			continue
		}
		unit, dropped := r.compile(root, ix.Compile)
		if unit == nil {
			r.skipped = append(r.skipped, RootStat{Func: root, Dropped: dropped})
			continue
		}
		left -= unit.Instrs
		r.units = append(r.units, unit)
	}
	r.explore()
	for _, e := range r.runs {
		r.try(r.partOf(e.unit.Root), func() {
			r.checked(e)
			for i := range e.res.Leaks {
				r.add(e, &e.res.Leaks[i])
			}
		})
	}
	r.unanswered(tests)
	r.ledger(tests)
	r.ix, r.units, r.runs = nil, nil, nil // the next part has an index of its own
}

// compile compiles a root, or says why it is dropped.
func (r *runner) compile(root *ssa.Function, by func(*ssa.Function) (*skeleton.Unit, error)) (u *skeleton.Unit, dropped string) {
	err := report.Catch(func() (err error) {
		u, err = by(root)
		return err
	})
	if err == nil {
		return u, ""
	}
	if _, tooMuch := errors.AsType[*skeleton.Error](err); !tooMuch {
		r.fail(r.partOf(root), err)
	}
	return nil, err.Error()
}

// roots returns the roots of the package or of its tests, those with the fewest
// functions in reach first.
func (r *runner) roots(ix *skeleton.Index, tests bool) []*ssa.Function {
	var roots []*ssa.Function
	scope := map[*ssa.Function]int{}
	for _, fn := range ix.Roots(r.asks(tests)) {
		if r.inTest(fn.Pos()) == tests && r.concerns(fn) {
			roots = append(roots, fn)
			scope[fn] = ix.Scope(fn)
		}
	}
	slices.SortStableFunc(roots, func(a, b *ssa.Function) int { return cmp.Compare(scope[a], scope[b]) })
	return roots
}

// asks returns which operations are asked about: those in the part of the
// package that is looked at which some pass reports when they block for ever, or
// all, or for the ledger all that have a line there: those that a goroutine may
// come to.
func (r *runner) asks(tests bool) func(*skeleton.Op) bool {
	return func(op *skeleton.Op) bool {
		if !op.Waits() || r.inTest(op.Func.Pos()) != tests {
			return false
		}
		return r.set.all || r.set.ledger && r.ix.InGoroutine(op.Func) ||
			op.Sends() || op.AwaitsEnd() || r.ix.MayRunUnderOnce(op.Func)
	}
}

// scale returns by how much the shares of a package are larger than usual.
func (r *runner) scale() int {
	if r.set.all || r.set.ledger {
		return askingAll
	}
	return 1
}

// explore runs the machine on every unit, the smallest first, within the
// budget of the package (docs/design.md section 8.3).
func (r *runner) explore() {
	order := make([]*sliced, len(r.units))
	left := statesPerPack * r.scale()
	for i, u := range r.units {
		order[i] = r.newSliced(u)
		left += order[i].size * statesPerInstr
	}
	slices.SortStableFunc(order, func(a, b *sliced) int { return cmp.Compare(a.size, b.size) })
	stats, below := map[*ssa.Function]RootStat{}, map[*ssa.Function]RootStat{}
	for i, u := range order {
		order[i] = nil // its slice is not needed any more
		share := max(left/(len(order)-i)*4, leastStates)
		stat := r.exploreUnit(u, min(share, affordable(u.size)))
		left = max(left-stat.States, 0)
		stats[u.Root] = stat
	}
	for _, stat := range r.skipped {
		stats[stat.Func] = stat
	}
	for _, u := range r.units {
		r.settle(stats[u.Root], stats, below)
	}
	for _, stat := range r.skipped {
		r.settle(stat, stats, below)
	}
}

// overPackage says why a root was not compiled.
const overPackage = "over the budget of the package"

// settle files what became of a root, after another try if it was too much.
func (r *runner) settle(stat RootStat, done, below map[*ssa.Function]RootStat) {
	if stat.Dropped != "" && r.narrow(stat.Func, done, below) {
		stat.Dropped, stat.Near = "", true
	}
	r.res.Roots = append(r.res.Roots, stat)
}

// narrow explores, for a root that was too much, the functions in which what it
// judges is made, and reports whether that did for the root.
func (r *runner) narrow(root *ssa.Function, done, below map[*ssa.Function]RootStat) bool {
	fns := r.ix.Makers(root)
	all := len(fns) > 0
	for _, fn := range fns {
		stat, ok := below[fn]
		if !ok {
			stat, ok = done[fn]
			if !ok || stat.Dropped != "" {
				stat = r.exploreLess(fn, !ok)
			}
			below[fn] = stat
		}
		all = all && stat.Dropped == ""
	}
	return all
}

// nearest are the depths to which a function is looked at that is too much.
var nearest = []int{2, 1, 0}

// exploreLess compiles and explores a function below a root, as it is unless
// that has been done, or else only what lies near it.
func (r *runner) exploreLess(fn *ssa.Function, whole bool) (stat RootStat) {
	stat.Dropped = "over budget"
	if whole {
		stat = r.exploreOther(r.compile(fn, r.ix.Compile))
	}
	for _, depth := range nearest {
		if stat.Dropped == "" {
			break
		}
		near := func(fn *ssa.Function) (*skeleton.Unit, error) { return r.ix.CompileNear(fn, depth) }
		stat = r.exploreOther(r.compile(fn, near))
	}
	return stat
}

// exploreOther explores what has been compiled beside the roots.
func (r *runner) exploreOther(unit *skeleton.Unit, dropped string) RootStat {
	if unit == nil {
		return RootStat{Dropped: dropped}
	}
	if r.spare <= 0 {
		return RootStat{Dropped: overPackage}
	}
	u := r.newSliced(unit)
	stat := r.exploreUnit(u, affordable(u.size))
	r.spare -= stat.States
	return stat
}

// affordable returns the number of states that a root with so many instructions
// may have: a state of a large program costs more, and is less likely to end
// the exploration.
func affordable(instrs int) int {
	if instrs <= plainProgram {
		return statesPerRoot
	}
	r := float64(plainProgram) / float64(instrs)
	return max(int(statesPerRoot*r*math.Sqrt(r)), leastStates/5)
}

// exploreUnit runs the machine on one program.
func (r *runner) exploreUnit(u *sliced, states int) (stat RootStat) {
	stat = RootStat{Func: u.Root, Instrs: u.size}
	switch {
	case u.prog == nil:
		stat.Dropped = ours
		return stat
	case u.size == 0:
		return stat // nothing can wait
	}
	if r.set.program {
		stat.Program = r.programText(u.prog)
	}
	if !r.try(r.partOf(u.Root), func() { r.runMachine(u, states, &stat) }) {
		stat.Dropped = ours
	}
	return stat
}

// ours says why a root was dropped that made us fail: Result.Failures has more.
const ours = "internal error"

// runMachine is exploreUnit without a net.
func (r *runner) runMachine(u *sliced, states int, stat *RootStat) {
	res := explore.Run(u.prog, explore.Options{
		Budget:  explore.Budget{States: states},
		Ledger:  r.set.ledger,
		Project: func(at explore.Site) bool { return u.JudgesAlloc(at.Func, at.Instr) },
		Confidence: func(op *explore.Blocked, assumed []explore.Assumption) explore.Confidence {
			return confidence(u.Unit, r.inTest(u.Root.Pos()), op, assumed)
		},
	})
	stat.States = res.States
	if res.Rung == 3 {
		stat.Dropped = "over budget"
	}
	e := newExploration(u.Unit, res)
	if len(res.Leaks) == 0 && !r.set.ledger && r.check == nil {
		e.forget()
	}
	r.runs = append(r.runs, e)
}

// add files a leak, if it is the best of its operation so far.
func (r *runner) add(e *exploration, l *explore.Leak) {
	u := e.unit
	t := &teller{files: r.pass.Files, u: u}
	leak := t.convert(l)
	if !leak.Pos.IsValid() {
		return // it has no place in the source of this package
	}
	if r.refuted(u.Root, leak.Instr) {
		return
	}
	if r.inTest(u.Root.Pos()) != r.inTest(leak.Pos) {
		return // what tests do to other code is no finding there
	}
	if old := r.best[leak.Pos]; old == nil || better(&leak, old) {
		r.best[leak.Pos] = &leak
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

// collect orders the leaks by position, and leaves one for each goroutine.
func (r *runner) collect() {
	for _, l := range r.best {
		r.res.Leaks = append(r.res.Leaks, *l)
	}
	slices.SortFunc(r.res.Leaks, func(a, b Leak) int { return cmp.Compare(a.Pos, b.Pos) })
	r.res.Leaks = oneEach(r.res.Leaks)
}
