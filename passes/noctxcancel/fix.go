package noctxcancel

import (
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/obligation"
	"github.com/leaklint/leaklint/internal/site"
	"github.com/leaklint/leaklint/internal/valueflow"
)

// fixes offers "defer cancel()" after the statement that makes the release
// function. It is right if the function may be called when the maker returns:
// no way out hands it on, and the context does not outlive the maker.
func fixes(shape string, r obligation.Made, v obligation.Verdict, s *site.Site) []analysis.SuggestedFix {
	switch shape {
	case "discarded", "unused", "path":
	default:
		return nil
	}
	if v.Passed || outlives(r.With) {
		return nil
	}
	arg := ""
	if r.Of == "context.WithCancelCause" {
		arg = "nil"
	}
	blank := strings.TrimSuffix(noun(r), " function")
	return s.DeferFix(blank, func(name string) string { return name + "(" + arg + ")" })
}

// outlives reports whether a context may be used after its maker has returned.
func outlives(ctx ssa.Value) bool {
	if ctx == nil {
		return false
	}
	flow := valueflow.From(ctx)
	if flow.Has(valueflow.Returned, valueflow.Field, valueflow.Global, valueflow.Element, valueflow.Indirect, valueflow.Sent) {
		return true
	}
	for _, u := range flow.Uses {
		if _, ok := u.Instr.(*ssa.Go); ok {
			return true
		}
		if mc, ok := u.Instr.(*ssa.MakeClosure); ok && !valueflow.RunsHere(mc) {
			return true
		}
	}
	return false
}
