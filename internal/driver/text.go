package driver

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/tools/go/analysis"
)

func init() { register("text", writeText) }

// writeText writes the findings as path:line:col: message (check), each with
// its related messages indented below it and, with -c, the source around it.
func writeText(w io.Writer, r *Report, v *view) error {
	b := bufio.NewWriter(w)
	for i := range r.Findings {
		f := &r.Findings[i]
		fmt.Fprintf(b, "%s: %s %s\n", v.place(bold, f.Pos), v.paint(red, f.Message), v.paint(faint, "("+linked(v.links, v.pageOf(f.Pass), f.Check)+")"))
		v.source(b, f.Pos, f.End)
		if p, ok := v.fixAt(f); ok && (p.File != f.Pos.File || p.Line != f.Pos.Line) {
			fmt.Fprintf(b, "\t%s: line to change: %s\n", v.place(plain, p), f.Fixes[0].Message)
		}
		for _, rel := range f.Related {
			fmt.Fprintf(b, "\t%s: %s\n", v.place(plain, rel.Pos), rel.Message)
		}
	}
	return b.Flush()
}

// A view is how a report is shown.
type view struct {
	wd      string // paths are shown relative to it
	colour  bool
	links   bool // the terminal can show them
	context int  // lines of source around a finding; negative for none

	analyzers []*analysis.Analyzer
	repo      string                 // cache of repository
	lines     map[string][]string    // cache of linesOf
	funcs     map[string][]funcRange // cache of enclosing
}

// newView returns the view that the options ask for.
func newView(c *command, o *options) (*view, error) {
	wd, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	return &view{
		wd: wd, colour: c.colour, links: c.colour && canLink(), context: o.context, analyzers: c.analyzers,
		lines: make(map[string][]string), funcs: make(map[string][]funcRange),
	}, nil
}

// paint paints text if colours are wanted.
func (v *view) paint(colour, text string) string { return paint(v.colour, colour, text) }

// place returns a position as it is shown.
func (v *view) place(colour string, p Position) string {
	p.File = shortPath(v.wd, p.File)
	return v.paint(colour, p.String())
}

// source writes the lines from start to end with the context around them.
func (v *view) source(w io.Writer, start, end Position) {
	if v.context < 0 || start.Line == 0 {
		return
	}
	lines := v.linesOf(start.File)
	last := start.Line
	if end.File == start.File && end.Line > last {
		last = end.Line
	}
	for n := max(1, start.Line-v.context); n <= min(len(lines), last+v.context); n++ {
		colour := faint
		if start.Line <= n && n <= last {
			colour = plain
		}
		fmt.Fprintln(w, v.paint(colour, fmt.Sprintf("%d\t%s", n, strings.TrimSuffix(lines[n-1], "\r"))))
	}
}

// linesOf returns the lines of a file, none if it cannot be read.
func (v *view) linesOf(file string) []string {
	lines, ok := v.lines[file]
	if !ok {
		if data, err := readSource(file); err == nil {
			lines = strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
		}
		v.lines[file] = lines
	}
	return lines
}
