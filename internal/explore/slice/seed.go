package slice

import (
	"slices"

	"github.com/leaklint/leaklint/internal/explore/prog"
)

// waits holds the operations that can wait; the argument is what they wait on.
var waits = map[prog.Op]bool{
	prog.OpSend: true, prog.OpRecv: true, prog.OpLock: true, prog.OpRLock: true, prog.OpWait: true,
	prog.OpWaitWG: true, prog.OpOnceBegin: true, prog.OpPipeRead: true, prog.OpPipeWrite: true,
}

// ends holds the operations that matter to who waits on their first argument.
var ends = map[prog.Op]bool{
	prog.OpClose: true, prog.OpUnlock: true, prog.OpRUnlock: true, prog.OpTryLock: true, prog.OpTryRLock: true,
	prog.OpCondL: true, prog.OpSignal: true, prog.OpBroadcast: true, prog.OpAddWG: true, prog.OpDone: true,
	prog.OpOnceEnd: true, prog.OpTimerStop: true, prog.OpTimerReset: true, prog.OpCtxCancel: true,
	prog.OpPipeCloseR: true, prog.OpPipeCloseW: true,
}

// env holds the operations that hand something to unseen code.
var env = map[prog.Op]bool{
	prog.OpOpen: true, prog.OpMay: true, prog.OpEndMay: true, prog.OpWilling: true, prog.OpGone: true,
}

// each calls do for every instruction.
func (s *slicer) each(do func(r ref, in *prog.Instr)) {
	for f, fn := range s.p.Funcs {
		for i := range fn.Code {
			do(ref{f, i}, &fn.Code[i])
		}
	}
}

// find finds everything that is needed.
func (s *slicer) find() {
	s.seed()
	s.polls()
	for s.grew = true; s.grew; {
		s.grew = false
		s.drain()
		s.heat()
		s.each(s.scan)
		s.drain()
	}
}

// seed needs what may wait for ever, what leaves a function, and what never
// ends.
func (s *slicer) seed() {
	s.each(func(r ref, in *prog.Instr) {
		switch {
		case waits[in.Op] || in.Op == prog.OpSelect:
			if s.mayStay(r, in) {
				s.need(r)
				s.stays = true
			}
		case in.Op == prog.OpPanic, in.Op == prog.OpRecover:
			if s.focus == nil { // the whole program has the last word on what a projection finds
				s.need(r)
			}
		case in.Op == prog.OpExit, in.Op == prog.OpGoexit, in.Op == prog.OpAssume:
			s.need(r)
		case in.Op == prog.OpChoose && len(slices.Compact(slices.Clone(in.Targets))) == 1: // it marks what is assumed
			s.leave(r.f)
			s.need(r)
		case len(in.Targets) > 0 && s.graphs[r.f].stuck[r.i] && s.graphs[r.f].cycle[r.i] >= 0:
			s.leave(r.f)
			s.need(r)
		}
	})
}

// mayStay reports whether in may wait for ever: what unseen code made, or has
// had in its hands from the start, may always let it go on.
func (s *slicer) mayStay(r ref, in *prog.Instr) bool {
	switch in.Op {
	case prog.OpSelect:
		asked := s.focus == nil || len(in.Cases) == 0
		for _, c := range in.Cases {
			n := s.a.operand(r.f, c.Chan)
			if c.Default || !s.shut(n) {
				return false
			}
			asked = asked || s.asked(n)
		}
		return asked
	case prog.OpSend, prog.OpRecv:
		n := s.a.operand(r.f, in.Args[0])
		return s.shut(n) && s.asked(n)
	}
	n := s.a.operand(r.f, in.Args[0])
	return s.a.owned(n) && !s.idle[n.find()] && s.asked(n)
}

// asked reports whether waits on class n are asked about.
func (s *slicer) asked(n *node) bool { return s.focus == nil || n.find() == s.focus }

// shut reports whether only the program can let somebody go on who waits on a
// channel of class n.
func (s *slicer) shut(n *node) bool {
	return s.closed(n) && (s.focus == nil || !n.find().plain || n.find() == s.focus)
}

// closed reports whether a channel may be one that the program has made, or nil.
func (s *slicer) closed(n *node) bool { return s.a.owned(n) || n != nil && n.find().empty }

// awaits notes what a needed instruction waits on.
func (s *slicer) awaits(r ref, in *prog.Instr) {
	if in.Op == prog.OpSelect {
		for _, c := range in.Cases {
			if !c.Default {
				s.await(s.a.operand(r.f, c.Chan))
			}
		}
		return
	}
	s.await(s.a.operand(r.f, in.Args[0]))
	if in.Op == prog.OpWait {
		s.await(s.a.within(s.a.operand(r.f, in.Args[0])))
	}
}

// await notes that something waits on values of class n.
func (s *slicer) await(n *node) {
	if s.focus != nil && n != nil && n.find().plain && n.find() != s.focus {
		return // it is open
	}
	if n != nil && !n.find().waited {
		n.find().waited, s.grew = true, true
	}
}

// matters reports whether values of class n lead to something that matters.
func matters(n *node) bool { return n != nil && n.find().hot }

// heat finds the classes that lead to something that matters: a primitive on
// which somebody waits, code that does something, a place that is read. It also
// spreads what unseen code may hold.
func (s *slicer) heat() {
	for changed := true; changed; {
		changed = false
		for _, n := range s.a.all {
			if n.up == nil {
				changed = s.warm(n) || changed
			}
		}
	}
}

// warm does one step of heat for one class.
func (s *slicer) warm(n *node) bool {
	hot := n.hot || n.waited && (n.thing || !n.ctx) || // nobody ends a context through a context
		n.read && s.focus == nil // of what is read from memory any value is possible, see exact
	for fn := range n.funcs {
		hot = hot || s.active[fn]
	}
	leads := func(m *node) {
		m = m.find()
		hot = hot || m.hot
		if n.opened && !m.opened {
			m.opened, s.grew = true, true
		}
	}
	s.spreadUnknown(n)
	if n.content != nil {
		leads(n.content)
	}
	for _, k := range n.fields {
		leads(k)
		if k = k.find(); hot && !k.hot {
			k.hot, s.grew = true, true
		}
	}
	for _, m := range n.reach {
		leads(m)
		if m = m.find(); n.waited && !m.waited { // the parent of a context
			m.waited, s.grew = true, true
		}
	}
	if hot == n.hot {
		return false
	}
	n.hot, s.grew = hot, true
	return true
}

// spreadUnknown notes what is unknown because n is, or because unseen code holds
// it: what is in it, the fields of an object that nobody knows (p.c = c gives c
// away where p is a parameter of an unknown caller), and what unseen code passes
// to a function in its hands.
func (s *slicer) spreadUnknown(n *node) {
	forget := func(m *node) {
		if m = m.find(); !m.unknown {
			m.unknown, s.grew = true, true
		}
	}
	if n.content != nil && (n.unknown || n.opened) {
		forget(n.content)
	}
	for _, k := range n.fields {
		if n.unknown {
			forget(k)
		}
	}
	for fn := range n.funcs {
		for i := range s.p.Funcs[fn].Params {
			if n.opened {
				forget(s.a.slot(fn, prog.Slot(i)))
			}
		}
	}
}

// scan needs an instruction for what its operands lead to, and the operands of
// one that is needed: which it takes depends on what else is.
func (s *slicer) scan(r ref, in *prog.Instr) {
	if s.instrs[r.f][r.i] {
		s.operands(r)
	}
	arg := func(i int) *node { return s.a.operand(r.f, in.Args[i]) }
	switch {
	case ends[in.Op]:
		if n := arg(0); n != nil && n.find().waited {
			s.need(r)
		}
	case env[in.Op]:
		if n := arg(0); matters(n) {
			s.hand(n)
			s.need(r)
		}
	case in.Op == prog.OpSend, in.Op == prog.OpRecv, in.Op == prog.OpSelect:
		if s.meets(r, in) || s.givesAway(r, in) {
			s.need(r)
		}
	case in.Op == prog.OpImply:
		if n := s.subject(r.f, in.Args[0], 0); s.focus == nil && n != nil && n.find().tested && s.needed(r.f, in.Args[1]) {
			s.value(r.f, in.Args[0])
			s.value(r.f, in.Args[1])
		}
	case in.Op == prog.OpMust:
		if n := s.subject(r.f, in.Args[0], 0); s.focus == nil && n != nil && n.find().tested {
			s.need(r)
		}
	case in.Op == prog.OpRunDefers:
		if s.deferred(r.f) {
			s.need(r)
		}
	case callee(in.Op) >= 0:
		s.handed(r, in)
	case len(in.Args) > 1 && writes[in.Op]:
		s.stored(r, in)
	case in.Op == prog.OpClone, in.Op == prog.OpCopyTo:
		s.copied(r, in)
	case in.Op == prog.OpCopySlice, in.Op == prog.OpAppendAll:
		if to := s.a.either(arg(0), s.result0(r, in)); exposed(to) && matters(s.a.within(to)) {
			s.need(r)
			s.readFrom(arg(1))
		}
	}
	if in.Op == prog.OpAfterFunc && s.instrs[r.f][r.i] {
		s.await(s.a.slot(r.f, in.Dst[0]))
	}
	if in.Op == prog.OpCtxAfter && s.instrs[r.f][r.i] {
		s.await(arg(0))
		s.await(s.a.slot(r.f, in.Dst[0]))
	}
}

// meets reports whether in may be the partner of who waits, or tells that a
// context has ended whose state matters.
func (s *slicer) meets(r ref, in *prog.Instr) bool {
	met := func(o prog.Operand) bool {
		n := s.a.operand(r.f, o)
		return n != nil && n.find().waited && (n.find().ctx || s.closed(n))
	}
	switch in.Op {
	case prog.OpSend, prog.OpRecv:
		return met(in.Args[0])
	}
	return slices.ContainsFunc(in.Cases, func(c prog.Case) bool { return !c.Default && met(c.Chan) })
}

// givesAway reports whether in sends what matters to unseen code.
func (s *slicer) givesAway(r ref, in *prog.Instr) bool {
	gives := func(ch, val prog.Operand) bool {
		n := s.a.operand(r.f, ch)
		return matters(s.a.operand(r.f, val)) && (!s.closed(n) || n != nil && n.find().opened)
	}
	switch in.Op {
	case prog.OpSend:
		return len(in.Args) > 1 && gives(in.Args[0], in.Args[1])
	case prog.OpRecv:
		return false
	}
	return slices.ContainsFunc(in.Cases, func(c prog.Case) bool { return c.Send && gives(c.Chan, c.Val) })
}

// hand notes that unseen code may hold values of class n.
func (s *slicer) hand(n *node) {
	if n = n.find(); !n.opened {
		n.opened, s.grew = true, true
	}
}

// deferred reports whether a function defers something needed.
func (s *slicer) deferred(f int) bool {
	for i := range s.p.Funcs[f].Code {
		if s.p.Funcs[f].Code[i].Op == prog.OpDefer && s.instrs[f][i] {
			return true
		}
	}
	return false
}

// handed needs a call of what may be unseen code, with what matters among its
// arguments, and such arguments of a call that may recur: one that goes too deep
// loses them.
func (s *slicer) handed(r ref, in *prog.Instr) {
	at := callee(in.Op)
	if !s.losesSight(r, in.Args[at]) {
		return
	}
	for _, o := range in.Args[at+1:] {
		n := s.a.operand(r.f, o)
		if !matters(n) {
			continue
		}
		if in.Args[at].Kind != prog.KindFunc {
			s.need(r)
			s.activate(r.f)
		}
		if s.instrs[r.f][r.i] {
			s.hand(n)
		}
	}
}

// stored needs a write of what matters to a place that unseen code may read.
func (s *slicer) stored(r ref, in *prog.Instr) {
	to := s.a.operand(r.f, in.Args[0])
	if to == s.a.null || to != nil && !exposed(to) || to == nil && in.Args[0].Kind != prog.KindLost {
		return
	}
	for _, o := range in.Args[1:] {
		if n := s.a.operand(r.f, o); matters(n) {
			s.hand(n)
			s.need(r)
		}
	}
}

// exposed reports whether unseen code may read what is in n.
func exposed(n *node) bool { return n != nil && (n.find().unknown || n.find().opened) }

// result0 returns the class of the first result, or nil.
func (s *slicer) result0(r ref, in *prog.Instr) *node {
	if len(in.Dst) == 0 {
		return nil
	}
	return s.a.slot(r.f, in.Dst[0])
}

// copied needs a copy of fields with what matters into an object that unseen
// code may read, and what writes them.
func (s *slicer) copied(r ref, in *prog.Instr) {
	to, from, n := s.copies(r, in)
	for i := range n {
		if f := s.a.field(to, i); exposed(f) && matters(s.a.within(f)) {
			s.need(r)
			s.readFrom(s.a.field(from, i))
		}
	}
}

// polls needs the branches that end a loop on what others may change at any
// time: an atomic, a lock that is tried, the error of a context.
func (s *slicer) polls() {
	tainted := s.tainted()
	s.each(func(r ref, in *prog.Instr) {
		g := s.graphs[r.f]
		if in.Op != prog.OpIf || g.cycle[r.i] < 0 || in.Args[0].Kind != prog.KindSlot || !tainted[r.f][in.Args[0].N] {
			return
		}
		for _, t := range in.Targets {
			if g.cycle[t] != g.cycle[r.i] {
				s.leave(r.f)
				s.need(r)
			}
		}
	})
}

// tainted returns the variables that come from what others change.
func (s *slicer) tainted() [][]bool {
	out := make([][]bool, len(s.p.Funcs))
	res := make([][]bool, len(s.p.Funcs))
	for f, fn := range s.p.Funcs {
		out[f], res[f] = make([]bool, len(fn.Slots)), make([]bool, fn.Results)
	}
	for changed := true; changed; {
		changed = false
		s.each(func(r ref, in *prog.Instr) {
			from := false
			for _, o := range in.Args {
				from = from || o.Kind == prog.KindSlot && out[r.f][o.N]
			}
			switch in.Op {
			case prog.OpRet:
				for i, o := range in.Args {
					if o.Kind == prog.KindSlot && out[r.f][o.N] && !res[r.f][i] {
						res[r.f][i], changed = true, true
					}
				}
				return
			case prog.OpALoad, prog.OpASwap, prog.OpACas, prog.OpAAdd, prog.OpTryLock, prog.OpTryRLock, prog.OpCtxErr:
				from = true
			case prog.OpCall:
				from = false
				for _, fn := range s.a.callees(r.f, in.Args[0]) {
					for i, d := range in.Dst {
						if d != prog.NoSlot && i < len(res[fn]) && res[fn][i] && !out[r.f][d] {
							out[r.f][d], changed = true, true
						}
					}
				}
			}
			for _, d := range in.Dst {
				if from && d != prog.NoSlot && !out[r.f][d] {
					out[r.f][d], changed = true, true
				}
			}
		})
	}
	return out
}
