package skeleton

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/coretype"
	"github.com/leaklint/leaklint/internal/explore/prog"
	"github.com/leaklint/leaklint/internal/fact"
)

// Knowledge tells what a call of a function of another package does; false if
// that is unknown. It is summary.Result.Func in analysis.
type Knowledge func(*types.Func) (*fact.FuncFact, bool)

// know returns what a call does that leaves the package, nil if unknown.
func (ix *Index) know(com *ssa.CallCommon) *fact.FuncFact {
	fn := calleeOf(com)
	if fn == nil || ix.Know == nil {
		return nil
	}
	f, ok := ix.Know(fn)
	if !ok {
		return nil
	}
	if f == nil {
		return new(fact.FuncFact)
	}
	return f
}

// idle reports whether a call that leaves the package does nothing to its
// arguments and keeps none of them.
func (ix *Index) idle(com *ssa.CallCommon) bool {
	if apiOf(calleeOf(com)) != apiNone {
		return true // an instruction of the machine, compiled as such
	}
	if w, ok := ix.writings[com]; ok {
		return !w.Keeps
	}
	if f := ix.know(com); f != nil {
		return !f.Opaque && len(f.Effects) == 0
	}
	return keepsNothing(com)
}

// ends says how a call ends that never returns.
func (ix *Index) ends(com *ssa.CallCommon) fact.End {
	switch apiOf(calleeOf(com)) {
	case apiExit:
		return fact.EndsProcess
	case apiGoexit:
		return fact.EndsGoroutine
	}
	if f := ix.know(com); f != nil {
		return f.Ends
	}
	return fact.Returns
}

// EndsGoroutine reports whether a call in the block ends its goroutine, as
// t.Fatal and its helpers do.
func (ix *Index) EndsGoroutine(b *ssa.BasicBlock) bool {
	for _, instr := range b.Instrs {
		if call, ok := instr.(*ssa.Call); ok && ix.ends(&call.Call) == fact.EndsGoroutine {
			return true
		}
	}
	return false
}

// stubCall compiles a call of code in another package from its fact
// (docs/design.md section 6.3): what it must do is done, what it may do is
// allowed for the time of the call, what it keeps is open for ever.
func (f *function) stubCall(com *ssa.CallCommon, dst []prog.Slot) {
	k := f.c.ix.know(com)
	if k == nil || k.Opaque {
		if k != nil || !keepsNothing(com) {
			f.openArgs(com)
		}
		f.unknownInto(dst, resultTypes(com), com, "calls "+calleeName(com))
		f.ended(k)
		return
	}
	s := &stub{f: f, com: com, k: k}
	s.effects()
	f.unknownInto(dst, resultTypes(com), com, "calls "+calleeName(com))
	s.same(dst)
	for _, d := range s.during {
		f.emit(prog.OpEndMay, prog.NoSlot, d.on).Env = d.ops
	}
	f.ended(k)
}

// openArgs hands all that a call is given to unseen code.
func (f *function) openArgs(com *ssa.CallCommon) {
	if com.IsInvoke() {
		f.openValue(com.Value)
	}
	for _, a := range com.Args {
		f.openValue(a)
	}
	f.lendAll(nil)
}

// ended writes the end of a call that never returns.
func (f *function) ended(k *fact.FuncFact) {
	if k == nil {
		return
	}
	switch k.Ends {
	case fact.EndsProcess:
		f.emit(prog.OpExit, prog.NoSlot)
	case fact.EndsGoroutine:
		f.emit(prog.OpGoexit, prog.NoSlot)
	}
}

// A stub is one call being written from its fact.
type stub struct {
	f      *function
	com    *ssa.CallCommon
	k      *fact.FuncFact
	during []openness // ended with the call
	opened map[ssa.Value]bool
}

// An openness is what the environment may do to a primitive for a time.
type openness struct {
	on  prog.Operand
	ops prog.EnvOps
}

// effects writes the effects of the fact, in its order.
func (s *stub) effects() {
	s.opened = map[ssa.Value]bool{}
	for _, e := range s.k.Effects {
		v := s.value(e.On)
		if v == nil || !s.f.c.ix.flow.carries(v.Type()) || !s.f.known(v) || s.opened[v] {
			continue
		}
		s.effect(e, v)
	}
}

// value returns the argument that a place starts at.
func (s *stub) value(p fact.Place) ssa.Value {
	recv := 0
	if !s.com.IsInvoke() && s.com.Signature().Recv() != nil {
		recv = 1
	}
	switch p.Root {
	case fact.RecvRoot:
		return receiver(s.com)
	case fact.ParamRoot:
		if i := p.Index + recv; i < len(s.com.Args) {
			return s.com.Args[i]
		}
	}
	return nil
}

// mustOps are the instructions for what a callee does to an argument itself.
var mustOps = map[fact.Op]prog.Op{
	fact.Close: prog.OpClose, fact.Send: prog.OpSend, fact.Receive: prog.OpRecv, fact.Done: prog.OpDone,
	fact.Lock: prog.OpLock, fact.Unlock: prog.OpUnlock, fact.RLock: prog.OpRLock, fact.RUnlock: prog.OpRUnlock,
	fact.Signal: prog.OpSignal, fact.Broadcast: prog.OpBroadcast, fact.Stop: prog.OpTimerStop,
}

// mayOps are what the environment may do while a callee runs.
var mayOps = map[fact.Op]prog.EnvOps{
	fact.Close: prog.EnvClose, fact.Send: prog.EnvSend, fact.Receive: prog.EnvRecv, fact.Drain: prog.EnvRecv,
	fact.Poll: prog.EnvSend | prog.EnvRecv, fact.Done: prog.EnvDone, fact.Unlock: prog.EnvUnlock,
	fact.RUnlock: prog.EnvUnlock, fact.Signal: prog.EnvSignal, fact.Broadcast: prog.EnvSignal, fact.Reset: prog.EnvFire,
}

// effect writes one effect on the argument v.
func (s *stub) effect(e fact.Effect, v ssa.Value) {
	f := s.f
	if e.Op == fact.Call && e.On.Path == "" {
		s.called(e, v)
		return
	}
	if e.Op == fact.Return && s.returnsSame(e) || e.Op == fact.Load || e.Op == fact.Derive {
		return
	}
	if e.Op == fact.Drain && s.mustDrain(e.On) && e.On.Path == "" {
		s.drain(v)
		return
	}
	if e.Op == fact.Receive && s.mustDrain(e.On) {
		return // in the loop that drains it
	}
	op, ok := mustOps[e.Op]
	if ok && e.On.Path == "" && e.Where == fact.Here && e.Lo == 1 && e.Hi == 1 {
		f.emit(op, prog.NoSlot, f.val(v))
		return
	}
	env, ok := mayOps[e.Op]
	if ok && e.On.Path == "" && e.Where <= fact.Joined {
		s.may(e, v, env)
		return
	}
	if e.Op == fact.Wait || e.Op == fact.Add {
		return // it returns when it may
	}
	s.opened[v] = true
	f.open(f.val(v))
	f.lendAll(v)
}

// may lets the environment make operations that the callee may make on v. One that
// polls has another way out, such as a context: who waits for it may be left
// waiting. Of any other nobody knows whether it has done so (RecvLoop(c, n) where
// n values are sent), and what it may have done, like a close, stays.
func (s *stub) may(e fact.Effect, v ssa.Value, env prog.EnvOps) {
	if s.k.May(fact.Poll, e.On) {
		s.f.emit(prog.OpMay, prog.NoSlot, s.f.val(v)).Env = env
		s.during = append(s.during, openness{s.f.val(v), env})
	} else {
		s.f.emit(prog.OpOpen, prog.NoSlot, s.f.val(v)).Env = env
	}
}

// drain receives from v until it is closed.
func (s *stub) drain(v ssa.Value) {
	f := s.f
	ok, head, end := f.fb.Slot("ok"), f.fb.Label(), f.fb.Label()
	f.fb.Place(head)
	f.note(f.emit(prog.OpRecv, prog.NoSlot, f.val(v)), f.cur.Pos(), "receiving from "+nameOf(v)).Results(prog.NoSlot, ok)
	f.count()
	f.fb.If(prog.S(ok), head, end)
	f.fb.Place(end)
}

// mustDrain reports whether the callee receives from a channel until that is
// closed.
func (s *stub) mustDrain(p fact.Place) bool { return s.k.MustHere(fact.Drain, p) }

// returnsSame reports whether a Return effect is told by a result that is the
// argument itself.
func (s *stub) returnsSame(e fact.Effect) bool {
	for _, r := range s.k.Results {
		if r.Kind == fact.Same && r.From == e.On {
			return true
		}
	}
	return false
}

// called writes the calls of a function argument.
func (s *stub) called(e fact.Effect, v ssa.Value) {
	f := s.f
	sig, ok := coretype.Of(v.Type()).(*types.Signature)
	if !ok {
		s.opened[v] = true
		f.open(f.val(v))
		return
	}
	var args []prog.Operand
	for i := range sig.Params().Len() {
		args = append(args, prog.S(f.unknown(sig.Params().At(i).Type(), "arg")))
	}
	dst := make([]prog.Slot, sig.Results().Len())
	for i := range dst {
		dst[i] = prog.NoSlot
	}
	switch e.Where {
	case fact.Here, fact.Joined:
		s.times(e, func() {
			f.count()
			f.fb.Call(dst, f.val(v), args...).At(prog.Pos(f.cur.Pos()), "calls the function")
		}, func() {})
	case fact.Spawned:
		s.times(e, func() {
			a := f.emit(prog.OpGo, prog.NoSlot, append([]prog.Operand{f.val(v)}, args...)...)
			fl := f.loopFlag(f.cur)
			if e.Hi > 1 {
				fl = prog.Loop
			}
			f.note(a, f.cur.Pos(), "starts a goroutine").With(fl, prog.AssumeNone)
		}, func() { f.open(f.val(v)) }) // it may still be called
	default:
		s.opened[v] = true
		f.open(f.val(v))
	}
}

// times writes once as often as the bounds of an effect say, and behind the
// choice not to call again what is left then. Two calls of one callee with the
// same arguments call their functions the same number of times.
func (s *stub) times(e fact.Effect, once, left func()) {
	f := s.f
	if e.Lo == 0 && e.Hi == fact.Many {
		if n, ok := f.c.counts.repeats(f.fn, s.com); ok {
			s.counted(n, once)
			left()
			return
		}
	}
	for range min(int(e.Lo), 3) {
		once()
	}
	if e.Hi <= e.Lo {
		return
	}
	again, none, end := f.fb.Label(), f.fb.Label(), f.fb.Label()
	choice := func(kind prog.Assume) {
		f.count()
		f.fb.Add(prog.Instr{Op: prog.OpChoose, Assume: kind, Pos: prog.Pos(f.cur.Pos())}).To(again, none)
	}
	if e.Lo == 0 {
		choice(prog.AssumeCallback)
	} else {
		choice(prog.AssumeUnknown) // it has run already
	}
	f.fb.Place(again)
	once()
	if e.Hi-e.Lo > 1 {
		choice(prog.AssumeUnknown)
	} else {
		f.jump(end)
	}
	f.fb.Place(none)
	left()
	f.fb.Place(end)
}

// counted writes once as often as the symbol n says.
func (s *stub) counted(n prog.SymID, once func()) {
	f := s.f
	i, more := f.fb.Slot("i"), f.fb.Slot("more")
	head, again, end := f.fb.Label(), f.fb.Label(), f.fb.Label()
	f.copyTo(i, prog.Scaled(0, n))
	f.fb.Place(head)
	f.emit(prog.OpLt, more, prog.S(i), prog.Sym(n, 0))
	f.count()
	f.fb.If(prog.S(more), again, end)
	f.fb.Place(again)
	once()
	f.emit(prog.OpAdd, i, prog.S(i), prog.Int(1))
	f.jump(head)
	f.fb.Place(end)
}

// same copies the arguments that results are.
func (s *stub) same(dst []prog.Slot) {
	for _, r := range s.k.Results {
		if r.Kind != fact.Same || r.Index >= len(dst) || dst[r.Index] == prog.NoSlot {
			continue
		}
		if v := s.value(r.From); v != nil && r.From.Path == "" && s.f.known(v) {
			s.f.copyTo(dst[r.Index], s.f.val(v))
		}
	}
}
