package reference

import (
	"math/bits"

	"github.com/leaklint/leaklint/internal/explore/prog"
)

// Elements of the domain of a free variable: small numbers, and these.
const (
	elNil   = 1000
	elFalse = 2000
	elTrue  = 2001
	elStr   = 3000
	elOther = 5000
	maxEl   = 60

	nilIndex = 2*maxEl + 1 // of elNil in a domain
)

// A domain is a set of elements: the numbers, nil, false, true, any other
// value, and strings.
type domain [3]uint64

const domSize = 64 * len(domain{})

// elementAt returns element i of a domain.
func elementAt(i int) int {
	if i <= 2*maxEl {
		return i - maxEl
	}
	switch i -= 2*maxEl + 1; i {
	case 0:
		return elNil
	case 1, 2:
		return elFalse + i - 1
	case 3:
		return elOther
	}
	return elStr + i - 4
}

func (d *domain) has(i int) bool { return d[i/64]&(1<<(i%64)) != 0 }
func (d *domain) put(i int)      { d[i/64] |= 1 << (i % 64) }
func (d *domain) drop(i int)     { d[i/64] &^= 1 << (i % 64) }

// only returns the single element, if there is just one.
func (d *domain) only() (el int, ok bool) {
	n := bits.OnesCount64(d[0]) + bits.OnesCount64(d[1]) + bits.OnesCount64(d[2])
	for i := 0; n == 1; i++ {
		if d.has(i) {
			return elementAt(i), true
		}
	}
	return 0, false
}

// free returns a new free variable.
func (r *ref) free(nonNil, nonNeg bool) val {
	o := object{kind: "var"}
	for i := range 2*maxEl + 5 + len(r.p.Strings) {
		if el := elementAt(i); (el != elNil || !nonNil) && (el >= 0 || !nonNeg) {
			o.dom.put(i)
		}
	}
	return val{kind: kExpr, expr: &expr{v: r.made(o).obj}}
}

// split divides what v's variable may be by the truth of v.
func (r *ref) split(v val) (parts [2]domain) {
	d := &r.s.heap[v.expr.v].dom
	for i := range domSize {
		if !d.has(i) {
			continue
		}
		switch b, _ := eval(v.expr, elementAt(i)); b {
		case elTrue:
			parts[0].put(i)
		case elFalse:
			parts[1].put(i)
		}
	}
	return parts
}

// element returns the domain element of a constant.
func element(v val) int {
	switch v.kind {
	case kNil:
		return elNil
	case kBool:
		return elFalse + v.n
	case kInt:
		return v.n
	case kStr:
		return elStr + v.n
	}
	return elOther + 1
}

// constant returns the value of a domain element.
func constant(e int) (val, bool) {
	switch {
	case e == elNil:
		return val{}, true
	case e == elFalse || e == elTrue:
		return val{kind: kBool, n: e - elFalse}, true
	case e >= elStr && e < elOther:
		return val{kind: kStr, n: e - elStr}, true
	case e <= maxEl:
		return number(e, 0), true
	}
	return val{}, false
}

// eval evaluates an expression for one element of its variable. Not ok means
// that it makes no sense for that element.
func eval(x *expr, el int) (int, bool) {
	if x.op == "" {
		return el, true
	}
	a, ok := eval(x.a, el)
	if !ok {
		return 0, false
	}
	c := element(x.c)
	truth := func(b bool) (int, bool) {
		if b {
			return elTrue, true
		}
		return elFalse, true
	}
	numbers := a <= maxEl+20 && c <= maxEl
	switch x.op {
	case "eq":
		return truth(a == c)
	case "lt":
		v, _ := truth(a < c)
		return v, numbers
	case "gt":
		v, _ := truth(a > c)
		return v, numbers
	case "add":
		return a + c, numbers
	case "not":
		return elFalse + elTrue - a, a == elTrue || a == elFalse
	case "tie":
		if a == elNil {
			return elOther, true
		}
		return elNil, true
	}
	return 0, false
}

// settle returns the value of an expression whose variable is decided.
func (r *ref) settle(v val) val {
	switch v.kind {
	case kExpr:
		only, ok := r.s.heap[v.expr.v].dom.only()
		if !ok {
			return v
		}
		if el, ok := eval(v.expr, only); ok {
			if c, ok := constant(el); ok {
				c.typ = v.typ
				return c
			}
		}
	case kSym:
		if n := r.s.syms[v.n]; n > 0 {
			return number(n-1+v.off, v.n+1)
		}
	}
	return v
}

// number returns an int, or lost.
func number(n, tag int) val {
	if n > prog.MaxInt || n < -prog.MaxInt {
		return val{kind: kLost}
	}
	return val{kind: kInt, n: n, tag: tag}
}

// boolean returns a truth value.
func boolean(b bool) val {
	if b {
		return val{kind: kBool, n: 1}
	}
	return val{kind: kBool}
}

// truth decides a condition.
func (r *ref) truth(v val) bool {
	switch v = r.settle(v); v.kind {
	case kBool:
		return v.n == 1
	case kNil:
		return false
	case kLost:
		return r.choose(2) == 0
	case kExpr:
		parts := r.split(v)
		pick := 0
		switch {
		case parts[0] == domain{}:
			pick = 1
		case parts[1] != domain{}:
			pick = r.choose(2)
		}
		r.s.heap[v.expr.v].dom = parts[pick]
		return pick == 0
	}
	panic("truth of a wrong value")
}

// decided returns a number whose symbol, if it has one, is chosen.
func (r *ref) decided(v val) val {
	if v = r.settle(v); v.kind == kSym {
		d := r.p.Syms[v.n]
		top := max(d.Min, min(d.Max, r.lim.Symbols))
		r.s.syms[v.n] = d.Min + r.choose(top-d.Min+1) + 1
	}
	return r.settle(v)
}

// decide chooses what a free value is, or only which number: one of the few
// that a small program can tell apart from the others. Three values that are
// each more than one above the one before need numbers up to 8.
func (r *ref) decide(v val, number bool) val {
	d := &r.s.heap[v.expr.v].dom
	var small, ways []int
	for i := range domSize {
		el := elementAt(i)
		if !d.has(i) || el == elOther || number && el > maxEl {
			continue
		}
		if got, ok := eval(v.expr, el); !ok || number && got > maxEl {
			continue
		}
		ways = append(ways, i)
		if el >= -2 && el <= 9 || el > maxEl {
			small = append(small, i)
		}
	}
	if len(small) > 0 {
		ways = small
	}
	if len(ways) == 0 {
		r.s.fatal = "no value to decide on"
		return val{}
	}
	*d = domain{}
	d.put(ways[r.choose(min(len(ways), 20))])
	return r.settle(v)
}

// negate returns !v.
func negate(v val) val {
	switch v.kind {
	case kBool:
		return boolean(v.n == 0)
	case kExpr:
		return val{kind: kExpr, expr: &expr{v: v.expr.v, op: "not", a: v.expr}}
	}
	return val{kind: kLost}
}

// compare evaluates a comparison.
func (r *ref) compare(op prog.Op, a, b val) val {
	switch op {
	case prog.OpNe:
		return negate(r.compare(prog.OpEq, a, b))
	case prog.OpGe:
		return negate(r.compare(prog.OpLt, a, b))
	case prog.OpGt:
		return r.compare(prog.OpLt, b, a)
	case prog.OpLe:
		return negate(r.compare(prog.OpLt, b, a))
	}
	switch {
	case a.typ != 0 && b.typ != 0 && a.typ != b.typ, a.typ != 0 && b == val{}, b.typ != 0 && a == val{}:
		return boolean(false)
	case a.typ == b.typ:
		a.typ, b.typ = 0, 0
	case a.kind == kExpr || b.kind == kExpr:
		r.s.fatal = "values of which one has a type"
		return val{kind: kLost}
	}
	switch {
	case a.kind == kLost || b.kind == kLost:
		return val{kind: kLost}
	case a.kind == kExpr && b.kind == kExpr:
		if b = r.decide(b, op == prog.OpLt); r.s.fatal != "" {
			return b
		}
		return r.compare(op, r.settle(a), b)
	case a.kind == kExpr || b.kind == kExpr:
		return r.compareFree(op, a, b)
	case a.kind == kInt && b.kind == kInt:
		if a.tag != b.tag && (a.tag != 0 || a.n != 0) && (b.tag != 0 || b.n != 0) || a.tag == -1 && b.tag == -1 {
			return val{kind: kLost}
		}
		if op == prog.OpEq {
			return boolean(a.n == b.n)
		}
		return boolean(a.n < b.n)
	case op == prog.OpLt:
		return val{kind: kLost}
	}
	return boolean(a == b)
}

// compareFree compares a free value with a constant.
func (r *ref) compareFree(op prog.Op, a, b val) val {
	name := map[prog.Op]string{prog.OpEq: "eq", prog.OpLt: "lt"}[op]
	if a.kind != kExpr {
		a, b = b, a
		if op == prog.OpLt {
			name = "gt"
		}
	}
	if b.kind == kInt && b.tag != 0 || b.kind == kStr && op == prog.OpLt || b.kind == kNil && op == prog.OpLt {
		return val{kind: kLost}
	}
	if element(b) > elOther {
		r.s.fatal = "a free value compared with a reference"
	}
	return val{kind: kExpr, expr: &expr{v: a.expr.v, op: name, a: a.expr, c: b}}
}

// add returns a + sign*b.
func (r *ref) add(a, b val, sign int) val {
	switch {
	case a.kind == kInt && b.kind == kInt:
		tag := a.tag
		if tag == 0 {
			tag = b.tag
		} else if b.tag != 0 && b.tag != tag {
			tag = -1
		}
		return number(a.n+sign*b.n, tag)
	case a.kind == kExpr && b.kind == kInt && b.tag == 0:
		return val{kind: kExpr, expr: &expr{v: a.expr.v, op: "add", a: a.expr, c: val{kind: kInt, n: sign * b.n}}}
	case sign == 1 && b.kind == kExpr && a.kind == kInt && a.tag == 0:
		return r.add(b, a, 1)
	case a.kind == kExpr || b.kind == kExpr:
		r.s.fatal = "sum of free values"
	}
	return val{kind: kLost}
}
