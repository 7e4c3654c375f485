package noctxcancel

import (
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/leaklint/leaklint/internal/obligation"
	"github.com/leaklint/leaklint/internal/site"
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
	if v.Passed || obligation.Outlives(r.With, r.Call) {
		return nil
	}
	arg := ""
	if r.Of == "context.WithCancelCause" {
		arg = "nil"
	}
	blank := strings.TrimSuffix(noun(r), " function")
	return s.DeferFix(blank, func(name string) string { return name + "(" + arg + ")" })
}
