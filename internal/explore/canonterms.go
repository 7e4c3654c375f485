package explore

import (
	"slices"

	"github.com/leaklint/leaklint/internal/explore/prog"
)

// This file writes the terms of a state in canonical form: only those that say
// something of what somebody can still get at, in the order of their questions.

// termLives reports whether the question can be asked again.
func (e *encoder) termLives(st *state, t *term) bool {
	return !slices.ContainsFunc(t.args[:t.n], func(a value) bool { a = st.deref(a); return a.isRef() && !e.live[a.obj()] })
}

// useTerms finds the terms whose answer says something: it is known, somebody
// has it, or something was asked about it. Asked again, others get an answer of
// which nobody knows more.
func (e *encoder) useTerms(st *state) {
	e.terms = e.terms[:0]
	e.useful, e.wanted = resize(e.useful, len(st.terms)), resize(e.wanted, len(st.objs))
	clear(e.useful)
	clear(e.wanted)
	for i := range st.objs {
		if o := &st.objs[i]; o.kind == kFree {
			for k := frFacts; k < len(o.f); k += 3 {
				e.want(st, o.f[k+1])
			}
		}
	}
	ahead := e.c.askable(st)
	for again := true; again; {
		again = false
		for i := len(st.terms) - 1; i >= 0; i-- {
			t := &st.terms[i]
			if e.useful[i] || !ahead.has(st, t) || !e.says(st, st.deref(t.res)) {
				continue
			}
			e.useful[i], again = true, true
			for _, a := range t.args[:t.n] {
				e.want(st, a)
			}
		}
	}
}

// want notes that something was asked about v.
func (e *encoder) want(st *state, v value) {
	if v = st.deref(v); v.isRef() {
		e.wanted[v.obj()] = true
	}
}

// says reports whether an answer says something.
func (e *encoder) says(st *state, v value) bool {
	return v.kind() != vFree || e.num[v.obj()] >= 0 || e.wanted[v.obj()] || len(st.objs[v.obj()].f) > frFacts
}

// moreTerms writes the terms about objects that have all been mentioned and that
// have not been written, and reports whether there were any.
func (e *encoder) moreTerms(st *state) bool {
	e.next = e.next[:0]
	for i := range st.terms {
		if e.useful[i] && e.mentioned(st, &st.terms[i]) {
			e.next = append(e.next, i)
			e.useful[i] = false
		}
	}
	slices.SortStableFunc(e.next, func(a, b int) int { return e.compareTerms(st, &st.terms[a], &st.terms[b]) })
	for k, i := range e.next {
		t := &st.terms[i]
		if k > 0 && e.compareTerms(st, &st.terms[e.next[k-1]], t) == 0 {
			continue // it has the same answer
		}
		e.terms = append(e.terms, uint64(t.key)|uint64(t.class)<<encClass|uint64(t.n)<<encArgs)
		for _, a := range t.args[:t.n] {
			e.terms = append(e.terms, e.named(st, a))
		}
		e.terms = append(e.terms, e.named(st, t.res))
	}
	return len(e.next) > 0
}

// mentioned reports whether all that t is about has been mentioned.
func (e *encoder) mentioned(st *state, t *term) bool {
	return !slices.ContainsFunc(t.args[:t.n], func(a value) bool { a = st.deref(a); return a.isRef() && e.num[a.obj()] < 0 })
}

// named returns the canonical form of a value.
func (e *encoder) named(st *state, v value) uint64 {
	if v = st.deref(v); v.isRef() {
		o := v.obj()
		if e.num[o] < 0 {
			e.num[o] = int32(len(e.queue))
			e.queue = append(e.queue, int32(o))
		}
		v = v.rename(int(e.num[o]))
	}
	return uint64(v)
}

// compareTerms orders terms about what has been mentioned.
func (e *encoder) compareTerms(st *state, t, u *term) int {
	words := func(t *term) [2 + prog.MaxAsked]uint64 {
		w := [2 + prog.MaxAsked]uint64{uint64(t.key), uint64(t.n)}
		for i, a := range t.args[:t.n] {
			w[2+i] = e.named(st, a)
		}
		return w
	}
	a, b := words(t), words(u)
	return slices.Compare(a[:], b[:])
}
