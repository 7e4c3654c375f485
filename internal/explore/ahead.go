package explore

import (
	"slices"

	"github.com/leaklint/leaklint/internal/explore/prog"
)

// A want is an operation on an object: one that a goroutine needs somebody to
// make, or one that it still has ahead of it.
type want struct {
	obj int
	op  prog.EnvOps
}

// Operations beyond prog.EnvOps, which the environment never makes.
const wantOnceEnd prog.EnvOps = 1 << 12

// env returns the operation as one of the environment.
func (w want) env() prog.EnvOps { return w.op & prog.EnvAll }

// Bounds of looking ahead: what is beyond is not seen.
const (
	aheadPaths = 150
	aheadSteps = 400
	aheadBack  = 4    // turns of each loop
	aheadWork  = 6000 // steps on all paths of one look: it is taken at every state
)

// An ahead collects the operations that lie ahead of a goroutine, if every
// wait of its ends.
type ahead struct {
	found []want
	cut   bool                  // a bound was met: there may be more
	held  map[int]int           // locks that the path has taken itself
	calls []gor                 // calls that unseen code may make of what the path has handed out
	times map[int]int           // how often it may call which function
	steps int                   // taken on all paths
	seen  map[uint64][][]uint64 // states behind a choice from which all has been, or is being, looked at
}

// add records an operation on the object of v.
func (f *ahead) add(m *machine, in *instr, v value, op prog.EnvOps) {
	if v = m.st.deref(v); v.kind() != vRef {
		return
	}
	o := v.obj()
	if m.st.objs[o].kind == uint8(Memory) {
		o = m.primOf(in, v)
	}
	if o >= 0 && m.st.objs[o].kind == kRLocker {
		o = m.st.objs[o].f[0].obj()
	}
	w := want{o, op}
	for _, have := range f.found {
		if have == w {
			return
		}
	}
	f.found = append(f.found, w)
}

// forced says what an operation does to the object of its first argument.
var forced = map[prog.Op]prog.EnvOps{
	prog.OpSend: prog.EnvSend, prog.OpRecv: prog.EnvRecv, prog.OpClose: prog.EnvClose,
	prog.OpLock: 0, prog.OpRLock: 0, prog.OpTryLock: 0, prog.OpTryRLock: 0,
	prog.OpUnlock: prog.EnvUnlock, prog.OpRUnlock: prog.EnvUnlock,
	prog.OpWait: 0, prog.OpSignal: prog.EnvSignal, prog.OpBroadcast: prog.EnvSignal,
	prog.OpAddWG: 0, prog.OpDone: prog.EnvDone, prog.OpWaitWG: 0, prog.OpOnceBegin: 0, prog.OpOnceEnd: wantOnceEnd,
	prog.OpTimerStop: 0, prog.OpTimerReset: prog.EnvFire, prog.OpCtxCancel: prog.EnvCancel,
	prog.OpCtxErr: 0, prog.OpPipeRead: prog.EnvRecv, prog.OpPipeWrite: prog.EnvSend,
	prog.OpPipeCloseR: prog.EnvClose, prog.OpPipeCloseW: prog.EnvClose,
	prog.OpWilling: 0, prog.OpGone: 0, prog.OpMay: 0, prog.OpEndMay: 0, prog.OpACas: 0,
}

// step does an operation without waiting and with any result. It reports
// whether in was one.
func (f *ahead) step(m *machine, g *gor, in *instr) (outcome, bool) {
	if in.op == prog.OpSelect {
		return f.choose(m, g, in), true
	}
	op, ok := forced[in.op]
	if !ok {
		return oDone, false
	}
	v := m.get(g, in.args[0])
	switch {
	case in.op == prog.OpAddWG:
		if d := m.get(g, in.args[1]); d.kind() != vInt || d.int() < 0 {
			op = prog.EnvDone
		}
	case in.op == prog.OpWait: // it releases the lock
		if o := m.condOf(in, v); o >= 0 {
			f.add(m, in, m.st.objs[o].f[0], prog.EnvUnlock)
		}
	}
	if own := f.ownLock(m, in, v); op != 0 && !own {
		f.add(m, in, v, op)
	}
	for i := range in.dst {
		m.put(g, in, i, m.st.newFree(0))
	}
	g.phase = 0
	return m.next(g), true
}

// ownLock reports whether in releases a lock that the path took before: that
// frees nobody who waits for the lock now.
func (f *ahead) ownLock(m *machine, in *instr, v value) bool {
	if v = m.st.deref(v); v.kind() != vRef {
		return false
	}
	switch in.op {
	case prog.OpLock, prog.OpRLock, prog.OpTryLock, prog.OpTryRLock:
		f.held[m.primOf(in, v)]++
	case prog.OpUnlock, prog.OpRUnlock:
		if o := m.primOf(in, v); f.held[o] > 0 {
			f.held[o]--
			return true
		}
	}
	return false
}

// choose takes any case of a select.
func (f *ahead) choose(m *machine, g *gor, in *instr) outcome {
	if len(in.cases) == 0 {
		return oBlocked
	}
	c, ok := m.pick(len(in.cases))
	if !ok {
		return oPark
	}
	k := &in.cases[c]
	switch {
	case k.dflt:
	case k.send:
		f.add(m, in, m.get(g, k.ch), prog.EnvSend)
	default:
		f.add(m, in, m.get(g, k.ch), prog.EnvRecv)
	}
	return m.afterComm(g, in, c, m.st.newFree(0), m.st.newFree(0))
}

// lookAhead returns the operations that a call of fn would make on objects of
// the present state.
func (m *machine) lookAhead(fn int, captured, args []value) []want {
	if m.looker == nil {
		m.looker = newMachine(m.c, m.limits)
	}
	h := m.looker
	h.work, h.script = m.work, h.script[:0]
	h.st.copyFrom(&m.st)
	g := gor{id: -1}
	args = slices.Clone(args)
	for len(args) < m.c.p.Funcs[fn].Params { // what unseen code passes
		args = append(args, h.st.newFree(0))
	}
	h.enter(&g, fn, captured, args)
	h.st.gs = append(h.st.gs[:0], g)
	return m.lookFrom(h, fn)
}

// aheadOf returns the operations still ahead of goroutine i of an encoded
// state, behind the one at which it is blocked.
func (m *machine) aheadOf(enc []uint64, i int) []want {
	h := newMachine(m.c, m.limits)
	h.st.decode(enc, m.c.nSyms)
	h.st.gs = append([]gor(nil), h.st.gs[i])
	return h.collect(len(h.st.objs))
}

// collect runs the only goroutine of its state along many paths and returns
// what it would do to the first n objects.
func (m *machine) collect(n int) []want {
	f := &ahead{held: map[int]int{}, times: map[int]int{}, seen: map[uint64][][]uint64{}}
	m.force = f
	m.limits.gors, m.limits.instances = 64, 1
	start := &m.start
	start.copyFrom(&m.st)
	f.cut = true
	for range aheadPaths {
		m.st.copyFrom(start)
		m.pos, m.width, m.back = 0, 1, 0
		clear(f.held)
		clear(f.times)
		f.calls = nil
		if !m.path() {
			break
		}
		f.opened(start, &m.st, n)
		if !m.nextScript() {
			f.cut = false
			break
		}
	}
	m.unseen = f.cut
	out := f.found[:0]
	for _, w := range f.found {
		if w.obj >= 0 && w.obj < n {
			out = append(out, w)
		}
	}
	return out
}

// opened adds what unseen code may do for ever to the first n objects, if the
// path has handed them out.
func (f *ahead) opened(from, to *state, n int) {
	for o := range min(n, len(from.objs), len(to.objs)) {
		ops := to.objs[o].env &^ from.objs[o].env >> envOpenShift
		for i := range envOpCount {
			if w := (want{o, 1 << i}); ops&(1<<i) != 0 && !slices.Contains(f.found, w) {
				f.found = append(f.found, w)
			}
		}
	}
}

// called notes that unseen code, or a further goroutine, may call fn with args or
// any others. The third closure of one literal does what the first two do.
func (f *ahead) called(m *machine, fn int, captured, args []value) {
	if f.times[fn]++; f.times[fn] > 2 {
		return
	}
	g := gor{id: -1}
	args = slices.Clone(args)
	for len(args) < m.c.p.Funcs[fn].Params {
		args = append(args, m.st.newFree(0))
	}
	m.enter(&g, fn, captured, args)
	f.calls = append(f.calls, g)
}

// path runs every goroutine, and what unseen code may call, one after the
// other, until it ends, goes round again or comes to where another path has
// been. It reports whether that was within the bounds.
func (m *machine) path() bool {
	replayed := len(m.script) - 1 // choices of the path before, made again; the one after them is new
	for i := 0; i < 8; i++ {
		if i == len(m.st.gs) {
			if len(m.force.calls) == 0 {
				return true
			}
			m.st.gs, m.force.calls = append(m.st.gs, m.force.calls[0]), m.force.calls[1:]
		}
		m.back = 0
		if m.st.gs[i].status == gArmed {
			m.st.gs[i].status = gLive
		}
		turns := map[int32]int{} // by where a way back leads
		for steps := 0; m.st.gs[i].status == gLive; {
			before := m.pos
			if m.step(i) != oDone {
				break
			}
			if m.pos > before && m.pos > replayed && m.known(i) {
				return true
			}
			if m.force.steps++; m.force.steps > aheadWork {
				return false
			}
			if steps++; steps > aheadSteps || *m.work <= 0 {
				return false
			}
			if m.back > 0 {
				m.back = 0
				at := m.instr(&m.st.gs[i]).site
				if turns[at]++; turns[at] > aheadBack {
					break
				}
			}
		}
	}
	return len(m.force.calls) == 0
}

// known reports whether a path has been where goroutine i and those after it now
// are, with the same locks of its own and the same calls still to come.
func (m *machine) known(i int) bool {
	f, all := m.force, m.st.gs
	m.st.gs = append(slices.Clone(all[i:]), f.calls...)
	m.enc.perm = resize(m.enc.perm, noGor)
	key := slices.Clone(m.enc.encode(&m.st))
	m.st.gs = all
	var more []uint64
	for o, n := range f.held {
		if n > 0 && o >= 0 && m.enc.num[o] >= 0 {
			more = append(more, uint64(m.enc.num[o])<<8|uint64(n))
		}
	}
	for fn, n := range f.times {
		more = append(more, 1<<63|uint64(fn)<<8|uint64(n))
	}
	slices.Sort(more)
	key = append(append(key, more...), uint64(i))
	*m.work -= len(key) / wordsPerStep
	h := hashWords(key)
	if slices.ContainsFunc(f.seen[h], func(k []uint64) bool { return slices.Equal(k, key) }) {
		return true
	}
	f.seen[h] = append(f.seen[h], key)
	return false
}

// needs returns what would let goroutine g, which is blocked, go on.
func (m *machine) needs(g *gor) []want {
	f := new(ahead)
	in := m.instr(g)
	comm := func(send bool, v value) {
		switch {
		case send:
			f.add(m, in, v, prog.EnvRecv)
		case v.kind() == vRef && m.st.objs[v.obj()].kind == uint8(Context):
			for ; v.kind() == vRef; v = m.st.objs[v.obj()].f[cxParent] {
				f.add(m, in, v, prog.EnvCancel)
			}
		case v.kind() == vRef && m.st.objs[v.obj()].kind == uint8(Timer):
			f.add(m, in, v, prog.EnvFire)
		default:
			f.add(m, in, v, prog.EnvSend)
			f.add(m, in, v, prog.EnvClose)
		}
	}
	switch in.op {
	case prog.OpSend, prog.OpRecv, prog.OpSelect:
		for c := range numCases(in) {
			if send, dflt, ch, _ := caseOf(in, c); !dflt {
				comm(send, m.get(g, ch))
			}
		}
		return f.found
	}
	v := m.get(g, in.args[0])
	switch in.op {
	case prog.OpLock, prog.OpRLock:
		f.add(m, in, v, prog.EnvUnlock)
	case prog.OpWaitWG:
		f.add(m, in, v, prog.EnvDone)
	case prog.OpOnceBegin:
		f.add(m, in, v, wantOnceEnd)
	case prog.OpPipeRead:
		f.add(m, in, v, prog.EnvSend)
		f.add(m, in, v, prog.EnvClose)
	case prog.OpPipeWrite:
		f.add(m, in, v, prog.EnvRecv)
		f.add(m, in, v, prog.EnvClose)
	case prog.OpWait:
		if g.phase&^1 == phSleep {
			f.add(m, in, v, prog.EnvSignal)
		} else if o := m.condOf(in, v); o >= 0 {
			f.add(m, in, m.st.objs[o].f[0], prog.EnvUnlock)
		}
	}
	return f.found
}
