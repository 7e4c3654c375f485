package lazyssa

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"
)

// matters reports whether the package contains an operation on a channel, a go
// or select statement, a function that takes or returns something of interest,
// a call of a function that a variable or field holds, or a mention of an imported function for which hook says so.
func matters(pass *analysis.Pass, hook func(*types.Func) bool) bool {
	l := &look{pkg: pass.Pkg, info: pass.TypesInfo, hook: hook, asked: make(map[*types.Func]bool)}
	for _, file := range pass.Files {
		ast.Inspect(file, l.visit)
		if l.found {
			return true
		}
	}
	return false
}

// A look is one walk over the syntax that ends at the first thing found.
type look struct {
	pkg   *types.Package
	info  *types.Info
	hook  func(*types.Func) bool
	asked map[*types.Func]bool // imported functions already found not to matter
	found bool
}

// visit looks at one node and reports whether to go on.
func (l *look) visit(n ast.Node) bool {
	if l.found || n == nil {
		return false
	}
	switch n := n.(type) {
	case *ast.GoStmt, *ast.SelectStmt, *ast.SendStmt, *ast.ChanType:
		l.found = true
	case *ast.UnaryExpr:
		l.found = n.Op == token.ARROW
	case *ast.RangeStmt:
		l.found = isChan(l.info.TypeOf(n.X))
	case *ast.FuncDecl:
		if obj := l.info.Defs[n.Name]; obj != nil {
			l.found = signatureOfInterest(obj.Type())
		}
	case *ast.FuncLit:
		l.found = signatureOfInterest(l.info.TypeOf(n))
	case *ast.CallExpr:
		l.found = l.callsVariable(n)
	case *ast.Ident:
		l.found = l.mention(n)
	}
	return !l.found
}

// callsVariable reports whether the call is one of a function that a field or
// variable holds.
func (l *look) callsVariable(call *ast.CallExpr) bool {
	var id *ast.Ident
	switch fun := ast.Unparen(call.Fun).(type) {
	case *ast.Ident:
		id = fun
	case *ast.SelectorExpr:
		id = fun.Sel
	default:
		return false
	}
	_, ok := l.info.Uses[id].(*types.Var)
	return ok
}

// mention reports whether the identifier makes the package matter: close, or
// an imported function of interest. Functions of the package itself are seen
// at their declarations.
func (l *look) mention(id *ast.Ident) bool {
	switch obj := l.info.Uses[id].(type) {
	case *types.Builtin:
		return obj.Name() == "close"
	case *types.Func:
		obj = obj.Origin()
		if obj.Pkg() == nil || obj.Pkg() == l.pkg || l.asked[obj] {
			return false
		}
		if resultsOfInterest(obj.Signature()) || l.hook != nil && l.hook(obj) {
			return true
		}
		l.asked[obj] = true
	}
	return false
}

// signatureOfInterest reports whether a parameter or result of the function
// type t is of interest. A parameter that is a context is not: whatever can be
// done to it (deriving from it, waiting for its end) makes the package matter
// by itself, and merely handing it on, as most code does, is no effect.
func signatureOfInterest(t types.Type) bool {
	sig, ok := t.(*types.Signature)
	if !ok {
		return false
	}
	for v := range sig.Params().Variables() {
		if OfInterest(v.Type()) && !IsContext(v.Type()) {
			return true
		}
	}
	return resultsOfInterest(sig)
}

// resultsOfInterest reports whether a result of the function is of interest.
func resultsOfInterest(sig *types.Signature) bool {
	for v := range sig.Results().Variables() {
		if OfInterest(v.Type()) {
			return true
		}
	}
	return false
}

// OfInterest reports whether a value of type t is something that leaklint
// follows itself, without looking into fields: a channel, a function, a
// context, a timer or ticker, a lock or another type of package sync, an
// errgroup, or pointers, slices, arrays and maps of these.
func OfInterest(t types.Type) bool {
	for range 4 { // **T and []*T are as deep as real signatures go
		if named, ok := types.Unalias(t).(*types.Named); ok && namedOfInterest(named.Obj()) {
			return true
		}
		switch u := types.Unalias(t).Underlying().(type) {
		case *types.Chan, *types.Signature:
			return true
		case *types.Pointer:
			t = u.Elem()
		case *types.Slice:
			t = u.Elem()
		case *types.Array:
			t = u.Elem()
		case *types.Map:
			t = u.Elem()
		default:
			return false
		}
	}
	return false
}

// IsContext reports whether t is context.Context.
func IsContext(t types.Type) bool { return isOfContext(t, "Context") }

// IsCancelFunc reports whether t is context.CancelFunc.
func IsCancelFunc(t types.Type) bool { return isOfContext(t, "CancelFunc") }

// isOfContext reports whether t is the named type of package context.
func isOfContext(t types.Type, name string) bool {
	named, ok := types.Unalias(t).(*types.Named)
	return ok && named.Obj().Name() == name && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == "context"
}

// namedOfInterest reports whether the named type is one that leaklint follows.
func namedOfInterest(obj *types.TypeName) bool {
	if obj.Pkg() == nil {
		return false
	}
	switch obj.Pkg().Path() {
	case "context", "sync", "golang.org/x/sync/errgroup", "golang.org/x/sync/semaphore":
		return true
	case "time":
		return obj.Name() == "Timer" || obj.Name() == "Ticker"
	}
	return false
}

// isChan reports whether t is a channel type, or a type parameter whose core
// may be one.
func isChan(t types.Type) bool {
	if t == nil {
		return false
	}
	_, ok := types.Unalias(t).Underlying().(*types.Chan)
	return ok || isTypeParam(t)
}

// isTypeParam reports whether t is a type parameter.
func isTypeParam(t types.Type) bool {
	_, ok := types.Unalias(t).(*types.TypeParam)
	return ok
}
