package valueflow

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/lazyssa"
)

// FieldValues returns what fns load from the field v of any object. It reports
// false if they do anything else with it than load and store, such as handing
// on its address.
func FieldValues(fns []*ssa.Function, v *types.Var) (loads []ssa.Value, ok bool) {
	for instr := range lazyssa.Instrs(fns) {
		switch instr := instr.(type) {
		case *ssa.Field:
			if StructField(instr.X.Type(), instr.Field) == v {
				loads = append(loads, instr)
			}
		case *ssa.FieldAddr:
			if FieldVar(instr) != v {
				continue
			}
			vs, only := loadsOf(instr)
			if !only {
				return nil, false
			}
			loads = append(loads, vs...)
		}
	}
	return loads, true
}

// loadsOf returns what is loaded through the address of a field, and whether
// nothing but loads and stores is done with that address.
func loadsOf(addr *ssa.FieldAddr) (loads []ssa.Value, only bool) {
	for _, ref := range *addr.Referrers() {
		switch ref := ref.(type) {
		case *ssa.UnOp:
			if ref.Op == token.MUL {
				loads = append(loads, ref)
			}
		case *ssa.Store:
			if ref.Val == addr {
				return nil, false
			}
		case *ssa.DebugRef:
		default:
			return nil, false
		}
	}
	return loads, true
}
