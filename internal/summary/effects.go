package summary

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/fact"
	"github.com/leaklint/leaklint/internal/lazyssa"
)

// A key is what an effect does, to what, when: all of fact.Effect but the
// bounds, in the refs of a family.
type key struct {
	op    fact.Op
	on    ref
	where fact.Where
	to    ref
	by    ref
}

// bounds are the lower and upper bound of an effect.
type bounds struct{ lo, hi uint8 }

// once is what an instruction does that is executed once.
var once = bounds{1, 1}

// times multiplies bounds: an effect of a call that happens so often.
func (b bounds) times(c bounds) bounds {
	return bounds{uint8(min(int(b.lo)*int(c.lo), maxLo)), saturate(int(b.hi) * int(c.hi))}
}

// maxLo is where lower bounds stop counting.
const maxLo = 8

// saturate cuts an upper bound at Many; a product with Many is Many or zero.
func saturate(n int) uint8 { return uint8(min(n, fact.Many)) }

// An event is an effect of one instruction.
type event struct {
	key
	bounds
	block *ssa.BasicBlock
}

// An effect is an effect of a function, over all its paths.
type effect struct {
	key
	bounds
}

// A scan collects the events of one function of a family.
type scan struct {
	*family
	fn     *ssa.Function
	block  *ssa.BasicBlock
	events []event
}

// maxEffects is the number of effects of one function beyond which its summary
// is opaque.
const maxEffects = 160

// summarize returns the effects of fn, a function of the family whose inner
// literals are summarised already. It reports false over budget.
func (f *family) summarize(fn *ssa.Function) ([]effect, bool) {
	sc := &scan{family: f, fn: fn}
	for _, b := range fn.Blocks {
		sc.block = b
		for _, instr := range b.Instrs {
			sc.instr(instr)
		}
	}
	sc.escapedLiterals()
	return sc.bound()
}

// add adds an event on every place that v may be.
func (sc *scan) add(op fact.Op, v ssa.Value, k key, n bounds) {
	sc.addValues(op, sc.values(v), k, n)
}

// addValues adds an event on every one of the values; only a value that the
// operand certainly is has a lower bound.
func (sc *scan) addValues(op fact.Op, vs []value, k key, n bounds) {
	for _, v := range vs {
		e := event{key: k, bounds: n, block: sc.block}
		e.op, e.on = op, v.ref
		if v.may || len(vs) > 1 {
			e.lo = 0
		}
		sc.s.touch(v, op, sc.fn)
		sc.events = append(sc.events, e)
	}
}

// instr adds the events of one instruction.
func (sc *scan) instr(instr ssa.Instruction) {
	switch instr := instr.(type) {
	case *ssa.Send:
		sc.add(fact.Send, instr.Chan, key{}, once)
		sc.escape(fact.Store, instr.X, sc.one(instr.Chan))
	case *ssa.UnOp:
		switch instr.Op {
		case token.ARROW:
			sc.receive(instr)
		case token.MUL:
			sc.loaded(instr.X)
		}
	case *ssa.Field:
		sc.s.load(fieldOf(instr.X.Type(), instr.Field), sc.fn)
	case *ssa.Select:
		sc.selectStates(instr)
	case *ssa.Store:
		sc.store(instr)
	case *ssa.MapUpdate:
		to := sc.one(instr.Map)
		sc.escape(fact.Store, instr.Key, to)
		sc.escape(fact.Store, instr.Value, to)
	case *ssa.Return:
		for i, v := range instr.Results {
			sc.escape(fact.Return, v, ref{root: resultIndex(i)})
		}
	case ssa.CallInstruction:
		sc.call(instr)
	}
}

// loaded records that fields and variables are read through the address.
func (sc *scan) loaded(addr ssa.Value) {
	for _, v := range sc.values(addr) {
		if v.addr {
			sc.s.load(v.last, sc.fn)
		}
	}
}

// receive adds a receive, and a drain if it is the head of a loop that only
// the end of the channel leaves.
func (sc *scan) receive(instr *ssa.UnOp) {
	if head := instr.Block(); instr.CommaOk && drains(head) {
		sc.add(fact.Receive, instr.X, key{}, bounds{0, fact.Many})
		sc.block = head.Succs[1] // drained once, when the loop is left
		sc.add(fact.Drain, instr.X, key{}, once)
		sc.block = head
		return
	}
	sc.add(fact.Receive, instr.X, key{}, once)
}

// drains reports whether head, which receives with ok, is left only when ok is
// false: all ways round through the true side come back to head or never
// return.
func drains(head *ssa.BasicBlock) bool {
	n := len(head.Instrs)
	cond, ok := head.Instrs[n-1].(*ssa.If)
	if !ok {
		return false
	}
	if x, ok := cond.Cond.(*ssa.Extract); !ok || x.Index != 1 || x.Tuple.(ssa.Instruction).Block() != head {
		return false
	}
	exit := head.Succs[1]
	seen := map[*ssa.BasicBlock]bool{head: true}
	work := []*ssa.BasicBlock{head.Succs[0]}
	for len(work) > 0 {
		b := work[len(work)-1]
		work = work[:len(work)-1]
		if seen[b] {
			continue
		}
		seen[b] = true
		if b == exit || len(b.Instrs) == 0 {
			return false
		}
		if _, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok {
			return false
		}
		work = append(work, b.Succs...)
	}
	return true
}

// selectStates adds what a select may do. A select of one case without default
// is the operation itself.
func (sc *scan) selectStates(instr *ssa.Select) {
	for _, st := range instr.States {
		op := fact.Receive
		if st.Dir == types.SendOnly {
			op = fact.Send
			sc.escape(fact.Store, st.Send, sc.one(st.Chan))
		}
		if instr.Blocking && len(instr.States) == 1 {
			sc.add(op, st.Chan, key{}, once)
			continue
		}
		sc.add(op, st.Chan, key{}, bounds{0, 1})
		sc.add(fact.Poll, st.Chan, key{}, once)
	}
}

// store adds the store of a value, unless it only sets a local variable.
func (sc *scan) store(instr *ssa.Store) {
	if sc.variable(instr.Addr) != nil {
		return
	}
	dests := sc.values(instr.Addr)
	for _, d := range dests {
		sc.s.touch(d, fact.Set, sc.fn)
	}
	to := ref{}
	if len(dests) == 1 {
		to = dests[0].ref
	}
	sc.escape(fact.Store, instr.Val, to)
}

// escape adds that v, and thereby what it holds, goes to a place.
func (sc *scan) escape(op fact.Op, v ssa.Value, to ref) {
	if sc.s.reach.value(v) || op == fact.Return && lazyssa.IsContext(v.Type()) {
		sc.add(op, v, key{to: to}, once)
	}
}

// one returns the place that v is, if it is one only.
func (sc *scan) one(v ssa.Value) ref {
	if vs := sc.values(v); len(vs) == 1 {
		return vs[0].ref
	}
	return ref{}
}

// call adds the effects of a call, defer or go instruction. A deferred call is
// taken to happen where it is deferred: it runs on every way out from there.
func (sc *scan) call(instr ssa.CallInstruction) {
	common := instr.Common()
	where := fact.Here
	if _, ok := instr.(*ssa.Go); ok {
		where = fact.Spawned
	}
	if b, ok := common.Value.(*ssa.Builtin); ok {
		sc.builtin(b.Name(), common, where)
		return
	}
	result, _ := instr.(*ssa.Call)
	if t, ok := sc.s.target(common); ok {
		sc.apply(t, result, where, once)
		return
	}
	sc.callValue(common.Value, common.Args, result, where, once)
}

// builtin adds the effects of a builtin.
func (sc *scan) builtin(name string, common *ssa.CallCommon, where fact.Where) {
	switch name {
	case "close":
		sc.add(fact.Close, common.Args[0], key{where: where}, once)
	case "append":
		if len(common.Args) == 2 {
			sc.escape(fact.Store, common.Args[1], sc.one(common.Args[0]))
		}
	}
}

// callValue adds the effects of calling the function value v: those of the
// literals and functions that it may be, else that it is called and that the
// arguments go to unknown code.
func (sc *scan) callValue(v ssa.Value, args []ssa.Value, result *ssa.Call, where fact.Where, n bounds) {
	vs := sc.values(v)
	unknown := len(vs) == 0
	for _, v := range vs {
		m := n
		if v.may || len(vs) > 1 {
			m.lo = 0
		}
		if fn, ok := v.root.(ssa.Value); ok && v.path == "" {
			if t, ok := sc.s.callee(fn, args); ok {
				sc.apply(t, result, where, m)
				continue
			}
		}
		sc.addValues(fact.Call, []value{v}, key{where: where}, m)
		unknown = true
	}
	if unknown {
		sc.keep(args, where)
	}
}

// keep adds that the values go to code that cannot be seen.
func (sc *scan) keep(args []ssa.Value, where fact.Where) {
	for _, arg := range args {
		if sc.s.reach.value(arg) {
			sc.add(fact.Keep, arg, key{where: where}, once)
		}
	}
}

// apply adds the effects of running the target n times.
func (sc *scan) apply(t target, result *ssa.Call, where fact.Where, n bounds) {
	if t.lit != nil {
		sc.applyLiteral(t, where, n)
		return
	}
	f, ok := sc.s.known(t.fn)
	switch {
	case !ok || f.Opaque:
		args := t.args
		if t.recv != nil {
			args = append([]ssa.Value{t.recv}, args...)
		}
		sc.keep(args, where)
	case f.IsZero() && sc.s.mayHaveNoFact(t.fn):
		for _, arg := range t.args {
			if !lazyssa.OfInterest(arg.Type()) {
				sc.keep([]ssa.Value{arg}, where)
			}
		}
	}
	if !ok {
		return
	}
	by := groupOf(f)
	for _, e := range f.Effects {
		sc.applyEffect(t, e, by, result, where, n)
	}
}

// groupOf returns the WaitGroup that the function certainly lowers: if it is
// started as a goroutine, a Wait on that waits for the goroutine.
func groupOf(f *fact.FuncFact) fact.Place {
	for _, e := range f.Effects {
		if e.Op == fact.Done && e.Where == fact.Here && e.Lo > 0 {
			return e.On
		}
	}
	return fact.Place{}
}

// applyEffect adds one effect of a callee at its call.
func (sc *scan) applyEffect(t target, e fact.Effect, group fact.Place, result *ssa.Call, where fact.Where, n bounds) {
	k := key{where: compose(where, e.Where), to: sc.placeRef(t, e.To, result), by: sc.placeRef(t, e.By, result)}
	if where == fact.Spawned && k.where == fact.Spawned && e.Where == fact.Here {
		k.by = sc.placeRef(t, group, result)
	}
	m := bounds{e.Lo, e.Hi}.times(n)
	if e.Op == fact.Return {
		return // the result is followed instead
	}
	if arg := t.argument(e.On); arg != nil && e.Op.Escapes() && !sc.s.reach.value(arg) {
		return // a context: see reach
	}
	if e.Op == fact.Call && e.On.Path == "" {
		if arg := t.argument(e.On); arg != nil {
			sc.runArgument(arg, k, m)
			return
		}
	}
	if e.On.Root == fact.ResultRoot {
		if r := sc.placeRef(t, e.On, result); r != (ref{}) {
			sc.addValues(e.Op, []value{{ref: r}}, k, m)
		}
		return
	}
	sc.addValues(e.Op, sc.atPlace(t, e.On), k, m)
}

// runArgument adds that the callee calls its function argument.
func (sc *scan) runArgument(arg ssa.Value, k key, n bounds) {
	vs := sc.values(arg)
	for _, v := range vs {
		m := n
		if v.may || len(vs) > 1 {
			m.lo = 0
		}
		fn, ok := v.root.(ssa.Value)
		if ok && v.path == "" {
			if t, ok := sc.s.callee(fn, nil); ok {
				sc.applyAt(t, k, m)
				continue
			}
		}
		sc.addValues(fact.Call, []value{v}, k, m)
	}
}

// applyAt adds the effects of a function value that somebody else runs.
func (sc *scan) applyAt(t target, k key, n bounds) {
	before := len(sc.events)
	sc.apply(t, nil, k.where, n)
	for i := before; i < len(sc.events); i++ {
		e := &sc.events[i]
		if e.by == (ref{}) && (e.where == fact.Spawned || e.where == fact.Later) {
			e.by = k.by
		}
	}
}

// applyLiteral adds the effects of a function literal of the family; its own
// parameters are what it is called with.
func (sc *scan) applyLiteral(t target, where fact.Where, n bounds) {
	effects, ok := sc.s.literals[t.lit]
	if !ok {
		// Recursive through a variable, over budget, or synthetic: it may do
		// to captured variables whatever its body says; assume unknown code.
		if mc := sc.made[t.lit]; mc != nil {
			for _, b := range mc.Bindings {
				sc.keepCaptured(b, where)
			}
		}
		sc.keep(t.args, where)
		return
	}
	group := ref{}
	for _, e := range effects {
		if e.op == fact.Done && e.where == fact.Here && e.lo > 0 {
			group = e.on
			break
		}
	}
	for _, e := range effects {
		k := key{where: compose(where, e.where), to: e.to, by: e.by}
		if where == fact.Spawned && e.where == fact.Here {
			k.by = group
		}
		m := e.bounds.times(n)
		p, isParam := e.on.root.(*ssa.Parameter)
		if !isParam || p.Parent() != t.lit {
			if _, isResult := e.on.root.(resultIndex); !isResult {
				sc.events = append(sc.events, event{key: key{e.op, e.on, k.where, resultless(k.to), resultless(k.by)}, bounds: m, block: sc.block})
			}
			continue
		}
		sc.applyParam(t, e, p, k, m)
	}
}

// applyParam adds an effect on a parameter of a literal.
func (sc *scan) applyParam(t target, e effect, p *ssa.Parameter, k key, n bounds) {
	for i, q := range t.lit.Params {
		if q != p || i >= len(t.args) {
			continue
		}
		k.to, k.by = resultless(k.to), resultless(k.by)
		if e.op == fact.Call && e.on.path == "" {
			sc.runArgument(t.args[i], k, n)
			return
		}
		for _, v := range sc.values(t.args[i]) {
			if e.on.path != "" {
				v = v.along(e.on.path)
			}
			sc.addValues(e.op, []value{v}, k, n)
		}
		return
	}
}

// resultless forgets a place in the results of a literal.
func resultless(r ref) ref {
	if _, ok := r.root.(resultIndex); ok {
		return ref{}
	}
	return r
}

// keepCaptured adds that unknown code holds what the captured variable holds.
func (sc *scan) keepCaptured(binding ssa.Value, where fact.Where) {
	for _, v := range sc.values(binding) {
		if v.addr {
			sc.addValues(fact.Keep, sc.contents(v, binding.Type()), key{where: where}, bounds{0, fact.Many})
		} else {
			sc.addValues(fact.Keep, []value{v}, key{where: where}, bounds{0, fact.Many})
		}
	}
}

// compose says when an effect happens that is inner within a call that is
// made outer.
func compose(outer, inner fact.Where) fact.Where {
	if outer == fact.Joined && inner == fact.Here {
		return fact.Joined
	}
	return max(outer, inner)
}

// placeRef returns a place of the callee as a ref of the caller, where it is
// one.
func (sc *scan) placeRef(t target, p fact.Place, result *ssa.Call) ref {
	switch p.Root {
	case fact.RecvRoot, fact.ParamRoot:
		if vs := sc.atPlace(t, p); len(vs) == 1 {
			return vs[0].ref
		}
	case fact.ResultRoot:
		if v := resultOf(result, p.Index); v != nil {
			return ref{root: v, path: p.Path}
		}
	}
	return ref{}
}

// resultOf returns result i of the call, if it is used.
func resultOf(call *ssa.Call, i int) ssa.Value {
	if call == nil {
		return nil
	}
	if _, tuple := call.Type().(*types.Tuple); !tuple {
		return call
	}
	for _, instr := range *call.Referrers() {
		if x, ok := instr.(*ssa.Extract); ok && x.Index == i {
			return x
		}
	}
	return nil
}

// escapedLiterals adds what literals and bound methods may do that were
// returned, stored or handed on: later, whenever somebody calls them.
func (sc *scan) escapedLiterals() {
	n := len(sc.events)
	for i := range n {
		e := sc.events[i]
		if e.op != fact.Store && e.op != fact.Return && e.op != fact.Keep || e.on.path != "" {
			continue
		}
		fn, ok := e.on.root.(ssa.Value)
		if !ok {
			continue
		}
		t, ok := sc.s.callee(fn, nil)
		if !ok {
			continue
		}
		sc.block = e.block
		sc.applyAt(t, key{where: fact.Later, by: e.to}, bounds{1, 1})
	}
}
