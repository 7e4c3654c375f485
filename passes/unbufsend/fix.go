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
// nothing comes after any of them: what does may rely on the value having been
// received.
func bufferFix(pass *analysis.Pass, l *leaks.Leak) (fix analysis.SuggestedFix, ok bool) {
	site, ok := l.MadeSite.(*ssa.MakeChan)
	if !ok || !roomOnly(site, l.Uses) {
		return fix, false
	}
	call := makeCall(pass, site.Pos())
	if call == nil {
		return fix, false
	}
	size := bufferSize(pass, l.Sends, call)
	if size == "" {
		return fix, false
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

// roomOnly reports whether nobody notices that the channel has room: no sender
// does anything after its send, and nobody asks how many values are in it.
func roomOnly(site *ssa.MakeChan, uses []ssa.Instruction) bool {
	if measured(site.Parent(), site.Type()) {
		return false
	}
	for _, use := range uses {
		if send, ok := use.(*ssa.Send); ok && !endsAfter(send) || measured(use.Parent(), site.Type()) {
			return false
		}
	}
	return true
}

// measured reports whether fn asks for len or cap of a channel of the type.
func measured(fn *ssa.Function, typ types.Type) bool {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			call, ok := instr.(*ssa.Call)
			if !ok || len(call.Call.Args) != 1 || !types.Identical(call.Call.Args[0].Type().Underlying(), typ.Underlying()) {
				continue
			}
			if builtin, ok := call.Call.Value.(*ssa.Builtin); ok && (builtin.Name() == "len" || builtin.Name() == "cap") {
				return true
			}
		}
	}
	return false
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

// text prints an expression.
func text(fset *token.FileSet, n ast.Node) string {
	var b bytes.Buffer
	if err := printer.Fprint(&b, fset, n); err != nil {
		panic(err) // the syntax tree comes from the parser
	}
	return b.String()
}
