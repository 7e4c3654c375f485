package leaklint_test

import (
	"fmt"
	"go/ast"
	"go/types"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/tools/go/packages"
)

// The tests in this file hold the code to its architecture (docs/design.md
// section 4): data flows one way, and each thing is done in one place.

// module is the import path of this package.
const module = "github.com/leaklint/leaklint"

// levels are the rooms, bottom up. A room imports rooms of lower levels only;
// passes/* stands for every pass. A new room gets its place here.
var levels = [][]string{
	{"internal/coretype", "internal/fact", "internal/owner", "internal/explore/prog", "internal/nearest"},
	{"internal/explore/slice"},
	{"internal/known"},
	{"internal/lazyssa"},
	{"internal/visible", "internal/valueflow", "internal/site"},
	{"internal/paths"},
	{"internal/spawn", "internal/report"},
	{"internal/summary"},
	{"internal/endless", "internal/obligation", "internal/skeleton", "internal/explore", "internal/vet"},
	{"internal/stay", "internal/leaks", "internal/once"},
	{"internal/analyzerdoc", "internal/fixproof"},
	{"passes/*"},
	{"passes"},
	{"."},
	{"internal/goplsbuild", "gclplugin", "internal/profile"},
	{"internal/confirm"},
	{"internal/driver"},
	{"cmd/leaklint"},
}

// tools are what tests and developers run; no room imports one.
var tools = []string{"internal/explore/reference", "internal/difftest", "internal/hostile", "internal/leaktest", "internal/passtest"}

// room returns the room that the package is, as levels names it.
func room(path string) string {
	rel := strings.TrimPrefix(strings.TrimPrefix(path, module), "/")
	switch {
	case rel == "":
		return "."
	case strings.HasPrefix(rel, "passes/"):
		return "passes/*"
	}
	return rel
}

// level returns the level of a package, or -1 if it is a tool.
func level(path string) int {
	return slices.IndexFunc(levels, func(rooms []string) bool { return slices.Contains(rooms, room(path)) })
}

// isTool reports whether the package is, or belongs to, a tool, or is a main
// package below internal.
func isTool(p *packages.Package) bool {
	r := room(p.PkgPath)
	return p.Name == "main" && strings.HasPrefix(r, "internal/") ||
		slices.ContainsFunc(tools, func(t string) bool { return r == t || strings.HasPrefix(r, t+"/") })
}

// isAnalysis reports whether the code of the package runs in analyzers.
func isAnalysis(p *packages.Package) bool {
	return level(p.PkgPath) >= 0 && level(p.PkgPath) <= level(module)
}

// sources returns the packages of the module without their tests.
var sources = sync.OnceValues(func() ([]*packages.Package, error) {
	mode := packages.NeedName | packages.NeedFiles | packages.NeedImports | packages.NeedSyntax |
		packages.NeedTypes | packages.NeedTypesInfo | packages.NeedExportFile
	return packages.Load(&packages.Config{Mode: mode}, "./...")
})

// load returns sources, or fails the test.
func load(t *testing.T) []*packages.Package {
	t.Helper()
	pkgs, err := sources()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range pkgs {
		for _, err := range p.Errors {
			t.Fatal(err)
		}
	}
	return pkgs
}

func TestImportsGoDownwards(t *testing.T) {
	for _, p := range load(t) {
		own := level(p.PkgPath)
		if own < 0 && !isTool(p) {
			t.Errorf("%s has no place in levels or tools", p.PkgPath)
		}
		for path, q := range p.Imports {
			switch {
			case own < 0 || !strings.HasPrefix(path, module):
				continue // a tool, or not ours
			case isTool(q) || level(path) < 0:
				t.Errorf("%s imports the tool %s", p.PkgPath, path)
			case level(path) >= own:
				t.Errorf("%s imports %s, which is not below it", p.PkgPath, path)
			}
		}
	}
}

func TestForbiddenImports(t *testing.T) {
	for _, p := range load(t) {
		for path := range p.Imports {
			if why := forbidden(p, path); why != "" {
				t.Errorf("%s imports %s: %s", p.PkgPath, path, why)
			}
		}
	}
}

// forbidden says why the package must not import path, or "".
func forbidden(p *packages.Package, path string) string {
	analysis := "golang.org/x/tools/go/analysis"
	outside := strings.Contains(strings.SplitN(path, "/", 2)[0], ".") && !strings.HasPrefix(path, module)
	switch r := room(p.PkgPath); {
	case path == analysis+"/passes/ctrlflow" && r == "internal/vet":
		return "" // it is called, not required: docs/decisions/ask-lostcancel-itself.md
	case path == analysis+"/passes/buildssa" || path == analysis+"/passes/ctrlflow":
		return "it builds every dependency; ask internal/lazyssa"
	case !isAnalysis(p):
		return ""
	case slices.Contains([]string{"os", "os/exec", "net", "net/http", "math/rand", "math/rand/v2", "log", "log/slog"}, path):
		return "analyzers are hermetic and do not print"
	case outside && strings.HasPrefix(r, "internal/explore"):
		return "the machine knows nothing of Go, SSA or analysis"
	case strings.HasPrefix(path, "go/") && path != "go/token" && strings.HasPrefix(r, "internal/explore"):
		return "the machine knows nothing of Go, SSA or analysis"
	case outside && r == "internal/report" && path != analysis:
		return "report needs no other package outside std"
	case outside && !strings.HasPrefix(path, "golang.org/x/tools/go/"):
		return "analyzers need no other module than x/tools"
	}
	return ""
}

// intercepts reports whether the package runs an analyzer of others on a copy
// of the pass: it replaces what that analyzer would export and report.
func intercepts(p *packages.Package) bool { return room(p.PkgPath) == "internal/vet" }

func TestOnlySummaryExportsFacts(t *testing.T) {
	eachUse(t, func(p *packages.Package, use string, fail func(string)) {
		if strings.HasPrefix(use, "(golang.org/x/tools/go/analysis.Pass).Export") && room(p.PkgPath) != "internal/summary" && !intercepts(p) {
			fail("only internal/summary exports facts")
		}
	})
}

func TestOnlyReportReports(t *testing.T) {
	eachUse(t, func(p *packages.Package, use string, fail func(string)) {
		if strings.HasPrefix(use, "(golang.org/x/tools/go/analysis.Pass).Report") && room(p.PkgPath) != "internal/report" && !intercepts(p) {
			fail("return a report.Finding; only internal/report reports")
		}
	})
}

func TestOnlyTheDriverPrintsAndExits(t *testing.T) {
	eachUse(t, func(p *packages.Package, use string, fail func(string)) {
		prints := strings.HasPrefix(use, "fmt.Print") || strings.HasPrefix(use, "log.") || use == "builtin.print" || use == "builtin.println"
		exits := use == "os.Exit" || use == "os.Stdout" || use == "os.Stderr" || use == "syscall.Exit"
		if (prints || exits) && room(p.PkgPath) != "internal/driver" && p.Name != "main" {
			fail("only internal/driver prints and exits")
		}
	})
}

func TestAnalyzersAreHermetic(t *testing.T) {
	clock := []string{"time.Now", "time.Since", "time.Until", "time.After", "time.Sleep", "runtime.GOOS", "runtime.NumCPU"}
	eachUse(t, func(p *packages.Package, use string, fail func(string)) {
		if isAnalysis(p) && slices.Contains(clock, use) {
			fail("what an analyzer finds depends on the package only")
		}
	})
}

func TestPassesAskInternal(t *testing.T) {
	eachUse(t, func(p *packages.Package, use string, fail func(string)) {
		switch {
		case room(p.PkgPath) != "passes/*":
		case strings.HasSuffix(use, ".Referrers"):
			fail("ask internal/valueflow where a value flows")
		case use == "(go/types.Package).Path" || use == "go/types.TypeString" || use == "go/types.ObjectString":
			fail("ask internal/known what a type or function is")
		}
	})
}

// eachUse calls check with every object of another package, or builtin, that
// the code of the module uses: "fmt.Println", "(go/types.Package).Path" for
// methods and fields.
func eachUse(t *testing.T, check func(p *packages.Package, use string, fail func(string))) {
	t.Helper()
	for _, p := range load(t) {
		for _, f := range p.Syntax {
			for n := range ast.Preorder(f) {
				id, ok := n.(*ast.Ident)
				if !ok || p.TypesInfo.Uses[id] == nil {
					continue
				}
				use := objectName(p.TypesInfo, id)
				check(p, use, func(why string) {
					t.Errorf("%s uses %s: %s", p.Fset.Position(id.Pos()), use, why)
				})
			}
		}
	}
}

// objectName returns the name of the object that id uses.
func objectName(info *types.Info, id *ast.Ident) string {
	obj := info.Uses[id]
	if obj.Pkg() == nil {
		return "builtin." + obj.Name()
	}
	if v, ok := obj.(*types.Var); ok && v.IsField() {
		return fmt.Sprintf("(%s).%s", fieldOwner(obj), obj.Name())
	}
	if fn, ok := obj.(*types.Func); ok && fn.Signature().Recv() != nil {
		return strings.Replace(fn.FullName(), "(*", "(", 1)
	}
	return obj.Pkg().Path() + "." + obj.Name()
}

// fieldOwner returns the name of the package-level type with the field, or the
// package if there is none.
func fieldOwner(field types.Object) string {
	scope := field.Pkg().Scope()
	for _, name := range scope.Names() {
		s, ok := scope.Lookup(name).Type().Underlying().(*types.Struct)
		for i := 0; ok && i < s.NumFields(); i++ {
			if s.Field(i) == field {
				return field.Pkg().Path() + "." + name
			}
		}
	}
	return field.Pkg().Path()
}

func TestForbiddenFindsSomething(t *testing.T) {
	for _, test := range []struct {
		pkg, path string
		forbidden bool
	}{
		{"passes/x", "os", true},
		{"internal/leaks", "golang.org/x/tools/go/analysis/passes/buildssa", true},
		{"internal/driver", "golang.org/x/tools/go/analysis/passes/buildssa", true},
		{"internal/explore", "golang.org/x/tools/go/ssa", true},
		{"internal/explore/prog", "go/ast", true},
		{"internal/explore/prog", "go/token", false},
		{"internal/report", "golang.org/x/tools/go/ssa", true},
		{"internal/report", "golang.org/x/tools/go/analysis", false},
		{"internal/leaks", "golang.org/x/mod/semver", true},
		{"internal/leaks", module + "/internal/report", false},
		{"internal/driver", "os", false},
		{"internal/leaktest", "os/exec", false},
	} {
		why := forbidden(&packages.Package{PkgPath: module + "/" + test.pkg}, test.path)
		if (why != "") != test.forbidden {
			t.Errorf("%s importing %s: %q", test.pkg, test.path, why)
		}
	}
}
