package leaks

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/explore"
	"github.com/leaklint/leaklint/internal/explore/prog"
	"github.com/leaklint/leaklint/internal/site"
)

// convert tells a leak of the machine in terms of the source.
func (t *teller) convert(l *explore.Leak) Leak {
	op := &l.Op
	leak := Leak{
		Instr:      source(t.u, op.At),
		Root:       t.u.Root,
		Primitive:  primitive(op),
		Made:       token.NoPos,
		Cap:        -1,
		Confidence: reported(l.Confidence()),
	}
	leak.Op, leak.Case = operation(t.u, op)
	leak.Func = t.u.Root
	if leak.Instr != nil {
		leak.Func = leak.Instr.Parent()
	}
	if !op.Root {
		leak.LaunchSite, leak.Launch = source(t.u, op.Launch), t.pos(op.Launch)
	}
	t.place(&leak, op)
	if len(op.On) > 0 {
		t.made(&leak, op.On[0])
	}
	said := told{}
	for _, a := range l.Witness.Assumptions {
		leak.Assumes = append(leak.Assumes, Assumption{Kind: rows[a.Kind].kind, Pos: t.pos(a.Site), Text: said.add(t, a)})
		leak.Test = leak.Test || a.Kind == prog.AssumeTestTimeout
	}
	for _, v := range append(append([]explore.Blocked(nil), l.Rest...), l.Victims...) {
		kind, _ := operation(t.u, &v)
		victim := Victim{Op: kind, Pos: t.pos(v.Site)}
		if in := source(t.u, v.At); in != nil {
			victim.at = in.Pos()
		}
		if !v.Root {
			victim.Launch = t.pos(v.Launch)
		}
		leak.Victims = append(leak.Victims, victim)
	}
	leak.Uses = t.uses(&leak)
	leak.Sends = t.sends(&leak)
	leak.Owner = ownerOf(t.u, &leak, l)
	leak.Trail = t.trail(l, &leak)
	return leak
}

// place sets where the leak is shown, and the name of what is waited on as the
// source has it there.
func (t *teller) place(leak *Leak, op *explore.Blocked) {
	t.placeAt(leak, t.pos(op.Site))
	if leak.Primitive == Pipe {
		t.nameWriter(leak)
	}
}

// nameWriter names what a call writes to that is no method of the pipe.
func (t *teller) nameWriter(leak *Leak) {
	for _, n := range site.Enclosing(t.files, leak.Pos) {
		call, ok := n.(*ast.CallExpr)
		if !ok || call.Pos() != leak.Pos {
			continue
		}
		if i := t.u.Index.WrittenArg(leak.Instr); i >= 0 && i < len(call.Args) {
			leak.Name = exprText(call.Args[i])
		}
		return
	}
}

// placeAt sets where the leak is shown to the operation around a position.
func (t *teller) placeAt(leak *Leak, pos token.Pos) {
	leak.Pos, leak.End = pos, pos
	for _, n := range site.Enclosing(t.files, leak.Pos) {
		switch n := n.(type) {
		case *ast.SendStmt:
			leak.Pos, leak.End, leak.Name = n.Pos(), n.End(), exprText(n.Chan)
		case *ast.UnaryExpr:
			if n.Op != token.ARROW {
				continue
			}
			leak.Pos, leak.End, leak.Name = n.Pos(), n.End(), exprText(n.X)
		case *ast.RangeStmt:
			leak.Pos, leak.End, leak.Name = n.Pos(), n.X.End(), exprText(n.X)
		case *ast.SelectStmt:
			t.placeSelect(leak, n)
		case *ast.CallExpr:
			placeCall(leak, n)
		case *ast.DeferStmt:
			placeCall(leak, n.Call)
		default:
			continue
		}
		return
	}
}

// placeCall sets the place to a call, and the name to that of the receiver.
func placeCall(leak *Leak, n *ast.CallExpr) {
	leak.Pos, leak.End = n.Pos(), n.End()
	if sel, ok := n.Fun.(*ast.SelectorExpr); ok {
		leak.Name = exprText(sel.X)
	}
}

// placeSelect sets the place to the first send case of a select, if it has one.
func (t *teller) placeSelect(leak *Leak, n *ast.SelectStmt) {
	leak.Pos, leak.End = n.Pos(), n.Select+token.Pos(len("select"))
	for _, c := range n.Body.List {
		if send, ok := c.(*ast.CommClause).Comm.(*ast.SendStmt); ok {
			leak.Name = exprText(send.Chan)
			return
		}
	}
}

// made sets where the primitive comes from.
func (t *teller) made(leak *Leak, o explore.Object) {
	leak.MadeSite, leak.Made = source(t.u, o.Made), t.pos(o.Made)
	if mk, ok := leak.MadeSite.(*ssa.MakeChan); ok {
		if size, ok := mk.Size.(*ssa.Const); ok && size.Value != nil {
			leak.Cap = int(size.Int64())
		}
	}
}

// uses returns the operations of the program that may work on what a leak waits
// for.
func (t *teller) uses(leak *Leak) (instrs []ssa.Instruction) {
	if leak.MadeSite == nil {
		return nil
	}
	for _, op := range t.u.Index.OpsOn(leak.MadeSite) {
		if slices.Contains(t.u.Ops, op) {
			instrs = append(instrs, op.Instr)
		}
	}
	return instrs
}

// exprText is the source text of an expression, on one line.
func exprText(e ast.Expr) string { return types.ExprString(e) }
