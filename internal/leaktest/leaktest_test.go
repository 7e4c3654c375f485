package leaktest

import (
	"fmt"
	"go/ast"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/leaklint/leaklint/internal/report"
)

// toy returns an analyzer that reports each call of leak as an expression
// statement. Its first fix replaces the statement, its second one deletes it.
func toy(replacement string) *analysis.Analyzer {
	return report.NewAnalyzer(report.Spec{Name: "toy", Doc: "finds leaks", Run: func(pass *analysis.Pass) ([]report.Finding, error) {
		var findings []report.Finding
		for _, f := range pass.Files {
			for n := range ast.Preorder(f) {
				stmt, ok := n.(*ast.ExprStmt)
				if !ok {
					continue
				}
				if call := stmt.X.(*ast.CallExpr); call.Fun.(*ast.Ident).Name == "leak" {
					edit := analysis.TextEdit{Pos: stmt.Pos(), End: stmt.End()}
					other := edit
					edit.NewText = []byte(replacement)
					findings = append(findings, report.Finding{Shape: "x", Pos: n.Pos(), Message: "leaks", Fixes: []analysis.SuggestedFix{
						{Message: "replace", TextEdits: []analysis.TextEdit{edit}},
						{Message: "delete", TextEdits: []analysis.TextEdit{other}},
					}})
				}
			}
		}
		return findings, nil
	}})
}

// write writes files below a new directory.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, content := range files {
		name = filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// toyCorpus is two packages, one with a test file that has a finding of its
// own, and a module with a go line of its own.
var toyCorpus = map[string]string{
	"testdata/src/go.mod": "module corpus\n\ngo 1.26\n",
	"testdata/src/toy/a/a.go": `package a

func leak() {}
func keep() {}

func f() {
	leak() // want "leaks"
	leak() // want toy/x:"^leaks$"
	keep()
}
`,
	"testdata/src/toy/a/a.go.golden": `package a

func leak() {}
func keep() {}

func f() {
	keep() // want "leaks"
	keep() // want toy/x:"^leaks$"
	keep()
}
`,
	"testdata/src/toy/a/a_test.go": "package a\n\nfunc g() {\n\tleak() // want \"leaks\"\n}\n",
	"testdata/src/toy/b/b.go":      "//leaktest:flags -confidence=low -skip-vet=true\n\npackage b\n",
	"testdata/src/toy/b/c/c.go":    "package c\n",
	"testdata/src/toy/old/go.mod":  "module old\n\ngo 1.22\n",
	"testdata/src/toy/old/o.go":    "package old\n",
	"testdata/src/other/o.go":      "package other\n",
}

func TestCorpusIsListed(t *testing.T) {
	root := write(t, toyCorpus)
	var got []string
	for _, b := range batches(corpus(t, root, "toy")) {
		module, err := filepath.Rel(root, b.module)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, fmt.Sprintln(filepath.ToSlash(module), b.flags, b.patterns()))
	}
	want := []string{
		"testdata/src [] [./toy/a ./toy/b/c]\n",
		"testdata/src [toy.confidence=low toy.skip-vet=true] [./toy/b]\n",
		"testdata/src/toy/old [] [./.]\n",
	}
	if !slices.Equal(got, want) {
		t.Errorf("batches are\n%q, want\n%q", got, want)
	}
	if all := corpus(t, root, ""); len(all) != 5 {
		t.Errorf("all corpora have %d folders, want 5", len(all))
	}
}

func TestFixes(t *testing.T) {
	root := write(t, toyCorpus)
	b := batches(corpus(t, root, "toy"))[0]
	c := checked{packages: load(t, b.module, b.patterns())}
	for _, test := range []struct {
		replacement string
		want        []string // parts of the problems
	}{
		{"keep()", nil},
		{"unknown()", []string{"differs from", "undefined: unknown"}},
		{"leak(/*x*/)", []string{"differs from", "after the first fixes the pass reports\n\ttoy/x: leaks"}},
	} {
		a := toy(test.replacement)
		c.findings = analyze(t, a, c.packages)
		fail(t, unmet(wantsOf(t, b.folders[0]), c.in(b.folders[0])))
		fail(t, c.changedByTests())
		problems := c.unrepaired(t, a)
		if len(problems) != len(test.want) {
			t.Errorf("%s: %d problems, want %d: %q", test.replacement, len(problems), len(test.want), problems)
			continue
		}
		for i, part := range test.want {
			if !strings.Contains(problems[i], part) {
				t.Errorf("%s: problem is %q, want one with %q", test.replacement, problems[i], part)
			}
		}
	}
}

func TestChangedByTests(t *testing.T) {
	b := batches(corpus(t, write(t, toyCorpus), "toy"))[0]
	c := checked{packages: load(t, b.module, b.patterns()), findings: make(map[string][]Finding)}
	for _, p := range c.packages {
		if p.ForTest == "" {
			c.findings[p.ID] = []Finding{{Category: "toy/x", Posn: p.GoFiles[0] + ":3:1"}}
		}
	}
	problems := c.changedByTests()
	if len(problems) != 1 || !strings.Contains(problems[0], "corpus/toy/a alone reports, with its tests it does not") {
		t.Errorf("problems are %q, want one about corpus/toy/a", problems)
	}
}

func TestParseWants(t *testing.T) {
	for _, test := range []struct{ comment, want string }{
		{`// want "a b" ` + "`c`", `f.go:3: want "a b" f.go:3: want "c"`},
		{`// want noctxcancel/lost/low:"x" "y"`, `f.go:3: want noctxcancel/lost/low:"x" f.go:3: want "y"`},
		{`// the twin. // want "x\"y"`, `f.go:3: want "x\"y"`},
		{`/* want "x" */`, `f.go:3: want "x"`},
		{`// want to say nothing`, ``},
		{`// wants "x"`, ``},
		{`// want "x`, `error`},
		{`// want "x" y`, `error`},
		{`// want "("`, `error`},
		{`// want Odd/x:"y"`, `error`},
	} {
		wants, err := parseWants(test.comment)
		var parts []string
		for _, w := range wants {
			w.file, w.line = "f.go", 3
			parts = append(parts, w.String())
		}
		got := strings.Join(parts, " ")
		if err != nil {
			got = "error"
		}
		if got != test.want {
			t.Errorf("%s: got %s, want %s", test.comment, got, test.want)
		}
	}
}

func TestUnmet(t *testing.T) {
	one := func(category, message string) []Finding {
		pass, _, _ := strings.Cut(category, "/")
		return []Finding{{Analyzer: pass, Category: category, Posn: "/a.go:3:5", Message: message}}
	}
	w := func(line int, category, re string) []want {
		return []want{{"/a.go", line, "p", category, regexp.MustCompile(re)}}
	}
	for _, test := range []struct {
		wants    []want
		findings []Finding
		problems int
	}{
		{w(3, "", "ab"), one("p/x", "cabd"), 0},
		{w(3, "p/x", "ab"), one("p/x", "cabd"), 0},
		{slices.Concat(w(3, "", "."), w(3, "p/x", ".")), slices.Concat(one("p/x", "m"), one("p/y", "n")), 0},
		{w(3, "p/x", "ab"), one("p/x/low", "cabd"), 2},
		{w(4, "", "ab"), one("p/x", "ab"), 2},
		{w(3, "", "^b"), one("p/x", "ab"), 2},
		{w(3, "", "ab"), one("q/x", "ab"), 2},
		{w(3, "q/x", "ab"), one("q/x", "ab"), 0},
		{w(3, "", "ab"), one(report.InternalError, "ab"), 2},
		{w(3, "", "ab"), nil, 1},
		{w(3, "", "ab"), slices.Concat(one("p/x", "ab"), one("p/x", "ab")), 1},
	} {
		if got := unmet(test.wants, test.findings); len(got) != test.problems {
			t.Errorf("%v with %v: problems %q, want %d", test.wants, test.findings, got, test.problems)
		}
	}
}

func TestDifferences(t *testing.T) {
	a := []Finding{{Category: "p/x", Posn: "/a.go:3:5", Related: []Related{{"/b.go:1:7", "1 · note · x"}}}}
	b := []Finding{{Category: "p/x", Posn: "/a.go:3:5", Related: []Related{{"/b.go:1:1", "1 · note · x"}}}}
	if got := differences("a", a, "b", b); len(got) != 0 {
		t.Errorf("column of a related position: differences %q", got)
	}
	b[0].Related[0].Posn = "/b.go:2:1"
	if got := differences("a", a, "b", b); len(got) != 2 {
		t.Errorf("line of a related position: differences %q, want 2", got)
	}
}

func TestUnreadable(t *testing.T) {
	for _, test := range []struct {
		message string
		want    int
	}{
		{"1 · started · x", 0},
		{"see line 3", 1},
		{"1 · note · assumes x", 1},
		{"1 · stays · goroutine started at line 3 · x", 1},
	} {
		got := unreadable([]Finding{{Related: []Related{{"/a.go:3:1", test.message}}}})
		if len(got) != test.want {
			t.Errorf("%s: problems %q, want %d", test.message, got, test.want)
		}
	}
}

func TestSplitPosn(t *testing.T) {
	for _, test := range []struct {
		posn, file string
		line       int
	}{
		{"/a.go:3:5", "/a.go", 3},
		{`C:\a.go:3:5`, `C:\a.go`, 3},
		{"/a.go:3", "/a.go", 3},
		{"-", "-", 0},
	} {
		if file, line := splitPosn(test.posn); file != test.file || line != test.line {
			t.Errorf("splitPosn(%s) = %s, %d", test.posn, file, line)
		}
	}
}
