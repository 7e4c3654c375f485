package spawn

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// traceValues follows every function value of the package forwards from where
// it is made, and enters an edge wherever it is called.
//
// May analysis: a value reaches whatever the places it is stored in can be
// read from. What goes where we cannot follow (elements, interfaces, channels,
// results of exported functions, other packages) marks the function unseen.
// The cost is linear in the uses of function values for each function made.
func (g *graph) traceValues() {
	for _, fn := range g.funcs {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				g.traceMade(instr)
			}
		}
	}
}

// traceMade starts a trace for every function that instr makes a value of.
func (g *graph) traceMade(instr ssa.Instruction) {
	if mk, ok := instr.(*ssa.MakeClosure); ok {
		made := mk.Fn.(*ssa.Function)
		if fn := g.local(made); fn != nil {
			t := newTrace(g, fn)
			if strings.HasPrefix(made.Synthetic, "range-over-func") {
				// The body of a loop: runs as its function does.
				g.addEdge(fn, edge{caller: mk.Parent(), at: mk})
				return
			}
			t.value(mk)
		}
		return
	}
	var buf [8]*ssa.Value
	for _, op := range instr.Operands(buf[:0]) {
		fn, ok := (*op).(*ssa.Function)
		if !ok || g.local(fn) == nil {
			continue
		}
		if call, ok := instr.(ssa.CallInstruction); ok && op == &call.Common().Value {
			continue // a plain call, entered already
		}
		t := newTrace(g, g.local(fn))
		t.use(instr, fn)
	}
}

// trace follows one function value.
type trace struct {
	g    *graph
	fn   *ssa.Function
	seen map[ssa.Value]bool
	// first is the call that handed the value out of the function that made
	// it: a launch belongs there, not to the starter that all callers share.
	first  ssa.CallInstruction
	forced times     // see edge
	onceIn ssa.Value // the Once whose Do is handed the value
}

// newTrace returns a trace of a value of fn.
func newTrace(g *graph, fn *ssa.Function) *trace {
	return &trace{g: g, fn: fn, seen: make(map[ssa.Value]bool)}
}

// value follows v through all its uses.
func (t *trace) value(v ssa.Value) {
	if t.seen[v] || v.Referrers() == nil {
		return
	}
	t.seen[v] = true
	for _, instr := range *v.Referrers() {
		t.use(instr, v)
	}
}

// use follows v through one use of it.
func (t *trace) use(instr ssa.Instruction, v ssa.Value) {
	switch instr := instr.(type) {
	case ssa.CallInstruction:
		t.call(instr, v)
	case *ssa.Phi:
		t.value(instr)
	case *ssa.ChangeType:
		t.value(instr)
	case *ssa.Store:
		if instr.Val == v {
			t.stored(instr.Addr)
		}
	case *ssa.MakeClosure:
		t.captured(instr, v)
	case *ssa.Return:
		t.returned(instr, v)
	case *ssa.DebugRef, *ssa.BinOp, *ssa.If, *ssa.UnOp:
	default:
		t.unseen()
	}
}

// unseen notes that code we cannot see may call the function.
func (t *trace) unseen() {
	if isHandler(t.fn.Signature) {
		t.g.handler[t.fn] = true
	}
	t.g.unseen[t.fn] = true
}

// call handles a call in which v is the callee or an argument.
func (t *trace) call(call ssa.CallInstruction, v ssa.Value) {
	c := call.Common()
	if c.Value == v && !c.IsInvoke() {
		t.enter(call, kindOf(call), t.forced)
	}
	for i, arg := range c.Args {
		if arg == v {
			t.passed(call, i)
		}
	}
}

// enter records that exec runs the function.
func (t *trace) enter(exec ssa.CallInstruction, kind edgeKind, forced times) {
	at := exec
	if t.first != nil {
		at = t.first
	}
	t.g.addEdge(t.fn, edge{caller: at.Parent(), at: at, exec: exec, kind: kind, forced: forced, once: t.onceIn})
}

// passed handles a call with the function as its argument i.
func (t *trace) passed(call ssa.CallInstruction, i int) {
	c := call.Common()
	to := t.g.candidates(c)
	param := i
	if c.IsInvoke() {
		param++ // candidates have a receiver
	}
	outer := t.first
	if t.first == nil && len(to) > 0 {
		t.first = call
	}
	for _, fn := range to {
		if param < len(fn.Params) {
			t.value(fn.Params[param])
		}
	}
	t.first = outer
	if len(to) > 0 && (!c.IsInvoke() || !t.g.openInterface(c)) {
		return
	}
	t.outside(call, i)
}

// openInterface reports whether types of other packages can be behind an
// interface call.
func (g *graph) openInterface(c *ssa.CallCommon) bool {
	n, ok := types.Unalias(c.Value.Type()).(*types.Named)
	return !ok || n.Obj().Pkg() != g.pkg.Pkg || (n.Obj().Exported() && g.pkg.Pkg.Name() != "main" && c.Method.Exported())
}

// outside handles a function passed to code of another package.
func (t *trace) outside(call ssa.CallInstruction, i int) {
	runs, recv := t.g.runs(call.Common(), i)
	switch runs {
	case Never:
	case Here:
		t.enter(call, calls, t.forced)
	case HereMany:
		t.enter(call, calls, unknown)
	case Once:
		t.g.addOnce(&OnceRun{Call: call, Outer: t.outer(call), Recv: recv, Body: t.fn})
		t.onceIn = recv
		t.enter(call, calls, t.forced)
		t.onceIn = nil
	case OnNew:
		t.enter(call, launchesGroup, t.forced)
	case OnNewAfter:
		t.enter(call, launchesAfter, t.forced)
	case OnNewMany:
		t.enter(call, launchesHandler, many)
	case Wraps:
		t.wrapped(call, t.forced)
	case WrapsAtMostOnce:
		t.g.addOnce(&OnceRun{Call: call, Outer: t.outer(call), Body: t.fn})
		t.wrapped(call, once)
	default:
		t.unseen()
	}
}

// outer returns the call that handed the value out of the function that made
// it.
func (t *trace) outer(call ssa.CallInstruction) ssa.CallInstruction {
	if t.first != nil {
		return t.first
	}
	return call
}

// runs asks what a call of a function of another package does with argument i,
// and returns the receiver of the call.
func (g *graph) runs(c *ssa.CallCommon, i int) (Runs, ssa.Value) {
	if c.IsInvoke() {
		return g.callee(c.Method, i+1), c.Value
	}
	fn := c.StaticCallee()
	if fn == nil {
		return Unseen, nil
	}
	var recv ssa.Value
	if mk, ok := c.Value.(*ssa.MakeClosure); ok && fn.Synthetic != "" && len(mk.Bindings) == 1 {
		recv = mk.Bindings[0] // a method value: its receiver is bound
		i++
	} else if len(c.Args) > 0 {
		recv = c.Args[0]
	}
	if o := fn.Origin(); o != nil {
		fn = o
	}
	obj, ok := fn.Object().(*types.Func)
	if !ok {
		return Unseen, nil
	}
	return g.callee(obj.Origin(), i), recv
}

// addOnce records a function that runs under a Once.
func (g *graph) addOnce(run *OnceRun) {
	for _, o := range g.onces {
		if o.Call == run.Call && o.Body == run.Body {
			return
		}
	}
	g.onces = append(g.onces, run)
}

// wrapped goes on with the function that a call such as sync.OnceFunc returns.
func (t *trace) wrapped(call ssa.CallInstruction, forced times) {
	v, ok := call.(ssa.Value)
	if !ok {
		return
	}
	if forced == once {
		// One run for each function made: as often as the call that makes it.
		t.enter(call, calls, never)
		return
	}
	t.value(v)
}

// stored follows the function out of the place it is stored in.
func (t *trace) stored(addr ssa.Value) {
	switch addr := addr.(type) {
	case *ssa.Alloc:
		t.cell(addr)
	case *ssa.FreeVar:
		t.boundCell(addr)
	case *ssa.Global, *ssa.FieldAddr:
		obj := location(addr)
		if obj == nil || t.g.canBeRead(obj) {
			_, global := addr.(*ssa.Global)
			t.g.public[t.fn] = t.g.public[t.fn] || global
			t.unseen()
		}
		outer := t.first
		t.first = nil // whoever reads it there runs it
		for _, load := range t.g.loads[obj] {
			t.value(load)
		}
		t.first = outer
	default:
		t.unseen() // an element of a slice, an array or through a pointer
	}
}

// canBeRead reports whether other packages can read a field or variable.
func (g *graph) canBeRead(obj types.Object) bool {
	return obj.Exported() && g.pkg.Pkg.Name() != "main" || obj.Pkg() != g.pkg.Pkg
}

// cell follows what is stored in a local variable.
func (t *trace) cell(v ssa.Value) {
	if t.seen[v] {
		return
	}
	t.seen[v] = true
	for _, instr := range *v.Referrers() {
		switch instr := instr.(type) {
		case *ssa.UnOp:
			t.value(instr)
		case *ssa.MakeClosure:
			for i, b := range instr.Bindings {
				if b == v {
					t.cell(instr.Fn.(*ssa.Function).FreeVars[i])
				}
			}
		case *ssa.Store, *ssa.DebugRef:
		default:
			t.unseen() // its address goes elsewhere
		}
	}
}

// boundCell follows what is stored in a captured variable.
func (t *trace) boundCell(fv *ssa.FreeVar) {
	t.cell(fv)
	fn := fv.Parent()
	if fn.Parent() == nil {
		return
	}
	for _, b := range bindings(fn, fv) {
		t.stored(b)
	}
}

// bindings returns what fv is bound to where fn is made.
func bindings(fn *ssa.Function, fv *ssa.FreeVar) []ssa.Value {
	var bound []ssa.Value
	for i, v := range fn.FreeVars {
		if v != fv {
			continue
		}
		for _, mk := range made(fn) {
			bound = append(bound, mk.Bindings[i])
		}
	}
	return bound
}

// made returns the instructions that make a closure of fn.
func made(fn *ssa.Function) []*ssa.MakeClosure {
	var mks []*ssa.MakeClosure
	if fn.Referrers() == nil {
		return nil
	}
	for _, ref := range *fn.Referrers() {
		if mk, ok := ref.(*ssa.MakeClosure); ok && mk.Fn == fn {
			mks = append(mks, mk)
		}
	}
	return mks
}

// captured follows the function into a closure that has captured its value.
func (t *trace) captured(mk *ssa.MakeClosure, v ssa.Value) {
	fn := mk.Fn.(*ssa.Function)
	for i, b := range mk.Bindings {
		if b == v && i < len(fn.FreeVars) {
			t.value(fn.FreeVars[i])
		}
	}
}

// returned follows the function out of a return statement.
func (t *trace) returned(ret *ssa.Return, v ssa.Value) {
	fn := ret.Parent()
	if t.g.rootCount(fn) != never || t.g.unseen[fn] || fn.Parent() != nil {
		t.unseen()
	}
	outer := t.first
	t.first = nil // from here on it belongs to the caller
	defer func() { t.first = outer }()
	for _, call := range t.g.sitesOf[fn] {
		res, ok := call.(ssa.Value)
		if !ok {
			continue
		}
		if len(ret.Results) == 1 {
			t.value(res)
			continue
		}
		for i, r := range ret.Results {
			if r == v {
				t.extracted(res, i)
			}
		}
	}
}

// extracted follows result i of a call with several.
func (t *trace) extracted(res ssa.Value, i int) {
	for _, ref := range *res.Referrers() {
		if ex, ok := ref.(*ssa.Extract); ok && ex.Index == i {
			t.value(ex)
		}
	}
}
