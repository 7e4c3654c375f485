package leaklint_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/leaklint/leaklint/passes"
)

// TestPassShape checks that each pass has its three files, and that its doc.go
// says what a user needs to know.
func TestPassShape(t *testing.T) {
	for _, a := range passes.All() {
		dir := filepath.Join("passes", a.Name)
		for _, file := range []string{"doc.go", a.Name + ".go", a.Name + "_test.go"} {
			if _, err := os.Stat(filepath.Join(dir, file)); err != nil {
				t.Error(err)
			}
		}
		for _, problem := range docProblems(a) {
			t.Errorf("%s/doc.go %s", dir, problem)
		}
	}
}

// docProblems returns what is missing in the doc of a pass.
func docProblems(a *analysis.Analyzer) (problems []string) {
	summary, body, _ := strings.Cut(a.Doc, "\n\n")
	if strings.Contains(summary, "\n") || strings.HasSuffix(summary, ".") {
		problems = append(problems, "needs a summary of one line without full stop")
	}
	for _, part := range []struct{ text, problem string }{
		{"\nWRONG", "shows no WRONG code"},
		{"\nRIGHT", "shows no RIGHT code"},
		{"\nLimits: ", `does not say its limits in a paragraph that starts with "Limits:"`},
		{"//lint:ignore leaklint/" + a.Name + " ", "does not show how to suppress: //lint:ignore leaklint/" + a.Name + " reason"},
		{"In a goroutine profile", "does not say what the leak looks like in a goroutine profile"},
	} {
		if a.Name == "unusedignore" && strings.HasPrefix(part.text, "//lint:ignore") {
			continue // its findings cannot be ignored
		}
		if !strings.Contains("\n"+strings.ReplaceAll(body, "\t// ", ""), part.text) {
			problems = append(problems, part.problem)
		}
	}
	if strings.Contains(body, "leaklint:ignore") {
		problems = append(problems, "mentions //leaklint:ignore, which does not exist: write //lint:ignore leaklint/"+a.Name)
	}
	return problems
}

// TestPagesAreCurrent checks that docs/passes is what make docs writes.
func TestPagesAreCurrent(t *testing.T) {
	pages := passes.Pages()
	for name, page := range pages {
		data, err := os.ReadFile(filepath.Join("docs", "passes", name))
		if err != nil || string(data) != page {
			t.Errorf("docs/passes/%s is not current (run make docs): %v", name, err)
		}
	}
	entries, err := os.ReadDir(filepath.Join("docs", "passes"))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if pages[e.Name()] == "" {
			t.Errorf("docs/passes/%s is the page of no pass (run make docs)", e.Name())
		}
	}
}

// TestDocsNameRealChecks checks that what looks like a check id in the docs is
// one: users copy it into ignores and flags.
func TestDocsNameRealChecks(t *testing.T) {
	var names []string
	for _, a := range passes.All() {
		names = append(names, a.Name)
	}
	id := regexp.MustCompile(`(?:passes/|testdata/src/)?\b(?:` + strings.Join(names, "|") + `)/[a-z]+`)
	var files []string
	for _, glob := range []string{"*.md", "docs/*.md", "docs/passes/*.md", "passes/*/doc.go"} {
		found, err := filepath.Glob(glob)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range id.FindAllString(string(data), -1) {
			isPath := strings.HasPrefix(word, "passes/") || strings.HasPrefix(word, "testdata/")
			if !isPath && !slices.Contains(passes.IDs(""), word) {
				t.Errorf("%s names %s, which is no check", file, word)
			}
		}
	}
}
