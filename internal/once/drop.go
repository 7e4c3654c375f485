package once

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/spawn"
)

// drop returns the first call in a function under a Once whose error goes
// nowhere, although another result of it is kept: the Once has run, and
// callers see the zero value for ever. Always low: the zero value may do.
func (f *Finder) drop(run *spawn.OnceRun) *Hazard {
	for _, b := range run.Body.Blocks {
		for _, instr := range b.Instrs {
			call, ok := instr.(*ssa.Call)
			if !ok || !returnsError(&call.Call) {
				continue
			}
			if name := calleeObject(&call.Call); name != nil && keepsValue(call) && dropsError(call) {
				return &Hazard{
					Kind: Drop, Run: run, At: call, Op: call, Low: true, What: objectName(name),
					Chain: []string{doName(run), objectName(name)},
				}
			}
		}
	}
	return nil
}

// returnsError reports whether the last of several results is an error.
func returnsError(c *ssa.CallCommon) bool {
	res := c.Signature().Results()
	return res.Len() > 1 && types.Identical(res.At(res.Len()-1).Type(), types.Universe.Lookup("error").Type())
}

// extracts returns the uses of result i of a call.
func extracts(call *ssa.Call, i int) []*ssa.Extract {
	var found []*ssa.Extract
	for _, ref := range *call.Referrers() {
		if ex, ok := ref.(*ssa.Extract); ok && ex.Index == i {
			found = append(found, ex)
		}
	}
	return found
}

// keepsValue reports whether a result other than the error is stored outside
// the function, or returned from it.
func keepsValue(call *ssa.Call) bool {
	for i := range call.Call.Signature().Results().Len() - 1 {
		for _, ex := range extracts(call, i) {
			if slices.ContainsFunc(*ex.Referrers(), keeps) {
				return true
			}
		}
	}
	return false
}

// keeps reports whether an instruction that uses a value stores it outside the
// function, or returns it.
func keeps(use ssa.Instruction) bool {
	switch use := use.(type) {
	case *ssa.Store:
		_, local := use.Addr.(*ssa.Alloc)
		return !local
	case *ssa.Return:
		return true
	}
	return false
}

// dropsError reports whether the error of a call is at most compared.
func dropsError(call *ssa.Call) bool {
	for _, ex := range extracts(call, call.Call.Signature().Results().Len()-1) {
		for _, ref := range *ex.Referrers() {
			switch ref.(type) {
			case *ssa.BinOp, *ssa.DebugRef:
			default:
				return false
			}
		}
	}
	return true
}
