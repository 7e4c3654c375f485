package skeleton

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/coretype"
)

// elemLoc is Index.elemLoc without the table.
func elemLoc(t types.Type) loc {
	switch u := coretype.Of(coretype.Deref(t)).(type) {
	case *types.Slice:
		return loc{elem: types.TypeString(u.Elem(), nil)}
	case *types.Array:
		return loc{elem: types.TypeString(u.Elem(), nil)}
	case *types.Map:
		return loc{elem: types.TypeString(u.Elem(), nil)}
	case *types.Chan:
		return loc{elem: "chan " + types.TypeString(u.Elem(), nil)}
	}
	return loc{}
}

// locsOf returns the locations that a pointer may mean.
func (ix *Index) locsOf(p ssa.Value) []loc {
	switch p := p.(type) {
	case *ssa.FieldAddr:
		ls := []loc{{field: coretype.Field(p.X.Type(), p.Field)}}
		return append(ls, ix.pointee(p.Type()))
	case *ssa.IndexAddr:
		return []loc{ix.elemLoc(p.X.Type())}
	case *ssa.Alloc:
		return ix.allocLocs(p)
	case *ssa.Global:
		return []loc{{value: p}}
	case *ssa.FreeVar:
		var ls []loc
		for _, b := range ix.bindings(p) {
			if _, again := b.(*ssa.FreeVar); !again {
				ls = append(ls, ix.locsOf(b)...)
			} else {
				ls = append(ls, ix.outermost(b)...)
			}
		}
		return append(ls, ix.pointee(p.Type()))
	}
	return []loc{ix.pointee(p.Type())}
}

// allocLocs returns the locations of a variable: itself, or what a pointer of
// its type may mean if its address goes elsewhere.
func (ix *Index) allocLocs(a *ssa.Alloc) []loc {
	t := a.Type().(*types.Pointer).Elem()
	ls := []loc{{value: a}, ix.pointee(a.Type())}
	if _, ok := t.Underlying().(*types.Array); ok {
		ls = append(ls, ix.elemLoc(t))
	}
	return ls
}

// pointee is Index.pointee without the table.
func pointee(t types.Type) loc {
	to, ok := coretype.Pointed(t)
	if !ok {
		return loc{}
	}
	return loc{elem: "*" + types.TypeString(to, nil)}
}

// storesTo returns the locations that an instruction writes.
func (ix *Index) storesTo(instr ssa.Instruction) []loc {
	switch instr := instr.(type) {
	case *ssa.Store:
		return ix.storeLocs(instr)
	case *ssa.MapUpdate:
		return []loc{ix.elemLoc(instr.Map.Type())}
	case *ssa.Send:
		return []loc{ix.elemLoc(instr.Chan.Type())}
	case *ssa.Select:
		var ls []loc
		for _, s := range instr.States {
			if s.Send != nil {
				ls = append(ls, ix.elemLoc(s.Chan.Type()))
			}
		}
		return ls
	case *ssa.Call:
		return ix.callStores(instr)
	}
	return nil
}

// storeLocs returns the locations that a store writes. A store of a struct
// writes its fields.
func (ix *Index) storeLocs(s *ssa.Store) []loc {
	var ls []loc
	switch p := s.Addr.(type) {
	case *ssa.FieldAddr:
		ls = []loc{{field: coretype.Field(p.X.Type(), p.Field)}}
		if ix.addressTaken(p) {
			ls = append(ls, ix.pointee(p.Type()))
		}
	case *ssa.IndexAddr:
		ls = []loc{ix.elemLoc(p.X.Type())}
	case *ssa.Alloc:
		ls = []loc{{value: p}}
		if ix.addressTaken(p) {
			ls = append(ls, ix.pointee(p.Type()))
		}
	case *ssa.Global:
		ls = []loc{{value: p}}
	case *ssa.FreeVar:
		ls = append(ix.outermost(p), ix.pointee(p.Type()))
	default:
		ls = []loc{ix.pointee(s.Addr.Type())}
	}
	return append(ls, fieldLocs(s.Val.Type(), 0)...)
}

// fieldLocs returns the locations of the fields of a struct type, nested ones
// included.
func fieldLocs(t types.Type, depth int) []loc {
	st, ok := coretype.Struct(t)
	if !ok || depth > 3 {
		return nil
	}
	var ls []loc
	for i := range st.NumFields() {
		f := coretype.Field(t, i)
		ls = append(ls, loc{field: f})
		ls = append(ls, fieldLocs(f.Type(), depth+1)...)
	}
	return ls
}

// callStores returns the locations that a builtin or an atomic operation writes.
func (ix *Index) callStores(call *ssa.Call) []loc {
	if b, ok := call.Call.Value.(*ssa.Builtin); ok {
		switch b.Name() {
		case "append", "copy", "delete", "clear":
			return []loc{ix.elemLoc(call.Call.Args[0].Type())}
		}
		return nil
	}
	switch apiOf(calleeOf(&call.Call)) {
	case apiAtomicStore, apiAtomicAdd, apiAtomicSwap, apiAtomicCAS:
		return ix.locsOf(call.Call.Args[0])
	}
	return nil
}

// bindings returns what a captured variable is bound to at the closures made
// of its function.
func (ix *Index) bindings(fv *ssa.FreeVar) []ssa.Value {
	var vs []ssa.Value
	fn := fv.Parent()
	for i, q := range fn.FreeVars {
		if q != fv {
			continue
		}
		for _, mc := range ix.closures[fn] {
			if i < len(mc.Bindings) {
				vs = append(vs, mc.Bindings[i])
			}
		}
	}
	return vs
}

// outermost returns the locations of the variables that a captured variable
// stands for, through any number of closures.
func (ix *Index) outermost(v ssa.Value) []loc {
	var ls []loc
	seen := map[ssa.Value]bool{}
	var walk func(ssa.Value)
	walk = func(v ssa.Value) {
		if seen[v] {
			return
		}
		seen[v] = true
		if fv, ok := v.(*ssa.FreeVar); ok {
			for _, b := range ix.bindings(fv) {
				walk(b)
			}
			return
		}
		ls = append(ls, loc{value: v})
	}
	walk(v)
	return ls
}

// addressTaken reports whether the address v is used for more than a load, a
// store or a capture.
func (ix *Index) addressTaken(v ssa.Value) bool {
	for _, r := range *v.Referrers() {
		switch r := r.(type) {
		case *ssa.UnOp, *ssa.DebugRef, *ssa.MakeClosure:
		case *ssa.Store:
			if r.Val == v {
				return true
			}
		default:
			return true
		}
	}
	return false
}
