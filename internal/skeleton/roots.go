package skeleton

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
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
func (ix *Index) Roots() []*ssa.Function {
	set := map[*ssa.Function]bool{}
	seen := map[siteKey]bool{}
	leaves := map[*ssa.Function]map[*class]bool{}
	for _, c := range ix.siteClasses() {
		for _, s := range c.sites {
			key := siteKey{s.Func, c}
			if seen[key] || len(c.ops) == 0 {
				continue // nothing waits on it or wakes it
			}
			seen[key] = true
			cl := &climber{ix: ix, class: c, leaves: leaves, path: map[*ssa.Function]bool{}}
			cl.climb(s.Func, maxLevels)
			for _, fn := range cl.roots {
				set[fn] = true
				ix.judged[fn] = append(ix.judged[fn], c)
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

type siteKey struct {
	fn *ssa.Function
	c  *class
}

// siteClasses returns the classes with sites, in order of their first site.
func (ix *Index) siteClasses() []*class {
	var cs []*class
	seen := map[*class]bool{}
	add := func(c *class) {
		if c = c.find(); len(c.sites) > 0 && !seen[c] {
			seen[c] = true
			cs = append(cs, c)
		}
	}
	for _, c := range ix.flow.values {
		add(c)
	}
	for _, c := range ix.flow.fields {
		add(c)
	}
	slices.SortFunc(cs, func(a, b *class) int { return ix.siteOrder(a.sites[0]) - ix.siteOrder(b.sites[0]) })
	return cs
}

// siteOrder orders sites by position.
func (ix *Index) siteOrder(s Site) int { return int(s.Instr.Pos()) }

// A climber looks for the roots of one allocation event.
type climber struct {
	ix     *Index
	class  *class
	leaves map[*ssa.Function]map[*class]bool
	path   map[*ssa.Function]bool
	roots  []*ssa.Function
}

// climb adds the functions at or above fn that the class does not leave.
func (cl *climber) climb(fn *ssa.Function, levels int) {
	if len(cl.roots) >= maxRoots || cl.path[fn] {
		return
	}
	cl.path[fn] = true
	if cl.leaves[fn] == nil {
		cl.leaves[fn] = cl.ix.leaving(fn)
	}
	ups := cl.ix.above(fn)
	if !cl.leaves[fn][cl.class] || levels == 0 || len(ups) == 0 {
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
		if !op.waits() || op.Kind == OpCall {
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
	n := len(ix.judged[fn])
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			switch instr := instr.(type) {
			case *ssa.Alloc:
				if cl := ix.nilVariable(instr); cl != nil {
					ix.judged[fn] = append(ix.judged[fn], cl)
				}
			case ssa.CallInstruction:
				ix.judged[fn] = append(ix.judged[fn], ix.nilArguments(instr)...)
			}
		}
	}
	return len(ix.judged[fn]) > n
}

// nilVariable returns the class of what a variable holds that never holds a
// channel, nil for any other variable.
func (ix *Index) nilVariable(a *ssa.Alloc) *class {
	if !isChan(a.Type().(*types.Pointer).Elem()) || ix.addressTaken(a) {
		return nil
	}
	cl := ix.flow.content(ix.flow.of(a))
	if len(cl.sites) > 0 || cl.env || len(cl.ops) == 0 || !onlyNil(a) {
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
			if cl := ix.flow.of(origin(callee).Params[i]); cl != nil && len(cl.find().ops) > 0 {
				cs = append(cs, cl.find())
			}
		}
	}
	return cs
}

// isChan reports whether t is a channel type.
func isChan(t types.Type) bool {
	_, ok := t.Underlying().(*types.Chan)
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

// leaving returns the classes that fn's parameters, results and captured
// variables reach: what its callers may have in hand.
func (ix *Index) leaving(fn *ssa.Function) map[*class]bool {
	r := &reacher{fl: ix.flow, out: map[*class]bool{}, seen: map[reachKey]bool{}}
	for _, p := range fn.Params {
		r.value(ix.flow.of(p), p.Type())
	}
	for _, v := range fn.FreeVars {
		r.value(ix.flow.of(v), v.Type())
	}
	res := fn.Signature.Results()
	for i := range res.Len() {
		if ix.flow.carries(res.At(i).Type()) {
			r.value(ix.flow.result(fn, i), res.At(i).Type())
		}
	}
	return r.out
}

// A reacher collects the classes that can be reached from a value by its type.
type reacher struct {
	fl   *flow
	out  map[*class]bool
	seen map[reachKey]bool

	stop    func(*class) bool // ends the search; may be nil
	through func(*class) bool // whether to look behind a class; may be nil
	stopped bool
}

type reachKey struct {
	c *class
	t types.Type
}

// value visits a value of type t in class c.
func (r *reacher) value(c *class, t types.Type) {
	if c == nil || r.stopped || !r.fl.carries(t) {
		return
	}
	c = c.find()
	if r.stop != nil && r.stop(c) {
		r.stopped = true
		return
	}
	if _, flat := t.Underlying().(*types.Struct); r.through != nil && !flat && !r.through(c) {
		return // what is behind it was handed over where it was put there
	}
	r.out[c] = true
	key := reachKey{c, t}
	if r.seen[key] {
		return
	}
	r.seen[key] = true
	switch u := t.Underlying().(type) {
	case *types.Pointer:
		if _, ok := u.Elem().Underlying().(*types.Struct); ok {
			r.structure(u.Elem())
		} else {
			r.value(r.fl.content(c), u.Elem())
		}
	case *types.Slice:
		r.value(r.fl.content(c), u.Elem())
	case *types.Array:
		r.value(c, u.Elem())
	case *types.Chan:
		r.value(r.fl.content(c), u.Elem())
	case *types.Map:
		r.value(r.fl.content(c), u.Elem())
		r.value(r.fl.content(c), u.Key())
	case *types.Struct:
		r.structure(t)
	case *types.Interface:
		for _, d := range c.types {
			r.value(c, d)
		}
	case *types.Signature:
		for _, fn := range c.funcs {
			for _, fv := range fn.FreeVars {
				r.value(r.fl.of(fv), fv.Type())
			}
		}
	}
}

// structure visits the fields of a struct type.
func (r *reacher) structure(t types.Type) {
	st, ok := t.Underlying().(*types.Struct)
	if !ok || primitiveOf(t) != "" {
		return
	}
	for i := range st.NumFields() {
		f := structField(t, i)
		if r.fl.carries(f.Type()) {
			a := r.fl.field(f)
			r.out[a] = true
			if r.stop != nil && r.stop(a) {
				r.stopped = true
				return
			}
			r.value(r.fl.content(a), f.Type())
		}
	}
}

// Waits returns the operations that can block in the bodies of goroutines:
// functions that a go statement or its kin may run, directly or by calls.
func (ix *Index) Waits() []*Op {
	var ops []*Op
	in := ix.launched()
	for _, fn := range ix.Funcs {
		if !in[fn] {
			continue
		}
		for _, op := range ix.ops[fn] {
			if op.waits() {
				ops = append(ops, op)
			}
		}
	}
	return ops
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
		cl := ix.flow.of(v)
		if cl == nil || len(cl.sites) == 0 {
			continue
		}
		made = true
		if slices.ContainsFunc(ix.judged[root], func(c *class) bool { return c.find() == cl }) {
			return true
		}
	}
	return !made
}
