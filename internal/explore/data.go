package explore

import "github.com/leaklint/leaklint/internal/explore/prog"

// dataSteps are the operations on values.
var dataSteps = map[prog.Op]func(*machine, *gor, *instr) outcome{
	prog.OpNop: func(m *machine, g *gor, in *instr) outcome { return m.next(g) },
	prog.OpCopy: func(m *machine, g *gor, in *instr) outcome {
		return m.done(g, in, m.get(g, in.args[0]))
	},
	prog.OpNot: (*machine).stepNot,
	prog.OpAdd: (*machine).stepAdd, prog.OpSub: (*machine).stepAdd,
	prog.OpEq: (*machine).stepCompare, prog.OpNe: (*machine).stepCompare,
	prog.OpLt: (*machine).stepCompare, prog.OpLe: (*machine).stepCompare,
	prog.OpGt: (*machine).stepCompare, prog.OpGe: (*machine).stepCompare,
	prog.OpIface: func(m *machine, g *gor, in *instr) outcome {
		v := m.get(g, in.args[0])
		if in.flags&prog.Others != 0 && (v.kind() == vFree || v.kind() == vLost) {
			return m.done(g, in, v)
		}
		return m.done(g, in, v.withType(int(in.n)))
	},
	prog.OpAssert: (*machine).stepAssert,
	prog.OpAsk:    (*machine).stepAsk,
	prog.OpForget: (*machine).stepForget,
	prog.OpImply: func(m *machine, g *gor, in *instr) outcome {
		m.st.imply(m.get(g, in.args[0]), m.get(g, in.args[1]))
		return m.next(g)
	},
	prog.OpMethod: (*machine).stepMethod,
}

// stepNot negates.
func (m *machine) stepNot(g *gor, in *instr) outcome {
	v := m.get(g, in.args[0])
	switch v.kind() {
	case vInt, vStr, vFunc, vRef, vSlice:
		m.bug(in, v)
	}
	return m.done(g, in, m.st.not(v))
}

// numbers evaluates both operands of in, choosing symbols.
func (m *machine) numbers(g *gor, in *instr) (a, b value, ok bool) {
	a, ok = m.number(m.get(g, in.args[0]), in)
	if !ok {
		return a, b, false
	}
	b, ok = m.number(m.get(g, in.args[1]), in)
	return m.st.deref(a), b, ok
}

// stepAdd adds or subtracts.
func (m *machine) stepAdd(g *gor, in *instr) outcome {
	a, b := m.get(g, in.args[0]), m.get(g, in.args[1])
	sign := 1
	if in.op == prog.OpSub {
		sign = -1
	}
	if a.kind() == vSym && b.kind() == vInt && b.intTag() == 0 { // still open
		return m.done(g, in, mkSym(a.sym(), a.symOff()+sign*b.int()))
	}
	a, b, ok := m.numbers(g, in)
	if !ok {
		return oPark
	}
	return m.done(g, in, m.st.add(a, b, sign))
}

// add returns a + sign*b.
func (st *state) add(a, b value, sign int) value {
	switch {
	case a.kind() == vInt && b.kind() == vInt:
		tag := a.intTag()
		switch {
		case tag == 0:
			tag = b.intTag()
		case b.intTag() != 0 && b.intTag() != tag:
			tag = tagMixed
		}
		return mkInt(a.int()+sign*b.int(), tag)
	case a.kind() == vFree && b.kind() == vInt && b.intTag() == 0:
		if off := a.freeOff() + sign*b.int(); off > -freeBias && off < freeBias {
			return mkFree(a.obj(), off)
		}
		return valLost
	case sign > 0 && a.kind() == vInt && b.kind() == vFree:
		return st.add(b, a, 1)
	case a.kind() == vFree && (b.kind() == vFree || b.kind() == vInt):
		return st.derive(a, frAdd+(1-sign)/2, b, 0)
	case b.kind() == vFree && a.kind() == vInt:
		return st.derive(b, frSub, a, 0)
	}
	return valLost
}

// stepCompare compares.
func (m *machine) stepCompare(g *gor, in *instr) outcome {
	a, b, ok := m.numbers(g, in)
	if !ok {
		return oPark
	}
	return m.done(g, in, m.st.compare(in.op, a, b))
}

// stepAssert tests the dynamic type of an interface value.
func (m *machine) stepAssert(g *gor, in *instr) outcome {
	v := m.get(g, in.args[0])
	ok, val := valFalse, valNil
	switch {
	case v.typ() == 0 && v.kind() == vLost:
		ok, val = valLost, v
	case v.typ() == 0 && v.kind() == vFree:
		ok, val = m.st.deref(m.st.derive(mkFree(v.obj(), 0), frType, mkWord(int(in.n)), 0)), v
	default:
		for _, t := range in.types {
			if v.typ() == int(t) {
				ok, val = valTrue, v
			}
		}
	}
	if len(in.dst) < 2 && (ok == valFalse || ok.kind() == vFree && !m.st.assume(ok)) {
		return m.startPanic(g, valLost)
	}
	if ok == valTrue && in.flags&prog.Others == 0 && len(in.types) == 1 {
		val = val.bare()
	}
	m.put(g, in, 1, ok)
	return m.done(g, in, val)
}

// stepMethod binds a method of a dynamic type to its receiver.
func (m *machine) stepMethod(g *gor, in *instr) outcome {
	v := m.get(g, in.args[0])
	f, ok := m.c.methods[v.typ()][in.n]
	switch {
	case ok:
	case v.kind() == vLost:
		return m.done(g, in, valLost)
	case v.kind() == vFree:
		return m.done(g, in, m.st.derive(mkFree(v.obj(), 0), frMethod, mkWord(int(in.n)), frNonNil))
	case v.typ() == 0:
		return m.startPanic(g, valLost) // nil interface
	default:
		m.bug(in, v)
	}
	o := m.st.newObj(kClosure, in.site, 2)
	ob := m.st.objs[o].f
	ob[0], ob[1] = mk(vFunc, value(f)), v.bare()
	return m.done(g, in, mkRef(o, 0))
}
