package confirm

import (
	"cmp"
	"slices"
	"strings"

	"golang.org/x/tools/cover"

	"github.com/leaklint/leaklint/internal/profile"
)

// A Status is what a run of tests says about a finding.
type Status int

const (
	Confirmed    Status = iota // the runtime found goroutines there that nothing can wake
	Stayed                     // goroutines stood there when the tests had ended; they wait for what can still come, such as a ticker
	Contradicted               // the line ran, the finding assumes nothing, and nothing stayed there
	NotSeen                    // the line ran, and what the finding assumes may not have happened
	NotReached                 // the line never ran
	NotVisible                 // the runtime does not show what it is about, such as a context
	NotMeasured                // the coverage does not have the line
)

var statusNames = [...]string{"confirmed", "stayed", "contradicted", "not seen", "not reached", "not visible", "not measured"}

// String returns the status in words.
func (s Status) String() string { return statusNames[s] }

// means says what the statuses mean.
var means = [...]string{
	"the runtime found goroutines there that nothing can wake",
	"goroutines still stood there when the tests had ended",
	"the line ran, the finding assumes nothing, and no goroutine stayed there",
	"the line ran and no goroutine stayed there; what the finding assumes may not have happened",
	"the tests never ran the line",
	"it is about a context, timer or release function, which no goroutine profile shows",
	"the coverage of the tests does not have the line",
}

// An Item is a finding and what the tests say about it.
type Item struct {
	Status  Status
	Finding *profile.Finding
	Count   int      // goroutines
	Assumes []string // what the finding takes for granted
}

// A Report is what a run of tests says.
type Report struct {
	Items   []Item
	Unknown []*profile.Row // leaked goroutines that no finding speaks of
	Seen    *profile.Report
	Tool    string
}

// Judge holds what the tests saw against the findings; joined is their join.
func Judge(c *profile.Checkout, res *Result, joined *profile.Report, a *profile.Analysis) *Report {
	r := &Report{Seen: joined}
	rows := make(map[*profile.Finding]*profile.Row)
	for _, row := range joined.Rows {
		switch {
		case row.Finding != nil:
			rows[row.Finding] = row
		case row.Leaked():
			r.Unknown = append(r.Unknown, row)
		}
	}
	lines := newLines(c, res.Covered)
	for i := range a.Findings {
		f := &a.Findings[i]
		r.Items = append(r.Items, judge(f, rows[f], lines))
	}
	slices.SortStableFunc(r.Items, func(a, b Item) int {
		return cmp.Or(cmp.Compare(a.Status, b.Status), cmp.Compare(a.Finding.At.File, b.Finding.At.File), cmp.Compare(a.Finding.At.Line, b.Finding.At.Line))
	})
	return r
}

// judge judges one finding.
func judge(f *profile.Finding, row *profile.Row, lines *lines) Item {
	it := Item{Finding: f, Assumes: f.Assumptions()}
	at, blocks := f.StaysAt()
	ran, known := lines.ran(at)
	switch {
	case row != nil && row.Leaked():
		it.Status, it.Count = Confirmed, row.Count
	case row != nil && row.Match >= profile.Stands && !row.Transient():
		it.Status, it.Count = Stayed, row.Count
	case !known:
		it.Status = NotMeasured
	case !ran:
		it.Status = NotReached
	case !blocks:
		it.Status = NotVisible
	case len(it.Assumes) > 0:
		it.Status = NotSeen
	default:
		it.Status = Contradicted
	}
	return it
}

// Counts returns how many items have each status.
func (r *Report) Counts() map[Status]int {
	n := make(map[Status]int)
	for _, it := range r.Items {
		n[it.Status]++
	}
	return n
}

// Leaks reports whether the runtime saw a leak.
func (r *Report) Leaks() bool { return r.Counts()[Confirmed] > 0 || len(r.Unknown) > 0 }

// lines knows which lines ran.
type lines struct {
	files map[string]*cover.Profile
}

// newLines returns the lines of the coverage, whose files are named by import
// path.
func newLines(c *profile.Checkout, covered []*cover.Profile) *lines {
	l := &lines{files: make(map[string]*cover.Profile)}
	for _, p := range covered {
		if file := c.FileOf(p.FileName); file != "" {
			l.files[file] = p
		}
	}
	return l
}

// ran reports whether the smallest block of code around the line ran, if the
// coverage knows it. Of several blocks in one line, as in a literal on the line
// that starts it, the last is the innermost.
func (l *lines) ran(at profile.Place) (ran, known bool) {
	p := l.files[at.File]
	if p == nil {
		return false, false
	}
	size := 0
	for _, b := range p.Blocks {
		if at.Line < b.StartLine || b.EndLine < at.Line {
			continue
		}
		if n := b.EndLine - b.StartLine + 1; !known || n <= size {
			ran, known, size = b.Count > 0, true, n
		}
	}
	return ran, known
}

// assumptions of a finding as one phrase.
func assumed(list []string) string { return strings.Join(list, "; ") }
