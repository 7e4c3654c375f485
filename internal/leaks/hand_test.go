package leaks_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis/checker"

	"github.com/leaklint/leaklint/internal/explore"
	"github.com/leaklint/leaklint/internal/explore/prog"
	"github.com/leaklint/leaklint/internal/leaks"
	"github.com/leaklint/leaklint/internal/report"
)

// harness are the samples that need entries of an object to be run together.
var harness = []string{"actor"}

// TestHandTranslations: the samples of internal/explore that were translated by
// hand from the Go source beside them compile to equivalent programs: the same
// lines leak, and the states are at most twice as many.
func TestHandTranslations(t *testing.T) {
	files, err := filepath.Glob("../explore/testdata/go/*.go")
	if err != nil || len(files) < 12 {
		t.Fatalf("%d samples: %v", len(files), err)
	}
	results := analyse(t, files)
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".go")
		if slices.Contains(harness, name) {
			continue
		}
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(strings.TrimSuffix(file, ".go") + ".leak")
			if err != nil {
				t.Fatal(err)
			}
			p, err := prog.Parse(string(text))
			if err != nil {
				t.Fatal(err)
			}
			var want []string
			for _, line := range strings.Split(string(text), "\n") {
				if w, ok := strings.CutPrefix(line, "// want "); ok && !strings.HasPrefix(w, "victim") {
					want = append(want, w)
				}
			}
			slices.Sort(want)
			got := results[name]
			if !slices.Equal(got.leaks, want) {
				t.Errorf("found %q, by hand %q", got.leaks, want)
			}
			if by := explore.Run(p, explore.Options{}).States; got.states > 2*by {
				t.Errorf("%d states, by hand %d", got.states, by)
			}
		})
	}
}

// A sampled is what was found in one sample.
type sampled struct {
	leaks  []string // as "leak LINE" or "low LINE"
	states int      // of the root with most of them
}

// analyse looks for leaks in Go files, each a package of its own.
func analyse(t *testing.T, files []string) map[string]sampled {
	t.Helper()
	sources := map[string][]byte{"go.mod": []byte("module samples\n\ngo 1.26\n")}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		sources[filepath.Join(strings.TrimSuffix(filepath.Base(file), ".go"), "a.go")] = text
	}
	found := map[string]sampled{}
	for _, act := range load(t, write(t, sources), leaks.Everything) {
		found[filepath.Base(act.Package.PkgPath)] = sampleOf(act, act.Result.(*leaks.Result))
	}
	return found
}

// sampleOf sums a result up.
func sampleOf(act *checker.Action, res *leaks.Result) sampled {
	var s sampled
	for _, l := range res.Leaks {
		kind := "leak"
		if l.Confidence == report.Low {
			kind = "low"
		}
		s.leaks = append(s.leaks, fmt.Sprintf("%s %d", kind, act.Package.Fset.Position(l.Pos).Line))
	}
	slices.Sort(s.leaks)
	for _, r := range res.Roots {
		s.states = max(s.states, r.States)
	}
	return s
}
