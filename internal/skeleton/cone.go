package skeleton

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/fact"
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
const maxScope = 60000

// newCone computes the cone of a root. ok is false if the code is too large.
func newCone(ix *Index, root *ssa.Function) (*cone, bool) {
	c := &cone{ix: ix, root: root,
		scope: map[*ssa.Function]bool{}, home: map[*class]bool{},
		funcs: map[*ssa.Function]bool{}, instrs: map[ssa.Instruction]bool{}, values: map[ssa.Value]bool{},
		branch: map[*ssa.BasicBlock]bool{}, locs: map[loc]bool{}, rets: map[*ssa.Function]map[int]bool{},
		free: map[*ssa.Function]map[int]bool{}, leaves: map[*ssa.Function]bool{},
		exactM: map[*ssa.Function]bool{}, keepers: map[*ssa.Function]bool{}, volatile: map[loc]bool{},
		stores: map[loc][]ssa.Instruction{}, reachM: map[reachKey]bool{},
	}
	c.enter(root)
	for i := 0; i < len(c.list); i++ {
		c.survey(c.list[i])
		if c.size > maxScope {
			return c, false
		}
	}
	c.findHome()
	c.findMakers()
	for _, fn := range c.list {
		c.seed(fn)
	}
	c.spreadKeepers()
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

// seed files the instructions of fn that matter by themselves.
func (c *cone) seed(fn *ssa.Function) {
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
			if c.exact(fn) {
				c.need(instr)
			} else {
				c.keepers[fn] = true
			}
		}
	}
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
	r := &reacher{fl: c.ix.flow, out: map[*class]bool{}, seen: map[reachKey]bool{}, stop: c.hit}
	r.value(cl, t)
	c.reachM[key] = r.stopped
	return r.stopped
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

// need makes instr part of the program, with what decides whether it runs and
// what it reads.
func (c *cone) need(instr ssa.Instruction) {
	if c.instrs[instr] || !c.exact(instr.Parent()) {
		return
	}
	c.instrs[instr] = true
	c.work = append(c.work, func() { c.needed(instr) })
}

// drain works the list off.
func (c *cone) drain() {
	for len(c.work) > 0 {
		f := c.work[len(c.work)-1]
		c.work = c.work[:len(c.work)-1]
		f()
	}
}

// needed handles one instruction of the program.
func (c *cone) needed(instr ssa.Instruction) {
	c.needFunc(instr.Parent())
	c.needBlock(instr.Block())
	switch instr := instr.(type) {
	case *ssa.Store:
		c.value(instr.Addr)
		c.value(instr.Val)
	case *ssa.MapUpdate:
		c.value(instr.Map)
		c.value(instr.Key)
		c.value(instr.Value)
	case *ssa.Send:
		c.value(instr.Chan)
		c.sent(instr.Chan, instr.X)
	case *ssa.UnOp:
		c.value(instr.X)
	case *ssa.Select:
		for _, s := range instr.States {
			c.value(s.Chan)
			if s.Send != nil {
				c.sent(s.Chan, s.Send)
			}
		}
	case ssa.CallInstruction:
		c.neededCall(instr)
	case *ssa.Return:
		for i, r := range instr.Results {
			if c.rets[instr.Parent()][i] {
				c.value(r)
			}
		}
	}
}

// sent needs a value that goes through a channel if some receiver needs it or
// if it leads to a primitive.
func (c *cone) sent(ch, x ssa.Value) {
	l := elemLoc(ch.Type())
	if c.locs[l] || c.reaches(x) || c.ix.flow.carries(x.Type()) {
		c.value(x)
	}
}

// needFunc makes fn a function of the program: all its calls in scope are
// needed, and so are its ways out that end more than the call.
func (c *cone) needFunc(fn *ssa.Function) {
	if c.funcs[fn] && c.instrs[firstInstr(fn)] {
		return
	}
	c.funcs[fn] = true
	c.instrs[firstInstr(fn)] = true
	for _, call := range c.ix.Callers(fn) {
		if c.scope[call.Parent()] {
			c.need(call)
		}
	}
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			switch instr := instr.(type) {
			case *ssa.Panic, *ssa.RunDefers:
				c.need(instr)
			case ssa.CallInstruction:
				if e := c.ix.ends(instr.Common()); e == fact.EndsProcess || e == fact.EndsGoroutine || callsRecover(instr) {
					c.need(instr)
				}
				c.needRecovery(instr)
			}
		}
	}
}

// firstInstr marks a function as entered.
func firstInstr(fn *ssa.Function) ssa.Instruction { return fn.Blocks[0].Instrs[0] }

// needRecovery needs the deferred functions that may recover: they decide
// whether a panic ends the process.
func (c *cone) needRecovery(call ssa.CallInstruction) {
	if _, ok := call.(*ssa.Defer); !ok {
		return
	}
	for _, fn := range c.ix.Callees(call) {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if in, ok := instr.(ssa.CallInstruction); ok && callsRecover(in) {
					c.needFunc(fn)
				}
			}
		}
	}
}

// callsRecover reports whether call is recover().
func callsRecover(call ssa.CallInstruction) bool {
	b, ok := call.Common().Value.(*ssa.Builtin)
	return ok && b.Name() == "recover"
}

// needBlock needs the branches that decide whether b runs.
func (c *cone) needBlock(b *ssa.BasicBlock) {
	for _, d := range c.ix.control(b.Parent()).deps[b.Index] {
		c.needBranch(b.Parent().Blocks[d])
	}
}

// needBranch keeps the branch at the end of b.
func (c *cone) needBranch(b *ssa.BasicBlock) {
	if c.branch[b] || !c.exact(b.Parent()) {
		return
	}
	c.branch[b] = true
	c.work = append(c.work, func() {
		c.needFunc(b.Parent())
		c.needBlock(b)
		if f, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If); ok {
			c.value(f.Cond)
		}
	})
}

// neededCall handles a call, go or defer of the program.
func (c *cone) neededCall(call ssa.CallInstruction) {
	com := call.Common()
	if com.IsInvoke() || com.StaticCallee() == nil {
		c.value(com.Value)
	}
	if mc, ok := com.Value.(*ssa.MakeClosure); ok {
		c.value(mc)
	}
	if _, ok := com.Value.(*ssa.Builtin); ok {
		for _, a := range com.Args {
			c.value(a)
		}
		return
	}
	for _, fn := range c.ix.Callees(call) {
		if c.funcs[fn] {
			c.bindParams(call, fn)
		}
	}
	outside := com.IsInvoke() || com.StaticCallee() == nil || !c.ix.Own(com.StaticCallee())
	for i, a := range com.Args {
		if outside && (c.ix.flow.carries(a.Type()) || apiOf(calleeOf(com)) != apiNone) {
			c.value(com.Args[i])
		}
	}
}

// bindParams needs the arguments of the parameters that fn needs.
func (c *cone) bindParams(call ssa.CallInstruction, fn *ssa.Function) {
	for i, p := range fn.Params {
		if c.values[p] {
			c.argument(call, i)
		}
	}
}

// argument needs argument i of a call; the receiver of an interface call is 0.
func (c *cone) argument(call ssa.CallInstruction, i int) {
	com := call.Common()
	if com.IsInvoke() {
		if i == 0 {
			c.value(com.Value)
			return
		}
		i--
	}
	if i < len(com.Args) {
		c.value(com.Args[i])
	}
}

// value needs a value wherever it comes from.
func (c *cone) value(v ssa.Value) {
	if v == nil || c.values[v] {
		return
	}
	switch v.(type) {
	case *ssa.Const, *ssa.Builtin:
		return
	}
	c.values[v] = true
	c.work = append(c.work, func() { c.source(v) })
}

// source needs what v is computed from.
func (c *cone) source(v ssa.Value) {
	switch v := v.(type) {
	case *ssa.Parameter:
		c.sourceParam(v)
		return
	case *ssa.FreeVar:
		c.sourceFreeVar(v)
		return
	case *ssa.Global:
		c.loc(loc{value: v})
		return
	case *ssa.Function:
		return
	}
	instr, ok := v.(ssa.Instruction)
	if !ok {
		return
	}
	c.need(instr)
	switch v := v.(type) {
	case *ssa.Phi:
		c.sourcePhi(v)
	case *ssa.UnOp:
		c.value(v.X)
		switch v.Op {
		case token.MUL:
			c.loads(v.X)
		case token.ARROW:
			c.loc(elemLoc(v.X.Type()))
		}
	case *ssa.Call:
		c.sourceCall(v, 0)
	case *ssa.Extract:
		c.sourceExtract(v)
	case *ssa.MakeClosure:
		fn := v.Fn.(*ssa.Function)
		for i, b := range v.Bindings {
			if i < len(fn.FreeVars) && (c.values[fn.FreeVars[i]] || c.reaches(b)) {
				c.value(b)
			}
		}
	case *ssa.Lookup, *ssa.Index:
		for _, op := range instr.Operands(nil) {
			c.value(*op)
		}
		c.loc(elemLoc((*instr.Operands(nil)[0]).Type()))
	case *ssa.Next:
		c.value(v.Iter)
		if r, ok := v.Iter.(*ssa.Range); ok {
			c.loc(elemLoc(r.X.Type()))
		}
	case *ssa.Field:
		c.value(v.X)
		c.loc(loc{field: structField(v.X.Type(), v.Field)})
	default:
		for _, op := range instr.Operands(nil) {
			if *op != nil {
				c.value(*op)
			}
		}
	}
}

// sourceParam needs a parameter at every call in scope.
func (c *cone) sourceParam(p *ssa.Parameter) {
	fn := p.Parent()
	for i, q := range fn.Params {
		if q != p {
			continue
		}
		for _, call := range c.ix.Callers(fn) {
			if c.scope[call.Parent()] {
				c.need(call)
				c.argument(call, i)
			}
		}
	}
}

// sourceFreeVar needs a captured variable where closures are made.
func (c *cone) sourceFreeVar(fv *ssa.FreeVar) {
	fn := fv.Parent()
	for i, q := range fn.FreeVars {
		if q != fv {
			continue
		}
		for _, mc := range c.ix.closures[fn] {
			if c.scope[mc.Parent()] {
				c.value(mc)
				if i < len(mc.Bindings) {
					c.value(mc.Bindings[i])
				}
			}
		}
	}
}

// sourcePhi needs the edges of a φ and the branches that choose among them.
func (c *cone) sourcePhi(v *ssa.Phi) {
	for i, e := range v.Edges {
		c.value(e)
		pred := v.Block().Preds[i]
		c.needBlock(pred)
		if len(pred.Succs) > 1 {
			c.needBranch(pred)
		}
	}
}

// sourceExtract needs a component of a tuple.
func (c *cone) sourceExtract(v *ssa.Extract) {
	if call, ok := v.Tuple.(*ssa.Call); ok {
		c.values[call] = true
		c.need(call)
		c.sourceCall(call, v.Index)
		return
	}
	c.value(v.Tuple)
	if sel, ok := v.Tuple.(*ssa.Select); ok {
		for _, s := range sel.States {
			if s.Dir == types.RecvOnly && v.Index >= 2 {
				c.loc(elemLoc(s.Chan.Type()))
			}
		}
	}
}

// sourceCall needs result i of what a call may run.
func (c *cone) sourceCall(call *ssa.Call, i int) {
	if b, ok := call.Call.Value.(*ssa.Builtin); ok {
		c.sourceBuiltin(call, b)
		return
	}
	for _, fn := range c.ix.Callees(call) {
		c.needResult(fn, i)
	}
	switch apiOf(calleeOf(&call.Call)) {
	case apiNone, apiNothing:
	default:
		for _, a := range call.Call.Args {
			c.value(a)
		}
		if call.Call.IsInvoke() {
			c.value(call.Call.Value)
		}
	}
	if a := apiOf(calleeOf(&call.Call)); a == apiAtomicLoad || a == apiAtomicAdd || a == apiAtomicSwap || a == apiAtomicCAS {
		c.loads(call.Call.Args[0])
	}
}

// sourceBuiltin needs what the result of a builtin is computed from.
func (c *cone) sourceBuiltin(call *ssa.Call, b *ssa.Builtin) {
	for _, a := range call.Call.Args {
		c.value(a)
	}
	if b.Name() == "len" {
		if _, ok := call.Call.Args[0].Type().Underlying().(*types.Map); ok {
			c.loc(elemLoc(call.Call.Args[0].Type()))
		}
	}
}

// needResult needs result i of fn at every return.
func (c *cone) needResult(fn *ssa.Function, i int) {
	if c.rets[fn] == nil {
		c.rets[fn] = map[int]bool{}
	}
	if c.rets[fn][i] {
		return
	}
	if !c.follow(fn, i) {
		if c.free[fn] == nil {
			c.free[fn] = map[int]bool{}
		}
		c.free[fn][i] = true
		return
	}
	c.rets[fn][i] = true
	c.needFunc(fn)
	for _, b := range fn.Blocks {
		if r, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok && i < len(r.Results) {
			c.need(r)
			c.value(r.Results[i])
		}
	}
}

// exact reports whether fn is run, if something of it is needed: it leads to an
// operation on a primitive of the root or to its making, hands one on, or is so
// small that it is cheaper to run than to guess. Any other function is one step
// that returns free results (docs/design.md section 8.3); what it writes is
// lost, and what it may keep is open.
func (c *cone) exact(fn *ssa.Function) bool {
	b, ok := c.exactM[fn]
	if !ok {
		b = fn == c.root || c.active[fn] || c.makers[fn] || c.leaf(fn, 0) || c.handsOn(fn)
		c.exactM[fn] = b
	}
	return b
}

// handsOn reports whether fn is not large and stores something that leads to a
// primitive of the root.
func (c *cone) handsOn(fn *ssa.Function) bool {
	if instrCount(fn) > handSize {
		return false
	}
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if c.escapes(instr) {
				return true
			}
		}
	}
	for i := range fn.Signature.Results().Len() {
		t := fn.Signature.Results().At(i).Type()
		if c.ix.flow.carries(t) && c.reachesClass(c.ix.flow.result(fn, i), t) {
			return true
		}
	}
	return false
}

// instrCount returns the number of instructions of fn.
func instrCount(fn *ssa.Function) (n int) {
	for _, b := range fn.Blocks {
		n += len(b.Instrs)
	}
	return n
}

// spreadKeepers adds the functions not run that call a keeper.
func (c *cone) spreadKeepers() {
	var list []*ssa.Function
	for _, fn := range c.list {
		if c.keepers[fn] {
			list = append(list, fn)
		}
	}
	for len(list) > 0 {
		fn := list[len(list)-1]
		list = list[:len(list)-1]
		for _, call := range c.ix.Callers(fn) {
			up := call.Parent()
			switch {
			case !c.scope[up]:
			case c.exact(up):
				c.need(call)
			case !c.keepers[up]:
				c.keepers[up] = true
				list = append(list, up)
			}
		}
	}
}

// follow reports whether result i of fn is computed by the program.
func (c *cone) follow(fn *ssa.Function, i int) bool {
	return c.exact(fn)
}

// leafSize is the largest function whose result is run although it has no
// operation on a primitive.
const leafSize = 60

// handSize is the largest function that is run because it stores or returns
// what leads to a primitive.
const handSize = 150

// leaf reports whether fn is small, and all it calls in the package is, too.
func (c *cone) leaf(fn *ssa.Function, depth int) bool {
	if b, ok := c.leaves[fn]; ok {
		return b
	}
	c.leaves[fn] = false // recursion is not small
	small := instrCount(fn) <= leafSize && depth < 3
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			call, ok := instr.(ssa.CallInstruction)
			if !small || !ok {
				continue
			}
			fns := c.ix.Callees(call)
			small = len(fns) <= 1 && (len(fns) == 0 || c.leaf(fns[0], depth+1))
		}
	}
	c.leaves[fn] = small
	return small
}

// loads needs the memory that a load through p reads.
func (c *cone) loads(p ssa.Value) {
	for _, l := range c.locsOf(p) {
		c.loc(l)
	}
}

// loc needs the stores to a location.
func (c *cone) loc(l loc) {
	if l == (loc{}) || c.locs[l] {
		return
	}
	c.locs[l] = true
	for _, s := range c.stores[l] {
		if !c.exact(s.Parent()) {
			c.volatile[l] = true
			continue
		}
		c.need(s)
		switch s := s.(type) { // the value may not have been needed before
		case *ssa.Send:
			c.value(s.X)
		case *ssa.Select:
			for _, st := range s.States {
				if st.Send != nil {
					c.value(st.Send)
				}
			}
		}
	}
}
