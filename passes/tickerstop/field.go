package tickerstop

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/known"
	"github.com/leaklint/leaklint/internal/valueflow"
	"github.com/leaklint/leaklint/internal/visible"
)

// mayStop reports whether somebody may stop the ticker that is stored in v, a
// field or package variable, at from. Nobody can if code that counts there does
// no more with an unexported field than read the ticker's channel. Timers are
// not asked about: as a rule they fire, or are set again.
func (j *judge) mayStop(view *visible.Package, v *types.Var, from ssa.Instruction) bool {
	at := from.Parent().Pos()
	if !view.MayRead(v, at) {
		return false
	}
	if !j.old || !v.IsField() || v.Exported() || v.Embedded() || !known.IsTicker(v.Type()) || view.Mentioned(v.Name()) {
		return true
	}
	fns := slices.Clone(j.sum.SSA.Funcs())
	if !view.InTest(at) {
		fns = slices.DeleteFunc(fns, func(fn *ssa.Function) bool { return view.InTest(fn.Pos()) })
	}
	loads, ok := valueflow.FieldValues(fns, v.Origin())
	return !ok || slices.ContainsFunc(valueflow.From(loads...).Uses, mayBeStop)
}

// mayBeStop reports whether a use of a ticker may stop it or hand it on.
func mayBeStop(u valueflow.Use) bool {
	switch u.Kind {
	case valueflow.Read, valueflow.Tested, valueflow.Captured:
		return false
	case valueflow.Argument:
		callee := u.Call().Common().StaticCallee()
		return callee == nil || u.Index != 0 || callee.Name() != "Reset" || callee.Signature.Recv() == nil
	}
	return true
}
