package explore

import (
	"slices"

	"github.com/leaklint/leaklint/internal/explore/prog"
)

// A free value is an object: what was chosen for it, how it came about, and
// what was asked about it, so that two questions about one value never get
// answers that contradict each other (docs/design.md section 5.2).
const (
	frChosen = iota // the value, or a word while open
	frInfo          // flags, and above them the operation it comes from
	frA             // operands of that operation
	frB
	frFacts // triples: operation, other operand, the free value that answers
)

const (
	frNonNil = 1 << iota
	frNonNeg
	frFresh   // new, so that it is nothing that there was
	frPrivate // new, and in nobody else's hands
	frOld     // was there before the program began
	frOpShift = 8
)

// Operations that free values come from.
const (
	frEq      = 1 + iota // a == b
	frLt                 // a < b
	frLen                // len(a)
	frNot                // b's opposite: used for values tied to an error
	frType               // a has one of the types that the assertion at site b asks for
	frAdd                // a + b
	frSub                // a - b
	frMethod             // a method of a
	frGt                 // a > b, a constant that is no small number
	frIfTrue             // what is true where a is: see imply.go
	frIfFalse            // and where a is not
)

// newFree returns a new free value.
func (st *state) newFree(flags int) value {
	o := st.newObj(kFree, 0, frFacts)
	f := st.objs[o].f
	f[frChosen], f[frInfo] = mkWord(0), mkWord(flags)
	return mkFree(o, 0)
}

// deref returns what was chosen for a free value or symbol, or v itself.
func (st *state) deref(v value) value {
	for {
		switch v.kind() {
		case vFree:
			r := st.objs[v.obj()].f[frChosen]
			if r.kind() == vWord {
				return v
			}
			if t := v.typ(); t != 0 {
				v = applyOff(r, v.freeOff()).withType(t)
			} else {
				v = applyOff(r, v.freeOff())
			}
		case vSym:
			s := st.syms[v.sym()]
			if s == 0 {
				return v
			}
			return mkInt(int(s)-1+v.symOff(), v.sym()+1)
		default:
			return v
		}
	}
}

// applyOff adds the offset of a reference to a free value to what was chosen:
// a number or an address is moved, a truth value negated.
func applyOff(r value, off int) value {
	switch {
	case off == 0:
		return r
	case r.kind() == vBool:
		return mkBool(r != valTrue)
	case r.kind() == vInt:
		return mkInt(r.int()+off, r.intTag())
	case r.kind() == vRef:
		return mkRef(r.obj(), r.off()+off)
	case r.kind() == vNil: // a field of what is nil
		return r
	case r.kind() == vFree:
		return mkFree(r.obj(), r.freeOff()+off)
	}
	return valLost
}

// derive returns the free value that operation op makes of free value a and b,
// the same one each time.
func (st *state) derive(a value, op int, b value, flags int) value {
	f := st.objs[a.obj()].f
	for i := frFacts; i < len(f); i += 3 {
		if f[i].word() == op && f[i+1] == b {
			return f[i+2]
		}
	}
	d := st.newFree(flags | op<<frOpShift)
	df := st.objs[d.obj()].f
	df[frA], df[frB] = a, b
	st.addFact(a, op, b, d)
	return d
}

// addFact records that d answers operation op on a and b.
func (st *state) addFact(a value, op int, b, d value) {
	st.push(a.obj(), mkWord(op))
	st.push(a.obj(), b)
	st.push(a.obj(), d)
}

// not returns the opposite of a truth value.
func (st *state) not(v value) value {
	switch v.kind() {
	case vBool:
		return mkBool(v != valTrue)
	case vFree:
		if v.freeOff() == 0 {
			return mkFree(v.obj(), 1)
		}
		return mkFree(v.obj(), 0)
	}
	return valLost
}

// choose fixes the free truth value v, or asks for a choice. The outcomes that
// contradict what is known are left out; outcome 0 is true.
func (m *machine) choose(v value, in *instr) (bool, bool) {
	st := &m.st
	o := v.obj()
	var can [2]value
	n := 0
	for _, b := range []value{valTrue, valFalse} {
		if st.possible(o, b) && m.typesFit(o, b) {
			can[n] = b
			n++
		}
	}
	if n == 0 {
		can[0], n = valFalse, 1 // cannot happen: one of the two always fits
	}
	c, ok := m.pick(n)
	if !ok {
		return false, false
	}
	yes := (can[c] == valTrue) != (v.freeOff() != 0)
	if n > 1 {
		target := 1
		if yes {
			target = 0
		}
		m.assume(m.kindOf(o, in, yes), in, target)
	}
	if m.faults&faultFreshGuess == 0 {
		st.fix(o, can[c])
	}
	return yes, true
}

// kindOf returns the kind of assumption that fixing free value o is, where in
// takes its first target if yes. That a loop goes on is no end of it.
func (m *machine) kindOf(o int, in *instr, yes bool) prog.Assume {
	if in.assume == prog.AssumeLoopEnds && yes != (in.flags&prog.First != 0) {
		return prog.AssumeUnknown
	}
	if in.assume != prog.AssumeNone {
		return in.assume
	}
	if f := m.st.objs[o].f; f[frInfo].word()>>frOpShift == frEq && f[frB] == valNil {
		return prog.AssumeError
	}
	return prog.AssumeUnknown
}

// possible reports whether choosing b for truth value o contradicts nothing.
func (st *state) possible(o int, b value) bool { return st.possibleAt(o, b, 0) }

// possibleAt is possible where so many other answers have led there.
func (st *state) possibleAt(o int, b value, depth int) bool {
	return st.possibleAlone(o, b) && st.impliedFits(o, b, depth)
}

// possibleAlone is possible as far as what o itself says.
func (st *state) possibleAlone(o int, b value) bool {
	f := st.objs[o].f
	op, a := f[frInfo].word()>>frOpShift, f[frA]
	switch op {
	case frNot:
		other := st.deref(f[frB])
		if other.kind() == vFree {
			return st.possible(other.obj(), mkBool((b == valTrue) == (other.freeOff() != 0)))
		}
		return other.kind() != vBool || other != b
	case frEq, frLt, frGt:
		a, r := st.deref(a), st.deref(f[frB])
		if a.kind() != vFree || r.kind() == vFree && r.obj() == a.obj() {
			if v := st.compare([]prog.Op{frEq: prog.OpEq, frLt: prog.OpLt, frGt: prog.OpGt}[op], a, r); v.kind() == vBool {
				return v == b
			}
			return true
		}
		return st.couldBe(o, b, a, r)
	}
	return true
}

// typesFit reports whether some dynamic type is left for a free value if b is
// chosen for truth value o, which asks for its type or whether it is nil.
func (m *machine) typesFit(o int, b value) bool {
	st := &m.st
	f := st.objs[o].f
	op, a := f[frInfo].word()>>frOpShift, st.deref(f[frA])
	switch {
	case op != frType && (op != frEq || b != valTrue || st.deref(f[frB]) != valNil):
		return true
	case a.kind() != vFree:
		return b == valFalse || op != frType // what became known is nil, or of no type here
	}
	old := f[frChosen]
	f[frChosen] = b
	typed, left := m.typesLeft(st.objs[a.obj()].f)
	f[frChosen] = old
	return left && (op == frType || !typed)
}

// typesLeft reports whether the answers about a free value say that it has a
// type, and whether they leave one.
func (m *machine) typesLeft(facts []value) (typed, left bool) {
	var in [][]prog.TypeID // the sets that it is in
	var out []prog.TypeID
	for i := frFacts; i < len(facts); i += 3 {
		if facts[i].word() != frType {
			continue
		}
		ask := m.siteInstr(int32(facts[i+1].word()))
		switch m.st.answer(facts[i+2]) {
		case valTrue:
			if typed = true; ask.flags&prog.Others == 0 {
				in = append(in, ask.types)
			}
		case valFalse:
			out = append(out, ask.types...)
		}
	}
	if len(in) == 0 {
		return typed, true // a type of which nobody asked
	}
	return typed, slices.ContainsFunc(in[0], func(t prog.TypeID) bool {
		return !slices.Contains(out, t) && !slices.ContainsFunc(in[1:], func(set []prog.TypeID) bool { return !slices.Contains(set, t) })
	})
}

// couldBe reports whether truth value o, which answers a question about free
// value a and r, can be b beside all other answers.
func (st *state) couldBe(o int, b, a, r value) bool {
	f, fa := st.objs[o].f, st.objs[a.obj()].f
	old, oldA := f[frChosen], fa[frChosen]
	f[frChosen] = b
	ok := st.consistent(a.obj())
	if ok && f[frInfo].word()>>frOpShift == frEq && b == valTrue {
		fa[frChosen] = applyOff(r, -a.freeOff())
		ok = st.lengthsFit(a.obj(), fa[frChosen]) && st.congruent()
	}
	ok = ok && st.related()
	f[frChosen], fa[frChosen] = old, oldA
	return ok
}

// fix chooses b for truth value o and draws what follows at once.
func (st *state) fix(o int, b value) {
	if f := st.objs[o].f; f[frChosen].kind() == vWord {
		f[frChosen] = b
		st.fixOf(o, b)
		st.fixImplied(o, b)
	}
}

// fixOf draws what follows for what truth value o, which is b now, asks about.
func (st *state) fixOf(o int, b value) {
	f := st.objs[o].f
	op, a := f[frInfo].word()>>frOpShift, st.deref(f[frA])
	if op == frNot {
		if other := st.deref(f[frB]); other.kind() == vFree {
			st.fix(other.obj(), mkBool((b == valTrue) == (other.freeOff() != 0)))
		}
		return
	}
	if a.kind() != vFree {
		return
	}
	if op == frEq && b == valTrue {
		st.equate(a, st.deref(f[frB]))
		st.tighten()
		return
	}
	st.tighten()
	if lo, hi, _ := st.bounds(a.obj()); lo == hi {
		st.become(a.obj(), mkInt(lo, 0))
	}
}

// equate makes free value a the same as b.
func (st *state) equate(a, b value) {
	if b.kind() != vFree || b.obj() != a.obj() {
		st.become(a.obj(), applyOff(b, -a.freeOff()))
	}
}

// become makes free value o the same as v, and tells others what was answered
// about o: nobody can look there any more.
func (st *state) become(o int, v value) {
	f := st.objs[o].f
	f[frChosen] = v
	for i := frFacts; i < len(f); i += 3 {
		op, other, answer := f[i].word(), f[i+1], f[i+2]
		if op == frEq || op == frLt {
			other = st.deref(other)
		}
		switch {
		case v.kind() == vFree && v.freeOff() == 0:
			st.addFact(v, op, other, answer)
		case op != frEq && op != frLt:
		case v.kind() == vFree: // v+off op other
			st.addFact(v, op, moved(other, -v.freeOff()), answer)
		case other.kind() != vFree || other.obj() == o:
		case op == frEq:
			st.addFact(other, op, moved(v, -other.freeOff()), answer)
		case v.kind() == vInt && v.intTag() == 0: // v < other is not (other < v+1)
			st.addFact(other, op, mkInt(v.int()+1-other.freeOff(), 0), st.not(answer))
		}
	}
	st.fixLengths(o, v)
	st.unify()
}

// moved returns v with a number added, if it is one.
func moved(v value, n int) value {
	switch v.kind() {
	case vInt:
		return mkInt(v.int()+n, v.intTag())
	case vFree:
		return mkFree(v.obj(), v.freeOff()+n)
	}
	return v
}

// bounds returns the range that the answered questions leave for number o.
func (st *state) bounds(o int) (lo, hi int, excluded uint64) {
	f := st.objs[o].f
	lo, hi = -1000, 1000
	if f[frInfo].word()&frNonNeg != 0 {
		lo = 0
	}
	for i := frFacts; i < len(f); i += 3 {
		b, ans := st.deref(f[i+1]), st.answer(f[i+2])
		if ans.kind() != vBool || b.kind() != vInt {
			continue
		}
		n := b.int()
		switch {
		case f[i].word() == frLt && ans == valTrue:
			hi = min(hi, n-1)
		case f[i].word() == frLt:
			lo = max(lo, n)
		case f[i].word() == frEq && ans == valTrue:
			lo, hi = max(lo, n), min(hi, n)
		case f[i].word() == frEq && n >= 0:
			excluded |= 1 << n
		}
	}
	for lo >= 0 && lo <= hi && lo < 64 && excluded&(1<<lo) != 0 {
		lo++
	}
	for hi >= lo && hi >= 0 && hi < 64 && excluded&(1<<hi) != 0 {
		hi--
	}
	return lo, hi, excluded
}

// answer returns what was chosen for a fact's truth value.
func (st *state) answer(v value) value {
	if v.kind() != vFree {
		return v
	}
	r := st.objs[v.obj()].f[frChosen]
	if r.kind() == vBool && v.freeOff() != 0 {
		return st.not(r)
	}
	return r
}

// consistent reports whether the answers about free value o leave a value.
func (st *state) consistent(o int) bool {
	f := st.objs[o].f
	lo, hi, _ := st.bounds(o)
	if lo > hi || !st.ordered(o) {
		return false
	}
	equal := 0
	for i := frFacts; i < len(f); i += 3 {
		if other := st.deref(f[i+1]); other.kind() == vFree && other.obj() == o {
			continue // equal to what it has become
		}
		if f[i].word() == frEq && st.answer(f[i+2]) == valTrue {
			equal++
		}
	}
	return equal <= 1
}

// truth evaluates a condition, choosing where it is free or lost. What has been
// chosen already is not chosen again.
func (m *machine) truth(v value, in *instr) (yes, ok bool) {
	switch v = m.st.deref(v); v.kind() {
	case vBool:
		return v == valTrue, true
	case vNil:
		return false, true
	case vFree:
		return m.choose(v, in)
	case vLost:
		c, ok := m.pick(2)
		if ok {
			m.assume(prog.AssumeLost, in, c)
		}
		return c == 0, ok
	}
	m.bug(in, v)
	return false, false
}

// size is number where nothing but a number will do: a constant that is only
// compared is lost.
func (m *machine) size(v value, in *instr) (value, bool) {
	v, ok := m.number(v, in)
	if v.kind() == vStr {
		v = valLost
	}
	return v, ok
}

// number chooses the value of a symbol, and leaves other values alone.
func (m *machine) number(v value, in *instr) (value, bool) {
	if v.kind() != vSym {
		return v, true
	}
	s := v.sym()
	d := &m.c.p.Syms[s]
	top := max(d.Min, min(d.Max, m.limits.symbols))
	c, ok := m.pick(top - d.Min + 1)
	if !ok {
		return v, false
	}
	n := d.Min + c
	if !d.Const {
		m.assumeSym(s, n, in)
	}
	m.st.syms[s] = uint8(n + 1)
	return m.st.deref(v), true
}

// assumeSym records the choice of n for symbol s.
func (m *machine) assumeSym(s, n int, in *instr) {
	kind := prog.AssumeMany
	switch n {
	case 0:
		kind = prog.AssumeZero
	case 1:
		kind = prog.AssumeOne
	}
	m.noteSym(kind, s, n, in)
	d := &m.c.p.Syms[s]
	for t, other := range m.st.syms {
		o := &m.c.p.Syms[t]
		if t != s && other != 0 && int(other)-1 != n && !o.Const && (d.Related == 0 || d.Related != o.Related) {
			m.noteSym(prog.AssumeDiffer, s, n, in)
			return
		}
	}
}

// noteSym records one assumption about a symbol.
func (m *machine) noteSym(k prog.Assume, s, n int, in *instr) {
	m.cost.add(k, m.low[k])
	if m.trace != nil {
		m.trace.assume(m, k, in, n, s)
	}
}
