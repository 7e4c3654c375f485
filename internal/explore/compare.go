package explore

import "github.com/leaklint/leaklint/internal/explore/prog"

// compare evaluates a comparison of dereferenced values.
func (st *state) compare(op prog.Op, a, b value) value {
	switch op {
	case prog.OpNe:
		return st.not(st.compare(prog.OpEq, a, b))
	case prog.OpGt:
		return st.compare(prog.OpLt, b, a)
	case prog.OpGe:
		return st.not(st.compare(prog.OpLt, a, b))
	case prog.OpLe:
		return st.not(st.compare(prog.OpLt, b, a))
	}
	if a.typ() != b.typ() {
		if v, ok := st.compareTyped(a, b); ok {
			return v
		}
	} else {
		a, b = a.bare(), b.bare()
	}
	if a.kind() == vLost || b.kind() == vLost {
		return valLost
	}
	if a.kind() == vFree || b.kind() == vFree {
		return st.compareFree(op, a, b)
	}
	if a.kind() == vInt && b.kind() == vInt {
		return compareInts(op, a, b)
	}
	x, ok := st.numeral(a)
	y, also := st.numeral(b)
	switch {
	case ok && also && op == prog.OpLt:
		return mkBool(x < y)
	case op == prog.OpLt:
		return valLost // an order the machine does not keep
	}
	return mkBool(a == b)
}

// compareTyped compares interface values of which one or both have a dynamic
// type that is known, and not the same one: they differ, unless nothing is known
// about the other. Which value it is does not matter, so it may be lost.
func (st *state) compareTyped(a, b value) (value, bool) {
	if a.typ() == 0 {
		a, b = b, a
	}
	switch {
	case b.typ() != 0 || b.kind() == vNil:
		return valFalse, true
	case b.kind() == vFree && a.kind() != vLost:
		return st.askOf(b, frEq, a), true
	}
	return valLost, false
}

// compareInts compares numbers; those counted against different symbols only
// with 0.
func compareInts(op prog.Op, a, b value) value {
	x, y := a.int(), b.int()
	s, t := a.intTag(), b.intTag()
	exact := s == t && s != tagMixed || s == 0 && x == 0 || t == 0 && y == 0
	switch {
	case !exact:
		return valLost
	case op == prog.OpEq:
		return mkBool(x == y)
	}
	return mkBool(x < y)
}

// compareFree compares where at least one side is free.
func (st *state) compareFree(op prog.Op, a, b value) value {
	if a == b {
		return mkBool(op == prog.OpEq)
	}
	if op == prog.OpEq {
		if a.kind() != vFree || b.kind() == vFree && a.obj() > b.obj() {
			a, b = b, a
		}
		if b.kind() == vBool {
			if b == valTrue {
				return a
			}
			return st.not(a)
		}
		if b.kind() == vNil && (a.freeOff() != 0 || st.objs[a.obj()].f[frInfo].word()&frNonNil != 0) || st.apart(a, b) {
			return valFalse
		}
		return st.askOf(a, frEq, b)
	}
	if a.kind() == vFree {
		return st.askOf(a, frLt, b)
	}
	if _, ok := st.numeral(a); ok && a.kind() == vStr {
		return st.askOf(b, frGt, a)
	}
	// a < b is not (b < a+1) for numbers.
	if a.kind() == vInt && a.intTag() == 0 && a.int() < prog.MaxInt {
		return st.not(st.askOf(b, frLt, mkInt(a.int()+1, 0)))
	}
	return valLost
}

// apart reports whether free value a can't be b: one of them is new.
func (st *state) apart(a, b value) bool {
	const isNew = frFresh | frPrivate
	x, y := st.objs[a.obj()].f[frInfo].word(), 0
	if b.kind() == vFree {
		y = st.objs[b.obj()].f[frInfo].word()
	} else if x&isNew != 0 {
		return true
	}
	return (x|y)&frPrivate != 0 || x&isNew != 0 && y&(isNew|frOld) != 0 || y&isNew != 0 && x&frOld != 0
}

// askOf derives the answer to a op b, where a is free; offsets move to b.
func (st *state) askOf(a value, op int, b value) value {
	if off := a.freeOff(); off != 0 {
		switch b.kind() {
		case vInt:
			b = mkInt(b.int()-off, b.intTag())
		case vFree:
			b = mkFree(b.obj(), b.freeOff()-off)
		case vStr:
			return valLost // a sum that is compared with a large number
		}
		a = mkFree(a.obj(), 0)
		if b.kind() == vLost {
			return valLost
		}
	}
	if b.kind() == vInt && b.intTag() != 0 {
		return valLost // a free number against a scaled one
	}
	if b.kind() == vFree && b.obj() == a.obj() { // x against x plus a constant
		return mkBool(op == frLt && b.freeOff() > 0 || op == frEq && b.freeOff() == 0)
	}
	return st.derive(a, op, b, 0)
}
