package skeleton

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/explore/prog"
)

// This file writes the consumer of a channel that a root returns (docs/design.md
// section 7.2). As a rule unseen code that has a channel may receive from it for
// ever. Who was given the channel by a call with a context stops when that ends,
// if the goroutine that feeds it shows that the end of the context is its end:
//
//	func Rows(ctx context.Context, q string) <-chan Row {
//		out := make(chan Row)
//		go func() {
//			defer close(out)
//			for next(ctx) { // ends with ctx
//				out <- row() // whoever has left with ctx does not take it
//			}
//		}()
//		return out
//	}

// handResults lets unseen code have the results of a root.
func (f *function) handResults(root *ssa.Function, dst []prog.Slot) {
	res := root.Signature.Results()
	leaves := prog.NoSlot
	for i, s := range dst {
		switch {
		case !f.c.ix.flow.carries(res.At(i).Type()):
		case leaves == prog.NoSlot && takesContext(root) && f.c.ix.leavesWithCtx(root, i):
			f.emit(prog.OpWilling, prog.NoSlot, prog.S(s)).Env = prog.EnvRecv
			leaves = s
		default:
			f.open(prog.S(s))
		}
	}
	if leaves == prog.NoSlot {
		return
	}
	ends, stays := f.fb.Label(), f.fb.Label()
	f.count()
	f.fb.Add(prog.Instr{Op: prog.OpChoose, Assume: prog.AssumeCtxEnds, Pos: prog.Pos(root.Pos())}).To(ends, stays)
	f.fb.Place(ends)
	f.emit(prog.OpGone, prog.NoSlot, prog.S(leaves))
	f.fb.Place(stays)
}

// takesContext reports whether a parameter of fn is a context.
func takesContext(fn *ssa.Function) bool {
	return slices.ContainsFunc(fn.Params, func(p *ssa.Parameter) bool { return isContextType(p.Type()) })
}

// leavesWithCtx reports whether the consumer of a channel that root returns is
// taken to be gone once the context of the call has ended: all channels that
// may be returned are made in sight, nobody in sight receives from them outside
// a select, and who sends on them has to do with the context.
func (ix *Index) leavesWithCtx(root *ssa.Function, result int) bool {
	t := root.Signature.Results().At(result).Type()
	if ch, ok := t.Underlying().(*types.Chan); !ok || ch.Dir() == types.SendOnly || !isEntry(root) {
		return false
	}
	cl := ix.flow.result(root, result).find()
	if cl.env || len(cl.members().sites) == 0 {
		return false
	}
	feeds := false
	for _, op := range cl.members().ops {
		switch op.Kind {
		case OpRecv:
			return false
		case OpSend:
			feeds = feeds || ix.InGoroutine(op.Func) && ix.mindsCtx(op.Func)
		}
	}
	return feeds
}

// mindsCtx reports whether fn works with a context, or receives from a channel
// that a call with a context has returned.
func (ix *Index) mindsCtx(fn *ssa.Function) bool {
	isCtx := func(v ssa.Value) bool { return isContextType(v.Type()) }
	for _, call := range callsIn(fn) {
		com := call.Common()
		if com.IsInvoke() && isCtx(com.Value) || slices.ContainsFunc(com.Args, isCtx) {
			return true
		}
	}
	return slices.ContainsFunc(ix.ops[fn], func(op *Op) bool { return op.Kind == OpRecv && ix.ofCtxCall(op.Operands[0]) })
}

// ofCtxCall reports whether a channel is the result of a call that is given a
// context.
func (ix *Index) ofCtxCall(v ssa.Value) bool {
	for range 8 {
		switch x := v.(type) {
		case *ssa.UnOp:
			v = x.X
		case *ssa.FreeVar:
			bound := ix.bindings(x)
			if len(bound) != 1 {
				return false
			}
			v = bound[0]
		case *ssa.Alloc:
			stores := ix.stores[loc{value: x}]
			if len(stores) != 1 {
				return false
			}
			st, ok := stores[0].(*ssa.Store)
			if !ok {
				return false
			}
			v = st.Val
		case *ssa.Extract:
			v = x.Tuple
		case *ssa.ChangeType:
			v = x.X
		case *ssa.Call:
			return slices.ContainsFunc(x.Call.Args, func(a ssa.Value) bool { return isContextType(a.Type()) })
		default:
			return false
		}
	}
	return false
}
