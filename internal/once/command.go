package once

import (
	"go/token"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/endless"
)

// isProbe reports whether the command line of a child process does not depend
// on who calls the Once: it is made of constants and of what the process has
// one of (os.Args, the environment, package variables). Such a child is a
// probe of the host, which answers or is not there.
func (w *walk) isProbe(f *frame, c *ssa.CallCommon) bool {
	cmd := receiver(c)
	if cmd == nil {
		return false
	}
	v, at := resolve(f, cmd)
	call, ok := v.(*ssa.Call)
	if !ok {
		return false
	}
	d := &dependence{walk: w, seen: make(map[ssa.Value]bool)}
	for _, arg := range call.Call.Args {
		if !endless.IsContext(arg.Type()) && d.onCaller(at, arg) {
			return false
		}
	}
	return true
}

// dependence asks whether a value depends on who calls the Once.
type dependence struct {
	*walk
	seen map[ssa.Value]bool
}

// onCaller reports whether v is made from a parameter that the function under
// the Once, or the one that calls Do, was given.
func (d *dependence) onCaller(f *frame, v ssa.Value) bool {
	v, f = resolve(f, v)
	if d.seen[v] {
		return false
	}
	d.seen[v] = true
	switch v := v.(type) {
	case *ssa.Parameter, *ssa.FreeVar:
		return true
	case *ssa.Alloc:
		return d.stored(f, v)
	case *ssa.Call:
		return d.any(f, v.Call.Args) || v.Call.IsInvoke() && d.onCaller(f, v.Call.Value)
	case *ssa.UnOp:
		return v.Op == token.ARROW || d.onCaller(f, v.X)
	case *ssa.Phi:
		return d.any(f, v.Edges)
	case *ssa.BinOp:
		return d.onCaller(f, v.X) || d.onCaller(f, v.Y)
	case ssa.Instruction: // a field, element, slice, conversion or result
		return d.operands(f, v)
	}
	return false
}

// any reports whether one of the values depends on the caller.
func (d *dependence) any(f *frame, vs []ssa.Value) bool {
	for _, v := range vs {
		if d.onCaller(f, v) {
			return true
		}
	}
	return false
}

// operands reports whether an operand of instr depends on the caller.
func (d *dependence) operands(f *frame, instr ssa.Instruction) bool {
	var buf [4]*ssa.Value
	for _, op := range instr.Operands(buf[:0]) {
		if *op != nil && d.onCaller(f, *op) {
			return true
		}
	}
	return false
}

// stored reports whether what is stored in a local variable, its fields or
// elements depends on the caller.
func (d *dependence) stored(f *frame, v ssa.Value) bool {
	if v.Referrers() == nil {
		return false
	}
	for _, ref := range *v.Referrers() {
		switch ref := ref.(type) {
		case *ssa.Store:
			if ref.Addr == v && d.onCaller(f, ref.Val) {
				return true
			}
		case *ssa.IndexAddr:
			if d.stored(f, ref) {
				return true
			}
		case *ssa.FieldAddr:
			if d.stored(f, ref) {
				return true
			}
		}
	}
	return false
}
