package leaktest

import (
	"bytes"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"

	"github.com/leaklint/leaklint/internal/passtest"
)

// checked is what the in-process driver says of a batch.
type checked struct {
	packages []*packages.Package // with their variants for testing
	findings map[string][]Finding
}

// in returns the findings in the files of the folder.
func (c checked) in(f folder) []Finding {
	var all []Finding
	for _, findings := range c.findings {
		all = append(all, findings...)
	}
	return in(f, all)
}

// loadMode is all that an analysis can ask for, from source.
const loadMode = packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedImports |
	packages.NeedDeps | packages.NeedTypes | packages.NeedSyntax | packages.NeedTypesInfo | packages.NeedTypesSizes |
	packages.NeedModule | packages.NeedForTest

// load loads packages of the module and their tests.
func load(t *testing.T, module string, patterns []string) []*packages.Package {
	t.Helper()
	loaded, err := packages.Load(&packages.Config{
		Mode:      loadMode,
		ParseFile: passtest.ParseFile,
		Dir:       module,
		Env:       append(os.Environ(), "PWD="+module, "GOFLAGS=", "GOWORK=off"),
		Tests:     true,
	}, patterns...)
	if err != nil {
		t.Fatal(err)
	}
	packages.Visit(loaded, nil, func(p *packages.Package) {
		for _, err := range p.Errors {
			t.Errorf("%s: %v", p.ID, err)
		}
	})
	if t.Failed() {
		t.FailNow()
	}
	return slices.DeleteFunc(loaded, func(p *packages.Package) bool {
		return strings.HasSuffix(p.ID, ".test") // the main package that the go command writes
	})
}

// analyze runs a on the packages and returns the findings by package ID.
func analyze(t *testing.T, a *analysis.Analyzer, pkgs []*packages.Package) map[string][]Finding {
	t.Helper()
	graph, err := checker.Analyze([]*analysis.Analyzer{a}, pkgs, &checker.Options{SanityCheck: true})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := graph.PrintJSON(&out); err != nil {
		t.Fatal(err)
	}
	findings := make(map[string][]Finding)
	for _, f := range decode(t, &out) {
		findings[f.Package] = append(findings[f.Package], f)
	}
	return findings
}

// setFlags sets the flags of a batch and returns what restores them.
func setFlags(t *testing.T, a *analysis.Analyzer, b batch) (restore func()) {
	t.Helper()
	old := make(map[string]string)
	for _, assignment := range b.flags {
		qualified, value, _ := strings.Cut(assignment, "=")
		name, ok := strings.CutPrefix(qualified, a.Name+".")
		f := a.Flags.Lookup(name)
		if !ok || f == nil {
			t.Fatalf("%s: analyzer %s has no flag %s", b.folders[0].name, a.Name, qualified)
		}
		old[name] = f.Value.String()
		if err := a.Flags.Set(name, value); err != nil {
			t.Fatalf("%s: -%s: %v", b.folders[0].name, assignment, err)
		}
	}
	return func() {
		for _, name := range slices.Sorted(maps.Keys(old)) {
			a.Flags.Set(name, old[name])
		}
	}
}

// changedByTests returns how the findings of packages differ, outside of test
// files, from those of their variants with the tests. go vet sees only these
// variants, and a finding that is there only without tests would be lost.
func (c checked) changedByTests() (problems []string) {
	outsideTests := func(f Finding) bool {
		file, _ := f.place()
		return !strings.HasSuffix(file, "_test.go")
	}
	for _, p := range c.packages {
		if p.ForTest == "" || p.PkgPath != p.ForTest {
			continue // not a package with its tests
		}
		problems = append(problems, differences(
			p.PkgPath+" alone", filter(c.findings[p.PkgPath], outsideTests),
			"with its tests it", filter(c.findings[p.ID], outsideTests))...)
	}
	return problems
}
