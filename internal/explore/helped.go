package explore

import "github.com/leaklint/leaklint/internal/explore/prog"

// A Help says who let goroutines past an operation, besides the code of the
// program: what it helped is not proved to finish.
type Help uint8

const (
	NoHelp   Help = iota // the code of the program, or an environment that is willing
	HelpOpen             // unseen code that has the primitive
	HelpFree             // unseen code that gave the primitive
	HelpLost             // the machine's own ignorance
)

// notes are what the ledger needs to know of an exploration beside its graph:
// which operations were passed, also between two states, and with whose help.
type notes struct {
	passed []bool          // by site
	helped []OpVerdict     // by site: Help and By only
	opened map[int32]int32 // site of a primitive → first instruction that opened it
	lost   map[int32]int32 // the same for one that lost it
}

// newNotes returns the notes on an exploration of c.
func newNotes(c *code) *notes {
	return &notes{passed: make([]bool, c.sites()), helped: make([]OpVerdict, c.sites()),
		opened: map[int32]int32{}, lost: map[int32]int32{}}
}

// pass notes that a goroutine got past an operation.
func (m *machine) pass(in *instr) {
	if m.notes != nil && m.force == nil {
		m.notes.passed[in.site] = true
	}
}

// helps notes that op on ob was made by the environment for the
// goroutine at in. What it is willing to do counts as code of the program.
func (m *machine) helps(in *instr, ob *object, op prog.EnvOps) {
	if m.notes == nil || m.force != nil {
		return
	}
	_, known := envOps(ob)
	switch {
	case prog.EnvOps(ob.env>>envWillShift)&op != 0:
	case known&op != 0:
		m.note(in, HelpOpen, m.notes.opened[ob.site])
	default:
		m.note(in, HelpLost, m.notes.lost[ob.site])
	}
}

// helpsUnknown notes that the goroutine at in works on a primitive that the
// machine does not know: free, or lost.
func (m *machine) helpsUnknown(in *instr, lost bool) {
	if m.notes == nil || m.force != nil {
		return
	}
	if lost {
		m.note(in, HelpLost, 0)
	} else {
		m.note(in, HelpFree, 0)
	}
}

// note keeps the first reason of each kind, and of the kinds the last.
func (m *machine) note(in *instr, h Help, by int32) {
	if v := &m.notes.helped[in.site]; h > v.Help {
		v.Help, v.By = h, m.c.site(by)
	}
}

// opens notes which instruction first set environment bits on an object.
func (m *machine) opens(ob *object, bits uint64) {
	m.acted = true
	if m.notes == nil || m.force != nil || m.cur < 0 || m.cur >= len(m.st.gs) {
		return
	}
	first := m.notes.lost
	if bits&(envOpsMask<<envOpenShift) != 0 {
		first = m.notes.opened
	}
	if g := &m.st.gs[m.cur]; first[ob.site] == 0 && g.status == gLive {
		first[ob.site] = m.instr(g).site
	}
}

// on completes the verdict on the operation with that number.
func (n *notes) on(at Site, site int32, v Verdict, cut bool) OpVerdict {
	op := OpVerdict{Site: at, Verdict: v, By: Site{Func: prog.NoFunc}}
	if n == nil {
		return op
	}
	if op.Verdict == Unreached && n.passed[site] {
		op.Verdict = Finishes // between two states
		if cut {
			op.Verdict = Unknown
		}
	}
	if h := n.helped[site]; h.Help != NoHelp {
		op.Help, op.By = h.Help, h.By
	}
	return op
}

// helpsAlt notes a way on that only the environment makes possible.
func (m *machine) helpsAlt(in *instr, a alt) {
	switch a.how {
	case hFree, hLost:
		m.helpsUnknown(in, a.how == hLost)
	case hEnvClose:
		m.helps(in, &m.st.objs[a.obj], prog.EnvClose)
	case hEnv:
		op := prog.EnvSend
		if send, _, _, _ := caseOf(in, a.c); send {
			op = prog.EnvRecv
		}
		m.helps(in, &m.st.objs[a.obj], op)
	}
}
