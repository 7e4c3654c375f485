package skeleton

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// A cone is what can matter to the primitives of one root: the functions that
// have to be run, and in them the instructions, values and branches on which a
// visible step, a launch or a needed value depends (docs/design.md section 2,
// "cone of influence"). Everything else is left out of the program.
//
// It is computed by a worklist to a fixed point; each instruction and value
// enters once, so the cost is linear in the code that the root can run.
type cone struct {
	ix    *Index
	root  *ssa.Function
	scope map[*ssa.Function]bool // functions that the root may run
	list  []*ssa.Function        // the same in order of discovery
	walk  int                    // the number of the walk that found them, and those further down
	cut   bool                   // something that matters goes to one of those
	home  bits                   // allocation events in scope that matter
	nils  map[*class]bool        // classes without a channel that matter

	active map[*ssa.Function]bool // functions that lead to an operation on one

	funcs  map[*ssa.Function]bool // functions to be compiled
	instrs map[ssa.Instruction]bool
	values map[ssa.Value]bool
	branch map[*ssa.BasicBlock]bool
	locs   map[loc]bool
	rets   map[*ssa.Function]map[int]bool
	free   map[*ssa.Function]map[int]bool // results that are read but not followed

	made     map[*class]bool        // see isMade
	exactM   map[*ssa.Function]bool // see exact
	makers   map[*ssa.Function]bool // functions that lead to a primitive's making
	keepers  map[*ssa.Function]bool // functions not run that may keep what they are given
	volatile map[loc]bool           // locations that functions not run write

	sized   map[source]bool          // values of which a branch asks whether there is anything in them
	askedOf []checked                // what branches of the program ask about
	checks  map[ssa.Instruction]bool // instructions that panic for that

	reach *reached
	work  []func()
}

// A loc is an abstract memory location: a field of a struct type, an
// allocated variable, a package variable, or the elements of a type.
type loc struct {
	field *types.Var
	value ssa.Value
	elem  string
}

// depths are how many calls below a root its cone looks, as long as what
// matters goes further down and the cone stays small. What is below is code
// that cannot be seen.
var depths = []int{4, 8, maxFrames}

// maxFrames is the depth of a stack that the machine runs.
const maxFrames = 16

// maxLook is how many functions a cone looks at, those nearest to the root.
const maxLook = 400

// coneOf returns the cone of a root that looks so many calls below it, the first
// depth that is enough; nil if it is too large.
func coneOf(ix *Index, root *ssa.Function, depths []int) (best *cone) {
	list, starts := ix.reach(root)
	for _, d := range depths {
		end := len(list)
		if d+1 < len(starts) {
			end = starts[d+1]
		}
		if end > maxLook && best != nil {
			return best
		}
		end = min(end, maxLook)
		c := newCone(ix, root, list[:end])
		if len(c.instrs) > maxCone {
			return best
		}
		if best = c; !c.cut && !c.worksBelow() {
			return best
		}
	}
	return best
}

// maxCone bounds the instructions in a cone.
const maxCone = 4000

// newCone computes the cone of a root that may run the functions of a list, the
// start of what the last walk has met; the others are not looked into. It stops
// beyond maxCone.
func newCone(ix *Index, root *ssa.Function, list []*ssa.Function) *cone {
	c := &cone{ix: ix, root: root, list: list, walk: ix.walks,
		scope: map[*ssa.Function]bool{}, home: make(bits, (len(ix.origins.sites)+63)/64), nils: map[*class]bool{},
		funcs: map[*ssa.Function]bool{}, instrs: map[ssa.Instruction]bool{}, values: map[ssa.Value]bool{},
		branch: map[*ssa.BasicBlock]bool{}, locs: map[loc]bool{}, rets: map[*ssa.Function]map[int]bool{},
		free: map[*ssa.Function]map[int]bool{},
		made: map[*class]bool{}, keepers: map[*ssa.Function]bool{}, volatile: map[loc]bool{},
		checks: map[ssa.Instruction]bool{}, sized: map[source]bool{},
	}
	for _, fn := range c.list {
		c.scope[fn] = true
	}
	c.findHome()
	c.findMakers()
	var handers []*ssa.Function
	for _, fn := range c.list {
		if c.seed(fn) {
			handers = append(handers, fn)
		}
	}
	c.spreadKeepers(handers)
	for i := range root.Signature.Results().Len() {
		if ix.flow.carries(root.Signature.Results().At(i).Type()) {
			c.needResult(root, i) // it leaves
		}
	}
	c.needFunc(root)
	c.drain()
	c.addChecks()
	return c
}

// findHome collects the primitives that matter to the root: those it is a root
// for, and, until nothing more is found, those that are made in scope and that
// some function works on which is run for the sake of the others.
func (c *cone) findHome() {
	for _, i := range c.ix.judged[c.root] {
		c.home.add(i)
	}
	for _, cl := range c.ix.nils[c.root] {
		c.nils[cl.find()] = true
	}
	c.active = map[*ssa.Function]bool{}
	for changed := true; changed; {
		changed = false
		c.findActive()
		for _, fn := range c.list {
			if !c.active[fn] {
				continue
			}
			for _, op := range c.ix.Ops(fn) {
				changed = c.adopt(op) || changed
			}
		}
	}
}

// adopt makes the primitives of an operation matter if they are made in scope;
// it reports whether they did not matter before.
func (c *cone) adopt(op *Op) (changed bool) {
	for _, v := range op.Operands {
		c.ix.origins.of(v).each(func(i int) {
			if !c.home.has(i) && c.scope[c.ix.origins.sites[i].Func] {
				c.home.add(i)
				changed = true
			}
		})
	}
	return changed
}

// seed files the instructions of fn that matter by themselves, and reports
// whether fn hands something on that leads to a primitive of the root.
func (c *cone) seed(fn *ssa.Function) (hands bool) {
	c.needHanded(fn)
	for _, op := range c.ix.Ops(fn) {
		if c.touchesHome(op) {
			c.need(op.Instr)
		}
	}
	for _, instr := range c.ix.digestOf(fn).hands {
		if !c.escapes(instr) {
			continue
		}
		hands = true
		if c.exact(fn) {
			c.need(instr)
			c.cut = c.cut || c.goesBelow(instr)
		} else {
			c.keepers[fn] = true
		}
	}
	return hands
}

// below reports whether the root may run fn, which is not looked into: it is too
// far down. It is asked while no other walk has begun.
func (c *cone) below(fn *ssa.Function) bool {
	d := c.ix.digested[fn]
	return d != nil && d.met == c.walk && !c.scope[fn]
}

// goesBelow reports whether instr calls a function that is not looked into.
func (c *cone) goesBelow(instr ssa.Instruction) bool {
	call, ok := instr.(ssa.CallInstruction)
	return ok && slices.ContainsFunc(c.ix.Callees(call), func(fn *ssa.Function) bool { return c.below(fn) })
}

// worksBelow reports whether a function that is not looked into works on a
// primitive that is judged here.
func (c *cone) worksBelow() bool {
	return slices.ContainsFunc(c.ix.judged[c.root], func(i int) bool {
		return slices.ContainsFunc(c.ix.origins.ops[i], func(op *Op) bool { return c.below(op.Func) })
	})
}

// touchesHome reports whether op may meet a primitive of the root, or one
// that can't ever let it pass.
func (c *cone) touchesHome(op *Op) bool {
	if op.stuck() {
		return true
	}
	for _, v := range op.Operands {
		if c.isHome(v) {
			return true
		}
	}
	return false
}

// isHome reports whether v may be a primitive of the root.
func (c *cone) isHome(v ssa.Value) bool {
	return c.ix.origins.of(v).meets(c.home) || len(c.nils) > 0 && c.nils[c.ix.flow.of(v)]
}

// escapes reports whether instr hands something that leads to a primitive of
// the root to memory or to unseen code.
func (c *cone) escapes(instr ssa.Instruction) bool {
	switch instr := instr.(type) {
	case *ssa.Store:
		return c.reaches(instr.Val)
	case *ssa.MapUpdate:
		return c.reaches(instr.Value) || c.reaches(instr.Key)
	case *ssa.Send:
		return c.reaches(instr.X)
	case *ssa.Select:
		for _, s := range instr.States {
			if s.Send != nil && c.reaches(s.Send) {
				return true
			}
		}
	case *ssa.MakeClosure: // what is not looked into may do anything to what it captures
		return !c.looksInto(instr.Fn.(*ssa.Function)) && slices.ContainsFunc(instr.Bindings, c.reaches)
	case ssa.CallInstruction:
		return c.escapesCall(instr)
	}
	return false
}

// looksInto reports whether the body of fn is in sight, or not the package's.
func (c *cone) looksInto(fn *ssa.Function) bool { return !c.ix.Own(fn) || c.scope[origin(fn)] }

// escapesCall is escapes for calls: those out of the package, and those whose
// callee is not known for sure, when an argument leads to a primitive.
func (c *cone) escapesCall(call ssa.CallInstruction) bool {
	com := call.Common()
	if _, ok := com.Value.(*ssa.Builtin); ok {
		return false
	}
	if fn := com.StaticCallee(); fn != nil && c.ix.Own(fn) {
		return !c.scope[origin(fn)] && slices.ContainsFunc(com.Args, c.reaches)
	}
	if _, writes := c.ix.writings[com]; com.IsInvoke() && !writes && c.reaches(com.Value) && apiOf(com.Method) == apiNone {
		return true
	}
	if c.ix.idle(com) {
		return false
	}
	if !com.IsInvoke() && com.StaticCallee() == nil && c.reaches(com.Value) {
		return true
	}
	for _, a := range com.Args {
		if c.reaches(a) {
			return true
		}
	}
	return false
}

// reaches reports whether v may lead to a primitive of the root.
func (c *cone) reaches(v ssa.Value) bool {
	cl := c.ix.flow.of(v)
	return cl != nil && (c.isHome(v) || c.leads(cl, v.Type()))
}

// reachesResult is reaches for result i of fn.
func (c *cone) reachesResult(fn *ssa.Function, i int) bool {
	t := fn.Signature.Results().At(i).Type()
	return c.ix.flow.carries(t) &&
		(c.ix.origins.at(place{fn: fn, result: i}).meets(c.home) || c.leads(c.ix.flow.result(fn, i), t))
}

// leads reports whether what lies behind a value of class cl and type t, or a
// function in it, leads to a primitive of the root.
func (c *cone) leads(cl *class, t types.Type) bool {
	if c.reach == nil {
		h := c.ix.holds
		var list []int
		c.home.each(func(i int) { list = append(list, h.lies[i]...) })
		for fn := range c.active {
			for _, cl := range h.takes[fn] {
				list = append(list, h.of[cl]...)
			}
		}
		c.reach = newReached(h, list, c.hit, c.through)
	}
	return c.reach.from(cl, t)
}

// through reports whether what lies behind a node can be something of the root:
// else it was handed over where it was put there.
func (c *cone) through(n *holdNode) bool { return n.t == nil || n.flat || c.isMade(n.c) }

// isMade reports whether something of the class is allocated in scope.
func (c *cone) isMade(cl *class) bool {
	b, ok := c.made[cl]
	if !ok {
		b = slices.ContainsFunc(c.ix.makers[cl], func(fn *ssa.Function) bool { return c.scope[fn] })
		c.made[cl] = b
	}
	return b
}

// allocates reports whether an instruction makes a new object.
func allocates(instr ssa.Instruction) bool {
	switch instr := instr.(type) {
	case *ssa.Alloc, *ssa.MakeChan, *ssa.MakeMap, *ssa.MakeSlice, *ssa.MakeClosure:
		return true
	case *ssa.Call:
		callee := instr.Call.StaticCallee()
		return callee != nil && makesPrimitive(callee)
	}
	return false
}

// hit reports whether a node holds a primitive of the root, or a function that
// works on one.
func (c *cone) hit(n *holdNode) bool {
	if n.sites.meets(c.home) && c.through(n) {
		return true
	}
	return slices.ContainsFunc(n.c.members().funcs, func(fn *ssa.Function) bool { return c.active[fn] })
}

// findActive collects the functions from which an operation on a primitive of
// the root can be reached by calls.
func (c *cone) findActive() {
	for _, fn := range c.list {
		for _, op := range c.ix.digestOf(fn).stuck {
			c.above(c.active, op.Func)
		}
	}
	for cl := range c.nils {
		for _, op := range cl.members().ops {
			c.above(c.active, op.Func)
		}
	}
	c.home.each(func(i int) {
		for _, op := range c.ix.origins.ops[i] {
			if c.decides(op) {
				c.above(c.active, op.Func)
			}
		}
	})
}

// decides reports whether what op does to a primitive of the root can matter to
// others. A select that waits for the end of a context among other things wakes
// nobody, and can go on without that end: nobody has to run the function for
// its sake.
func (c *cone) decides(op *Op) bool {
	if op.Kind != OpSelect {
		return true
	}
	all := true
	for _, v := range op.Operands {
		home := c.isHome(v)
		if home && !isCtxDone(v) {
			return true
		}
		all = all && home
	}
	return all
}

// isCtxDone reports whether v is what the Done method of a context returns.
func isCtxDone(v ssa.Value) bool {
	call, ok := v.(*ssa.Call)
	return ok && apiOf(calleeOf(&call.Call)) == apiCtxDone
}

// findMakers collects the functions that make a primitive of the root, and
// those that call one of them.
func (c *cone) findMakers() {
	c.makers = map[*ssa.Function]bool{}
	c.home.each(func(i int) { c.above(c.makers, c.ix.origins.sites[i].Func) })
}

// above adds fn, if it is in scope, and all in scope from which it can be
// reached by calls to a set that holds such functions.
func (c *cone) above(set map[*ssa.Function]bool, fn *ssa.Function) {
	var list []*ssa.Function
	add := func(fn *ssa.Function) {
		if c.scope[fn] && !set[fn] {
			set[fn] = true
			list = append(list, fn)
		}
	}
	add(fn)
	for len(list) > 0 {
		fn := list[len(list)-1]
		list = list[:len(list)-1]
		if fn == origin(c.root) {
			continue // what runs the root once more does so with primitives of its own
		}
		for _, call := range c.ix.Callers(fn) {
			add(call.Parent())
		}
		for _, call := range c.ix.lenders[fn] {
			add(call.Parent())
		}
	}
}
