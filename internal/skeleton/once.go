package skeleton

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/explore/prog"
)

// once compiles Once.Do, OnceFunc and OnceValue.
func (f *function) once(a api, v *ssa.Call) {
	args := v.Call.Args
	if a == apiOnceDo {
		f.count()
		f.fb.Call(nil, prog.FuncValue(f.c.onceDo()), f.val(args[0]), f.val(args[1])).At(prog.Pos(v.Pos()), "calls Do on "+nameOf(args[0]))
		return
	}
	o := f.fb.Slot("once")
	f.note(f.emit(prog.OpNew, o), v.Pos(), "makes the Once").Imm(int(f.c.onceLayout()))
	n := 0
	if res := resultTypes(&v.Call); res.Len() == 1 {
		if sig, ok := sigOf(res.At(0).Type()); ok {
			n = sig.Results().Len()
		}
	}
	f.emit(prog.OpClosure, f.slot(v), prog.S(o), f.val(args[0])).Imm(int(f.c.onceCall(n)))
}

// onceLayout is an object that holds a Once.
func (c *compiler) onceLayout() prog.LayoutID {
	if l := c.layouts["$once"]; l != nil {
		return l.id
	}
	l := &layout{size: 1, id: c.b.Layout("once", prog.Field{Name: "once", Prim: prog.Once})}
	c.layouts["$once"] = l
	return l.id
}

// onceDo returns the body of Once.Do.
func (c *compiler) onceDo() prog.FuncID {
	if id, ok := c.stubs["$oncedo"]; ok {
		return id
	}
	fb := c.newFunc("Once.Do", 2, 0, 0, nil)
	fb.Func().Stub = true
	c.stubs["$oncedo"] = fb.ID
	f := &function{c: c, fb: fb}
	f.onceBody(prog.S(0), prog.S(1), 0)
	f.count()
	fb.Ret()
	return fb.ID
}

// onceBody runs fn if o has not been run: the end is marked in a defer, since
// a panic counts as done too.
func (f *function) onceBody(o, fn prog.Operand, results int) {
	c, fb := f.c, f.fb
	d := fb.Slot("first")
	f.emit(prog.OpOnceBegin, d, o).At(0, "waiting for the Once body")
	yes, no := fb.Label(), fb.Label()
	f.count()
	fb.If(prog.S(d), yes, no)
	fb.Place(yes)
	end := prog.FuncValue(c.own(c.b.Thunk(prog.OpOnceEnd, 0, "ends the Once body")))
	f.emit(prog.OpDefer, prog.NoSlot, end, o)
	dst := make([]prog.Slot, results)
	for i := range dst {
		dst[i] = prog.NoSlot
	}
	f.count()
	fb.Call(dst, fn)
	f.emit(prog.OpRunDefers, prog.NoSlot)
	fb.Place(no)
}

// onceCall returns the function that sync.OnceFunc returns, or OnceValue with
// n results; it captures its Once and the body.
func (c *compiler) onceCall(n int) prog.FuncID {
	key := "$oncecall" + string(rune('0'+n))
	if id, ok := c.stubs[key]; ok {
		return id
	}
	fb := c.newFunc("once value", 0, 2, n, nil)
	fb.Func().Stub = true
	c.stubs[key] = fb.ID
	f := &function{c: c, fb: fb}
	f.onceBody(prog.S(0), prog.S(1), n)
	var vals []prog.Operand
	for range n {
		s := fb.Slot("r")
		f.emit(prog.OpUnknown, s)
		vals = append(vals, prog.S(s))
	}
	f.count()
	fb.Ret(vals...)
	return fb.ID
}

// UnderOnce reports whether fn runs under a Once only: as its function, or
// called by that.
func (ix *Index) UnderOnce(fn *ssa.Function) bool {
	seen := map[*ssa.Function]bool{}
	var under func(*ssa.Function) bool
	under = func(fn *ssa.Function) bool {
		if isEntry(fn) || len(ix.callers[fn]) == 0 {
			return false
		}
		if seen[fn] {
			return true // as far as the other callers say
		}
		seen[fn] = true
		for _, call := range ix.callers[fn] {
			if _, launched := call.(*ssa.Go); launched {
				return false
			}
			switch apiOf(calleeOf(call.Common())) {
			case apiOnceDo, apiOnceFunc, apiOnceValue:
			default:
				if !under(call.Parent()) {
					return false
				}
			}
		}
		return true
	}
	return under(fn)
}

// MayRunUnderOnce reports whether fn may run in the body of a Once.
func (ix *Index) MayRunUnderOnce(fn *ssa.Function) bool {
	if ix.underOnce == nil {
		ix.underOnce = map[*ssa.Function]bool{}
		for _, caller := range ix.Funcs {
			for _, call := range callsIn(caller) {
				ix.enterOnce(call)
			}
		}
	}
	return ix.underOnce[fn]
}

// enterOnce adds what a call has a Once run, if it does.
func (ix *Index) enterOnce(call ssa.CallInstruction) {
	switch apiOf(calleeOf(call.Common())) {
	case apiOnceDo, apiOnceFunc, apiOnceValue:
	default:
		return
	}
	for _, a := range call.Common().Args {
		cl := ix.flow.of(a)
		if cl == nil {
			continue
		}
		for list := slices.Clone(cl.members().funcs); len(list) > 0; {
			fn := list[len(list)-1]
			list = list[:len(list)-1]
			if !ix.underOnce[fn] {
				ix.underOnce[fn] = true
				for _, d := range ix.digestOf(fn).runs {
					list = append(list, d.fn)
				}
			}
		}
	}
}
