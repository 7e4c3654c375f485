package report

import (
	"cmp"
	"fmt"
	"go/token"
	"slices"

	"golang.org/x/tools/go/analysis"
)

// emit reports the findings that the settings let through, in source order.
func emit(pass *analysis.Pass, set *settings, findings []Finding) error {
	for _, f := range ordered(pass.Fset, findings) {
		if !f.Pos.IsValid() || f.Shape == "" || f.Message == "" {
			return fmt.Errorf("finding without position, shape or message: %+v", f)
		}
		if f.Confidence > Confidence(set.confidence) || f.Vet && set.skipVet {
			continue // below what the user asked for, or vet says it
		}
		pass.Report(analysis.Diagnostic{
			Pos:            f.Pos,
			End:            f.End,
			Category:       f.category(pass.Analyzer.Name),
			Message:        f.Message,
			SuggestedFixes: f.Fixes,
			Related:        related(pass.Fset, f.steps()),
		})
	}
	return nil
}

// ordered returns the findings in source order without duplicates. Positions
// are compared by file name, because the order of token.Pos between files
// depends on which of them was parsed first. Of two equal findings the one of
// higher confidence stays.
func ordered(fset *token.FileSet, findings []Finding) []Finding {
	findings = slices.Clone(findings)
	slices.SortStableFunc(findings, func(a, b Finding) int {
		return cmp.Or(
			comparePos(fset, a.Pos, b.Pos),
			cmp.Compare(a.Shape, b.Shape),
			cmp.Compare(a.Message, b.Message),
			cmp.Compare(a.Confidence, b.Confidence),
		)
	})
	return slices.CompactFunc(findings, func(a, b Finding) bool {
		return a.Pos == b.Pos && a.Shape == b.Shape && a.Message == b.Message
	})
}

// comparePos orders positions by file name and place in the file.
func comparePos(fset *token.FileSet, a, b token.Pos) int {
	p, q := fset.PositionFor(a, false), fset.PositionFor(b, false)
	return cmp.Or(cmp.Compare(p.Filename, q.Filename), cmp.Compare(p.Offset, q.Offset))
}
