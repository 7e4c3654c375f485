package passes

import (
	"fmt"
	"strings"

	"github.com/leaklint/leaklint/internal/analyzerdoc"
)

// Pages returns the pages of docs/passes by file name: one for each analyzer,
// and README.md, which lists them.
func Pages() map[string]string {
	pages := make(map[string]string)
	var list strings.Builder
	list.WriteString("<!-- Written by make docs. -->\n\n# Passes\n\n")
	for _, a := range All() {
		var checks []analyzerdoc.Row
		for _, c := range Checks {
			if strings.HasPrefix(c.ID, a.Name+"/") {
				checks = append(checks, analyzerdoc.Row(c))
			}
		}
		pages[a.Name+".md"] = analyzerdoc.Page(a, checks)
		summary, _, _ := strings.Cut(a.Doc, "\n")
		fmt.Fprintf(&list, "- [%s](%[1]s.md): %s\n", a.Name, summary)
	}
	list.WriteString("\nA finding of low confidence is shown only with -confidence=low; its check id ends\n" +
		"in /low. The id of what go vet finds as well ends in /vet.\n")
	pages["README.md"] = list.String()
	return pages
}
