package valueflow

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// Result returns result i of a call as a value, or nil if nothing takes it.
func Result(call *ssa.Call, i int) ssa.Value {
	if _, tuple := call.Type().(*types.Tuple); !tuple {
		if i == 0 && Used(call) {
			return call
		}
		return nil
	}
	for _, ref := range referrers(call) {
		if e, ok := ref.(*ssa.Extract); ok && e.Index == i {
			return e
		}
	}
	return nil
}

// Used reports whether some instruction mentions v.
func Used(v ssa.Value) bool {
	for _, ref := range referrers(v) {
		if _, debug := ref.(*ssa.DebugRef); !debug {
			return true
		}
	}
	return false
}

// RunsHere reports whether a closure is only called and deferred where it is made.
func RunsHere(mc *ssa.MakeClosure) bool {
	for _, ref := range referrers(mc) {
		switch ref := ref.(type) {
		case *ssa.Call:
			if ref.Call.Value != mc {
				return false
			}
		case *ssa.Defer:
			if ref.Call.Value != mc {
				return false
			}
		case *ssa.DebugRef:
		default:
			return false
		}
	}
	return true
}
