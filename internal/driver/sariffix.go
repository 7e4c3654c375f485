package driver

import (
	"strings"
	"unicode/utf16"

	"github.com/leaklint/leaklint/internal/report"
)

// The parts of SARIF about fixes and source text.
type (
	sarifFix struct {
		Description sarifMessage  `json:"description"`
		Changes     []sarifChange `json:"artifactChanges"`
	}
	sarifChange struct {
		Artifact     sarifArtifact      `json:"artifactLocation"`
		Replacements []sarifReplacement `json:"replacements"`
	}
	sarifReplacement struct {
		Deleted  sarifRegion  `json:"deletedRegion"`
		Inserted sarifContent `json:"insertedContent"`
	}
	sarifContent struct {
		Text string `json:"text"`
	}
)

// sarifFixes converts the fixes of a finding. One with an edit of a file whose
// offsets are not those of the source, as in files with cgo, is left out.
func (v *view) sarifFixes(f *Finding) []sarifFix {
	var fixes []sarifFix
	for _, fix := range f.Fixes {
		if out, ok := v.sarifFix(fix); ok {
			fixes = append(fixes, out)
		}
	}
	return fixes
}

// sarifFix converts one fix, file by file.
func (v *view) sarifFix(fix Fix) (out sarifFix, ok bool) {
	out.Description.Text = fix.Message
	for _, e := range fix.Edits {
		start, ok := v.positionAt(e.File, e.Start)
		end, ok2 := v.positionAt(e.File, e.End)
		if !ok || !ok2 || e.End < e.Start {
			return out, false
		}
		region := sarifRegion{
			StartLine: start.Line, StartColumn: v.utf16Column(start),
			EndLine: end.Line, EndColumn: v.utf16Column(end),
		}
		change := sarifReplacement{Deleted: region, Inserted: sarifContent{e.New}}
		artifact := v.sarifFile(e.File)
		if n := len(out.Changes); n > 0 && out.Changes[n-1].Artifact == artifact {
			out.Changes[n-1].Replacements = append(out.Changes[n-1].Replacements, change)
			continue
		}
		out.Changes = append(out.Changes, sarifChange{artifact, []sarifReplacement{change}})
	}
	return out, len(fix.Edits) > 0
}

// fixAt returns the place that the first fix changes. It is not ok if there is
// none, or if the fix only adds lines before another.
func (v *view) fixAt(f *Finding) (p Position, ok bool) {
	if len(f.Fixes) == 0 || len(f.Fixes[0].Edits) == 0 {
		return Position{}, false
	}
	e := f.Fixes[0].Edits[0]
	if report.AddsLines(e.Start == e.End, e.New) {
		return Position{}, false
	}
	return v.positionAt(e.File, e.Start)
}

// positionAt returns the place of an offset in a file. It is not ok if the file
// has none, or may have been another text when it was analysed.
func (v *view) positionAt(file string, offset int) (Position, bool) {
	lines := v.linesOf(file)
	for i, line := range lines {
		if strings.Contains(line, `import "C"`) {
			return Position{}, false
		}
		if offset <= len(line) && offset >= 0 {
			return Position{File: file, Line: i + 1, Col: offset + 1}, true
		}
		offset -= len(line) + 1
	}
	return Position{}, false
}

// withSource returns the place with the text of the line that p is on, so that
// a reader need not have the source.
func (v *view) withSource(place sarifPhysical, p Position) sarifPhysical {
	lines := v.linesOf(p.File)
	if place.Region == nil || p.Line < 1 || p.Line > len(lines) {
		return place
	}
	line := lines[p.Line-1]
	context := sarifRegion{StartLine: p.Line, StartColumn: 1, EndLine: p.Line, EndColumn: len(utf16.Encode([]rune(line))) + 1}
	context.Snippet = &sarifContent{line}
	place.Context = &context
	return place
}
