package spawn_test

import (
	"fmt"
	"go/ast"
	"go/types"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/ssa/ssautil"

	"github.com/leaklint/leaklint/internal/spawn"
)

// load builds the SSA of a package of testdata, and lists its functions in
// source order.
func load(t *testing.T, dir string) (*packages.Package, *ssa.Package, []*ssa.Function) {
	t.Helper()
	cfg := &packages.Config{Mode: packages.LoadSyntax, Tests: true}
	pkgs, err := packages.Load(cfg, "./"+filepath.Join("testdata", dir))
	if err != nil {
		t.Fatal(err)
	}
	pkg := pkgs[0]
	for _, p := range pkgs {
		if len(p.Syntax) > len(pkg.Syntax) && !strings.HasSuffix(p.ID, ".test") {
			pkg = p
		}
	}
	prog, _ := ssautil.Packages([]*packages.Package{pkg}, 0)
	ssapkg := prog.Package(pkg.Types)
	ssapkg.Build()
	var funcs []*ssa.Function
	var add func(fn *ssa.Function)
	add = func(fn *ssa.Function) {
		funcs = append(funcs, fn)
		for _, anon := range fn.AnonFuncs {
			add(anon)
		}
	}
	for _, f := range pkg.Syntax {
		for _, d := range f.Decls {
			if d, ok := d.(*ast.FuncDecl); ok {
				add(prog.FuncValue(pkg.TypesInfo.Defs[d.Name].(*types.Func)))
			}
		}
	}
	return pkg, ssapkg, funcs
}

// std stands for the table of known functions.
func std(fn *types.Func, arg int) spawn.Runs {
	return map[string]spawn.Runs{
		"(*sync.Once).Do 1":      spawn.Once,
		"sync.OnceFunc 0":        spawn.WrapsAtMostOnce,
		"(*sync.WaitGroup).Go 1": spawn.OnNew,
		"time.AfterFunc 1":       spawn.OnNewAfter,
		"net/http.HandleFunc 1":  spawn.OnNewMany,
	}[fmt.Sprint(fn.FullName(), " ", arg)]
}

// TestLifetimes compares the lifetime of every site with the comment on its
// line, and expects none elsewhere.
func TestLifetimes(t *testing.T) {
	for _, dir := range []string{"lib", "cmd"} {
		t.Run(dir, func(t *testing.T) {
			pkg, ssapkg, funcs := load(t, dir)
			want := make(map[string]string)
			for _, f := range pkg.Syntax {
				for _, c := range f.Comments {
					text := strings.TrimPrefix(c.List[0].Text, "// ")
					for _, l := range []string{"process", "per call", "per instance", "unknown"} {
						if strings.HasPrefix(text, l) && pkg.Fset.Position(c.Pos()).Column > 2 {
							want[line(pkg, c)] = strings.TrimSpace(strings.Split(text, ":")[0])
						}
					}
				}
			}
			for _, s := range spawn.Find(ssapkg, funcs, std).Sites {
				p := pkg.Fset.Position(s.Pos())
				at := fmt.Sprintf("%s:%d", filepath.Base(p.Filename), p.Line)
				got := s.Lifetime.String()
				if s.Kind != spawn.Go {
					got += " " + s.Kind.String()
				}
				if got != want[at] {
					t.Errorf("%s: %s, want %q", at, got, want[at])
				}
				delete(want, at)
			}
			for at, w := range want {
				t.Errorf("%s: no site, want %q", at, w)
			}
		})
	}
}

// line returns file:line of a node.
func line(pkg *packages.Package, n ast.Node) string {
	p := pkg.Fset.Position(n.Pos())
	return fmt.Sprintf("%s:%d", filepath.Base(p.Filename), p.Line)
}
