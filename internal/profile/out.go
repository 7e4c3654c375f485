package profile

import (
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// SchemaVersion is the version of the JSON report. It changes when a field
// changes its meaning or goes away, not when one is added.
const SchemaVersion = 1

// The types of the JSON report; all formats are written from them.
type (
	outReport struct {
		Version    int          `json:"version"`
		Leaklint   string       `json:"leaklint"`
		Profiles   []outProfile `json:"profiles"`
		Goroutines int          `json:"goroutines"`
		Leaks      int          `json:"leaks"`
		Minutes    float64      `json:"minutes,omitempty"`
		Groups     []*outRow    `json:"groups"`
		SetAside   []*outRow    `json:"setAside"`
		Notes      []string     `json:"notes"`
	}
	outProfile struct {
		Name       string `json:"name"`
		Form       string `json:"form"`
		Time       string `json:"time,omitempty"`
		Goroutines int    `json:"goroutines"`
	}
	outRow struct {
		Verdict   string     `json:"verdict"`
		Count     int        `json:"count"`
		Share     float64    `json:"share"`
		Counts    []int      `json:"counts,omitempty"`
		Growth    int        `json:"growth,omitempty"`
		PerMinute float64    `json:"perMinute,omitempty"`
		At        *outPlace  `json:"at,omitempty"`
		State     string     `json:"state,omitempty"`
		Does      string     `json:"does"`
		Made      *outPlace  `json:"made,omitempty"`
		Waiting   string     `json:"waiting,omitempty"`
		Function  string     `json:"function"`
		Started   []string   `json:"started,omitempty"`
		Labels    []string   `json:"labels,omitempty"`
		Check     string     `json:"check,omitempty"`
		Certainty string     `json:"certainty,omitempty"`
		Message   string     `json:"message,omitempty"`
		Trail     []outStep  `json:"trail,omitempty"`
		Fix       string     `json:"fix,omitempty"`
		Silent    string     `json:"silent,omitempty"`
		Misfit    string     `json:"misfit,omitempty"`
		Commit    *outCommit `json:"commit,omitempty"`
		NoCommit  string     `json:"noCommit,omitempty"`
		Hint      string     `json:"hint,omitempty"`
		Others    []string   `json:"others,omitempty"`
		Stack     []string   `json:"stack,omitempty"`
	}
	outPlace struct {
		File string `json:"file"`
		Line int    `json:"line"`
	}
	outStep struct {
		At      outPlace `json:"at"`
		Message string   `json:"message"`
	}
	outCommit struct {
		Hash    string `json:"hash"`
		Date    string `json:"date"`
		Subject string `json:"subject"`
	}
)

// String returns file:line.
func (p outPlace) String() string { return p.File + ":" + strconv.Itoa(p.Line) }

// A view knows how places are shown: relative to a directory.
type view struct{ wd string }

// place returns a place as it is shown.
func (v view) place(p Place) outPlace {
	file := p.File
	if rel, err := filepath.Rel(v.wd, file); err == nil && v.wd != "" && len(rel) < len(file) {
		file = rel
	}
	return outPlace{filepath.ToSlash(file), p.Line}
}

// text returns a place as text.
func (v view) text(p Place) string { return v.place(p).String() }

// at returns a place, nil if it is unknown.
func (v view) at(p Place) *outPlace {
	if p.IsZero() {
		return nil
	}
	out := v.place(p)
	return &out
}

// out converts the report.
func (r *Report) out(wd string) *outReport {
	v := view{wd}
	out := &outReport{
		Version: SchemaVersion, Leaklint: r.Tool, Goroutines: r.Total, Leaks: r.Leaks(),
		Groups: []*outRow{}, SetAside: []*outRow{}, Notes: append([]string{}, r.Notes...),
	}
	for i, p := range r.Profiles {
		o := outProfile{Name: p.Name, Form: string(p.Form), Goroutines: r.Totals[i]}
		if !p.Time.IsZero() {
			o.Time = p.Time.UTC().Format(time.RFC3339)
		}
		if p.Leaks {
			o.Form += ", leaked goroutines only"
		}
		out.Profiles = append(out.Profiles, o)
	}
	if r.Span.Known() {
		out.Minutes = r.Span.Minutes()
	}
	for _, row := range r.Rows {
		out.Groups = append(out.Groups, r.outRow(row, v))
	}
	for _, row := range r.Aside {
		out.SetAside = append(out.SetAside, r.outRow(row, v))
	}
	return out
}

// outRow converts a row.
func (r *Report) outRow(row *Row, v view) *outRow {
	g := row.main()
	out := &outRow{
		Verdict: row.Verdict.String(), Count: row.Count, At: v.at(row.At), State: row.State, Does: row.Waits,
		Made: v.at(row.Made), Waiting: row.Wait.String(), Function: g.at().Func, Misfit: row.Misfit,
		Labels: topLabels(g.Labels, 3),
	}
	if r.Total > 0 {
		out.Share = float64(row.Count) / float64(r.Total)
	}
	if len(row.Counts) > 1 {
		out.Counts, out.Growth, out.PerMinute = row.Counts, row.Growth(), r.Span.rate(row.Counts)
	}
	if g.isSetAside() {
		out.State, out.Function = "", ""
		if grows(row.Counts) {
			out.Hint = g.Resident.Grows
		}
		if !g.Leaked {
			return out
		}
	}
	r.outCause(row, out, v)
	for _, f := range g.Frames {
		out.Stack = append(out.Stack, f.String())
	}
	for _, other := range row.Groups[1:] {
		out.Others = append(out.Others, fmt.Sprintf("%d in %s (%s)", other.Count, other.at(), other.State))
	}
	for _, g := range row.Groups {
		if g.Creator.Func != "" {
			out.addStart(r.started(g, v))
		}
	}
	return out
}

// addStart adds who started the goroutines, once.
func (o *outRow) addStart(s string) {
	for _, have := range o.Started {
		if have == s {
			return
		}
	}
	o.Started = append(o.Started, s)
}

// started says who started the goroutines of a group.
func (r *Report) started(g *Group, v view) string {
	if p := g.started; !p.IsZero() {
		return g.Creator.Func + " at " + v.text(p)
	}
	return g.Creator.String()
}

// outCause converts what is known of the cause.
func (r *Report) outCause(row *Row, out *outRow, v view) {
	switch f := row.Finding; {
	case f != nil:
		out.Check, out.Message, out.Fix = f.Check, f.Message, f.Fix
		for _, s := range f.Steps {
			out.Trail = append(out.Trail, outStep{v.place(s.At), s.Text})
		}
		out.Certainty = row.certainty()
	case row.main().Leaked:
		out.Certainty = "the runtime found that nothing can wake them"
	}
	switch {
	case row.Finding != nil || row.Misfit != "":
	case row.Entry != nil:
		out.Silent = row.Entry.why(v.text)
	case row.At.IsZero():
		out.Silent = "the line is not in this checkout"
	case !row.Analysed:
		out.Silent = "the package was not analysed"
	case row.Verdict <= Waits:
		out.Silent = "it judges operations of goroutines that code of the package starts, and knows none at this line"
	}
	if b := row.Blame; b.Commit != "" {
		out.Commit = &outCommit{b.Commit, b.Author, b.Subject}
	} else {
		out.NoCommit = b.Why
	}
}

// certainty says how the goroutines were found to belong to the finding.
func (row *Row) certainty() string {
	how := map[int]string{
		sameFunction:  "the finding speaks of a context that these goroutines wait for, or of one made in the same function",
		startedThere:  "they were started where the finding says, and stand in its loop",
		waitsForIt:    "they wait where the finding says that others wait with it",
		standsInTrail: "they stand where the finding says that they stay",
		standsAt:      "they stand at the line of the finding",
	}[row.Match]
	if row.main().Leaked {
		how += "; the runtime, too, found that nothing can wake them"
	}
	if row.Finding.Low {
		how += "; the finding is of low confidence"
	}
	return how
}

// WriteJSON writes the report as JSON, with paths relative to wd.
func (r *Report) WriteJSON(w io.Writer, wd string) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "\t")
	return enc.Encode(r.out(wd))
}

// percent returns a share as text.
func percent(share float64) string { return strconv.FormatFloat(share*100, 'f', 0, 64) + " %" }

// head says what a row is about in one line.
func (o *outRow) head() string {
	s := fmt.Sprintf("%s: %s (%s)", o.Verdict, Plural(o.Count, "goroutine"), percent(o.Share))
	if o.Waiting != "" {
		s += ", for " + o.Waiting
	}
	return s
}

// does says what the goroutines do there.
func (o *outRow) does() string {
	s := o.Does
	if o.Made != nil {
		s += "; the channel is made at " + o.Made.String()
	}
	return s
}

// where returns the line of a row.
func (o *outRow) where() string {
	if o.At == nil {
		return o.Function
	}
	return o.At.String()
}

// commit says which commit brought the line, or why that is not known.
func (o *outRow) commit() string {
	if o.Commit == nil {
		return o.NoCommit
	}
	return o.Commit.Hash + " " + o.Commit.Date + " " + o.Commit.Subject
}

// grown says how the row grows, "" with one profile.
func (o *outRow) grown() string {
	if o.Counts == nil {
		return ""
	}
	s := fmt.Sprintf("%s: %+d", joinInts(o.Counts, " → "), o.Growth)
	if o.PerMinute != 0 {
		s += fmt.Sprintf(", %+.1f a minute", o.PerMinute)
	}
	return s
}

// joinInts joins numbers.
func joinInts(ns []int, sep string) string {
	words := make([]string, len(ns))
	for i, n := range ns {
		words[i] = strconv.Itoa(n)
	}
	return strings.Join(words, sep)
}

// summary says in one sentence what the profiles hold.
func (o *outReport) summary() string {
	last := o.Profiles[len(o.Profiles)-1]
	s := fmt.Sprintf("%s in %s (%s)", Plural(o.Goroutines, "goroutine"), last.Name, last.Form)
	if len(o.Profiles) > 1 {
		s += fmt.Sprintf(", the last of %d profiles", len(o.Profiles))
		if o.Minutes > 0 {
			s += fmt.Sprintf(" over %.1f minutes", o.Minutes)
		}
	}
	called := 0
	for _, g := range o.Groups {
		if g.Verdict == Leak.String() {
			called += g.Count
		}
	}
	if called == 0 {
		return s + ": nothing is called a leak"
	}
	return s + fmt.Sprintf(": %d leak at %s", called, Plural(o.Leaks, "place"))
}

// details are the labelled lines of a row below its head.
func (o *outRow) details() [][2]string {
	rows := [][2]string{
		{"growth", o.grown()},
		{"does not fit", misfitText(o.Misfit)},
		{"started by", strings.Join(o.Started, "; ")},
		{"labels", strings.Join(o.Labels, ", ")},
		{"with them", strings.Join(o.Others, "; ")},
		{"why", o.why()},
		{"sure", o.Certainty},
		{"leaklint is silent there", o.Silent},
		{"when it grows", o.Hint},
		{"fix", o.Fix},
		{"since", o.commit()},
	}
	var kept [][2]string
	for _, r := range rows {
		if r[1] != "" {
			kept = append(kept, r)
		}
	}
	return kept
}

// misfitText says that the code here is not that of the program.
func misfitText(misfit string) string {
	if misfit == "" {
		return ""
	}
	return misfit + ": the program was built from another version, so nothing is said about the line"
}

// why returns the message of the finding.
func (o *outRow) why() string {
	if o.Message == "" {
		return ""
	}
	return o.Message + " (" + o.Check + ")"
}
