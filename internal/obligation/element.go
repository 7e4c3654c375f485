package obligation

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/paths"
	"github.com/leaklint/leaklint/internal/valueflow"
)

// element makes what is read from an array, slice or struct stand for the
// handle, if it may be it: the object holds the handle, and it is not known in
// which element. So a loop over what holds it releases it.
func (t *trace) element(st *paths.State, v ssa.Value) {
	if st.IsTracked(v) || !t.fits(v.Type()) {
		return
	}
	if t.readFrom(st, v) != nil {
		st.Alias(v, t.handle.Value)
	}
}

// outOf returns the object from which v, a pointer or slice that leads to the
// handle in some element, was read; nil if it is none.
func (t *trace) outOf(st *paths.State, v ssa.Value) ssa.Value {
	switch v.Type().Underlying().(type) {
	case *types.Pointer, *types.Slice, *types.Interface:
		if t.flow.Holds(v) {
			return t.readFrom(st, v)
		}
	}
	return nil
}

// readFrom returns the object that v is read from, if that holds the handle and
// v may be the place: it is not known which element v is, or where the handle is.
func (t *trace) readFrom(st *paths.State, v ssa.Value) ssa.Value {
	switch v := v.(type) {
	case *ssa.UnOp:
		if v.Op == token.MUL && t.heldAt(st, v.X) {
			return t.rootObject(st, v.X)
		}
	case *ssa.Index:
		_, known := v.Index.(*ssa.Const)
		if t.marked(st, v.X, vague) || !known && t.marked(st, v.X, held) {
			return v.X
		}
	case *ssa.Field:
		if t.marked(st, v.X, vague) {
			return v.X
		}
	}
	return nil
}

// heldAt reports whether addr points to some element or field of a local object
// that holds the handle, where it is not known which, or where it is.
func (t *trace) heldAt(st *paths.State, addr ssa.Value) bool {
	root := t.rootObject(st, addr)
	if root == nil || root == addr {
		return false
	}
	return t.marked(st, root, vague) || !st.Knows(addr) && t.marked(st, root, held)
}

// isVague reports whether v is, or points into, an object of which it is not
// known where it holds the handle.
func (t *trace) isVague(st *paths.State, v ssa.Value) bool {
	if t.marked(st, v, vague) {
		return true
	}
	root := t.rootObject(st, v)
	return root != nil && t.marked(st, root, vague)
}

// marked reports whether the value that v is on this path has the mark.
func (t *trace) marked(st *paths.State, v ssa.Value, kind int) bool {
	if val := st.Eval(v); val.Kind == paths.Symbol && val.Sym != nil {
		v = val.Sym
	}
	if cell, ok := v.(*ssa.FreeVar); ok {
		v = valueflow.CellOf(cell)
	}
	return v != nil && st.Marked(paths.Mark{Kind: kind, V: v})
}

// fits reports whether a value of the type may be the handle.
func (t *trace) fits(typ types.Type) bool {
	handle := t.handle.Value.Type()
	if i, ok := typ.Underlying().(*types.Interface); ok {
		return types.Implements(handle, i)
	}
	return types.Identical(typ.Underlying(), handle.Underlying())
}

// isComposite reports whether t is a struct or array type.
func isComposite(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Struct, *types.Array:
		return true
	}
	return false
}
