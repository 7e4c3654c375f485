package hostile_test

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"

	"github.com/leaklint/leaklint/internal/hostile"
	"github.com/leaklint/leaklint/passes"
)

// tolerance is by how much more than the source what is allocated may grow. That
// of a quadratic walk grows twice as much when the program doubles, that of an
// exponential one far more.
const tolerance = 1.8

// ground is what the analysis of a small program allocates anyway, in bytes:
// growth below it says nothing.
const ground = 4 << 20

// TestGrowth analyses each shape in a size and twice that size, with all passes.
// What is allocated is counted, not the time: the count is nearly the same
// everywhere.
func TestGrowth(t *testing.T) {
	imports := importer.Default()
	for _, s := range hostile.Shapes {
		t.Run(s.Name, func(t *testing.T) {
			small, large := s.Source(s.Short), s.Source(2*s.Short)
			analyse(t, imports, small) // what is read once is read now
			a, b := analyse(t, imports, small), analyse(t, imports, large)
			source := float64(len(large)) / float64(len(small))
			if growth := float64(b+ground) / float64(a+ground); growth > tolerance*source {
				t.Errorf("%d bytes of source: %d kB allocated; %d bytes: %d kB", len(small), a>>10, len(large), b>>10)
			}
		})
	}
}

// analyse runs all passes on a package of one file, and returns how many bytes
// that has allocated.
func analyse(t *testing.T, imports types.Importer, source string) uint64 {
	t.Helper()
	p, err := load(imports, source)
	if err != nil {
		t.Fatal(err)
	}
	return run(t, p)
}

// load type-checks a package of one file. What nobody uses is no error.
func load(imports types.Importer, source string) (*packages.Package, error) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "p.go", source, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	info := &types.Info{
		Types: make(map[ast.Expr]types.TypeAndValue), Defs: make(map[*ast.Ident]types.Object), Uses: make(map[*ast.Ident]types.Object),
		Implicits: make(map[ast.Node]types.Object), Instances: make(map[*ast.Ident]types.Instance), Scopes: make(map[ast.Node]*types.Scope),
		Selections: make(map[*ast.SelectorExpr]*types.Selection), FileVersions: make(map[*ast.File]string),
	}
	var hard error
	conf := &types.Config{Importer: imports, Sizes: types.SizesFor("gc", "amd64"), Error: func(err error) {
		if !strings.Contains(err.Error(), "and not used") {
			hard = err
		}
	}}
	pkg, _ := conf.Check("ex", fset, []*ast.File{f}, info)
	return &packages.Package{
		ID: "ex", Name: "p", PkgPath: "ex", GoFiles: []string{"p.go"}, CompiledGoFiles: []string{"p.go"},
		Fset: fset, Syntax: []*ast.File{f}, Types: pkg, TypesInfo: info, TypesSizes: conf.Sizes,
	}, hard
}

// run runs all passes on a package, and returns how many bytes that has
// allocated.
func run(t *testing.T, p *packages.Package) uint64 {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	graph, err := checker.Analyze(passes.All(), []*packages.Package{p}, &checker.Options{Sequential: true})
	runtime.ReadMemStats(&after)
	if err != nil {
		t.Fatal(err)
	}
	for action := range graph.All() {
		if action.Err != nil {
			t.Errorf("%v: %v", action, action.Err)
		}
		for _, d := range action.Diagnostics {
			if d.Category == "internal-error" {
				t.Errorf("%v: %s", action, d.Message)
			}
		}
	}
	return after.TotalAlloc - before.TotalAlloc
}
