package skeleton

import (
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/summary"
)

// nonNil reports whether the only result of a call of code that is not run is
// not nil: an error that is nil only for another argument, or what is returned
// with nothing else where an error was found.
func (f *function) nonNil(com *ssa.CallCommon) bool {
	if com == nil {
		return false
	}
	if fn := calleeOf(com); fn != nil {
		switch fn.FullName() {
		case "errors.New", "fmt.Errorf":
			return true
		}
	}
	if k := f.c.ix.know(com); k != nil {
		if on, ok := summary.NilOnlyIf(k, com, 0); ok {
			n, isInt := constIntOf(on)
			return on == nil || isInt && n != 0 || isBox(on) || f.foundError(on)
		}
	}
	return f.wraps(com)
}

// isBox reports whether v is an interface that holds something.
func isBox(v ssa.Value) bool {
	_, ok := v.(*ssa.MakeInterface)
	return ok
}

// wraps reports whether a call makes an error of one that was found not to be
// nil, and its function returns that with zero results: return nil, wrap(err).
func (f *function) wraps(com *ssa.CallCommon) bool {
	call, ok := f.cur.(*ssa.Call)
	if !ok || &call.Call != com || !isErrorType(call.Type()) || !slices.ContainsFunc(com.Args, f.foundError) {
		return false
	}
	for _, r := range *call.Referrers() {
		ret, ok := r.(*ssa.Return)
		if ok && len(ret.Results) > 1 && !slices.ContainsFunc(ret.Results, func(v ssa.Value) bool { return v != call && !isZeroConst(v) }) {
			return true
		}
	}
	return false
}

// isZeroConst reports whether v is a constant that is zero.
func isZeroConst(v ssa.Value) bool {
	c, ok := v.(*ssa.Const)
	if !ok {
		return false
	}
	n, isInt := constInt(c)
	return c.Value == nil || isInt && n == 0 || c.Value.String() == `""` || c.Value.String() == "false"
}

// foundError reports whether v is an error that is not nil where the current
// instruction stands: a branch on the way has asked.
func (f *function) foundError(v ssa.Value) bool {
	if v == nil || !isErrorType(v.Type()) {
		return false
	}
	for b := f.cur.Block(); b != nil && b.Idom() != nil; b = b.Idom() {
		d := b.Idom()
		br, ok := d.Instrs[len(d.Instrs)-1].(*ssa.If)
		if !ok {
			continue
		}
		cmp, ok := br.Cond.(*ssa.BinOp)
		if !ok || cmp.X != v || !isNilConst(cmp.Y) {
			continue
		}
		side := 0 // where it is not nil
		if cmp.Op == token.EQL {
			side = 1
		} else if cmp.Op != token.NEQ {
			continue
		}
		if s := d.Succs[side]; s == b && len(s.Preds) == 1 {
			return true
		}
	}
	return false
}
