package skeleton

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/explore/prog"
)

// simpleAPIs are the calls that are one instruction on their receiver.
var simpleAPIs = map[api]struct {
	op     prog.Op
	phrase string
}{
	apiLock:        {prog.OpLock, "locking "},
	apiUnlock:      {prog.OpUnlock, "unlocks "},
	apiRLock:       {prog.OpRLock, "read-locking "},
	apiRUnlock:     {prog.OpRUnlock, "read-unlocks "},
	apiDone:        {prog.OpDone, "calls Done on "},
	apiWait:        {prog.OpWaitWG, "waiting for "},
	apiCondWait:    {prog.OpWait, "waiting on "},
	apiSignal:      {prog.OpSignal, "signals "},
	apiBroadcast:   {prog.OpBroadcast, "broadcasts "},
	apiTimerStop:   {prog.OpTimerStop, "stops "},
	apiTickerStop:  {prog.OpTimerStop, "stops "},
	apiTimerReset:  {prog.OpTimerReset, "resets "},
	apiTickerReset: {prog.OpTimerReset, "resets "},
	apiTryLock:     {prog.OpTryLock, "tries to lock "},
	apiTryRLock:    {prog.OpTryRLock, "tries to read-lock "},
}

// callAPI compiles a call of the api table; it reports whether it is one.
func (f *function) callAPI(v *ssa.Call) bool {
	com := &v.Call
	a := apiOf(calleeOf(com))
	if s, ok := simpleAPIs[a]; ok {
		recv := receiver(com)
		d := prog.NoSlot
		if sig := prog.SigOf(s.op); sig.MaxDst > 0 {
			d = f.wanted(v)
		}
		f.note(f.emit(s.op, d, f.val(recv)), v.Pos(), s.phrase+nameOf(recv))
		return true
	}
	switch a {
	case apiNone:
		return false
	case apiNothing:
		f.emit(prog.OpYield, prog.NoSlot)
	case apiExit:
		f.emit(prog.OpExit, prog.NoSlot)
	case apiGoexit:
		f.goexit(v)
	case apiAdd:
		f.note(f.emit(prog.OpAddWG, prog.NoSlot, f.val(com.Args[0]), f.val(com.Args[1])), v.Pos(), "adds to "+nameOf(com.Args[0]))
		if f.c.counts.clashes(com.Args[1]) {
			f.open(f.val(com.Args[0]))
		}
	case apiWgGo:
		f.wgGo(v)
	case apiOnceDo, apiOnceFunc, apiOnceValue:
		f.once(a, v)
	case apiRLocker:
		f.emit(prog.OpRLocker, f.slot(v), f.val(com.Args[0]))
	case apiNewCond:
		f.note(f.emit(prog.OpNewCond, f.slot(v), f.val(com.Args[0])), v.Pos(), "makes the condition variable")
	default:
		return f.callContext(a, v) || f.callTimer(a, v) || f.callAtomic(a, v) || f.callGroup(a, v) || f.callPipe(a, v)
	}
	return true
}

// callContext compiles the functions of package context.
func (f *function) callContext(a api, v *ssa.Call) bool {
	com := &v.Call
	switch a {
	case apiBackground, apiWithoutCancel:
		f.emit(prog.OpCtxRoot, f.slot(v))
	case apiWithCancel, apiWithTimeout, apiNotifyContext:
		t := f.tuple(v)
		d := t[0]
		if d == prog.NoSlot {
			d = f.fb.Slot("ctx")
		}
		in := f.note(f.emit(prog.OpCtxNew, d, f.val(com.Args[0])), v.Pos(), "derives the context")
		if a != apiWithCancel {
			in.With(prog.Timeout, prog.AssumeNone)
		}
		if t[1] != prog.NoSlot {
			params := resultTypes(com).At(1).Type().Underlying().(*types.Signature).Params().Len()
			f.emit(prog.OpClosure, t[1], prog.S(d)).Imm(int(f.c.cancelFunc(params)))
		}
	case apiWithValue:
		f.copyTo(f.slot(v), f.val(com.Args[0]))
	case apiCtxDone:
		f.emit(prog.OpCtxDone, f.slot(v), f.val(com.Value))
	case apiCtxErr:
		f.emit(prog.OpCtxErr, f.slot(v), f.val(receiver(com)))
	case apiCtxAfterFunc:
		d := f.fb.Slot("stop")
		f.note(f.emit(prog.OpCtxAfter, d, f.val(com.Args[0]), f.val(com.Args[1])), v.Pos(), "registers a function for the end of the context")
		if f.c.cone.values[v] {
			f.emit(prog.OpClosure, f.slot(v), prog.S(d)).Imm(int(f.c.stopFunc()))
		}
	default:
		return false
	}
	return true
}

// cancelFunc returns the function that ends the context it has captured.
func (c *compiler) cancelFunc(params int) prog.FuncID {
	return c.captured("cancel", params, 0, prog.OpCtxCancel, "cancels the context")
}

// stopFunc returns the function that stops the timer it has captured.
func (c *compiler) stopFunc() prog.FuncID {
	return c.captured("stop", 0, 1, prog.OpTimerStop, "stops the function")
}

// captured returns a function of one instruction on the value it captures.
func (c *compiler) captured(name string, params, results int, op prog.Op, phrase string) prog.FuncID {
	key := "$" + name + string(rune('0'+params))
	if id, ok := c.stubs[key]; ok {
		return id
	}
	fb := c.newFunc(name, params, 1, results, nil)
	c.stubs[key] = fb.ID
	f := &function{c: c, fb: fb}
	d := prog.NoSlot
	var res []prog.Operand
	if results > 0 {
		d = fb.Slot("r")
		res = append(res, prog.S(d))
	}
	f.emit(op, d, prog.S(prog.Slot(params))).At(0, phrase)
	f.count()
	fb.Ret(res...)
	return fb.ID
}

// callTimer compiles the functions of package time.
func (f *function) callTimer(a api, v *ssa.Call) bool {
	com := &v.Call
	d := prog.NoSlot
	if v.Type() != nil {
		d = f.slot(v)
	}
	switch a {
	case apiAfter, apiTick:
		op := prog.OpTimer
		if a == apiTick {
			op = prog.OpTicker
		}
		f.note(f.emit(op, d), v.Pos(), "makes the timer")
		f.emit(prog.OpTimerC, d, prog.S(d))
	case apiNewTimer:
		f.note(f.emit(prog.OpTimer, d), v.Pos(), "makes the timer")
	case apiNewTicker:
		f.note(f.emit(prog.OpTicker, d), v.Pos(), "makes the ticker")
	case apiAfterFunc:
		f.note(f.emit(prog.OpAfterFunc, d, f.val(com.Args[1])), v.Pos(), "starts a timer")
	default:
		return false
	}
	return true
}

// callAtomic compiles the operations of sync/atomic.
func (f *function) callAtomic(a api, v *ssa.Call) bool {
	args := v.Call.Args
	switch a {
	case apiAtomicLoad:
		if f.c.cone.values[v] {
			f.emit(prog.OpALoad, f.slot(v), f.val(args[0]))
		}
	case apiAtomicStore:
		f.emit(prog.OpAStore, prog.NoSlot, f.val(args[0]), f.val(args[1]))
	case apiAtomicAdd:
		f.emit(prog.OpAAdd, f.wanted(v), f.val(args[0]), f.val(args[1]))
	case apiAtomicSwap:
		f.emit(prog.OpASwap, f.wanted(v), f.val(args[0]), f.val(args[1]))
	case apiAtomicCAS:
		f.emit(prog.OpACas, f.wanted(v), f.val(args[0]), f.val(args[1]), f.val(args[2]))
	default:
		return false
	}
	return true
}

// callPipe compiles io.Pipe and its ends.
func (f *function) callPipe(a api, v *ssa.Call) bool {
	com := &v.Call
	switch a {
	case apiPipe:
		t := f.tuple(v)
		d := f.fb.Slot("pipe")
		f.note(f.emit(prog.OpPipe, d), v.Pos(), "makes the pipe")
		for _, s := range t {
			if s != prog.NoSlot {
				f.copyTo(s, prog.S(d))
			}
		}
	case apiPipeRead, apiPipeWrite:
		op, phrase := prog.OpPipeRead, "reading from "
		if a == apiPipeWrite {
			op, phrase = prog.OpPipeWrite, "writing to "
		}
		f.note(f.emit(op, prog.NoSlot, f.val(com.Args[0])), v.Pos(), phrase+nameOf(com.Args[0]))
		f.unknownInto(f.results(v), resultTypes(com), com, "returns")
	case apiPipeClose:
		f.note(f.emit(pipeClose(com), prog.NoSlot, f.val(com.Args[0])), v.Pos(), "closes "+nameOf(com.Args[0]))
		f.unknownInto(f.results(v), resultTypes(com), com, "returns")
	default:
		return false
	}
	return true
}

// pipeClose returns which end of a pipe a Close is for.
func pipeClose(com *ssa.CallCommon) prog.Op {
	if recv := com.Signature().Recv(); recv != nil && types.TypeString(recv.Type(), nil) == "*io.PipeWriter" {
		return prog.OpPipeCloseW
	}
	return prog.OpPipeCloseR
}

// wgGo compiles wg.Go(fn): add, then a goroutine that calls fn and is done.
func (f *function) wgGo(v *ssa.Call) {
	args := v.Call.Args
	f.note(f.emit(prog.OpAddWG, prog.NoSlot, f.val(args[0]), prog.Int(1)), v.Pos(), "adds to "+nameOf(args[0]))
	a := f.emit(prog.OpGo, prog.NoSlot, prog.FuncValue(f.c.wgRun()), f.val(args[0]), f.val(args[1]))
	f.note(a, v.Pos(), "starts a goroutine").With(f.loopFlag(v), prog.AssumeNone)
}

// loopFlag returns the flag for a launch in a loop that nothing bounds.
func (f *function) loopFlag(v ssa.Instruction) prog.Flags {
	if f.loops.unbounded(f, v.Block()) {
		return prog.Loop
	}
	return 0
}

// wgRun returns the body of a goroutine of WaitGroup.Go.
func (c *compiler) wgRun() prog.FuncID {
	if id, ok := c.stubs["$wgrun"]; ok {
		return id
	}
	fb := c.newFunc("wg.Go", 2, 0, 0, nil)
	c.stubs["$wgrun"] = fb.ID
	f := &function{c: c, fb: fb}
	done := prog.FuncValue(c.own(c.b.Thunk(prog.OpDone, 0, "calls Done")))
	f.emit(prog.OpDefer, prog.NoSlot, done, prog.S(0))
	f.emit(prog.OpCall, prog.NoSlot, prog.S(1))
	f.emit(prog.OpRunDefers, prog.NoSlot)
	f.count()
	fb.Ret()
	return fb.ID
}

// apiThunk returns what `go` or `defer` of a call of the api table runs.
func (f *function) apiThunk(a api, instr ssa.CallInstruction, com *ssa.CallCommon) (prog.Operand, []prog.Operand, bool) {
	pos := prog.Pos(instr.Pos())
	if s, ok := simpleAPIs[a]; ok {
		recv := receiver(com)
		id := f.c.own(f.c.b.Thunk(s.op, pos, s.phrase+nameOf(recv)))
		return prog.FuncValue(id), []prog.Operand{f.val(recv)}, true
	}
	switch a {
	case apiAdd:
		id := f.c.own(f.c.b.Thunk(prog.OpAddWG, pos, "adds to "+nameOf(com.Args[0])))
		return prog.FuncValue(id), []prog.Operand{f.val(com.Args[0]), f.val(com.Args[1])}, true
	case apiAtomicStore:
		id := f.c.own(f.c.b.Thunk(prog.OpAStore, pos, "stores"))
		return prog.FuncValue(id), []prog.Operand{f.val(com.Args[0]), f.val(com.Args[1])}, true
	case apiPipeClose:
		id := f.c.own(f.c.b.Thunk(pipeClose(com), pos, "closes "+nameOf(com.Args[0])))
		return prog.FuncValue(id), []prog.Operand{f.val(com.Args[0])}, true
	case apiOnceDo:
		return prog.FuncValue(f.c.onceDo()), []prog.Operand{f.val(com.Args[0]), f.val(com.Args[1])}, true
	case apiGroupWait:
		return prog.FuncValue(f.c.groupWait()), []prog.Operand{f.val(com.Args[0])}, true
	}
	return prog.Operand{}, nil, false
}

// boundAPI returns a closure body for a method value of a primitive, such as
// wg.Done or mu.Unlock: its receiver is captured.
func (c *compiler) boundAPI(m *types.Func) (prog.FuncID, bool) {
	a := apiOf(m)
	s, ok := simpleAPIs[a]
	if !ok || m.Signature().Params().Len() > 0 {
		return 0, false
	}
	sig := prog.SigOf(s.op)
	return c.captured("bound "+m.FullName(), 0, min(sig.MaxDst, m.Signature().Results().Len()), s.op, s.phrase+"it"), true
}
