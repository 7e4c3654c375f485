package obligation

import (
	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/known"
	"github.com/leaklint/leaklint/internal/paths"
	"github.com/leaklint/leaklint/internal/valueflow"
)

// DeferredInLoop returns the first deferred release that shares a loop without
// bound with the call that made the handle, and what ends that loop; NoLoop if
// there is none.
func (v Verdict) DeferredInLoop(made ssa.CallInstruction) (*ssa.Defer, paths.LoopKind) {
	for _, d := range v.Deferred {
		if d.Parent() != made.Parent() {
			continue
		}
		if kind := paths.Loop(made.Block(), d.Block(), recurs); kind != paths.NoLoop {
			return d, kind
		}
	}
	return nil, paths.NoLoop
}

// recurs reports whether values can arrive on a channel again and again: on
// that of a timer one does, unless the timer is made or set again.
func recurs(ch ssa.Value) bool {
	load, ok := ch.(*ssa.UnOp)
	if !ok {
		return true
	}
	field, ok := load.X.(*ssa.FieldAddr)
	if !ok || !known.IsTimer(field.X.Type()) {
		return true
	}
	if made, ok := field.X.(*ssa.Call); ok && paths.InLoop(made.Block()) {
		return true
	}
	for call := range valueflow.Calls(load.Parent()) {
		fn := call.Common().StaticCallee()
		if fn != nil && fn.Name() == "Reset" && len(call.Common().Args) > 0 && sameValue(call.Common().Args[0], field.X) {
			return true
		}
	}
	return false
}

// sameValue reports whether a and b are one value, or loads of one variable.
func sameValue(a, b ssa.Value) bool {
	if a == b {
		return true
	}
	x, ok := a.(*ssa.UnOp)
	y, also := b.(*ssa.UnOp)
	return ok && also && x.Op == y.Op && x.X == y.X
}
