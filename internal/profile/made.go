package profile

import (
	"go/ast"
	"go/token"
	"os"
	"path/filepath"
	"strings"
)

// dirOf returns the directory of a file, "" for no file.
func dirOf(file string) string {
	if file == "" {
		return ""
	}
	return filepath.Dir(file)
}

// madeAt returns where the channel of an operation is made, as far as names
// tell: the one make that the function assigns to the variable, or the one
// that the package gives to a field of the name. With two there is no telling.
func (c *Checkout) madeAt(at Place, op operation) Place {
	if op.channel == nil {
		return Place{}
	}
	s := c.source(at.File)
	switch x := ast.Unparen(op.channel).(type) {
	case *ast.Ident:
		if fn := s.declAt(at.Line); fn != nil {
			return only(s.makes(fn, x.Name, false))
		}
	case *ast.SelectorExpr:
		var all []Place
		for _, file := range goFiles(dirOf(at.File)) {
			if f := c.source(file); f != nil {
				all = append(all, f.makes(f.file, x.Sel.Name, true)...)
			}
		}
		return only(all)
	}
	return Place{}
}

// only returns the place if there is just one.
func only(places []Place) Place {
	if len(places) != 1 {
		return Place{}
	}
	return places[0]
}

// goFiles returns the Go files of a directory.
func goFiles(dir string) []string {
	entries, _ := os.ReadDir(dir)
	var files []string
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".go") && !strings.HasSuffix(e.Name(), "_test.go") {
			files = append(files, filepath.Join(dir, e.Name()))
		}
	}
	return files
}

// makes returns the places below n where a make of a channel goes to a
// variable, or to a field, with the name.
func (s *source) makes(n ast.Node, name string, field bool) []Place {
	var places []Place
	add := func(target, value ast.Expr) {
		if isMakeChan(value) && isNamed(target, name, field) {
			places = append(places, Place{s.fset.PositionFor(value.Pos(), false).Filename, s.line(value.Pos())})
		}
	}
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for i := range n.Rhs {
				if len(n.Lhs) == len(n.Rhs) {
					add(n.Lhs[i], n.Rhs[i])
				}
			}
		case *ast.ValueSpec:
			for i := range n.Values {
				if len(n.Names) == len(n.Values) {
					add(n.Names[i], n.Values[i])
				}
			}
		case *ast.KeyValueExpr:
			if key, ok := n.Key.(*ast.Ident); ok && field && key.Name == name && isMakeChan(n.Value) {
				places = append(places, Place{s.fset.PositionFor(n.Pos(), false).Filename, s.line(n.Value.Pos())})
			}
		}
		return true
	})
	return places
}

// isNamed reports whether the expression is a variable, or a field, with the
// name.
func isNamed(x ast.Expr, name string, field bool) bool {
	switch x := x.(type) {
	case *ast.Ident:
		return !field && x.Name == name
	case *ast.SelectorExpr:
		return field && x.Sel.Name == name
	}
	return false
}

// isMakeChan reports whether the expression is make(chan ...).
func isMakeChan(x ast.Expr) bool {
	call, ok := x.(*ast.CallExpr)
	if !ok || len(call.Args) == 0 {
		return false
	}
	fn, ok := call.Fun.(*ast.Ident)
	_, isChan := call.Args[0].(*ast.ChanType)
	return ok && fn.Name == "make" && isChan
}

// line returns the line of a position.
func (s *source) line(pos token.Pos) int { return s.fset.PositionFor(pos, false).Line }
