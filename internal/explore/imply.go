package explore

// This file keeps what truth values say about each other: where one is true,
// another is. A fact about a truth value is the operation frIfTrue or frIfFalse
// and what is true then, perhaps negated.

// maxImplied bounds how far it is followed what an answer implies.
const maxImplied = 6

// imply notes that b is true wherever a is, and draws what follows at once.
func (st *state) imply(a, b value) {
	switch {
	case a == valFalse || b == valTrue || a == b:
	case a == valTrue && b.kind() == vFree:
		st.assume(b)
	case b == valFalse && a.kind() == vFree:
		st.assume(st.not(a))
	case a.kind() == vFree && b.kind() == vFree:
		st.implies(a, b)
		st.implies(st.not(b), st.not(a))
	}
}

// implies writes down that b is true wherever a is.
func (st *state) implies(a, b value) {
	op := frIfTrue
	if a.freeOff() != 0 {
		op = frIfFalse
	}
	f := st.objs[a.obj()].f
	for i := frFacts; i < len(f); i += 3 {
		if f[i].word() == op && f[i+1] == b {
			return
		}
	}
	st.addFact(a, op, b, valNil)
}

// assume makes a free truth value true, if it may be.
func (st *state) assume(v value) bool {
	b := mkBool(v.freeOff() == 0)
	if !st.possible(v.obj(), b) {
		return false
	}
	st.fix(v.obj(), b)
	return true
}

// implied calls do for what is true where truth value o is b, until it says no;
// it reports whether it never did.
func (st *state) implied(o int, b value, do func(v value) bool) bool {
	for i := frFacts; i < len(st.objs[o].f); i += 3 {
		f := st.objs[o].f
		if op := f[i].word(); op == frIfTrue && b == valTrue || op == frIfFalse && b == valFalse {
			if !do(st.deref(f[i+1])) {
				return false
			}
		}
	}
	return true
}

// impliedFits reports whether what is true where truth value o is b may be true.
func (st *state) impliedFits(o int, b value, depth int) bool {
	return depth > maxImplied || st.implied(o, b, func(v value) bool {
		return v != valFalse && (v.kind() != vFree || st.possibleAt(v.obj(), mkBool(v.freeOff() == 0), depth+1))
	})
}

// fixImplied fixes what is true where truth value o is b.
func (st *state) fixImplied(o int, b value) {
	st.implied(o, b, func(v value) bool {
		if v.kind() == vFree {
			st.fix(v.obj(), mkBool(v.freeOff() == 0))
		}
		return true
	})
}
