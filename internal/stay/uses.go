package stay

import (
	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/endless"
	"github.com/leaklint/leaklint/internal/spawn"
)

// usesCall reports whether an endless loop works with something of the call
// that started its goroutine: a parameter, of whatever type, or what is made
// of one, before the launch or behind it.
//
//	func Poll(addr string) {
//		go func() {
//			url := "http://" + addr
//			for {
//				get(url) // one loop for every address
//			}
//		}()
//	}
//
// A parameter for which the whole package passes one thing is none of the call.
// May analysis: values are followed through the functions between launch and
// loop; what they are stored in counts as a whole.
func (r *Result) usesCall(next Launch, l *endless.Loop) bool {
	t := &taint{seen: make(map[ssa.Value]bool), path: l.Path}
	for _, h := range next.Site.Holds(next.Body) {
		if h.Inner != nil && r.ofCall(h.Outer, make(map[ssa.Value]bool)) {
			t.mark(h.Inner)
		}
	}
	var buf [8]*ssa.Value
	for _, b := range l.Blocks {
		for _, instr := range b.Instrs {
			for _, op := range instr.Operands(buf[:0]) {
				if t.seen[*op] {
					return true
				}
			}
		}
	}
	return false
}

// ofCall reports whether v is, or is computed from, a parameter of which a
// process has more than one.
func (r *Result) ofCall(v ssa.Value, seen map[ssa.Value]bool) bool {
	v = spawn.Origin(v)
	if seen[v] {
		return false
	}
	seen[v] = true
	switch v := v.(type) {
	case *ssa.Parameter:
		return !r.Launches.ProcessWide(v)
	case *ssa.Alloc:
		return r.storesOfCall(v, seen)
	case ssa.Instruction:
		var buf [8]*ssa.Value
		for _, op := range v.Operands(buf[:0]) {
			if *op != nil && r.ofCall(*op, seen) {
				return true
			}
		}
	}
	return false
}

// storesOfCall is ofCall for what is stored into a local variable, or into a
// field or element of it.
func (r *Result) storesOfCall(cell ssa.Value, seen map[ssa.Value]bool) bool {
	for _, ref := range *cell.Referrers() {
		switch ref := ref.(type) {
		case *ssa.Store:
			if ref.Addr == cell && r.ofCall(ref.Val, seen) {
				return true
			}
		case *ssa.FieldAddr:
			if r.storesOfCall(ref, seen) {
				return true
			}
		case *ssa.IndexAddr:
			if r.storesOfCall(ref, seen) {
				return true
			}
		}
	}
	return false
}

// taint follows values forwards through one function and those it calls on
// the way to a loop.
type taint struct {
	seen map[ssa.Value]bool
	path []ssa.CallInstruction
}

// mark notes v and all that is made of it.
func (t *taint) mark(v ssa.Value) {
	if t.seen[v] {
		return
	}
	t.seen[v] = true
	if v.Referrers() == nil {
		return
	}
	for _, ref := range *v.Referrers() {
		switch ref := ref.(type) {
		case *ssa.Store:
			if ref.Val == v {
				t.mark(root(ref.Addr))
			}
		case *ssa.MakeClosure:
			t.captured(ref, v)
			t.mark(ref)
		case ssa.Value:
			t.passed(ref, v)
			t.mark(ref)
		}
	}
}

// captured marks the variables of a closure that stand for v.
func (t *taint) captured(mk *ssa.MakeClosure, v ssa.Value) {
	fn := mk.Fn.(*ssa.Function)
	for i, b := range mk.Bindings {
		if b == v {
			t.mark(fn.FreeVars[i])
		}
	}
}

// passed marks the parameters that stand for v, if instr is a call on the way
// to the loop.
func (t *taint) passed(instr ssa.Value, v ssa.Value) {
	for _, call := range t.path {
		fn := call.Common().StaticCallee()
		if call.Value() != instr || fn == nil {
			continue
		}
		if o := fn.Origin(); o != nil {
			fn = o
		}
		for i, arg := range call.Common().Args {
			if arg == v && i < len(fn.Params) {
				t.mark(fn.Params[i])
			}
		}
	}
}

// root returns the variable that addr lies in, as far as it can be told.
func root(addr ssa.Value) ssa.Value {
	for {
		switch a := addr.(type) {
		case *ssa.FieldAddr:
			addr = a.X
		case *ssa.IndexAddr:
			addr = a.X
		default:
			return addr
		}
	}
}
