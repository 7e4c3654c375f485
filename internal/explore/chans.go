package explore

import "github.com/leaklint/leaklint/internal/explore/prog"

// chanSteps are the operations on channels.
var chanSteps = map[prog.Op]func(*machine, *gor, *instr) outcome{
	prog.OpMake: (*machine).stepMake, prog.OpClose: (*machine).stepClose,
	prog.OpSend:   (*machine).stepComm,
	prog.OpRecv:   (*machine).stepComm,
	prog.OpSelect: (*machine).stepComm,
}

// A channel object: state, zero element, buffer.
const (
	chInfo = iota
	chZero
	chBuf
	chCapMask  = 0xff
	chNever    = 0xff // never full
	chKeep     = 6    // values kept in a channel that is never full
	chClosed   = 1 << 8
	chTagShift = 16
)

// How a case of a communication can go.
type how uint8

const (
	hBuf      how = iota // through the buffer
	hClosed              // receive from a closed channel
	hPanic               // send on a closed channel
	hMeet                // with a goroutine that receives
	hEnded               // a context that has ended
	hDefault             // the default case
	hCtxEnds             // a context that ends now
	hTimer               // a timer that fires now
	hTimerBuf            // a timer that has fired
	hEnv                 // with the environment
	hEnvClose            // the environment closes the channel first
	hFree                // a channel nobody knows
	hLost                // a channel the machine lost
)

// An alt is one way a communication can go on.
type alt struct {
	c      int // case
	how    how
	obj    int
	who    int // partner, for hMeet
	whose  int // the partner's case
	assume prog.Assume
}

// stepMake makes a channel.
func (m *machine) stepMake(g *gor, in *instr) outcome {
	n, ok := m.size(m.get(g, in.args[0]), in)
	if !ok {
		return oPark
	}
	info := chNever
	switch n.kind() {
	case vInt:
		if n.int() < 0 {
			return m.startPanic(g, valLost)
		}
		info = n.int() | n.intTag()<<chTagShift
	case vFree:
		c, ok := m.pick(2)
		if !ok {
			return oPark
		}
		if c == 0 {
			m.assume(prog.AssumeZero, in, c) // a size that happens to be 0
			info = 0
		} else {
			m.assume(prog.AssumeUnknown, in, c)
		}
	case vLost:
	default:
		m.bug(in, n)
	}
	zero := m.optional(g, in, 1)
	o := m.st.newObj(uint8(Chan), in.site, chBuf)
	f := m.st.objs[o].f
	f[chInfo], f[chZero] = mkWord(info), zero
	if m.only != nil && !m.only[in.site] { // projected on another primitive
		m.st.objs[o].env = uint64(prog.EnvAll) << envOpenShift
	}
	return m.done(g, in, mkRef(o, 0))
}

// stepClose closes a channel.
func (m *machine) stepClose(g *gor, in *instr) outcome {
	v := m.get(g, in.args[0])
	switch v.kind() {
	case vNil:
		return m.startPanic(g, valLost)
	case vFree, vLost:
		return m.next(g)
	case vRef:
		if ob := &m.st.objs[v.obj()]; ob.kind == uint8(Chan) {
			if ob.f[chInfo].word()&chClosed != 0 {
				return m.startPanic(g, valLost)
			}
			if m.faults&faultLostClose == 0 {
				ob.f[chInfo] = mkWord(ob.f[chInfo].word() | chClosed)
			}
			m.event(g, in, -1, -1)
			return m.next(g)
		}
	}
	m.bug(in, v)
	return oDone
}

// numCases returns the number of cases of a communication.
func numCases(in *instr) int {
	if in.op == prog.OpSelect {
		return len(in.cases)
	}
	return 1
}

// caseOf returns case c of a communication, by value. A plain send or receive
// is a select with one case.
func caseOf(in *instr, c int) (send, dflt bool, ch, val arg) {
	switch in.op {
	case prog.OpSelect:
		k := &in.cases[c]
		return k.send, k.dflt, k.ch, k.val
	case prog.OpSend:
		val = arg{argConst, valNil}
		if len(in.args) > 1 {
			val = in.args[1]
		}
		return true, false, in.args[0], val
	}
	return false, false, in.args[0], arg{argConst, valNil}
}

// stepComm does a send, receive or select in one of the ways that are open.
func (m *machine) stepComm(g *gor, in *instr) outcome {
	m.alts = m.alts[:0]
	m.findAlts(g, in)
	if len(m.alts) == 0 {
		return oBlocked
	}
	n, ok := m.pick(len(m.alts))
	if !ok {
		return oPark
	}
	a := m.alts[n]
	m.assume(a.assume, in, a.c)
	m.helpsAlt(in, a)
	return m.takeAlt(g, in, a)
}

// findAlts collects the ways in which g can go on at in.
func (m *machine) findAlts(g *gor, in *instr) {
	dflt, ready := -1, false
	for c := range numCases(in) {
		send, isDefault, ch, _ := caseOf(in, c)
		if isDefault {
			dflt = c
			continue
		}
		from := len(m.alts)
		v := m.get(g, ch)
		if send {
			m.sendAlts(g, in, c, v)
		} else {
			m.recvAlts(g, in, c, v)
		}
		for _, a := range m.alts[from:] {
			ready = ready || a.how <= hPanic || a.how == hEnded || a.how == hTimerBuf
		}
	}
	if dflt >= 0 && (!ready || m.faults&faultDefault != 0) {
		m.alts = append(m.alts, alt{c: dflt, how: hDefault, assume: m.defaultNeeds(g, in)})
	}
}

// recvAlts adds the ways to receive from v.
func (m *machine) recvAlts(g *gor, in *instr, c int, v value) {
	a := alt{c: c, how: hFree}
	switch v.kind() {
	case vNil:
		return
	case vFree:
		a.assume = prog.AssumeEnvOperates
	case vLost:
		a.how, a.assume = hLost, prog.AssumeIgnorance
	case vRef:
		a.obj = v.obj()
		switch ob := &m.st.objs[a.obj]; ob.kind {
		case uint8(Chan):
			m.recvChan(ob, a)
			return
		case uint8(Timer):
			m.recvTimer(ob, a)
			return
		case uint8(Context):
			m.recvCtx(a)
			return
		}
		m.bug(in, v)
	default:
		m.bug(in, v)
	}
	m.alts = append(m.alts, a)
}

// recvChan adds the ways to receive from a channel, apart from meeting a
// sender, which is the sender's step.
func (m *machine) recvChan(ob *object, a alt) {
	switch info := ob.f[chInfo].word(); {
	case len(ob.f) > chBuf:
		a.how = hBuf
	case info&chClosed != 0:
		a.how = hClosed
	default:
		ops, known := envOps(ob)
		if ops&prog.EnvSend != 0 {
			a.how, a.assume = hEnv, envAssume(known, prog.EnvSend, prog.AssumeEnvOperates)
			m.alts = append(m.alts, a)
		}
		if ops&prog.EnvClose != 0 {
			a.how, a.assume = hEnvClose, envAssume(known, prog.EnvClose, prog.AssumeEnvCloses)
			m.alts = append(m.alts, a)
		}
		return
	}
	m.alts = append(m.alts, a)
}

// sendAlts adds the ways to send on v.
func (m *machine) sendAlts(g *gor, in *instr, c int, v value) {
	a := alt{c: c, how: hFree}
	switch v.kind() {
	case vNil:
		return
	case vFree:
	case vLost:
		a.how, a.assume = hLost, prog.AssumeIgnorance
	case vRef:
		a.obj = v.obj()
		if ob := &m.st.objs[a.obj]; ob.kind == uint8(Chan) {
			m.sendChan(g, ob, a)
			return
		}
		m.bug(in, v)
	default:
		m.bug(in, v)
	}
	m.alts = append(m.alts, a)
}

// sendChan adds the ways to send on a channel.
func (m *machine) sendChan(g *gor, ob *object, a alt) {
	info := ob.f[chInfo].word()
	room := info & chCapMask
	switch {
	case info&chClosed != 0:
		a.how = hPanic
	case len(ob.f)-chBuf < room:
		a.how = hBuf
	default:
		if room == 0 {
			m.meet(g, a)
		}
		if ops, known := envOps(ob); ops&prog.EnvRecv != 0 {
			a.how, a.assume = hEnv, envAssume(known, prog.EnvRecv, prog.AssumeEnvOperates)
			m.alts = append(m.alts, a)
		}
		return
	}
	m.alts = append(m.alts, a)
}

// meet adds the goroutines that stand at a receive from the channel.
func (m *machine) meet(g *gor, a alt) {
	a.how = hMeet
	for i := range m.st.gs {
		h := &m.st.gs[i]
		if h == g || h.status != gLive {
			continue
		}
		for c := range m.casesOn(h, a.obj, false) {
			a.who, a.whose = i, c
			m.alts = append(m.alts, a)
		}
	}
}

// casesOn yields the cases of the communication at which h stands that send to
// (or receive from) channel o.
func (m *machine) casesOn(h *gor, o int, sends bool) func(func(int) bool) {
	return func(yield func(int) bool) {
		in := m.instr(h)
		if in.op != prog.OpSend && in.op != prog.OpRecv && in.op != prog.OpSelect {
			return
		}
		for c := range numCases(in) {
			send, dflt, ch, _ := caseOf(in, c)
			if dflt || send != sends {
				continue
			}
			if v := m.get(h, ch); v.kind() == vRef && v.obj() == o && !yield(c) {
				return
			}
		}
	}
}

// defaultNeeds returns what taking the default of a select assumes: nothing,
// or that partners standing at the other end have not arrived yet, which is
// plausible where something took time (docs/design.md section 8.2).
func (m *machine) defaultNeeds(g *gor, in *instr) prog.Assume {
	need := prog.AssumeNone
	for c := range numCases(in) {
		send, dflt, ch, _ := caseOf(in, c)
		v := m.get(g, ch)
		if dflt || v.kind() != vRef || m.st.objs[v.obj()].kind != uint8(Chan) {
			continue
		}
		if ops, _ := envOps(&m.st.objs[v.obj()]); ops != 0 {
			continue
		}
		for i := range m.st.gs {
			h := &m.st.gs[i]
			if h == g || h.status != gLive {
				continue
			}
			for range m.casesOn(h, v.obj(), !send) {
				need = max(need, m.partnerLate(h, in))
			}
		}
	}
	return need
}

// partnerLate returns the assumption that h has not yet arrived.
func (m *machine) partnerLate(h *gor, in *instr) prog.Assume {
	if h.flags&gGap == 0 || in.flags&prog.Low != 0 {
		return prog.AssumeNotThereLow
	}
	return prog.AssumeNotThere
}

// takeAlt goes on in the way a.
func (m *machine) takeAlt(g *gor, in *instr, a alt) outcome {
	send, _, _, valArg := caseOf(in, a.c)
	if a.how == hDefault {
		m.event(g, in, a.c, -1)
		return m.afterComm(g, in, a.c, valNil, valNil)
	}
	if send {
		return m.takeSend(g, in, a, m.get(g, valArg))
	}
	v, ok := m.takeRecv(a)
	m.event(g, in, a.c, -1)
	return m.afterComm(g, in, a.c, v, ok)
}

// takeSend sends val.
func (m *machine) takeSend(g *gor, in *instr, a alt, val value) outcome {
	switch a.how {
	case hPanic:
		return m.startPanic(g, valLost)
	case hBuf:
		m.bufferValue(a.obj, val)
	case hEnv:
		m.envTakes(a.obj, val)
	case hFree:
		m.open(val, prog.EnvAll)
	case hLost:
		m.ignore(val)
	case hMeet:
		h := &m.st.gs[a.who]
		hin := m.instr(h)
		h.flags &^= gGap | gChoice
		m.markMoved(a.who)
		m.pass(hin)
		m.event(g, in, a.c, a.who)
		m.afterComm(h, hin, a.whose, val, valTrue)
		if m.faults&faultHalfMeet != 0 {
			return oDone
		}
		return m.afterComm(g, in, a.c, valNil, valNil)
	}
	m.event(g, in, a.c, -1)
	return m.afterComm(g, in, a.c, valNil, valNil)
}

// bufferValue puts val into a buffer. A channel that is never full keeps a few
// values and loses the others.
func (m *machine) bufferValue(o int, val value) {
	ob := &m.st.objs[o]
	if ob.f[chInfo].word()&chCapMask == chNever && len(ob.f)-chBuf >= chKeep {
		m.ignore(val)
		ob.env |= uint64(prog.EnvSend) << envIgnShift
		return
	}
	m.st.push(o, val)
	if ops, known := envOps(&m.st.objs[o]); ops&known&prog.EnvRecv != 0 && m.st.objs[o].env>>envOpenShift&uint64(prog.EnvRecv) != 0 {
		m.open(val, prog.EnvAll)
	}
}

// takeRecv receives.
func (m *machine) takeRecv(a alt) (v, ok value) {
	switch a.how {
	case hFree:
		return m.st.newFree(0), m.st.newFree(0)
	case hLost:
		return valLost, valLost
	}
	ob := &m.st.objs[a.obj]
	switch a.how {
	case hBuf:
		v = m.st.deref(ob.f[chBuf])
		m.st.remove(a.obj, chBuf)
		return v, valTrue
	case hClosed:
		return ob.f[chZero], valFalse
	case hEnvClose:
		ob.f[chInfo] = mkWord(ob.f[chInfo].word() | chClosed)
		return ob.f[chZero], valFalse
	case hEnded:
		return valNil, valFalse
	case hCtxEnds:
		m.endCtx(a.obj)
		return valNil, valFalse
	case hTimer, hTimerBuf:
		m.takeTimer(ob, a.how)
		return m.st.newFree(0), valTrue
	}
	return m.st.newFree(0), valTrue // hEnv
}

// afterComm stores what case c of in received and moves g on.
func (m *machine) afterComm(g *gor, in *instr, c int, v, ok value) outcome {
	if in.op != prog.OpSelect {
		if in.op == prog.OpRecv {
			m.put(g, in, 0, v)
			m.put(g, in, 1, ok)
		}
		return m.next(g)
	}
	k := &in.cases[c]
	if k.dflt {
		c = -1
	}
	m.put(g, in, 0, mkInt(c, 0))
	if !k.send {
		m.putSlot(g, k.dst, v)
		m.putSlot(g, k.ok, ok)
	}
	return m.jump(g, k.target)
}

// event tells a witness that g did in, with partner if there is one.
func (m *machine) event(g *gor, in *instr, c, partner int) {
	if m.trace != nil {
		m.trace.did(m, g, in, c, partner)
	}
}
