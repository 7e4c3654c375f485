package summary

import (
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/lazyssa"
)

// A returned is what one return statement returns.
type returned struct {
	at      *ssa.Return
	results []ssa.Value
}

// returnsOf lists the returns of fn. In a function with a defer, SSA keeps the
// results in variables that a return stores into before the deferred calls run;
// what such a variable has if no deferred call changes it is what was stored.
// The return after a panic that was recovered from is left out then.
func (f *family) returnsOf(fn *ssa.Function) []returned {
	var all []returned
	for _, b := range fn.Blocks {
		if len(b.Instrs) == 0 {
			continue
		}
		ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		if !ok || b == fn.Recover && keepsResults(ret) && !recovers(fn) {
			continue
		}
		r := returned{at: ret, results: slices.Clone(ret.Results)}
		for k, v := range r.results {
			if stored := storedResult(v, b); stored != nil {
				r.results[k] = stored
			}
		}
		all = append(all, r)
	}
	return all
}

// recovers reports whether a deferred function of fn may recover from a panic.
func recovers(fn *ssa.Function) bool {
	for instr := range lazyssa.Instrs([]*ssa.Function{fn}) {
		d, ok := instr.(*ssa.Defer)
		if !ok {
			continue
		}
		callee := d.Call.StaticCallee()
		if callee == nil {
			continue
		}
		for in := range lazyssa.Instrs([]*ssa.Function{callee}) {
			if call, ok := in.(*ssa.Call); ok {
				if b, ok := call.Call.Value.(*ssa.Builtin); ok && b.Name() == "recover" {
					return true
				}
			}
		}
	}
	return false
}

// storedResult returns what was last stored in the variable that v loads, in
// the block of the return, if nothing but this function stores there.
func storedResult(v ssa.Value, b *ssa.BasicBlock) ssa.Value {
	cell := resultVar(v)
	if cell == nil {
		return nil
	}
	var stored ssa.Value
	for _, instr := range b.Instrs {
		if st, ok := instr.(*ssa.Store); ok && st.Addr == cell {
			stored = st.Val
		}
	}
	return stored
}

// resultVar returns the variable that v loads, if only loads and stores mention it.
func resultVar(v ssa.Value) *ssa.Alloc {
	load, ok := v.(*ssa.UnOp)
	if !ok || load.Op != token.MUL {
		return nil
	}
	cell, ok := load.X.(*ssa.Alloc)
	if !ok {
		return nil
	}
	for _, ref := range *cell.Referrers() {
		switch ref := ref.(type) {
		case *ssa.UnOp, *ssa.DebugRef:
		case *ssa.Store:
			if ref.Addr != cell {
				return nil
			}
		default:
			return nil
		}
	}
	return cell
}

// keepsResults reports whether a return only returns variables that resultVar knows.
func keepsResults(ret *ssa.Return) bool {
	return !slices.ContainsFunc(ret.Results, func(v ssa.Value) bool { return resultVar(v) == nil })
}
