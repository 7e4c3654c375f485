package paths

import (
	"go/constant"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// manyTurns is the least constant number of turns that counts as many.
const manyTurns = 1000

// InLoop reports whether b lies on a cycle of its function.
func InLoop(b *ssa.BasicBlock) bool { return reaches(b.Succs, b) }

// Unbounded reports whether b and d run in a common loop that neither a
// collection nor a small count bounds: it waits for events, or goes on for
// ever, or on a condition.
func Unbounded(b, d *ssa.BasicBlock) bool {
	if !reaches(b.Succs, d) && b != d || !reaches(d.Succs, b) {
		return false
	}
	for h := b; h != nil; h = h.Idom() {
		if h.Dominates(d) && closes(h, d) && !bounded(h) {
			return true
		}
	}
	return false
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
