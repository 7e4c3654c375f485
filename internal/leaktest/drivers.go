package leaktest

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/analysistest"
	"golang.org/x/tools/go/analysis/checker"
)

// Agree holds that a finds the same in the topics of its corpus as a vet tool,
// under leaklint -standalone, and in the analysistest that others test their
// analyzers with.
func Agree(t *testing.T, a *analysis.Analyzer, topics ...string) {
	t.Helper()
	root := repository(t)
	var folders []folder
	for _, topic := range topics {
		found := slices.DeleteFunc(corpus(t, root, a.Name+"/"+topic), func(f folder) bool {
			return len(wantsOf(t, f)) == 0 // what others import
		})
		if len(found) == 0 {
			t.Fatalf("no corpus with findings in testdata/src/%s/%s", a.Name, topic)
		}
		folders = append(folders, found...)
	}
	tool := vettool(t, root)
	for _, b := range batches(folders) {
		vetted := b.sorted(only(a.Name, vet(t, tool, b)))
		if len(vetted) == 0 {
			t.Errorf("nothing is found in %q", b.patterns())
		}
		fail(t, differences("go vet", vetted, "leaklint -standalone", b.sorted(standalone(t, tool, a, b))))
		fail(t, differences("go vet", vetted, "analysistest", b.sorted(tested(t, a, b))))
	}
}

// sorted returns the findings in the folders of the batch, in order.
func (b batch) sorted(findings []Finding) []Finding {
	var all []Finding
	for _, f := range b.folders {
		all = append(all, in(f, findings)...)
	}
	return all
}

// standalone runs leaklint -standalone on the folders of the batch and returns
// the findings of a.
func standalone(t *testing.T, tool string, a *analysis.Analyzer, b batch) []Finding {
	t.Helper()
	args := []string{"-standalone", "-json", "-" + a.Name}
	for _, flag := range b.flags {
		args = append(args, "-"+flag)
	}
	cmd := exec.Command(tool, append(args, b.patterns()...)...)
	cmd.Dir = b.module
	cmd.Env = append(os.Environ(), "PWD="+b.module, "GOFLAGS=-buildvcs=false", "GOWORK=off")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	status := new(exec.ExitError)
	if err := cmd.Run(); err != nil && (!errors.As(err, &status) || status.ExitCode() != 1) {
		t.Fatalf("leaklint %s: %v\n%s", strings.Join(cmd.Args[1:], " "), err, &stderr)
	}
	return decode(t, &stdout)
}

// tested runs analysistest on the folders of the batch. Its own expectations
// are in another language than ours, so that it would complain.
func tested(t *testing.T, a *analysis.Analyzer, b batch) []Finding {
	t.Helper()
	defer setFlags(t, a, b)()
	graph := new(checker.Graph)
	for _, r := range analysistest.Run(deaf{}, b.module, a, b.patterns()...) {
		graph.Roots = append(graph.Roots, r.Action)
	}
	slices.SortFunc(graph.Roots, func(x, y *checker.Action) int { return strings.Compare(x.Package.ID, y.Package.ID) })
	var out bytes.Buffer
	if err := graph.PrintJSON(&out); err != nil {
		t.Fatal(err)
	}
	return decode(t, &out)
}

// deaf ignores what a test complains about.
type deaf struct{}

// Errorf implements analysistest.Testing.
func (deaf) Errorf(string, ...any) {}
