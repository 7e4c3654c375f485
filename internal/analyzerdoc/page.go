package analyzerdoc

import (
	"flag"
	"fmt"
	"go/doc/comment"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// A Row is an id and what it means.
type Row struct{ ID, Help string }

// Page returns the page of an analyzer in Markdown: its doc, its check ids and
// its flags.
func Page(a *analysis.Analyzer, checks []Row) string {
	var parser comment.Parser
	printer := comment.Printer{HeadingLevel: 2, HeadingID: func(*comment.Heading) string { return "" }}
	var b strings.Builder
	fmt.Fprintf(&b, "<!-- Written by make docs from passes/%s/doc.go. -->\n\n# %[1]s\n\n", a.Name)
	b.Write(printer.Markdown(parser.Parse(a.Name + ": " + a.Doc)))
	b.WriteString("\n## Checks\n\n| id | reported when |\n| --- | --- |\n")
	for _, c := range checks {
		fmt.Fprintf(&b, "| %s | %s |\n", c.ID, c.Help)
	}
	b.WriteString("\n## Flags\n\n| flag | default | meaning |\n| --- | --- | --- |\n")
	a.Flags.VisitAll(func(f *flag.Flag) {
		fmt.Fprintf(&b, "| -%s.%s | %s | %s |\n", a.Name, f.Name, f.DefValue, strings.ReplaceAll(f.Usage, "`", ""))
	})
	return b.String()
}
