package obligation

import (
	"go/constant"
	"go/token"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/paths"
	"github.com/leaklint/leaklint/internal/valueflow"
)

// comesSecond reports whether the side of a branch is taken only if somebody has
// been here before, and has found that he is the first: what the first does, the
// others need not.
//
//	stop := func() {
//		if !stopped.Swap(true) {
//			cancel()
//		}
//	}
//
// The guard is a local variable that there is one of for each handle.
func (t *trace) comesSecond(cond ssa.Value, then bool) bool {
	switch c := cond.(type) {
	case *ssa.UnOp:
		return c.Op == token.NOT && t.comesSecond(c.X, !then)
	case *ssa.Call:
		switch op, addr := guard(c); op {
		case "CompareAndSwap":
			return !then && t.oneForEach(addr)
		case "Swap": // of a bool: the old value
			return then && t.oneForEach(addr)
		}
	case *ssa.BinOp:
		return t.countsSecond(c, then)
	}
	return false
}

// countsSecond is comesSecond for a comparison of an old value with 0, or of a
// count with 1.
func (t *trace) countsSecond(c *ssa.BinOp, then bool) bool {
	call, ok := c.X.(*ssa.Call)
	k, isConst := c.Y.(*ssa.Const)
	if !ok || !isConst || k.Value == nil || k.Value.Kind() != constant.Int {
		return false
	}
	first := int64(0)
	op, addr := guard(call)
	switch op {
	case "Swap":
	case "Add":
		first = 1
	default:
		return false
	}
	holds := constant.Compare(constant.MakeInt64(first), c.Op, k.Value) // what the first one finds
	others := constant.Compare(constant.MakeInt64(first+1), c.Op, k.Value)
	return holds != others && holds != then && t.oneForEach(addr)
}

// guard returns the operation of sync/atomic that a call makes, and on which variable.
func guard(call *ssa.Call) (op string, addr ssa.Value) {
	fn := call.Call.StaticCallee()
	if fn == nil || fn.Object() == nil || fn.Object().Pkg() == nil || fn.Object().Pkg().Path() != "sync/atomic" || len(call.Call.Args) == 0 {
		return "", nil
	}
	op = fn.Name()
	for _, name := range []string{"CompareAndSwap", "Swap", "Add"} {
		if len(op) >= len(name) && op[:len(name)] == name {
			return name, call.Call.Args[0]
		}
	}
	return "", nil
}

// oneForEach reports whether addr is, or is a field of, a variable of the
// function that makes the handle, and is made each time that is.
func (t *trace) oneForEach(addr ssa.Value) bool {
	for {
		field, ok := addr.(*ssa.FieldAddr)
		if !ok {
			break
		}
		addr = field.X
	}
	cell, ok := valueflow.CellOf(addr).(*ssa.Alloc)
	made := t.handle.Made
	if !ok || made == nil || cell.Parent() != made.Parent() {
		return false
	}
	return paths.EachAfter(cell.Block(), made.Block()) || paths.EachAfter(made.Block(), cell.Block())
}
