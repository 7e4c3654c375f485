package explore

import (
	"fmt"
	"math"

	"github.com/leaklint/leaklint/internal/explore/prog"
)

// An outcome says what came of executing an instruction.
type outcome uint8

const (
	oDone    outcome = iota
	oBlocked         // cannot be done now; nothing was changed
	oPark            // needs a choice that this step may not make; nothing was changed
	oExit            // the process has ended
	oDiscard         // the execution silently ends
	oTrunc           // beyond a budget
)

// A pick is one choice among n that has been made.
type pick struct{ c, n int32 }

const (
	maxWidth   = 8   // alternatives that one transition makes beyond its first choice
	maxEager   = 400 // instructions that one transition runs
	maxBack    = 40  // backward jumps that it runs
	soloVisits = 200 // visible steps that it runs while only one goroutine lives
)

// A machine executes instructions on one state at a time. All choices go
// through pick, so that running the same step again with the next script gives
// the next alternative.
type machine struct {
	c      *code
	st     state
	enc    encoder
	limits limits
	low    [64]bool // assumption kinds that are low by themselves
	full   bool     // unreduced
	faults Faults
	only   map[int32]bool // sites of the only channels that are not open; nil if all are as they are
	failed bool           // some execution met a runtime error

	script []pick
	pos    int
	width  int
	moved  uint16 // goroutines, by id, that made a step
	cost   cost
	trace  *tracer           // nil unless a witness is being written
	notes  *notes            // nil unless the ledger is asked for
	force  *ahead            // nil unless looking ahead
	looker *machine          // looks ahead for this one; nil if that was never needed
	start  state             // from which it looks ahead
	back   int               // ways back since the transition began
	backs  uint64            // goroutines that took one
	unseen bool              // looking ahead met a bound
	work   *int              // instructions that may still be run, looking ahead included
	looks  map[uint64][]look // by hash of where they were taken from
	alts   []alt
	cur    int  // goroutine being stepped
	blind  bool // a recursion was cut: in another order it may have mattered what it did
	acted  bool // the transition has done something that others see
	last   int  // index of the pick that the running instruction made last, or -1
}

// limits are the bounds that hold while executing.
type limits struct {
	gors, instances, frames, symbols int
}

// workPerState is how many instructions may be run for each state that the
// budget allows: without a bound a program that looks ahead from every state
// costs far more than its states.
const workPerState = 64

// leastWork is how many instructions may be run at least: a large program with
// few states has a long way from one to the next.
const leastWork = 150_000

// newMachine returns a machine for c.
func newMachine(c *code, l limits) *machine {
	m := &machine{c: c, limits: l, work: new(int)}
	*m.work = math.MaxInt
	m.enc.c = c
	m.st.folds, m.st.consts = c.folds, c.consts
	m.enc.perm = make([]uint8, 0, noGor)
	return m
}

// bug reports a program that does what its author must not let it do: an
// instruction on a value of a wrong kind.
func (m *machine) bug(in *instr, v value) {
	s := m.c.site(in.site)
	panic(fmt.Sprintf("explore: %s on a %s at %s:%d", in.op, v, m.c.funcs[s.Func].name, s.Instr))
}

// pick chooses one of n alternatives. Not ok means that the step must stop
// here: further choices are made by a step of their own.
func (m *machine) pick(n int) (int, bool) {
	if n == 1 {
		m.last = -1
		return 0, true
	}
	if m.pos > 0 && m.width*n > maxWidth && m.force == nil {
		return 0, false
	}
	m.width *= n
	if m.pos == len(m.script) {
		m.script = append(m.script, pick{0, int32(n)})
	}
	m.last = m.pos
	m.pos++
	return int(m.script[m.last].c), true
}

// nextScript moves on to the next alternative and reports whether there is one.
func (m *machine) nextScript() bool {
	for n := len(m.script) - 1; n >= 0; n-- {
		if p := &m.script[n]; p.c+1 < p.n {
			p.c++
			m.script = m.script[:n+1]
			return true
		}
	}
	m.script = m.script[:0]
	return false
}

// assume records that the environment chose outcome at in.
func (m *machine) assume(k prog.Assume, in *instr, outcome int) {
	if k == prog.AssumeNone {
		return
	}
	m.cost.add(k, m.low[k])
	if m.trace != nil {
		m.trace.assume(m, k, in, outcome, -1)
	}
}

// get returns an operand's value, with what has been chosen for it.
func (m *machine) get(g *gor, a arg) value {
	switch {
	case a.slot == argConst:
		return m.st.deref(a.v)
	case a.slot <= argGlobal:
		return m.st.glob[argGlobal-a.slot]
	}
	return m.st.deref(g.stack[g.base+fSlots+int(a.slot)])
}

// put stores result i of in.
func (m *machine) put(g *gor, in *instr, i int, v value) {
	if i < len(in.dst) {
		m.putSlot(g, in.dst[i], v)
	}
}

// putSlot stores a result.
func (m *machine) putSlot(g *gor, s prog.Slot, v value) {
	if s != prog.NoSlot {
		g.stack[g.base+fSlots+int(s)] = v
	}
}

// done stores the only result and goes to the next instruction.
func (m *machine) done(g *gor, in *instr, v value) outcome {
	m.put(g, in, 0, v)
	return m.next(g)
}

// next goes to the next instruction.
func (m *machine) next(g *gor) outcome {
	g.setPC(g.pc() + 1)
	return oDone
}

// jump goes to an instruction and counts the way back, unless that always comes
// by a step that others see.
func (m *machine) jump(g *gor, to int32) outcome {
	if int(to) <= g.pc() {
		if turn := m.instr(g).turn; m.force != nil || turn == turnsQuietly || turn == turnsAtComm && m.only != nil {
			m.back++
			m.backs |= 1 << min(max(m.cur, 0), 63)
		}
	}
	g.setPC(int(to))
	return oDone
}

// instr returns the instruction at which g stands.
func (m *machine) instr(g *gor) *instr {
	f := g.frameAt(g.base)
	return &m.c.funcs[f.fn].code[f.pc]
}

// step executes one instruction of goroutine i.
func (m *machine) step(i int) outcome {
	*m.work--
	m.cur, m.last = i, -1
	g := &m.st.gs[i]
	in := m.instr(g)
	if m.force != nil {
		if out, ok := m.force.step(m, g, in); ok {
			return out
		}
	}
	if len(m.st.terms) > 0 && visible[in.op] {
		m.st.dropShaky()
	}
	f := stepFuncs[in.op]
	out := f(m, g, in)
	if m.notes != nil && out == oDone && blocking[in.op] {
		m.pass(in)
	}
	return out
}

// stepFuncs is indexed by operation.
var stepFuncs [256]func(*machine, *gor, *instr) outcome

func init() { // the functions refer to the table through step
	for _, t := range []map[prog.Op]func(*machine, *gor, *instr) outcome{
		dataSteps, memorySteps, collectionSteps, controlSteps, chanSteps, lockSteps, timeSteps, envSteps,
	} {
		for op, f := range t {
			stepFuncs[op] = f
		}
	}
}

// visible holds the operations that another goroutine may see or wait for, so
// that the order matters. The others run at once.
var visible = func() (v [256]bool) {
	for _, op := range []prog.Op{
		prog.OpYield, prog.OpSend, prog.OpRecv, prog.OpClose, prog.OpSelect, prog.OpLock, prog.OpRLock,
		prog.OpTryLock, prog.OpTryRLock, prog.OpWait, prog.OpSignal, prog.OpBroadcast, prog.OpAddWG,
		prog.OpDone, prog.OpWaitWG, prog.OpOnceBegin, prog.OpTimerStop, prog.OpTimerReset, prog.OpCtxCancel,
		prog.OpCtxErr, prog.OpPipeRead, prog.OpPipeWrite, prog.OpPipeCloseR, prog.OpPipeCloseW,
		prog.OpALoad, prog.OpAStore, prog.OpASwap, prog.OpACas, prog.OpAAdd, prog.OpGone, prog.OpEndMay,
	} {
		v[op] = true
	}
	return v
}()

// isVisible reports whether in has to be a step of its own for g.
func (m *machine) isVisible(g *gor, in *instr) bool {
	if m.only != nil && m.projectedAway(g, in) {
		return false
	}
	switch in.op {
	case prog.OpDone:
		return !m.countsDown(g, in) && m.addAhead()
	case prog.OpUnlock, prog.OpRUnlock:
		return !m.heldNow(g, in)
	case prog.OpCtxCancel:
		return !m.endedNow(g, in)
	case prog.OpLen:
		v := m.get(g, in.args[0])
		return v.kind() == vRef && m.st.objs[v.obj()].kind == uint8(Chan)
	}
	return visible[in.op]
}

// countsDown reports whether a Done meets a count above zero.
func (m *machine) countsDown(g *gor, in *instr) bool {
	o := m.primOf(in, m.get(g, in.args[0]))
	return o >= 0 && m.st.objs[o].kind == uint8(WaitGroup) && m.st.objs[o].env == 0 && m.st.objs[o].f[0].int() > 0
}

// endedNow reports whether a cancel meets a context that has ended.
func (m *machine) endedNow(g *gor, in *instr) bool {
	v := m.get(g, in.args[0])
	if v.kind() != vRef || m.st.objs[v.obj()].kind != uint8(Context) {
		return false
	}
	ended, _ := m.ctxState(v.obj())
	return ended
}

// private holds the operations that change nothing for anybody else, unless
// they open something.
var private = func() (v [256]bool) {
	for op := prog.OpNop; op <= prog.OpRunDefers; op++ {
		v[op] = true
	}
	for _, op := range []prog.Op{prog.OpCall, prog.OpUnknown, prog.OpMake} {
		v[op] = true
	}
	for _, op := range []prog.Op{prog.OpStore, prog.OpMerge, prog.OpCopyTo, prog.OpCopySlice, prog.OpMapSet, prog.OpMapDel} {
		v[op] = false
	}
	return v
}()

// addAhead reports whether some goroutine may still call WaitGroup.Add.
func (m *machine) addAhead() bool {
	for i := range m.st.gs {
		g := &m.st.gs[i]
		if g.status == gEnded {
			continue
		}
		for b := g.base; ; {
			f := g.frameAt(b)
			if m.c.funcs[f.fn].code[f.pc].mayAdd {
				return true
			}
			if b == 0 {
				break
			}
			b = f.prev
		}
	}
	return false
}

// gapOps are the eager operations that take time, so that a partner behind
// them is plausibly not there yet (docs/design.md section 8.2).
var gapOps = func() (v [256]bool) {
	for _, op := range []prog.Op{prog.OpCall, prog.OpGo, prog.OpUnknown, prog.OpUnlock, prog.OpRUnlock,
		prog.OpDone, prog.OpOnceEnd} {
		v[op] = true
	}
	return v
}()

// run executes the first step of goroutine i and then what is eager anywhere.
func (m *machine) run(i int) outcome {
	m.pos, m.width, m.moved, m.cost, m.back, m.backs = 0, 1, 0, cost{}, 0, 0
	if m.trace != nil {
		m.trace.begin()
	}
	g := &m.st.gs[i]
	var out outcome
	switch g.status {
	case gFatal:
		m.moved |= 1 << g.id
		return oExit
	case gArmed:
		m.cur, m.last, m.acted = i, -1, true
		out = m.fire(i)
	default:
		out = m.first(i)
	}
	if out == oDone {
		out = m.settle()
	}
	return out
}

// first executes the step for which i was chosen.
func (m *machine) first(i int) outcome {
	g := &m.st.gs[i]
	flags, id := g.flags, g.id
	g.flags &^= gChoice
	in := m.instr(g)
	if m.isVisible(g, in) {
		g.flags &^= gGap
	}
	m.acted = !private[in.op]
	out := m.step(i)
	switch out {
	case oPark: // a second choice in one instruction: next time
		m.park(i)
		out = oDone
	case oBlocked:
		m.st.gs[i].flags = flags
		return out
	}
	m.moved |= 1 << id
	return out
}

// park leaves goroutine i before a choice.
func (m *machine) park(i int) {
	g := &m.st.gs[i]
	if !m.isVisible(g, m.instr(g)) {
		g.flags |= gChoice
	}
}

// settle runs eager instructions until every goroutine stands at a visible
// one, at a choice, or has run long enough.
func (m *machine) settle() outcome {
	if m.full {
		return oDone
	}
	budget := maxEager
	for again := true; again; {
		again = false
		for i := 0; i < len(m.st.gs); i++ {
			ran, out := m.eager(i, &budget)
			if out != oDone {
				return out
			}
			again = again || ran
		}
	}
	if m.solo() {
		return m.runSolo(budget)
	}
	return oDone
}

// eager runs goroutine i up to its next visible instruction. It reports
// whether it ran anything.
func (m *machine) eager(i int, budget *int) (ran bool, out outcome) {
	for {
		g := &m.st.gs[i]
		if g.status != gLive || g.flags&gChoice != 0 {
			return ran, oDone
		}
		in := m.instr(g)
		if m.isVisible(g, in) {
			if !in.late {
				g.flags &^= gGap
			}
			return ran, oDone
		}
		if *budget <= 0 || m.back > maxBack || m.pos > 0 && m.backs>>min(i, 63)&1 != 0 {
			return ran, oDone
		}
		*budget--
		if m.c.dflt && gapOps[in.op] {
			g.flags |= gGap
		}
		switch out := m.step(i); out {
		case oPark:
			m.park(i)
			return true, oDone
		case oDone:
			ran = true
			m.markMoved(i)
			m.acted = m.acted || !private[in.op]
		default:
			return true, m.final(i, out)
		}
	}
}

// final ends a transition in which an eager instruction of goroutine i ends the
// process or the execution. Where others have seen the transition, they may go
// on before that, and it takes a step of its own.
func (m *machine) final(i int, out outcome) outcome {
	m.markMoved(i)
	if out == oTrunc || !m.acted || !m.others(i) {
		return out
	}
	m.st.gs[i].die(m.c)
	return oDone
}

// others reports whether somebody besides goroutine i can act.
func (m *machine) others(i int) bool {
	for k := range m.st.gs {
		if k != i && m.st.gs[k].status != gEnded {
			return true
		}
	}
	return m.c.hasEnv
}

// markMoved records that goroutine i made a step.
func (m *machine) markMoved(i int) {
	if id := m.st.gs[i].id; id >= 0 {
		m.moved |= 1 << id
	}
}

// solo reports whether a single goroutine lives and nothing but it can act.
func (m *machine) solo() bool {
	n := 0
	for i := range m.st.gs {
		switch m.st.gs[i].status {
		case gLive:
			n++
		case gArmed, gFatal:
			return false
		}
	}
	return n == 1 && !m.c.hasEnv
}

// runSolo goes on with the only goroutine as long as it needs no choice.
func (m *machine) runSolo(budget int) outcome {
	i := 0
	for m.st.gs[i].status != gLive {
		i++
	}
	for range soloVisits {
		g := &m.st.gs[i]
		if g.status != gLive || g.flags&gChoice != 0 || m.pos > 0 || m.back > 0 || budget <= 0 {
			return oDone
		}
		if out := m.step(i); out == oBlocked || out == oPark {
			return oDone
		} else if out != oDone {
			m.markMoved(i)
			return out
		}
		m.st.gs[i].flags &^= gGap
		m.markMoved(i)
		if _, out := m.eager(i, &budget); out != oDone {
			return out
		}
		if !m.solo() {
			return m.settle()
		}
	}
	return oDone
}

// A cost orders witnesses: what the machine did not know, then low
// assumptions, then assumptions. Steps are counted by the graph.
type cost struct{ ign, low, free uint8 }

// add counts one assumption.
func (c *cost) add(k prog.Assume, low bool) {
	switch {
	case k == prog.AssumeIgnorance:
		c.ign++
	case low:
		c.low++
	}
	c.free++
}
