package explore

import "github.com/leaklint/leaklint/internal/explore/prog"

// A questions is a set of questions that may still be asked, some of them taken
// for one: loads by their offset, those of the program by their name, and the
// other kinds. An answer that nobody will ask for again is no part of a state.
type questions [3]uint64

const (
	otherQuestions = 2  // the word of the other kinds
	questionBits   = 64 // of a word
)

// add adds q and reports whether that was new.
func (s *questions) add(q questions) (grew bool) {
	for i, w := range q {
		grew = grew || w&^s[i] != 0
		s[i] |= w
	}
	return grew
}

// has reports whether a term may be asked again.
func (s *questions) has(st *state, t *term) bool {
	switch t.key & (1<<tkShift - 1) {
	case tkLoad:
		a, off := st.deref(t.args[0]), 0
		switch a.kind() {
		case vFree:
			off = a.freeOff()
		case vRef:
			return s[0] != 0
		}
		return s[0]&(1<<(uint(off)%questionBits)) != 0
	case tkAsk:
		return s[1]&(1<<(t.key>>tkShift%questionBits)) != 0
	}
	return s[otherQuestions]&(1<<(t.key&(1<<tkShift-1))) != 0
}

// asksNow returns the questions that instruction k asks itself.
func (c *code) asksNow(f *function, offs []int, k int) (q questions) {
	in := &f.code[k]
	load := func(slot int32, n int) {
		for i := range n {
			off := i
			if slot >= 0 {
				off += offs[slot]
			}
			q[0] |= 1 << (uint(off) % questionBits)
		}
	}
	switch in.op {
	case prog.OpLoad:
		load(in.args[0].slot, 1)
	case prog.OpClone:
		load(in.args[0].slot, len(c.zeros[in.n]))
	case prog.OpCopyTo:
		load(in.args[1].slot, int(in.n))
	case prog.OpAsk:
		q[1] = 1 << (uint(in.n) % questionBits)
	case prog.OpElem:
		q[otherQuestions] = 1 << tkElem
	case prog.OpIndex:
		q[otherQuestions] = 1 << tkIndex
		q[0] = 1
	case prog.OpMapGet:
		q[otherQuestions] = 1<<tkMapVal | 1<<tkMapOk
	case prog.OpCap:
		q[otherQuestions] = 1 << tkCap
	}
	return q
}

// offsets returns, for each slot of f, how far behind an object's beginning it
// points if it is the address of a field.
func (f *function) offsets() []int {
	offs := make([]int, f.slots)
	for k := range f.code {
		in := &f.code[k]
		if in.op == prog.OpField && in.dst[0] != prog.NoSlot {
			offs[in.dst[0]] = int(in.n)
			if s := in.args[0].slot; s >= 0 {
				offs[in.dst[0]] += offs[s]
			}
		}
	}
	return offs
}

// findAskable finds for every instruction the questions that may be asked from
// there on, by what is called, too: an unknown callee may be any function.
func (c *code) findAskable() {
	total := make([]questions, len(c.funcs))
	var all questions
	for i := range c.funcs {
		f := &c.funcs[i]
		offs := f.offsets()
		f.ask = make([]questions, len(f.code))
		for k := range f.code {
			f.ask[k] = c.asksNow(f, offs, k)
			total[i].add(f.ask[k])
		}
		all.add(total[i])
	}
	if all == (questions{}) {
		return
	}
	for changed := true; changed; {
		changed = false
		for i := range c.funcs {
			for k := range c.funcs[i].code {
				changed = total[i].add(calledBy(&c.funcs[i].code[k], total, &all)) || changed
			}
		}
	}
	for i := range c.funcs {
		c.funcs[i].askAhead(total, &all)
	}
}

// calledBy returns what the function that an instruction calls, starts or defers
// may ask.
func calledBy(in *instr, total []questions, all *questions) questions {
	at := 0
	switch in.op {
	case prog.OpCall, prog.OpGo, prog.OpDefer, prog.OpAfterFunc:
	case prog.OpCtxAfter:
		at = 1
	case prog.OpTimerReset:
		return *all
	default:
		return questions{}
	}
	if a := in.args[at]; a.slot == argConst && a.v.kind() == vFunc {
		return total[a.v.body()]
	}
	return *all
}

// askAhead carries the questions backwards through f. What it defers may run at
// any exit.
func (f *function) askAhead(total []questions, all *questions) {
	var deferred questions
	for k := range f.code {
		q := calledBy(&f.code[k], total, all)
		f.ask[k].add(q)
		if f.code[k].op == prog.OpDefer {
			deferred.add(q)
		}
	}
	for changed := true; changed; {
		changed = false
		for k := len(f.code) - 1; k >= 0; k-- {
			changed = f.ask[k].add(deferred) || changed
			for _, t := range successors(f, k) {
				changed = f.ask[k].add(f.ask[t]) || changed
			}
		}
	}
}

// askable returns the questions that the goroutines of a state may still ask.
func (c *code) askable(st *state) (q questions) {
	for i := range st.gs {
		g := &st.gs[i]
		if g.status == gEnded || len(g.stack) == 0 {
			continue
		}
		for b := g.base; ; {
			f := g.frameAt(b)
			fn := &c.funcs[f.fn]
			if fn.ask != nil {
				q.add(fn.ask[f.pc])
				if fn.recover >= 0 {
					q.add(fn.ask[fn.recover])
				}
			}
			if b == 0 {
				break
			}
			b = f.prev
		}
	}
	return q
}
