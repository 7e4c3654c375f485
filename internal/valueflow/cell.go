package valueflow

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/coretype"
)

// CellOf returns the variable that addr is the address of: its Alloc, also
// when addr is the free variable of a closure that captures it. It returns nil
// if addr is no local variable of a known function.
func CellOf(addr ssa.Value) ssa.Value {
	switch addr := addr.(type) {
	case *ssa.Alloc:
		return addr
	case *ssa.FreeVar:
		if b := Binding(addr); b != nil {
			return CellOf(b)
		}
	}
	return nil
}

// Binding returns what the only MakeClosure of fv's function binds to fv, or
// nil if there is none or more than one.
func Binding(fv *ssa.FreeVar) ssa.Value {
	fn := fv.Parent()
	mc := Closure(fn)
	if mc == nil {
		return nil
	}
	for i, v := range fn.FreeVars {
		if v == fv && i < len(mc.Bindings) {
			return mc.Bindings[i]
		}
	}
	return nil
}

// Closure returns the one instruction that makes closures of fn, or nil.
func Closure(fn *ssa.Function) *ssa.MakeClosure {
	var found *ssa.MakeClosure
	for _, ref := range referrers(fn) {
		if mc, ok := ref.(*ssa.MakeClosure); ok {
			if found != nil && found != mc {
				return nil
			}
			found = mc
		}
	}
	return found
}

// EachCellUse calls visit for every instruction that mentions the variable
// cell, in its function and in the closures that capture it; addr is the
// operand: the Alloc or a free variable.
func EachCellUse(cell ssa.Value, visit func(addr ssa.Value, instr ssa.Instruction)) {
	seen := make(map[ssa.Value]bool)
	var walk func(addr ssa.Value)
	walk = func(addr ssa.Value) {
		if seen[addr] {
			return
		}
		seen[addr] = true
		for _, instr := range referrers(addr) {
			visit(addr, instr)
			if mc, ok := instr.(*ssa.MakeClosure); ok {
				fn := mc.Fn.(*ssa.Function)
				for i, b := range mc.Bindings {
					if b == addr && i < len(fn.FreeVars) {
						walk(fn.FreeVars[i])
					}
				}
			}
		}
	}
	walk(cell)
}

// LocalRoot returns the local object (Alloc) that addr points into through
// fields and elements, or nil.
func LocalRoot(addr ssa.Value) ssa.Value {
	for {
		switch a := addr.(type) {
		case *ssa.FieldAddr:
			addr = a.X
		case *ssa.IndexAddr:
			addr = a.X
		case *ssa.Slice:
			addr = a.X
		case *ssa.Alloc:
			return a
		case *ssa.UnOp: // a local pointer variable with one store
			target := soleStore(a)
			if target == nil {
				return nil
			}
			addr = target
		default:
			return nil
		}
	}
}

// soleStore returns the only value ever stored in the variable that load
// reads, or nil.
func soleStore(load *ssa.UnOp) ssa.Value {
	if load.Op != token.MUL {
		return nil
	}
	cell := CellOf(load.X)
	if cell == nil {
		return nil
	}
	var val ssa.Value
	n := 0
	EachCellUse(cell, func(addr ssa.Value, instr ssa.Instruction) {
		switch instr := instr.(type) {
		case *ssa.Store:
			if instr.Addr == addr {
				val = instr.Val
				n++
			}
		case ssa.CallInstruction: // the address is passed: unseen stores
			n += 2
		}
	})
	if n != 1 {
		return nil
	}
	return val
}

// EachAlias calls visit for root and for the loads of local variables whose
// only value it is.
func EachAlias(root ssa.Value, visit func(ssa.Value)) {
	seen := map[ssa.Value]bool{root: true}
	work := []ssa.Value{root}
	for len(work) > 0 {
		v := work[0]
		work = work[1:]
		visit(v)
		for _, ref := range referrers(v) {
			st, ok := ref.(*ssa.Store)
			if !ok || st.Val != v {
				continue
			}
			cell := CellOf(st.Addr)
			if cell == nil {
				continue
			}
			EachCellUse(cell, func(_ ssa.Value, instr ssa.Instruction) {
				if load, ok := instr.(*ssa.UnOp); ok && !seen[load] && soleStore(load) == v {
					seen[load] = true
					work = append(work, load)
				}
			})
		}
	}
}

// FieldVar returns the field that addr selects, as declared (not instantiated).
func FieldVar(addr *ssa.FieldAddr) *types.Var {
	return StructField(addr.X.Type(), addr.Field)
}

// StructField returns field i of the struct (or pointer to struct) type t, as
// declared (not instantiated), or nil.
func StructField(t types.Type, i int) *types.Var {
	return coretype.Field(t, i)
}

// referrers returns the instructions that mention v.
func referrers(v ssa.Value) []ssa.Instruction {
	if refs := v.Referrers(); refs != nil {
		return *refs
	}
	return nil
}
