package driver

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/leaklint/leaklint/internal/report"
)

// The types of go vet's JSON output, as go/analysis writes it.
type (
	jsonDiagnostic struct {
		Category       string        `json:"category,omitempty"`
		Posn           string        `json:"posn"`
		End            string        `json:"end"`
		Message        string        `json:"message"`
		SuggestedFixes []jsonFix     `json:"suggested_fixes,omitempty"`
		Related        []jsonRelated `json:"related,omitempty"`
	}
	jsonFix struct {
		Message string     `json:"message"`
		Edits   []jsonEdit `json:"edits"`
	}
	jsonEdit struct {
		Filename string `json:"filename"`
		Start    int    `json:"start"`
		End      int    `json:"end"`
		New      string `json:"new"`
	}
	jsonRelated struct {
		Posn    string `json:"posn"`
		End     string `json:"end"`
		Message string `json:"message"`
	}
	jsonError struct {
		Err string `json:"error"`
	}
)

// findings converts the result of a unit.
func (u unitResult) findings(id string) ([]Finding, []Problem) {
	var findings []Finding
	var problems []Problem
	for _, pass := range slices.Sorted(maps.Keys(u)) {
		var diags []jsonDiagnostic
		if err := json.Unmarshal(u[pass], &diags); err == nil {
			for _, d := range diags {
				findings = append(findings, d.finding(pass, id))
			}
			continue
		}
		var failure jsonError
		if err := json.Unmarshal(u[pass], &failure); err != nil {
			failure.Err = "unknown form of result: " + string(u[pass])
		}
		problems = append(problems, Problem{Package: id, Reason: fmt.Sprintf("%s failed: %s", pass, failure.Err)})
	}
	return findings, problems
}

// finding converts one diagnostic.
func (d *jsonDiagnostic) finding(pass, id string) Finding {
	f := Finding{
		Pass:    pass,
		Check:   d.Category,
		Package: id,
		Pos:     parsePosition(d.Posn),
		End:     parsePosition(d.End),
		Message: d.Message,
	}
	if f.Check == "" {
		f.Check = pass
	}
	messages := make([]string, len(d.Related))
	for i, r := range d.Related {
		f.Related = append(f.Related, Related{Pos: parsePosition(r.Posn), End: parsePosition(r.End), Message: r.Message})
		messages[i] = r.Message
	}
	if trail, err := report.ParseTrail(messages); err == nil {
		f.Trail = trail
	}
	for _, fix := range d.SuggestedFixes {
		edits := make([]Edit, len(fix.Edits))
		for i, e := range fix.Edits {
			edits[i] = Edit{File: e.Filename, Start: e.Start, End: e.End, New: e.New}
		}
		f.Fixes = append(f.Fixes, Fix{Message: fix.Message, Edits: edits})
	}
	return f
}

// isFailure reports whether the finding says that an analyzer failed.
func (f *Finding) isFailure() bool { return f.Check == report.InternalError }
