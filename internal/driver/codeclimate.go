package driver

import (
	"io"
	"path/filepath"
)

func init() { register("gitlab", writeCodeClimate) }

// The part of Code Climate's format that GitLab reads as a code quality report.
type (
	climateIssue struct {
		Description string       `json:"description"`
		CheckName   string       `json:"check_name"`
		Fingerprint string       `json:"fingerprint"`
		Severity    string       `json:"severity"`
		Location    climatePlace `json:"location"`
	}
	climatePlace struct {
		Path  string       `json:"path"`
		Lines climateLines `json:"lines"`
	}
	climateLines struct {
		Begin int `json:"begin"`
	}
)

// writeCodeClimate writes the findings for GitLab's merge requests. There is no
// place for what was not analysed; the exit status tells of it.
func writeCodeClimate(w io.Writer, r *Report, v *view) error {
	out := make([]climateIssue, 0, len(r.Findings))
	prints := v.fingerprints(r.Findings)
	for i := range r.Findings {
		f := &r.Findings[i]
		out = append(out, climateIssue{
			Description: f.Message,
			CheckName:   "leaklint/" + f.Check,
			Fingerprint: prints[i],
			Severity:    severity(f, "major", "minor"),
			Location:    climatePlace{Path: filepath.ToSlash(v.annotatedFile(f.Pos.File)), Lines: climateLines{Begin: max(f.Pos.Line, 1)}},
		})
	}
	return encode(w, out)
}
