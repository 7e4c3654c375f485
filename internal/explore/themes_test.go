package explore

import "github.com/leaklint/leaklint/internal/explore/prog"

// pair emits a lock operation, perhaps something, and the release, which is
// seldom forgotten.
func (g *gen) pair(take, release prog.Op, l prog.Operand) {
	if g.wild && g.one(4) {
		g.do([]prog.Op{take, release}[g.pick(2)], l)
		return
	}
	if g.one(5) {
		g.do(take, l)
		g.do(prog.OpDefer, prog.FuncValue(g.b.Thunk(release, 0, "")), l)
		return
	}
	g.do(take, l)
	if g.one(2) {
		g.part(1)
	}
	if !g.one(6) {
		g.do(release, l)
	}
}

// try emits a TryLock.
func (g *gen) try(take, release prog.Op, l prog.Operand) {
	y, n := g.f.Label(), g.f.Label()
	g.f.If(g.emit(take, l), y, n)
	g.f.Place(y)
	g.part(1)
	g.do(release, l)
	g.f.Place(n)
	g.do(prog.OpNop)
}

// sel emits a select.
func (g *gen) sel() {
	var cases []prog.Case
	for range g.pick(4) {
		switch g.pick(5) {
		case 0, 1:
			cases = append(cases, prog.SendCase(g.ch(), prog.Int(1), prog.Next))
		case 2, 3:
			cases = append(cases, prog.RecvCase(g.ch(), g.f.Slot("v"), g.f.Slot("ok"), prog.Next))
		case 4:
			cases = append(cases, prog.RecvCase(g.otherChan(), prog.NoSlot, prog.NoSlot, prog.Next))
		}
	}
	if g.one(3) {
		cases = append(cases, prog.DefaultCase(prog.Next))
	}
	i := g.f.Slot("i")
	g.f.Select(i, cases...)
	if g.one(3) {
		y, n := g.f.Label(), g.f.Label()
		g.f.If(g.emit(prog.OpEq, prog.S(i), prog.Int(0)), y, n)
		g.f.Place(y)
		g.part(1)
		g.f.Place(n)
		g.do(prog.OpNop)
	}
}

// otherChan returns a channel that is none: a context's or timer's.
func (g *gen) otherChan() prog.Operand {
	switch {
	case g.has("ctx") && (g.one(2) || !g.has("timer")):
		return g.emit(prog.OpCtxDone, g.par(parCtx))
	case g.has("timer"):
		return g.emit(prog.OpTimerC, g.par(parTimer))
	}
	return prog.Nil
}

// set emits an operation whose result is dropped or kept.
func set(op prog.Op, par int) func(*gen) {
	return func(g *gen) { g.emit(op, g.obj(par)) }
}

// act emits an operation without result.
func act(op prog.Op, par int) func(*gen) {
	return func(g *gen) { g.do(op, g.obj(par)) }
}

// allThemes are the groups of operations.
var allThemes = []theme{
	{name: "chan", emit: []func(*gen){
		func(g *gen) { g.do(prog.OpSend, g.ch(), prog.Int(1)) },
		func(g *gen) { g.do(prog.OpSend, g.ch(), g.par(parC1)) },
		func(g *gen) { g.emit(prog.OpRecv, g.ch()) },
		func(g *gen) { // a reply channel
			v := g.f.Slot("v")
			ok := g.f.Slot("ok")
			c := g.par(parC0)
			g.f.Emit(prog.OpRecv, v, c).Results(v, ok)
			g.do(prog.OpNop)
		},
		func(g *gen) {
			top, body, out := g.f.Here(), g.f.Label(), g.f.Label()
			v, ok := g.f.Slot("v"), g.f.Slot("ok")
			g.f.Emit(prog.OpRecv, v, g.ch()).Results(v, ok)
			g.f.If(prog.S(ok), body, out)
			g.f.Place(body)
			g.f.Jump(top)
			g.f.Place(out)
			g.do(prog.OpNop)
		},
	}},
	{name: "close", emit: []func(*gen){
		func(g *gen) { g.do(prog.OpClose, g.par(parC0)) },
		func(g *gen) { g.do(prog.OpSend, g.ch(), prog.Int(2)) },
		func(g *gen) { g.emit(prog.OpRecv, g.ch()) },
	}},
	{name: "select", emit: []func(*gen){(*gen).sel, (*gen).sel, func(g *gen) { g.do(prog.OpSend, g.ch(), prog.Int(1)) }}},
	{name: "ready", emit: []func(*gen){
		func(g *gen) { // a case that is ready excludes default
			c := g.emit(prog.OpMake, prog.Int(1))
			g.do(prog.OpSend, c, prog.Int(1))
			i := g.f.Slot("i")
			g.f.Select(i, prog.RecvCase(c, prog.NoSlot, prog.NoSlot, prog.Next), prog.DefaultCase(prog.Next))
			g.branch(g.emit(prog.OpEq, prog.S(i), prog.Int(-1)))
		},
	}},
	{name: "panic", emit: []func(*gen){
		func(g *gen) {
			h, d := g.b.Func("h", 1, 0, 0), g.b.Func("d", 1, 0, 0)
			d.Emit(prog.OpSend, prog.NoSlot, prog.S(d.Param(0)), prog.Int(1))
			if !g.one(3) {
				d.Emit(prog.OpRecover, d.Slot("r"))
			}
			d.Ret()
			h.Emit(prog.OpDefer, prog.NoSlot, prog.FuncValue(d.ID), prog.S(h.Param(0)))
			if g.one(3) {
				h.Emit(prog.OpDefer, prog.NoSlot, prog.FuncValue(d.ID), prog.S(h.Param(0)))
			}
			h.Emit([]prog.Op{prog.OpPanic, prog.OpPanic, prog.OpGoexit}[g.pick(3)], prog.NoSlot)
			g.f.Call(nil, prog.FuncValue(h.ID), g.emit(prog.OpMake, prog.Int(4)))
			g.emit(prog.OpRecv, g.ch())
		},
		func(g *gen) {
			h, d := g.b.Func("h", 1, 0, 0), g.b.Func("d", 1, 0, 0)
			d.Emit(prog.OpSend, prog.NoSlot, prog.S(d.Param(0)), prog.Int(1))
			d.Ret()
			h.Emit(prog.OpDefer, prog.NoSlot, prog.FuncValue(d.ID), prog.S(h.Param(0)))
			h.Emit(prog.OpGoexit, prog.NoSlot)
			g.do(prog.OpGo, prog.FuncValue(h.ID), g.par(parC0))
			g.emit(prog.OpRecv, g.par(parC0))
		},
	}},
	{name: "len", emit: []func(*gen){
		func(g *gen) {
			y, n := g.f.Label(), g.f.Label()
			g.f.If(g.emit(prog.OpEq, g.emit([]prog.Op{prog.OpLen, prog.OpCap}[g.pick(2)], g.par(parC0)), prog.Int(g.pick(2))), y, n)
			g.f.Place(y)
			g.part(1)
			g.f.Place(n)
			g.do(prog.OpNop)
		},
		func(g *gen) { g.do(prog.OpSend, g.par(parC0), prog.Int(1)) },
		func(g *gen) { g.emit(prog.OpRecv, g.par(parC0)) },
	}},
	{name: "mutex", emit: []func(*gen){
		func(g *gen) { g.pair(prog.OpLock, prog.OpUnlock, g.field(fieldMu)) },
		func(g *gen) { g.pair(prog.OpLock, prog.OpUnlock, g.field(fieldMu)) },
		func(g *gen) { g.try(prog.OpTryLock, prog.OpUnlock, g.field(fieldMu)) },
	}},
	{name: "rwmutex", emit: []func(*gen){
		func(g *gen) { g.pair(prog.OpLock, prog.OpUnlock, g.field(fieldRW)) },
		func(g *gen) { g.pair(prog.OpRLock, prog.OpRUnlock, g.field(fieldRW)) },
		func(g *gen) { g.pair(prog.OpRLock, prog.OpRUnlock, g.field(fieldRW)) },
		func(g *gen) { g.try(prog.OpTryRLock, prog.OpRUnlock, g.field(fieldRW)) },
		func(g *gen) { g.pair(prog.OpLock, prog.OpUnlock, g.emit(prog.OpRLocker, g.field(fieldRW))) },
	}},
	{name: "cond", emit: []func(*gen){
		func(g *gen) {
			g.do(prog.OpLock, g.par(parRL))
			g.do(prog.OpWait, g.par(parCond))
			g.do(prog.OpUnlock, g.par(parRL))
		},
		act(prog.OpSignal, parCond), act(prog.OpBroadcast, parCond),
		func(g *gen) { // wait for the flag
			g.do(prog.OpLock, g.par(parRL))
			top, sleep, out := g.f.Here(), g.f.Label(), g.f.Label()
			g.f.If(g.emit(prog.OpEq, g.emit(prog.OpALoad, g.field(fieldFlag)), prog.Int(0)), sleep, out)
			g.f.Place(sleep)
			g.do(prog.OpWait, g.par(parCond))
			g.f.Jump(top)
			g.f.Place(out)
			g.do(prog.OpUnlock, g.par(parRL))
		},
		func(g *gen) { // set the flag
			g.do(prog.OpLock, g.par(parRL))
			g.do(prog.OpAStore, g.field(fieldFlag), prog.Int(1))
			g.do([]prog.Op{prog.OpSignal, prog.OpBroadcast}[g.pick(2)], g.par(parCond))
			g.do(prog.OpUnlock, g.par(parRL))
		},
		func(g *gen) { // until everybody is awake
			if g.one(2) {
				top := g.f.Here()
				g.do(prog.OpBroadcast, g.par(parCond))
				g.f.Jump(top)
			}
		},
		func(g *gen) { g.pair(prog.OpLock, prog.OpUnlock, g.par(parRL)) },
	}},
	{name: "wg", emit: []func(*gen){
		func(g *gen) {
			if g.wild {
				g.do(prog.OpAddWG, g.field(fieldWG), []prog.Operand{prog.Int(1), prog.Int(-1), prog.Sym(g.sym, 0), prog.Lost}[g.pick(4)])
			}
		},
		func(g *gen) {
			if g.wild || g.fn == len(g.funcs)-1 && g.adds > 0 {
				g.adds = 0
				if g.one(2) {
					g.do(prog.OpDefer, prog.FuncValue(g.b.Thunk(prog.OpDone, 0, "")), g.field(fieldWG))
					return
				}
				g.do(prog.OpDone, g.field(fieldWG))
			}
		},
		func(g *gen) { g.do(prog.OpWaitWG, g.field(fieldWG)) },
	}},
	{name: "once", emit: []func(*gen){
		func(g *gen) {
			y, n := g.f.Label(), g.f.Label()
			g.f.If(g.emit(prog.OpOnceBegin, g.field(fieldOnce)), y, n)
			g.f.Place(y)
			g.part(1 + g.pick(2))
			if !g.one(5) {
				g.do(prog.OpOnceEnd, g.field(fieldOnce))
			}
			g.f.Place(n)
			g.do(prog.OpNop)
		},
	}},
	{name: "timer", emit: []func(*gen){
		func(g *gen) { g.emit(prog.OpRecv, g.emit(prog.OpTimerC, g.par(parTimer))) },
		set(prog.OpTimerStop, parTimer), set(prog.OpTimerReset, parTimer), (*gen).sel,
		func(g *gen) {
			y, n := g.f.Label(), g.f.Label()
			g.f.If(g.emit(prog.OpTimerStop, g.par(parTimer)), y, n)
			g.f.Place(n)
			g.emit(prog.OpRecv, g.emit(prog.OpTimerC, g.par(parTimer)))
			g.f.Place(y)
			g.do(prog.OpNop)
		},
	}},
	{name: "ctx", emit: []func(*gen){
		func(g *gen) { g.emit(prog.OpRecv, g.emit(prog.OpCtxDone, g.par(parCtx))) },
		act(prog.OpCtxCancel, parCtx), (*gen).sel,
		func(g *gen) {
			y, n := g.f.Label(), g.f.Label()
			g.f.If(g.emit(prog.OpEq, g.emit(prog.OpCtxErr, g.par(parCtx)), prog.Nil), y, n)
			g.f.Place(y)
			g.part(1)
			g.f.Place(n)
			g.do(prog.OpNop)
		},
		func(g *gen) {
			child := g.emit(prog.OpCtxNew, g.par(parCtx))
			if g.one(2) {
				g.do(prog.OpCtxCancel, child)
			}
			g.emit(prog.OpRecv, g.emit(prog.OpCtxDone, child))
		},
	}},
	{name: "after", emit: []func(*gen){
		set(prog.OpTimerStop, parTimer),
		func(g *gen) { g.emit(prog.OpRecv, g.ch()) },
		func(g *gen) { g.do(prog.OpSend, g.ch(), prog.Int(1)) },
		func(g *gen) {
			if g.one(3) {
				g.emit(prog.OpTimerReset, g.par(parTimer))
			}
		},
	}},
	{name: "ctxafter", setup: func(g *gen) {
		c := g.emit([]prog.Op{prog.OpCtxRoot, prog.OpCtxEnv}[g.pick(2)])
		c = g.emit(prog.OpCtxNew, c)
		if g.has("ctx") && g.one(2) {
			c = g.par(parCtx)
		}
		s := g.f.Slot("stop")
		g.f.Emit(prog.OpCtxAfter, s, c, prog.FuncValue(g.b.Thunk(prog.OpSend, 0, "")), g.par(parC0), prog.Int(1))
		switch g.pick(3) {
		case 0:
			g.do(prog.OpCtxCancel, c)
		case 1:
			g.emit(prog.OpTimerStop, prog.S(s))
		}
	}, emit: []func(*gen){func(g *gen) { g.emit(prog.OpRecv, g.ch()) }, func(g *gen) {
		if g.has("ctx") {
			g.do(prog.OpCtxCancel, g.par(parCtx))
		}
	}}},
	{name: "pipe", emit: []func(*gen){
		set(prog.OpPipeRead, parPipe), set(prog.OpPipeWrite, parPipe), set(prog.OpPipeWrite, parPipe),
		func(g *gen) { g.do([]prog.Op{prog.OpPipeCloseR, prog.OpPipeCloseW}[g.pick(2)], g.par(parPipe)) },
	}},
	{name: "atomic", emit: []func(*gen){
		func(g *gen) { g.do(prog.OpAStore, g.field(fieldFlag), prog.Int(g.pick(3))) },
		func(g *gen) { g.emit(prog.OpASwap, g.field(fieldFlag), prog.Int(g.pick(3))) },
		func(g *gen) { g.emit(prog.OpAAdd, g.field(fieldFlag), prog.Int(1)) },
		func(g *gen) {
			y, n := g.f.Label(), g.f.Label()
			g.f.If(g.emit(prog.OpACas, g.field(fieldFlag), prog.Int(0), prog.Int(1)), y, n)
			g.f.Place(y)
			g.emit(prog.OpRecv, g.ch())
			g.f.Place(n)
			g.do(prog.OpNop)
		},
	}},
	{name: "data", emit: dataThemes},
	{name: "request", emit: requestThemes},
	{name: "function", emit: functionThemes},
	{name: "global", emit: globalThemes},
	{name: "env", setup: func(g *gen) {
		for range 1 + g.pick(2) {
			env := prog.EnvOps(1 << g.pick(8))
			what := g.willing()
			op := []prog.Op{prog.OpWilling, prog.OpMay}[g.pick(2)]
			if g.one(3) {
				op, what = prog.OpOpen, []prog.Operand{g.par(parC0), g.par(parT), g.par(parSlice), g.par(parMap)}[g.pick(4)]
				env &= prog.EnvAll
				if env == 0 {
					env = prog.EnvSend
				}
			}
			g.do(op, what)
			g.f.Func().Code[len(g.f.Func().Code)-1].Env = env
		}
	}, emit: []func(*gen){
		func(g *gen) { g.emit(prog.OpRecv, g.ch()) },
		func(g *gen) { g.do(prog.OpSend, g.ch(), prog.Int(1)) },
		act(prog.OpGone, parC0), act(prog.OpGone, parC1),
		func(g *gen) {
			g.do(prog.OpEndMay, g.par(parC0))
			g.f.Func().Code[len(g.f.Func().Code)-1].Env = prog.EnvSend | prog.EnvRecv
		},
		func(g *gen) { g.pair(prog.OpLock, prog.OpUnlock, g.field(fieldMu)) },
		func(g *gen) { g.do(prog.OpWaitWG, g.field(fieldWG)) },
	}},
}

// lastImm sets the immediate of the instruction written last.
func (g *gen) lastImm(n int) { g.f.Func().Code[len(g.f.Func().Code)-1].N = int32(n) }

// branch emits a branch with a channel operation on one side.
func (g *gen) branch(c prog.Operand) {
	y, n := g.f.Label(), g.f.Label()
	g.f.If(c, y, n)
	g.f.Place(y)
	if g.one(2) {
		g.emit(prog.OpRecv, g.ch())
	} else {
		g.do(prog.OpSend, g.ch(), prog.Int(1))
	}
	g.f.Place(n)
	g.do(prog.OpNop)
}
