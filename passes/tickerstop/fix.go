package tickerstop

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/leaklint/leaklint/internal/known"
	"github.com/leaklint/leaklint/internal/site"
	"github.com/leaklint/leaklint/internal/stay"
)

// findLoop returns the innermost loop of fn, outside other function literals,
// that holds pos.
func findLoop(fn ast.Node, pos token.Pos) ast.Stmt {
	var found ast.Stmt
	if fn == nil {
		return nil
	}
	ast.Inspect(fn, func(n ast.Node) bool {
		if n == nil || pos < n.Pos() || n.End() <= pos {
			return false
		}
		switch n := n.(type) {
		case *ast.FuncLit:
			return n == fn
		case *ast.ForStmt:
			found = n
		case *ast.RangeStmt:
			found = n
		}
		return true
	})
	return found
}

// loopFix makes a loop over the channel of a ticker end with the context in
// scope, if there is exactly one and a bare return may stand there.
func (j *judge) loopFix(l *stay.Loop, loop ast.Stmt) []analysis.SuggestedFix {
	if loop == nil || !bareReturn(l.In.Syntax()) {
		return nil
	}
	ctx := j.contextAt(loop.Pos())
	if ctx == "" {
		return nil
	}
	message := "Return when " + ctx + " ends"
	indent := strings.Repeat("\t", j.pass.Fset.PositionFor(loop.Pos(), false).Column-1)
	switch loop := loop.(type) {
	case *ast.ForStmt:
		return j.selectFix(loop, ctx, message)
	case *ast.RangeStmt:
		if loop.Key != nil || loop.Body.Lbrace == token.NoPos {
			return nil
		}
		// for range C { … }  →  for { select { case <-ctx.Done(): return; case <-C: } … }
		in := "\n" + indent + "\t"
		return []analysis.SuggestedFix{{
			Message: message,
			TextEdits: []analysis.TextEdit{
				{Pos: loop.Range, End: loop.X.Pos(), NewText: []byte("{" + in + "select {" + in + "case <-" + ctx + ".Done():" + in + "\treturn" + in + "case <-")},
				{Pos: loop.X.End(), End: loop.Body.Lbrace + 1, NewText: []byte(":" + in + "}")},
			},
		}}
	}
	return nil
}

// selectFix adds a case to the only select that the body of the loop is made of.
func (j *judge) selectFix(loop *ast.ForStmt, ctx, message string) []analysis.SuggestedFix {
	for _, stmt := range loop.Body.List {
		sel, ok := stmt.(*ast.SelectStmt)
		if !ok || len(sel.Body.List) == 0 {
			continue
		}
		if site.CutsTurn(loop, sel) {
			return nil
		}
		first := sel.Body.List[0]
		if j.pass.Fset.PositionFor(first.Pos(), false).Line == j.pass.Fset.PositionFor(sel.Pos(), false).Line {
			return nil
		}
		indent := "\n" + strings.Repeat("\t", j.pass.Fset.PositionFor(sel.Pos(), false).Column-1)
		text := "case <-" + ctx + ".Done():" + indent + "\treturn" + indent
		return []analysis.SuggestedFix{{Message: message, TextEdits: []analysis.TextEdit{{Pos: first.Pos(), End: first.Pos(), NewText: []byte(text)}}}}
	}
	return nil
}

// bareReturn reports whether fn has no results.
func bareReturn(fn ast.Node) bool {
	switch fn := fn.(type) {
	case *ast.FuncDecl:
		return fn.Type.Results.NumFields() == 0
	case *ast.FuncLit:
		return fn.Type.Results.NumFields() == 0
	}
	return false
}

// contextAt returns the name of the only context variable in scope at pos, or "".
func (j *judge) contextAt(pos token.Pos) string {
	name := ""
	for scope := j.pass.Pkg.Scope().Innermost(pos); scope != nil && scope != j.pass.Pkg.Scope(); scope = scope.Parent() {
		for _, n := range scope.Names() {
			v, ok := scope.Lookup(n).(*types.Var)
			if !ok || n == "_" || v.Pos() > pos || !known.IsContext(v.Type()) {
				continue
			}
			if name != "" {
				return "" // which one ends is not ours to say
			}
			name = n
		}
	}
	return name
}
