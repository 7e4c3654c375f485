package leaks_test

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/leaklint/leaklint/internal/leaks"
	"github.com/leaklint/leaklint/internal/report"
)

// shown reports every leak as "owner operation", with the kinds of its
// assumptions in the failure message.
var shown = &analysis.Analyzer{
	Name:     "shown",
	Doc:      "report every leak",
	Requires: []*analysis.Analyzer{leaks.Everything},
	Run: func(pass *analysis.Pass) (any, error) {
		res := pass.ResultOf[leaks.Everything].(*leaks.Result)
		for _, err := range res.Failures() {
			return nil, err
		}
		for _, l := range res.Leaks {
			conf := ""
			if l.Confidence == report.Low {
				conf = "low "
			}
			var as []string
			for _, a := range l.Assumes {
				as = append(as, a.Text)
			}
			pass.Report(analysis.Diagnostic{Pos: l.Pos, End: l.End,
				Message: fmt.Sprintf("%s%s %s (%s)", conf, l.Owner, l.Op, strings.Join(as, "; "))})
		}
		return nil, nil
	},
}

func TestLeaks(t *testing.T) {
	analysistest.Run(t, analysistest.TestData(), shown, "a", "group")
}
