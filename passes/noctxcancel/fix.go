package noctxcancel

import (
	"fmt"
	"go/ast"
	"go/token"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/obligation"
	"github.com/leaklint/leaklint/internal/valueflow"
)

// fixes offers "defer cancel()" after the statement that makes the release
// function. It is right if the function may be called when the maker returns:
// no way out hands it on, and the context does not outlive the maker.
func (j *judge) fixes(shape string, r release, v obligation.Verdict, s site) []analysis.SuggestedFix {
	switch shape {
	case "discarded", "unused", "path":
	default:
		return nil
	}
	stmt, id := s.statement()
	if stmt == nil || v.Passed || outlives(r.ctx) {
		return nil
	}
	name := id.Name
	var edits []analysis.TextEdit
	if name == "_" {
		name = j.freeName(r, stmt)
		if name == "" {
			return nil
		}
		edits = append(edits, analysis.TextEdit{Pos: id.Pos(), End: id.End(), NewText: []byte(name)})
	}
	arg := ""
	if r.of == "context.WithCancelCause" {
		arg = "nil"
	}
	call := fmt.Sprintf("defer %s(%s)", name, arg)
	indent := strings.Repeat("\t", j.pass.Fset.Position(stmt.Pos()).Column-1)
	at := j.lineEnd(s.file, stmt)
	edits = append(edits, analysis.TextEdit{Pos: at, End: at, NewText: []byte("\n" + indent + call)})
	return []analysis.SuggestedFix{{Message: "Add " + call, TextEdits: edits}}
}

// lineEnd returns the end of the statement, or of the comment after it on its line.
func (j *judge) lineEnd(file *ast.File, stmt ast.Stmt) token.Pos {
	line := j.pass.Fset.Position(stmt.End()).Line
	for _, group := range file.Comments {
		for _, c := range group.List {
			if c.Pos() >= stmt.End() && j.pass.Fset.Position(c.Pos()).Line == line && j.pass.Fset.Position(c.End()).Line == line {
				return c.End()
			}
		}
	}
	return stmt.End()
}

// statement returns the assignment that stands in a block outside any loop of
// its function, and the variable that gets the release function; else nil.
func (s site) statement() (*ast.AssignStmt, *ast.Ident) {
	id, ok := s.lhs.(*ast.Ident)
	if !ok || len(s.path) < 3 {
		return nil, nil
	}
	stmt, ok := s.path[1].(*ast.AssignStmt)
	if !ok {
		return nil, nil
	}
	switch s.path[2].(type) {
	case *ast.BlockStmt, *ast.CaseClause, *ast.CommClause:
	default:
		return nil, nil
	}
	for _, n := range s.path[2:] {
		switch n.(type) {
		case *ast.ForStmt, *ast.RangeStmt, *ast.LabeledStmt:
			return nil, nil // the deferred call would come after the last turn
		case *ast.FuncLit, *ast.FuncDecl:
			return stmt, id
		}
	}
	return nil, nil
}

// freeName returns a name for a variable that the statement can declare.
func (j *judge) freeName(r release, stmt *ast.AssignStmt) string {
	if stmt.Tok != token.DEFINE {
		return ""
	}
	name := strings.TrimSuffix(noun(r), " function")
	scope := j.pass.Pkg.Scope().Innermost(stmt.Pos())
	if scope == nil {
		return ""
	}
	if scope.Lookup(name) != nil {
		return ""
	}
	return name
}

// outlives reports whether a context may be used after its maker has returned.
func outlives(ctx ssa.Value) bool {
	if ctx == nil {
		return false
	}
	flow := valueflow.From(ctx)
	if flow.Has(valueflow.Returned, valueflow.Field, valueflow.Global, valueflow.Element, valueflow.Indirect, valueflow.Sent) {
		return true
	}
	for _, u := range flow.Uses {
		if _, ok := u.Instr.(*ssa.Go); ok {
			return true
		}
		if mc, ok := u.Instr.(*ssa.MakeClosure); ok && !valueflow.RunsHere(mc) {
			return true
		}
	}
	return false
}
