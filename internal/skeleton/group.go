package skeleton

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/coretype"
	"github.com/leaklint/leaklint/internal/explore/prog"
)

// The fields of a group in the machine: a WaitGroup, the cancel function of
// its context, and the semaphore of its limit.
const (
	groupWG = iota
	groupCancel
	groupSem
)

// groupFields are they; a struct with a group by value has them in its place.
var groupFields = []prog.Field{
	groupWG:     {Name: "wg", Prim: prog.WaitGroup},
	groupCancel: {Name: "cancel", Zero: prog.Nil},
	groupSem:    {Name: "sem", Zero: prog.Nil},
}

// sigOf returns the signature under t.
func sigOf(t types.Type) (*types.Signature, bool) {
	s, ok := coretype.Of(t).(*types.Signature)
	return s, ok
}

// groupLayout is the object of an errgroup.Group.
func (c *compiler) groupLayout() prog.LayoutID {
	if l := c.layouts["$group"]; l != nil {
		return l.id
	}
	l := &layout{size: len(groupFields), id: c.b.Layout("errgroup", groupFields...)}
	c.layouts["$group"] = l
	return l.id
}

// groupNew makes a group.
func (f *function) groupNew(d prog.Slot, cancel prog.Operand) {
	f.emit(prog.OpNew, d).Imm(int(f.c.groupLayout()))
	if cancel.Kind == prog.KindNil {
		return
	}
	p := f.fb.Slot("p")
	f.emit(prog.OpField, p, prog.S(d)).Imm(groupCancel)
	f.emit(prog.OpStore, prog.NoSlot, prog.S(p), cancel)
}

// callGroup compiles the functions of package errgroup.
func (f *function) callGroup(a api, v *ssa.Call) bool {
	args := v.Call.Args
	switch a {
	case apiGroupWithContext:
		t := f.tuple(v)
		ctx, cancel := f.fb.Slot("ctx"), f.fb.Slot("cancel")
		f.note(f.emit(prog.OpCtxNew, ctx, f.val(args[0])), v.Pos(), "derives the context")
		f.emit(prog.OpClosure, cancel, prog.S(ctx)).Imm(int(f.c.cancelFunc(0)))
		if t[0] != prog.NoSlot {
			f.groupNew(t[0], prog.S(cancel))
		}
		if t[1] != prog.NoSlot {
			f.copyTo(t[1], prog.S(ctx))
		}
	case apiGroupGo, apiGroupTryGo:
		f.groupGo(v, args, a == apiGroupTryGo)
	case apiGroupWait:
		f.count()
		f.fb.Call(nil, prog.FuncValue(f.c.groupWait()), f.val(args[0])).At(prog.Pos(v.Pos()), "waiting for "+nameOf(args[0]))
		if f.c.cone.values[v] {
			f.unknownTo(f.slot(v), v.Type())
		}
	case apiGroupSetLimit:
		p, s := f.fb.Slot("p"), f.fb.Slot("sem")
		f.emit(prog.OpField, p, f.val(args[0])).Imm(groupSem)
		f.note(f.emit(prog.OpMake, s, f.val(args[1])), v.Pos(), "limits "+nameOf(args[0]))
		f.emit(prog.OpStore, prog.NoSlot, prog.S(p), prog.S(s))
		if _, ok := constInt(args[1]); !ok {
			f.open(prog.S(s)) // an unknown limit
		}
	default:
		return false
	}
	return true
}

// groupGo compiles g.Go(fn): wait for a place under the limit, then start.
// g.TryGo(fn) does not wait, and says whether it has started fn.
func (f *function) groupGo(v *ssa.Call, args []ssa.Value, try bool) {
	g := f.val(args[0])
	p, s, c, wg := f.fb.Slot("p"), f.fb.Slot("sem"), f.fb.Slot("c"), f.fb.Slot("wg")
	f.emit(prog.OpField, p, g).Imm(groupSem)
	f.emit(prog.OpLoad, s, prog.S(p))
	f.emit(prog.OpNe, c, prog.S(s), prog.Nil)
	limited, start, end := f.fb.Label(), f.fb.Label(), f.fb.Label()
	started := f.wanted(v)
	f.count()
	f.fb.If(prog.S(c), limited, start)
	f.fb.Place(limited)
	if try {
		f.tryPlace(v, s, started, start, end)
	} else {
		f.note(f.emit(prog.OpSend, prog.NoSlot, prog.S(s), prog.Nil), v.Pos(), "waiting for a place in "+nameOf(args[0]))
	}
	f.fb.Place(start)
	f.emit(prog.OpField, wg, g).Imm(groupWG)
	f.emit(prog.OpAddWG, prog.NoSlot, prog.S(wg), prog.Int(1))
	a := f.emit(prog.OpGo, prog.NoSlot, prog.FuncValue(f.c.groupRun()), g, f.val(args[1]))
	f.note(a, v.Pos(), "starts a goroutine").With(f.loopFlag(v), prog.AssumeNone)
	if started != prog.NoSlot {
		f.copyTo(started, prog.True)
	}
	f.fb.Place(end)
}

// tryPlace takes a place under the limit if there is one, and goes on to start;
// otherwise nothing is started, and it goes on to end.
func (f *function) tryPlace(v *ssa.Call, sem, started prog.Slot, start, end prog.Label) {
	at, free := f.fb.Slot("case"), f.fb.Slot("free")
	f.count()
	f.fb.Select(at, prog.Case{Send: true, Chan: prog.S(sem), Dst: prog.NoSlot, Ok: prog.NoSlot, Target: -1, Pos: prog.Pos(v.Pos())},
		prog.Case{Default: true, Dst: prog.NoSlot, Ok: prog.NoSlot, Target: -1, Pos: prog.Pos(v.Pos())}).At(prog.Pos(v.Pos()), "tries to start a goroutine")
	f.emit(prog.OpEq, free, prog.S(at), prog.Int(0))
	full := f.fb.Label()
	f.count()
	f.fb.If(prog.S(free), start, full)
	f.fb.Place(full)
	if started != prog.NoSlot {
		f.copyTo(started, prog.False)
	}
	f.jump(end)
}

// groupRun returns the body of a goroutine of a group.
func (c *compiler) groupRun() prog.FuncID {
	if id, ok := c.stubs["$grouprun"]; ok {
		return id
	}
	fb := c.newFunc("errgroup.Go", 2, 0, 0, nil)
	c.stubs["$grouprun"] = fb.ID
	f := &function{c: c, fb: fb}
	f.emit(prog.OpDefer, prog.NoSlot, prog.FuncValue(c.groupDone()), prog.S(0))
	err, bad := fb.Slot("err"), fb.Slot("bad")
	f.count()
	fb.Call([]prog.Slot{err}, prog.S(1))
	f.emit(prog.OpNe, bad, prog.S(err), prog.Nil)
	fail, end := fb.Label(), fb.Label()
	f.count()
	fb.If(prog.S(bad), fail, end).With(0, prog.AssumeError)
	fb.Place(fail)
	f.callField(prog.S(0), groupCancel)
	fb.Place(end)
	f.emit(prog.OpRunDefers, prog.NoSlot)
	f.count()
	fb.Ret()
	return fb.ID
}

// groupDone returns what a goroutine of a group does in the end.
func (c *compiler) groupDone() prog.FuncID {
	fb := c.newFunc("errgroup.done", 1, 0, 0, nil)
	f := &function{c: c, fb: fb}
	p, s, ok, wg := fb.Slot("p"), fb.Slot("sem"), fb.Slot("c"), fb.Slot("wg")
	f.emit(prog.OpField, p, prog.S(0)).Imm(groupSem)
	f.emit(prog.OpLoad, s, prog.S(p))
	f.emit(prog.OpNe, ok, prog.S(s), prog.Nil)
	limited, end := fb.Label(), fb.Label()
	f.count()
	fb.If(prog.S(ok), limited, end)
	fb.Place(limited)
	f.emit(prog.OpRecv, prog.NoSlot, prog.S(s))
	fb.Place(end)
	f.emit(prog.OpField, wg, prog.S(0)).Imm(groupWG)
	f.emit(prog.OpDone, prog.NoSlot, prog.S(wg))
	f.count()
	fb.Ret()
	return fb.ID
}

// callField calls the function in a field of a group, if there is one.
func (f *function) callField(g prog.Operand, field int) {
	p, fn, ok := f.fb.Slot("p"), f.fb.Slot("fn"), f.fb.Slot("ok")
	f.emit(prog.OpField, p, g).Imm(field)
	f.emit(prog.OpLoad, fn, prog.S(p))
	f.emit(prog.OpNe, ok, prog.S(fn), prog.Nil)
	yes, no := f.fb.Label(), f.fb.Label()
	f.count()
	f.fb.If(prog.S(ok), yes, no)
	f.fb.Place(yes)
	f.emit(prog.OpCall, prog.NoSlot, prog.S(fn))
	f.fb.Place(no)
}

// groupWait returns the body of Group.Wait.
func (c *compiler) groupWait() prog.FuncID {
	if id, ok := c.stubs["$groupwait"]; ok {
		return id
	}
	fb := c.newFunc("errgroup.Wait", 1, 0, 0, nil)
	fb.Func().Stub = true
	c.stubs["$groupwait"] = fb.ID
	f := &function{c: c, fb: fb}
	wg := fb.Slot("wg")
	f.emit(prog.OpField, wg, prog.S(0)).Imm(groupWG)
	f.emit(prog.OpWaitWG, prog.NoSlot, prog.S(wg)).At(0, "waiting for the group")
	f.callField(prog.S(0), groupCancel)
	f.count()
	fb.Ret()
	return fb.ID
}
