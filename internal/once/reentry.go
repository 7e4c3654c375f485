package once

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/coretype"
	"github.com/leaklint/leaklint/internal/endless"
	"github.com/leaklint/leaklint/internal/spawn"
)

// A path names an object by the value it is reached from and the fields on the
// way. Two equal paths are one object as long as no field on them changes.
type path struct {
	root   ssa.Value
	at     *frame // the activation that computes root; nil if it is the outermost one, or does not matter
	fields string
}

// pathOf returns the path of the variable that addr is the address of, seen
// from the outermost function on the stack, and the loads on it.
func pathOf(f *frame, addr ssa.Value) (path, []load) {
	fields := ""
	var loads []load
	for range 32 {
		var at *frame
		addr, at = resolve(f, addr)
		f = at
		switch v := addr.(type) {
		case *ssa.FieldAddr:
			fields = "." + fieldName(v) + fields
			addr = v.X
		case *ssa.UnOp:
			if v.Op != token.MUL {
				return path{addr, activation(f, addr), fields}, loads
			}
			fields = "*" + fields
			loads = append(loads, load{v, activation(f, v)})
			addr = v.X
		default:
			return path{addr, activation(f, addr), fields}, loads
		}
	}
	return path{addr, activation(f, addr), fields}, loads
}

// activation returns the frame in which v is computed, nil for the outermost
// one: a function that has called itself computes another value there.
func activation(f *frame, v ssa.Value) *frame {
	fn := v.Parent()
	for f != nil && f.fn != fn {
		f = f.outer
	}
	if f == nil || f.outer == nil {
		return nil
	}
	return f
}

// fieldName returns the name of the field whose address v is.
func fieldName(v *ssa.FieldAddr) string {
	return coretype.Field(v.X.Type(), v.Field).Name()
}

// again reports whether a call waits for the Once that is running.
func (w *walk) again(f *frame, call ssa.CallInstruction) bool {
	c := call.Common()
	if w.run.Recv != nil {
		o := w.onceOf(call)
		if o == nil {
			return false
		}
		inner, now := pathOf(f, o)
		outer, then := pathOf(doFrame(w.run), w.run.Recv)
		return inner == outer && !w.anyChanged(f, call, then, now)
	}
	// The call of the value that OnceFunc has returned, read from where it was
	// stored.
	if c.IsInvoke() || c.StaticCallee() != nil {
		return false
	}
	made, ok := w.run.Call.(ssa.Value)
	if !ok {
		return false
	}
	v, at := resolve(f, c.Value)
	if v == made {
		return activation(at, v) == nil // else what another activation has made
	}
	from, ok := v.(*ssa.UnOp)
	if !ok || from.Op != token.MUL {
		return false
	}
	for _, ref := range *made.Referrers() {
		if st, ok := ref.(*ssa.Store); ok && st.Val == made && w.readsBack(f, call, load{from, activation(at, from)}, at, st) {
			return true
		}
	}
	return false
}

// onceOf returns the Once on which a call waits directly: that of a Do.
func (w *walk) onceOf(call ssa.CallInstruction) ssa.Value {
	c := call.Common()
	fn := c.StaticCallee()
	if fn == nil || fn.Object() == nil || fn.Object().Name() != "Do" {
		return nil
	}
	obj, ok := fn.Object().(*types.Func)
	if !ok || obj.FullName() != "(*sync.Once).Do" {
		return nil
	}
	if mk, ok := c.Value.(*ssa.MakeClosure); ok {
		return mk.Bindings[0]
	}
	return c.Args[0]
}

// onceName names the Once of a run.
func onceName(run *spawn.OnceRun) string {
	if run.Recv == nil {
		return doName(run)
	}
	switch v := run.Recv.(type) {
	case *ssa.Global:
		return v.Name()
	case *ssa.FieldAddr:
		return fieldName(v)
	}
	if f := endless.FieldOf(run.Recv); f != nil {
		return f.Name()
	}
	return "the Once"
}
