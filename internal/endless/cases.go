package endless

import (
	"go/constant"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// caseOf returns the select and the index of its case that cmp tests for, nil
// if it is another test.
func caseOf(cmp *ssa.BinOp) (*ssa.Select, int) {
	ex, ok := cmp.X.(*ssa.Extract)
	if !ok || ex.Index != 0 || cmp.Op != token.EQL {
		return nil, 0
	}
	sel, ok := ex.Tuple.(*ssa.Select)
	k, isConst := cmp.Y.(*ssa.Const)
	if !ok || !isConst {
		return nil, 0
	}
	i, exact := constant.Int64Val(k.Value)
	if !exact || i < 0 || int(i) >= len(sel.States) {
		return nil, 0
	}
	return sel, int(i)
}

// isDead reports whether b is the panic that the SSA builder puts after the
// last case of a blocking select, where control never gets.
func isDead(b *ssa.BasicBlock) bool {
	p, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Panic)
	if !ok || p.Pos().IsValid() {
		return false
	}
	mk, ok := p.X.(*ssa.MakeInterface)
	if !ok {
		return false
	}
	c, ok := mk.X.(*ssa.Const)
	return ok && c.Value != nil && c.Value.Kind() == constant.String &&
		constant.StringVal(c.Value) == "blocking select matched no case"
}

// neverTaken reports whether b tests for the case of a select that receives
// from a channel on which nothing ever arrives.
func (g *flow) neverTaken(b *ssa.BasicBlock) bool { return g.silentCase(b) != nil }

// silentCase returns the channel on which nothing ever arrives for which b
// tests, nil if it does not.
func (g *flow) silentCase(b *ssa.BasicBlock) ssa.Value {
	test, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
	if !ok || g.silent == nil {
		return nil
	}
	cmp, ok := test.Cond.(*ssa.BinOp)
	if !ok {
		return nil
	}
	sel, i := caseOf(cmp)
	if sel == nil || sel.States[i].Dir != types.RecvOnly || !g.silent(sel.States[i].Chan) {
		return nil
	}
	return sel.States[i].Chan
}

// silentExits returns the channels on which nothing ever arrives and whose
// cases would leave the loop.
func (g *flow) silentExits(scc []*ssa.BasicBlock, canLeave []bool) (chans []ssa.Value) {
	for _, b := range scc {
		for _, at := range append([]*ssa.BasicBlock{b}, b.Succs...) {
			if ch := g.silentCase(at); ch != nil && canLeave[at.Succs[0].Index] && (at == b || g.neverGoesOn(at)) {
				chans = append(chans, ch)
			}
		}
	}
	return chans
}

// neverGoesOn reports whether b is where control gets only by the last case of
// a blocking select, which is never taken.
func (g *flow) neverGoesOn(b *ssa.BasicBlock) bool {
	return len(b.Succs) == 2 && isDead(b.Succs[1]) && len(b.Preds) == 1 && g.neverTaken(b)
}

// NeverCloses reports whether cond is the ok of a receive, or of a range, from
// the channel of a timer or ticker: nothing ever closes one, Stop does not.
func NeverCloses(cond ssa.Value) bool {
	ok, is := cond.(*ssa.Extract)
	if !is || ok.Index != 1 {
		return false
	}
	recv, is := ok.Tuple.(*ssa.UnOp)
	return is && recv.Op == token.ARROW && receive(recv, recv.X, false).Kind == Timer
}
