package obligation

import (
	"cmp"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/paths"
	"github.com/leaklint/leaklint/internal/report"
	"github.com/leaklint/leaklint/internal/site"
	"github.com/leaklint/leaklint/internal/valueflow"
)

// Worst chooses the way out to report: the first return that does not end the
// process, else the loop.
func (v Verdict) Worst(fn *ssa.Function) (paths.End, bool) {
	process := EndsProcess(fn)
	var best paths.End
	found := false
	for _, e := range v.Ends {
		if e.Kind == paths.Exit && process {
			continue // the process ends with it
		}
		if !found || e.Kind == paths.Exit && best.Kind != paths.Exit {
			best, found = e, true
		}
	}
	return best, found
}

// EndsProcess reports whether the process ends when fn returns.
func EndsProcess(fn *ssa.Function) bool {
	if fn.Parent() != nil || fn.Signature.Recv() != nil || fn.Pkg == nil {
		return false
	}
	return fn.Name() == "main" && fn.Pkg.Pkg.Name() == "main" || fn.Name() == "TestMain"
}

// Handed returns the first callee or goroutine that gets the handle and can
// leave without releasing it, or nil; a deferred closure is the function's own.
func (v Verdict) Handed() *Drop {
	for i, d := range v.Drops {
		if _, deferred := d.Call.(*ssa.Defer); deferred && d.Fn != nil && d.Fn.Parent() != nil {
			continue
		}
		return &v.Drops[i]
	}
	return nil
}

// Name says in words what gets the handle.
func (d Drop) Name() string {
	if d.Fn != nil && d.Fn.Parent() == nil {
		return d.Fn.Name()
	}
	switch d.Call.(type) {
	case *ssa.Go:
		return "the goroutine started here"
	case *ssa.Defer:
		return "a deferred closure"
	}
	return "a closure"
}

// Consulted reports whether the function, on this way out, has asked whether
// there is a handle: then it leaves without releasing it on purpose.
func (v Verdict) Consulted(end paths.End) bool {
	for _, c := range end.Choices {
		test, ok := c.If.Cond.(*ssa.BinOp)
		if ok && c.If.Parent() == end.At.Parent() && (v.Flow.Is(test.X) || v.Flow.Is(test.Y)) {
			return true
		}
	}
	return false
}

// UsedBy reports whether fn itself, and not only a closure or callee, does one
// of the kinds of things with the handle.
func (v Verdict) UsedBy(fn *ssa.Function, kind valueflow.Kind) bool {
	for _, u := range v.Flow.Uses {
		if u.Kind == kind && !u.Inside && u.Instr.Parent() == fn {
			return true
		}
	}
	return false
}

// Steps tells how the handle is lost: which callees drop it and how control
// leaves. noun is what the handle is called, verb what releasing it is.
func (v Verdict) Steps(end paths.End, noun, verb string) []report.Step {
	var steps []report.Step
	drops := slices.Clone(v.Drops)
	slices.SortStableFunc(drops, func(a, b Drop) int { return cmp.Compare(a.Call.Pos(), b.Call.Pos()) })
	for _, d := range drops {
		steps = append(steps, report.Step{Pos: d.Call.Pos(), Role: report.Note, Text: "gets the " + noun + " and can leave without " + verb + " it"})
		if d.At != nil {
			steps = append(steps, report.Step{Pos: site.WayOut(d.At), Role: report.Left, Text: "leaves without " + verb + " the " + noun})
		}
	}
	if end.At == nil {
		return steps
	}
	step := report.Step{Pos: site.WayOut(end.At), Role: report.Left, Text: "returns without " + verb + " the " + noun}
	switch end.Kind {
	case paths.Again:
		step.Text = "comes round again, and the " + noun + " of the turn before is lost"
	case paths.Lost:
		step.Text = "overwrites the last copy of the " + noun
	}
	return append(steps, step)
}
