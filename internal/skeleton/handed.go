package skeleton

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/coretype"
)

// A function value that is handed to unseen code is called there, and who calls
// it gets what it returns: func() <-chan T { return ready } gives ready away.

// findHanded finds the functions whose value unseen code gets: as an argument,
// or in a field of one. They matter if a result may lead to a primitive.
func (ix *Index) findHanded() {
	for _, fn := range ix.Funcs {
		for _, call := range callsIn(fn) {
			com := call.Common()
			if _, ok := com.Value.(*ssa.Builtin); ok || ix.Own(com.StaticCallee()) || apiOf(calleeOf(com)) != apiNone {
				continue
			}
			for _, a := range com.Args {
				ix.handFuncs(ix.flow.of(a), a.Type(), 0)
			}
		}
		if callable(fn) {
			for i := range fn.Signature.Results().Len() {
				ix.handFuncs(ix.flow.result(fn, i), fn.Signature.Results().At(i).Type(), 0)
			}
		}
	}
}

// handFuncs marks the functions that a value of class c and type t is, or that
// are in its fields and elements.
func (ix *Index) handFuncs(c *class, t types.Type, depth int) {
	if c == nil || depth > 3 || !ix.flow.carries(t) {
		return
	}
	switch u := t.Underlying().(type) {
	case *types.Signature, *types.Interface:
		for _, fn := range c.members().funcs {
			ix.handed[fn] = ix.handed[fn] || returnsCarrier(ix.flow, fn)
		}
	case *types.Pointer:
		if st, ok := u.Elem().Underlying().(*types.Struct); ok {
			ix.handFields(u.Elem(), st, depth)
		}
	case *types.Struct:
		ix.handFields(t, u, depth)
	case *types.Slice:
		ix.handFuncs(ix.flow.content(c), u.Elem(), depth+1)
	case *types.Map:
		ix.handFuncs(ix.flow.content(c), u.Elem(), depth+1)
	}
}

// handFields marks the functions in the fields of a struct.
func (ix *Index) handFields(t types.Type, st *types.Struct, depth int) {
	for i := range st.NumFields() {
		if f := coretype.Field(t, i); f.Exported() {
			ix.handFuncs(ix.flow.content(ix.flow.field(f)), f.Type(), depth+1)
		}
	}
}

// returnsCarrier reports whether a result of fn may lead to a primitive.
func returnsCarrier(fl *flow, fn *ssa.Function) bool {
	for v := range fn.Signature.Results().Variables() {
		if fl.carries(v.Type()) {
			return true
		}
	}
	return false
}

// needHanded needs the results that unseen code gets of a function that is
// handed to it.
func (c *cone) needHanded(fn *ssa.Function) {
	if !c.ix.handed[fn] || !c.exact(fn) {
		return
	}
	for i := range fn.Signature.Results().Len() {
		if c.reachesResult(fn, i) {
			c.needResult(fn, i)
		}
	}
}

// handOver opens the results of a function whose caller may be unseen code.
func (f *function) handOver(r *ssa.Return) {
	if !f.c.ix.handed[f.fn] {
		return
	}
	for i, v := range r.Results {
		if f.c.cone.rets[f.fn][i] {
			f.openValue(v)
		}
	}
}
