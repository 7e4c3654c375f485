package confirm

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"

	"github.com/leaklint/leaklint/internal/profile"
)

// SchemaVersion is the version of the JSON report.
const SchemaVersion = 1

// WriteText writes the report for a terminal, with paths relative to wd.
func (r *Report) WriteText(w io.Writer, wd string) error {
	b := bufio.NewWriter(w)
	fmt.Fprintln(b, r.summary())
	last := Status(-1)
	for _, it := range r.Items {
		if it.Status != last {
			fmt.Fprintf(b, "\n%s (%s):\n", it.Status, means[it.Status])
			last = it.Status
		}
		fmt.Fprintf(b, "   %s: %s (%s)\n", profile.Show(it.Finding.At, wd), it.Finding.Message, it.Finding.Check)
		if it.Count > 0 {
			fmt.Fprintf(b, "      goroutines: %d\n", it.Count)
		}
		if it.Status == NotSeen {
			fmt.Fprintf(b, "      assumes: %s\n", assumed(it.Assumes))
		}
	}
	if len(r.Unknown) > 0 {
		fmt.Fprint(b, "\nleaked, and no finding speaks of it:\n")
	}
	for _, row := range r.Unknown {
		fmt.Fprintf(b, "   %s: %d: %s\n", r.Seen.Where(row, wd), row.Count, row.Waits)
		if why := r.Seen.Silent(row, wd); why != "" {
			fmt.Fprintf(b, "      leaklint is silent there: %s\n", why)
		}
		for _, s := range r.Seen.Started(row, wd) {
			fmt.Fprintf(b, "      started by: %s\n", s)
		}
	}
	for _, n := range r.Seen.Notes {
		fmt.Fprintf(b, "\nnote: %s\n", n)
	}
	return b.Flush()
}

// summary counts what the tests said.
func (r *Report) summary() string {
	n := r.Counts()
	s := profile.Plural(len(r.Items), "finding")
	sep := ":"
	for status := Confirmed; status <= NotMeasured; status++ {
		if n[status] > 0 {
			s += fmt.Sprintf("%s %d %s", sep, n[status], status)
			sep = ","
		}
	}
	return s + "; " + profile.Plural(len(r.Unknown), "place") + " with leaked goroutines that no finding speaks of"
}

// The types of the JSON report.
type (
	outReport struct {
		Version  int          `json:"version"`
		Leaklint string       `json:"leaklint"`
		Findings []outItem    `json:"findings"`
		Unknown  []outUnknown `json:"unknown"`
		Notes    []string     `json:"notes"`
	}
	outItem struct {
		Status  string   `json:"status"`
		Check   string   `json:"check"`
		At      string   `json:"at"`
		Message string   `json:"message"`
		Count   int      `json:"count,omitempty"`
		Assumes []string `json:"assumes,omitempty"`
	}
	outUnknown struct {
		At      string   `json:"at"`
		Count   int      `json:"count"`
		Does    string   `json:"does"`
		Silent  string   `json:"silent,omitempty"`
		Started []string `json:"started,omitempty"`
	}
)

// WriteJSON writes the report as JSON.
func (r *Report) WriteJSON(w io.Writer, wd string) error {
	out := outReport{Version: SchemaVersion, Leaklint: r.Tool, Findings: []outItem{}, Unknown: []outUnknown{}, Notes: append([]string{}, r.Seen.Notes...)}
	for _, it := range r.Items {
		out.Findings = append(out.Findings, outItem{
			it.Status.String(), it.Finding.Check, profile.Show(it.Finding.At, wd), it.Finding.Message, it.Count, it.Assumes,
		})
	}
	for _, row := range r.Unknown {
		out.Unknown = append(out.Unknown, outUnknown{
			r.Seen.Where(row, wd), row.Count, row.Waits, r.Seen.Silent(row, wd), r.Seen.Started(row, wd),
		})
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "\t")
	return enc.Encode(out)
}
