package profile

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// WriteMarkdown writes the report to be pasted into an incident.
func (r *Report) WriteMarkdown(w io.Writer, wd string, top int) error {
	out := r.out(wd)
	b := bufio.NewWriter(&plainWriter{w})
	fmt.Fprintf(b, "# Goroutines\n\n%s.\n", escapeMarkdown(out.summary()))
	shown := 0
	for i, row := range out.Groups {
		if r.Rows[i].Verdict >= Waits && top > 0 && shown >= top {
			fmt.Fprintf(b, "\nAnd %s without a finding.\n", Plural(len(out.Groups)-i, "group"))
			break
		}
		shown++
		markdownRow(b, i+1, row)
	}
	if len(out.SetAside) > 0 {
		fmt.Fprint(b, "\n## Set aside\n\n| goroutines | what | growth |\n|---:|---|---|\n")
		for _, row := range out.SetAside {
			growth := row.grown()
			if row.Hint != "" {
				growth += "; usually " + row.Hint
			}
			fmt.Fprintf(b, "| %d | %s | %s |\n", row.Count, escapeMarkdown(row.Does), escapeMarkdown(growth))
		}
	}
	for _, n := range out.Notes {
		fmt.Fprintf(b, "\n> %s\n", escapeMarkdown(n))
	}
	return b.Flush()
}

// markdownRow writes a group.
func markdownRow(w io.Writer, n int, row *outRow) {
	fmt.Fprintf(w, "\n## %d. %s\n\n`%s`: %s\n\n", n, escapeMarkdown(row.head()), codeText(row.where()), escapeMarkdown(row.does()))
	for _, d := range row.details() {
		fmt.Fprintf(w, "- **%s**: %s\n", d[0], escapeMarkdown(d[1]))
		if d[0] == "why" {
			for _, s := range row.Trail {
				fmt.Fprintf(w, "  - `%s`: %s\n", codeText(s.At.String()), escapeMarkdown(s.Message))
			}
		}
	}
	if len(row.Stack) > 0 {
		fmt.Fprintf(w, "\n```text\n%s\n```\n", strings.ReplaceAll(strings.Join(row.Stack, "\n"), "```", "'''"))
	}
}

// escapeMarkdown makes text stand for itself: names and labels come from a
// profile.
var escapeMarkdown = strings.NewReplacer(
	"\\", "\\\\", "`", "\\`", "*", "\\*", "_", "\\_", "[", "\\[", "]", "\\]", "<", "&lt;", ">", "&gt;", "|", "\\|", "\n", " ",
).Replace

// codeText makes text fit between backquotes.
func codeText(s string) string { return strings.ReplaceAll(s, "`", "'") }
