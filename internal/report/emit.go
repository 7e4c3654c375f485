package report

import (
	"cmp"
	"fmt"
	"go/token"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// emit reports the findings that the settings let through, in source order,
// and returns the ignores that hide some. What is low or left to vet counts as
// hidden, too: an ignore for it is not unused because of a flag.
func emit(pass *analysis.Pass, spec *Spec, set *settings, findings []Finding) (used []Use, err error) {
	all := ordered(pass.Fset, findings)
	var shown []Finding
	for _, f := range all {
		if !f.Pos.IsValid() || f.Shape == "" || f.Message == "" {
			return used, fmt.Errorf("finding without position, shape or message: %+v", f)
		}
		uses := usesFor(pass, set, &f)
		used = append(used, uses...)
		if len(uses) > 0 || set.leavesOut(pass.Fset, &f) {
			continue // hidden by a comment or a flag
		}
		shown = append(shown, f)
	}
	if spec.Prove != nil {
		spec.Prove(pass, all, shown)
	}
	for _, f := range shown {
		pass.Report(analysis.Diagnostic{
			Pos:            f.Pos,
			End:            f.End,
			Category:       f.category(pass.Analyzer.Name),
			Message:        phrase(f.Message),
			SuggestedFixes: f.Fixes,
			Related:        related(pass.Fset, f.steps()),
		})
	}
	return used, nil
}

// leavesOut reports whether a flag hides the finding.
func (s *settings) leavesOut(fset *token.FileSet, f *Finding) bool {
	switch {
	case f.Confidence > Confidence(s.confidence), f.Vet && s.skipVet, !s.checks.Shows(f.Shape):
		return true
	}
	return !s.tests && strings.HasSuffix(fset.File(f.Pos).Name(), "_test.go")
}

// usesFor returns the ignores that hide the finding.
func usesFor(pass *analysis.Pass, set *settings, f *Finding) (used []Use) {
	if set.shown {
		return nil
	}
	places := []token.Pos{f.Pos}
	if change := f.change(); change.IsValid() {
		places = append(places, change)
	}
	for _, ig := range pass.ResultOf[Ignores].([]*Ignore) {
		if ig.Nolint && !set.nolint {
			continue // left to golangci-lint
		}
		i := slices.IndexFunc(places, func(p token.Pos) bool {
			return pass.Fset.File(ig.Pos) == pass.Fset.File(p) && ig.hides(lineOf(pass.Fset, p), f.category(pass.Analyzer.Name)) != ""
		})
		if i >= 0 {
			used = append(used, Use{ig, ig.hides(lineOf(pass.Fset, places[i]), f.category(pass.Analyzer.Name))})
		}
	}
	return used
}

// change returns the place that the first fix changes, which for a channel is
// where it is made: an ignore may stand there as well. It is not valid if there
// is no fix, or none that changes a line: one that adds lines before another
// says nothing about that one.
func (f *Finding) change() token.Pos {
	if len(f.Fixes) == 0 || len(f.Fixes[0].TextEdits) == 0 {
		return token.NoPos
	}
	e := f.Fixes[0].TextEdits[0]
	if AddsLines(e.Pos == e.End || !e.End.IsValid(), string(e.NewText)) {
		return token.NoPos
	}
	return e.Pos
}

// AddsLines reports whether an edit adds lines before the one it stands on.
func AddsLines(inserts bool, text string) bool {
	return inserts && strings.Contains(text, "\n") && !strings.HasPrefix(text, "\n")
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
