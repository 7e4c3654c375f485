package explore

import "github.com/leaklint/leaklint/internal/explore/prog"

// lockSteps are the operations on locks, Conds, wait groups and Onces.
var lockSteps = map[prog.Op]func(*machine, *gor, *instr) outcome{
	prog.OpLock: (*machine).stepLock, prog.OpRLock: (*machine).stepLock,
	prog.OpTryLock: (*machine).stepTryLock, prog.OpTryRLock: (*machine).stepTryLock,
	prog.OpUnlock: (*machine).stepUnlock, prog.OpRUnlock: (*machine).stepUnlock,
	prog.OpRLocker: (*machine).stepRLocker, prog.OpNewCond: (*machine).stepNewCond,
	prog.OpCondL: (*machine).stepCondL, prog.OpLoadL: (*machine).stepLoadL,
	prog.OpWait: (*machine).stepWait, prog.OpSignal: (*machine).stepSignal, prog.OpBroadcast: (*machine).stepSignal,
	prog.OpAddWG: (*machine).stepAddWG, prog.OpDone: (*machine).stepAddWG, prog.OpWaitWG: (*machine).stepWaitWG,
	prog.OpOnceBegin: (*machine).stepOnceBegin, prog.OpOnceEnd: (*machine).stepOnceEnd,
}

// The word of a lock: whether it is held for writing or announced, and above
// them the number of readers.
const (
	lkHeld      = 1
	lkAnnounced = 2
	lkReaders   = 4
)

// lockOf resolves a lock operand, through an RLocker to the reader's side of
// its lock. Unknown locks give -1, nil ones panic.
func (m *machine) lockOf(g *gor, in *instr, v value) (o int, reader bool) {
	reader = in.op == prog.OpRLock || in.op == prog.OpRUnlock || in.op == prog.OpTryRLock
	o = m.primOf(in, v)
	if o < 0 {
		return o, reader
	}
	switch m.st.objs[o].kind {
	case kRLocker:
		return m.st.objs[o].f[0].obj(), true
	case kRW, uint8(Mutex):
		return o, reader
	}
	m.bug(in, v)
	return -1, reader
}

// stepLock takes a lock, or announces a writer first.
func (m *machine) stepLock(g *gor, in *instr) outcome {
	v := m.get(g, in.args[0])
	o, reader := m.lockOf(g, in, v)
	if o < 0 {
		return m.unknownPrim(g, in, v)
	}
	ok, announced := m.acquire(g, in, o, reader)
	switch {
	case announced:
		return oDone
	case !ok:
		return oBlocked
	}
	g.phase = 0
	m.event(g, in, -1, -1)
	return m.next(g)
}

// unknownPrim goes on past an operation on a primitive nobody knows; a nil
// pointer panics.
func (m *machine) unknownPrim(g *gor, in *instr, v value) outcome {
	switch v.kind() {
	case vNil:
		return m.startPanic(g, valLost)
	case vLost:
		m.assume(prog.AssumeIgnorance, in, 0)
	}
	m.helpsUnknown(in, v.kind() == vLost)
	m.event(g, in, -1, -1)
	return m.next(g)
}

// acquire takes lock o for g if that is possible now. A writer of an RWMutex
// announces itself first, which stops new readers, and then waits for the old
// ones: g.phase is 1 in between.
func (m *machine) acquire(g *gor, in *instr, o int, reader bool) (ok, announced bool) {
	ob := &m.st.objs[o]
	w := ob.f[0].word()
	switch {
	case reader && w&(lkHeld|lkAnnounced) == 0:
		ob.f[0] = mkWord(w + lkReaders)
		return true, false
	case !reader && g.phase&1 == 1 && w < lkReaders:
		ob.f[0] = mkWord(lkHeld)
		return true, false
	case !reader && g.phase&1 == 0 && w == 0:
		ob.f[0] = mkWord(lkHeld)
		return true, false
	case !reader && g.phase&1 == 0 && w&(lkHeld|lkAnnounced) == 0 && m.faults&faultNoAnnounce == 0:
		ob.f[0] = mkWord(w | lkAnnounced)
		g.phase |= 1
		return false, true
	}
	if !m.envHelps(ob, prog.EnvUnlock, in) {
		return false, false
	}
	if ob.f[0] = mkWord(lkHeld); reader { // the environment released it
		ob.f[0] = mkWord(lkReaders)
	}
	return true, false
}

// stepTryLock takes a lock or fails, which it always may.
func (m *machine) stepTryLock(g *gor, in *instr) outcome {
	v := m.get(g, in.args[0])
	o, reader := m.lockOf(g, in, v)
	if o < 0 {
		if v.kind() == vNil {
			return m.startPanic(g, valLost)
		}
		return m.done(g, in, m.st.newFree(0))
	}
	w := m.st.objs[o].f[0].word()
	can := w == 0 || reader && w&(lkHeld|lkAnnounced) == 0
	if can {
		c, ok := m.pick(2)
		if !ok {
			return oPark
		}
		if can = c == 0; can {
			m.acquire(g, in, o, reader)
		} else {
			m.assume(prog.AssumeTryFails, in, c)
		}
	}
	m.event(g, in, -1, -1)
	return m.done(g, in, mkBool(can))
}

// stepUnlock releases a lock, whoever took it. Releasing what is not held is a
// fatal error, which ends the process.
func (m *machine) stepUnlock(g *gor, in *instr) outcome {
	v := m.get(g, in.args[0])
	o, reader := m.lockOf(g, in, v)
	if o < 0 {
		return m.unknownPrim(g, in, v)
	}
	if !m.release(o, reader) {
		return m.fatal()
	}
	m.event(g, in, -1, -1)
	return m.next(g)
}

// heldNow reports whether the lock that in releases is held, or is none. What
// is not held yet may be before somebody else takes it: the order matters.
func (m *machine) heldNow(g *gor, in *instr) bool {
	v := m.get(g, in.args[0])
	o, reader := m.lockOf(g, in, v)
	if o < 0 {
		return true
	}
	w := m.st.objs[o].f[0].word()
	return reader && w >= lkReaders || !reader && w&lkHeld != 0
}

// release releases lock o and reports whether it was held.
func (m *machine) release(o int, reader bool) bool {
	ob := &m.st.objs[o]
	w := ob.f[0].word()
	switch all, _ := envOps(ob); {
	case reader && w >= lkReaders:
		ob.f[0] = mkWord(w - lkReaders)
	case !reader && w&lkHeld != 0:
		ob.f[0] = mkWord(w &^ lkHeld)
	case all&prog.EnvUnlock != 0: // somebody else released it first
	default:
		return false
	}
	return true
}

// stepRLocker makes the reader's side of an RWMutex.
func (m *machine) stepRLocker(g *gor, in *instr) outcome {
	v := m.get(g, in.args[0])
	o := m.primOf(in, v)
	if o < 0 {
		return m.done(g, in, v)
	}
	r := m.st.newObj(kRLocker, in.site, 1)
	m.st.objs[r].f[0] = mkRef(o, 0)
	return m.done(g, in, mkRef(r, 0))
}

// stepNewCond makes a Cond.
func (m *machine) stepNewCond(g *gor, in *instr) outcome {
	l := m.get(g, in.args[0])
	m.primOf(in, l)
	o := m.st.newPrim(prog.Cond, in.site)
	m.st.objs[o].f[0] = l
	return m.done(g, in, mkRef(o, 0))
}

// condOf resolves a Cond operand.
func (m *machine) condOf(in *instr, v value) int {
	o := m.primOf(in, v)
	if o >= 0 && m.st.objs[o].kind != uint8(Cond) {
		m.bug(in, v)
	}
	return o
}

// stepCondL sets the lock of a Cond.
func (m *machine) stepCondL(g *gor, in *instr) outcome {
	if o := m.condOf(in, m.get(g, in.args[0])); o >= 0 {
		m.st.objs[o].f[0] = m.get(g, in.args[1])
	}
	return m.next(g)
}

// stepLoadL reads the lock of a Cond.
func (m *machine) stepLoadL(g *gor, in *instr) outcome {
	v := m.get(g, in.args[0])
	if o := m.condOf(in, v); o >= 0 {
		v = m.st.deref(m.st.objs[o].f[0])
	}
	return m.done(g, in, v)
}

// Phases of a goroutine in Cond.Wait: it has not begun, sleeps, or has been
// woken and takes the lock again (which can need the announcement of a
// writer, the lowest bit).
const (
	phSleep = 2
	phWoken = 4
)

// stepWait waits on a Cond: it unlocks and sleeps in one step, is woken by
// another goroutine, and takes the lock again.
func (m *machine) stepWait(g *gor, in *instr) outcome {
	v := m.get(g, in.args[0])
	o := m.condOf(in, v)
	if o < 0 {
		return m.unknownPrim(g, in, v)
	}
	l := m.st.deref(m.st.objs[o].f[0])
	switch g.phase &^ 1 {
	case phSleep:
		if !m.envHelps(&m.st.objs[o], prog.EnvSignal, in) {
			return oBlocked
		}
		g.phase = phWoken
		return oDone
	case phWoken:
		return m.relock(g, in, l)
	}
	if lo, reader := m.lockOf(g, in, l); lo >= 0 && !m.release(lo, reader) {
		return m.fatal()
	} else if lo < 0 && l.kind() == vNil {
		return m.startPanic(g, valLost)
	}
	g.phase = phSleep
	m.event(g, in, -1, -1)
	return oDone
}

// relock ends a Wait.
func (m *machine) relock(g *gor, in *instr, l value) outcome {
	if lo, reader := m.lockOf(g, in, l); lo >= 0 {
		ok, announced := m.acquire(g, in, lo, reader)
		switch {
		case announced:
			return oDone
		case !ok:
			return oBlocked
		}
	}
	g.phase = 0
	return m.next(g)
}

// stepSignal wakes any one sleeper, or all; without one it is lost.
func (m *machine) stepSignal(g *gor, in *instr) outcome {
	v := m.get(g, in.args[0])
	o := m.condOf(in, v)
	if o < 0 {
		return m.unknownPrim(g, in, v)
	}
	var sleepers []int
	for i := range m.st.gs {
		if m.sleepsOn(&m.st.gs[i], o) {
			sleepers = append(sleepers, i)
		}
	}
	if in.op == prog.OpSignal && len(sleepers) > 1 {
		c, ok := m.pick(len(sleepers))
		if !ok {
			return oPark
		}
		sleepers = sleepers[c : c+1]
	}
	for _, i := range sleepers {
		if m.faults&faultLostSignal == 0 {
			m.st.gs[i].phase = phWoken
			m.markMoved(i)
		}
	}
	m.event(g, in, -1, -1)
	return m.next(g)
}

// sleepsOn reports whether h sleeps on Cond o.
func (m *machine) sleepsOn(h *gor, o int) bool {
	if h.status != gLive || h.phase&^1 != phSleep {
		return false
	}
	in := m.instr(h)
	return in.op == prog.OpWait && m.condOf(in, m.get(h, in.args[0])) == o
}

// wgOf resolves a WaitGroup operand.
func (m *machine) wgOf(in *instr, v value) int {
	o := m.primOf(in, v)
	if o >= 0 && m.st.objs[o].kind != uint8(WaitGroup) {
		m.bug(in, v)
	}
	return o
}

// stepAddWG counts up or down. Below zero it panics. An unknown delta, or an
// exact one above 4 that meets a scaled count, silences the primitive.
func (m *machine) stepAddWG(g *gor, in *instr) outcome {
	v := m.get(g, in.args[0])
	o := m.wgOf(in, v)
	if o < 0 {
		return m.unknownPrim(g, in, v)
	}
	d := mkInt(-1, 0)
	if in.op == prog.OpAddWG {
		var ok bool
		if d, ok = m.size(m.get(g, in.args[1]), in); !ok {
			return oPark
		}
	}
	ob := &m.st.objs[o]
	n := ob.f[0]
	sum := m.st.add(n, d, 1)
	switch {
	case sum.kind() != vInt:
		m.ignore(mkRef(o, 0))
		return m.next(g)
	case n.intTag() != 0 && d.intTag() == 0 && d.int() > 4, d.intTag() != 0 && n.intTag() == 0 && n.int() > 4:
		m.ignore(mkRef(o, 0))
	}
	if sum.int() < 0 {
		if all, _ := envOps(ob); all&prog.EnvDone == 0 {
			return m.startPanic(g, valLost)
		}
		sum = mkInt(0, 0)
	}
	if sum.int() == 0 {
		sum = mkInt(0, 0)
	}
	if sum.int() > 1 && ob.env>>envOpenShift&uint64(prog.EnvDone) != 0 {
		sum = mkInt(1, sum.intTag()) // how often others are to be done makes no difference
	}
	if m.faults&faultLostDone == 0 || in.op == prog.OpAddWG {
		m.st.objs[o].f[0] = sum
	}
	m.event(g, in, -1, -1)
	return m.next(g)
}

// stepWaitWG waits for the count to be zero.
func (m *machine) stepWaitWG(g *gor, in *instr) outcome {
	v := m.get(g, in.args[0])
	o := m.wgOf(in, v)
	if o < 0 {
		return m.unknownPrim(g, in, v)
	}
	if ob := &m.st.objs[o]; ob.f[0].int() != 0 {
		if !m.envHelps(ob, prog.EnvDone, in) {
			return oBlocked
		}
		ob.f[0] = mkInt(0, 0)
	}
	m.event(g, in, -1, -1)
	return m.next(g)
}

// The word of a Once.
const (
	onceNew = iota
	onceRuns
	onceDone
)

// onceOf resolves a Once operand.
func (m *machine) onceOf(in *instr, v value) int {
	o := m.primOf(in, v)
	if o >= 0 && m.st.objs[o].kind != uint8(Once) {
		m.bug(in, v)
	}
	return o
}

// stepOnceBegin waits while the body runs, also if the same goroutine runs it,
// and tells the first caller to run it.
func (m *machine) stepOnceBegin(g *gor, in *instr) outcome {
	v := m.get(g, in.args[0])
	o := m.onceOf(in, v)
	if o < 0 {
		if v.kind() == vNil {
			return m.startPanic(g, valLost)
		}
		return m.done(g, in, m.st.newFree(0))
	}
	ob := &m.st.objs[o]
	state := ob.f[0].word()
	if state == onceRuns && m.faults&faultReenter == 0 {
		if all, known := envOps(ob); all&^known&prog.EnvUnlock == 0 {
			return oBlocked
		}
		m.assume(prog.AssumeIgnorance, in, 0)
	}
	if state == onceNew {
		ob.f[0] = mkWord(onceRuns)
	}
	m.event(g, in, -1, -1)
	return m.done(g, in, mkBool(state == onceNew))
}

// stepOnceEnd marks the body as done, however it ended.
func (m *machine) stepOnceEnd(g *gor, in *instr) outcome {
	if o := m.onceOf(in, m.get(g, in.args[0])); o >= 0 {
		m.st.objs[o].f[0] = mkWord(onceDone)
	}
	return m.next(g)
}
