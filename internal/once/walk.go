package once

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/endless"
	"github.com/leaklint/leaklint/internal/fact"
	"github.com/leaklint/leaklint/internal/spawn"
)

// maxDepth bounds the calls between the function under the Once and an
// operation.
const maxDepth = 8

// A frame is one function on the goroutine that runs the Once.
type frame struct {
	fn    *ssa.Function
	chain []string // names from Do to fn
	calls []ssa.CallInstruction
	outer *frame              // the caller; nil if it is not known
	call  ssa.CallInstruction // in outer
	bound ssa.Value           // the receiver that a method value has bound, in outer
	asked bool                // somebody has been told to stop or go on before the call
}

// first returns the frame of the function under the Once.
func first(run *spawn.OnceRun, local func(*ssa.Function) *ssa.Function) frame {
	f := frame{fn: run.Body, chain: []string{doName(run)}}
	for _, arg := range run.Outer.Common().Args {
		mk, ok := arg.(*ssa.MakeClosure)
		if ok && mk.Fn.(*ssa.Function).Synthetic != "" && local(mk.Fn.(*ssa.Function)) == run.Body {
			f.bound, f.outer = mk.Bindings[0], &frame{fn: run.Outer.Parent()}
		}
	}
	return f
}

// doFrame returns the frame of the function that calls Do: that of a wrapper
// is below the call that hands it the function.
func doFrame(run *spawn.OnceRun) *frame {
	f := &frame{fn: run.Call.Parent()}
	if run.Outer != run.Call {
		f.outer, f.call = &frame{fn: run.Outer.Parent()}, run.Outer
	}
	return f
}

// walk looks for hazards in one function that runs under a Once.
type walk struct {
	*Finder
	run     *spawn.OnceRun
	seen    map[visit]bool
	hazards []*Hazard
	reentry *Hazard
}

// body walks a function and what it calls. Each function is entered once for
// every set of blocks that constant arguments leave: its hazards do not depend
// on the way to it otherwise.
func (w *walk) body(f frame) {
	if len(f.calls) > maxDepth {
		return
	}
	reached := live(&f)
	at := visitOf(f.fn, reached)
	if w.seen[at] {
		return
	}
	w.seen[at] = true
	asked := w.signals(f.fn, 0)
	for _, b := range f.fn.Blocks {
		if !reached[b] {
			continue // a constant that a caller passes rules it out
		}
		for _, instr := range b.Instrs {
			switch instr := instr.(type) {
			case *ssa.Call:
				w.call(&f, instr, f.asked || before(asked, instr))
			case *ssa.Defer:
				w.call(&f, instr, f.asked || len(asked) > 0)
			default:
				if h := w.channelOp(&f, instr); h != nil && !f.asked && !before(asked, instr) {
					w.add(&f, h)
				}
			}
		}
	}
}

// add adds a hazard, which stands in the body at the operation or at the call
// that leads to it. One call leads to one hazard.
func (w *walk) add(f *frame, h *Hazard) {
	h.Run, h.Calls = w.run, f.calls
	h.Chain = append(append([]string{}, f.chain...), h.Chain...)
	h.At = h.Op
	if len(f.calls) > 0 {
		h.At = f.calls[0]
	}
	for _, old := range w.hazards {
		if old.At == h.At {
			if old.Low && !h.Low {
				*old = *h
			}
			return
		}
	}
	w.hazards = append(w.hazards, h)
}

// call handles a call: is it the Once again, does it block, what does it run?
// asked reports whether somebody has been told to stop or go on before it.
func (w *walk) call(f *frame, call ssa.CallInstruction, asked bool) {
	if w.again(f, call) {
		if w.reentry == nil {
			w.reentry = &Hazard{
				Kind: Reentry, Run: w.run, At: w.run.Outer, Op: call, Calls: f.calls,
				Chain: append(append([]string{}, f.chain...), doName(w.run)), What: onceName(w.run),
			}
		}
		return
	}
	if _, ok := call.Common().Value.(*ssa.Builtin); ok {
		return
	}
	if h := w.known(f, call); h != nil && !(h.Kind == Wait && asked) {
		w.add(f, h)
	}
	for _, fn := range w.callees(call) {
		w.body(frame{
			fn:    fn,
			chain: append(append([]string{}, f.chain...), callName(fn)),
			calls: append(append([]ssa.CallInstruction{}, f.calls...), call),
			outer: f,
			call:  call,
			asked: asked,
		})
	}
}

// callees returns the functions of this package that a call runs, if there is
// no doubt.
func (w *walk) callees(call ssa.CallInstruction) []*ssa.Function {
	if o := w.inner(call); o != nil {
		return []*ssa.Function{o.Body} // another Once
	}
	fns, all := w.launches.MayRun(call)
	if len(fns) != 1 || !all {
		return nil
	}
	return fns
}

// inner returns the function that call hands to a Once, if it is a Do.
func (w *walk) inner(call ssa.CallInstruction) *spawn.OnceRun {
	for _, o := range w.launches.Onces {
		if o.Call == call && o.Recv != nil {
			return o
		}
	}
	return nil
}

// callName names a function in a chain: load, T.load.
func callName(fn *ssa.Function) string {
	if fn.Parent() != nil {
		return "func literal"
	}
	return spawn.Name(fn)
}

// known asks whether a function of another package blocks.
func (w *walk) known(f *frame, call ssa.CallInstruction) *Hazard {
	c := call.Common()
	obj := calleeObject(c)
	if obj == nil || w.launches.Local(c.StaticCallee()) != nil {
		return nil
	}
	ff, ok := w.facts(obj)
	if !ok || ff.Blocks == nil {
		return nil
	}
	h := &Hazard{Op: call, Chain: append([]string{objectName(obj)}, ff.Blocks.Chain...)}
	h.What = h.Chain[len(h.Chain)-1]
	switch ff.Blocks.Why {
	case fact.Channel, fact.Waiting:
		h.Kind, h.Low = Wait, true
	case fact.Dialing, fact.Accepting, fact.Requesting, fact.Querying, fact.Serving, fact.Reading:
		h.Kind = Network
		h.Low = isLocal(c)
	case fact.Child:
		h.Kind = Child
		h.Low = w.isProbe(f, c)
	case fact.Sleeping:
		h.Kind = Sleep
		return keepIf(h, endless.IsFunc(c, "time", "Sleep") && isLong(c.Args[0]))
	default:
		return nil
	}
	switch ff.Blocks.Bound {
	case fact.ByDeadline:
		return nil
	case fact.ByContext:
		h.Never = w.neverEnds(f, argument(c, ff.Blocks.Ctx))
		return keepIf(h, h.Never)
	case fact.ByConfig:
		return keepIf(h, w.unconfigured(f, c, h))
	}
	return h
}

// keepIf returns h if keep is true, else nil.
func keepIf(h *Hazard, keep bool) *Hazard {
	if keep {
		return h
	}
	return nil
}

// calleeObject returns the function or interface method that a call names.
func calleeObject(c *ssa.CallCommon) *types.Func {
	if c.IsInvoke() {
		return c.Method
	}
	fn := c.StaticCallee()
	if fn == nil {
		return nil
	}
	if o := fn.Origin(); o != nil {
		fn = o
	}
	obj, _ := fn.Object().(*types.Func)
	return obj
}

// objectName returns http.Get or http.Client.Do.
func objectName(obj *types.Func) string {
	if obj.Pkg() == nil {
		return obj.Name()
	}
	if recv := obj.Signature().Recv(); recv != nil {
		return obj.Pkg().Name() + "." + spawn.TypeName(recv.Type()) + "." + obj.Name()
	}
	return obj.Pkg().Name() + "." + obj.Name()
}

// argument returns what a call passes at a place, or nil.
func argument(c *ssa.CallCommon, p fact.Place) ssa.Value {
	i := p.Index
	switch p.Root {
	case fact.RecvRoot:
		if c.IsInvoke() {
			return c.Value
		}
		i = 0
	case fact.ParamRoot:
		if !c.IsInvoke() && c.Signature().Recv() != nil {
			i++
		}
	default:
		return nil
	}
	if p.Path != "" || i >= len(c.Args) {
		return nil
	}
	return c.Args[i]
}

// resolve returns the value behind v: through locals that are set once,
// captured variables, and the parameters of the functions on the stack.
func resolve(f *frame, v ssa.Value) (ssa.Value, *frame) {
	for range 32 { // a chain of closures and parameters
		v = spawn.Origin(v)
		if mk, ok := v.(*ssa.MakeInterface); ok {
			v = mk.X
			continue
		}
		p, ok := v.(*ssa.Parameter)
		if !ok {
			return v, f
		}
		at := f
		for at != nil && at.fn != p.Parent() {
			at = at.outer // a closure reads the parameter of an enclosing function
		}
		arg := passed(at, p)
		if arg == nil {
			return v, f
		}
		v, f = arg, at.outer
	}
	return v, f
}

// passed returns what the caller of the frame passes for p, or nil.
func passed(f *frame, p *ssa.Parameter) ssa.Value {
	if f == nil || f.outer == nil {
		return nil
	}
	if f.bound != nil && p == f.fn.Params[0] {
		return f.bound
	}
	if f.call == nil {
		return nil
	}
	c := f.call.Common()
	args := c.Args
	if c.IsInvoke() {
		args = append([]ssa.Value{c.Value}, args...)
	} else if mk, ok := c.Value.(*ssa.MakeClosure); ok && mk.Fn.(*ssa.Function).Synthetic != "" {
		args = append(append([]ssa.Value{}, mk.Bindings...), args...)
	}
	for i, q := range p.Parent().Params {
		if q == p && i < len(args) && len(args) == len(p.Parent().Params) {
			return args[i]
		}
	}
	return nil
}

// signals returns the instructions of fn that tell somebody to stop or go on:
// a close, a send, a go statement, a call of a function value such as cancel,
// of a method such as Close, or of a function of this package that does so.
// What is waited for after one of them has been asked for.
func (w *walk) signals(fn *ssa.Function, depth int) []ssa.Instruction {
	var found []ssa.Instruction
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			switch instr := instr.(type) {
			case *ssa.Send, *ssa.Go:
				found = append(found, instr)
			case *ssa.Call:
				callee := w.launches.Local(instr.Call.StaticCallee())
				if o := w.inner(instr); o != nil {
					callee = o.Body
				}
				if isSignal(&instr.Call) || callee != nil && depth < 2 && len(w.signals(callee, depth+1)) > 0 {
					found = append(found, instr)
				}
			}
		}
	}
	return found
}

// isSignal reports whether a call tells somebody to stop or go on.
func isSignal(c *ssa.CallCommon) bool {
	if b, ok := c.Value.(*ssa.Builtin); ok {
		return b.Name() == "close"
	}
	if c.IsInvoke() {
		return c.Method.Name() != "Done" && isStopName(c.Method.Name()) // ctx.Done asks nobody
	}
	if fn := c.StaticCallee(); fn != nil {
		return isStopName(fn.Name())
	}
	return c.Signature().Params().Len() == 0 // cancel(), stop()
}

// isStopName reports whether a method of this name asks somebody to end.
func isStopName(name string) bool {
	switch name {
	case "Close", "Stop", "Shutdown", "Cancel", "Kill", "Signal", "Broadcast", "Done", "CloseSend", "CloseWrite", "Start",
		"close", "stop", "shutdown", "cancel", "kill", "signal":
		return true
	}
	return false
}

// before reports whether one of the instructions can run before instr.
func before(signals []ssa.Instruction, instr ssa.Instruction) bool {
	for _, s := range signals {
		if s == instr {
			continue
		}
		if s.Block() == instr.Block() {
			if index(s) < index(instr) {
				return true
			}
			continue
		}
		if reaches(s.Block(), instr.Block(), make(map[*ssa.BasicBlock]bool)) {
			return true
		}
	}
	return false
}

// index returns the place of an instruction in its block.
func index(instr ssa.Instruction) int {
	for i, o := range instr.Block().Instrs {
		if o == instr {
			return i
		}
	}
	return -1
}

// reaches reports whether control can get from one block to another.
func reaches(from, to *ssa.BasicBlock, seen map[*ssa.BasicBlock]bool) bool {
	for _, s := range from.Succs {
		if s == to {
			return true
		}
		if !seen[s] {
			seen[s] = true
			if reaches(s, to, seen) {
				return true
			}
		}
	}
	return false
}
