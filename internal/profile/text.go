package profile

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// WriteText writes the report for a terminal: at most top groups that are no
// leak, all if top is 0. Names and labels come from the profile, so what
// controls a terminal is taken out of them.
func (r *Report) WriteText(w io.Writer, wd string, top int) error {
	out := r.out(wd)
	b := bufio.NewWriter(&plainWriter{w})
	fmt.Fprintln(b, out.summary())
	shown := 0
	steady := false
	for i, row := range out.Groups {
		if r.Rows[i].Verdict >= Waits && top > 0 && shown >= top {
			fmt.Fprintf(b, "\nand %s without a finding (-top=0 shows all)\n", Plural(len(out.Groups)-i, "group"))
			break
		}
		shown++
		if len(out.Profiles) > 1 && r.Rows[i].Verdict >= Waits && !steady {
			steady = true
			fmt.Fprintln(b, "\nDo not grow, or come and go:")
		}
		r.writeRow(b, i+1, row, out)
	}
	writeAside(b, out)
	for _, n := range out.Notes {
		fmt.Fprintf(b, "\nnote: %s\n", n)
	}
	return b.Flush()
}

// writeRow writes a group.
func (r *Report) writeRow(w io.Writer, n int, row *outRow, out *outReport) {
	fmt.Fprintf(w, "\n%d. %s\n   %s: %s\n", n, row.head(), row.where(), row.does())
	for _, d := range row.details() {
		fmt.Fprintf(w, "   %s: %s\n", d[0], d[1])
		switch d[0] {
		case "growth":
			for _, line := range bars(row.Counts, out.timeLabels()) {
				fmt.Fprintf(w, "      %s\n", line)
			}
		case "why":
			for _, s := range row.Trail {
				fmt.Fprintf(w, "      %s: %s\n", s.At, s.Message)
			}
		}
	}
	if row.At == nil && len(row.Stack) > 0 {
		fmt.Fprintf(w, "   stack: %s\n", strings.Join(row.Stack[:min(8, len(row.Stack))], "\n          "))
	}
}

// writeAside writes what is set aside, one line for each kind.
func writeAside(w io.Writer, out *outReport) {
	if len(out.SetAside) == 0 {
		return
	}
	fmt.Fprintln(w, "\nSet aside:")
	for _, row := range out.SetAside {
		fmt.Fprintf(w, "   %6d %s", row.Count, row.Does)
		if row.Growth != 0 {
			fmt.Fprintf(w, " (%s)", row.grown())
		}
		fmt.Fprintln(w)
		if row.Hint != "" {
			fmt.Fprintf(w, "          they grow; that is usually %s\n", row.Hint)
		}
	}
}

// A plainWriter takes control characters out of what is written, but for the
// ends of lines.
type plainWriter struct{ w io.Writer }

// Write implements io.Writer.
func (p *plainWriter) Write(text []byte) (int, error) {
	clean := make([]byte, 0, len(text))
	for _, c := range text {
		if c >= ' ' && c != 0x7f || c == '\n' || c == '\t' {
			clean = append(clean, c)
		}
	}
	if _, err := p.w.Write(clean); err != nil {
		return 0, err
	}
	return len(text), nil
}
