package leaks

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/coretype"
	"github.com/leaklint/leaklint/internal/explore"
	"github.com/leaklint/leaklint/internal/explore/prog"
	"github.com/leaklint/leaklint/internal/site"
	"github.com/leaklint/leaklint/internal/skeleton"
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
	leak.Sends = t.sends(&leak)
	leak.Owner = ownerOf(t.u, &leak, l)
	leak.Trail = t.trail(l, &leak)
	return leak
}

// place sets where the leak is shown, and the name of what is waited on as the
// source has it there.
func (t *teller) place(leak *Leak, op *explore.Blocked) {
	t.placeAt(leak, t.pos(op.Site))
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
			leak.Pos, leak.End = n.Pos(), n.End()
			if sel, ok := n.Fun.(*ast.SelectorExpr); ok {
				leak.Name = exprText(sel.X)
			}
		default:
			continue
		}
		return
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

// sends counts the sends on a channel. It knows the number only in the plain
// cases: one send statement (or several that exclude each other would need
// paths) of a goroutine that is started once, or once in each turn of one loop.
func (t *teller) sends(leak *Leak) SendCount {
	send, ok := leak.Instr.(*ssa.Send)
	mk, isMake := leak.MadeSite.(*ssa.MakeChan)
	if !ok || !isMake || leak.LaunchSite == nil || inLoop(send.Block()) {
		return SendCount{}
	}
	for _, op := range t.u.Ops {
		if op.Instr != leak.Instr && op.Kind == skeleton.OpSend && sameElem(op.Instr, send) {
			return SendCount{} // may be another send on it
		}
		if op.Kind == skeleton.OpSelect && op.Instr != leak.Instr && selectSends(op.Instr, send) {
			return SendCount{}
		}
	}
	launch := leak.LaunchSite
	if launch.Parent() != mk.Parent() {
		return SendCount{}
	}
	if !inLoop(launch.Block()) || launch.Block() == mk.Block() {
		return SendCount{Known: true, N: 1}
	}
	if inLoop(mk.Block()) {
		return SendCount{}
	}
	return SendCount{Known: true, Len: mk} // the turns of the loop around the launch
}

// sameElem reports whether a send is on a channel of the same type as other's.
func sameElem(in ssa.Instruction, other *ssa.Send) bool {
	send, ok := in.(*ssa.Send)
	return ok && types.Identical(elem(send.Chan), elem(other.Chan))
}

// selectSends reports whether the select may send on the channel of send.
func selectSends(in ssa.Instruction, send *ssa.Send) bool {
	sel, ok := in.(*ssa.Select)
	if !ok {
		return false
	}
	for _, s := range sel.States {
		if s.Dir == types.SendOnly && types.Identical(elem(s.Chan), elem(send.Chan)) {
			return true
		}
	}
	return false
}

// elem returns the element type of a channel.
func elem(ch ssa.Value) types.Type { return coretype.Of(ch.Type()).(*types.Chan).Elem() }

// inLoop reports whether control can come back to the block.
func inLoop(b *ssa.BasicBlock) bool {
	seen := map[*ssa.BasicBlock]bool{}
	var back func(*ssa.BasicBlock) bool
	back = func(x *ssa.BasicBlock) bool {
		for _, s := range x.Succs {
			if s == b {
				return true
			}
			if !seen[s] {
				seen[s] = true
				if back(s) {
					return true
				}
			}
		}
		return false
	}
	return back(b)
}

// exprText is the source text of an expression, on one line.
func exprText(e ast.Expr) string { return types.ExprString(e) }
