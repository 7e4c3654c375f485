package summary

import (
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/types/typeutil"

	"github.com/leaklint/leaklint/internal/fact"
	"github.com/leaklint/leaklint/internal/known"
)

// mayEnd says how some call of the function may end without returning. It is
// decided on syntax, for functions of other packages by their facts; function
// literals count where they are called on the spot or deferred.
func (e *endings) mayEnd(fn *types.Func) fact.Escapes {
	fn = fn.Origin()
	if api, ok := known.Lookup(fn); ok {
		return api.MayEnd | fact.EscapesOf(api.Ends)
	}
	if fn.Pkg() != e.pkg {
		if f, ok := e.imported.foreign(fn); ok {
			return f.MayEnd | fact.EscapesOf(f.Ends)
		}
		return 0
	}
	if found, ok := e.escapes[fn]; ok {
		return found // decided, or being decided: a recursion adds nothing
	}
	e.escapes[fn] = 0
	decl := e.decls[fn]
	if decl == nil || decl.Body == nil {
		return 0
	}
	found := e.escapesIn(decl.Body)
	if !isCheck(fn.Signature()) {
		found &^= fact.MayPanic
	}
	e.escapes[fn] = found
	return found
}

// decidedMayEnd is mayEnd for a function of this package when all have been
// decided: it only reads, so that passes may ask at the same time. Where none
// were decided (std) it knows no way.
func (e *endings) decidedMayEnd(fn *types.Func) fact.Escapes {
	if api, ok := known.Lookup(fn); ok {
		return api.MayEnd | fact.EscapesOf(api.Ends)
	}
	return e.escapes[fn]
}

// escapesIn says how a call of a function with this body may end.
func (e *endings) escapesIn(body *ast.BlockStmt) fact.Escapes {
	var found fact.Escapes
	recovers := false
	w := endWalk{endings: e}
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit, *ast.GoStmt:
			return false
		case *ast.DeferStmt:
			recovers = recovers || w.mayRecover(n.Call)
		case *ast.CallExpr:
			found |= e.escapesOf(n)
		}
		return true
	})
	if recovers {
		found &^= fact.MayPanic
	}
	return found
}

// escapesOf says how a call may end.
func (e *endings) escapesOf(call *ast.CallExpr) fact.Escapes {
	if lit, ok := ast.Unparen(call.Fun).(*ast.FuncLit); ok {
		return e.escapesIn(lit.Body)
	}
	switch fn := typeutil.Callee(e.info, call).(type) {
	case *types.Builtin:
		if fn.Name() == "panic" {
			return fact.MayPanic
		}
	case *types.Func:
		return e.mayEnd(fn)
	}
	return 0
}

// isCheck reports whether the function can be a check: it takes arguments and
// has no results, so that what it finds out can only show in a panic.
func isCheck(sig *types.Signature) bool {
	return sig.Params().Len() > 0 && sig.Results().Len() == 0
}
