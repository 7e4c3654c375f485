// Package leaktest answers: does a pass find what its corpus says, in every
// driver?
//
// The corpus of a pass is the folders below testdata/src/PASS, each a package
// of the module corpus. leaktest lists them itself, so a new folder is run and
// Go's test cache sees it. A line that has a finding says so, as in
//
//	go func() { results <- f() }() // want "blocks for ever sending on results"
//	ctx, _ := context.WithCancel(p) // want noctxcancel/lost:"cancel function is dropped"
//
// where the string, quoted or in backquotes, is a regular expression for the
// message, and what stands before it is the whole category, suffixes included.
// Without one the finding is the folder's own pass's. A category of another
// pass is left to the test over all corpora (see [All]).
//
// A comment "//leaktest:flags -confidence=low -x=3" in one file of a folder
// sets flags of the pass for this folder. A folder with a go.mod of its own is
// a module of its own, say with another go line.
//
// [Run] runs the folders in process, with the facts checked by a round trip,
// and by go vet, and compares: findings with expectations, driver with driver,
// packages with and without their tests. It reads each trail back, applies all
// fixes, compiles the result and runs the pass again to see that the findings
// with a fix are gone. Where a file has a sibling with the suffix .golden, the
// fixed file is compared with it; go test -leaktest.update writes these.
package leaktest

import (
	"fmt"
	"slices"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/packages"

	"github.com/leaklint/leaklint/internal/report"
)

// Run tests a on its corpus.
func Run(t *testing.T, a *analysis.Analyzer) {
	t.Helper()
	root := repository(t)
	folders := corpus(t, root, a.Name)
	if len(folders) == 0 {
		t.Fatalf("analyzer %s has no corpus in testdata/src/%s", a.Name, a.Name)
	}
	tool := vettool(t, root)
	all := batches(folders)
	loaded := make(map[string][]*packages.Package)
	for _, b := range all {
		if loaded[b.module] == nil {
			loaded[b.module] = load(t, b.module, patterns(all, b.module))
		}
		runBatch(t, a, tool, b, b.packages(loaded[b.module]))
	}
}

// All runs all passes on the corpora of all, by go vet, and returns what they
// find. What a pass finds in the corpus of another one has to be wanted there,
// too, with its category: it is a leak that the corpus did not mean to have, or
// a false positive.
func All(t *testing.T) []Finding {
	t.Helper()
	root := repository(t)
	tool := vettool(t, root)
	var all []Finding
	for _, b := range batches(corpus(t, root, "")) {
		findings := vet(t, tool, b)
		for _, f := range b.folders {
			found := in(f, findings)
			fail(t, unmet(wantsOf(t, f), found))
			all = append(all, found...)
		}
	}
	return all
}

// Goroutine returns the position of the go statement whose goroutine the
// finding is about, or "".
func (f Finding) Goroutine() string {
	messages, positions := f.trail()
	trail, err := report.ParseTrail(messages)
	if err != nil {
		return ""
	}
	return trail.Goroutine(positions)
}

// runBatch tests a on the folders of one batch, which contain the packages.
func runBatch(t *testing.T, a *analysis.Analyzer, tool string, b batch, pkgs []*packages.Package) {
	t.Helper()
	defer setFlags(t, a, b)()
	c := checked{packages: pkgs}
	c.findings = analyze(t, a, c.packages)
	vetted := only(a.Name, vet(t, tool, b))
	for _, f := range b.folders {
		t.Run(f.name, func(t *testing.T) {
			found := c.in(f)
			wants := slices.DeleteFunc(wantsOf(t, f), func(w want) bool { return !w.of(a.Name) })
			fail(t, unmet(wants, found))
			fail(t, differences("the in-process driver", found, "go vet", in(f, vetted)))
			fail(t, unreadable(found))
		})
	}
	fail(t, c.changedByTests())
	fail(t, c.unrepaired(t, a))
}

// fail makes each problem an error of the test.
func fail(t *testing.T, problems []string) {
	t.Helper()
	for _, problem := range problems {
		t.Error(problem)
	}
}

// unreadable returns the findings whose related messages are no trail that
// reads back, or do not tell which goroutine the finding is about.
func unreadable(findings []Finding) (problems []string) {
	for _, f := range findings {
		messages, positions := f.trail()
		trail, err := report.ParseTrail(messages)
		if err != nil {
			problems = append(problems, fmt.Sprintf("%v: %s", err, f))
			continue
		}
		if !slices.Equal(trail.Messages(), messages) {
			problems = append(problems, fmt.Sprintf("trail reads back as %q: %s", trail.Messages(), f))
		}
		for _, s := range trail {
			stays := s.Role == report.Blocks || s.Role == report.Stays
			if stays && s.Goroutine != "" && trail.Goroutine(positions) == "" {
				problems = append(problems, fmt.Sprintf("no step starts the goroutine of %q: %s", s.Goroutine, f))
			}
		}
	}
	return problems
}
