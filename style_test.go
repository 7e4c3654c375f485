package leaklint_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"testing"
)

// The limits of the house style (CONTRIBUTING.md). Beyond them a reader has
// lost the thread; most code stays far below.
const (
	maxFunction = 60  // lines
	maxNesting  = 4   // statements with a body, in each other
	maxFile     = 600 // lines; think of splitting from 300 on
)

// over are the files and functions that were beyond a limit when the test came.
// Nothing is added here; what has been split has to go.
var over = map[string]bool{
	"cone.go":          true,
	"cone.go source":   true,
	"cone.go written":  true,
	"control.go solve": true,
	"counts.go scan":   true,
	"index.go scan":    true,
}

func TestStyle(t *testing.T) {
	unused := maps.Clone(over)
	for _, p := range load(t) {
		for _, f := range p.Syntax {
			for name, problem := range styleProblems(p.Fset, f) {
				if !over[name] {
					t.Errorf("%s/%s", p.PkgPath, problem)
				}
				delete(unused, name)
			}
		}
	}
	for name := range unused {
		t.Errorf("%s keeps the limits: remove it from over", name)
	}
}

// styleProblems returns what is wrong with the file, by file name or file and
// function name.
func styleProblems(fset *token.FileSet, f *ast.File) map[string]string {
	problems := make(map[string]string)
	file := fset.File(f.FileStart)
	base := filepath.Base(file.Name())
	if n := file.LineCount(); n > maxFile {
		problems[base] = fmt.Sprintf("%s has %d lines, more than %d: split it by idea", base, n, maxFile)
	}
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok {
			continue // only functions have limits
		}
		name, line := base+" "+fn.Name.Name, fset.Position(fn.Pos()).Line
		if n := fset.Position(fn.End()).Line - line + 1; n > maxFunction {
			problems[name] = fmt.Sprintf("%s:%d: %s has %d lines, more than %d", base, line, fn.Name.Name, n, maxFunction)
		}
		if n := nesting(fn.Body); n > maxNesting {
			problems[name] = fmt.Sprintf("%s:%d: %s nests %d statements, more than %d", base, line, fn.Name.Name, n, maxNesting)
		}
		oneLine := fset.Position(fn.End()).Line == line // says it itself
		if fn.Doc == nil && !oneLine && fn.Name.Name != "main" && fn.Name.Name != "init" {
			problems[name] = fmt.Sprintf("%s:%d: %s has no comment that says what it is for", base, line, fn.Name.Name)
		}
	}
	return problems
}

// nesting returns how many statements with a body lie within each other in
// body, at most: if, for, switch and select. A function literal starts anew, an
// else if is as deep as its if.
func nesting(body *ast.BlockStmt) int {
	deepest := 0
	var visit func(n ast.Node, depth int)
	visit = func(n ast.Node, depth int) {
		deepest = max(deepest, depth)
		ast.Inspect(n, func(m ast.Node) bool {
			switch m := m.(type) {
			case *ast.FuncLit:
				visit(m.Body, 0)
				return false
			case *ast.IfStmt:
				if m != n {
					visit(m, depth+1)
					return false
				}
				visit(m.Body, depth)
				if elseIf, ok := m.Else.(*ast.IfStmt); ok {
					visit(elseIf, depth)
				} else if m.Else != nil {
					visit(m.Else, depth)
				}
				return false
			case *ast.ForStmt, *ast.RangeStmt, *ast.SwitchStmt, *ast.TypeSwitchStmt, *ast.SelectStmt:
				if m != n {
					visit(m, depth+1)
					return false
				}
			}
			return true
		})
	}
	if body != nil {
		visit(body, 0)
	}
	return deepest
}

func TestNesting(t *testing.T) {
	for _, test := range []struct {
		body string
		want int
	}{
		{"x()", 0},
		{"if x { if y { z() } }", 2},
		{"if x { } else if y { for { } } else { }", 2},
		{"switch x { case 1: select { case <-c: if y { } } }", 3},
		{"for range x { func() { if y { } }() }", 1},
		{"for range x { func() { if y { for { } } }() }", 2},
	} {
		f, err := parser.ParseFile(token.NewFileSet(), "", "package p; func f() { "+test.body+" }", 0)
		if err != nil {
			t.Fatal(err)
		}
		if got := nesting(f.Decls[0].(*ast.FuncDecl).Body); got != test.want {
			t.Errorf("nesting of %s is %d, want %d", test.body, got, test.want)
		}
	}
}
