package leaklint_test

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"

	"github.com/leaklint/leaklint/passes"
)

// TestConcurrentAnalyzers runs all passes on several packages at the same
// time, as gopls, golangci-lint and -standalone do. The race detector looks on
// (make test runs this test under it); that the findings are those of go vet,
// which runs one package a process, is the business of leaktest.
func TestConcurrentAnalyzers(t *testing.T) {
	pkgs, err := packages.Load(&packages.Config{
		Mode:  packages.LoadAllSyntax | packages.NeedModule,
		Dir:   filepath.Join("testdata", "src"),
		Env:   append(os.Environ(), "GOWORK=off"),
		Tests: true,
	}, "./unbufsend/timeout", "./unbufsend/crosspkg/...", "./unbufsend/tests", "./noctxcancel/...", "./onceblock/...")
	if err != nil {
		t.Fatal(err)
	}
	graph, err := checker.Analyze(passes.All(), pkgs, nil)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for action := range graph.All() {
		if action.Err != nil {
			t.Errorf("%s: %v", action, action.Err)
		}
		found += len(action.Diagnostics)
	}
	if found == 0 {
		t.Error("nothing was found: the passes did not run")
	}
}
