package summary

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/types/typeutil"

	"github.com/leaklint/leaklint/internal/fact"
	"github.com/leaklint/leaklint/internal/known"
)

// endings decides which functions never return, on syntax alone: SSA is built
// with the answer.
//
// A function never returns if no return statement and not the end of its body
// can be reached, given that calls (as statements) of functions that never
// return and panics lead nowhere. It is a structural walk: conditions are not
// looked at, and a goto or a deferred call that may recover a panic makes the
// function return. Recursive calls are taken to return.
type endings struct {
	info     *types.Info
	pkg      *types.Package
	imported *Result
	decls    map[*types.Func]*ast.FuncDecl
	order    []*types.Func // the declared functions, in source order
	ends     map[*types.Func]fact.End
	escapes  map[*types.Func]fact.Escapes

	// sourceOnly: rows of internal/known about the package itself do not count.
	sourceOnly bool
}

// newEndings returns endings that know no function of the package yet.
func newEndings(pass *analysis.Pass, r *Result) *endings {
	return &endings{
		info:     pass.TypesInfo,
		pkg:      pass.Pkg,
		imported: r,
		decls:    make(map[*types.Func]*ast.FuncDecl),
		ends:     make(map[*types.Func]fact.End),
		escapes:  make(map[*types.Func]fact.Escapes),
	}
}

// decideAll decides all functions of the package, so that later questions only
// read.
func (e *endings) decideAll(pass *analysis.Pass) {
	for _, file := range pass.Files {
		for _, decl := range file.Decls {
			fd, ok := decl.(*ast.FuncDecl)
			if !ok {
				continue
			}
			if fn, ok := pass.TypesInfo.Defs[fd.Name].(*types.Func); ok {
				e.decls[fn] = fd
				e.order = append(e.order, fn)
			}
		}
	}
	for _, fn := range e.order {
		e.decide(fn)
		e.mayEnd(fn)
	}
}

// of returns how calls of the function end.
func (e *endings) of(fn *types.Func) fact.End {
	if fn.Pkg() == e.pkg && e.sourceOnly {
		return e.ends[fn]
	}
	if api, ok := known.Lookup(fn); ok {
		return api.Ends
	}
	if fn.Pkg() == e.pkg {
		return e.ends[fn]
	}
	if f, ok := e.imported.foreign(fn); ok {
		return f.Ends
	}
	return fact.Returns
}

// decide decides one declared function, after those that it calls.
func (e *endings) decide(fn *types.Func) fact.End {
	if end, ok := e.ends[fn]; ok {
		return end // decided, or being decided: a recursive call is taken to return
	}
	e.ends[fn] = fact.Returns
	decl := e.decls[fn]
	if decl == nil || decl.Body == nil {
		return fact.Returns
	}
	if api, ok := known.Lookup(fn); ok && !e.sourceOnly {
		e.ends[fn] = api.Ends
		return api.Ends
	}
	w := endWalk{endings: e}
	if w.block(decl.Body.List) || w.returns {
		return fact.Returns
	}
	e.ends[fn] = w.end()
	return e.ends[fn]
}

// call returns how a call ends.
func (e *endings) call(call *ast.CallExpr) fact.End {
	switch fn := typeutil.Callee(e.info, call).(type) {
	case *types.Builtin:
		if fn.Name() == "panic" {
			return fact.EndsPanicking
		}
	case *types.Func:
		fn = fn.Origin()
		if fn.Pkg() == e.pkg {
			return e.decide(fn)
		}
		return e.of(fn)
	}
	return fact.Returns
}

// An endWalk looks for a way to the end of one body. Its statement methods
// report whether control can reach what follows the statement.
type endWalk struct {
	*endings
	returns  bool // a way out was found: a return, or something not understood
	seen     [fact.EndsSomehow + 1]bool
	loops    bool // an endless loop or wait
	recovers bool // a deferred call may recover
	breaks   map[ast.Stmt]bool
	targets  []breakTarget // the enclosing statements that break can leave, innermost last
}

// A breakTarget is a statement that break can leave.
type breakTarget struct {
	stmt  ast.Stmt
	label string
}

// end combines what was seen into one answer, when there is no way out.
func (w *endWalk) end() fact.End {
	if w.recovers && (w.seen[fact.EndsPanicking] || w.seen[fact.EndsSomehow]) {
		return fact.Returns
	}
	result := fact.Returns
	if w.loops {
		result = fact.EndsNever
	}
	for end := fact.EndsGoroutine; end <= fact.EndsSomehow; end++ {
		switch {
		case !w.seen[end]:
		case result == fact.Returns:
			result = end
		case result != end:
			result = fact.EndsSomehow
		}
	}
	return result
}

// block walks a list of statements.
func (w *endWalk) block(list []ast.Stmt) bool {
	for _, stmt := range list {
		if w.returns || !w.stmt(stmt, "") {
			return false
		}
	}
	return true
}

// stmt walks one statement that has the given label, if any.
func (w *endWalk) stmt(stmt ast.Stmt, label string) bool {
	switch s := stmt.(type) {
	case *ast.ReturnStmt:
		w.returns = true
		return false
	case *ast.ExprStmt:
		return w.expr(s.X)
	case *ast.BlockStmt:
		return w.block(s.List)
	case *ast.LabeledStmt:
		return w.stmt(s.Stmt, s.Label.Name)
	case *ast.IfStmt:
		completes := w.block(s.Body.List)
		if s.Else == nil {
			return true
		}
		return w.stmt(s.Else, "") || completes
	case *ast.ForStmt:
		return w.loop(s, s.Cond == nil, s.Body, label)
	case *ast.RangeStmt:
		return w.loop(s, false, s.Body, label)
	case *ast.SwitchStmt:
		return w.clauses(s, s.Body, label)
	case *ast.TypeSwitchStmt:
		return w.clauses(s, s.Body, label)
	case *ast.SelectStmt:
		if len(s.Body.List) == 0 {
			w.loops = true
		}
		return w.clauses(s, s.Body, label)
	case *ast.BranchStmt:
		w.branch(s)
		return false
	case *ast.DeferStmt:
		w.recovers = w.recovers || w.mayRecover(s.Call)
	}
	return true
}

// expr walks an expression statement.
func (w *endWalk) expr(x ast.Expr) bool {
	call, ok := ast.Unparen(x).(*ast.CallExpr)
	if !ok {
		return true
	}
	end := w.call(call)
	w.seen[end] = true
	return end == fact.Returns
}

// loop walks a loop; endless ones are left by break only.
func (w *endWalk) loop(s ast.Stmt, endless bool, body *ast.BlockStmt, label string) bool {
	w.targets = append(w.targets, breakTarget{s, label})
	w.block(body.List)
	w.targets = w.targets[:len(w.targets)-1]
	if endless && !w.breaks[s] {
		w.loops = true
		return false
	}
	return true
}

// clauses walks the cases of a switch or select.
func (w *endWalk) clauses(s ast.Stmt, body *ast.BlockStmt, label string) bool {
	w.targets = append(w.targets, breakTarget{s, label})
	_, exhaustive := s.(*ast.SelectStmt)
	completes := false
	for _, clause := range body.List {
		switch clause := clause.(type) {
		case *ast.CaseClause:
			exhaustive = exhaustive || clause.List == nil
			completes = w.block(clause.Body) || completes
		case *ast.CommClause:
			completes = w.block(clause.Body) || completes
		}
	}
	w.targets = w.targets[:len(w.targets)-1]
	return completes || !exhaustive || w.breaks[s]
}

// branch records what a break leaves. A continue or fallthrough leads to
// something that is walked anyway; a goto is not understood.
func (w *endWalk) branch(s *ast.BranchStmt) {
	switch s.Tok {
	case token.GOTO:
		w.returns = true
	case token.BREAK:
		for i := len(w.targets) - 1; i >= 0; i-- {
			t := w.targets[i]
			if s.Label == nil || s.Label.Name == t.label {
				if w.breaks == nil {
					w.breaks = make(map[ast.Stmt]bool)
				}
				w.breaks[t.stmt] = true
				return
			}
		}
		w.returns = true // not valid Go
	}
}

// mayRecover reports whether the deferred call may recover a panic: only the
// deferred function itself can, so it must mention recover.
func (w *endWalk) mayRecover(call *ast.CallExpr) bool {
	var body ast.Node
	switch fun := ast.Unparen(call.Fun).(type) {
	case *ast.FuncLit:
		body = fun.Body
	default:
		fn, ok := typeutil.Callee(w.info, call).(*types.Func)
		if !ok {
			_, builtin := typeutil.Callee(w.info, call).(*types.Builtin)
			return !builtin // a function value may recover
		}
		if fn.Pkg() != w.pkg {
			_, std := known.Lookup(fn)
			return !std
		}
		decl := w.decls[fn.Origin()]
		if decl == nil || decl.Body == nil {
			return true
		}
		body = decl.Body
	}
	found := false
	ast.Inspect(body, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && id.Name == "recover" {
			found = true
		}
		return !found
	})
	return found
}
