package endless

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/coretype"
)

// WaitKind is what a wait waits for.
type WaitKind int

const (
	Channel WaitKind = iota // a receive, or a receive case of a select
	Send                    // a send, or a send case of a select
	Timer                   // a receive from the channel of a Ticker or Timer, or time.Tick
	After                   // a receive from time.After
	Sleep                   // time.Sleep
	Ctx                     // a receive from ctx.Done()
)

// A Wait is a place in a loop at which its goroutine can wait.
type Wait struct {
	Kind   WaitKind
	Instr  ssa.Instruction // the receive, send, select or call of Sleep
	Chan   ssa.Value       // the channel; nil for Sleep
	Ctx    ssa.Value       // for Ctx: the context
	Select bool            // a case of a select with others
}

// Waits returns the waits of the loop's own blocks, in order.
func (l *Loop) Waits() []Wait {
	var waits []Wait
	for _, b := range l.Blocks {
		for _, instr := range b.Instrs {
			waits = append(waits, WaitsOf(instr)...)
		}
	}
	return waits
}

// WaitsOf returns the waits that instr is.
func WaitsOf(instr ssa.Instruction) []Wait {
	switch instr := instr.(type) {
	case *ssa.UnOp:
		if instr.Op == token.ARROW {
			return []Wait{receive(instr, instr.X, false)}
		}
	case *ssa.Send:
		return []Wait{{Kind: Send, Instr: instr, Chan: instr.Chan}}
	case *ssa.Select:
		var waits []Wait
		for _, st := range instr.States {
			if st.Dir == types.RecvOnly {
				waits = append(waits, receive(instr, st.Chan, true))
			} else {
				waits = append(waits, Wait{Kind: Send, Instr: instr, Chan: st.Chan, Select: true})
			}
		}
		return waits
	case *ssa.Call:
		if IsFunc(&instr.Call, "time", "Sleep") {
			return []Wait{{Kind: Sleep, Instr: instr}}
		}
	}
	return nil
}

// receive classifies a receive from ch.
func receive(instr ssa.Instruction, ch ssa.Value, sel bool) Wait {
	w := Wait{Kind: Channel, Instr: instr, Chan: ch, Select: sel}
	if ctx := DoneOf(ch); ctx != nil {
		w.Kind, w.Ctx = Ctx, ctx
		return w
	}
	switch src := source(ch).(type) {
	case *ssa.Call:
		if IsFunc(&src.Call, "time", "After") {
			w.Kind = After
		} else if IsFunc(&src.Call, "time", "Tick") || isTimerChan(&src.Call) {
			w.Kind = Timer
		}
	case *ssa.UnOp:
		if f, ok := src.X.(*ssa.FieldAddr); ok && isTimerType(f.X.Type()) {
			w.Kind = Timer
		}
	case *ssa.Field:
		if isTimerType(src.X.Type()) {
			w.Kind = Timer
		}
	}
	return w
}

// isTimerChan reports whether a call is the accessor of a clock's ticker or
// timer: a method Chan or C without arguments that returns a <-chan time.Time.
func isTimerChan(c *ssa.CallCommon) bool {
	sig := c.Signature()
	if sig.Recv() == nil && !c.IsInvoke() || sig.Params().Len() != 0 || sig.Results().Len() != 1 {
		return false
	}
	ch, ok := sig.Results().At(0).Type().Underlying().(*types.Chan)
	return ok && isNamed(ch.Elem(), "time", "Time")
}

// isTimerType reports whether t is time.Ticker or time.Timer, or a pointer to it.
func isTimerType(t types.Type) bool {
	return isNamed(t, "time", "Ticker") || isNamed(t, "time", "Timer")
}

// isNamed reports whether t is, or points to, the type name of package path.
func isNamed(t types.Type, path, name string) bool {
	t = types.Unalias(t)
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	n, ok := t.(*types.Named)
	return ok && n.Obj().Name() == name && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == path
}

// IsContext reports whether t is context.Context.
func IsContext(t types.Type) bool { return isNamed(t, "context", "Context") }

// IsFunc reports whether a call is one of the package function path.name.
func IsFunc(c *ssa.CallCommon, path, name string) bool {
	fn := c.StaticCallee()
	return fn != nil && fn.Signature.Recv() == nil && fn.Name() == name && fn.Pkg != nil && fn.Pkg.Pkg.Path() == path
}

// FieldOf returns the field that v is read from, that of the generic type for
// an instance, or nil.
func FieldOf(v ssa.Value) *types.Var {
	switch src := source(v).(type) {
	case *ssa.UnOp:
		if f, ok := src.X.(*ssa.FieldAddr); ok {
			return coretype.Field(f.X.Type(), f.Field)
		}
	case *ssa.Field:
		return coretype.Field(src.X.Type(), src.Field)
	}
	return nil
}

// DoneOf returns the context whose Done channel ch is, or nil.
func DoneOf(ch ssa.Value) ssa.Value {
	call, ok := source(ch).(*ssa.Call)
	if !ok {
		return nil
	}
	return ctxOf(&call.Call, "Done")
}

// ctxOf returns the context of which a call is the method called name, or nil.
func ctxOf(c *ssa.CallCommon, name string) ssa.Value {
	if c.IsInvoke() && c.Method.Name() == name && IsContext(c.Value.Type()) {
		return c.Value
	}
	return nil
}

// source returns the value behind conversions, captured variables and locals
// that are set only once.
func source(v ssa.Value) ssa.Value {
	for range 16 { // closures in closures; a cycle of cells cannot be written
		switch x := v.(type) {
		case *ssa.ChangeType:
			v = x.X
		case *ssa.UnOp:
			if x.Op != token.MUL {
				return v
			}
			cell := x.X
			if fv, ok := cell.(*ssa.FreeVar); ok {
				cell = bound(fv)
			}
			alloc, ok := cell.(*ssa.Alloc)
			if !ok {
				return v
			}
			val := onlyStored(alloc)
			if val == nil {
				return v
			}
			v = val
		case *ssa.FreeVar:
			b := bound(x)
			if b == nil {
				return v
			}
			v = b
		default:
			return v
		}
	}
	return v
}

// bound returns what a captured variable is bound to where its closure is
// made, through all closures in between; nil if that is not one value.
func bound(fv *ssa.FreeVar) ssa.Value {
	fn := fv.Parent()
	if fn.Referrers() == nil {
		return nil
	}
	var only ssa.Value
	for _, ref := range *fn.Referrers() {
		mk, ok := ref.(*ssa.MakeClosure)
		if !ok || mk.Fn != fn {
			continue
		}
		for i, f := range fn.FreeVars {
			if f == fv {
				if only != nil {
					return nil
				}
				only = mk.Bindings[i]
			}
		}
	}
	if outer, ok := only.(*ssa.FreeVar); ok {
		return bound(outer)
	}
	return only
}

// onlyStored returns the one value that is stored into a local variable, here
// or in a closure; nil if there are several or its address goes elsewhere.
func onlyStored(cell ssa.Value) ssa.Value {
	var only ssa.Value
	for _, ref := range *cell.Referrers() {
		switch ref := ref.(type) {
		case *ssa.Store:
			if ref.Addr != cell || only != nil {
				return nil
			}
			only = ref.Val
		case *ssa.MakeClosure:
			fn := ref.Fn.(*ssa.Function)
			for i, b := range ref.Bindings {
				if b == cell && storedTo(fn.FreeVars[i]) {
					return nil
				}
			}
		case *ssa.UnOp, *ssa.DebugRef:
		default:
			return nil
		}
	}
	return only
}

// storedTo reports whether a closure stores to a captured variable, or hands
// its address on.
func storedTo(fv *ssa.FreeVar) bool {
	for _, ref := range *fv.Referrers() {
		switch ref := ref.(type) {
		case *ssa.UnOp, *ssa.DebugRef:
		case *ssa.MakeClosure:
			fn := ref.Fn.(*ssa.Function)
			for i, b := range ref.Bindings {
				if b == fv && storedTo(fn.FreeVars[i]) {
					return true
				}
			}
		default:
			return true
		}
	}
	return false
}
