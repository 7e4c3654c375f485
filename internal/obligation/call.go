package obligation

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/fact"
	"github.com/leaklint/leaklint/internal/known"
	"github.com/leaklint/leaklint/internal/paths"
	"github.com/leaklint/leaklint/internal/valueflow"
)

// call handles a call, go or defer statement.
func (t *trace) call(st *paths.State, call ssa.CallInstruction) paths.Effect {
	common := call.Common()
	if t.comesLater(call) {
		return paths.Continue
	}
	if st.Armed() && t.handle.Release(common, st.IsTracked) {
		if d, ok := call.(*ssa.Defer); ok {
			t.addDefer(d)
		}
		return t.released()
	}
	if !common.IsInvoke() {
		if rel, what := t.relation(st, common.Value); rel == isClosure {
			if _, ok := call.(*ssa.Defer); !ok { // a deferred closure is judged at the exit
				if t.runs(st, call, what.(*ssa.MakeClosure)) {
					return paths.Settled
				}
			}
		} else if rel == candidate {
			if _, ok := call.(*ssa.Go); ok {
				st.Mark(paths.Mark{Kind: out, V: what})
			}
		}
	} else if !t.looks(call) && t.leave(st, common.Value) == paths.Settled {
		return paths.Settled
	}
	effect := paths.Continue
	for i, arg := range common.Args {
		if t.argument(st, call, i, arg) == paths.Settled {
			effect = paths.Settled
		}
	}
	return effect
}

// looks reports whether a method call leaves its receiver with nobody.
func (t *trace) looks(call ssa.CallInstruction) bool {
	return t.handle.Looks != nil && t.handle.Looks(call)
}

// addDefer notes a deferred release, once.
func (t *trace) addDefer(d *ssa.Defer) {
	for _, e := range t.verdict.Deferred {
		if e == d {
			return
		}
	}
	t.verdict.Deferred = append(t.verdict.Deferred, d)
}

// deferred handles a deferred call at an exit: closures, and calls that were
// given the address of a variable that has got the handle since. Other arguments
// were judged where they were evaluated.
func (t *trace) deferred(st *paths.State, d *ssa.Defer) paths.Effect {
	if t.comesLater(d) {
		return paths.Continue
	}
	for i, arg := range d.Call.Args {
		if rel, _ := t.relation(st, arg); rel != isObject {
			continue
		}
		if f, place, ok := t.calleeFact(staticCallee(d), i); ok && f.MustDrop(place) {
			continue // it only looks
		}
		if t.argument(st, d, i, arg) == paths.Settled {
			return paths.Settled
		}
	}
	rel, what := t.relation(st, d.Call.Value)
	if d.Call.IsInvoke() || rel != isClosure {
		return paths.Continue
	}
	if t.runs(st, d, what.(*ssa.MakeClosure)) {
		t.addDefer(d)
		return paths.Settled
	}
	return paths.Continue
}

// argument handles argument i of a call.
func (t *trace) argument(st *paths.State, call ssa.CallInstruction, i int, arg ssa.Value) paths.Effect {
	rel, what := t.relation(st, arg)
	if rel == none {
		return paths.Continue
	}
	if b, ok := call.Common().Value.(*ssa.Builtin); ok && (rel == candidate || looksOnly(b)) {
		return paths.Continue
	}
	callee := staticCallee(call)
	if call.Common().IsInvoke() && t.Only != nil {
		callee = t.Only(call)
		i++ // its receiver is no argument of the call
	}
	if t.ignores(callee, i) {
		if rel != candidate {
			t.drop(call, callee, nil)
		}
		return paths.Continue
	}
	switch rel {
	case candidate:
		st.Mark(paths.Mark{Kind: out, V: what})
		return paths.Continue
	case isClosure:
		if !t.mayRelease(st, what.(*ssa.MakeClosure)) {
			return paths.Continue
		}
		if t.onlyReturns(callee, i) {
			return t.handedBack(st, call, callee)
		}
	case isHandle:
		if o := t.param(callee, i); o != nil {
			if o.returns {
				return t.handedBack(st, call, callee)
			}
			if o.settles {
				t.verdict.Passed = t.verdict.Passed || !o.may
				return t.released()
			}
			t.drop(call, callee, o.at)
			return paths.Continue
		}
		if t.onlyReturns(callee, i) {
			return t.handedBack(st, call, callee)
		}
		if t.factDrops(callee, i) {
			t.drop(call, callee, nil)
			return paths.Continue
		}
	}
	return t.passed()
}

// looksOnly reports whether a builtin function does nothing with what it is given
// but look at it.
func looksOnly(b *ssa.Builtin) bool {
	switch b.Name() {
	case "len", "cap", "print", "println":
		return true
	}
	return false
}

// staticCallee returns the function that the call names, as declared.
func staticCallee(call ssa.CallInstruction) *ssa.Function {
	fn := call.Common().StaticCallee()
	if fn != nil && fn.Origin() != nil {
		return fn.Origin()
	}
	return fn
}

// handedBack handles a callee that returns what it gets, or a function that
// releases it: the result stands for the handle, and if nothing takes it, it
// is lost.
func (t *trace) handedBack(st *paths.State, call ssa.CallInstruction, callee *ssa.Function) paths.Effect {
	result, ok := call.(*ssa.Call)
	if !ok || !valueflow.Used(result) {
		t.drop(call, callee, nil)
		return paths.Continue
	}
	if _, tuple := result.Type().(*types.Tuple); tuple {
		return t.passed() // not followed through several results
	}
	st.Alias(result, nil)
	return paths.Continue
}

// onlyReturns reports whether all that a callee of another package may do with
// argument i is to return it, or a function that releases it.
func (t *trace) onlyReturns(callee *ssa.Function, i int) bool {
	if callee != nil && len(callee.Blocks) > 0 {
		return false
	}
	f, place, ok := t.calleeFact(callee, i)
	if !ok || f.Opaque || len(f.EffectsOn(place)) == 0 {
		return false
	}
	result := fact.Result(0, "")
	for _, e := range f.Effects {
		switch {
		case !e.On.Within(place) && !place.Within(e.On):
		case e.Op == fact.Return && e.On == place && e.To == result:
		case e.Op == fact.Call && e.On == place && e.Where == fact.Later && e.By == result:
		default:
			return false
		}
	}
	return true
}

// drop notes a call that need not release what it gets, once. A method of the
// handle itself is nobody who gets it.
func (t *trace) drop(call ssa.CallInstruction, fn *ssa.Function, at ssa.Instruction) {
	if fn != nil && fn.Signature.Recv() != nil && t.flow.Is(receiver(call)) {
		return
	}
	for _, d := range t.verdict.Drops {
		if d.Call == call {
			return
		}
	}
	t.verdict.Drops = append(t.verdict.Drops, Drop{call, fn, at})
}

// receiver returns the receiver of a call of a method, nil for other calls.
func receiver(call ssa.CallInstruction) ssa.Value {
	common := call.Common()
	if fn := common.StaticCallee(); fn == nil || fn.Signature.Recv() == nil {
		return nil
	}
	return common.Args[0]
}

// calleeFact returns what is known of a callee without a body here, and the
// place of argument i.
func (t *trace) calleeFact(callee *ssa.Function, i int) (*fact.FuncFact, fact.Place, bool) {
	if callee == nil || t.Fact == nil {
		return nil, fact.Place{}, false
	}
	obj, ok := callee.Object().(*types.Func)
	if !ok {
		return nil, fact.Place{}, false
	}
	f, ok := t.Fact(obj)
	if !ok {
		return nil, fact.Place{}, false
	}
	sig := obj.Signature()
	if sig.Recv() != nil {
		if i == 0 {
			return f, fact.Recv(""), true
		}
		i--
	}
	if sig.Variadic() && i >= sig.Params().Len()-1 {
		return nil, fact.Place{}, false // inside a slice
	}
	return f, fact.Param(i, ""), true
}

// ignores reports whether a callee of another package certainly does nothing
// with argument i.
func (t *trace) ignores(callee *ssa.Function, i int) bool {
	if callee != nil && len(callee.Blocks) > 0 {
		return false
	}
	f, place, ok := t.calleeFact(callee, i)
	return ok && f.MustDrop(place)
}

// factDrops reports whether a callee of another package neither releases the
// handle on every way nor may keep it.
func (t *trace) factDrops(callee *ssa.Function, i int) bool {
	f, place, ok := t.calleeFact(callee, i)
	if !ok || f.Opaque || f.MayEscape(place) || runsOnce(callee) {
		return false
	}
	for _, e := range f.EffectsOn(place) {
		if e.Where != fact.Here {
			return false // on another goroutine, or later: it is theirs
		}
	}
	return !f.Must(fact.Call, place) && !f.Must(fact.Stop, place)
}

// runsOnce reports whether a function, such as Once.Do, calls its argument only
// the first time: whoever came first has released what the argument releases.
func runsOnce(fn *ssa.Function) bool {
	obj, ok := fn.Object().(*types.Func)
	if !ok {
		return false
	}
	api, ok := known.Lookup(obj)
	return ok && api.Once
}

// param follows the handle into parameter i of a function of this package; nil
// if its body is not known.
func (t *trace) param(callee *ssa.Function, i int) *outcome {
	if callee == nil || len(callee.Blocks) == 0 || i >= len(callee.Params) {
		return nil
	}
	key := paramKey{callee, i, t.handle.In != nil}
	if o, ok := t.params[key]; ok {
		return o
	}
	if t.params == nil {
		t.params = make(map[paramKey]*outcome)
	}
	t.params[key] = &outcome{settles: true} // recursion: in doubt it is released
	if t.depth >= maxDepth {
		return t.params[key]
	}
	sub := &trace{Checker: t.Checker, handle: t.handle, flow: valueflow.From(callee.Params[i]), verdict: &Verdict{}, depth: t.depth + 1}
	if t.handle.In != nil {
		sub.handle = t.handle.In(callee.Params[i])
	}
	sub.handle.Made, sub.handle.Value = nil, callee.Params[i]
	res := sub.search(callee, paths.Search{Tracked: callee.Params[i], Watch: sub.watch})
	o := judge(res)
	o.may = sub.verdict.Released
	o.returns = o.settles && sub.returns && !sub.verdict.Released
	t.params[key] = &o
	return &o
}

// runs follows a closure over the handle that the call runs, now or on a
// goroutine of its own, and reports whether the duty ends there.
func (t *trace) runs(st *paths.State, call ssa.CallInstruction, mc *ssa.MakeClosure) bool {
	_, async := call.(*ssa.Go)
	o := t.closure(st, mc, async)
	if o.settles {
		return true
	}
	if o.may && async && t.sharedWithOthers(mc.Fn.(*ssa.Function)) {
		t.verdict.Passed = true
		return true // several goroutines may release it: not told apart
	}
	if o.may || t.mentions(mc.Fn.(*ssa.Function)) {
		if fn := mc.Fn.(*ssa.Function); fn.Synthetic == "" { // else a method of its own, as a value
			t.drop(call, fn, o.at)
		}
	}
	return false
}

// sharedWithOthers reports whether a closure outside fn uses the handle too.
func (t *trace) sharedWithOthers(fn *ssa.Function) bool {
	for _, u := range t.flow.Uses {
		in := u.Instr.Parent()
		if in != t.handle.Value.Parent() && !within(in, fn) {
			return true
		}
	}
	return false
}

// closure runs the body of a closure from the state of its maker.
func (t *trace) closure(st *paths.State, mc *ssa.MakeClosure, later bool) outcome {
	fn := mc.Fn.(*ssa.Function)
	for _, f := range t.inside {
		if f == fn {
			return outcome{settles: true, may: true}
		}
	}
	if t.depth >= maxDepth || len(fn.Blocks) == 0 {
		return outcome{settles: true, may: true}
	}
	// A closure may capture the variable that holds it, and comes to itself then.
	t.depth++
	t.inside = append(t.inside, fn)
	defer func() {
		t.inside = t.inside[:len(t.inside)-1]
		t.depth--
	}()
	bind := make(map[ssa.Value]paths.Value)
	for i, b := range mc.Bindings {
		rel, _ := t.relation(st, b)
		// A method value has its receiver by value, which may hold the handle.
		if (rel == isHandle || rel == isObject && fn.Synthetic != "") && i < len(fn.FreeVars) {
			bind[fn.FreeVars[i]] = st.Eval(b)
		}
	}
	released, passed := t.verdict.Released, t.verdict.Passed
	t.verdict.Released, t.verdict.Passed = false, false
	res := t.search(fn, paths.Search{Inherit: st, Later: later, Bind: bind, Watch: t.watch})
	o := judge(res)
	o.may = o.may || t.verdict.Released || t.verdict.Passed
	t.verdict.Released = t.verdict.Released || released
	t.verdict.Passed = t.verdict.Passed || passed
	return o
}

// mayRelease reports whether the closure, if it is run at all, may release the
// handle or hand it on.
func (t *trace) mayRelease(st *paths.State, mc *ssa.MakeClosure) bool {
	released, passed := t.verdict.Released, t.verdict.Passed
	o := t.closure(st, mc, true)
	t.verdict.Released, t.verdict.Passed = released, passed // a question, no event
	return o.may || t.mentions(mc.Fn.(*ssa.Function))
}

// judge turns the result of a search of a body into its outcome. A way out
// that depends on a captured flag is in doubt; a body that never ends and
// never releases leaves the duty where it was.
func judge(res paths.Result) outcome {
	o := outcome{may: res.Settled}
	if res.Truncated {
		return outcome{settles: true, may: true}
	}
	for _, e := range res.Ends {
		if e.Kind == paths.Exit && (!e.Shared || !res.Settled) {
			o.at = e.At
			return o
		}
	}
	o.settles = res.Settled
	return o
}
