package unbufsend

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/printer"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/leaks"
	"github.com/leaklint/leaklint/internal/site"
)

// fixes returns the ways to change the code that are certainly right, the
// smallest first: room for all sends, or another way out of the send.
func fixes(pass *analysis.Pass, l *leaks.Leak) []analysis.SuggestedFix {
	if l.Primitive != leaks.Chan || l.Held {
		return nil
	}
	var all []analysis.SuggestedFix
	if fix, ok := bufferFix(pass, l); ok {
		all = append(all, fix)
	}
	if fix, ok := contextFix(pass, l); ok {
		all = append(all, fix)
	}
	return all
}

// bufferFix gives the channel room for all its sends. It is right only if
// nothing comes after the send: what does may rely on the value having been
// received.
func bufferFix(pass *analysis.Pass, l *leaks.Leak) (fix analysis.SuggestedFix, ok bool) {
	site, ok := l.MadeSite.(*ssa.MakeChan)
	if !ok || !l.Sends.Known || !endsAfter(l.Instr) {
		return fix, false
	}
	call := makeCall(pass, site.Pos())
	if call == nil {
		return fix, false
	}
	size := fmt.Sprint(l.Sends.N)
	if l.Sends.Len != nil {
		if size = loopCount(pass, l.Launch, call); size == "" {
			return fix, false
		}
	}
	edit := analysis.TextEdit{Pos: call.Args[0].End(), End: call.Args[0].End(), NewText: []byte(", " + size)}
	if len(call.Args) > 1 {
		arg := call.Args[1]
		if pass.TypesInfo.Types[arg].Value == nil {
			return fix, false // the size is not ours to change
		}
		edit = analysis.TextEdit{Pos: arg.Pos(), End: arg.End(), NewText: []byte(size)}
	}
	return analysis.SuggestedFix{
		Message:   fmt.Sprintf("Give %s room for every send: a buffer of %s", name(l, "the channel"), size),
		TextEdits: []analysis.TextEdit{edit},
	}, true
}

// endsAfter reports whether a goroutine that gets past the send does nothing
// more than return: deferred calls were set up before, and more sends on the
// same channel have room too.
func endsAfter(instr ssa.Instruction) bool {
	send, ok := instr.(*ssa.Send)
	if !ok {
		return false
	}
	seen := map[*ssa.BasicBlock]bool{}
	var quiet func(instrs []ssa.Instruction) bool
	quiet = func(instrs []ssa.Instruction) bool {
		for _, i := range instrs {
			if !isQuiet(i, send.Chan) {
				return false
			}
		}
		for _, next := range instrs[len(instrs)-1].Block().Succs {
			if !seen[next] {
				seen[next] = true
				if !quiet(next.Instrs) {
					return false
				}
			}
		}
		return true
	}
	block := send.Block()
	for i, in := range block.Instrs {
		if in == instr {
			return quiet(block.Instrs[i+1:])
		}
	}
	return false
}

// isQuiet reports whether nobody else can notice when the instruction runs.
func isQuiet(i ssa.Instruction, ch ssa.Value) bool {
	switch i := i.(type) {
	case *ssa.Call:
		_, builtin := i.Call.Value.(*ssa.Builtin)
		return builtin && i.Call.Value.Name() != "close"
	case *ssa.Send:
		return i.Chan == ch
	case *ssa.UnOp:
		return i.Op != token.ARROW
	case *ssa.Go, *ssa.Select, *ssa.Store, *ssa.MapUpdate, *ssa.Defer, *ssa.Panic:
		return false
	}
	return true
}

// makeCall returns the call of make whose channel is made at pos.
func makeCall(pass *analysis.Pass, pos token.Pos) *ast.CallExpr {
	for _, n := range site.Enclosing(pass.Files, pos) {
		call, ok := n.(*ast.CallExpr)
		if !ok || len(call.Args) == 0 || len(call.Args) > 2 {
			continue
		}
		if id, ok := ast.Unparen(call.Fun).(*ast.Ident); ok && pass.TypesInfo.Uses[id] == types.Universe.Lookup("make") {
			return call
		}
		return nil // the channel is made by something else
	}
	return nil
}

// loopCount returns an expression, valid where the channel is made, for the
// number of turns of the one loop around the launch; "" if there is none.
func loopCount(pass *analysis.Pass, launch token.Pos, call *ast.CallExpr) string {
	count := ""
	for _, n := range site.Enclosing(pass.Files, launch) {
		var turns ast.Expr
		format := "%s"
		switch n := n.(type) {
		case *ast.FuncDecl, *ast.FuncLit:
			if n.Pos() <= call.Pos() && call.End() <= n.End() {
				return count
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
				return ""
			}
			turns = cmp.Y
			if inner, ok := lenArgument(pass, turns); ok {
				turns, format = inner, "len(%s)"
			}
		default:
			continue
		}
		if n.Pos() <= call.Pos() && call.End() <= n.End() {
			return count // the channel is made anew in each turn
		}
		if count != "" || !unchanged(pass, turns, call.Pos()) {
			return ""
		}
		count = fmt.Sprintf(format, text(pass.Fset, turns))
	}
	return ""
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

// unchanged reports whether e is a variable of type int, slice, array or map
// that is declared before pos, in scope there, and never assigned again.
func unchanged(pass *analysis.Pass, e ast.Expr, pos token.Pos) bool {
	id, ok := ast.Unparen(e).(*ast.Ident)
	if !ok {
		return false
	}
	obj, ok := pass.TypesInfo.Uses[id].(*types.Var)
	if !ok || obj.Pos() > pos || !obj.Parent().Contains(pos) || obj.Parent() == pass.Pkg.Scope() {
		return false
	}
	if u := obj.Type().Underlying(); isInteger(u) && u != types.Typ[types.Int] {
		return false // make takes any integer type, but a negative one panics
	}
	return !reassigned(pass, obj)
}

// reassigned reports whether the local variable is assigned after its
// declaration, or its address is taken.
func reassigned(pass *analysis.Pass, obj *types.Var) bool {
	path := site.Enclosing(pass.Files, obj.Pos())
	found := false
	is := func(e ast.Expr) bool {
		id, ok := ast.Unparen(e).(*ast.Ident)
		return ok && pass.TypesInfo.Uses[id] == obj
	}
	ast.Inspect(path[max(len(path)-2, 0)], func(n ast.Node) bool { // the declaration around it
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

// text prints an expression.
func text(fset *token.FileSet, n ast.Node) string {
	var b bytes.Buffer
	if err := printer.Fprint(&b, fset, n); err != nil {
		panic(err) // the syntax tree comes from the parser
	}
	return b.String()
}
