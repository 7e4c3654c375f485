package fixproof

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/leaks"
	"github.com/leaklint/leaklint/internal/summary"
)

// A variant is the package with fixes, compiled and explored again.
type variant struct {
	pass     *analysis.Pass
	check    *leaks.Check
	files    []*edited
	silenced bool // a way out that the fixes add waits for ever instead
}

// provable reports whether the package can be type-checked again from what the
// pass has.
func provable(pass *analysis.Pass) bool {
	size := 0
	for _, f := range pass.Files {
		size += int(f.FileEnd - f.FileStart)
		for _, imp := range f.Imports {
			if imp.Path.Value == `"C"` {
				return false // the files are generated
			}
		}
	}
	return size <= maxSource && len(pass.TypeErrors) == 0 && pass.ReadFile != nil
}

// newVariant makes the edits of the fixes. If silent is set, each case that they
// add to leave a goroutine waits for ever instead.
func newVariant(pass *analysis.Pass, fixes choices, silent bool) (*variant, error) {
	files, err := edit(pass, fixes)
	if err != nil {
		return nil, err
	}
	v := &variant{files: files}
	again := *pass
	again.Fset = v.fileSet(pass)
	again.Files = slices.Clone(pass.Files)
	for i, f := range pass.Files {
		e := v.fileOf(pass.Fset.File(f.FileStart))
		if e == nil {
			continue // as it is
		}
		now, err := parser.ParseFile(again.Fset, e.old.Name(), e.content, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		e.now, again.Files[i] = again.Fset.File(now.FileStart), now
		if silent {
			v.silence(now)
		}
	}
	if silent && !v.silenced {
		return v, nil
	}
	if err := typeCheck(pass, &again); err != nil {
		return nil, err
	}
	return v, v.explore(pass, &again)
}

// fileSet returns a file set in which the files that are not edited have the
// positions that they had, and further ones get some that nothing else has.
func (v *variant) fileSet(pass *analysis.Pass) *token.FileSet {
	fset := token.NewFileSet()
	for _, f := range pass.Files {
		if file := pass.Fset.File(f.FileStart); v.fileOf(file) == nil {
			fset.AddExistingFiles(file)
		}
	}
	fset.AddFile("", max(fset.Base(), pass.Fset.Base()), 0)
	return fset
}

// fileOf returns what becomes of a file, nil if it stays as it is.
func (v *variant) fileOf(old *token.File) *edited {
	for _, e := range v.files {
		if e.old == old {
			return e
		}
	}
	return nil
}

// before returns the position that a position of the variant had before the
// edits; inserted tells that it had none: it lies in what they add.
func (v *variant) before(pos token.Pos) (old token.Pos, inserted bool) {
	for _, e := range v.files {
		if e.now != nil && token.Pos(e.now.Base()) <= pos && int(pos) <= e.now.Base()+e.now.Size() {
			return e.before(pos)
		}
	}
	return pos, false
}

// silence makes every case of a select that the edits add to leave a goroutine
// wait for ever.
func (v *variant) silence(file *ast.File) {
	for n := range ast.Preorder(file) {
		clause, ok := n.(*ast.CommClause)
		if !ok || !isWayOut(clause) {
			continue
		}
		if _, inserted := v.before(clause.Pos()); inserted {
			at := clause.Colon
			clause.Body = []ast.Stmt{&ast.SelectStmt{Select: at, Body: &ast.BlockStmt{Lbrace: at, Rbrace: at}}}
			v.silenced = true
		}
	}
}

// isWayOut reports whether a case gives something up: it waits for the end of a
// context, or returns.
func isWayOut(clause *ast.CommClause) bool {
	stmt, ok := clause.Comm.(*ast.ExprStmt)
	if !ok {
		return false
	}
	recv, ok := stmt.X.(*ast.UnaryExpr)
	if !ok || recv.Op != token.ARROW {
		return false
	}
	if len(clause.Body) > 0 {
		_, returns := clause.Body[len(clause.Body)-1].(*ast.ReturnStmt)
		return returns
	}
	call, ok := recv.X.(*ast.CallExpr)
	if !ok {
		return false
	}
	sel, ok := call.Fun.(*ast.SelectorExpr)
	return ok && sel.Sel.Name == "Done"
}

// typeCheck type-checks the files of again, with the packages that those of
// pass import.
func typeCheck(pass, again *analysis.Pass) error {
	imports := importer{}
	for _, f := range pass.Files {
		for _, spec := range f.Imports {
			if name := pass.TypesInfo.PkgNameOf(spec); name != nil {
				imports[strings.Trim(spec.Path.Value, "\"`")] = name.Imported()
			}
		}
	}
	conf := types.Config{Sizes: pass.TypesSizes, GoVersion: pass.Pkg.GoVersion(), Importer: imports}
	again.TypesInfo = &types.Info{
		Types:        make(map[ast.Expr]types.TypeAndValue),
		Instances:    make(map[*ast.Ident]types.Instance),
		Defs:         make(map[*ast.Ident]types.Object),
		Uses:         make(map[*ast.Ident]types.Object),
		Implicits:    make(map[ast.Node]types.Object),
		Selections:   make(map[*ast.SelectorExpr]*types.Selection),
		Scopes:       make(map[ast.Node]*types.Scope),
		FileVersions: make(map[*ast.File]string),
	}
	var err error
	again.Pkg, err = conf.Check(pass.Pkg.Path(), again.Fset, again.Files, again.TypesInfo)
	return err
}

// An importer has the packages that are imported already, by the paths in the
// import declarations.
type importer map[string]*types.Package

// Import implements types.Importer.
func (i importer) Import(path string) (*types.Package, error) {
	if pkg, ok := i[path]; ok {
		return pkg, nil
	}
	return nil, errors.New("no file imports " + path)
}

// explore computes the results that the pass requires, and explores what runs
// the edited functions.
func (v *variant) explore(pass, again *analysis.Pass) error {
	again.ReadFile = func(name string) ([]byte, error) {
		for _, e := range v.files {
			if e.old.Name() == name {
				return e.content, nil
			}
		}
		return pass.ReadFile(name)
	}
	v.pass = again
	sum := pass.ResultOf[summary.Analyzer].(*summary.Result).Again(again)
	v.check = leaks.Recheck(again, sum, v.edits)
	again.ResultOf = map[*analysis.Analyzer]any{summary.Analyzer: sum, leaks.Analyzer: v.check.Result}
	for _, a := range pass.Analyzer.Requires {
		if again.ResultOf[a] != nil {
			continue
		}
		asked := *again
		asked.Analyzer = a
		res, err := a.Run(&asked)
		if err != nil {
			return err
		}
		again.ResultOf[a] = res
	}
	return errors.Join(slices.Concat(sum.Failures(), v.check.Result.Failures())...)
}

// edits reports whether a function of the variant is edited.
func (v *variant) edits(fn *ssa.Function) bool {
	for _, e := range v.files {
		for _, ed := range e.edits {
			if encloses(fn, e.now.Pos(ed.newStart), e.now.Pos(ed.newStart+ed.size)) {
				return true
			}
		}
	}
	return false
}
