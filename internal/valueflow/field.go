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
			for _, ref := range *instr.Referrers() {
				switch ref := ref.(type) {
				case *ssa.UnOp:
					if ref.Op == token.MUL {
						loads = append(loads, ref)
					}
				case *ssa.Store:
					if ref.Val == instr {
						return nil, false
					}
				case *ssa.DebugRef:
				default:
					return nil, false
				}
			}
		}
	}
	return loads, true
}
