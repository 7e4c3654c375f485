package stay

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/endless"
	"github.com/leaklint/leaklint/internal/lazyssa"
	"github.com/leaklint/leaklint/internal/spawn"
)

// Ctx is where the context of a watcher comes from.
type Ctx int

const (
	OtherCtx  Ctx = iota // derived here, of a request, or not known
	NoEnd                // context.Background or TODO: never ends
	KeptCtx              // a field of an object that outlives the call
	CallerCtx            // a parameter of the launching function
)

// findWatchers collects the goroutines that are started any number of times
// and that only the end of a context ends.
func (r *Result) findWatchers() {
	for _, s := range r.Launches.Sites {
		if s.Lifetime == spawn.Process || s.Instr == nil {
			continue
		}
		for _, body := range s.Bodies {
			if w := r.watcher(Launch{s, body}); w != nil {
				r.Watchers = append(r.Watchers, w)
				break
			}
		}
	}
}

// watcher returns the watcher that a goroutine is, or nil.
func (r *Result) watcher(l Launch) *Watcher {
	waits := r.Judge.OnlyByCtx(l.Body)
	if len(waits) == 0 || r.onlyTest(l, waits[0].At.Parent()) {
		return nil
	}
	w := &Watcher{Launch: l, At: waits[0].At}
	var keeper ssa.Value
	for i, wait := range waits {
		ctx, owner := r.classify(l, wait.Ctx)
		if i > 0 && ctx != w.Ctx || ctx == OtherCtx {
			return nil // more than one way out
		}
		w.Ctx, keeper = ctx, owner
	}
	if w.Ctx == CallerCtx {
		w.param, _ = keeper.(*ssa.Parameter)
		keeper = nil
		w.Left = r.restOf(l)
	}
	w.Holds = r.holdsOfCall(l, keeper)
	w.Served = w.Holds == nil
	w.Deaf = returnedCancel(l)
	return w
}

// returnedCancel returns the cancel function that the goroutine has in common
// with the callers of its launching function, or nil.
func returnedCancel(l Launch) *ssa.Extract {
	for _, h := range l.Site.Holds(l.Body) {
		cancel, ok := spawn.Origin(h.Outer).(*ssa.Extract)
		if ok && lazyssa.IsCancelFunc(cancel.Type()) && isReturned(cancel) {
			return cancel
		}
	}
	return nil
}

// isReturned reports whether the function that gets v from a call returns it.
func isReturned(v *ssa.Extract) bool {
	for _, b := range v.Parent().Blocks {
		ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		if !ok {
			continue
		}
		if slices.ContainsFunc(ret.Results, func(r ssa.Value) bool { return spawn.Origin(r) == v }) {
			return true
		}
	}
	return false
}

// classify says where a context of a goroutine comes from, and which object
// keeps it, or which parameter it is.
func (r *Result) classify(l Launch, v ssa.Value) (Ctx, ssa.Value) {
	if v == nil {
		return OtherCtx, nil
	}
	return r.classifyOuter(l, outer(l, v), 0)
}

// outer returns the value of the launching function that v, a value of the
// goroutine's body, stands for: captured variables are looked up by their
// bindings already, parameters are what the launch passes.
func outer(l Launch, v ssa.Value) ssa.Value {
	v = spawn.Origin(v)
	for _, h := range l.Site.Holds(l.Body) {
		if h.Inner == v {
			return spawn.Origin(h.Outer)
		}
	}
	return v
}

// classifyOuter classifies a context by the value that makes it.
func (r *Result) classifyOuter(l Launch, v ssa.Value, depth int) (Ctx, ssa.Value) {
	switch v := v.(type) {
	case *ssa.Call:
		switch c := &v.Call; {
		case endless.IsFunc(c, "context", "Background"), endless.IsFunc(c, "context", "TODO"):
			return NoEnd, nil
		case endless.IsFunc(c, "context", "WithoutCancel"):
			return NoEnd, nil
		case endless.IsFunc(c, "context", "WithValue") && depth < 8:
			return r.classifyOuter(l, spawn.Origin(c.Args[0]), depth+1)
		}
	case *ssa.UnOp:
		if f, ok := v.X.(*ssa.FieldAddr); ok && v.Op == token.MUL {
			return r.kept(l, f)
		}
	case *ssa.Parameter:
		if v.Parent() != l.Body {
			return CallerCtx, v
		}
	}
	return OtherCtx, nil // also a parameter for which a starter passes something
}

// kept classifies a context that is read from a field: kept by an object, if
// that comes from outside the call. What the call makes itself may end it.
func (r *Result) kept(l Launch, f *ssa.FieldAddr) (Ctx, ssa.Value) {
	owner := spawn.Origin(f.X)
	for {
		inner, ok := owner.(*ssa.FieldAddr)
		if !ok {
			load, isLoad := owner.(*ssa.UnOp)
			if !isLoad {
				break
			}
			if inner, ok = load.X.(*ssa.FieldAddr); !ok {
				break
			}
		}
		owner = spawn.Origin(inner.X)
	}
	owner = outer(l, owner)
	if p, ok := owner.(*ssa.Parameter); ok && p.Parent() != l.Body {
		return KeptCtx, owner
	}
	return OtherCtx, nil
}

// holdsOfCall returns something that the goroutine holds and that has a life
// of its own, shorter than the keeper's: a parameter of the call, or a local
// that it goes on with after the launch, with a Close method, that is not the
// keeper and is not reached from it. A local that is handed over to the
// goroutine lives as long as that. It returns nil if there is none.
func (r *Result) holdsOfCall(l Launch, keeper ssa.Value) ssa.Value {
	for _, h := range l.Site.Holds(l.Body) {
		v := spawn.Origin(h.Outer)
		if v == keeper || !hasClose(v.Type()) || r.Launches.ProcessWide(v) {
			continue
		}
		switch v.(type) {
		case *ssa.Parameter:
		case *ssa.Call, *ssa.Extract, *ssa.Alloc:
			if !usedAfter(h.Outer, l.Site.Instr) {
				continue
			}
		default:
			continue
		}
		if !keptBy(v, keeper) {
			return h.Outer
		}
	}
	return nil
}

// usedAfter reports whether the launching function uses v, or the variable that
// holds it, after the launch.
func usedAfter(v ssa.Value, launch ssa.CallInstruction) bool {
	if v.Referrers() == nil {
		return false
	}
	for _, ref := range *v.Referrers() {
		if ref == launch || ref.Parent() != launch.Parent() || !launch.Block().Dominates(ref.Block()) {
			continue
		}
		if ref.Block() != launch.Block() || index(ref) > index(launch) {
			return true
		}
	}
	return false
}

// index returns the place of an instruction in its block.
func index(instr ssa.Instruction) int { return slices.Index(instr.Block().Instrs, instr) }

// hasClose reports whether values of t have a method Close, or t points to a
// variable that holds one.
func hasClose(t types.Type) bool {
	if obj, _, _ := types.LookupFieldOrMethod(t, true, nil, "Close"); obj != nil {
		_, ok := obj.(*types.Func)
		return ok
	}
	if p, ok := t.Underlying().(*types.Pointer); ok {
		if _, ok := p.Elem().Underlying().(*types.Interface); ok {
			return hasClose(p.Elem())
		}
	}
	return false
}

// keptBy reports whether the launching function takes v from the keeper, or
// stores it where the keeper's other methods can find it.
func keptBy(v, keeper ssa.Value) bool {
	if keeper == nil {
		return false
	}
	if call, ok := v.(*ssa.Call); ok && slices.Contains(call.Call.Args, keeper) {
		return true
	}
	if ex, ok := v.(*ssa.Extract); ok {
		return keptBy(ex.Tuple, keeper)
	}
	return isStored(v)
}

// isStored reports whether v, or the local variable that holds it, is stored
// anywhere but in local variables.
func isStored(v ssa.Value) bool {
	if v.Referrers() == nil {
		return false
	}
	for _, ref := range *v.Referrers() {
		switch ref := ref.(type) {
		case *ssa.Store:
			cell, local := ref.Addr.(*ssa.Alloc)
			if ref.Val == v && (!local || loadIsStored(cell)) {
				return true
			}
		case *ssa.MakeInterface, *ssa.ChangeInterface, *ssa.ChangeType:
			if isStored(ref.(ssa.Value)) {
				return true
			}
		case *ssa.MapUpdate:
			return true
		}
	}
	return false
}

// loadIsStored reports whether what a local variable holds is stored elsewhere.
func loadIsStored(cell *ssa.Alloc) bool {
	for _, ref := range *cell.Referrers() {
		if load, ok := ref.(*ssa.UnOp); ok && isStored(load) {
			return true
		}
	}
	return false
}
