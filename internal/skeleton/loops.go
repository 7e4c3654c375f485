package skeleton

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// loops are the natural loops of a function.
type loops struct {
	heads map[*ssa.BasicBlock]map[*ssa.BasicBlock]bool // body by head
}

// loopsOf returns the natural loops of fn.
func (ix *Index) loopsOf(fn *ssa.Function) *loops {
	if l := ix.loops[fn]; l != nil {
		return l
	}
	l := &loops{heads: map[*ssa.BasicBlock]map[*ssa.BasicBlock]bool{}}
	ix.loops[fn] = l
	for _, b := range fn.Blocks {
		for _, h := range b.Succs {
			if h.Dominates(b) {
				l.add(h, b)
			}
		}
	}
	return l
}

// add extends the loop with head h by what leads to the back edge from b.
func (l *loops) add(h, b *ssa.BasicBlock) {
	body := l.heads[h]
	if body == nil {
		body = map[*ssa.BasicBlock]bool{h: true}
		l.heads[h] = body
	}
	stack := []*ssa.BasicBlock{b}
	for len(stack) > 0 {
		b := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if body[b] {
			continue
		}
		body[b] = true
		stack = append(stack, b.Preds...)
	}
}

// unbounded reports whether b lies in a loop that neither a constant nor a
// count bounds.
func (l *loops) unbounded(f *function, b *ssa.BasicBlock) bool {
	for h, body := range l.heads {
		if body[b] && !l.bounded(f.c.counts, h, body) {
			return true
		}
	}
	return false
}

// bounded reports whether some way out of the loop compares a counter, or
// ends a range over a collection.
func (l *loops) bounded(ct *counts, h *ssa.BasicBlock, body map[*ssa.BasicBlock]bool) bool {
	for b := range body {
		cond := exitCond(b, body)
		if cond == nil {
			continue
		}
		if bin, ok := cond.(*ssa.BinOp); ok && ordered(bin.Op) && (induction(bin.X) || induction(bin.Y)) {
			return true
		}
		if ex, ok := cond.(*ssa.Extract); ok {
			if _, ok := ex.Tuple.(*ssa.Next); ok {
				return true
			}
		}
	}
	return false
}

// exitCond returns the condition of the branch at the end of b if one side of
// it leaves the loop.
func exitCond(b *ssa.BasicBlock, body map[*ssa.BasicBlock]bool) ssa.Value {
	f, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
	if !ok || body[b.Succs[0]] == body[b.Succs[1]] {
		return nil
	}
	return f.Cond
}

// innermost returns the body of the smallest loop that contains b, nil if none.
func (l *loops) innermost(b *ssa.BasicBlock) (head *ssa.BasicBlock, body map[*ssa.BasicBlock]bool) {
	for h, bd := range l.heads {
		if bd[b] && (body == nil || len(bd) < len(body) || len(bd) == len(body) && h.Index > head.Index) {
			head, body = h, bd
		}
	}
	return head, body
}

// ordered reports whether op compares numbers.
func ordered(op token.Token) bool {
	switch op {
	case token.LSS, token.LEQ, token.GTR, token.GEQ, token.EQL, token.NEQ:
		return true
	}
	return false
}

// induction reports whether v counts: a φ that goes up or down by a constant,
// the next value of one, or a loop variable that closures capture.
func induction(v ssa.Value) bool {
	switch v := v.(type) {
	case *ssa.Phi:
		for _, e := range v.Edges {
			if b, ok := e.(*ssa.BinOp); ok && steps(b) && (b.X == v || b.Y == v) {
				return true
			}
		}
	case *ssa.BinOp:
		if !steps(v) {
			return false
		}
		phi, ok := v.X.(*ssa.Phi)
		return ok && induction(phi)
	case *ssa.UnOp:
		return v.Op == token.MUL && cellCounts(v.X, 0)
	}
	return false
}

// steps reports whether b adds or subtracts a constant.
func steps(b *ssa.BinOp) bool {
	_, ok := b.Y.(*ssa.Const)
	return ok && (b.Op == token.ADD || b.Op == token.SUB)
}

// cellCounts reports whether a variable is stored to as its own value plus or
// minus a constant.
func cellCounts(p ssa.Value, depth int) bool {
	if depth > 3 {
		return false
	}
	switch p := p.(type) {
	case *ssa.Phi:
		for _, e := range p.Edges {
			if e != p && cellCounts(e, depth+1) {
				return true
			}
		}
	case *ssa.Alloc:
		if b, ok := p.Type().(*types.Pointer).Elem().Underlying().(*types.Basic); !ok || b.Info()&types.IsInteger == 0 {
			return false
		}
		for _, r := range *p.Referrers() {
			if s, ok := r.(*ssa.Store); ok && s.Addr == p {
				if b, ok := s.Val.(*ssa.BinOp); ok && steps(b) {
					return true
				}
			}
		}
	}
	return false
}
