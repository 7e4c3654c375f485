package unbufsend

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/types/typeutil"

	"github.com/leaklint/leaklint/internal/known"
	"github.com/leaklint/leaklint/internal/leaks"
	"github.com/leaklint/leaklint/internal/site"
)

// This file writes the number of sends on a channel as an expression that is
// valid where the channel is made.

// bufferSize returns the number of sends, such as "2", "len(urls)" or
// "2*len(urls) + 1"; "" if it cannot be written down there.
func bufferSize(pass *analysis.Pass, sends leaks.SendCount, call *ast.CallExpr) string {
	if !sends.Known {
		return ""
	}
	once := 0                 // sends of goroutines started outside loops
	times := map[string]int{} // sends in each turn of the loops, by number of turns
	var order []string
	for _, s := range sends.Senders {
		turns, ok := loopCount(pass, s.Launch.Pos(), call)
		switch {
		case !ok:
			return ""
		case turns == "":
			once += s.N
		default:
			if times[turns] == 0 {
				order = append(order, turns)
			}
			times[turns] += s.N
		}
	}
	var terms []string
	for _, turns := range order {
		if n := times[turns]; n > 1 {
			turns = fmt.Sprintf("%d*%s", n, turns)
		}
		terms = append(terms, turns)
	}
	if once > 0 || len(terms) == 0 {
		terms = append(terms, fmt.Sprint(once))
	}
	return strings.Join(terms, " + ")
}

// loopCount returns an expression, valid where the channel is made, for the
// number of turns of the one loop around the launch; "" if no loop is around
// it, or the channel is made anew in each turn. ok is false if there is none.
func loopCount(pass *analysis.Pass, launch token.Pos, call *ast.CallExpr) (count string, ok bool) {
	for _, n := range site.Enclosing(pass.Files, launch) {
		var turns ast.Expr
		format := "%s"
		switch n := n.(type) {
		case *ast.FuncDecl, *ast.FuncLit:
			if n.Pos() <= call.Pos() && call.End() <= n.End() {
				return count, true
			}
			continue
		case *ast.RangeStmt:
			turns = n.X
			if !isInteger(pass.TypesInfo.TypeOf(n.X)) {
				format = "len(%s)"
			}
		case *ast.ForStmt:
			cmp, ok := n.Cond.(*ast.BinaryExpr)
			if !ok || cmp.Op != token.LSS {
				return "", false
			}
			turns = cmp.Y
			if inner, ok := lenArgument(pass, turns); ok {
				turns, format = inner, "len(%s)"
			}
		default:
			continue
		}
		if n.Pos() <= call.Pos() && call.End() <= n.End() {
			return count, true // the channel is made anew in each turn
		}
		if count != "" || !unchanged(pass, turns, call, n) {
			return "", false
		}
		count = fmt.Sprintf(format, text(pass.Fset, turns))
	}
	return "", false
}

// unchanged reports whether e has the same value where the channel is made as
// in the loop: it is a variable of type int, slice, array, map or string that is
// declared before the channel, in scope there, and never assigned again, or a
// field of one that nobody writes in between.
func unchanged(pass *analysis.Pass, e ast.Expr, call *ast.CallExpr, loop ast.Node) bool {
	e = ast.Unparen(e)
	if tv := pass.TypesInfo.Types[e]; tv.Value != nil {
		return types.Identical(tv.Type.Underlying(), types.Typ[types.Int]) || tv.Type == types.Typ[types.UntypedInt]
	}
	if !countable(pass.TypesInfo.TypeOf(e)) {
		return false
	}
	if sel, ok := e.(*ast.SelectorExpr); ok {
		field, ok := pass.TypesInfo.Uses[sel.Sel].(*types.Var)
		return ok && field.IsField() && isFixed(pass, sel.X, call.Pos()) && !writtenBetween(pass, field, call, loop)
	}
	return isFixed(pass, e, call.Pos())
}

// countable reports whether a value of the type says how often a loop goes
// round, as the size of a channel would. make takes any integer type, but a
// negative number panics.
func countable(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Kind() == types.Int || u.Info()&types.IsUnsigned != 0
	case *types.Slice, *types.Array, *types.Map:
		return true
	case *types.Pointer:
		_, ok := u.Elem().Underlying().(*types.Array)
		return ok
	}
	return false
}

// isFixed reports whether e is a local variable, or one behind fields of it,
// that is declared before pos, in scope there, and never assigned again.
func isFixed(pass *analysis.Pass, e ast.Expr, pos token.Pos) bool {
	id, ok := ast.Unparen(e).(*ast.Ident)
	if !ok {
		return false
	}
	obj, ok := pass.TypesInfo.Uses[id].(*types.Var)
	if !ok || obj.Pos() > pos || !obj.Parent().Contains(pos) || obj.Parent() == pass.Pkg.Scope() {
		return false
	}
	return !reassigned(pass, obj)
}

// writtenBetween reports whether the field may be written between the place
// where the channel is made and the end of the loop.
func writtenBetween(pass *analysis.Pass, field *types.Var, call *ast.CallExpr, loop ast.Node) bool {
	if !written(pass, field, pass.Files) {
		return false // by no code of this package; others would need a lock
	}
	path := site.Enclosing(pass.Files, call.Pos())
	decl := path[max(len(path)-2, 0)] // the declaration around it
	to := loop.End()
	if rng, ok := loop.(*ast.RangeStmt); ok {
		to = rng.X.End() // what comes later does not change the number of turns
	}
	found := false
	ast.Inspect(decl, func(n ast.Node) bool {
		if n == nil || n.End() <= call.End() || to <= n.Pos() {
			return false
		}
		if c, ok := n.(*ast.CallExpr); ok && call.End() <= c.Pos() && mayWrite(pass, c) {
			found = true
		}
		return !found
	})
	return found || assigns(pass, field, decl, call.End(), to)
}

// mayWrite reports whether a call may run code of this package: it is neither a
// conversion, nor a builtin, nor a function that internal/known lists.
func mayWrite(pass *analysis.Pass, call *ast.CallExpr) bool {
	if tv := pass.TypesInfo.Types[call.Fun]; tv.IsType() || tv.IsBuiltin() {
		return false
	}
	fn := typeutil.StaticCallee(pass.TypesInfo, call)
	if fn == nil {
		return true
	}
	_, ok := known.Lookup(fn)
	return !ok
}

// written reports whether code of the files assigns the field, other than in a
// composite literal, or takes its address.
func written(pass *analysis.Pass, field *types.Var, files []*ast.File) bool {
	for _, f := range files {
		if assigns(pass, field, f, f.FileStart, f.FileEnd) {
			return true
		}
	}
	return false
}

// isInteger reports whether t is an integer type.
func isInteger(t types.Type) bool {
	basic, ok := t.Underlying().(*types.Basic)
	return ok && basic.Info()&types.IsInteger != 0
}

// lenArgument returns x of an expression len(x).
func lenArgument(pass *analysis.Pass, e ast.Expr) (ast.Expr, bool) {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok || len(call.Args) != 1 {
		return nil, false
	}
	id, ok := ast.Unparen(call.Fun).(*ast.Ident)
	return call.Args[0], ok && pass.TypesInfo.Uses[id] == types.Universe.Lookup("len")
}

// reassigned reports whether the local variable is assigned after its
// declaration, or its address is taken.
func reassigned(pass *analysis.Pass, obj *types.Var) bool {
	path := site.Enclosing(pass.Files, obj.Pos())
	decl := path[max(len(path)-2, 0)] // the declaration around it
	return assigns(pass, obj, decl, decl.Pos(), decl.End())
}

// assigns reports whether a statement in n between two positions assigns the
// variable or field, or takes its address.
func assigns(pass *analysis.Pass, obj *types.Var, n ast.Node, from, to token.Pos) bool {
	found := false
	is := func(e ast.Expr) bool {
		switch e := ast.Unparen(e).(type) {
		case *ast.Ident:
			return pass.TypesInfo.Uses[e] == obj
		case *ast.SelectorExpr:
			return pass.TypesInfo.Uses[e.Sel] == obj
		}
		return false
	}
	ast.Inspect(n, func(n ast.Node) bool {
		if n == nil || n.End() < from || to < n.Pos() {
			return false
		}
		switch n := n.(type) {
		case *ast.AssignStmt:
			for _, lhs := range n.Lhs {
				found = found || is(lhs)
			}
		case *ast.IncDecStmt:
			found = found || is(n.X)
		case *ast.RangeStmt:
			found = found || n.Key != nil && is(n.Key) || n.Value != nil && is(n.Value)
		case *ast.UnaryExpr:
			found = found || n.Op == token.AND && is(n.X)
		}
		return !found
	})
	return found
}
