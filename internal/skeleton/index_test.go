package skeleton

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"testing"

	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/ssa/ssautil"
)

// load builds the SSA of a package of source files, as lazyssa does.
func load(t testing.TB, files ...string) (*ssa.Package, []*ssa.Function) {
	t.Helper()
	fset := token.NewFileSet()
	var parsed []*ast.File
	for _, f := range files {
		p, err := parser.ParseFile(fset, f, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		parsed = append(parsed, p)
	}
	pkg := types.NewPackage("corpus/"+parsed[0].Name.Name, parsed[0].Name.Name)
	ssapkg, _, err := ssautil.BuildPackage(&types.Config{Importer: importer.Default()}, fset, pkg, parsed, 0)
	if err != nil {
		t.Fatal(err)
	}
	return ssapkg, sourceFuncs(ssapkg, parsed)
}

// sourceFuncs lists the functions of a package in source order.
func sourceFuncs(pkg *ssa.Package, files []*ast.File) []*ssa.Function {
	var fns []*ssa.Function
	var add func(*ssa.Function)
	add = func(fn *ssa.Function) {
		fns = append(fns, fn)
		for _, a := range fn.AnonFuncs {
			add(a)
		}
	}
	add(pkg.Func("init"))
	var info = map[token.Pos]*ssa.Function{}
	for fn := range ssautil.AllFunctions(pkg.Prog) {
		if fn.Pkg == pkg && fn.Parent() == nil && fn.Syntax() != nil {
			info[fn.Syntax().Pos()] = fn
		}
	}
	for _, f := range files {
		for _, d := range f.Decls {
			if fn := info[d.Pos()]; fn != nil {
				add(fn)
			}
		}
	}
	return fns
}
