package explore

import "github.com/leaklint/leaklint/internal/explore/prog"

// envSteps are the operations that say what unseen code may do.
var envSteps = map[prog.Op]func(*machine, *gor, *instr) outcome{
	prog.OpWilling: (*machine).stepWilling, prog.OpGone: (*machine).stepWilling,
	prog.OpMay: (*machine).stepMay, prog.OpEndMay: (*machine).stepMay, prog.OpOpen: (*machine).stepOpen,
}

// The env word of an object: operations that the environment is willing to
// make, may make for ever, or might make for all the machine knows; above
// them a small counter per operation for calls that may make it.
const (
	envWillShift = 0
	envOpenShift = 8
	envIgnShift  = 16
	envMayShift  = 24
	envMayBits   = 4
	envOpsMask   = 0xff
	envOpCount   = 8
	// It sends, or receives, for ever only in callbacks that it was given.
	envCalledSend = 1 << 56
	envCalledRecv = 1 << 57
)

// envOps returns the operations the environment may make on ob, and those of
// them that do not come from the machine's own ignorance.
func envOps(ob *object) (all, known prog.EnvOps) {
	if ob.env == 0 {
		return 0, 0
	}
	known = prog.EnvOps(ob.env>>envWillShift|ob.env>>envOpenShift) & envOpsMask
	for i := range envOpCount {
		if ob.env>>(envMayShift+envMayBits*i)&(1<<envMayBits-1) != 0 {
			known |= 1 << i
		}
	}
	return known | prog.EnvOps(ob.env>>envIgnShift)&envOpsMask, known
}

// envAssume returns the kind of assumption that relying on op is.
func envAssume(known, op prog.EnvOps, kind prog.Assume) prog.Assume {
	if known&op == 0 {
		return prog.AssumeIgnorance
	}
	return kind
}

// envHelps reports whether the environment may make op on ob, and records that
// it does.
func (m *machine) envHelps(ob *object, op prog.EnvOps, in *instr) bool {
	all, known := envOps(ob)
	if all&op == 0 {
		return false
	}
	m.assume(envAssume(known, op, prog.AssumeEnvOperates), in, 0)
	m.helps(in, ob, op)
	return true
}

// primOf resolves an operand to the object of a primitive: the reference
// itself, or the primitive embedded at an address. Free, lost and nil values
// give -1.
func (m *machine) primOf(in *instr, v value) int {
	switch v.kind() {
	case vNil, vFree, vLost:
		return -1
	case vRef:
		ob := &m.st.objs[v.obj()]
		if ob.kind != uint8(Memory) {
			return v.obj()
		}
		if v.off() < len(ob.f) && ob.f[v.off()].kind() == vEmb {
			return ob.f[v.off()].obj()
		}
	}
	m.bug(in, v)
	return -1
}

// stepWilling makes the environment willing on a primitive, or not any more.
func (m *machine) stepWilling(g *gor, in *instr) outcome {
	if o := m.primOf(in, m.get(g, in.args[0])); o >= 0 {
		ob := &m.st.objs[o]
		if in.op == prog.OpGone {
			ob.env &^= envOpsMask << envWillShift
		} else {
			ob.env |= uint64(in.env) << envWillShift
		}
	}
	m.event(g, in, -1, -1)
	return m.next(g)
}

// stepMay opens a primitive for the time of a call.
func (m *machine) stepMay(g *gor, in *instr) outcome {
	o := m.primOf(in, m.get(g, in.args[0]))
	if o < 0 {
		return m.next(g)
	}
	ob := &m.st.objs[o]
	for i := range envOpCount {
		if in.env&(1<<i) == 0 {
			continue
		}
		one := uint64(1) << (envMayShift + envMayBits*i)
		n := ob.env / one & (1<<envMayBits - 1)
		switch {
		case in.op == prog.OpMay && n < 1<<envMayBits-1:
			m.opens(ob, envOpsMask<<envOpenShift)
			ob.env += one
		case in.op == prog.OpEndMay && n > 0:
			ob.env -= one
		}
	}
	return m.next(g)
}

// stepOpen opens a value for ever.
func (m *machine) stepOpen(g *gor, in *instr) outcome {
	m.open(m.get(g, in.args[0]), in.env)
	return m.next(g)
}

// open gives v to unseen code: it may make ops on v itself, if that is a
// primitive, and everything on what it reaches through exported fields,
// elements and interfaces. A function can be called, any number of times.
func (m *machine) open(v value, ops prog.EnvOps) {
	m.spread(v, uint64(ops)<<envOpenShift, uint64(prog.EnvAll)<<envOpenShift, false)
}

// ignore is called where the machine loses track of v: whoever holds it may do
// anything with it, but no witness may rely on that.
func (m *machine) ignore(v value) {
	const all = uint64(prog.EnvAll|prog.EnvUnlock) << envIgnShift
	m.spread(v, all, all, true)
}

// spread sets env bits on v and what it reaches; through unexported fields and
// captured values only if deep.
func (m *machine) spread(v value, bits, inner uint64, deep bool) {
	switch v = m.st.deref(v); v.kind() {
	case vFunc:
		if !deep {
			m.callable(v, bits)
		}
		return
	case vRef, vSlice, vEmb:
	default:
		return
	}
	ob := &m.st.objs[v.obj()]
	ob.env &^= calledBits(bits)
	if ob.env&bits == bits {
		return
	}
	switch ob.kind {
	case kClosure:
		if !deep {
			m.opens(ob, bits)
			ob.env |= bits // once is enough, and looking ahead is slow
			m.callable(v, bits)
			return
		}
	case uint8(Context):
		bits &^= uint64(prog.EnvCancel) << envOpenShift // nobody cancels through a Context
	}
	m.opens(ob, bits)
	ob.env |= bits
	for i, w := range ob.f {
		if w.isRef() && (deep || ob.kind != uint8(Memory) || m.exported(ob, i)) {
			m.spread(w, inner, inner, deep)
			ob = &m.st.objs[v.obj()]
		}
	}
}

// callable lets unseen code call function value v for ever: the operations of
// its body become willing on what it captures.
func (m *machine) callable(v value, bits uint64) {
	fn, captured, _ := m.callee(nil, v)
	if m.force != nil { // looking ahead already
		m.force.called(m, fn, captured, nil)
		return
	}
	m.willBody(fn, captured, nil)
}

// willBody makes the environment willing to make the operations that a call of
// fn makes.
func (m *machine) willBody(fn int, captured, args []value) {
	for _, w := range m.lookAhead(fn, captured, args) {
		if w.obj >= 0 && w.obj < len(m.st.objs) {
			ob := &m.st.objs[w.obj]
			m.opens(ob, envOpsMask<<envOpenShift)
			bits := uint64(w.env()) << envOpenShift
			ob.env |= calledBits(bits &^ ob.env)
			ob.env |= bits
		}
	}
}

// calledBits returns the bits that say of those among bits that open an object
// for sends and receives that only callbacks make these.
func calledBits(bits uint64) uint64 {
	return bits>>envOpenShift&uint64(prog.EnvSend)*envCalledSend | bits>>envOpenShift&uint64(prog.EnvRecv)/uint64(prog.EnvRecv)*envCalledRecv
}

// envTakes gives val to the environment, which received it from channel o.
// What open code receives is open; a willing entry is code of the program.
func (m *machine) envTakes(o int, val value) {
	ob := &m.st.objs[o]
	if len(ob.f) > chBuf { // it took the oldest value first
		old := ob.f[chBuf]
		m.st.remove(o, chBuf)
		m.st.push(o, val)
		val = old
		ob = &m.st.objs[o]
	}
	switch {
	case ob.env>>envOpenShift&uint64(prog.EnvRecv) != 0:
		m.open(val, prog.EnvAll)
	case ob.env>>envWillShift&uint64(prog.EnvRecv) == 0:
		m.ignore(val)
	}
}

// envStep lets the environment fill (or empty) the buffers of channels on
// which it is willing to send but not to receive (or the other way round).
// Step k is the k-th such object; no step means that there are no more.
func (m *machine) envStep(k int) outcome {
	m.pos, m.width, m.moved, m.cost, m.back, m.backs = 0, 1, 0, cost{}, 0, 0
	m.cur, m.last = -1, -1
	if m.trace != nil {
		m.trace.begin()
	}
	for o := range m.st.objs {
		ob := &m.st.objs[o]
		if ob.kind != uint8(Chan) || ob.env == 0 {
			continue
		}
		info := ob.f[chInfo].word()
		_, ops := envOps(ob)
		n, room := len(ob.f)-chBuf, info&chCapMask
		fills := ops&(prog.EnvSend|prog.EnvRecv) == prog.EnvSend && n < room && room != chNever && info&chClosed == 0
		takes := ops&(prog.EnvSend|prog.EnvRecv) == prog.EnvRecv && n > 0
		if !fills && !takes {
			continue
		}
		if k > 0 {
			k--
			continue
		}
		m.refill(o, fills, room)
		return oDone
	}
	return oBlocked
}

// refill fills or empties channel o.
func (m *machine) refill(o int, fills bool, room int) {
	ob := &m.st.objs[o]
	in := m.siteInstr(ob.site)
	if !fills {
		m.assume(calls(ob, envCalledRecv, prog.AssumeEnvTakes), in, 0)
		ob.f = ob.f[:chBuf]
		return
	}
	m.assume(calls(ob, envCalledSend, prog.AssumeEnvFills), in, 0)
	for len(m.st.objs[o].f)-chBuf < room {
		m.st.push(o, m.st.newFree(0))
	}
}

// calls returns the kind of assumption that the environment fills or empties a
// buffer. A callback runs at most once for each time that it was handed over,
// of several that were handed over together often one only: that it has run as
// often as there is room is far-fetched.
func calls(ob *object, called uint64, kind prog.Assume) prog.Assume {
	if ob.env&called != 0 {
		return prog.AssumeCallsFill
	}
	return kind
}

// siteInstr returns the compiled instruction of a site.
func (m *machine) siteInstr(site int32) *instr {
	s := m.c.site(site)
	return &m.c.funcs[s.Func].code[s.Instr]
}
