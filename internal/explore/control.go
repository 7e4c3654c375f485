package explore

import "github.com/leaklint/leaklint/internal/explore/prog"

// controlSteps are branches, calls and exits.
var controlSteps = map[prog.Op]func(*machine, *gor, *instr) outcome{
	prog.OpJump: func(m *machine, g *gor, in *instr) outcome { return m.jump(g, in.targets[0]) },
	prog.OpIf:   (*machine).stepIf, prog.OpChoose: (*machine).stepChoose, prog.OpAssume: (*machine).stepAssume, prog.OpMust: (*machine).stepMust,
	prog.OpRet: (*machine).stepRet, prog.OpPanic: (*machine).stepPanic, prog.OpRecover: (*machine).stepRecover,
	prog.OpGoexit: func(m *machine, g *gor, in *instr) outcome { return m.unwindFrom(g, modeGoexit, valNil) },
	prog.OpExit:   func(m *machine, g *gor, in *instr) outcome { return oExit },
	prog.OpDefer:  (*machine).stepDefer, prog.OpRunDefers: (*machine).stepRunDefers,
	prog.OpYield: func(m *machine, g *gor, in *instr) outcome { return m.next(g) },
	prog.OpCall:  (*machine).stepCall, prog.OpGo: (*machine).stepGo, prog.OpUnknown: (*machine).stepUnknown,
}

// stepIf branches.
func (m *machine) stepIf(g *gor, in *instr) outcome {
	v := m.get(g, in.args[0])
	if v.kind() == vFree && m.c.dflt {
		g.flags |= gGap // what decided it took its time
	}
	yes, ok := m.truth(v, in)
	if !ok {
		return oPark
	}
	if in.assume == prog.AssumeLoopEnds && (v.kind() == vFree || v.kind() == vLost) {
		m.loopsOn(g, yes != (in.flags&prog.First != 0))
	}
	if yes {
		return m.jump(g, in.targets[0])
	}
	return m.jump(g, in.targets[1])
}

// loopsOn notes whether g goes on with a loop whose end nobody knows.
func (m *machine) loopsOn(g *gor, on bool) {
	if g.flags &^= gLoose; on {
		g.flags |= gLoose
	}
}

// stepChoose lets the environment choose.
func (m *machine) stepChoose(g *gor, in *instr) outcome {
	c, ok := m.pick(len(in.targets))
	if !ok {
		return oPark
	}
	switch {
	case in.assume == prog.AssumeCallback && c > 0:
		m.assume(prog.AssumeNotCalled, in, c)
	case len(in.targets) > 1:
		m.assume(in.assume, in, c)
	}
	if in.assume == prog.AssumeLoopEnds {
		m.loopsOn(g, (c == 0) != (in.flags&prog.First != 0))
	}
	return m.jump(g, in.targets[c])
}

// stepAssume drops executions in which its condition does not hold.
func (m *machine) stepAssume(g *gor, in *instr) outcome {
	v := m.get(g, in.args[0])
	if v.kind() == vFree {
		if !m.st.possible(v.obj(), mkBool(v.freeOff() == 0)) {
			return oDiscard
		}
		m.st.fix(v.obj(), mkBool(v.freeOff() == 0))
		return m.next(g)
	}
	if v.kind() == vLost {
		return m.next(g)
	}
	if yes, _ := m.truth(v, in); !yes {
		return oDiscard
	}
	return m.next(g)
}

// stepMust panics unless its condition holds; where that is open it does.
func (m *machine) stepMust(g *gor, in *instr) outcome {
	v := m.get(g, in.args[0])
	if v == valFalse || v.kind() == vFree && !m.st.assume(v) {
		return m.startPanic(g, valLost)
	}
	return m.next(g)
}

// callee resolves a function value to its number and captured values.
func (m *machine) callee(in *instr, v value) (fn int, captured []value, known bool) {
	switch v.kind() {
	case vFunc:
		return int(v.body()), nil, true
	case vFree, vLost:
		return 0, nil, false
	case vRef:
		if ob := &m.st.objs[v.obj()]; ob.kind == kClosure {
			return int(ob.f[0].body()), ob.f[1:], true
		}
	}
	m.bug(in, v)
	return 0, nil, false
}

// argValues evaluates the arguments from index i on, in storage of the state.
func (m *machine) argValues(g *gor, in *instr, i int) []value {
	if i >= len(in.args) {
		return nil
	}
	out := m.st.alloc(len(in.args) - i)
	for k, a := range in.args[i:] {
		out[k] = m.get(g, a)
	}
	return out
}

// enter pushes a frame for fn on g. The captured values of a method value are
// its receiver, those of a closure follow the parameters.
func (m *machine) enter(g *gor, fn int, captured, args []value) {
	f := &m.c.funcs[fn]
	bound := len(captured) > m.c.p.Funcs[fn].Captures
	slots := m.st.pushFrame(g, fn, f)
	if bound {
		n := copy(slots, captured)
		copy(slots[n:], args)
		return
	}
	copy(slots[:f.params], args)
	copy(slots[m.c.p.Funcs[fn].Params:f.params], captured)
}

// stepCall calls by value.
func (m *machine) stepCall(g *gor, in *instr) outcome {
	v := m.get(g, in.args[0])
	if v.kind() == vNil {
		return m.startPanic(g, valLost)
	}
	fn, captured, known := m.callee(in, v)
	args := m.argValues(g, in, 1)
	if !known {
		return m.callUnknown(g, in, v, args)
	}
	frames, same := g.depth(fn)
	if frames >= m.limits.frames || same >= 2 || len(g.stack)+fSlots+m.c.funcs[fn].slots > maxStack {
		return m.cut(g, in, append(args, captured...))
	}
	m.enter(g, fn, captured, args)
	return oDone
}

// callUnknown is a call of a function nobody knows: it may keep its arguments.
func (m *machine) callUnknown(g *gor, in *instr, fn value, args []value) outcome {
	for _, a := range args {
		if fn.kind() == vLost {
			m.ignore(a)
		} else {
			m.open(a, prog.EnvAll)
		}
		if a.isRef() {
			m.st.changed(a.obj())
		}
	}
	for i := range in.dst {
		if fn.kind() == vLost {
			m.put(g, in, i, valLost)
		} else {
			m.put(g, in, i, m.st.newFree(0))
		}
	}
	return m.next(g)
}

// cut ends a recursion that is too deep: what the callee could have done to
// anything it reaches may still happen.
func (m *machine) cut(g *gor, in *instr, reach []value) outcome {
	m.blind = true
	for _, v := range reach {
		m.ignore(v)
	}
	for _, v := range m.st.glob {
		m.ignore(v)
	}
	for i := range in.dst {
		m.put(g, in, i, valLost)
	}
	return m.next(g)
}

// stepGo starts a goroutine.
func (m *machine) stepGo(g *gor, in *instr) outcome {
	v := m.get(g, in.args[0])
	if v.kind() == vNil {
		return m.fatal()
	}
	args := m.argValues(g, in, 1)
	fn, captured, known := m.callee(in, v)
	if !known {
		for _, a := range args {
			m.open(a, prog.EnvAll)
		}
		return m.next(g)
	}
	if (in.flags&prog.Loop != 0 || g.flags&gLoose != 0) && m.instances(in.site) >= m.limits.instances {
		if m.force != nil { // a look ahead does not look ahead
			m.force.called(m, fn, captured, args)
		} else {
			m.willBody(fn, captured, args)
		}
		return m.next(g)
	}
	if m.live() >= m.limits.gors {
		return oTrunc
	}
	m.next(g)
	m.launch(g, in, fn, captured, args, gLive, valNil)
	return oDone
}

// instances counts the live goroutines of a launch site.
func (m *machine) instances(site int32) int {
	n := 0
	for i := range m.st.gs {
		if m.st.gs[i].site == site && m.st.gs[i].status != gEnded {
			n++
		}
	}
	return n
}

// live counts the goroutines that have not ended.
func (m *machine) live() int {
	n := 0
	for i := range m.st.gs {
		if m.st.gs[i].status != gEnded {
			n++
		}
	}
	return n
}

// launch adds a goroutine that runs fn. The pointer g is stale afterwards.
func (m *machine) launch(g *gor, in *instr, fn int, captured, args []value, status uint8, timer value) {
	ng := gor{status: status, flags: 0, site: in.site, timer: timer, id: -1}
	if m.c.dflt {
		ng.flags = gGap
	}
	m.enter(&ng, fn, captured, args)
	switch {
	case m.trace == nil:
	case status == gLive:
		m.trace.started(m, in)
	default:
		m.trace.armed()
	}
	m.st.gs = append(m.st.gs, ng)
}

// stepUnknown calls code that cannot be seen and that touches nothing known.
func (m *machine) stepUnknown(g *gor, in *instr) outcome {
	flags := freeFlags(in)
	n := len(in.dst)
	if in.flags&prog.ErrPair == 0 || n < 2 {
		for i := range n {
			m.put(g, in, i, m.st.newFree(flags))
		}
		return m.next(g)
	}
	err := m.st.newFree(0)
	isNil := m.st.compare(prog.OpEq, err, valNil)
	for i := range n - 1 {
		v := m.st.newFree(0)
		tie := m.st.newFree(frNot << frOpShift)
		f := m.st.objs[tie.obj()].f
		f[frA], f[frB] = v, isNil
		m.st.addFact(v, frEq, valNil, tie)
		m.st.addFact(isNil, frNot, v, tie)
		m.put(g, in, i, v)
	}
	m.put(g, in, n-1, err)
	return m.next(g)
}

// stepRet returns to the caller.
func (m *machine) stepRet(g *gor, in *instr) outcome {
	vals := m.argValues(g, in, 0)
	return m.leave(g, vals)
}

// leave pops the top frame and gives its results to whoever called.
func (m *machine) leave(g *gor, vals []value) outcome {
	in := m.instr(g)
	if !g.popFrame() {
		m.ended(g, in)
		return oDone
	}
	if m.trace != nil {
		m.trace.returned(m, in)
	}
	f := g.frameAt(g.base)
	if f.mode&modeMask != modeNormal {
		return m.unwind(g)
	}
	call := m.instr(g)
	if call.op == prog.OpRunDefers {
		return oDone
	}
	for i, d := range call.dst {
		v := valNil
		if i < len(vals) {
			v = vals[i]
		}
		m.putSlot(g, d, v)
	}
	return m.next(g)
}

// ended tells a witness that g has returned from its bottom frame.
func (m *machine) ended(g *gor, in *instr) {
	if m.trace != nil {
		m.trace.ended(m, in)
	}
}

// stepDefer adds a call to those that run when the function returns.
func (m *machine) stepDefer(g *gor, in *instr) outcome {
	args := m.argValues(g, in, 0)
	o := m.st.newObj(kDefer, in.site, 1+len(args))
	f := m.st.objs[o].f
	f[0] = args[0]
	f[1] = g.stack[g.base+fDefers]
	copy(f[2:], args[1:])
	g.stack[g.base+fDefers] = mkRef(o, 0)
	return m.next(g)
}

// stepRunDefers runs the deferred calls, one each time it is executed.
func (m *machine) stepRunDefers(g *gor, in *instr) outcome {
	if g.stack[g.base+fDefers] == valNil {
		return m.next(g)
	}
	return m.callDeferred(g, in)
}

// callDeferred takes the last deferred call of the top frame and enters it.
func (m *machine) callDeferred(g *gor, in *instr) outcome {
	d := m.st.objs[g.stack[g.base+fDefers].obj()]
	g.stack[g.base+fDefers] = d.f[1]
	fv := m.st.deref(d.f[0])
	if fv.kind() == vNil {
		return m.startPanic(g, valLost)
	}
	fn, captured, known := m.callee(in, fv)
	if !known {
		for _, a := range d.f[2:] {
			m.open(a, prog.EnvAll)
		}
		return oDone
	}
	if len(g.stack)+fSlots+m.c.funcs[fn].slots > maxStack {
		return oTrunc
	}
	m.enter(g, fn, captured, d.f[2:])
	return oDone
}

// stepPanic panics.
func (m *machine) stepPanic(g *gor, in *instr) outcome {
	return m.unwindFrom(g, modePanic, m.optional(g, in, 0))
}

// startPanic panics with a runtime error.
func (m *machine) startPanic(g *gor, v value) outcome {
	m.failed = true
	return m.unwindFrom(g, modePanic, v)
}

// fatal ends the process with an error that cannot be recovered.
func (m *machine) fatal() outcome {
	m.failed = true
	return oExit
}

// unwindFrom starts to unwind the top frame. What a panic is about is unknown,
// but recover never returns nil for it.
func (m *machine) unwindFrom(g *gor, mode int, v value) outcome {
	if mode == modePanic && (v == valNil || v == valLost) {
		v = m.st.newFree(frNonNil)
	}
	f := g.frameAt(g.base)
	f.mode = m.nextMode(f.mode, mode)
	g.setFrame(g.base, f)
	g.stack[g.base+fPanic] = v
	if m.faults&faultLostDefer != 0 && mode == modeGoexit {
		g.stack[g.base+fDefers] = valNil
	}
	return m.unwind(g)
}

// nextMode returns the mode of a frame that was in old when a panic or Goexit
// reaches it: a Goexit replaces a panic, and survives one.
func (m *machine) nextMode(old, mode int) int {
	if mode&modeMask == modePanic && (old&modeMask == modeGoexit || (old|mode)&modeUnder != 0) {
		return modePanic | modeUnder
	}
	return mode & modeMask
}

// unwind runs what the top frame deferred, then ends it as its mode says:
// passes the panic on, goes on exiting, or returns after a recover.
func (m *machine) unwind(g *gor) outcome {
	for {
		f := g.frameAt(g.base)
		if g.stack[g.base+fDefers] != valNil {
			base := g.base
			out := m.callDeferred(g, m.instr(g))
			if out != oDone || g.status == gEnded || g.base != base || g.frameAt(base) != f {
				return out
			}
			continue // an unknown function was deferred
		}
		mode, v := f.mode, g.stack[g.base+fPanic]
		switch {
		case mode&modeMask == modeRecovered && mode&modeUnder != 0:
			mode = modeGoexit
		case mode&modeMask == modeRecovered:
			return m.resume(g, f)
		}
		if g.base == 0 && mode&modeMask == modePanic {
			m.failed = true
			return oExit // nobody recovers
		}
		in := m.instr(g)
		if !g.popFrame() {
			m.ended(g, in)
			return oDone
		}
		f = g.frameAt(g.base)
		f.mode = m.nextMode(f.mode, mode)
		g.setFrame(g.base, f)
		g.stack[g.base+fPanic] = v
	}
}

// resume goes on after a recovered panic.
func (m *machine) resume(g *gor, f frame) outcome {
	fn := &m.c.funcs[f.fn]
	f.mode = modeNormal
	g.stack[g.base+fPanic] = valNil
	if fn.recover >= 0 {
		f.pc = fn.recover
		g.setFrame(g.base, f)
		return oDone
	}
	g.setFrame(g.base, f)
	return m.leave(g, nil)
}

// stepRecover stops the panic of the caller if this is the function that it
// deferred.
func (m *machine) stepRecover(g *gor, in *instr) outcome {
	v := valNil
	if g.base > 0 {
		prev := g.frameAt(g.base).prev
		if f := g.frameAt(prev); f.mode&modeMask == modePanic && m.faults&faultNoRecover == 0 {
			v = g.stack[prev+fPanic]
			f.mode = modeRecovered | f.mode&modeUnder
			g.setFrame(prev, f)
		}
	}
	return m.done(g, in, v)
}
