package driver

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

func init() { register("junit", writeJUnit) }

// The parts of JUnit's XML that Jenkins, GitLab and others read.
type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Name     string       `xml:"name,attr"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Errors   int          `xml:"errors,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Errors   int         `xml:"errors,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Name    string       `xml:"name,attr"`
		Class   string       `xml:"classname,attr"`
		File    string       `xml:"file,attr,omitempty"`
		Line    int          `xml:"line,attr,omitempty"`
		Failure *junitResult `xml:"failure"`
		Error   *junitResult `xml:"error"`
	}
	junitResult struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr"`
		Text    string `xml:",chardata"`
	}
)

// writeJUnit writes a suite for each package with findings, in which each of
// them is a test that failed, and what was not analysed as errors. A run that
// found nothing is one test that passed: readers take an empty file for a
// failure.
func writeJUnit(w io.Writer, r *Report, v *view) error {
	out := junitSuites{Name: "leaklint"}
	add := func(suite string, c junitCase) {
		if n := len(out.Suites); n == 0 || out.Suites[n-1].Name != suite {
			out.Suites = append(out.Suites, junitSuite{Name: suite})
		}
		s := &out.Suites[len(out.Suites)-1]
		s.Cases = append(s.Cases, c)
		s.Tests, out.Tests = s.Tests+1, out.Tests+1
		if c.Failure != nil {
			s.Failures, out.Failures = s.Failures+1, out.Failures+1
		}
		if c.Error != nil {
			s.Errors, out.Errors = s.Errors+1, out.Errors+1
		}
	}
	for i := range r.Findings {
		f := &r.Findings[i]
		file := v.annotatedFile(f.Pos.File)
		add(f.Package, junitCase{
			Name: fmt.Sprintf("%s at %s:%d", f.Check, file, f.Pos.Line), Class: f.Package, File: file, Line: f.Pos.Line,
			Failure: &junitResult{Message: f.Message, Type: f.Check, Text: v.inFull(f)},
		})
	}
	for _, p := range r.Problems {
		add("leaklint: not analysed", junitCase{
			Name: "analysis", Class: p.Package, Error: &junitResult{Message: p.Reason, Type: "not analysed", Text: p.String()},
		})
	}
	if len(out.Suites) == 0 {
		add("leaklint", junitCase{Name: "no findings in " + count(r.Packages, "package"), Class: "leaklint"})
	}
	return encodeXML(w, out)
}

// inFull returns the finding as the text format shows it without colours, with
// paths relative to the repository.
func (v *view) inFull(f *Finding) string {
	place := func(p Position) string {
		p.File = v.annotatedFile(p.File)
		return p.String()
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s (%s)\n", place(f.Pos), f.Message, f.Check)
	for _, rel := range f.Related {
		fmt.Fprintf(&b, "\t%s: %s\n", place(rel.Pos), rel.Message)
	}
	return b.String()
}

// encodeXML writes a value as indented XML.
func encodeXML(w io.Writer, value any) error {
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", "\t")
	if err := enc.Encode(value); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}
