package unbufsend

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/types/typeutil"

	"github.com/leaklint/leaklint/internal/fact"
	"github.com/leaklint/leaklint/internal/known"
	"github.com/leaklint/leaklint/internal/leaks"
	"github.com/leaklint/leaklint/internal/site"
)

// contextFix lets a plain send end with a context that is in scope. Where code
// follows, the function returns; a function with results is left alone.
func contextFix(pass *analysis.Pass, l *leaks.Leak) (fix analysis.SuggestedFix, ok bool) {
	path := site.Enclosing(pass.Files, l.Pos)
	at := 0
	for ; at < len(path); at++ {
		if _, ok := path[at].(*ast.SendStmt); ok {
			break
		}
		if _, ok := path[at].(ast.Stmt); ok {
			return fix, false // blocked at something else
		}
	}
	if at+1 >= len(path) {
		return fix, false
	}
	send := path[at].(*ast.SendStmt)
	if _, ok := path[at+1].(*ast.CommClause); ok && path[at+1].(*ast.CommClause).Comm == ast.Stmt(send) {
		return fix, false // a case of a select
	}
	ctx := contextInScope(pass, send.Pos())
	if ctx == nil {
		return fix, false
	}
	leave, ok := leaveAfter(pass, path[at:])
	if !ok {
		return fix, false
	}
	indent := strings.Repeat("\t", indentation(pass, send))
	lines := []string{
		"select {",
		"case " + text(pass.Fset, send) + ":",
		fmt.Sprintf("case <-%s.Done():", ctx.Name()),
	}
	if leave {
		lines = append(lines, "\treturn")
	}
	lines = append(lines, "}")
	return analysis.SuggestedFix{
		Message: fmt.Sprintf("Stop waiting when %s is done", ctx.Name()),
		TextEdits: []analysis.TextEdit{{
			Pos: send.Pos(), End: send.End(), NewText: []byte(strings.Join(lines, "\n"+indent)),
		}},
	}, true
}

// leaveAfter reports whether the function, which path leads out to from a
// statement, has to be left when the statement is given up; ok is false if it
// has results.
func leaveAfter(pass *analysis.Pass, path []ast.Node) (leave, ok bool) {
	for i, n := range path[1:] {
		switch n := n.(type) {
		case *ast.BlockStmt:
			leave = leave || n.List[len(n.List)-1] != path[i]
		case *ast.CaseClause:
			leave = leave || n.Body[len(n.Body)-1] != path[i]
		case *ast.CommClause:
			leave = leave || n.Body[len(n.Body)-1] != path[i]
		case *ast.ForStmt, *ast.RangeStmt:
			leave = true
		case *ast.FuncLit:
			return leave, n.Type.Results == nil
		case *ast.FuncDecl:
			return leave, n.Type.Results == nil
		}
	}
	return false, false
}

// indentation returns the column of a statement that begins its line, 0 for
// others: formatting will do.
func indentation(pass *analysis.Pass, n ast.Node) int {
	file := pass.Fset.File(n.Pos())
	start := file.LineStart(file.Line(n.Pos()))
	src, err := pass.ReadFile(file.Name())
	if err != nil {
		return 0
	}
	from, to := file.Offset(start), file.Offset(n.Pos())
	if to > len(src) || strings.Trim(string(src[from:to]), "\t") != "" {
		return 0
	}
	return to - from
}

// contextInScope returns a context variable of the functions around pos that
// can end: the one declared last.
func contextInScope(pass *analysis.Pass, pos token.Pos) *types.Var {
	path := site.Enclosing(pass.Files, pos)
	if len(path) == 0 {
		return nil
	}
	file := pass.TypesInfo.Scopes[path[len(path)-1].(*ast.File)]
	for s := file.Innermost(pos); s != nil && s != file; s = s.Parent() {
		var best *types.Var
		for _, name := range s.Names() {
			v, ok := s.Lookup(name).(*types.Var)
			if !ok || v.Pos() >= pos || name == "_" || !known.IsContext(v.Type()) || endless(pass, v) {
				continue
			}
			if best == nil || v.Pos() > best.Pos() {
				best = v
			}
		}
		if best != nil {
			return best
		}
	}
	return nil
}

// endless reports whether the variable is declared as a context that never
// ends, such as context.Background().
func endless(pass *analysis.Pass, v *types.Var) bool {
	for _, n := range site.Enclosing(pass.Files, v.Pos()) {
		assign, ok := n.(*ast.AssignStmt)
		if !ok || len(assign.Rhs) != 1 {
			continue
		}
		call, ok := assign.Rhs[0].(*ast.CallExpr)
		if !ok {
			return false
		}
		fn := typeutil.StaticCallee(pass.TypesInfo, call)
		if fn == nil {
			return false
		}
		api, ok := known.Lookup(fn)
		if !ok {
			return false
		}
		for _, r := range api.ResultsOf(0) {
			if r.Kind == fact.Endless {
				return true
			}
		}
		return false
	}
	return false
}
