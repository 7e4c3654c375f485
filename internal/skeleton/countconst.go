package skeleton

import (
	"go/token"

	"golang.org/x/tools/go/ssa"
)

// This file finds numbers that are constants kept in variables: closures share
// the number of workers, and go/ssa loads it anew at every use.

// constant returns N and k of a number that is N plus a constant k, where N is
// a constant or a variable that is only ever one.
func (ct *counts) constant(v ssa.Value, depth int) (n, k int, ok bool) {
	if n, ok := constInt(v); ok {
		return n, 0, true
	}
	if depth > 12 {
		return 0, 0, false
	}
	switch v := v.(type) {
	case *ssa.BinOp:
		if v.Op == token.MUL {
			return ct.constantProduct(v, depth+1)
		}
		d, ok := constInt(v.Y)
		if !ok || v.Op != token.ADD && v.Op != token.SUB {
			return 0, 0, false
		}
		if v.Op == token.SUB {
			d = -d
		}
		n, k, ok := ct.constant(v.X, depth+1)
		return n, k + d, ok
	case *ssa.UnOp:
		if v.Op == token.MUL {
			return ct.constantCell(v.X, depth+1)
		}
	}
	return 0, 0, false
}

// constantProduct is constant for the product of two.
func (ct *counts) constantProduct(v *ssa.BinOp, depth int) (n, k int, ok bool) {
	a, i, ok := ct.constant(v.X, depth)
	b, j, also := ct.constant(v.Y, depth)
	return (a + i) * (b + j), 0, ok && also
}

// constantCell is constant for what a variable holds.
func (ct *counts) constantCell(p ssa.Value, depth int) (n, k int, ok bool) {
	switch p := p.(type) {
	case *ssa.Alloc:
		if v := onlyStore(p); v != nil && initialised(p) {
			return ct.constant(v, depth)
		}
	case *ssa.FreeVar:
		if bs := ct.c.ix.bindings(p); len(bs) == 1 && depth < 12 {
			return ct.constantCell(bs[0], depth+1)
		}
	}
	return 0, 0, false
}

// onlyStore returns the value that a variable holds if it is stored to once,
// in no closure, and its address is not taken.
func onlyStore(a *ssa.Alloc) ssa.Value {
	var val ssa.Value
	for _, r := range *a.Referrers() {
		switch r := r.(type) {
		case *ssa.Store:
			if r.Addr != a || val != nil {
				return nil
			}
			val = r.Val
		case *ssa.UnOp, *ssa.DebugRef:
		case *ssa.MakeClosure:
			if !onlyLoads(r, a) {
				return nil
			}
		default:
			return nil
		}
	}
	return val
}

// onlyLoads reports whether a closure that captures the variable v only reads it.
func onlyLoads(mc *ssa.MakeClosure, v ssa.Value) bool {
	for i, b := range mc.Bindings {
		if b != v {
			continue
		}
		fv := mc.Fn.(*ssa.Function).FreeVars[i]
		for _, r := range *fv.Referrers() {
			switch r := r.(type) {
			case *ssa.UnOp, *ssa.DebugRef:
			case *ssa.MakeClosure:
				if !onlyLoads(r, fv) {
					return false
				}
			default:
				return false
			}
		}
	}
	return true
}

// initialised reports whether a variable is stored to where it is declared: it
// is never seen with its zero value.
func initialised(a *ssa.Alloc) bool {
	for _, r := range *a.Referrers() {
		if st, ok := r.(*ssa.Store); ok && st.Addr == a && st.Block() == a.Block() {
			return true
		}
	}
	return false
}
