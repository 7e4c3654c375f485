package once

import (
	"fmt"
	"go/constant"
	"go/token"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// A visit is one function with those of its blocks that the constants passed to
// it rule out: with other constants it is another one.
//
//	func attr(cmd int) { if cmd == create { once.Do(load) } }
//	func load()        { attr(query) } // attr does not come to Do here
type visit struct {
	fn   *ssa.Function
	dead string
}

// live returns the blocks of a function to which control can get, if branches on
// the constants that its callers pass go the way they must. The work is linear in
// the blocks.
func live(f *frame) map[*ssa.BasicBlock]bool {
	reached := make(map[*ssa.BasicBlock]bool)
	if len(f.fn.Blocks) == 0 {
		return reached
	}
	roots := []*ssa.BasicBlock{f.fn.Blocks[0]}
	if r := f.fn.Recover; r != nil {
		roots = append(roots, r)
	}
	for len(roots) > 0 {
		b := roots[len(roots)-1]
		roots = roots[:len(roots)-1]
		if !reached[b] {
			reached[b] = true
			roots = append(roots, taken(f, b)...)
		}
	}
	return reached
}

// taken returns the blocks to which control may go on from b.
func taken(f *frame, b *ssa.BasicBlock) []*ssa.BasicBlock {
	br, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
	if !ok {
		return b.Succs
	}
	cmp, ok := br.Cond.(*ssa.BinOp)
	if !ok || cmp.Op != token.EQL && cmp.Op != token.NEQ {
		return b.Succs
	}
	x, y := constantOf(f, cmp.X), constantOf(f, cmp.Y)
	if x == nil || y == nil || x.Kind() != y.Kind() {
		return b.Succs
	}
	if constant.Compare(x, cmp.Op, y) {
		return b.Succs[:1]
	}
	return b.Succs[1:]
}

// constantOf returns the constant that v is, through the parameters of the
// functions on the stack, or nil.
func constantOf(f *frame, v ssa.Value) constant.Value {
	v, _ = resolve(f, v)
	if c, ok := v.(*ssa.Const); ok {
		return c.Value
	}
	return nil
}

// visitOf names a visit of a function with these live blocks.
func visitOf(fn *ssa.Function, live map[*ssa.BasicBlock]bool) visit {
	var dead strings.Builder
	for _, b := range fn.Blocks {
		if !live[b] {
			fmt.Fprintf(&dead, "%d ", b.Index)
		}
	}
	return visit{fn, dead.String()}
}
