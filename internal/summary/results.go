package summary

import (
	"go/constant"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/fact"
	"github.com/leaklint/leaklint/internal/lazyssa"
	"github.com/leaklint/leaklint/internal/valueflow"
)

// results returns what holds of the results of fn on every normal return that
// does not return nil there.
func (f *family) results(fn *ssa.Function) []fact.ResultFact {
	returns := f.returnsOf(fn)
	var out []fact.ResultFact
	for k := range fn.Signature.Results().Len() {
		for _, r := range f.commonFacts(returns, k) {
			out = append(out, r)
			if isHandle(r.Kind) {
				out = append(out, givenWith(f, fn, returns, k)...)
			}
		}
	}
	return out
}

// commonFacts returns what is true of result k of all returns.
func (f *family) commonFacts(returns []returned, k int) []fact.ResultFact {
	var common map[fact.ResultFact]bool
	var order []fact.ResultFact
	nilSomewhere := false
	for _, ret := range returns {
		if k >= len(ret.results) {
			continue
		}
		v := ret.results[k]
		if isNil(v) {
			nilSomewhere = true // agrees with everything but "not nil"
			continue
		}
		if f.isIdle(v) {
			continue // so does a function that does nothing, also with "not nil"
		}
		facts := f.resultFacts(v, k, ret.at, 0)
		here := make(map[fact.ResultFact]bool)
		for _, r := range facts {
			here[r] = true
		}
		if common == nil {
			common, order = here, facts
			continue
		}
		for r := range common {
			if !here[r] {
				delete(common, r)
			}
		}
	}
	var out []fact.ResultFact
	for _, r := range order {
		if common[r] && (r.Kind != fact.NotNil || !nilSomewhere) {
			delete(common, r) // once
			out = append(out, r)
		}
	}
	return out
}

// maxResultDepth bounds the steps from a result to where it was made.
const maxResultDepth = 6

// resultFacts returns what is known of the value v, returned as result k.
func (f *family) resultFacts(v ssa.Value, k int, ret *ssa.Return, depth int) []fact.ResultFact {
	if depth > maxResultDepth {
		return nil
	}
	vs := f.values(v)
	if len(vs) != 1 || vs[0].may || vs[0].path != "" && !isParam(vs[0].root) {
		return nil
	}
	notNil := fact.ResultFact{Index: k, Kind: fact.NotNil}
	switch root := vs[0].root.(type) {
	case *ssa.Parameter:
		if p := f.param(root, vs[0].path); !p.IsZero() && !vs[0].addr && (f.s.reach.value(v) || lazyssa.IsContext(v.Type())) {
			return []fact.ResultFact{{Index: k, Kind: fact.Same, From: p}}
		}
	case *ssa.Alloc:
		if f.s.reach.value(v) && nilable(v.Type()) {
			return []fact.ResultFact{notNil}
		}
	case *ssa.MakeChan:
		return []fact.ResultFact{notNil, f.freshChan(root, k)}
	case *ssa.Function:
		return []fact.ResultFact{notNil}
	case *ssa.MakeClosure:
		facts := []fact.ResultFact{notNil}
		if r, ok := f.releaseClosure(root, k, ret); ok {
			facts = append(facts, r)
		} else if r, ok := f.ownCancel(root, k, ret); ok {
			facts = append(facts, r)
		}
		return facts
	case *ssa.Call:
		return f.calleeResult(root, 0, k, ret)
	case *ssa.Extract:
		if call, ok := root.Tuple.(*ssa.Call); ok {
			return f.calleeResult(call, root.Index, k, ret)
		}
	}
	return nil
}

// isParam reports whether the root is a parameter.
func isParam(root any) bool {
	_, ok := root.(*ssa.Parameter)
	return ok
}

// freshChan describes a channel made here.
func (f *family) freshChan(mc *ssa.MakeChan, k int) fact.ResultFact {
	r := fact.ResultFact{Index: k, Kind: fact.FreshChan, N: -1}
	if c, ok := mc.Size.(*ssa.Const); ok && c.Value != nil {
		if n, exact := constant.Int64Val(c.Value); exact && 0 <= n && n < 1<<16 {
			r.N = int(n)
		}
	} else if vs := f.values(mc.Size); len(vs) == 1 && !vs[0].may {
		if p, ok := vs[0].root.(*ssa.Parameter); ok {
			r.From = f.param(p, vs[0].path)
		}
	}
	return r
}

// calleeResult passes on what the callee says of its result i, returned as
// result k.
func (f *family) calleeResult(call *ssa.Call, i, k int, ret *ssa.Return) []fact.ResultFact {
	t, ok := f.s.target(&call.Call)
	if !ok {
		return nil
	}
	callee, ok := f.s.known(t.fn)
	if !ok {
		return nil
	}
	var facts []fact.ResultFact
	for _, r := range callee.ResultsOf(i) {
		if r.Kind == fact.Same || r.Kind == fact.GivenWith || isHandle(r.Kind) && f.keptBeside(call, i, nil) {
			continue // followed already; or somebody else can release it
		}
		r.Index = k
		if r.Kind == fact.Release || r.Kind == fact.StopsTimer {
			r.N = f.returnedWith(call, r.N, ret)
		}
		r.From = f.fromCaller(t, r.From)
		facts = append(facts, r)
	}
	return facts
}

// isHandle reports whether results of the kind have to be released.
func isHandle(k fact.ResultKind) bool {
	switch k {
	case fact.Release, fact.StopsTimer, fact.FreshTimer, fact.FreshTicker, fact.FreshAfter:
		return true
	}
	return false
}

// keptBeside reports whether result i of the call goes elsewhere than into
// results: to a callee, an object or a goroutine. Then the caller is not the
// only one who can release it. A goroutine that need not call it does not count,
// nor what undone reports true of.
func (f *family) keptBeside(call *ssa.Call, i int, undone func(valueflow.Use) bool) bool {
	v := valueflow.Result(call, i)
	if v == nil {
		return false
	}
	for _, u := range valueflow.From(v).Uses {
		if undone != nil && undone(u) {
			continue
		}
		_, launched := u.Instr.(*ssa.Go)
		switch u.Kind {
		case valueflow.Tested, valueflow.Captured, valueflow.Read:
		case valueflow.Called:
			if launched && !f.mayForget(u, call, i) {
				return true
			}
		case valueflow.Returned:
			if _, function := u.Value.Type().Underlying().(*types.Signature); u.Inside && !function {
				return true // an object that is returned has it too
			}
		case valueflow.Argument:
			if callee := u.Call().Common().StaticCallee(); launched || u.Inside || u.Index != 0 || callee == nil || callee.Signature.Recv() == nil {
				return true // not a method of the timer itself
			}
		default:
			return true
		}
	}
	return false
}

// mayForget reports whether the goroutine of a literal, which captures result i
// of the call, can end without calling it.
func (f *family) mayForget(u valueflow.Use, call *ssa.Call, i int) bool {
	mc, ok := u.Value.(*ssa.MakeClosure)
	if !ok {
		return false
	}
	effects, ok := f.s.literals[mc.Fn.(*ssa.Function)]
	for _, e := range effects {
		if c, n := callOf(e.on.root); c == call && n == i && (e.op != fact.Call || e.lo > 0) {
			return false
		}
	}
	return ok
}

// fromCaller returns a place of the callee as a place of this function.
func (f *family) fromCaller(t target, p fact.Place) fact.Place {
	if vs := f.atPlace(t, p); len(vs) == 1 && !vs[0].may {
		if root, ok := vs[0].root.(*ssa.Parameter); ok {
			return f.param(root, vs[0].path)
		}
	}
	return fact.Place{}
}

// returnedWith returns the index of the result in which ret hands out result n
// of the call, or -1.
func (f *family) returnedWith(call *ssa.Call, n int, ret *ssa.Return) int {
	if n < 0 {
		return -1
	}
	for i, v := range ret.Results {
		if stored := storedResult(v, ret.Block()); stored != nil {
			v = stored
		}
		if f.isDerived(v, call, n, 0) {
			return i
		}
	}
	return -1
}

// isDerived reports whether v may be result n of the call, or a context that is
// derived from it and ends with it.
func (f *family) isDerived(v ssa.Value, call *ssa.Call, n, depth int) bool {
	for _, r := range f.values(v) {
		c, j := callOf(r.root)
		if c == call && j == n && r.path == "" {
			return true
		}
		if c == nil || r.path != "" || depth > maxResultDepth {
			continue
		}
		t, ok := f.s.target(&c.Call)
		if !ok {
			continue
		}
		callee, ok := f.s.known(t.fn)
		if !ok {
			continue
		}
		for _, d := range callee.ResultsOf(j) {
			if arg := t.argument(d.From); d.Kind == fact.DerivedCtx && d.From.Path == "" && arg != nil && f.isDerived(arg, call, n, depth+1) {
				return true
			}
		}
	}
	return false
}

// releaseClosure reports whether a literal or bound method that is returned is
// a release function: whenever it is called, it calls one, or stops a timer or
// ticker that was made here.
func (f *family) releaseClosure(mc *ssa.MakeClosure, k int, ret *ssa.Return) (fact.ResultFact, bool) {
	fn := mc.Fn.(*ssa.Function)
	if fn.Parent() == nil {
		return f.boundRelease(mc, k, ret)
	}
	for _, e := range f.s.literals[fn] {
		if e.lo == 0 || e.where != fact.Here || e.on.path != "" || madeInside(e.on.root, fn) {
			continue
		}
		if r, ok := f.release(e.op, e.on.root, k, ret); ok {
			return r, true
		}
		if r, ok := f.unregisters(fn, e, k, ret); ok {
			return r, true
		}
	}
	return fact.ResultFact{}, false
}

// madeInside reports whether a call in fn, or in a literal of it, makes what
// stands at the root: func(ctx) { ctx, cancel := …; defer cancel() } releases
// what it has made itself, and leaves nothing to release where it is not called.
func madeInside(root any, fn *ssa.Function) bool {
	call, _ := callOf(root)
	if call == nil {
		return false
	}
	for in := call.Parent(); in != nil; in = in.Parent() {
		if in == fn {
			return true
		}
	}
	return false
}

// sharedCancel reports whether a literal may call a cancel function that
// somebody else has got as well: an object that a context carries, for instance.
func (f *family) sharedCancel(fn *ssa.Function) bool {
	for _, e := range f.s.literals[fn] {
		call, i := callOf(e.on.root)
		if e.op != fact.Call || call == nil || madeInside(e.on.root, fn) {
			continue
		}
		t, ok := f.s.target(&call.Call)
		if !ok {
			continue
		}
		callee, ok := f.s.known(t.fn)
		if !ok {
			continue
		}
		if _, releases := callee.Releases(i); releases && f.keptBeside(call, i, nil) {
			return true
		}
	}
	return false
}

// ownCancel reports whether a literal or bound method is the cancel function of
// a context that fn makes in a way of its own: it is returned as a
// context.CancelFunc beside a context, and does something.
func (f *family) ownCancel(mc *ssa.MakeClosure, k int, ret *ssa.Return) (fact.ResultFact, bool) {
	res := f.top.Signature.Results()
	fn := mc.Fn.(*ssa.Function)
	if ret.Parent() != f.top || !lazyssa.IsCancelFunc(res.At(k).Type()) || doesNothing(fn) || f.sharedCancel(fn) {
		return fact.ResultFact{}, false
	}
	for i := range res.Len() {
		if lazyssa.IsContext(res.At(i).Type()) && !isNil(ret.Results[i]) {
			return fact.ResultFact{Index: k, Kind: fact.Release, N: i, Of: f.top.Pkg.Pkg.Name() + "." + f.top.Name()}, true
		}
	}
	return fact.ResultFact{}, false
}

// doesNothing reports whether calls of fn have no effect.
func doesNothing(fn *ssa.Function) bool {
	for instr := range lazyssa.Instrs([]*ssa.Function{fn}) {
		switch instr.(type) {
		case ssa.CallInstruction, *ssa.Store, *ssa.MapUpdate, *ssa.Send:
			return false
		}
	}
	return true
}

// boundRelease reports whether the bound method stops a timer made here.
func (f *family) boundRelease(mc *ssa.MakeClosure, k int, ret *ssa.Return) (fact.ResultFact, bool) {
	t, ok := f.s.callee(mc, nil)
	if !ok || t.recv == nil {
		return fact.ResultFact{}, false
	}
	callee, ok := f.s.known(t.fn)
	if !ok || !callee.Must(fact.Stop, fact.Recv("")) {
		return fact.ResultFact{}, false
	}
	if vs := f.values(t.recv); len(vs) == 1 && vs[0].path == "" {
		return f.release(fact.Stop, vs[0].root, k, ret)
	}
	return fact.ResultFact{}, false
}

// release returns the fact that doing op to root releases something: root is a
// release function that is called, or a timer or ticker that is stopped.
func (f *family) release(op fact.Op, root any, k int, ret *ssa.Return) (fact.ResultFact, bool) {
	call, i := callOf(root)
	if call == nil {
		return fact.ResultFact{}, false
	}
	for _, r := range f.calleeResult(call, i, k, ret) {
		switch {
		case op == fact.Call && (r.Kind == fact.Release || r.Kind == fact.StopsTimer):
			return r, true
		case op == fact.Stop && (r.Kind == fact.FreshTimer || r.Kind == fact.FreshTicker || r.Kind == fact.FreshAfter):
			return fact.ResultFact{Index: k, Kind: fact.StopsTimer, N: f.returnedWith(call, i, ret), Of: r.Of}, true
		}
	}
	return fact.ResultFact{}, false
}

// callOf returns the call of which root is result i.
func callOf(root any) (call *ssa.Call, i int) {
	switch root := root.(type) {
	case *ssa.Call:
		if _, tuple := root.Type().(*types.Tuple); !tuple {
			return root, 0
		}
	case *ssa.Extract:
		if call, ok := root.Tuple.(*ssa.Call); ok {
			return call, root.Index
		}
	}
	return nil, 0
}
