package explore

import (
	"math"
	"strconv"
	"strings"
)

// This file keeps what is known of constants that are no small numbers: the
// value of large ones and fractions, the length of strings.

// A constant is what is known of one.
type constant struct {
	num   float64
	isNum bool
	len   int32 // -1: it is no string
}

// constantOf reads a constant as skeleton writes it: "n" and a number, "s" and a
// string.
func constantOf(s string) constant {
	c := constant{len: -1}
	if text, ok := strings.CutPrefix(s, "s"); ok {
		c.len = int32(len(text))
	}
	if text, ok := strings.CutPrefix(s, "n"); ok {
		c.num, c.isNum = numberOf(text)
	}
	return c
}

// numberOf reads a number, which may be written as a fraction.
func numberOf(text string) (float64, bool) {
	p, q, fraction := strings.Cut(text, "/")
	a, err := strconv.ParseFloat(p, 64)
	if err != nil || !fraction {
		return a, err == nil
	}
	b, err := strconv.ParseFloat(q, 64)
	return a / b, err == nil && b != 0
}

// numeral returns the value of a known number.
func (st *state) numeral(v value) (float64, bool) {
	switch v.kind() {
	case vInt:
		return float64(v.int()), v.intTag() == 0
	case vStr:
		c := &st.consts[v.body()]
		return c.num, c.isNum
	}
	return 0, false
}

// length returns the length of a known value.
func (st *state) length(v value) (value, bool) {
	switch v.kind() {
	case vNil:
		return mkInt(0, 0), true
	case vStr:
		if n := st.consts[v.body()].len; n >= 0 {
			return mkInt(int(n), 0), true
		}
	case vSlice:
		return mkInt(v.sliceLen(), v.sliceTag()), !v.over()
	}
	return valLost, false
}

// A span is where the answers about a number leave it.
type span struct {
	lo, hi       float64
	above, below bool // lo and hi are not among it
}

// atLeast raises the lower end.
func (s *span) atLeast(c float64, strict bool) {
	if c > s.lo || c == s.lo && strict {
		s.lo, s.above = c, strict
	}
}

// atMost lowers the upper end.
func (s *span) atMost(c float64, strict bool) {
	if c < s.hi || c == s.hi && strict {
		s.hi, s.below = c, strict
	}
}

// ordered reports whether the answers about free value o leave a number, as far
// as they are about numbers.
func (st *state) ordered(o int) bool {
	s := span{lo: math.Inf(-1), hi: math.Inf(1)}
	f := st.objs[o].f
	for i := frFacts; i < len(f); i += 3 {
		c, ok := st.numeral(st.deref(f[i+1]))
		ans := st.answer(f[i+2])
		if !ok || ans.kind() != vBool {
			continue
		}
		yes := ans == valTrue
		switch op := f[i].word(); {
		case op == frLt && yes:
			s.atMost(c, true)
		case op == frLt:
			s.atLeast(c, false)
		case op == frGt && yes:
			s.atLeast(c, true)
		case op == frGt:
			s.atMost(c, false)
		case op == frEq && yes:
			s.atLeast(c, false)
			s.atMost(c, false)
		}
	}
	return s.lo < s.hi || s.lo == s.hi && !s.above && !s.below
}

// lengthsFit reports whether free value o, whose length was asked for, can be v.
func (st *state) lengthsFit(o int, v value) bool {
	n, ok := st.length(v)
	f := st.objs[o].f
	for i := frFacts; ok && i < len(f); i += 3 {
		if f[i].word() == frLen && !st.fits(f[i+2], n) {
			return false
		}
	}
	return true
}

// fixLengths makes the length of o, which is v now, that of v.
func (st *state) fixLengths(o int, v value) {
	n, ok := st.length(v)
	for i := frFacts; ok && i < len(st.objs[o].f); i += 3 {
		if f := st.objs[o].f; f[i].word() == frLen {
			st.assign(f[i+2], n)
		}
	}
}
