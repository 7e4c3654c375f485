// Package fixproof answers: is the code right once this fix is made?
//
// A fix that ends one wait can begin another: a sender that stops waiting when
// ctx is done leaves a receiver that waits without that case, and a receiver
// that still counts on the value takes its absence for the end. So the edits
// are made in memory, the package is type-checked and compiled again, and the
// roots that run the edited functions are explored, asking about all
// operations. A fix stands if
//
//   - no operation stays blocked that could not before, at any confidence, and
//     the reported one does not any more;
//   - the pass that proposes it finds nothing new, and not this again: a second
//     run has nothing to fix;
//   - nobody misses what is not done any more: in a second variant of the
//     source each way out that the fix adds waits for ever instead of leaving,
//     and no receiver may come to wait for ever by that.
//
// All fixes that a pass offers for a package are proved together, as one run
// of -fix makes them. If the package is too big or does not type-check, or the
// exploration does not end, no fix is offered; the finding stays.
package fixproof

import (
	"go/token"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/leaks"
	"github.com/leaklint/leaklint/internal/report"
	"github.com/leaklint/leaklint/internal/site"
	"github.com/leaklint/leaklint/internal/summary"
)

const (
	maxSource = 2 << 20 // bytes of a package that is type-checked again
	maxTrials = 16      // variants of one package
)

// A Run is what a pass does: it finds the leaks of a package.
type Run func(*analysis.Pass) ([]report.Finding, error)

// Of returns the function of a report.Spec that keeps the fixes of run that are
// proved.
func Of(run Run) func(pass *analysis.Pass, all, shown []report.Finding) {
	return func(pass *analysis.Pass, all, shown []report.Finding) {
		p := &prover{pass: pass, run: run, all: all}
		p.keep(shown)
	}
}

// A prover proves the fixes of one pass for one package.
type prover struct {
	pass   *analysis.Pass
	run    Run
	all    []report.Finding // of the pass, hidden ones included
	before *leaks.Check     // of the functions that any fix edits
}

// keep leaves each finding the first of its fixes that is proved together with
// those of the others. What a trial shows to be wrong costs the fixes of the
// functions there; their alternatives are tried next.
func (p *prover) keep(shown []report.Finding) {
	candidates := make([][]analysis.SuggestedFix, len(shown))
	for i := range shown {
		candidates[i], shown[i].Fixes = shown[i].Fixes, nil
	}
	if !slices.ContainsFunc(candidates, func(c []analysis.SuggestedFix) bool { return len(c) > 0 }) || !p.prepare(candidates) {
		return
	}
	for range maxTrials {
		var fixes choices
		for i := range shown {
			if c := candidates[i]; len(c) > 0 && fixes.fits(c[0]) && p.sees(&shown[i]) {
				fixes = append(fixes, choice{&shown[i], c[0], i})
			}
		}
		wrong := p.wrong(fixes)
		if len(wrong) == 0 {
			for _, c := range fixes {
				c.finding.Fixes = []analysis.SuggestedFix{c.fix}
			}
			return
		}
		for _, i := range p.blamed(fixes, wrong) {
			candidates[i] = candidates[i][1:]
		}
	}
}

// prepare explores the package as it is, and reports whether fixes can be
// proved at all.
func (p *prover) prepare(candidates [][]analysis.SuggestedFix) bool {
	sum, ok := p.pass.ResultOf[summary.Analyzer].(*summary.Result)
	if !ok || !provable(p.pass) {
		return false
	}
	var edits []analysis.TextEdit
	for _, fix := range slices.Concat(candidates...) {
		edits = append(edits, fix.TextEdits...)
	}
	p.before = leaks.Recheck(p.pass, sum, func(fn *ssa.Function) bool {
		return slices.ContainsFunc(edits, func(e analysis.TextEdit) bool { return encloses(fn, e.Pos, e.End) })
	})
	return true
}

// encloses reports whether the source of fn, or of the function around it, meets
// a stretch of source.
func encloses(fn *ssa.Function, pos, end token.Pos) bool {
	for fn.Parent() != nil && fn.Parent().Syntax() != nil {
		fn = fn.Parent()
	}
	syntax := fn.Syntax()
	return syntax != nil && syntax.Pos() <= max(pos, end) && pos <= syntax.End()
}

// sees reports whether the exploration of the package as it is shows what was
// reported, where that is a blocked operation: else it would not show either
// that it is gone.
func (p *prover) sees(f *report.Finding) bool {
	if !slices.ContainsFunc(f.Trail, func(s report.Step) bool { return s.Role == report.Blocks }) {
		return true
	}
	for pos := range p.before.Stays {
		if f.Pos <= pos && pos <= f.End {
			return true
		}
	}
	return false
}

// wrong returns the places, as they were, where the package is not right with
// the fixes; none if it is.
func (p *prover) wrong(fixes choices) []token.Pos {
	v, err := newVariant(p.pass, fixes, false)
	if err != nil {
		return []token.Pos{token.NoPos}
	}
	if wrong := slices.Concat(p.left(v, fixes), p.found(v, fixes)); len(wrong) > 0 {
		return wrong
	}
	return p.missed(fixes)
}

// blamed returns the numbers of the fixes in the functions with one of the
// places; if there are none, of all.
func (p *prover) blamed(fixes choices, wrong []token.Pos) (blamed []int) {
	for _, c := range fixes {
		if slices.ContainsFunc(wrong, func(pos token.Pos) bool { return p.near(c, pos) }) {
			blamed = append(blamed, c.number)
		}
	}
	if len(blamed) == 0 {
		for _, c := range fixes {
			blamed = append(blamed, c.number)
		}
	}
	return blamed
}

// near reports whether a place lies in a declaration that the fix edits, or that
// its finding is in.
func (p *prover) near(c choice, pos token.Pos) bool {
	path := site.Enclosing(p.pass.Files, pos)
	if len(path) < 2 {
		return false
	}
	decl := path[len(path)-2]
	in := func(pos token.Pos) bool { return decl.Pos() <= pos && pos <= decl.End() }
	return in(c.finding.Pos) || slices.ContainsFunc(c.fix.TextEdits, func(e analysis.TextEdit) bool { return in(e.Pos) })
}

// left returns the operations that stay blocked and could not before, or are
// what was reported, and the roots of which the exploration does not end.
func (p *prover) left(v *variant, fixes choices) (wrong []token.Pos) {
	for _, root := range v.check.Unsure {
		old, _ := v.before(root.Pos())
		wrong = append(wrong, old)
	}
	for pos := range v.check.Stays {
		old, inserted := v.before(pos)
		if _, ok := p.before.Stays[old]; inserted || !ok || fixes.about(old) {
			wrong = append(wrong, old)
		}
	}
	return wrong
}

// found returns where the pass finds in the fixed package what it had not found
// before, or what is fixed. A goroutine that ends with its caller's context now
// may be told with low confidence: that is what the fix is for.
func (p *prover) found(v *variant, fixes choices) (wrong []token.Pos) {
	findings, err := p.run(v.pass)
	if err != nil {
		return []token.Pos{token.NoPos}
	}
	for _, f := range findings {
		old, inserted := v.before(f.Pos)
		known := slices.ContainsFunc(p.all, func(f report.Finding) bool { return f.Pos == old })
		if f.Confidence == report.Low && len(f.Fixes) == 0 && !fixes.of(old, f.Shape) {
			continue
		}
		if inserted || !known || fixes.about(old) {
			wrong = append(wrong, old)
		}
	}
	return wrong
}

// missed returns the receivers that wait for what a goroutine does not do any
// more once it has taken a way out that the fixes add.
func (p *prover) missed(fixes choices) (wrong []token.Pos) {
	v, err := newVariant(p.pass, fixes, true)
	if err != nil {
		return []token.Pos{token.NoPos}
	}
	if !v.silenced {
		return nil // no fix adds a way out
	}
	for _, root := range v.check.Unsure {
		old, _ := v.before(root.Pos())
		wrong = append(wrong, old)
	}
	for pos, op := range v.check.Stays {
		old, inserted := v.before(pos)
		if _, ok := p.before.Stays[old]; !inserted && !ok && (op == leaks.Recv || op == leaks.Select) {
			wrong = append(wrong, old)
		}
	}
	return wrong
}
