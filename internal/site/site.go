// Package site answers: where in the source is this call, what takes its
// result, and can a deferred call stand after it?
package site

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"
)

// A Site is a call as it is written.
type Site struct {
	Pos, End token.Pos // the call
	Call     *ast.CallExpr
	Target   ast.Expr // the variable or field that the result is assigned to; nil if none
	Name     string   // the same as text; "" if none

	pass *analysis.Pass
	file *ast.File
	path []ast.Node // from the call outwards
}

// Of finds the syntax of a call and of what takes its result number index.
// SSA puts a call at its left parenthesis.
func Of(pass *analysis.Pass, call ssa.CallInstruction, index int) *Site {
	pos := call.Common().Pos()
	s := &Site{Pos: pos, End: pos, pass: pass, file: fileOf(pass, pos)}
	if s.file == nil {
		return s
	}
	path := Enclosing([]*ast.File{s.file}, pos)
	for i, n := range path {
		if call, ok := n.(*ast.CallExpr); ok && call.Lparen == pos {
			s.Call, s.path = call, path[i:]
			s.Pos, s.End = call.Pos(), call.End()
			break
		}
	}
	if s.Target = target(s.path, index); s.Target != nil {
		s.Name = types.ExprString(s.Target)
	}
	return s
}

// fileOf returns the file that holds pos.
func fileOf(pass *analysis.Pass, pos token.Pos) *ast.File {
	for _, file := range pass.Files {
		if file.FileStart <= pos && pos < file.FileEnd {
			return file
		}
	}
	return nil
}

// target returns the expression that result index of the call path[0] is assigned to.
func target(path []ast.Node, index int) ast.Expr {
	if len(path) < 2 {
		return nil
	}
	switch stmt := path[1].(type) {
	case *ast.AssignStmt:
		if len(stmt.Rhs) == 1 && index < len(stmt.Lhs) {
			return stmt.Lhs[index]
		}
		for i, e := range stmt.Rhs {
			if e == path[0] && i < len(stmt.Lhs) {
				return stmt.Lhs[i]
			}
		}
	case *ast.ValueSpec:
		if len(stmt.Values) == 1 && index < len(stmt.Names) {
			return stmt.Names[index]
		}
	}
	return nil
}

// IsOperand reports whether the call is the operand of a selector, as in
// time.NewTimer(d).C: no variable has its result.
func (s *Site) IsOperand() bool {
	if len(s.path) < 2 {
		return false
	}
	_, ok := s.path[1].(*ast.SelectorExpr)
	return ok
}

// DeferFix offers a deferred call after the assignment that takes the result.
// text makes the call from the name of the variable; blank is the name to
// declare where the result goes to the blank identifier. It returns nothing
// where the call cannot stand: the result goes elsewhere, the statement is in a
// loop of its function, or the name is taken.
func (s *Site) DeferFix(blank string, text func(name string) string) []analysis.SuggestedFix {
	stmt, id := s.statement()
	if stmt == nil {
		return nil
	}
	name := id.Name
	var edits []analysis.TextEdit
	if name == "_" {
		if !s.isFree(blank, stmt) {
			return nil
		}
		name = blank
		edits = append(edits, analysis.TextEdit{Pos: id.Pos(), End: id.End(), NewText: []byte(name)})
	}
	call := "defer " + text(name)
	indent := strings.Repeat("\t", s.pass.Fset.PositionFor(stmt.Pos(), false).Column-1)
	at := s.lineEnd(stmt)
	edits = append(edits, analysis.TextEdit{Pos: at, End: at, NewText: []byte("\n" + indent + call)})
	return []analysis.SuggestedFix{{Message: "Add " + call, TextEdits: edits}}
}

// statement returns the assignment that stands in a block outside any loop of
// its function, and the variable that takes the result; else nil.
func (s *Site) statement() (*ast.AssignStmt, *ast.Ident) {
	id, ok := s.Target.(*ast.Ident)
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

// isFree reports whether the statement can declare a variable of that name.
func (s *Site) isFree(name string, stmt *ast.AssignStmt) bool {
	if stmt.Tok != token.DEFINE {
		return false
	}
	scope := s.pass.Pkg.Scope().Innermost(stmt.Pos())
	return scope != nil && scope.Lookup(name) == nil
}

// lineEnd returns the end of the statement, or of the comment after it on its line.
func (s *Site) lineEnd(stmt ast.Stmt) token.Pos {
	line := s.pass.Fset.PositionFor(stmt.End(), false).Line
	for _, group := range s.file.Comments {
		for _, c := range group.List {
			if c.Pos() >= stmt.End() && s.pass.Fset.PositionFor(c.Pos(), false).Line == line && s.pass.Fset.PositionFor(c.End(), false).Line == line {
				return c.End()
			}
		}
	}
	return stmt.End()
}

// WayOut returns the position of an instruction at which control leaves; for an
// implicit return it is the closing brace of the function.
func WayOut(at ssa.Instruction) token.Pos {
	if at.Pos().IsValid() {
		return at.Pos()
	}
	if syntax := at.Parent().Syntax(); syntax != nil {
		return syntax.End() - 1
	}
	return at.Parent().Pos()
}

// Callee returns the function or interface method that a call names, or nil.
func Callee(call ssa.CallInstruction) *types.Func {
	common := call.Common()
	if common.IsInvoke() {
		return common.Method
	}
	if fn := common.StaticCallee(); fn != nil {
		obj, _ := fn.Object().(*types.Func)
		return obj
	}
	return nil
}

// NameOf names a function as the source of in would.
func NameOf(fn *types.Func, in *ssa.Function) string {
	if fn.Signature().Recv() != nil || fn.Pkg() == nil || in.Pkg != nil && fn.Pkg() == in.Pkg.Pkg {
		return fn.Name()
	}
	return fn.Pkg().Name() + "." + fn.Name()
}
