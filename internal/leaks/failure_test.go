package leaks

import (
	"errors"
	"go/types"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/ssa/ssautil"

	"github.com/leaklint/leaklint/internal/passtest"
	"github.com/leaklint/leaklint/internal/skeleton"
)

// TestFailures: what fails inside costs one root, is told once for each cause with
// the root's name, and is told apart from what is only too much.
func TestFailures(t *testing.T) {
	pass := passtest.Load(t, "package p\n\ntype T int\n\nfunc (T) M() {}\n\nfunc F() {}\n")
	pass.Analyzer = &analysis.Analyzer{Name: "leaks"}
	pkg, _, err := ssautil.BuildPackage(&types.Config{}, pass.Fset, types.NewPackage("p", "p"), pass.Files, 0)
	if err != nil {
		t.Fatal(err)
	}
	pass.Pkg = pkg.Pkg
	r := newRunner(new(settings), pass, new(Result))
	f := pkg.Func("F")
	m := pkg.Prog.LookupMethod(pkg.Type("T").Type(), pkg.Pkg, "M")
	for _, by := range []func(*ssa.Function) (*skeleton.Unit, error){
		func(*ssa.Function) (*skeleton.Unit, error) { return nil, errors.New("invalid program") },
		func(*ssa.Function) (*skeleton.Unit, error) { panic("boom") },
		func(*ssa.Function) (*skeleton.Unit, error) { return nil, &skeleton.Error{Reason: "too large"} },
	} {
		for _, root := range []*ssa.Function{m, f} {
			if u, dropped := r.compile(root, by); u != nil || dropped == "" {
				t.Errorf("%s is not dropped", root)
			}
		}
	}
	if r.try("", func() {}) != true {
		t.Error("what does not fail has failed")
	}
	want := []string{
		"leaks failed on function (T).M of package p: invalid program",
		"leaks failed on function (T).M of package p: panic: boom in leaks.TestFailures.func",
	}
	got := r.res.Failures()
	if len(got) != len(want) {
		t.Fatalf("got %v, want %q", got, want)
	}
	for i, err := range got {
		if !strings.HasPrefix(err.Error(), want[i]) {
			t.Errorf("got %v, want %q", err, want[i])
		}
	}
}
