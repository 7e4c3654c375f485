package site

import (
	"go/ast"
	"go/token"
	"slices"
	"sort"

	"golang.org/x/tools/go/ast/astutil"
)

// Enclosing returns the nodes around a position, innermost first; the last is
// the file. It is nil if the position lies in none of the files. It costs what
// the declaration around the position does, not the file.
func Enclosing(files []*ast.File, pos token.Pos) []ast.Node {
	for _, f := range files {
		if pos < f.FileStart || f.FileEnd < pos {
			continue
		}
		part := *f // the file, with that declaration only
		i := sort.Search(len(f.Decls), func(i int) bool { return pos <= f.Decls[i].End() })
		if i < len(f.Decls) && f.Decls[i].Pos() <= pos {
			part.Decls = f.Decls[i : i+1]
		}
		path, _ := astutil.PathEnclosingInterval(&part, pos, pos)
		path[len(path)-1] = f
		return path
	}
	return nil
}

// CutsTurn reports whether a return in the statement could cut a turn of the
// loop in half: something is done in the turn before the statement, and
// something after it, which may be what cleans up.
func CutsTurn(loop, stmt ast.Stmt) bool {
	before, after := around(loop, stmt)
	return before && after
}

// Follows reports whether something follows the statement in the turn of the loop.
func Follows(loop, stmt ast.Stmt) bool {
	_, after := around(loop, stmt)
	return after
}

// around reports whether the body of the loop, or a block in it, has statements
// that do something before and after the one that is or holds stmt.
func around(loop, stmt ast.Stmt) (before, after bool) {
	ast.Inspect(loop, func(n ast.Node) bool {
		var list []ast.Stmt
		switch n := n.(type) {
		case *ast.BlockStmt:
			list = n.List
		case *ast.CaseClause:
			list = n.Body
		case *ast.CommClause:
			list = n.Body
		}
		for i, s := range list {
			if s.Pos() <= stmt.Pos() && stmt.End() <= s.End() {
				before = before || slices.ContainsFunc(list[:i], doesSomething)
				after = after || slices.ContainsFunc(list[i+1:], doesSomething)
			}
		}
		return n != ast.Node(stmt)
	})
	return before, after
}

// doesSomething reports whether a statement calls something or synchronises,
// unlike a declaration or an assignment of what is there.
func doesSomething(stmt ast.Stmt) bool {
	found := false
	ast.Inspect(stmt, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.CallExpr, *ast.SendStmt, *ast.SelectStmt:
			found = true
		case *ast.UnaryExpr:
			found = found || n.Op == token.ARROW
		}
		return !found
	})
	return found
}
