package unbufsend

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/types/typeutil"

	"github.com/leaklint/leaklint/internal/fact"
	"github.com/leaklint/leaklint/internal/known"
	"github.com/leaklint/leaklint/internal/leaks"
	"github.com/leaklint/leaklint/internal/site"
)

// contextFix lets all plain sends on the channel end with a context that is in
// scope. Where code follows, the function returns; a function with results is
// left alone.
//
// That nobody then waits for what is not sent is for the proof to say, as far as
// receivers can be seen. What it cannot see is asked here: who receives in code
// unseen, or is told by close that all has been sent, must not take the end of
// the context for that.
func contextFix(pass *analysis.Pass, l *leaks.Leak) (fix analysis.SuggestedFix, ok bool) {
	sends := plainSends(l)
	if len(sends) == 0 || closedUnderSelect(l.Uses) {
		return fix, false
	}
	for _, send := range sends {
		edit, ctx, ok := endSend(pass, send, seenReceiver(l.Uses))
		if !ok {
			return fix, false
		}
		if fix.Message == "" {
			fix.Message = fmt.Sprintf("Stop waiting when %s is done", ctx.Name())
		}
		if !slices.ContainsFunc(fix.TextEdits, func(e analysis.TextEdit) bool { return e.Pos == edit.Pos }) {
			fix.TextEdits = append(fix.TextEdits, edit)
		}
	}
	return fix, true
}

// plainSends returns the sends on the channel that stand outside selects, that
// of the leak among them; none if that is no such send.
func plainSends(l *leaks.Leak) (sends []*ssa.Send) {
	own, ok := l.Instr.(*ssa.Send)
	if !ok {
		return nil
	}
	for _, use := range l.Uses {
		if send, ok := use.(*ssa.Send); ok {
			sends = append(sends, send)
		}
	}
	if !slices.Contains(sends, own) {
		sends = append(sends, own)
	}
	return sends
}

// closedUnderSelect reports whether somebody closes the channel, and somebody
// receives from it in a select: when both the close and the end of the context
// are there, that select may take the close for the end of the data.
func closedUnderSelect(uses []ssa.Instruction) bool {
	closed, selects := false, false
	for _, use := range uses {
		switch use := use.(type) {
		case *ssa.Select:
			selects = true
		case ssa.CallInstruction:
			b, ok := use.Common().Value.(*ssa.Builtin)
			closed = closed || ok && b.Name() == "close"
		}
	}
	return closed && selects
}

// seenReceiver reports whether a receiver of the channel can be seen.
func seenReceiver(uses []ssa.Instruction) bool {
	return slices.ContainsFunc(uses, func(use ssa.Instruction) bool {
		switch use.(type) {
		case *ssa.UnOp, *ssa.Select:
			return true
		}
		return false
	})
}

// endSend lets a send end with the context in scope. If its receivers cannot be
// seen, or nobody can see who sends what its loop receives, its function must
// leave when that context ends as it is: then they are used to it.
func endSend(pass *analysis.Pass, instr *ssa.Send, seen bool) (edit analysis.TextEdit, ctx *types.Var, ok bool) {
	path := sendPath(pass, instr.Pos())
	if path == nil {
		return edit, nil, false
	}
	send := path[0].(*ast.SendStmt)
	if ctx = contextInScope(pass, send.Pos()); ctx == nil {
		return edit, nil, false
	}
	leave, ok := leaveAfter(pass, path)
	if !ok || leave && !leavesCleanly(instr) {
		return edit, nil, false
	}
	if (!seen || leave && loopReceives(instr)) && !leavesAtEnd(pass, path, ctx) {
		return edit, nil, false
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
	return analysis.TextEdit{
		Pos: send.Pos(), End: send.End(), NewText: []byte(strings.Join(lines, "\n"+indent)),
	}, ctx, true
}

// sendPath returns the nodes from a send statement outwards, nil if something
// else is at pos, or the send is a case of a select.
func sendPath(pass *analysis.Pass, pos token.Pos) []ast.Node {
	path := site.Enclosing(pass.Files, pos)
	for i, n := range path {
		switch n := n.(type) {
		case *ast.SendStmt:
			if i+1 == len(path) {
				return nil
			}
			if clause, ok := path[i+1].(*ast.CommClause); ok && clause.Comm == ast.Stmt(n) {
				return nil
			}
			return path[i:]
		case ast.Stmt:
			return nil // blocked at something else
		}
	}
	return nil
}

// leavesCleanly reports whether a return at the send skips nothing but further
// turns of the loops around it: what follows the send in its turn, and what
// follows the loops, is nothing that anybody notices.
func leavesCleanly(send *ssa.Send) bool {
	block := send.Block()
	loop := around(block)
	at := slices.Index(block.Instrs, ssa.Instruction(send))
	list := slices.Clone(block.Succs)
	seen := map[*ssa.BasicBlock]bool{}
	quiet := func(instrs []ssa.Instruction) bool {
		return !slices.ContainsFunc(instrs, func(i ssa.Instruction) bool { return !isQuiet(i, send.Chan) })
	}
	if !quiet(block.Instrs[at+1:]) {
		return false
	}
	for _, b := range loop {
		for _, next := range b.Succs {
			if !slices.Contains(loop, next) {
				list = append(list, next)
			}
		}
	}
	for len(list) > 0 {
		b := list[len(list)-1]
		list = list[:len(list)-1]
		if seen[b] || slices.Contains(loop, b) && b.Dominates(block) {
			continue // the next turn
		}
		seen[b] = true
		if !quiet(b.Instrs) {
			return false
		}
		list = append(list, b.Succs...)
	}
	return true
}

// around returns the blocks of the loops around a block: those that control may
// come to from it and come back from.
func around(block *ssa.BasicBlock) []*ssa.BasicBlock {
	from := reached(block, func(b *ssa.BasicBlock) []*ssa.BasicBlock { return b.Succs })
	back := reached(block, func(b *ssa.BasicBlock) []*ssa.BasicBlock { return b.Preds })
	return slices.DeleteFunc(from, func(b *ssa.BasicBlock) bool { return !slices.Contains(back, b) })
}

// reached returns the blocks that are reached from a block by steps.
func reached(block *ssa.BasicBlock, steps func(*ssa.BasicBlock) []*ssa.BasicBlock) (all []*ssa.BasicBlock) {
	list := slices.Clone(steps(block))
	for len(list) > 0 {
		b := list[len(list)-1]
		list = list[:len(list)-1]
		if !slices.Contains(all, b) {
			all = append(all, b)
			list = append(list, steps(b)...)
		}
	}
	return all
}

// loopReceives reports whether a loop around the send receives something: who
// sends that waits when the loop is left.
func loopReceives(send *ssa.Send) bool {
	for _, b := range around(send.Block()) {
		for _, instr := range b.Instrs {
			switch instr := instr.(type) {
			case *ssa.UnOp:
				if instr.Op == token.ARROW {
					return true
				}
			case *ssa.Select:
				return true
			}
		}
	}
	return false
}

// leavesAtEnd reports whether the function around the send, which path leads out
// to, returns when the context ends, as it is.
func leavesAtEnd(pass *analysis.Pass, path []ast.Node, ctx *types.Var) bool {
	found := false
	for _, n := range path {
		switch n.(type) {
		case *ast.FuncLit, *ast.FuncDecl:
		default:
			continue
		}
		ast.Inspect(n, func(n ast.Node) bool {
			clause, ok := n.(*ast.CommClause)
			if ok && len(clause.Body) > 0 && waitsFor(pass, clause.Comm, ctx) {
				_, returns := clause.Body[len(clause.Body)-1].(*ast.ReturnStmt)
				found = found || returns
			}
			return !found
		})
		return found
	}
	return false
}

// waitsFor reports whether a case receives from ctx.Done().
func waitsFor(pass *analysis.Pass, comm ast.Stmt, ctx *types.Var) bool {
	stmt, ok := comm.(*ast.ExprStmt)
	if !ok {
		return false
	}
	recv, ok := stmt.X.(*ast.UnaryExpr)
	if !ok {
		return false
	}
	call, ok := recv.X.(*ast.CallExpr)
	if !ok {
		return false
	}
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != "Done" {
		return false
	}
	id, ok := sel.X.(*ast.Ident)
	return ok && pass.TypesInfo.Uses[id] == ctx
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
