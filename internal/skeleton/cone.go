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
	home  map[*class]bool        // classes with a primitive made in scope

	active map[*ssa.Function]bool // functions that lead to an operation on one

	funcs  map[*ssa.Function]bool // functions to be compiled
	instrs map[ssa.Instruction]bool
	values map[ssa.Value]bool
	branch map[*ssa.BasicBlock]bool
	locs   map[loc]bool
	rets   map[*ssa.Function]map[int]bool
	free   map[*ssa.Function]map[int]bool // results that are read but not followed
	leaves map[*ssa.Function]bool

	made     map[*class]bool        // classes of what is allocated in scope
	exactM   map[*ssa.Function]bool // see exact
	makers   map[*ssa.Function]bool // functions that lead to a primitive's making
	keepers  map[*ssa.Function]bool // functions not run that may keep what they are given
	volatile map[loc]bool           // locations that functions not run write

	stores map[loc][]ssa.Instruction // stores in scope by location
	reachM map[reachKey]bool
	work   []func()
	size   int // instructions in scope
}

// A loc is an abstract memory location: a field of a struct type, an
// allocated variable, a package variable, or the elements of a type.
type loc struct {
	field *types.Var
	value ssa.Value
	elem  string
}

// maxScope bounds the instructions that one root may look at.
const maxScope = 12000

// newCone computes the cone of a root. ok is false if the code is too large.
func newCone(ix *Index, root *ssa.Function) (*cone, bool) {
	c := &cone{ix: ix, root: root,
		scope: map[*ssa.Function]bool{}, home: map[*class]bool{},
		funcs: map[*ssa.Function]bool{}, instrs: map[ssa.Instruction]bool{}, values: map[ssa.Value]bool{},
		branch: map[*ssa.BasicBlock]bool{}, locs: map[loc]bool{}, rets: map[*ssa.Function]map[int]bool{},
		free: map[*ssa.Function]map[int]bool{}, leaves: map[*ssa.Function]bool{},
		made: map[*class]bool{}, exactM: map[*ssa.Function]bool{}, keepers: map[*ssa.Function]bool{}, volatile: map[loc]bool{},
		stores: map[loc][]ssa.Instruction{}, reachM: map[reachKey]bool{},
	}
	c.enter(root)
	for i := 0; i < len(c.list); i++ {
		c.survey(c.list[i])
		if c.size > maxScope {
			return c, false
		}
	}
	c.fixMade()
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
	return c, true
}

// enter adds fn to the functions that the root may run.
func (c *cone) enter(fn *ssa.Function) {
	fn = origin(fn)
	if !c.scope[fn] && len(fn.Blocks) > 0 {
		c.scope[fn] = true
		c.list = append(c.list, fn)
	}
}

// survey enters the callees of fn and files its stores by location.
func (c *cone) survey(fn *ssa.Function) {
	for _, b := range fn.Blocks {
		c.size += len(b.Instrs)
		for _, instr := range b.Instrs {
			if call, ok := instr.(ssa.CallInstruction); ok {
				for _, callee := range c.ix.Callees(call) {
					c.enter(callee)
				}
			}
			for _, op := range instr.Operands(nil) { // a function value may be called
				if taken, ok := (*op).(*ssa.Function); ok && c.ix.Own(taken) {
					c.enter(taken)
				}
			}
			if v, ok := instr.(ssa.Value); ok && allocates(instr) {
				if cl := c.ix.flow.of(v); cl != nil {
					c.made[cl] = true
				}
			}
			for _, l := range c.storesTo(instr) {
				c.stores[l] = append(c.stores[l], instr)
			}
		}
	}
}

// findHome collects the classes that matter to the root: those it is a root
// for, and, until nothing more is found, those that are made in scope and that
// some function works on which is run for the sake of the others.
func (c *cone) findHome() {
	made := map[*class]bool{}
	for _, fn := range c.list {
		for _, s := range c.ix.sites[fn] {
			for _, cl := range c.ix.siteClass[s] {
				made[cl.find()] = true
			}
		}
	}
	for _, cl := range c.ix.judged[c.root] {
		c.home[cl.find()] = true
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
				changed = c.adopt(op, made) || changed
			}
		}
	}
}

// adopt makes the primitives of an operation matter if they are made in scope;
// it reports whether they did not matter before.
func (c *cone) adopt(op *Op, made map[*class]bool) (changed bool) {
	for _, v := range op.Operands {
		if cl := c.ix.flow.of(v); cl != nil && made[cl] && !c.home[cl] {
			c.home[cl] = true
			changed = true
		}
	}
	return changed
}

// seed files the instructions of fn that matter by themselves, and reports
// whether fn hands something on that leads to a primitive of the root.
func (c *cone) seed(fn *ssa.Function) (hands bool) {
	for _, op := range c.ix.Ops(fn) {
		if c.touchesHome(op) {
			c.need(op.Instr)
		}
	}
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if !c.escapes(instr) {
				continue
			}
			hands = true
			if c.exact(fn) {
				c.need(instr)
			} else {
				c.keepers[fn] = true
			}
		}
	}
	return hands
}

// touchesHome reports whether op may meet a primitive of the root, or one
// that can't ever let it pass.
func (c *cone) touchesHome(op *Op) bool {
	if op.Kind == OpSelect && len(op.Operands) == 0 {
		return true
	}
	for _, v := range op.Operands {
		if isNilConst(v) {
			return true
		}
		if cl := c.ix.flow.of(v); cl != nil && c.home[cl] {
			return true
		}
	}
	return false
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
	case ssa.CallInstruction:
		return c.escapesCall(instr)
	}
	return false
}

// escapesCall is escapes for calls: those out of the package, and those whose
// callee is not known for sure, when an argument leads to a primitive.
func (c *cone) escapesCall(call ssa.CallInstruction) bool {
	com := call.Common()
	if _, ok := com.Value.(*ssa.Builtin); ok {
		return false
	}
	if fn := com.StaticCallee(); fn != nil && c.ix.Own(fn) {
		return false
	}
	if com.IsInvoke() && c.reaches(com.Value) && apiOf(com.Method) == apiNone {
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
	return cl != nil && c.reachesClass(cl, v.Type())
}

// reachesClass is reaches for a value of class cl and type t.
func (c *cone) reachesClass(cl *class, t types.Type) bool {
	key := reachKey{cl, t}
	if b, ok := c.reachM[key]; ok {
		return b
	}
	r := &reacher{fl: c.ix.flow, out: map[*class]bool{}, seen: map[reachKey]bool{}, stop: c.hit,
		through: func(cl *class) bool { return c.made[cl] }}
	r.value(cl, t)
	c.reachM[key] = r.stopped
	return r.stopped
}

// fixMade makes the set of what is allocated in scope one of representatives.
func (c *cone) fixMade() {
	for cl := range c.made {
		if r := cl.find(); r != cl {
			c.made[r] = true
		}
	}
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

// hit reports whether a class ends the search of reaches.
func (c *cone) hit(cl *class) bool {
	if c.home[cl] {
		return true
	}
	for _, fn := range cl.funcs { // a closure that works on them
		if c.active[fn] {
			return true
		}
	}
	return false
}

// findActive collects the functions from which an operation on a primitive of
// the root can be reached by calls.
func (c *cone) findActive() {
	c.above(c.active, func(fn *ssa.Function) bool {
		return slices.ContainsFunc(c.ix.Ops(fn), c.touchesHome)
	})
}

// findMakers collects the functions that make a primitive of the root, and
// those that call one of them.
func (c *cone) findMakers() {
	c.makers = map[*ssa.Function]bool{}
	c.above(c.makers, func(fn *ssa.Function) bool {
		return slices.ContainsFunc(c.ix.sites[fn], func(s Site) bool {
			return slices.ContainsFunc(c.ix.siteClass[s], func(cl *class) bool { return c.home[cl.find()] })
		})
	})
}

// above adds the functions in scope that are wanted, and all in scope from
// which one can be reached by calls, to a set.
func (c *cone) above(set map[*ssa.Function]bool, wanted func(*ssa.Function) bool) {
	var list []*ssa.Function
	add := func(fn *ssa.Function) {
		if c.scope[fn] && !set[fn] {
			set[fn] = true
			list = append(list, fn)
		}
	}
	for _, fn := range c.list {
		if wanted(fn) {
			add(fn)
		}
	}
	for len(list) > 0 {
		fn := list[len(list)-1]
		list = list[:len(list)-1]
		for _, call := range c.ix.Callers(fn) {
			add(call.Parent())
		}
	}
}
