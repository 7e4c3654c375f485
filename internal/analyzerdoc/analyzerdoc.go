// Package analyzerdoc answers: what does the doc.go of a pass say to users?
// The doc comment is the only user documentation; help texts and the pages
// under docs/passes are taken from it.
package analyzerdoc

import (
	"fmt"
	"go/parser"
	"go/token"
	"strings"
)

// Must is like [Extract] but panics on an error. Passes call it in the
// initialiser of their Analyzer.
func Must(content, name string) string {
	doc, err := Extract(content, name)
	if err != nil {
		panic(err)
	}
	return doc
}

// Extract returns what the "# Analyzer name" section of the package comment in
// content, a Go file, says after "name:". The section ends at the next heading
// that starts with "Analyzer", so it can have headings of its own.
func Extract(content, name string) (string, error) {
	comment, err := packageComment(content)
	if err != nil {
		return "", fmt.Errorf("doc of analyzer %s: %w", name, err)
	}
	for _, section := range strings.Split("\n"+comment, "\n# Analyzer ")[1:] {
		heading, body, _ := strings.Cut(section, "\n")
		if strings.TrimSpace(heading) != name {
			continue // documents another analyzer
		}
		doc, ok := strings.CutPrefix(strings.TrimSpace(body), name+":")
		if !ok {
			return "", fmt.Errorf("heading \"# Analyzer %s\" is not followed by \"%s: summary\"", name, name)
		}
		return strings.TrimSpace(doc), nil
	}
	return "", fmt.Errorf("package comment has no heading \"# Analyzer %s\"", name)
}

// packageComment returns the text of the package comment of a Go file.
func packageComment(content string) (string, error) {
	mode := parser.ParseComments | parser.PackageClauseOnly
	f, err := parser.ParseFile(token.NewFileSet(), "doc.go", content, mode)
	if err != nil {
		return "", err
	}
	if f.Doc == nil {
		return "", fmt.Errorf("doc.go has no package comment")
	}
	return f.Doc.Text(), nil
}
