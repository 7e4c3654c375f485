package paths

import (
	"go/constant"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// manyTurns is the least constant number of turns that counts as many.
const manyTurns = 10000

// InLoop reports whether b lies on a cycle of its function.
func InLoop(b *ssa.BasicBlock) bool { return reaches(b.Succs, b) }

// EachAfter reports whether b runs at most once each time a has run, and never
// before it.
func EachAfter(a, b *ssa.BasicBlock) bool {
	if !a.Dominates(b) {
		return false
	}
	if a == b {
		return true
	}
	seen := map[*ssa.BasicBlock]bool{a: true} // round again through a is another time
	for work := slices.Clone(b.Succs); len(work) > 0; {
		at := work[len(work)-1]
		work = work[:len(work)-1]
		if at == b {
			return false
		}
		if !seen[at] {
			seen[at] = true
			work = append(work, at.Succs...)
		}
	}
	return true
}

// A LoopKind says what ends a loop.
type LoopKind int

const (
	NoLoop  LoopKind = iota // the blocks share no loop, or each has a bound
	Retries                 // it goes on until a condition
	Events                  // every turn waits for something to arrive on a channel
	Endless                 // it has no way out
)

// Loop classifies the loops in which b and d both run: the first in the order
// Endless, Events, Retries that neither a collection nor a small count bounds.
// recurs reports whether values can arrive on a channel again and again.
func Loop(b, d *ssa.BasicBlock, recurs func(ch ssa.Value) bool) LoopKind {
	kind := NoLoop
	if !reaches(b.Succs, d) && b != d || !reaches(d.Succs, b) {
		return kind
	}
	for h := b; h != nil; h = h.Idom() {
		if !h.Dominates(d) || !closes(h, d) || bounded(h) {
			continue
		}
		k := Retries
		if !leaves(h) {
			k = Endless
		}
		switch arrives(h, d, recurs) {
		case yes:
			k = max(k, Events)
		case once:
			return NoLoop // the event that leads to d happens once
		}
		if k == Retries && waitsAfter(h, d, recurs) {
			k = Events
		}
		kind = max(kind, k)
	}
	return kind
}

// waitsAfter reports whether every way from d round to the header h again takes
// a case of a select in which something arrives again and again: the loop
// serves until another case ends it.
func waitsAfter(h, d *ssa.BasicBlock, recurs func(ssa.Value) bool) bool {
	found := false
	for _, p := range h.Preds {
		if !h.Dominates(p) || !reaches(d.Succs, p) {
			continue
		}
		waits := false
		for b := p; b != nil && d.Dominates(b) && !waits; b = b.Idom() {
			ch := caseTaken(b, p)
			if b == p {
				ch = caseTaken(p, h) // the case has no body
			}
			waits = ch != nil && recurs(ch)
		}
		if !waits {
			return false
		}
		found = true
	}
	return found
}

// leaves reports whether control can go from the loop with header h to a return.
func leaves(h *ssa.BasicBlock) bool {
	seen := make(map[*ssa.BasicBlock]bool)
	work := []*ssa.BasicBlock{h}
	for len(work) > 0 {
		b := work[len(work)-1]
		work = work[:len(work)-1]
		if seen[b] {
			continue
		}
		seen[b] = true
		if _, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok {
			return true
		}
		work = append(work, b.Succs...)
	}
	return false
}

// arrival says whether an event leads to a block, and whether it can recur.
type arrival int

const (
	no arrival = iota
	once
	yes
)

// arrives looks for a receive that every way from the header h to d passes.
func arrives(h, d *ssa.BasicBlock, recurs func(ssa.Value) bool) arrival {
	found := no
	for b := d; b != nil && h.Dominates(b); b = b.Idom() {
		ch := received(b, d)
		switch {
		case ch == nil:
		case recurs(ch):
			found = max(found, yes)
		default:
			return once
		}
	}
	return found
}

// received returns the channel from which b receives on the way to d: by a
// receive, or by a case of a select that leads to d.
func received(b, d *ssa.BasicBlock) ssa.Value {
	for _, instr := range b.Instrs {
		if recv, ok := instr.(*ssa.UnOp); ok && recv.Op == token.ARROW {
			return recv.X
		}
	}
	return caseTaken(b, d)
}

// caseTaken returns the channel of the receiving case of a select for which b
// tests on the way to d, or nil.
func caseTaken(b, d *ssa.BasicBlock) ssa.Value {
	br, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
	if !ok || !b.Succs[0].Dominates(d) || b.Succs[1] == b.Succs[0] {
		return nil
	}
	s := Selected(br.Cond)
	if s == nil || s.Dir != types.RecvOnly {
		return nil
	}
	return s.Chan
}

// Selected returns the case of a select that cond tests for, or nil.
func Selected(cond ssa.Value) *ssa.SelectState {
	test, ok := cond.(*ssa.BinOp)
	if !ok || test.Op != token.EQL {
		return nil
	}
	index, ok := test.X.(*ssa.Extract)
	k, isConst := test.Y.(*ssa.Const)
	if !ok || !isConst || k.Value == nil || index.Index != 0 {
		return nil
	}
	sel, ok := index.Tuple.(*ssa.Select)
	if !ok {
		return nil
	}
	i, exact := constant.Int64Val(k.Value)
	if !exact || i < 0 || int(i) >= len(sel.States) {
		return nil
	}
	return sel.States[i]
}

// closes reports whether an edge from a block that d reaches inside the loop
// goes back to h.
func closes(h, d *ssa.BasicBlock) bool {
	for _, p := range h.Preds {
		if h.Dominates(p) && (p == d || reaches(d.Succs, p)) {
			return true
		}
	}
	return false
}

// bounded reports whether the loop with header h leaves through a test at h
// against a length, a range or a small constant.
func bounded(h *ssa.BasicBlock) bool {
	br, ok := h.Instrs[len(h.Instrs)-1].(*ssa.If)
	if !ok {
		return false
	}
	switch cond := br.Cond.(type) {
	case *ssa.Extract: // range over a map or string; over a channel it is a receive
		_, next := cond.Tuple.(*ssa.Next)
		return next
	case *ssa.BinOp:
		switch cond.Op {
		case token.LSS, token.LEQ, token.GTR, token.GEQ, token.NEQ:
			return boundedBy(cond.X) || boundedBy(cond.Y)
		}
	}
	return false
}

// boundedBy reports whether v is a length, a small constant, or an integer
// that something outside the loop has chosen.
func boundedBy(v ssa.Value) bool {
	switch v := v.(type) {
	case *ssa.Const:
		if v.Value == nil || v.Value.Kind() != constant.Int {
			return false
		}
		n, exact := constant.Int64Val(v.Value)
		return exact && n < manyTurns
	case *ssa.Call:
		b, ok := v.Call.Value.(*ssa.Builtin)
		return ok && (b.Name() == "len" || b.Name() == "cap")
	case *ssa.Phi:
		return false
	}
	basic, ok := v.Type().Underlying().(*types.Basic)
	return ok && basic.Info()&types.IsInteger != 0
}

// AnyLoop reports whether fn has a loop.
func AnyLoop(fn *ssa.Function) bool { return len(cyclic(fn)) > 0 }
