package explore

import "github.com/leaklint/leaklint/internal/explore/prog"

// timeSteps are the operations on timers, contexts and pipes.
var timeSteps = map[prog.Op]func(*machine, *gor, *instr) outcome{
	prog.OpTimer: (*machine).stepTimer, prog.OpTicker: (*machine).stepTimer,
	prog.OpAfterFunc: (*machine).stepAfterFunc, prog.OpTimerC: (*machine).stepTimerC,
	prog.OpTimerStop: (*machine).stepTimerStop, prog.OpTimerReset: (*machine).stepTimerStop,
	prog.OpCtxRoot: (*machine).stepCtx, prog.OpCtxEnv: (*machine).stepCtx, prog.OpCtxNew: (*machine).stepCtx,
	prog.OpCtxCancel: (*machine).stepCtxCancel, prog.OpCtxDone: (*machine).stepCtxDone,
	prog.OpCtxErr: (*machine).stepCtxErr, prog.OpCtxAfter: (*machine).stepCtxAfter,
	prog.OpPipe: (*machine).stepPipe, prog.OpPipeRead: (*machine).stepPipeIO, prog.OpPipeWrite: (*machine).stepPipeIO,
	prog.OpPipeCloseR: (*machine).stepPipeClose, prog.OpPipeCloseW: (*machine).stepPipeClose,
}

// A timer object: state, then for an AfterFunc the context it waits for (nil:
// the time), the function and its arguments.
const (
	tmInfo = iota
	tmCtx
	tmFunc
	tmArmed  = 1 // may fire
	tmBuf    = 2 // fired, not taken (before Go 1.23)
	tmTicker = 4
	tmAfter  = 8
)

// stepTimer makes a timer or ticker, which is armed.
func (m *machine) stepTimer(g *gor, in *instr) outcome {
	info := tmArmed
	if in.op == prog.OpTicker {
		info |= tmTicker
	}
	o := m.st.newObj(uint8(Timer), in.site, 1)
	m.st.objs[o].f[tmInfo] = mkWord(info)
	if m.only != nil && !m.only[in.site] { // projected on another primitive
		m.st.objs[o].env |= uint64(prog.EnvFire) << envOpenShift
	}
	return m.done(g, in, mkRef(o, 0))
}

// timerOf resolves a timer operand.
func (m *machine) timerOf(in *instr, v value) int {
	switch v.kind() {
	case vFree, vLost, vNil:
		return -1
	case vRef:
		if m.st.objs[v.obj()].kind == uint8(Timer) {
			return v.obj()
		}
	}
	m.bug(in, v)
	return -1
}

// stepTimerC returns the channel of a timer: the timer itself.
func (m *machine) stepTimerC(g *gor, in *instr) outcome {
	v := m.get(g, in.args[0])
	if v.kind() == vNil {
		return m.startPanic(g, valLost)
	}
	m.timerOf(in, v)
	return m.done(g, in, v)
}

// recvTimer adds the ways to receive from a timer: what has fired, or else it
// may fire now.
func (m *machine) recvTimer(ob *object, a alt) {
	info := ob.f[tmInfo].word()
	switch ops, known := envOps(ob); {
	case info&tmBuf != 0:
		a.how = hTimerBuf
	case info&tmArmed != 0:
		a.how, a.assume = hTimer, prog.AssumeTimer
	case ops&prog.EnvFire != 0:
		a.how, a.assume = hTimer, envAssume(known, prog.EnvFire, prog.AssumeTimer)
	default:
		return
	}
	m.alts = append(m.alts, a)
}

// takeTimer takes the value of a timer.
func (m *machine) takeTimer(ob *object, h how) {
	info := ob.f[tmInfo].word()
	switch {
	case h == hTimerBuf:
		info &^= tmBuf
	case info&tmTicker == 0 && m.faults&faultTimerTwice == 0:
		info &^= tmArmed
	}
	ob.f[tmInfo] = mkWord(info)
}

// stepTimerStop stops or re-arms a timer. Its result says whether the timer
// was armed. Before Go 1.23 it may have fired already, and then its value
// stays in the buffer.
func (m *machine) stepTimerStop(g *gor, in *instr) outcome {
	v := m.get(g, in.args[0])
	o := m.timerOf(in, v)
	if o < 0 {
		if v.kind() == vNil {
			return m.startPanic(g, valLost)
		}
		return m.done(g, in, m.st.newFree(0))
	}
	ob := &m.st.objs[o]
	info := ob.f[tmInfo].word()
	was := info&tmArmed != 0
	if was && info&tmAfter == 0 && m.c.p.AsyncTimers && info&tmBuf == 0 {
		c, ok := m.pick(2)
		if !ok {
			return oPark
		}
		if c == 1 {
			m.assume(prog.AssumeTimer, in, c)
			info |= tmBuf
			was = info&tmTicker != 0
		}
	}
	info &^= tmArmed
	if in.op == prog.OpTimerReset {
		info |= tmArmed
	}
	ob.f[tmInfo] = mkWord(info)
	if info&tmAfter != 0 {
		if out := m.rearm(g, in, o, in.op == prog.OpTimerReset); out != oDone {
			return out
		}
		g = m.again(g)
	}
	m.event(g, in, -1, -1)
	return m.done(g, in, mkBool(was))
}

// again returns g after goroutines may have been added.
func (m *machine) again(g *gor) *gor {
	for i := range m.st.gs {
		if h := &m.st.gs[i]; len(h.stack) > 0 && len(g.stack) > 0 && &h.stack[0] == &g.stack[0] {
			return h
		}
	}
	return g
}

// stepAfterFunc arranges for a goroutine that may start until it is stopped.
func (m *machine) stepAfterFunc(g *gor, in *instr) outcome {
	return m.newAfter(g, in, valNil, 0)
}

// stepCtxAfter arranges for a goroutine that starts when a context has ended.
func (m *machine) stepCtxAfter(g *gor, in *instr) outcome {
	ctx := m.get(g, in.args[0])
	if m.ctxOf(in, ctx) < 0 && ctx.kind() == vRef {
		ctx = m.st.newFree(0)
	}
	return m.newAfter(g, in, ctx, 1)
}

// newAfter makes the timer object of an AfterFunc whose function is argument i,
// and its waiting goroutine.
func (m *machine) newAfter(g *gor, in *instr, ctx value, i int) outcome {
	vals := m.argValues(g, in, i)
	if m.live() >= m.limits.gors {
		return oTrunc
	}
	o := m.st.newObj(uint8(Timer), in.site, tmFunc+len(vals))
	f := m.st.objs[o].f
	f[tmInfo], f[tmCtx] = mkWord(tmArmed|tmAfter), ctx
	copy(f[tmFunc:], vals)
	m.done(g, in, mkRef(o, 0))
	return m.rearm(g, in, o, true)
}

// rearm makes exactly one (or no) waiting goroutine for the AfterFunc o.
func (m *machine) rearm(g *gor, in *instr, o int, on bool) outcome {
	for i := range m.st.gs {
		if h := &m.st.gs[i]; h.status == gArmed && h.timer.obj() == o {
			if on {
				return oDone
			}
			h.status, h.stack = gEnded, nil
			m.markMoved(i)
			return oDone
		}
	}
	if !on {
		return oDone
	}
	made := m.siteInstr(m.st.objs[o].site)
	f := m.st.objs[o].f
	fv := m.st.deref(f[tmFunc])
	if fv.kind() == vNil {
		return oDone
	}
	fn, captured, known := m.callee(in, fv)
	if !known {
		return oDone
	}
	if m.live() >= m.limits.gors {
		return oTrunc
	}
	m.launch(g, made, fn, captured, f[tmFunc+1:], gArmed, mkRef(o, 0))
	return oDone
}

// fire starts the waiting goroutine i, if its time may have come.
func (m *machine) fire(i int) outcome {
	h := &m.st.gs[i]
	ob := &m.st.objs[h.timer.obj()]
	in := m.siteInstr(h.site)
	switch ctx := m.st.deref(ob.f[tmCtx]); {
	case ctx.kind() == vNil:
		m.assume(prog.AssumeTimer, in, 0)
	case ctx.kind() != vRef:
		m.assume(prog.AssumeCtxEnds, in, 0)
	default:
		switch ended, how := m.ctxState(ctx.obj()); {
		case ended:
		case how == prog.AssumeNone:
			return oBlocked
		default:
			m.assume(how, in, 0)
			m.endCtx(ctx.obj())
		}
	}
	ob.f[tmInfo] = mkWord(ob.f[tmInfo].word() &^ tmArmed)
	h.status, h.timer = gLive, valNil
	m.markMoved(i)
	if m.trace != nil {
		m.trace.fired(m, i, in)
	}
	return oDone
}

// A context object: state, parent, the error it ended with.
const (
	cxInfo = iota
	cxParent
	cxErr
	cxEnded = 1
	cxEnv   = 2 // may end by itself
)

// stepCtx makes a context. Roots have no object: they never end.
func (m *machine) stepCtx(g *gor, in *instr) outcome {
	info, parent := 0, valNil
	switch in.op {
	case prog.OpCtxEnv:
		info = cxEnv
	case prog.OpCtxNew:
		if parent = m.get(g, in.args[0]); m.ctxOf(in, parent) < 0 && parent.kind() != vNil {
			info, parent = cxEnv, valNil
		}
		if in.flags&prog.Timeout != 0 || m.only != nil && !m.only[in.site] { // projected on another primitive
			info |= cxEnv
		}
	}
	o := m.st.newObj(uint8(Context), in.site, 3)
	f := m.st.objs[o].f
	f[cxInfo], f[cxParent] = mkWord(info), parent
	return m.done(g, in, mkRef(o, 0))
}

// ctxOf resolves a context operand; -1 if nobody knows it, as one of a type of
// the program, which may do anything.
func (m *machine) ctxOf(in *instr, v value) int {
	switch v.kind() {
	case vFree, vLost, vNil:
		return -1
	case vRef:
		if m.st.objs[v.obj()].kind == uint8(Context) {
			return v.obj()
		}
		if m.ownType(v) {
			return -1
		}
	}
	m.bug(in, v)
	return -1
}

// ownType reports whether v is an interface value that holds an object of the
// program instead of a primitive.
func (m *machine) ownType(v value) bool {
	return v.kind() == vRef && v.typ() != 0 && m.st.objs[v.obj()].kind == uint8(Memory)
}

// ctxState reports whether context o or an ancestor has ended, and if not,
// which assumption would end it; AssumeNone means that it cannot.
func (m *machine) ctxState(o int) (ended bool, how prog.Assume) {
	how = prog.AssumeNone
	for {
		ob := &m.st.objs[o]
		info := ob.f[cxInfo].word()
		if info&cxEnded != 0 {
			return true, how
		}
		if all, known := envOps(ob); info&cxEnv != 0 || all&prog.EnvCancel != 0 {
			if a := envAssume(known, prog.EnvCancel, prog.AssumeCtxEnds); info&cxEnv != 0 {
				how = prog.AssumeCtxEnds
			} else if how == prog.AssumeNone || how == prog.AssumeIgnorance {
				how = a
			}
		}
		p := ob.f[cxParent]
		if p.kind() != vRef || m.faults&faultOrphan != 0 {
			return false, how
		}
		o = p.obj()
	}
}

// recvCtx adds the way to receive from a context's Done channel.
func (m *machine) recvCtx(a alt) {
	ended, need := m.ctxState(a.obj)
	switch {
	case ended:
		a.how = hEnded
	case need != prog.AssumeNone:
		a.how, a.assume = hCtxEnds, need
	default:
		return
	}
	m.alts = append(m.alts, a)
}

// endCtx ends the context nearest to o that can end by itself.
func (m *machine) endCtx(o int) {
	for {
		ob := &m.st.objs[o]
		info := ob.f[cxInfo].word()
		all, _ := envOps(ob)
		if p := ob.f[cxParent]; info&cxEnv != 0 || all&prog.EnvCancel != 0 || p.kind() != vRef {
			ob.f[cxInfo] = mkWord(info | cxEnded)
			return
		}
		o = ob.f[cxParent].obj()
	}
}

// stepCtxCancel ends a context.
func (m *machine) stepCtxCancel(g *gor, in *instr) outcome {
	v := m.get(g, in.args[0])
	if v.kind() == vNil {
		return m.startPanic(g, valLost)
	}
	if o := m.ctxOf(in, v); o >= 0 {
		ob := &m.st.objs[o]
		ob.f[cxInfo] = mkWord(ob.f[cxInfo].word() | cxEnded)
	}
	m.event(g, in, -1, -1)
	return m.next(g)
}

// stepCtxDone returns the Done channel: the context itself, or nil if no
// context up to the root can ever end.
func (m *machine) stepCtxDone(g *gor, in *instr) outcome {
	v := m.get(g, in.args[0])
	if v.kind() == vNil {
		return m.startPanic(g, valLost)
	}
	switch o := m.ctxOf(in, v); {
	case m.ownType(v):
		v = m.st.newFree(0)
	case o >= 0 && m.c.at(m.st.objs[o].site).Op == prog.OpCtxRoot:
		v = valNil
	}
	return m.done(g, in, v)
}

// stepCtxErr returns nil exactly until the context has ended.
func (m *machine) stepCtxErr(g *gor, in *instr) outcome {
	v := m.get(g, in.args[0])
	o := m.ctxOf(in, v)
	switch {
	case v.kind() == vNil:
		return m.startPanic(g, valLost)
	case o < 0 && v.kind() == vLost:
		return m.done(g, in, valLost)
	case o < 0:
		return m.done(g, in, m.st.newFree(0))
	}
	ended, need := m.ctxState(o)
	if !ended && need != prog.AssumeNone {
		c, ok := m.pick(2)
		if !ok {
			return oPark
		}
		if c == 1 {
			m.assume(need, in, c)
			m.endCtx(o)
			ended = true
		}
	}
	if !ended {
		return m.done(g, in, valNil)
	}
	if m.st.objs[o].f[cxErr] == valNil {
		err := m.st.newFree(frNonNil)
		m.st.objs[o].f[cxErr] = err
	}
	return m.done(g, in, m.st.objs[o].f[cxErr])
}

// The word of a pipe.
const (
	ppReaderGone = 1
	ppWriterGone = 2
)

// stepPipe makes a pipe.
func (m *machine) stepPipe(g *gor, in *instr) outcome {
	o := m.st.newObj(uint8(Pipe), in.site, 1)
	m.st.objs[o].f[0] = mkWord(0)
	return m.done(g, in, mkRef(o, 0))
}

// pipeOf resolves a pipe operand.
func (m *machine) pipeOf(in *instr, v value) int {
	switch v.kind() {
	case vFree, vLost, vNil:
		return -1
	case vRef:
		if m.st.objs[v.obj()].kind == uint8(Pipe) {
			return v.obj()
		}
	}
	if in.flags&prog.Others == 0 {
		m.bug(in, v)
	}
	return -1
}

// isOther reports whether what an instruction on a pipe is given is a writer of
// another kind: a value of the program, or one that it knows nothing of.
func isOther(in *instr, v value) bool {
	return in.flags&prog.Others != 0 && v.kind() != vNil && v.kind() != vLost
}

// stepPipeIO reads or writes: a rendezvous, done by the writer, that ends with
// false when either side has been closed.
func (m *machine) stepPipeIO(g *gor, in *instr) outcome {
	v := m.get(g, in.args[0])
	o := m.pipeOf(in, v)
	if o < 0 {
		m.put(g, in, 0, m.st.newFree(0))
		if isOther(in, v) {
			m.event(g, in, -1, -1)
			return m.next(g)
		}
		return m.unknownPrim(g, in, v)
	}
	ob := &m.st.objs[o]
	if ob.f[0].word() != 0 {
		m.event(g, in, -1, -1)
		return m.done(g, in, valFalse)
	}
	readers, help := m.readers(g, in, o), pipeHelp(in, ob)
	ways := len(readers)
	if help != 0 {
		ways++ // who else reads may be faster than a reader that stands there
	}
	if ways == 0 {
		return oBlocked
	}
	c, ok := m.pick(ways)
	if !ok {
		return oPark
	}
	if c < len(readers) {
		return m.pipeMeet(g, in, readers[c])
	}
	m.envHelps(ob, help, in)
	m.event(g, in, -1, -1)
	if help == prog.EnvClose {
		ob.f[0] = mkWord(ppReaderGone | ppWriterGone)
		return m.done(g, in, valFalse)
	}
	return m.done(g, in, m.st.newFree(0))
}

// pipeHelp returns what the environment may do to a pipe for the goroutine at
// in, or 0.
func pipeHelp(in *instr, ob *object) prog.EnvOps {
	op := prog.EnvSend
	if in.op == prog.OpPipeWrite {
		op = prog.EnvRecv
	}
	all, _ := envOps(ob)
	if all&op != 0 {
		return op
	}
	return all & prog.EnvClose
}

// readers returns the goroutines that the writer g at in can meet at pipe o.
func (m *machine) readers(g *gor, in *instr, o int) (out []int) {
	if in.op != prog.OpPipeWrite {
		return nil
	}
	for i := range m.st.gs {
		h := &m.st.gs[i]
		if h == g || h.status != gLive {
			continue
		}
		hin := m.instr(h)
		if hin.op == prog.OpPipeRead && m.pipeOf(hin, m.get(h, hin.args[0])) == o {
			out = append(out, i)
		}
	}
	return out
}

// pipeMeet lets the writer g meet goroutine i, which reads from its pipe.
func (m *machine) pipeMeet(g *gor, in *instr, i int) outcome {
	h := &m.st.gs[i]
	h.flags &^= gGap | gChoice
	m.markMoved(i)
	m.event(g, in, -1, i)
	m.done(h, m.instr(h), valTrue)
	return m.done(g, in, valTrue)
}

// stepPipeClose closes one side.
func (m *machine) stepPipeClose(g *gor, in *instr) outcome {
	v := m.get(g, in.args[0])
	o := m.pipeOf(in, v)
	if o < 0 {
		if isOther(in, v) {
			m.event(g, in, -1, -1)
			return m.next(g)
		}
		return m.unknownPrim(g, in, v)
	}
	bit := ppReaderGone
	if in.op == prog.OpPipeCloseW {
		bit = ppWriterGone
	}
	ob := &m.st.objs[o]
	ob.f[0] = mkWord(ob.f[0].word() | bit)
	m.event(g, in, -1, -1)
	return m.next(g)
}
