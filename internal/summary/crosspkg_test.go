package summary_test

import (
	"go/ast"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"

	"github.com/leaklint/leaklint/internal/fact"
	"github.com/leaklint/leaklint/internal/passtest"
	"github.com/leaklint/leaklint/internal/summary"
)

// probe hands out the results of the summary of each package.
var probe = &analysis.Analyzer{
	Name:       "probe",
	Doc:        "probe hands out summaries",
	Requires:   []*analysis.Analyzer{summary.Analyzer},
	ResultType: reflect.TypeFor[*summary.Result](),
	Run:        func(pass *analysis.Pass) (any, error) { return pass.ResultOf[summary.Analyzer], nil },
}

// module is a module of three packages, each importing only the next.
var module = map[string]string{
	"go.mod": "module m\n\ngo 1.26\n",
	"a/a.go": `package a

import "m/b"

func Call(f func())  { b.Call(f) }
func Drop(f func())  { b.Drop(f) }
func Start(f func()) { b.Start(f) }
func Die()           { b.Die() }
func Make() func()   { return b.Make() }
func Get()           { b.Get() }
func Any(x any)      { b.Any(x) }

// C's method is of a package that is not imported here.
func Indirect(f func()) { b.New().M(f) }
`,
	"b/b.go": `package b

import "m/c"

func Call(f func())  { c.Call(f) }
func Drop(f func())  { c.Drop(f) }
func Start(f func()) { c.Start(f) }
func Die()           { c.Die() }
func Make() func()   { return c.Make() }
func Get()           { c.Get() }
func Any(x any)      { c.Any(x) }
func New() *c.C      { return new(c.C) }
`,
	"c/c.go": `package c

import ("context"; "net/http"; "os")

func Call(f func())  { call(f) }
func call(f func())  { f() }
func Drop(f func())  {}
func Start(f func()) { go f() }
func Die()           { os.Exit(1) }
func Make() func()   { _, cancel := context.WithCancel(context.Background()); return cancel }
func Get()           { get() }
func get()           { http.Get("") }
func Any(x any)      { kept = x }

var kept any

type C struct{}

func (*C) M(f func()) { f() }
`,
	"plain/plain.go": "package plain\n\nvar kept any\n\nfunc Any(x any) { kept = x }\n",
	"user/user.go":   "package user\n\nimport \"m/plain\"\n\nfunc Any(x any, f func()) { plain.Any(x) }\n",
}

// TestAcrossPackages checks that facts are complete on the function called,
// however deep what they say happens, and that only those are asked for.
func TestAcrossPackages(t *testing.T) {
	dir := t.TempDir()
	for name, content := range module {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	results, pkgs := summarize(t, dir, "./a", "./user")
	want := map[string]string{
		"Call":     "must call param0",
		"Drop":     "nothing",
		"Start":    "must call param0 spawned",
		"Die":      "ends the process",
		"Make":     "result0 release of context.WithCancel; result0 not nil",
		"Get":      "may block on a request (b.Get → c.Get → c.get → http.Get), unbounded",
		"Any":      "must store param0",
		"Indirect": "must keep param0",
	}
	for name, want := range want {
		fn := pkgs["m/a"].Scope().Lookup(name).(*types.Func)
		if f, ok := results["m/a"].Func(fn); !ok || f.String() != want {
			t.Errorf("%s: %s, want %s", name, f, want)
		}
	}
	// Nobody looked into package plain: what it is given it may keep.
	fn := pkgs["m/user"].Scope().Lookup("Any").(*types.Func)
	if f, _ := results["m/user"].Func(fn); f.String() != "may keep param0" {
		t.Errorf("user.Any: %s", f)
	}
}

// summarize runs the analyzer over packages and their dependencies, with facts
// encoded and decoded on the way, and returns results and types by path.
func summarize(t *testing.T, dir string, patterns ...string) (map[string]*summary.Result, map[string]*types.Package) {
	t.Helper()
	graph := analyzeAll(t, dir, passtest.ParseFile, patterns...)
	results := make(map[string]*summary.Result)
	pkgs := make(map[string]*types.Package)
	for _, root := range graph.Roots {
		results[root.Package.PkgPath] = root.Result.(*summary.Result)
		pkgs[root.Package.PkgPath] = root.Package.Types
	}
	return results, pkgs
}

// A parser is the field ParseFile of packages.Config.
type parser func(*token.FileSet, string, []byte) (*ast.File, error)

// analyzeAll loads and analyses packages with their dependencies.
func analyzeAll(t *testing.T, dir string, parse parser, patterns ...string) *checker.Graph {
	t.Helper()
	loaded, err := packages.Load(&packages.Config{
		Mode:      packages.LoadAllSyntax | packages.NeedModule,
		ParseFile: parse,
		Dir:       dir,
		Env:       append(os.Environ(), "GOWORK=off"),
	}, patterns...)
	if err != nil {
		t.Fatal(err)
	}
	if packages.PrintErrors(loaded) > 0 {
		t.FailNow()
	}
	graph, err := checker.Analyze([]*analysis.Analyzer{probe}, loaded, &checker.Options{SanityCheck: true})
	if err != nil {
		t.Fatal(err)
	}
	for action := range graph.All() {
		if action.Err != nil {
			t.Errorf("%s: %v", action, action.Err)
		}
	}
	return graph
}

// maxFactBytes caps the facts of the packages of TestFactBytes: x/tools as far
// as the analyzers need it.
const maxFactBytes = 24_000

// TestFactBytes holds facts small: every importer reads them.
func TestFactBytes(t *testing.T) {
	total, count := 0, 0
	for action := range analyzeAll(t, "", nil, "golang.org/x/tools/go/analysis/checker", "golang.org/x/tools/go/ssa").All() {
		p := new(fact.Package)
		if action.Analyzer != summary.Analyzer || !action.PackageFact(action.Package.Types, p) {
			continue
		}
		data, err := p.GobEncode()
		if err != nil {
			t.Fatal(err)
		}
		total += len(data)
		count += p.Len()
		if action.Package.Module == nil {
			t.Errorf("%s is of std and has a fact", action.Package.PkgPath)
		}
	}
	t.Logf("%d facts, %d bytes", count, total)
	if total > maxFactBytes || total < maxFactBytes/4 {
		t.Errorf("facts of %d objects take %d bytes, want less than %d (and not far less: lower the cap)", count, total, maxFactBytes)
	}
}
