package reference

import (
	"slices"

	"github.com/leaklint/leaklint/internal/explore/prog"
)

// A term is a question that has been answered: what is at an address, what a
// question of the program says of its arguments.
type term struct {
	kind  string
	n     int // the name, for a question of the program
	fixed bool
	args  []val
	res   val
}

// questions are the operations that ask.
var questions = map[prog.Op]func(*cpu){
	prog.OpAsk: (*cpu).question, prog.OpImply: (*cpu).imply, prog.OpMust: (*cpu).must, prog.OpForget: (*cpu).forget,
}

// equal reports whether two settled values are one.
func equal(a, b val) bool {
	x, y := a.expr, b.expr
	a.expr, b.expr = nil, nil
	return a == b && equalExprs(x, y)
}

// equalExprs reports whether two expressions are one.
func equalExprs(x, y *expr) bool {
	if x == nil || y == nil {
		return x == y
	}
	return x.v == y.v && x.op == y.op && x.c == y.c && equalExprs(x.a, y.a)
}

// ask returns the answer to a question, a free value if nobody has asked before.
func (c *cpu) ask(t term, nonNil, nonNeg bool) val {
	for i := range c.s.terms {
		u := &c.s.terms[i]
		if u.kind == t.kind && u.n == t.n && slices.EqualFunc(u.args, t.args, func(a, b val) bool { return equal(c.settle(a), b) }) {
			return c.settle(u.res)
		}
	}
	t.res = c.free(nonNil, nonNeg)
	c.s.terms = append(c.s.terms, t)
	return t.res
}

// drop forgets terms.
func (r *ref) drop(old func(*term) bool) {
	r.s.terms = slices.DeleteFunc(r.s.terms, func(t term) bool { return !t.fixed && old(&t) })
}

// about reports whether a term is about the object of v.
func (r *ref) about(t *term, v val) bool {
	return slices.ContainsFunc(t.args, func(a val) bool {
		a = r.settle(a)
		return v.kind == kExpr && a.kind == kExpr && a.expr.v == v.expr.v || v.obj != 0 && a.obj == v.obj
	})
}

// changed forgets what was said of the contents of v's object, and of what was
// found there.
func (r *ref) changed(v val) {
	from := []val{v}
	about := func(t *term) bool {
		return slices.ContainsFunc(from, func(v val) bool { return r.about(t, v) })
	}
	for more := true; more; {
		more = false
		for i := range r.s.terms {
			t := &r.s.terms[i]
			if res := r.settle(t.res); about(t) && (res.kind == kExpr || res.obj != 0) && !slices.ContainsFunc(from, func(v val) bool { return equal(v, res) }) {
				from, more = append(from, res), true
			}
		}
	}
	r.drop(about)
}

// place returns how far an address is from where its object begins.
func place(v val) int {
	n := v.off
	for x := v.expr; x != nil; x = x.a {
		if x.op == "add" {
			n += x.c.n
		}
	}
	return n
}

// beyond returns the address n words behind one.
func (r *ref) beyond(v val, n int) val {
	if v.kind == kExpr && n != 0 {
		return val{kind: kExpr, expr: &expr{v: v.expr.v, op: "add", a: &expr{v: v.expr.v}, c: number(place(v)+n, 0)}}
	}
	v.off += n
	return v
}

// stored notes what has been written to an address that unseen code knows.
func (c *cpu) stored(at, v val) {
	c.drop(func(t *term) bool {
		a := val{}
		if len(t.args) > 0 {
			a = c.settle(t.args[0])
		}
		switch t.kind {
		case "index":
			return true
		case "ask":
			return slices.ContainsFunc(t.args, func(a val) bool { a = c.settle(a); return a.kind == kExpr || a.obj != 0 })
		case "load":
			return a.kind == kExpr && place(a) == place(at) || a.kind == kRef && (at.kind != kRef || equal(a, at))
		}
		return false
	})
	switch v.kind {
	case kBool, kInt, kStr:
		c.s.terms = append(c.s.terms, term{kind: "load", args: []val{at}, res: v})
	}
}

// question runs a question of the program.
func (c *cpu) question() {
	args := c.args(0)
	if c.p.Strings[c.in.N] == "%" && args[0].kind == kInt && args[1].kind == kInt && args[0].tag == 0 && args[1].n != 0 {
		c.next(number(args[0].n%args[1].n, 0))
		return
	}
	lost := slices.ContainsFunc(args, func(v val) bool { return v.kind == kLost })
	open := slices.ContainsFunc(args, func(v val) bool { return v.kind == kExpr || v.obj != 0 })
	loose := slices.ContainsFunc(args, func(v val) bool { return v.kind == kSym || v.kind == kInt && v.tag != 0 })
	guess := c.in.Flags&prog.Guess != 0
	switch {
	case lost && guess:
		c.next(c.free(c.in.Flags&prog.NonNil != 0, false))
	case lost, !guess && (loose || !open && len(args) > 0):
		c.next(val{kind: kLost})
	default:
		t := term{kind: "ask", n: int(c.in.N), fixed: c.in.Flags&prog.Fixed != 0, args: args}
		c.next(c.ask(t, c.in.Flags&prog.NonNil != 0, false))
	}
}

// hold makes a truth value true if it may be, and reports whether it is.
func (c *cpu) hold(v val) bool {
	v = c.settle(v)
	if v.kind != kExpr {
		return v.kind == kBool && v.n == 1
	}
	yes := c.split(v)[0]
	if yes == (domain{}) {
		return false
	}
	c.s.heap[v.expr.v].dom = yes
	return true
}

// imply makes b true where a is. Where both are open it chooses at once.
func (c *cpu) imply() {
	a, b := c.arg(0), c.arg(1)
	switch {
	case a.kind == kLost || b.kind == kLost:
	case a.kind != kExpr:
		if a.kind == kBool && a.n == 1 {
			c.hold(b)
		}
	case b.kind != kExpr:
		if b.kind == kBool && b.n == 0 {
			c.hold(negate(a))
		}
	case c.truth(a) && !c.hold(b):
		c.s.drop = true
		return
	}
	c.next()
}

// must panics unless its condition holds or may be made to.
func (c *cpu) must() {
	v := c.arg(0)
	if v.kind == kBool && v.n == 0 || v.kind == kExpr && !c.hold(v) {
		c.unwind("panic", val{kind: kLost})
		return
	}
	c.next()
}

// forget drops what was read through a value, or all that may change.
func (c *cpu) forget() {
	if len(c.in.Args) == 0 {
		c.drop(func(*term) bool { return true })
	} else if v := c.arg(0); v.kind == kExpr || v.obj != 0 {
		c.changed(v)
	}
	c.next()
}

// terms writes the terms about what has been named.
func (w *writer) terms(s *state) {
	written := make([]bool, len(s.terms))
	named := func(v val) bool {
		return (v.kind != kExpr || w.names[v.expr.v] != 0) && (v.obj == 0 || w.names[v.obj] != 0)
	}
	for again := true; again; {
		again = false
		for i, t := range s.terms {
			if written[i] || slices.ContainsFunc(t.args, func(v val) bool { return !named(v) }) {
				continue
			}
			written[i], again = true, true
			w.text(t.kind)
			w.int(t.n)
			w.bool(t.fixed)
			w.vals(t.args)
			w.val(&t.res)
		}
	}
}
