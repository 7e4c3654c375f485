package summary

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/fact"
)

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
	if !ok || f.Opaque {
		args := t.args
		if t.recv != nil {
			args = append([]ssa.Value{t.recv}, args...)
		}
		sc.keep(args, where)
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
