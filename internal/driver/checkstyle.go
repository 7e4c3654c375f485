package driver

import (
	"encoding/xml"
	"io"
	"slices"
)

func init() { register("checkstyle", writeCheckstyle) }

// The XML of Checkstyle.
type (
	checkstyle struct {
		XMLName xml.Name         `xml:"checkstyle"`
		Version string           `xml:"version,attr"`
		Files   []checkstyleFile `xml:"file"`
	}
	checkstyleFile struct {
		Name   string            `xml:"name,attr"`
		Errors []checkstyleError `xml:"error"`
	}
	checkstyleError struct {
		Line     int    `xml:"line,attr,omitempty"`
		Column   int    `xml:"column,attr,omitempty"`
		Severity string `xml:"severity,attr"`
		Message  string `xml:"message,attr"`
		Source   string `xml:"source,attr"`
	}
)

// writeCheckstyle writes the findings by file. What was not analysed is an
// error in a file with the name of its package.
func writeCheckstyle(w io.Writer, r *Report, v *view) error {
	out := checkstyle{Version: "8.0"}
	add := func(file string, e checkstyleError) {
		i := slices.IndexFunc(out.Files, func(f checkstyleFile) bool { return f.Name == file })
		if i < 0 {
			i = len(out.Files)
			out.Files = append(out.Files, checkstyleFile{Name: file})
		}
		out.Files[i].Errors = append(out.Files[i].Errors, e)
	}
	for i := range r.Findings {
		f := &r.Findings[i]
		add(v.annotatedFile(f.Pos.File), checkstyleError{
			Line: f.Pos.Line, Column: f.Pos.Col, Severity: severity(f, "warning", "info"), Message: f.Message, Source: "leaklint." + f.Check,
		})
	}
	for _, p := range r.Problems {
		name := p.Package
		if name == "" {
			name = "leaklint"
		}
		add(name, checkstyleError{Severity: "error", Message: p.String(), Source: "leaklint.not-analysed"})
	}
	return encodeXML(w, out)
}
