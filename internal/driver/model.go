package driver

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/leaklint/leaklint/internal/report"
)

// A Report is what a run of leaklint has to say. All output formats are
// written from it alone.
type Report struct {
	Findings []Finding
	Problems []Problem
	Packages int // packages that were analysed

	Known int             // findings that are not shown because they are known
	Stale []knownFinding  // what the baseline knows and the run did not find
	dirs  map[string]bool // of the packages that were analysed
}

// A Problem is something that was asked for and not analysed, or not fully.
// With a problem in it a report never counts as clean.
type Problem struct {
	Package string   // import path; empty when the whole run is meant
	Reason  string   // one sentence, with what to do where that is known
	Detail  []string // what the go command said, line by line
}

// A Finding is one diagnostic, with positions in files as they are named on
// this machine now.
type Finding struct {
	Pass     string // name of the analyzer
	Check    string // check id: the category, or the pass if it has none
	Package  string // import path, with _test for an external test package
	Pos, End Position
	Message  string
	Related  []Related
	Trail    report.Trail // Related read back, step by step; nil if it is no trail
	Fixes    []Fix
}

// Goroutine returns the position of the go statement whose goroutine stays. It
// is not ok if the finding is about no other goroutine.
func (f *Finding) Goroutine() (p Position, ok bool) {
	positions := make([]string, len(f.Related))
	for i, rel := range f.Related {
		positions[i] = rel.Pos.String()
	}
	at := f.Trail.Goroutine(positions)
	return parsePosition(at), at != ""
}

// A Related message belongs to a finding: one step of its trail.
type Related struct {
	Pos, End Position
	Message  string
}

// A Fix is a change that removes a finding. Its edits belong together.
type Fix struct {
	Message string
	Edits   []Edit
}

// An Edit replaces the bytes of a file from Start up to End.
type Edit struct {
	File       string
	Start, End int
	New        string
}

// A Position is a place in a file. Lines and columns count from 1, columns in
// bytes; 0 means unknown.
type Position struct {
	File      string
	Line, Col int
}

// parsePosition reads file:line:col, the form of token.Position.
func parsePosition(s string) Position {
	cutInt := func(s string) (string, int, bool) {
		i := strings.LastIndexByte(s, ':')
		n, err := strconv.Atoi(s[i+1:])
		if i < 0 || err != nil {
			return s, 0, false
		}
		return s[:i], n, true
	}
	file, last, ok := cutInt(s)
	if !ok {
		return Position{File: s}
	}
	if f, line, ok := cutInt(file); ok {
		return Position{File: f, Line: line, Col: last}
	}
	return Position{File: file, Line: last}
}

// String returns file:line:col without the parts that are unknown.
func (p Position) String() string {
	switch {
	case p.Line == 0:
		return p.File
	case p.Col == 0:
		return fmt.Sprintf("%s:%d", p.File, p.Line)
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Col)
}

// compare orders positions as a reader meets them.
func (p Position) compare(q Position) int {
	return cmp.Or(cmp.Compare(p.File, q.File), cmp.Compare(p.Line, q.Line), cmp.Compare(p.Col, q.Col))
}

// compareFindings is a total order of findings. The parts that make two
// findings the same one come first.
func compareFindings(a, b Finding) int {
	return cmp.Or(
		a.Pos.compare(b.Pos),
		cmp.Compare(a.Pass, b.Pass),
		a.End.compare(b.End),
		cmp.Compare(a.Message, b.Message),
		cmp.Compare(a.Package, b.Package),
		slices.CompareFunc(a.Related, b.Related, func(a, b Related) int {
			return cmp.Or(a.Pos.compare(b.Pos), cmp.Compare(a.Message, b.Message))
		}),
	)
}

// tidy sorts the findings and removes those that are reported more than once,
// as for a package and its test variant.
func (r *Report) tidy() {
	slices.SortFunc(r.Findings, compareFindings)
	r.Findings = slices.CompactFunc(r.Findings, func(a, b Finding) bool {
		return a.Pass == b.Pass && a.Pos == b.Pos && a.End == b.End && a.Message == b.Message
	})
	slices.SortFunc(r.Problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Package, b.Package), cmp.Compare(a.Reason, b.Reason), slices.Compare(a.Detail, b.Detail))
	})
	r.Problems = slices.CompactFunc(r.Problems, func(a, b Problem) bool {
		return a.Package == b.Package && a.Reason == b.Reason && slices.Equal(a.Detail, b.Detail)
	})
}
