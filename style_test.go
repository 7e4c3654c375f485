package leaklint_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
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

func TestStyle(t *testing.T) {
	for _, p := range load(t) {
		for _, f := range p.Syntax {
			for _, problem := range styleProblems(p.Fset, f) {
				t.Error(problem)
			}
		}
	}
}

// styleProblems returns what is wrong with the file.
func styleProblems(fset *token.FileSet, f *ast.File) (problems []string) {
	add := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	file := fset.File(f.FileStart)
	base := filepath.Base(filepath.Dir(file.Name())) + "/" + filepath.Base(file.Name())
	if n := file.LineCount(); n > maxFile {
		add("%s has %d lines, more than %d: split it by idea", base, n, maxFile)
	}
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok {
			continue // only functions have limits
		}
		line := fset.Position(fn.Pos()).Line
		if n := fset.Position(fn.End()).Line - line + 1; n > maxFunction {
			add("%s:%d: %s has %d lines, more than %d", base, line, fn.Name.Name, n, maxFunction)
		}
		if n := nesting(fn.Body); n > maxNesting {
			add("%s:%d: %s nests %d statements, more than %d", base, line, fn.Name.Name, n, maxNesting)
		}
		oneLine := fset.Position(fn.End()).Line == line // says it itself
		if fn.Doc == nil && !oneLine && fn.Name.Name != "main" && fn.Name.Name != "init" {
			add("%s:%d: %s has no comment that says what it is for", base, line, fn.Name.Name)
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
