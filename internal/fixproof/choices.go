package fixproof

import (
	"go/token"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/leaklint/leaklint/internal/report"
)

// A choice is a finding with one of its fixes.
type choice struct {
	finding *report.Finding
	fix     analysis.SuggestedFix
	number  int // of the finding
}

// choices are fixes that are made together.
type choices []choice

// about reports whether one of the findings is about the operation at pos.
func (cs choices) about(pos token.Pos) bool {
	return slices.ContainsFunc(cs, func(c choice) bool {
		return c.finding.Pos == pos || c.finding.Pos < pos && pos < c.finding.End
	})
}

// of reports whether one of the findings at pos has the shape.
func (cs choices) of(pos token.Pos, shape string) bool {
	return slices.ContainsFunc(cs, func(c choice) bool { return c.finding.Pos == pos && c.finding.Shape == shape })
}

// fits reports whether the edits of a fix can be made together with those: what
// overlaps is the same.
func (cs choices) fits(fix analysis.SuggestedFix) bool {
	for _, c := range cs {
		for _, a := range c.fix.TextEdits {
			for _, b := range fix.TextEdits {
				if !same(a, b) && (a.Pos < b.End && b.Pos < a.End || a.Pos == b.Pos) {
					return false
				}
			}
		}
	}
	return true
}

// same reports whether two edits are one.
func same(a, b analysis.TextEdit) bool {
	return a.Pos == b.Pos && a.End == b.End && string(a.NewText) == string(b.NewText)
}
