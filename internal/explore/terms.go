package explore

import (
	"slices"

	"github.com/leaklint/leaklint/internal/explore/prog"
)

// A term is a question that was asked about values, with its answer: what is at
// an address, an element, what a pure function says of its arguments. Whoever
// asks the same question about the same values gets the same answer, be it in
// another branch, function or goroutine (docs/design.md section 9.4).
type term struct {
	key   uint32 // the kind of question, and for those of the program its name
	class uint8
	n     uint8 // arguments
	args  [prog.MaxAsked]value
	res   value
}

// Kinds of questions.
const (
	tkLoad   = 1 + iota // what is at an address
	tkElem              // the address of an element
	tkIndex             // an element
	tkMapVal            // what a map holds under a key
	tkMapOk             // whether it does
	tkSlice             // a part of a slice
	tkCap               // the capacity of a slice
	tkAsk               // a question of the program; above its kind its name

	tkShift = 8
)

// What may change an answer.
const (
	clWatched uint8 = iota // unseen code that gets hold of the values, and time
	clFixed                // nobody
	clShaky                // whoever has his turn
)

// classOf returns what may change what in reads.
func classOf(in *instr) uint8 {
	switch {
	case in.flags&prog.Fixed != 0:
		return clFixed
	case in.flags&prog.Shaky != 0:
		return clShaky
	}
	return clWatched
}

// ask returns the answer to a question, a free value if nobody has asked before.
func (st *state) ask(key uint32, class uint8, flags int, args ...value) (v value, asked bool) {
	for i := range st.terms {
		if t := &st.terms[i]; t.key == key && st.sameArgs(t, args) {
			return st.deref(t.res), true
		}
	}
	t := term{key: key, class: class, n: uint8(len(args)), res: st.newFree(flags)}
	copy(t.args[:], args)
	st.terms = append(st.terms, t)
	return t.res, false
}

// sameArgs reports whether t is about these values.
func (st *state) sameArgs(t *term, args []value) bool {
	if int(t.n) != len(args) {
		return false
	}
	for i, a := range args {
		if st.deref(t.args[i]) != a {
			return false
		}
	}
	return true
}

// same reports whether two terms are one question.
func (st *state) same(t, u *term) bool {
	if t.key != u.key || t.n != u.n {
		return false
	}
	for i := range t.n {
		if st.deref(t.args[i]) != st.deref(u.args[i]) {
			return false
		}
	}
	return true
}

// dropTerms forgets answers.
func (st *state) dropTerms(old func(*term) bool) {
	if len(st.terms) > 0 {
		st.terms = slices.DeleteFunc(st.terms, func(t term) bool { return old(&t) })
	}
}

// dropShaky forgets what others may change, who now have had their turn.
func (st *state) dropShaky() {
	st.dropTerms(func(t *term) bool { return t.class == clShaky })
}

// about reports whether a term is about object o.
func (st *state) about(t *term, o int) bool {
	return slices.ContainsFunc(t.args[:t.n], func(a value) bool { a = st.deref(a); return a.isRef() && a.obj() == o })
}

// touched forgets what was read at an address that is written, and whatever
// else may be the same place: a free pointer may point anywhere.
func (st *state) touched(at value) {
	if len(st.terms) == 0 {
		return
	}
	off := at.freeOff()
	if at.kind() == vRef {
		off = at.off()
	}
	st.dropTerms(func(t *term) bool {
		switch {
		case t.class == clFixed:
			return false
		case t.key == tkIndex:
			return true
		case t.key&(1<<tkShift-1) == tkAsk: // what it points to may have changed
			return slices.ContainsFunc(t.args[:t.n], func(a value) bool { return st.deref(a).isRef() })
		case t.key != tkLoad:
			return false
		}
		switch a := st.deref(t.args[0]); a.kind() {
		case vFree:
			return a.freeOff() == off
		case vRef:
			return at.kind() != vRef || a == at
		}
		return true
	})
}

// changed forgets what was said of the contents of object o, and of what was
// found there: who got hold of it may have changed them.
func (st *state) changed(o int) {
	if len(st.terms) == 0 {
		return
	}
	from := []int{o}
	about := func(t *term) bool {
		return slices.ContainsFunc(from, func(o int) bool { return st.about(t, o) })
	}
	for more := true; more; {
		more = false
		for i := range st.terms {
			v := st.deref(st.terms[i].res)
			if v.isRef() && about(&st.terms[i]) && !slices.Contains(from, v.obj()) {
				from, more = append(from, v.obj()), true
			}
		}
	}
	st.dropTerms(func(t *term) bool { return t.class != clFixed && about(t) })
}

// stored notes what has been written to an address: who reads it next finds it.
// What leads further is not kept: a reader takes it from unseen code.
func (st *state) stored(at, v value, class uint8) {
	st.touched(at)
	switch v.kind() {
	case vBool, vInt, vStr:
		t := term{key: tkLoad, class: class, n: 1, res: v}
		t.args[0] = at
		st.terms = append(st.terms, t)
	}
}

// stepForget forgets what was read through a value, or all that may change.
func (m *machine) stepForget(g *gor, in *instr) outcome {
	if len(in.args) == 0 {
		m.st.dropTerms(func(t *term) bool { return t.class != clFixed })
		return m.next(g)
	}
	if v := m.get(g, in.args[0]); v.isRef() {
		m.st.changed(v.obj())
	}
	return m.next(g)
}

// A fold is a question of whose answer something is known.
type fold uint8

const (
	foldNone fold = iota
	foldMul
	foldDiv
	foldRem
	foldAnd
	foldOr
	foldXor
	foldAndNot
	foldShl
	foldShr
	foldAll // all of its arguments are true
	foldIs  // errors.Is
)

// folds are the names of these questions.
var folds = map[string]fold{
	"*": foldMul, "/": foldDiv, "%": foldRem, "&": foldAnd, "|": foldOr, "^": foldXor, "&^": foldAndNot,
	"<<": foldShl, ">>": foldShr, "all": foldAll, "errors.Is": foldIs,
}

// folded returns the answer to a question about known numbers.
func folded(f fold, args []value) (value, bool) {
	if f == foldNone || f > foldShr || len(args) != 2 {
		return 0, false
	}
	for _, a := range args {
		if a.kind() != vInt || a.intTag() != 0 {
			return 0, false
		}
	}
	n, ok := arithmetic(f, args[0].int(), args[1].int())
	return mkInt(n, 0), ok && n <= prog.MaxInt && n >= -prog.MaxInt
}

// arithmetic computes with numbers.
func arithmetic(f fold, x, y int) (int, bool) {
	if y == 0 && (f == foldDiv || f == foldRem) || (f == foldShl || f == foldShr) && (y < 0 || y > 16) {
		return 0, false
	}
	switch f {
	case foldMul:
		return x * y, true
	case foldDiv:
		return x / y, true
	case foldRem:
		return x % y, true
	case foldAnd:
		return x & y, true
	case foldOr:
		return x | y, true
	case foldXor:
		return x ^ y, true
	case foldAndNot:
		return x &^ y, true
	case foldShl:
		return x << y, true
	}
	return x >> y, true
}

// stepAsk answers a question of the program.
func (m *machine) stepAsk(g *gor, in *instr) outcome {
	var room [prog.MaxAsked]value
	args := room[:len(in.args)]
	for i, a := range in.args {
		args[i] = m.get(g, a)
	}
	return m.done(g, in, m.answerTo(in, args))
}

// answerTo returns the answer to the question in about args.
func (m *machine) answerTo(in *instr, args []value) value {
	f := m.st.folds[in.n]
	if v, ok := folded(f, args); ok {
		return v
	}
	switch f {
	case foldAll:
		return m.st.all(in, args)
	case foldIs:
		return m.st.errorIs(in, args)
	}
	lost, open, loose := false, len(args) == 0, false
	for _, a := range args {
		lost = lost || a.kind() == vLost
		open = open || a.isRef()
		loose = loose || a.kind() == vSym || a.kind() == vInt && a.intTag() != 0
	}
	guess := in.flags&prog.Guess != 0
	switch {
	case lost && guess:
		return m.st.newFree(freeFlags(in))
	case lost || !guess && (loose || !open):
		return valLost
	}
	v, _ := m.st.ask(tkAsk|uint32(in.n)<<tkShift, classOf(in), freeFlags(in), args...)
	return v
}

// freeFlags returns what is known of the free values that in makes.
func freeFlags(in *instr) int {
	flags := 0
	for f, bit := range map[prog.Flags]int{prog.NonNil: frNonNil, prog.Fresh: frFresh, prog.Private: frPrivate, prog.Old: frOld} {
		if in.flags&f != 0 {
			flags |= bit
		}
	}
	return flags
}

// all returns whether all of the truth values are true.
func (st *state) all(in *instr, args []value) value {
	var left []value
	for _, a := range args {
		switch {
		case a == valFalse:
			return valFalse
		case a.kind() == vLost:
			return valLost
		case a.kind() == vFree && !slices.Contains(left, a):
			left = append(left, a)
		}
	}
	switch len(left) {
	case 0:
		return valTrue
	case 1:
		return left[0]
	}
	v, asked := st.ask(tkAsk|uint32(in.n)<<tkShift, clFixed, 0, left...)
	for _, a := range left {
		if !asked {
			st.imply(v, a)
		}
	}
	return v
}

// errorIs returns whether an error is or wraps another: nil never does, and
// each is itself.
func (st *state) errorIs(in *instr, args []value) value {
	err, target := args[0], args[1]
	same := st.compare(prog.OpEq, err, target)
	switch {
	case err == valNil, same == valTrue:
		return same
	case err.kind() == vLost || target.kind() == vLost:
		return valLost
	case err.kind() == vFree && st.objs[err.obj()].f[frInfo].word()&(frFresh|frPrivate) != 0:
		return same // it wraps nothing
	}
	v, asked := st.ask(tkAsk|uint32(in.n)<<tkShift, clFixed, 0, err, target)
	if !asked {
		st.imply(v, st.not(st.compare(prog.OpEq, err, valNil)))
		st.imply(same, v)
	}
	return v
}

// congruent reports whether questions that have become the same, or of which
// the answer has become known, have answers that fit.
func (st *state) congruent() bool {
	for i := range st.terms {
		t := &st.terms[i]
		if v, ok := st.foldTerm(t); ok && !st.fits(t.res, v) {
			return false
		}
		for k := range i {
			if u := &st.terms[k]; st.same(t, u) && !st.fits(t.res, u.res) {
				return false
			}
		}
	}
	return true
}

// foldTerm returns the answer to a question about what are known numbers now, or
// about a map that is nil.
func (st *state) foldTerm(t *term) (value, bool) {
	if t.key == tkMapOk && st.deref(t.args[0]) == valNil {
		return valFalse, true
	}
	if t.key&(1<<tkShift-1) != tkAsk || t.n != 2 {
		return 0, false
	}
	return folded(st.folds[t.key>>tkShift], []value{st.deref(t.args[0]), st.deref(t.args[1])})
}

// fits reports whether two values may be the same.
func (st *state) fits(a, b value) bool {
	a, b = st.deref(a), st.deref(b)
	if a.kind() != vFree {
		a, b = b, a
	}
	switch {
	case a == b || a.kind() == vLost || b.kind() == vLost:
		return true
	case a.kind() != vFree:
		return false
	case b.kind() == vBool:
		return st.possible(a.obj(), mkBool((b == valTrue) == (a.freeOff() == 0)))
	case b.kind() == vInt && b.intTag() == 0:
		lo, hi, not := st.bounds(a.obj())
		n := b.int() - a.freeOff()
		return n >= lo && n <= hi && (n < 0 || n >= 64 || not&(1<<n) == 0)
	case b == valNil && st.objs[a.obj()].f[frInfo].word()&frNonNil != 0:
		return false
	}
	return !st.differ(a, b) && (b.kind() != vFree || !st.differ(b, a))
}

// differ reports whether it was answered that free value a is not b.
func (st *state) differ(a, b value) bool {
	f := st.objs[a.obj()].f
	for i := frFacts; i < len(f); i += 3 {
		if f[i].word() == frEq && st.deref(f[i+1]) == b && st.answer(f[i+2]) == valFalse {
			return true
		}
	}
	return false
}

// unify makes the answers of questions that have become the same one value.
func (st *state) unify() {
	for i := 0; i < len(st.terms); i++ {
		if v, ok := st.foldTerm(&st.terms[i]); ok {
			st.assign(st.terms[i].res, v)
		}
		for k := range i {
			if st.same(&st.terms[i], &st.terms[k]) {
				st.assign(st.terms[i].res, st.terms[k].res)
			}
		}
	}
}

// assign makes two values one, if they may be.
func (st *state) assign(a, b value) {
	a, b = st.deref(a), st.deref(b)
	if a.kind() != vFree {
		a, b = b, a
	}
	switch {
	case a == b || a.kind() != vFree || b.kind() == vLost:
	case b.kind() == vBool:
		st.fix(a.obj(), mkBool((b == valTrue) == (a.freeOff() == 0)))
	default:
		st.equate(a, b)
	}
}

// dropMaps forgets what free maps hold: one of them is written.
func (st *state) dropMaps() {
	st.dropTerms(func(t *term) bool { return t.class != clFixed && t.key != tkLoad && t.key != tkIndex })
}
