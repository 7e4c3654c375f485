package leaklint_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/leaklint/leaklint/internal/leaktest"
	"github.com/leaklint/leaklint/passes"
)

// The tests in this file are about what all passes together find in all
// corpora.

// checkID returns the check id of a category: without its suffixes.
func checkID(category string) string {
	return strings.TrimSuffix(strings.TrimSuffix(category, "/vet"), "/low")
}

func TestCorpora(t *testing.T) {
	findings := leaktest.All(t)
	t.Run("one finding per goroutine", func(t *testing.T) {
		byGoroutine := make(map[string]leaktest.Finding)
		for _, f := range findings {
			g := f.Goroutine()
			if other, ok := byGoroutine[g]; ok && g != "" {
				t.Errorf("two findings name the goroutine started at %s:\n%s\n%s", g, other, f)
			}
			byGoroutine[g] = f
		}
	})
	t.Run("a trail each", func(t *testing.T) {
		for _, f := range findings {
			if len(f.Related) == 0 && f.Analyzer != "unusedignore" { // a comment has no history
				t.Errorf("no trail says how it comes to this: %s", f)
			}
		}
	})
	t.Run("assumptions that can be true together", func(t *testing.T) {
		for _, f := range findings {
			checkPossible(t, f)
		}
	})
	t.Run("check ids", func(t *testing.T) {
		found := make(map[string]bool)
		for _, f := range findings {
			found[checkID(f.Category)] = true
		}
		for _, c := range passes.Checks {
			if !found[c.ID] {
				t.Errorf("no corpus has a finding of the registered check %s", c.ID)
			}
			delete(found, c.ID)
		}
		for id := range found {
			t.Errorf("check %s is found in a corpus but not registered in passes.Checks", id)
		}
	})
}

func TestRegistry(t *testing.T) {
	var names []string
	for _, a := range passes.All() {
		names = append(names, a.Name)
	}
	if !slices.IsSorted(names) || len(slices.Compact(slices.Clone(names))) != len(names) {
		t.Errorf("analyzers are not sorted or not unique: %v", names)
	}
	for i, c := range passes.Checks {
		pass, shape, _ := strings.Cut(c.ID, "/")
		switch {
		case !slices.Contains(names, pass) || shape == "" || strings.Contains(shape, "/"):
			t.Errorf("check id %s is not of the form pass/shape", c.ID)
		case i > 0 && passes.Checks[i-1].ID >= c.ID:
			t.Errorf("check id %s is not in order", c.ID)
		case c.Help == "" || strings.HasSuffix(c.Help, "."):
			t.Errorf("help of check %s is empty or ends with a full stop: %q", c.ID, c.Help)
		}
	}
}

// TestEveryCorpusIsRun checks that each folder of testdata/src belongs to a
// pass, and that each pass has a folder and a test that runs it.
func TestEveryCorpusIsRun(t *testing.T) {
	entries, err := os.ReadDir("testdata/src")
	if err != nil {
		t.Fatal(err)
	}
	corpora := make(map[string]bool)
	for _, e := range entries {
		if e.IsDir() {
			corpora[e.Name()] = true
		}
	}
	for _, a := range passes.All() {
		if !corpora[a.Name] {
			t.Errorf("pass %s has no corpus in testdata/src/%s", a.Name, a.Name)
		}
		delete(corpora, a.Name)
		if !mentions(t, filepath.Join("passes", a.Name, "*_test.go"), "leaktest.Run(") {
			t.Errorf("no test in passes/%s calls leaktest.Run", a.Name)
		}
	}
	for name := range corpora {
		t.Errorf("testdata/src/%s is the corpus of no registered pass", name)
	}
}

// mentions reports whether a file that the pattern matches contains text.
func mentions(t *testing.T, pattern, text string) bool {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	return slices.ContainsFunc(files, func(name string) bool {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Contains(string(data), text)
	})
}
