package valueflow

import (
	"go/token"
	"go/types"
	"iter"

	"golang.org/x/tools/go/ssa"
)

// Calls yields the calls, go and defer statements of fn in block order.
func Calls(fn *ssa.Function) iter.Seq[ssa.CallInstruction] {
	return func(yield func(ssa.CallInstruction) bool) {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if call, ok := instr.(ssa.CallInstruction); ok && !yield(call) {
					return
				}
			}
		}
	}
}

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

// OwnerOf returns the object from whose field, or accessor method, v was read
// (t for t.C, also for t.C() and t.Chan()), or nil.
func OwnerOf(v ssa.Value) ssa.Value {
	switch v := v.(type) {
	case *ssa.ChangeType:
		return OwnerOf(v.X)
	case *ssa.UnOp:
		if f, ok := v.X.(*ssa.FieldAddr); ok && v.Op == token.MUL {
			return f.X
		}
	case *ssa.Field:
		return v.X
	case *ssa.Call:
		if v.Call.IsInvoke() && len(v.Call.Args) == 0 {
			return v.Call.Value
		}
		if fn := v.Call.StaticCallee(); fn != nil && fn.Signature.Recv() != nil && len(v.Call.Args) == 1 {
			return v.Call.Args[0]
		}
	}
	return nil
}

// Owned returns the values that are read from the value f follows: those whose
// OwnerOf may be it.
func (f *Flow) Owned() []ssa.Value {
	var owned []ssa.Value
	for _, u := range f.Uses {
		if u.Inside {
			continue
		}
		reads := []ssa.Value{}
		switch instr := u.Instr.(type) {
		case *ssa.FieldAddr:
			for _, ref := range referrers(instr) {
				if load, ok := ref.(*ssa.UnOp); ok {
					reads = append(reads, load)
				}
			}
		case ssa.Value:
			reads = append(reads, instr)
		}
		for _, v := range reads {
			if OwnerOf(v) == u.Value {
				owned = append(owned, v)
			}
		}
	}
	return owned
}

// LoadedField returns the field that v was loaded from, as declared, or nil.
func LoadedField(v ssa.Value) *types.Var {
	switch v := v.(type) {
	case *ssa.UnOp:
		if f, ok := v.X.(*ssa.FieldAddr); ok && v.Op == token.MUL {
			return FieldVar(f)
		}
	case *ssa.Field:
		return StructField(v.X.Type(), v.Field)
	}
	return nil
}

// LoadedCell returns the local variable that v was loaded from, or nil.
func LoadedCell(v ssa.Value) ssa.Value {
	if load, ok := v.(*ssa.UnOp); ok && load.Op == token.MUL {
		return CellOf(load.X)
	}
	return nil
}
