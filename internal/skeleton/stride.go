package skeleton

import (
	"fmt"
	"go/token"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/explore/prog"
)

// A loop that goes through a slice in chunks, for i := 0; i < len(xs); i += size,
// has a number of turns of its own: how many, the machine does not compute. Its
// counter counts the turns.

// scanStride makes the number of turns a symbol if cmp compares a counter that
// goes in steps of an unknown size with a count.
func (ct *counts) scanStride(cmp *ssa.BinOp) {
	phi, ok := cmp.X.(*ssa.Phi)
	if !ok || cmp.Op != token.LSS || phi.Block() != cmp.Block() || ct.resolve(cmp.Y, 0).key == "" {
		return
	}
	key, name := fmt.Sprintf("turns %p", phi), "the number of turns"
	for _, e := range phi.Edges {
		if n, ok := constInt(e); !(ok && n == 0) && !strides(phi, e) {
			return
		}
		if add, ok := e.(*ssa.BinOp); ok {
			if n := share(add.Y); n != nil && ct.resolve(n, 0).key != "" {
				key, name = ct.resolve(n, 0).key, countName(n)
			}
		}
	}
	if s, ok := ct.symbol(key, name, 0, 3); ok {
		ct.turns[phi] = s
		for _, e := range phi.Edges {
			if _, ok := constInt(e); ok {
				ct.marks[constUse{phi, e}] = s
			}
		}
	}
}

// strides reports whether v is the next value of a counter that goes in steps
// that are no constants.
func strides(phi *ssa.Phi, v ssa.Value) bool {
	add, ok := v.(*ssa.BinOp)
	return ok && add.Op == token.ADD && add.X == phi && !steps(add)
}

// share returns n if size is a share rounded up, of which there are n: len/n + 1
// or (len + n - 1) / n. There may be fewer, where the last ones are empty; it is
// taken that there are not.
func share(size ssa.Value) ssa.Value {
	b, ok := size.(*ssa.BinOp)
	if !ok {
		return nil
	}
	if n, ok := constInt(b.Y); ok && b.Op == token.ADD && n > 0 {
		if q, ok := b.X.(*ssa.BinOp); ok && q.Op == token.QUO {
			return q.Y
		}
		return nil
	}
	if b.Op == token.QUO && mentions(b.X, b.Y, 0) {
		return b.Y
	}
	return nil
}

// mentions reports whether n is a term of a sum.
func mentions(sum, n ssa.Value, depth int) bool {
	b, ok := sum.(*ssa.BinOp)
	if !ok || b.Op != token.ADD && b.Op != token.SUB || depth > 3 {
		return sum == n
	}
	return mentions(b.X, n, depth+1) || mentions(b.Y, n, depth+1)
}

// stride compiles a comparison of such a counter with its bound, or a step of
// it; it reports whether v is one.
func (f *function) stride(v *ssa.BinOp) bool {
	phi, ok := v.X.(*ssa.Phi)
	if !ok {
		return false
	}
	s, ok := f.c.counts.turns[phi]
	switch {
	case !ok:
		return false
	case v.Op == token.LSS && v.Block() == phi.Block():
		f.emit(prog.OpLt, f.slot(v), f.val(phi), prog.Sym(s, 0))
		return true
	case strides(phi, v):
		f.emit(prog.OpAdd, f.slot(v), f.val(phi), prog.Int(1))
		return true
	}
	return false
}
