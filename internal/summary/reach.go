package summary

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/lazyssa"
)

// A reach decides through which types something can be reached that leaklint
// follows.
type reach map[types.Type]bool

// value reports whether the value can lead to something that leaklint follows
// and that others can do something to. A value in an interface leads where its
// own type does. A context is none: who has it can only wait for it.
func (r reach) value(v ssa.Value) bool {
	if mi, ok := v.(*ssa.MakeInterface); ok {
		v = mi.X
	}
	return r.typ(v.Type())
}

// typ reports whether a value of type t can lead to something that leaklint
// follows.
func (r reach) typ(t types.Type) bool {
	known, ok := r[t]
	if !ok {
		known = leads(t, make(map[types.Type]bool))
		r[t] = known
	}
	return known
}

// leads does the work of typ: it walks over the parts of t, which may be
// recursive. Interfaces and type parameters may hold anything; errors do not,
// as nobody hands out channels through them.
func leads(t types.Type, seen map[types.Type]bool) bool {
	if lazyssa.IsContext(t) {
		return false
	}
	if lazyssa.OfInterest(t) {
		return true
	}
	if seen[t] {
		return false // decided where it was met first
	}
	seen[t] = true
	switch u := types.Unalias(t).Underlying().(type) {
	case *types.Interface:
		return !types.Identical(t, types.Universe.Lookup("error").Type())
	case *types.Pointer:
		return leads(u.Elem(), seen)
	case *types.Slice:
		return leads(u.Elem(), seen)
	case *types.Array:
		return leads(u.Elem(), seen)
	case *types.Map:
		return leads(u.Elem(), seen) || leads(u.Key(), seen)
	case *types.Struct:
		for v := range u.Fields() {
			if leads(v.Type(), seen) {
				return true
			}
		}
	case *types.Tuple:
		for v := range u.Variables() {
			if leads(v.Type(), seen) {
				return true
			}
		}
	}
	return false
}

// nilable reports whether a value of type t can be nil.
func nilable(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Chan, *types.Signature, *types.Pointer, *types.Map, *types.Slice, *types.Interface:
		return true
	case *types.Basic:
		return u.Kind() == types.UnsafePointer
	}
	return false
}
