package leaklint_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"

	"github.com/leaklint/leaklint/internal/fact"
	"github.com/leaklint/leaklint/internal/lazyssa"
	"github.com/leaklint/leaklint/passes"
)

// The tests in this file show that SSA is not built where it does not matter,
// and that this changes nothing.

// TestLazySSA compares findings and facts of all corpora with those that come
// out when the SSA of every package is built. With LEAKLINT_LAZY set to a
// directory it does the same for the modules below it.
func TestLazySSA(t *testing.T) {
	t.Run("corpora", func(t *testing.T) { compareLazy(t, filepath.Join("testdata", "src"), true) })
	root := os.Getenv("LEAKLINT_LAZY")
	if root == "" {
		return
	}
	modules, err := filepath.Glob(filepath.Join(root, "*", "go.mod"))
	if err != nil || len(modules) == 0 {
		t.Fatalf("no modules below LEAKLINT_LAZY=%s (%v)", root, err)
	}
	for _, mod := range modules {
		dir := filepath.Dir(mod)
		t.Run(filepath.Base(dir), func(t *testing.T) { compareLazy(t, dir, false) })
	}
}

// compareLazy analyses the module in dir twice and compares. The corpora have
// a package that matters and one that does not, at least.
func compareLazy(t *testing.T, dir string, both bool) {
	pkgs, err := packages.Load(&packages.Config{
		Mode:  packages.LoadAllSyntax | packages.NeedModule,
		Dir:   dir,
		Env:   append(os.Environ(), "GOWORK=off"),
		Tests: true,
	}, "./...")
	if err != nil {
		t.Fatal(err)
	}
	lazy, whole, skipped := outcome(t, pkgs)
	if both && (whole == 0 || skipped == 0) {
		t.Errorf("%d packages matter and %d do not: one side is not tested", whole, skipped)
	}
	lazyssa.BuildAlways(true)
	defer lazyssa.BuildAlways(false)
	always, _, _ := outcome(t, pkgs)
	t.Logf("%d findings and lines of facts; of the packages outside std %d matter, %d do not", len(lazy), whole, skipped)
	if len(lazy) == 0 {
		t.Error("nothing to compare")
	}
	for _, line := range always {
		if _, found := slices.BinarySearch(lazy, line); !found {
			t.Errorf("only if SSA is always built: %s", line)
		}
	}
	for _, line := range lazy {
		if _, found := slices.BinarySearch(always, line); !found {
			t.Errorf("only if SSA is built lazily: %s", line)
		}
	}
}

// outcome returns findings and facts, sorted, and how many packages outside
// std matter and do not.
func outcome(t *testing.T, pkgs []*packages.Package) (lines []string, whole, skipped int) {
	graph, err := checker.Analyze(passes.All(), pkgs, nil)
	if err != nil {
		t.Fatal(err)
	}
	summarised := make(map[*packages.Package]bool)
	for action := range graph.All() {
		if action.Err != nil {
			t.Logf("%s: %v", action, action.Err) // a module that does not compile here
			continue
		}
		for _, d := range action.Diagnostics {
			lines = append(lines, fmt.Sprintf("%s: %s (%s)", action.Package.Fset.Position(d.Pos), d.Message, d.Category))
		}
		p := new(fact.Package)
		if summarised[action.Package] || action.Package.Module == nil || !action.PackageFact(action.Package.Types, p) {
			continue
		}
		summarised[action.Package] = true
		if p.Whole {
			whole++
		} else {
			skipped++
		}
		for line := range strings.Lines(p.String()) {
			lines = append(lines, action.Package.ID+": "+strings.TrimSpace(line))
		}
	}
	slices.Sort(lines)
	return lines, whole, skipped
}
