package reference

import (
	"slices"

	"github.com/leaklint/leaklint/internal/explore/prog"
)

const maxLen = 8

// memory are the operations on locations and collections.
var memory = map[prog.Op]func(*cpu){
	prog.OpNew: func(c *cpu) { c.next(c.layout(int(c.in.N), c.siteNo())) },
	prog.OpField: func(c *cpu) {
		if v := c.arg(0); v.kind == kNil {
			c.unwind("panic", val{kind: kLost})
		} else {
			if v.kind == kRef || v.kind == kExpr {
				v = c.beyond(v, int(c.in.N))
			}
			c.next(v)
		}
	},
	prog.OpLoad: (*cpu).load, prog.OpALoad: (*cpu).load, prog.OpStore: (*cpu).store, prog.OpAStore: (*cpu).store,
	prog.OpMerge: (*cpu).merge, prog.OpClone: (*cpu).clone, prog.OpCopyTo: (*cpu).copyTo,
	prog.OpClosure: func(c *cpu) {
		v := val{kind: kFunc, n: int(c.in.N)}
		if len(c.in.Args) > 0 {
			v.obj = c.made(object{kind: "closure", f: c.args(0)}).obj
		}
		c.next(v)
	},
	prog.OpASwap: (*cpu).swap, prog.OpACas: (*cpu).cas, prog.OpAAdd: (*cpu).atomicAdd,
	prog.OpMakeSlice: (*cpu).makeSlice, prog.OpElem: (*cpu).elem, prog.OpIndex: (*cpu).index,
	prog.OpAppend:    func(c *cpu) { c.grow(c.args(1), false) },
	prog.OpAppendAll: (*cpu).appendAll, prog.OpReslice: (*cpu).reslice, prog.OpCopySlice: (*cpu).copySlice,
	prog.OpLen: (*cpu).length, prog.OpCap: (*cpu).capacity,
	prog.OpMakeMap: (*cpu).makeMap, prog.OpMapGet: (*cpu).mapGet, prog.OpMapSet: (*cpu).mapSet,
	prog.OpMapDel: (*cpu).mapDel, prog.OpMapRange: (*cpu).mapRange, prog.OpMapNext: (*cpu).mapNext,
}

// siteNo names the present instruction.
func (c *cpu) siteNo() int { return c.f.fn<<16 | c.f.pc }

// layout makes an object of layout l.
func (r *ref) layout(l, site int) val {
	o := object{kind: "mem", site: site, n: l}
	for _, f := range r.p.Layouts[l].Fields {
		if f.Prim != prog.NoPrim {
			kind := []string{"", "lock", "lock", "wg", "once", "cond"}[f.Prim]
			v := r.made(object{kind: kind, site: site})
			v.typ = -1
			o.f = append(o.f, v)
			continue
		}
		z := &cpu{ref: r}
		o.f = append(o.f, z.raw(f.Zero))
	}
	return r.made(o)
}

// exported reports whether unseen code reaches field i of o.
func (r *ref) exported(o *object, i int) bool {
	return o.n < 0 || r.p.Layouts[o.n].Fields[i].Exported
}

// read reads a location that v points to.
func (c *cpu) read(v val) val {
	switch v.kind {
	case kExpr:
		return c.load1(v)
	case kLost:
		return v
	}
	o := c.at(v)
	switch {
	case o.open != 0 && c.exported(o, v.off):
		return c.load1(val{kind: kRef, obj: v.obj, off: v.off})
	case o.ign != 0:
		return val{kind: kLost}
	case o.f[v.off].typ == -1:
		return val{kind: kLost}
	}
	return c.settle(o.f[v.off])
}

// load1 reads a location that unseen code may write: an atomic operation finds
// what others have just written.
func (c *cpu) load1(v val) val {
	switch c.in.Op {
	case prog.OpALoad, prog.OpASwap, prog.OpACas, prog.OpAAdd:
		return c.free(false, false)
	}
	return c.ask(term{kind: "load", fixed: c.in.Flags&prog.Fixed != 0, args: []val{v}}, false, false)
}

// write writes a location.
func (c *cpu) write(p, v val) {
	switch p.kind {
	case kExpr:
		c.open(v, prog.EnvAll)
		c.stored(p, c.settle(v))
	case kLost:
		c.ignore(v)
	default:
		if c.at(p).f[p.off].typ != -1 {
			c.at(p).f[p.off] = v
		}
		if (c.at(p).open != 0 || c.at(p).ign != 0) && c.exported(c.at(p), p.off) {
			c.open(v, prog.EnvAll)
			c.stored(val{kind: kRef, obj: p.obj, off: p.off}, c.settle(v))
		} else {
			c.changed(val{obj: p.obj})
		}
	}
}

// pointer returns argument 0, or panics on nil and reports false.
func (c *cpu) pointer() (val, bool) {
	p := c.arg(0)
	if p.kind == kNil {
		c.unwind("panic", val{kind: kLost})
		return p, false
	}
	return p, true
}

// load runs the read of a place in memory.
func (c *cpu) load() {
	if p, ok := c.pointer(); ok {
		c.next(c.read(p))
	}
}

// store runs the write of a place in memory.
func (c *cpu) store() {
	if p, ok := c.pointer(); ok {
		c.write(p, c.arg(1))
		c.next()
	}
}

// merge runs the write of a place whose values are not told apart.
func (c *cpu) merge() {
	p, ok := c.pointer()
	if !ok {
		return
	}
	v := c.arg(1)
	if p.kind == kRef {
		if old := c.settle(c.at(p).f[p.off]); old.kind != kNil && old != v {
			c.ignore(old)
			c.ignore(v)
			v = val{kind: kLost}
		}
	}
	c.write(p, v)
	c.next()
}

// copyField copies one field.
func (c *cpu) copyField(from, to val) {
	switch {
	case from.kind == kRef && c.at(from).f[from.off].typ == -1:
		if to.kind == kRef {
			if src, dst := c.at(c.at(from).f[from.off]), c.at(to).f[to.off]; dst.typ == -1 && dst.obj != src.id {
				d := c.at(dst)
				d.n, d.m, d.flag, d.v = src.n, src.m, src.flag, src.v
			}
		}
	default:
		c.write(to, c.read(from))
	}
}

// clone runs the copy of a struct into a new object.
func (c *cpu) clone() {
	p, ok := c.pointer()
	if !ok {
		return
	}
	o := c.layout(int(c.in.N), c.siteNo())
	for i := range c.at(o).f {
		to := o
		to.off = i
		c.copyField(c.beyond(p, i), to)
	}
	c.next(o)
}

// copyTo runs the copy of a struct into another.
func (c *cpu) copyTo() {
	to, from := c.arg(0), c.arg(1)
	if to.kind == kNil || from.kind == kNil {
		c.unwind("panic", val{kind: kLost})
		return
	}
	if to != from {
		for i := range int(c.in.N) {
			c.copyField(c.beyond(from, i), c.beyond(to, i))
		}
	}
	c.next()
}

// swap runs the atomic exchange of a value.
func (c *cpu) swap() {
	if p, ok := c.pointer(); ok {
		old := c.read(p)
		c.write(p, c.arg(1))
		c.next(old)
	}
}

// cas runs the atomic compare-and-swap.
func (c *cpu) cas() {
	p, ok := c.pointer()
	if !ok {
		return
	}
	yes := c.truth(c.compare(prog.OpEq, c.read(p), c.arg(1)))
	if yes {
		c.write(p, c.arg(2))
	}
	c.next(boolean(yes))
}

// atomicAdd runs the atomic addition.
func (c *cpu) atomicAdd() {
	p, ok := c.pointer()
	if !ok {
		return
	}
	a := c.decided(c.read(p))
	sum := c.add(a, c.decided(c.arg(1)), 1)
	c.write(p, sum)
	c.next(sum)
}

// slice makes a slice of its own.
func (c *cpu) slice(elems []val, tag int, over bool) val {
	o := c.made(object{kind: "mem", site: c.siteNo(), n: -1, f: elems})
	return val{kind: kSlice, obj: o.obj, len: len(elems), tag: tag, over: over}
}

// optional returns operand i, or nil if the instruction has none.
func (c *cpu) optional(i int) val {
	if i < len(c.in.Args) {
		return c.arg(i)
	}
	return val{}
}

// makeSlice runs the making of a slice.
func (c *cpu) makeSlice() {
	n := c.decided(c.arg(0))
	zero := c.optional(1)
	size, over := n.n, false
	switch {
	case n.kind == kExpr:
		c.next(c.free(true, false))
		return
	case n.kind == kLost:
		size, over = maxLen, true
	case n.n < 0:
		c.unwind("panic", val{kind: kLost})
		return
	case n.n > maxLen:
		size, over = maxLen, true
	}
	c.next(c.slice(slices.Repeat([]val{zero}, size), n.tag, over))
}

// pick returns a pointer to element i of s. Not ok means that it panicked.
func (c *cpu) pick(s, i val) (val, bool) {
	if s.kind == kNil {
		c.unwind("panic", val{kind: kLost})
		return s, false
	}
	if unknown(s) {
		return s, true
	}
	n := s.len
	if s.kind == kRef {
		n = len(c.at(s).f) - s.off
	}
	switch {
	case unknown(i) && n == 1:
		return val{kind: kRef, obj: s.obj, off: s.off}, true
	case unknown(i):
		for k := range n {
			c.ignore(c.at(s).f[s.off+k])
		}
		return val{kind: kLost}, true
	case i.n >= 0 && i.n < n:
		return val{kind: kRef, obj: s.obj, off: s.off + i.n}, true
	case i.n >= 0 && (s.over || s.kind == kRef):
		return val{kind: kLost}, true
	}
	c.unwind("panic", val{kind: kLost})
	return s, false
}

// elem runs the taking of the address of an element.
func (c *cpu) elem() {
	s := c.arg(0)
	if p, ok := c.pick(s, c.decided(c.arg(1))); ok {
		if s.kind == kExpr {
			p = c.elemOfFree(s, "elem", true)
		}
		c.next(p)
	}
}

// index runs the read of an element.
func (c *cpu) index() {
	s := c.arg(0)
	if p, ok := c.pick(s, c.decided(c.arg(1))); ok {
		if s.kind == kExpr {
			c.next(c.elemOfFree(s, "index", false))
			return
		}
		c.next(c.read(p))
	}
}

// elemOfFree returns an element of a free slice, or its address.
func (c *cpu) elemOfFree(s val, kind string, address bool) val {
	i := c.arg(1)
	if i.kind == kLost {
		return c.free(address, false)
	}
	return c.ask(term{kind: kind, fixed: address, args: []val{s, i}}, address, false)
}

// elems returns a copy of the elements of s.
func (r *ref) elems(s val) []val {
	if s.kind != kSlice {
		return nil
	}
	return slices.Clone(r.at(s).f[s.off : s.off+s.len])
}

// appendAll runs the append of one slice to another.
func (c *cpu) appendAll() {
	t := c.arg(1)
	c.grow(c.elems(t), unknown(t) || t.over)
}

// grow appends values to the slice operand; over says that there were more than are kept.
func (c *cpu) grow(add []val, over bool) {
	s := c.arg(0)
	switch {
	case unknown(s):
		for _, v := range add {
			c.ignore(v)
		}
		if s.kind == kExpr {
			s = c.free(true, false)
		}
		c.next(s)
		return
	case len(add) == 0 && !over:
		c.next(s)
		return
	}
	all := append(c.elems(s), add...)
	over = over || s.over
	if len(all) > maxLen {
		for _, v := range all[maxLen:] {
			c.ignore(v)
		}
		all, over = all[:maxLen], true
	}
	c.next(c.slice(all, s.tag, over))
}

// reslice runs a slice expression.
func (c *cpu) reslice() {
	s := c.arg(0)
	if unknown(s) {
		switch lo, hi := c.arg(1), c.arg(2); {
		case s.kind == kLost || lo.kind == kNil && hi.kind == kNil:
		case lo.kind == kLost || hi.kind == kLost:
			s = c.free(false, false)
		default:
			s = c.ask(term{kind: "slice", fixed: true, args: []val{s, lo, hi}}, false, false)
		}
		c.next(s)
		return
	}
	lo, hi, over := 0, s.len, s.over
	for k := 1; k <= 2; k++ {
		v := c.arg(k)
		if v.kind == kNil {
			continue
		}
		v = c.decided(v)
		if unknown(v) {
			for _, e := range c.elems(s) {
				c.ignore(e)
			}
			c.next(val{kind: kLost})
			return
		}
		if k == 1 {
			lo = v.n
		} else {
			hi, over = v.n, false
		}
	}
	switch {
	case s.kind == kNil && lo == 0 && hi == 0:
		c.next(s)
	case s.kind == kSlice && s.over && lo <= hi && hi > s.len:
		c.next(val{kind: kLost})
	case s.kind == kNil || lo < 0 || hi < lo || hi > len(c.at(s).f)-s.off:
		c.unwind("panic", val{kind: kLost})
	default:
		s.off, s.len, s.over = s.off+lo, hi-lo, over
		c.next(s)
	}
}

// copySlice runs the built-in copy.
func (c *cpu) copySlice() {
	to, from := c.arg(0), c.arg(1)
	src := c.elems(from)
	switch {
	case to.kind == kSlice && from.kind == kSlice:
		c.next(number(copy(c.at(to).f[to.off:to.off+to.len], src), 0))
		return
	case to.kind == kNil || from.kind == kNil:
		c.next(number(0, 0))
		return
	case to.kind == kSlice:
		for i := range to.len {
			c.ignore(c.at(to).f[to.off+i])
			c.at(to).f[to.off+i] = val{kind: kLost}
		}
	}
	for _, v := range src {
		c.ignore(v)
	}
	c.next(c.free(false, true))
}

// length runs len.
func (c *cpu) length() {
	v := c.arg(0)
	switch {
	case v.kind == kNil:
		c.next(number(0, 0))
	case v.kind == kLost || v.kind == kStr || v.over:
		c.next(val{kind: kLost})
	case v.kind == kExpr:
		o := c.s.heap[v.expr.v]
		if o.other == 0 {
			o.other = c.free(false, true).expr.v
		}
		c.next(val{kind: kExpr, expr: &expr{v: o.other}})
	case v.kind == kSlice:
		c.next(number(v.len, v.tag))
	case c.at(v).kind == "chan":
		c.next(number(len(c.at(v).f), 0))
	case c.at(v).kind == "map":
		if c.at(v).flag {
			c.next(val{kind: kLost})
		} else {
			c.next(number(len(c.at(v).f)/2, 0))
		}
	default:
		c.next(c.free(false, true))
	}
}

// capacity runs cap.
func (c *cpu) capacity() {
	v := c.arg(0)
	switch {
	case v.kind == kNil:
		c.next(number(0, 0))
	case v.kind == kRef && c.at(v).kind == "chan" && c.at(v).n >= 0:
		c.next(number(c.at(v).n, c.at(v).m))
	case v.kind == kRef && c.at(v).kind == "chan":
		c.next(val{kind: kLost})
	case v.kind == kExpr:
		c.next(c.ask(term{kind: "cap", fixed: true, args: []val{v}}, false, true))
	default:
		c.next(c.free(false, true))
	}
}
