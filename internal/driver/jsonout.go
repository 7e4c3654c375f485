package driver

import (
	"encoding/json"
	"io"
	"path/filepath"
)

func init() {
	register("json", writeJSON)
	register("vet", writeVetJSON)
}

// schemaVersion is the version of the -format=json output (docs/json.md). It
// changes when a field changes its meaning or goes away, not when one is added.
const schemaVersion = 1

// The types of -format=json.
type (
	outReport struct {
		Version  int          `json:"version"`
		Leaklint string       `json:"leaklint"`
		Complete bool         `json:"complete"`
		Packages int          `json:"packages"`
		Findings []outFinding `json:"findings"`
		Problems []outProblem `json:"problems"`
	}
	outFinding struct {
		Check   string    `json:"check"`
		Pass    string    `json:"pass"`
		Package string    `json:"package"`
		Message string    `json:"message"`
		At      outPlace  `json:"at"`
		FixAt   *outPlace `json:"fixAt,omitempty"`
		Started *outPlace `json:"started,omitempty"`
		Trail   []outStep `json:"trail"`
		Fixes   []outFix  `json:"fixes"`
	}
	outPlace struct {
		File    string `json:"file"`
		Line    int    `json:"line,omitempty"`
		Col     int    `json:"column,omitempty"`
		EndLine int    `json:"endLine,omitempty"`
		EndCol  int    `json:"endColumn,omitempty"`
	}
	outStep struct {
		At        outPlace `json:"at"`
		Message   string   `json:"message"`
		Role      string   `json:"role,omitempty"`
		Goroutine string   `json:"goroutine,omitempty"`
		Text      string   `json:"text,omitempty"`
		Assumes   string   `json:"assumes,omitempty"`
	}
	outFix struct {
		Message string    `json:"message"`
		Edits   []outEdit `json:"edits"`
	}
	outEdit struct {
		File  string `json:"file"`
		Start int    `json:"start"`
		End   int    `json:"end"`
		New   string `json:"new"`
	}
	outProblem struct {
		Package string   `json:"package,omitempty"`
		Reason  string   `json:"reason"`
		Detail  []string `json:"detail"`
	}
)

// writeJSON writes the documented JSON format.
func writeJSON(w io.Writer, r *Report, v *view) error {
	out := outReport{
		Version:  schemaVersion,
		Leaklint: toolVersion(),
		Complete: len(r.Problems) == 0,
		Packages: r.Packages,
		Findings: make([]outFinding, 0, len(r.Findings)),
		Problems: make([]outProblem, 0, len(r.Problems)),
	}
	for i := range r.Findings {
		out.Findings = append(out.Findings, v.outFinding(&r.Findings[i]))
	}
	for _, p := range r.Problems {
		out.Problems = append(out.Problems, outProblem{p.Package, p.Reason, append([]string{}, p.Detail...)})
	}
	return encode(w, out)
}

// encode writes a value as indented JSON.
func encode(w io.Writer, value any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "\t")
	return enc.Encode(value)
}

// outFinding converts a finding.
func (v *view) outFinding(f *Finding) outFinding {
	out := outFinding{
		Check:   f.Check,
		Pass:    f.Pass,
		Package: f.Package,
		Message: f.Message,
		At:      v.outPlace(f.Pos, f.End),
		Trail:   make([]outStep, 0, len(f.Related)),
		Fixes:   make([]outFix, 0, len(f.Fixes)),
	}
	if p, ok := v.fixAt(f); ok {
		at := v.outPlace(p, p)
		out.FixAt = &at
	}
	if p, ok := f.Goroutine(); ok {
		started := v.outPlace(p, p)
		out.Started = &started
	}
	for i, rel := range f.Related {
		step := outStep{At: v.outPlace(rel.Pos, rel.End), Message: rel.Message}
		if f.Trail != nil {
			s := f.Trail[i]
			step.Role, step.Goroutine, step.Text, step.Assumes = s.Role.String(), s.Goroutine, s.Text, s.Assumes
		}
		out.Trail = append(out.Trail, step)
	}
	for _, fix := range f.Fixes {
		edits := make([]outEdit, len(fix.Edits))
		for i, e := range fix.Edits {
			edits[i] = outEdit{File: v.slashPath(e.File), Start: e.Start, End: e.End, New: e.New}
		}
		out.Fixes = append(out.Fixes, outFix{Message: fix.Message, Edits: edits})
	}
	return out
}

// outPlace converts a range. An end that says nothing is left out.
func (v *view) outPlace(start, end Position) outPlace {
	p := outPlace{File: v.slashPath(start.File), Line: start.Line, Col: start.Col}
	if end != start && end.File == start.File {
		p.EndLine, p.EndCol = end.Line, end.Col
	}
	return p
}

// slashPath returns a path as it is shown, with slashes on every system.
func (v *view) slashPath(path string) string { return filepath.ToSlash(shortPath(v.wd, path)) }

// writeVetJSON writes the findings as go vet -json does, one object per
// package, in order.
func writeVetJSON(w io.Writer, r *Report, _ *view) error {
	tree := make(map[string]map[string][]jsonDiagnostic)
	var order []string
	for i := range r.Findings {
		f := &r.Findings[i]
		if tree[f.Package] == nil {
			tree[f.Package] = make(map[string][]jsonDiagnostic)
			order = append(order, f.Package)
		}
		tree[f.Package][f.Pass] = append(tree[f.Package][f.Pass], f.vetJSON())
	}
	for _, id := range order {
		if err := encode(w, map[string]map[string][]jsonDiagnostic{id: tree[id]}); err != nil {
			return err
		}
	}
	if len(order) == 0 {
		return encode(w, struct{}{})
	}
	return nil
}

// vetJSON converts a finding back to what go vet prints.
func (f *Finding) vetJSON() jsonDiagnostic {
	d := jsonDiagnostic{Category: f.Check, Posn: f.Pos.String(), End: f.End.String(), Message: f.Message}
	for _, rel := range f.Related {
		d.Related = append(d.Related, jsonRelated{Posn: rel.Pos.String(), End: rel.End.String(), Message: rel.Message})
	}
	for _, fix := range f.Fixes {
		edits := make([]jsonEdit, len(fix.Edits))
		for i, e := range fix.Edits {
			edits[i] = jsonEdit{Filename: e.File, Start: e.Start, End: e.End, New: e.New}
		}
		d.SuggestedFixes = append(d.SuggestedFixes, jsonFix{Message: fix.Message, Edits: edits})
	}
	return d
}
