package skeleton

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/coretype"
)

// This file finds held channels that need no harness (docs/design.md section
// 7.2): those in an unexported field on which only the function that makes the
// object, what it calls and what it starts work. No entry touches them, so that
// the function alone is the whole program:
//
//	func New() *Watcher {
//		w := &Watcher{found: make(chan string, 1)}
//		go w.run() // sends on w.found and receives from it
//		return w
//	}

// private reports whether every operation of the package on the channels in
// field f is one on a channel of an object that was made further up, by the
// call or launch that led to it.
func (ix *Index) private(f *types.Var) bool {
	cl := ix.flow.content(ix.flow.field(f))
	ops := cl.members().ops
	for _, op := range ops {
		for _, v := range op.Operands {
			if ix.flow.of(v) == cl.find() && !ix.fresh(v, map[ssa.Value]bool{}) {
				return false
			}
		}
	}
	return len(ops) > 0
}

// fresh reports whether v is something that was made by a function further up
// the stack, or by one that has started this goroutine, or what a field of that
// holds, if only such things are stored there. seen cuts cycles, which add
// nothing.
func (ix *Index) fresh(v ssa.Value, seen map[ssa.Value]bool) bool {
	if seen[v] {
		return true
	}
	seen[v] = true
	switch v := v.(type) {
	case *ssa.MakeChan, *ssa.Alloc:
		return true
	case *ssa.Const:
		return v.IsNil()
	case *ssa.ChangeType:
		return ix.fresh(v.X, seen)
	case *ssa.UnOp:
		return v.Op == token.MUL && ix.freshLoad(v.X, seen)
	case *ssa.Parameter:
		return ix.freshParam(v, seen)
	case *ssa.FreeVar:
		return ix.runsBelow(v.Parent()) && ix.allFresh(ix.bindings(v), seen)
	case *ssa.Call:
		return ix.freshResult(v, seen)
	}
	return false
}

// allFresh reports whether there are values and all of them are fresh.
func (ix *Index) allFresh(vs []ssa.Value, seen map[ssa.Value]bool) bool {
	return len(vs) > 0 && !slices.ContainsFunc(vs, func(v ssa.Value) bool { return !ix.fresh(v, seen) })
}

// freshLoad is fresh for what is loaded from addr.
func (ix *Index) freshLoad(addr ssa.Value, seen map[ssa.Value]bool) bool {
	var at loc
	switch addr := addr.(type) {
	case *ssa.FieldAddr:
		if !ix.fresh(addr.X, seen) {
			return false
		}
		at = loc{field: coretype.Field(addr.X.Type(), addr.Field)}
	case *ssa.Alloc:
		at = loc{value: addr}
	case *ssa.FreeVar:
		if !ix.runsBelow(addr.Parent()) {
			return false
		}
		out := ix.outermost(addr)
		if len(out) != 1 {
			return false
		}
		at = out[0]
	default:
		return false
	}
	stores := ix.stores[at]
	for _, instr := range stores {
		st, ok := instr.(*ssa.Store)
		if !ok || !types.Identical(st.Val.Type(), addr.Type().Underlying().(*types.Pointer).Elem()) || !ix.fresh(st.Val, seen) {
			return false // copied as part of a struct, or not one that was made here
		}
	}
	return len(stores) > 0
}

// freshParam is fresh for a parameter: what all callers pass.
func (ix *Index) freshParam(p *ssa.Parameter, seen map[ssa.Value]bool) bool {
	fn := p.Parent()
	calls := ix.callers[fn]
	if callable(fn) || len(calls) == 0 || !ix.runsBelow(fn) || fn.Object() != nil && ix.unseen(fn.Object()) {
		return false
	}
	i := slices.Index(fn.Params, p)
	for _, call := range calls {
		com := call.Common()
		args := com.Args
		if com.IsInvoke() {
			args = append([]ssa.Value{com.Value}, args...)
		}
		if len(args) != len(fn.Params) || !ix.fresh(args[i], seen) {
			return false
		}
	}
	return true
}

// freshResult is fresh for the result of a function of the package.
func (ix *Index) freshResult(call *ssa.Call, seen map[ssa.Value]bool) bool {
	callee := call.Call.StaticCallee()
	if callee == nil || !ix.Own(callee) {
		return false
	}
	found := false
	for _, b := range origin(callee).Blocks {
		if ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok {
			if len(ret.Results) != 1 || !ix.fresh(ret.Results[0], seen) {
				return false
			}
			found = true
		}
	}
	return found
}

// runsBelow reports whether fn runs only where its value is called or started
// at once: nobody keeps it for later.
func (ix *Index) runsBelow(fn *ssa.Function) bool {
	if fn.Parent() == nil {
		return !ix.taken[fn]
	}
	for _, mc := range ix.closures[fn] {
		for _, r := range *mc.Referrers() {
			call, ok := r.(ssa.CallInstruction)
			if !ok || call.Common().Value != ssa.Value(mc) && !startsGoroutine(call) {
				return false
			}
		}
	}
	return len(ix.closures[fn]) > 0
}
