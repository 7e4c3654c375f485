package skeleton

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/coretype"
)

// findOut marks the channels that code outside the package gets hold of: as a
// result of a function it may call, as an argument of one of its own, in an
// interface value, or in an exported variable.
func (ix *Index) findOut() {
	for _, fn := range ix.Funcs {
		if callable(fn) || ix.taken[fn] || fn.Parent() != nil {
			res := fn.Signature.Results()
			for i := range res.Len() {
				ix.flow.handOut(ix.flow.result(fn, i), res.At(i).Type())
			}
		}
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				ix.findOutAt(instr)
			}
		}
	}
}

// callable reports whether fn has a name that code outside may use, also on a
// type that it can't name: through an interface.
func callable(fn *ssa.Function) bool {
	obj := fn.Object()
	return obj != nil && obj.Exported()
}

// findOutAt marks what one instruction hands out.
func (ix *Index) findOutAt(instr ssa.Instruction) {
	switch instr := instr.(type) {
	case *ssa.MakeInterface:
		ix.flow.handOut(ix.flow.of(instr.X), instr.X.Type())
	case *ssa.Store:
		if g, ok := instr.Addr.(*ssa.Global); ok && g.Object() != nil && g.Object().Exported() {
			ix.flow.handOut(ix.flow.of(instr.Val), instr.Val.Type())
		}
	case ssa.CallInstruction:
		com := instr.Common()
		if _, ok := com.Value.(*ssa.Builtin); ok || ix.Own(com.StaticCallee()) || ix.idle(com) {
			return
		}
		for _, a := range com.Args {
			ix.flow.handOut(ix.flow.of(a), a.Type())
		}
	}
}

// handOut marks a channel, or the channels that are elements of a value.
func (fl *flow) handOut(c *class, t types.Type) {
	for depth := 0; c != nil && depth < 4; depth++ {
		switch u := coretype.Of(t).(type) {
		case *types.Chan:
			fl.out[c.find()] = true
			return
		case *types.Pointer:
			t = u.Elem()
		case *types.Slice:
			t = u.Elem()
		case *types.Map:
			t = u.Elem()
		default:
			return
		}
		c = fl.content(c)
	}
}
