package skeleton

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/coretype"
	"github.com/leaklint/leaklint/internal/explore/prog"
)

const (
	maxLevels = 4  // calls above the allocation
	maxRoots  = 16 // for one allocation
)

// Roots returns the functions to be explored, in source order: for every
// allocation event the lowest functions of the call-and-go tree that the
// primitive does not leave (docs/design.md section 6.1). Where it leaves
// through a caller that cannot be seen the last visible function is the root,
// and what code outside may do decides (section 7.1).
//
// Only primitives are judged on which some operation is asked about: nobody
// would read the others' verdicts. Nil asks about all.
func (ix *Index) Roots(asks func(*Op) bool) []*ssa.Function {
	if asks == nil {
		asks = func(*Op) bool { return true }
	}
	ix.asks, ix.judged, ix.nils = asks, map[*ssa.Function][]int{}, map[*ssa.Function][]*class{}
	set := map[*ssa.Function]bool{}
	found := map[siteKey][]*ssa.Function{}
	leads := map[*class]*reached{}
	for i, s := range ix.origins.sites {
		if !ix.asked(i) {
			continue // nothing waits on it, or nobody asks
		}
		for _, c := range ix.siteClass[s] {
			key := siteKey{s.Func, c.find()}
			if _, ok := found[key]; !ok {
				found[key] = ix.rootsOf(key, leads)
			}
			for _, fn := range found[key] {
				set[fn] = true
				ix.judged[fn] = append(ix.judged[fn], i)
			}
		}
	}
	for _, fn := range ix.Funcs {
		if ix.neverMade(fn) {
			set[fn] = true
		}
		if !ix.waitsOnNothing(fn) {
			continue
		}
		ups := ix.above(fn)
		if len(ups) == 0 || isEntry(fn) {
			ups = append(ups, fn)
		}
		for _, up := range ups[:min(len(ups), maxRoots)] {
			set[up] = true
		}
	}
	roots := make([]*ssa.Function, 0, len(set))
	for fn := range set {
		roots = append(roots, fn)
	}
	slices.SortFunc(roots, func(a, b *ssa.Function) int { return ix.order[a] - ix.order[b] })
	return roots
}

// maxLeads bounds the memory for what leads to classes, in bytes.
const maxLeads = 32 << 20

// rootsOf returns the roots for primitives of a class made in a function. leads
// keeps what leads to a class.
func (ix *Index) rootsOf(key siteKey, leads map[*class]*reached) []*ssa.Function {
	l := leads[key.c]
	if l == nil {
		if len(leads)*len(ix.holds.nodes) > maxLeads {
			clear(leads)
		}
		l = newReached(ix.holds, slices.Clone(ix.holds.of[key.c]), func(n *holdNode) bool { return n.c == key.c }, func(*holdNode) bool { return true })
		leads[key.c] = l
	}
	cl := &climber{ix: ix, leads: l, path: map[*ssa.Function]bool{}}
	cl.climb(key.fn, maxLevels)
	return cl.roots
}

// asked reports whether an allocation event is asked about: some operation is
// that may wait for its primitive for ever. A select is about its channels: the
// contexts beside them are asked about where a goroutine waits for nothing else.
func (ix *Index) asked(event int) bool {
	if ix.endsByItself(event) {
		return false
	}
	return slices.ContainsFunc(ix.origins.ops[event], func(op *Op) bool {
		if !ix.asks(op) {
			return false
		}
		return op.Kind != OpSelect || op.AwaitsEnd() || slices.ContainsFunc(op.Operands, func(v ssa.Value) bool {
			return ix.origins.of(v).has(event) && !isCtxDone(v)
		})
	})
}

// endsByItself reports whether nobody waits for ever for the context or timer
// that an event makes: a context with a deadline, a timer that nothing stops or
// re-arms.
func (ix *Index) endsByItself(event int) bool {
	call, ok := ix.origins.sites[event].Instr.(*ssa.Call)
	if !ok {
		return false
	}
	switch apiOf(calleeOf(&call.Call)) {
	case apiWithTimeout, apiNotifyContext, apiAfter, apiTick:
		return true
	case apiNewTimer, apiNewTicker:
		return !slices.ContainsFunc(ix.origins.ops[event], func(op *Op) bool { return op.Kind == OpCall })
	}
	return false
}

// askedNil is asked for a class that no channel is made for.
func (ix *Index) askedNil(c *class) bool { return slices.ContainsFunc(c.members().ops, ix.asks) }

type siteKey struct {
	fn *ssa.Function
	c  *class
}

// A climber looks for the roots of one allocation event.
type climber struct {
	ix    *Index
	leads *reached // what leads to the primitive
	path  map[*ssa.Function]bool
	roots []*ssa.Function
}

// climb adds the functions at or above fn that the class does not leave.
func (cl *climber) climb(fn *ssa.Function, levels int) {
	if len(cl.roots) >= maxRoots || cl.path[fn] {
		return
	}
	cl.path[fn] = true
	ups := cl.ix.above(fn)
	if levels == 0 || len(ups) == 0 || !cl.ix.leaves(fn, cl.leads) {
		cl.roots = append(cl.roots, fn)
		return
	}
	if isEntry(fn) {
		cl.roots = append(cl.roots, fn)
	}
	for _, up := range ups {
		cl.climb(up, levels-1)
	}
}

// above returns the functions that call, start or enclose fn, in source order.
func (ix *Index) above(fn *ssa.Function) []*ssa.Function {
	var ups []*ssa.Function
	if p := fn.Parent(); p != nil {
		ups = append(ups, p)
	}
	for _, call := range ix.callers[fn] {
		if p := call.Parent(); p != fn && !slices.Contains(ups, p) {
			ups = append(ups, p)
		}
	}
	slices.SortFunc(ups, func(a, b *ssa.Function) int { return ix.order[a] - ix.order[b] })
	return ups
}

// VisibleCallers returns the functions that call, start or enclose fn, nil if
// code that can't be seen may run it, too.
func (ix *Index) VisibleCallers(fn *ssa.Function) []*ssa.Function {
	if isEntry(fn) || ix.taken[fn] {
		return nil
	}
	return ix.above(fn)
}

// waitsOnNothing reports whether fn has an operation that needs no primitive
// of its own to block: on a nil channel, or select without cases.
func (ix *Index) waitsOnNothing(fn *ssa.Function) bool {
	for _, op := range ix.ops[fn] {
		if !op.Waits() || op.Kind == OpCall || !ix.asks(op) {
			continue
		}
		if len(op.Operands) == 0 || slices.ContainsFunc(op.Operands, isNilConst) {
			return true
		}
	}
	return false
}

// neverMade reports whether a channel variable of fn never holds a channel, or
// fn hands a nil channel to a function of the package.
func (ix *Index) neverMade(fn *ssa.Function) bool {
	n := len(ix.nils[fn])
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			switch instr := instr.(type) {
			case *ssa.Alloc:
				if cl := ix.nilVariable(instr); cl != nil {
					ix.nils[fn] = append(ix.nils[fn], cl)
				}
			case ssa.CallInstruction:
				ix.nils[fn] = append(ix.nils[fn], ix.nilArguments(instr)...)
			}
		}
	}
	return len(ix.nils[fn]) > n
}

// nilVariable returns the class of what a variable holds that never holds a
// channel, nil for any other variable.
func (ix *Index) nilVariable(a *ssa.Alloc) *class {
	if !isChan(a.Type().(*types.Pointer).Elem()) || ix.addressTaken(a) {
		return nil
	}
	cl := ix.flow.content(ix.flow.of(a))
	if len(cl.members().sites) > 0 || cl.env || !ix.askedNil(cl) || !onlyNil(a) {
		return nil
	}
	return cl
}

// nilArguments returns the classes of the parameters for which a call passes a
// nil channel.
func (ix *Index) nilArguments(call ssa.CallInstruction) []*class {
	com := call.Common()
	callee := com.StaticCallee()
	if callee == nil || !ix.Own(callee) {
		return nil
	}
	var cs []*class
	for i, a := range com.Args {
		if isNilConst(a) && isChan(a.Type()) && i < len(origin(callee).Params) {
			if cl := ix.flow.of(origin(callee).Params[i]); cl != nil && ix.askedNil(cl) {
				cs = append(cs, cl.find())
			}
		}
	}
	return cs
}

// isChan reports whether t is a channel type.
func isChan(t types.Type) bool {
	_, ok := coretype.Of(t).(*types.Chan)
	return ok
}

// onlyNil reports whether nothing but nil is stored to a variable here.
func onlyNil(a *ssa.Alloc) bool {
	for _, r := range *a.Referrers() {
		if s, ok := r.(*ssa.Store); ok && !isNilConst(s.Val) {
			return false
		}
	}
	return true
}

// isNilConst reports whether v is the constant nil, of whatever type.
func isNilConst(v ssa.Value) bool {
	if ct, ok := v.(*ssa.ChangeType); ok {
		v = ct.X
	}
	c, ok := v.(*ssa.Const)
	return ok && c.IsNil()
}

// leaves reports whether what fn's parameters, results and captured variables
// lead to, and so what its callers may have in hand, is looked for.
func (ix *Index) leaves(fn *ssa.Function, r *reached) bool {
	for _, p := range fn.Params {
		if r.from(ix.flow.of(p), p.Type()) {
			return true
		}
	}
	for _, v := range fn.FreeVars {
		if r.from(ix.flow.of(v), v.Type()) {
			return true
		}
	}
	res := fn.Signature.Results()
	for i := range res.Len() {
		if ix.flow.carries(res.At(i).Type()) && r.from(ix.flow.result(fn, i), res.At(i).Type()) {
			return true
		}
	}
	return false
}

// Waits returns the operations that can block in the bodies of goroutines:
// functions that a go statement or its kin may run, directly or by calls.
func (ix *Index) Waits() []*Op {
	var ops []*Op
	for _, fn := range ix.Funcs {
		if !ix.InGoroutine(fn) {
			continue
		}
		for _, op := range ix.ops[fn] {
			if op.Waits() {
				ops = append(ops, op)
			}
		}
	}
	return ops
}

// InGoroutine reports whether a goroutine that this package starts may run fn.
func (ix *Index) InGoroutine(fn *ssa.Function) bool {
	if ix.started == nil {
		ix.started = ix.launched()
	}
	return ix.started[fn]
}

// launched returns the functions that run on goroutines which this package
// starts.
func (ix *Index) launched() map[*ssa.Function]bool {
	in := map[*ssa.Function]bool{}
	var list []*ssa.Function
	add := func(fn *ssa.Function) {
		if !in[fn] {
			in[fn] = true
			list = append(list, fn)
		}
	}
	for _, fn := range ix.Funcs {
		for _, call := range ix.callers[fn] {
			if startsGoroutine(call) {
				add(fn)
			}
		}
	}
	for len(list) > 0 {
		fn := list[len(list)-1]
		list = list[:len(list)-1]
		for _, call := range callsIn(fn) {
			for _, callee := range ix.callees[call] {
				add(callee)
			}
		}
	}
	return in
}

// callsIn returns the calls, go and defer statements of fn.
func callsIn(fn *ssa.Function) (calls []ssa.CallInstruction) {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if call, ok := instr.(ssa.CallInstruction); ok {
				calls = append(calls, call)
			}
		}
	}
	return calls
}

// startsGoroutine reports whether a call runs its callee on a new goroutine.
func startsGoroutine(call ssa.CallInstruction) bool {
	if _, ok := call.(*ssa.Go); ok {
		return true
	}
	switch apiOf(calleeOf(call.Common())) {
	case apiWgGo, apiGroupGo, apiGroupTryGo, apiAfterFunc, apiCtxAfterFunc:
		return true
	}
	return false
}

// LaunchOf returns the go statement, or call of its kin, that alone runs fn;
// nil if there are several, or fn is called as well.
func (ix *Index) LaunchOf(fn *ssa.Function) ssa.Instruction {
	if calls := ix.callers[fn]; len(calls) == 1 && startsGoroutine(calls[0]) && !isEntry(fn) {
		return calls[0]
	}
	return nil
}

// Judges reports whether a root is one for what an operation works on: other
// roots run it, and say nothing of it (docs/design.md section 6.1). An
// operation on nothing that is made in sight is every root's.
func (ix *Index) Judges(root *ssa.Function, op *Op) bool {
	made := false
	for _, v := range op.Operands {
		events := ix.origins.of(v)
		if events == nil {
			continue
		}
		made = true
		if slices.ContainsFunc(ix.judged[root], events.has) {
			return true
		}
	}
	return !made
}

// JudgesAlloc reports whether the unit's root is one for what an instruction of
// its program makes. A root that none is made for, such as one with a channel
// that is nil, is one for everything.
func (u *Unit) JudgesAlloc(fn prog.FuncID, instr int) bool {
	events := u.Index.judged[u.Root]
	if len(events) == 0 {
		return true
	}
	src := u.Source[fn]
	return instr < len(src) && src[instr] != nil && slices.ContainsFunc(events, func(i int) bool {
		return u.Index.origins.sites[i].Instr == src[instr]
	})
}

// Makers returns the functions in which what a root judges is made: roots for
// the same with less around it, where what they return is open. There are none
// if the root is one for something that nobody makes.
func (ix *Index) Makers(root *ssa.Function) (fns []*ssa.Function) {
	if len(ix.nils[root]) > 0 {
		return nil
	}
	for _, i := range ix.judged[root] {
		fn := ix.origins.sites[i].Func
		if !slices.Contains(fns, fn) {
			fns = append(fns, fn)
		}
		if !slices.Contains(ix.judged[fn], i) {
			ix.judged[fn] = append(ix.judged[fn], i)
		}
	}
	return fns
}

// OpsOn returns the operations that may work on what an instruction makes, in
// source order; nil if the index knows of no such allocation.
func (ix *Index) OpsOn(made ssa.Instruction) []*Op {
	for i, site := range ix.origins.sites {
		if site.Instr == made {
			return ix.origins.ops[i]
		}
	}
	return nil
}

// Starts reports whether a call runs its callee on a new goroutine.
func (ix *Index) Starts(call ssa.CallInstruction) bool { return startsGoroutine(call) }
