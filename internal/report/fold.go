package report

import (
	"fmt"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// FoldRelated makes a tell the trail in the message instead of in related
// messages. It is for drivers that make a finding of its own out of each
// related message, as golangci-lint does. a is changed: its dependents get the
// same results.
func FoldRelated(a *analysis.Analyzer) {
	run := a.Run
	a.Run = func(pass *analysis.Pass) (any, error) {
		folding := *pass
		folding.Report = func(d analysis.Diagnostic) {
			d.Message += foldedTrail(pass, d)
			d.Related = nil
			pass.Report(d)
		}
		return run(&folding)
	}
}

// foldedTrail returns the trail of d as the end of a message.
func foldedTrail(pass *analysis.Pass, d analysis.Diagnostic) string {
	if len(d.Related) == 0 {
		return ""
	}
	at := pass.Fset.Position(d.Pos)
	steps := make([]string, len(d.Related))
	for i, r := range d.Related {
		steps[i] = fmt.Sprintf("%s (%s)", r.Message, place(pass.Fset.Position(r.Pos), at))
	}
	return " [" + strings.Join(steps, "; ") + "]"
}
