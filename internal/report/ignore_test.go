package report_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/leaklint/leaklint/internal/report"
)

// leaks is a pass that reports each use of the name leak, as fake/x/low if the
// name is leakLow.
func leaks() *analysis.Analyzer {
	return report.NewAnalyzer(spec(func(pass *analysis.Pass) (findings []report.Finding, err error) {
		for n := range ast.Preorder(pass.Files[0]) {
			id, ok := n.(*ast.Ident)
			if !ok || !strings.HasPrefix(id.Name, "leak") {
				continue
			}
			f := report.Finding{Shape: "x", Pos: id.Pos(), Message: "leaks"}
			if id.Name == "leakLow" {
				f.Confidence = report.Low
			}
			findings = append(findings, f)
		}
		return findings, nil
	}))
}

func TestIgnoredLines(t *testing.T) {
	for _, test := range []struct {
		name, source string
		want         []int // lines that are reported
	}{
		{"own line", `
func f() {
	leak() //lint:ignore leaklint/fake it ends with the process
	leak()
	leak() //nolint:leaklint
	leak() //nolint:fake // why
	leak() // nolint
	leak() //nolint:errcheck, leaklint
	leak() //nolint:all
	leak() //lint:ignore fake/x why
	leak() //lint:ignore SA1000,leaklint why
	leak() //lint:ignore * why
}`, []int{4}},
		{"not about this", `
func f() {
	leak() //lint:ignore leaklint/other why
	leak() //nolint:errcheck
	leak() //nolint:leak
	leak() //lint:ignore fake/y why
	leak() //lint:ignore fake/xy why
	leak() // lint:ignore fake why
	leak() //nolinty
	leak() // see nolint:leaklint
	leak() //lint:ignore
	leak() /*nolint*/
	leak() //	//nolint shown as code in a comment
}`, []int{3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13}},
		{"no reason", `
func f() {
	leak() //lint:ignore leaklint/fake
	//lint:ignore leaklint/fake  
	leak()
}`, []int{3, 5}},
		{"line above", `
func f() {
	//lint:ignore leaklint/fake why
	leak()
	leak()
	//lint:ignore leaklint/fake why
	// and more about it
	leak()
	//lint:ignore leaklint/fake why

	leak()
	ok() //lint:ignore leaklint/fake why
	leak()
	//lint:ignore leaklint/fake why
	go func() {
		leak()
	}()
}`, []int{5, 11, 13, 16}},
		{"nolint covers the statement below", `
func f() {
	//nolint:leaklint
	go func() {
		leak()
	}()
	ok(func() { //nolint:leaklint
		leak()
	})
		//nolint:leaklint
	go func() {
		leak()
	}()
}`, []int{8, 12}},
		{"function", `
// f leaks.
//
//lint:ignore leaklint/fake why
func f() {
	leak()
	leak()
}

//nolint:leaklint
func g() {
	leak()
}

//lint:ignore leaklint/fake why

func h() {
	leak()
}`, []int{18}},
		{"file", `
func f() {
	leak()
	//lint:file-ignore leaklint/fake why
}

func g() { leak() }`, nil},
		{"file without reason", `
//lint:file-ignore leaklint/fake
func f() {
	leak()
}`, []int{4}},
	} {
		file, diags := runPass(t, leaks(), "package p"+test.source)
		var got []int
		for _, d := range diags {
			got = append(got, file.Line(d.Pos))
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: lines %v are reported, want %v", test.name, got, test.want)
		}
	}
}

func TestNolintAbovePackageClause(t *testing.T) {
	if _, diags := runPass(t, leaks(), "//nolint:leaklint\npackage p\n\nfunc f() { leak() }\n"); len(diags) != 0 {
		t.Errorf("%d findings are reported, want none", len(diags))
	}
}

func TestNolintOff(t *testing.T) {
	a := leaks()
	if err := a.Flags.Set("nolint", "false"); err != nil {
		t.Fatal(err)
	}
	_, diags := runPass(t, a, `package p
func f() {
	leak() //nolint:leaklint
	leak() //lint:ignore leaklint why
}`)
	if len(diags) != 1 {
		t.Errorf("%d findings are reported with -nolint=false, want the one under //nolint", len(diags))
	}
}

func TestUsedIgnores(t *testing.T) {
	const src = `package p
func f() {
	leak() //nolint:errcheck,fake
	leakLow() //lint:ignore leaklint/fake/x why
	ok() //nolint:leaklint
	leak() //lint:ignore fake
}`
	a := leaks()
	var used []string
	run := a.Run
	a.Run = func(pass *analysis.Pass) (any, error) {
		result, err := run(pass)
		for _, u := range result.(*report.Result).Used {
			used = append(used, fmt.Sprintf("%d %s", pass.Fset.Position(u.Ignore.Pos).Line, u.Name))
		}
		return result, err
	}
	runPass(t, a, src)
	if want := []string{"3 fake", "4 leaklint/fake/x"}; !slices.Equal(used, want) {
		t.Errorf("used ignores are %q, want %q", used, want)
	}
}

// FuzzIgnores checks that ignores can be read from any file that parses, with
// or without errors: the analyzer that reads them is not protected.
func FuzzIgnores(f *testing.F) {
	f.Add("package p\n//nolint:leaklint\nfunc f() {\n//lint:ignore leaklint why\n}")
	f.Add("//nolint\npackage p // nolint:a,,b // c\n//lint:file-ignore x y")
	f.Add("package p\nfunc f() { go func( } //nolint\n")
	f.Fuzz(func(t *testing.T, src string) {
		fset := token.NewFileSet()
		file, _ := parser.ParseFile(fset, "p.go", src, parser.ParseComments)
		if file == nil || !file.FileStart.IsValid() {
			t.Skip("no file")
		}
		result, err := report.Ignores.Run(&analysis.Pass{Fset: fset, Files: []*ast.File{file}})
		if err != nil {
			t.Fatal(err)
		}
		for _, ig := range result.([]*report.Ignore) {
			if !ig.Pos.IsValid() || ig.File != file {
				t.Errorf("ignore without place: %+v", ig)
			}
		}
	})
}
