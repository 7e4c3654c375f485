package hostile

import (
	"bytes"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"math/rand/v2"
	"slices"
	"strconv"
)

// Mutate returns a Go file with up to n changes, such as a hasty edit makes:
// statements are deleted, doubled, swapped, wrapped in a condition, a loop, a
// closure or a goroutine, deferred, or jumped back to. The same numbers give the
// same file. Most results compile.
func Mutate(source string, seed uint64, n int) (string, error) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "p.go", source, parser.SkipObjectResolution)
	if err != nil {
		return "", err
	}
	m := &mutator{rand: rand.New(rand.NewPCG(seed, uint64(n)))}
	for range n {
		m.change(f)
	}
	f.Comments = nil // they would stand anywhere
	var out bytes.Buffer
	if err := format.Node(&out, fset, f); err != nil {
		return "", err
	}
	return out.String() + "\nvar " + unknown + " int\n", nil
}

// A mutator makes changes.
type mutator struct {
	rand   *rand.Rand
	labels int
}

// change makes one change to a statement list of the file.
func (m *mutator) change(f *ast.File) {
	var lists []*[]ast.Stmt
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BlockStmt:
			lists = append(lists, &n.List)
		case *ast.CaseClause:
			lists = append(lists, &n.Body)
		case *ast.CommClause:
			lists = append(lists, &n.Body)
		}
		return true
	})
	lists = slices.DeleteFunc(lists, func(l *[]ast.Stmt) bool { return len(*l) == 0 || isClause((*l)[0]) })
	if len(lists) == 0 {
		return
	}
	list := lists[m.rand.IntN(len(lists))]
	m.changeAt(list, m.rand.IntN(len(*list)))
}

// isClause reports whether a statement is a case of a switch or select.
func isClause(s ast.Stmt) bool {
	switch s.(type) {
	case *ast.CaseClause, *ast.CommClause:
		return true
	}
	return false
}

// changeAt changes statement i of a list. What declares something stays where
// others see it.
func (m *mutator) changeAt(list *[]ast.Stmt, i int) {
	s := (*list)[i]
	switch op := m.rand.IntN(9); {
	case op == 0 && i+1 < len(*list):
		(*list)[i], (*list)[i+1] = (*list)[i+1], s
	case op == 1 && !ends(s):
		j := m.rand.IntN(i + 1)
		m.labels++
		name := "again" + strconv.Itoa(m.labels)
		(*list)[j] = &ast.LabeledStmt{Label: ast.NewIdent(name), Stmt: (*list)[j]}
		back := &ast.BranchStmt{Tok: token.GOTO, Label: ast.NewIdent(name)}
		*list = slices.Insert(*list, i+1, ast.Stmt(&ast.IfStmt{Cond: m.condition(), Body: block(back)}))
	case declares(s):
		m.guard(list, i)
	case op == 2:
		*list = slices.Delete(*list, i, i+1)
	case op == 3:
		*list = slices.Insert(*list, i, s)
	case op == 4:
		(*list)[i] = &ast.IfStmt{Cond: m.condition(), Body: block(s)}
	case op == 5:
		(*list)[i] = &ast.ForStmt{Cond: m.condition(), Body: block(s)}
	case ends(s):
		m.guard(list, i)
	case op == 6:
		(*list)[i] = &ast.GoStmt{Call: call(s)}
	case op == 7:
		(*list)[i] = &ast.DeferStmt{Call: call(s)}
	default:
		(*list)[i] = &ast.ExprStmt{X: call(s)}
	}
}

// guard puts a wait before statement i that may be the end of all.
func (m *mutator) guard(list *[]ast.Stmt, i int) {
	wait := []ast.Stmt{
		&ast.IfStmt{Cond: m.condition(), Body: block(&ast.SelectStmt{Body: block()})},
		&ast.ForStmt{Cond: m.condition(), Body: block()},
		&ast.ExprStmt{X: &ast.CallExpr{Fun: ast.NewIdent("print")}},
	}
	*list = slices.Insert(*list, i, wait[m.rand.IntN(len(wait))])
}

// declares reports whether a statement declares something that others may use.
func declares(s ast.Stmt) bool {
	switch s := s.(type) {
	case *ast.DeclStmt, *ast.LabeledStmt:
		return true
	case *ast.AssignStmt:
		return s.Tok == token.DEFINE
	}
	return false
}

// ends reports whether a statement, or one in it, leaves what surrounds it.
func ends(s ast.Stmt) bool {
	found := false
	ast.Inspect(s, func(n ast.Node) bool {
		switch n.(type) {
		case *ast.ReturnStmt, *ast.BranchStmt:
			found = true
		case *ast.FuncLit:
			return false
		}
		return !found
	})
	return found
}

// condition returns one that nobody can decide: it reads the one variable that
// is added to the file.
func (m *mutator) condition() ast.Expr {
	n := &ast.BasicLit{Kind: token.INT, Value: strconv.Itoa(m.rand.IntN(3))}
	return &ast.BinaryExpr{X: ast.NewIdent(unknown), Op: token.GTR, Y: n}
}

// unknown is a variable of which nothing is known.
const unknown = "UnknownToAll"

// block returns a block of statements.
func block(list ...ast.Stmt) *ast.BlockStmt { return &ast.BlockStmt{List: list} }

// call returns the call of a closure that does s.
func call(s ast.Stmt) *ast.CallExpr {
	return &ast.CallExpr{Fun: &ast.FuncLit{Type: &ast.FuncType{Params: &ast.FieldList{}}, Body: block(s)}}
}
