package reference

import (
	"encoding/binary"
	"slices"

	"github.com/leaklint/leaklint/internal/explore/prog"
)

// Kinds of values.
type vkind byte

const (
	kNil vkind = iota
	kBool
	kInt // n, counted against tag (0: exact, -1: several)
	kStr
	kFunc // n is the function; obj holds captured values
	kLost
	kSym // n is the symbol, off is added
	kRef // obj, field off
	kSlice
	kExpr // a free value or what operators make of one
)

// A val is a value.
type val struct {
	kind vkind
	typ  int // dynamic type
	n    int
	tag  int
	off  int
	len  int
	over bool
	obj  *object
	expr *expr
}

// An expr is a free variable, or an operation on one.
type expr struct {
	v  *object // the variable
	op string  // "", "add", "eq", "lt", "gt", "not", "tie", "len"
	a  *expr
	c  val // constant operand
}

// An object is anything that has identity.
type object struct {
	kind  string
	site  int
	f     []val
	n, m  int // meaning depends on the kind
	flag  bool
	other *object
	v     val // zero element, lock, function
	// What the environment may do.
	will, open, ign prog.EnvOps
	may             [8]int
	dom             domain // of a free variable: what it may still be
}

// A frame is a call.
type frame struct {
	fn     int
	pc     int
	slots  []val
	defers []deferred
	mode   string // "", panic, exit, back
	under  bool   // a Goexit continues when the panic is recovered
	panic  val
}

// A deferred is a deferred call.
type deferred struct {
	fn   val
	args []val
}

// A gor is a goroutine; it stays in the list when it has ended.
type gor struct {
	frames []*frame
	ended  bool
	armed  *object // waits for this AfterFunc
	phase  string  // of lock and wait
}

// A state is a state of the program.
type state struct {
	gs    []*gor
	glob  []val
	syms  []int // value+1
	exit  bool
	drop  bool
	fatal string // too big
}

// copier copies a state with all objects.
type copier struct {
	done map[*object]*object
	slab []val // where the copied values are kept
}

// object returns the copy of o, made at the first call.
func (c *copier) object(o *object) *object {
	if o == nil {
		return nil
	}
	if n, ok := c.done[o]; ok {
		return n
	}
	n := new(object)
	*n = *o
	c.done[o] = n
	n.f = c.vals(o.f)
	n.other, n.v = c.object(o.other), c.val(o.v)
	return n
}

// vals returns copies of values.
func (c *copier) vals(vs []val) []val {
	if vs == nil {
		return nil
	}
	if len(c.slab) < len(vs) {
		c.slab = make([]val, max(256, len(vs)))
	}
	out := c.slab[:len(vs):len(vs)]
	c.slab = c.slab[len(vs):]
	for i, v := range vs {
		if v.obj == nil && v.expr == nil {
			out[i] = v
		} else {
			out[i] = c.val(v)
		}
	}
	return out
}

// val returns a copy of v.
func (c *copier) val(v val) val {
	v.obj = c.object(v.obj)
	v.expr = c.expr(v.expr)
	return v
}

// expr returns a copy of what is known of a free value.
func (c *copier) expr(e *expr) *expr {
	if e == nil {
		return nil
	}
	return &expr{v: c.object(e.v), op: e.op, a: c.expr(e.a), c: c.val(e.c)}
}

// copy returns a state that shares nothing with s.
func (s *state) copy() *state {
	c := &copier{done: map[*object]*object{}}
	out := &state{glob: c.vals(s.glob), syms: slices.Clone(s.syms), exit: s.exit, drop: s.drop, fatal: s.fatal}
	for _, g := range s.gs {
		n := &gor{ended: g.ended, armed: c.object(g.armed), phase: g.phase}
		for _, f := range g.frames {
			nf := &frame{fn: f.fn, pc: f.pc, slots: c.vals(f.slots), mode: f.mode, under: f.under, panic: c.val(f.panic)}
			for _, d := range f.defers {
				nf.defers = append(nf.defers, deferred{c.val(d.fn), c.vals(d.args)})
			}
			n.frames = append(n.frames, nf)
		}
		out.gs = append(out.gs, n)
	}
	return out
}

// A writer serialises a state; objects are named in the order of mention.
type writer struct {
	b     []byte
	names map[*object]int
	queue []*object
}

func (w *writer) int(n int) { w.b = binary.AppendVarint(w.b, int64(n)) }

// bool writes b.
func (w *writer) bool(b bool) {
	if b {
		w.b = append(w.b, 1)
	} else {
		w.b = append(w.b, 0)
	}
}

func (w *writer) text(s string) { w.b = append(append(w.b, s...), 0) }

// obj writes o by its number, given in the order of writing.
func (w *writer) obj(o *object) {
	if o == nil {
		w.int(-1)
		return
	}
	n, ok := w.names[o]
	if !ok {
		n = len(w.names)
		w.names[o] = n
		w.queue = append(w.queue, o)
	}
	w.int(n)
}

// vals writes values.
func (w *writer) vals(vs []val) {
	w.int(len(vs))
	for _, v := range vs {
		w.val(v)
	}
}

// val writes v.
func (w *writer) val(v val) {
	w.b = append(w.b, byte(v.kind))
	if v == (val{}) {
		return
	}
	w.int(v.typ)
	w.int(v.n)
	w.int(v.tag)
	w.int(v.off)
	w.int(v.len)
	w.bool(v.over)
	w.obj(v.obj)
	w.expr(v.expr)
}

// expr writes what is known of a free value.
func (w *writer) expr(e *expr) {
	if e == nil {
		w.b = append(w.b, 0)
		return
	}
	w.text(e.op + ".")
	w.obj(e.v)
	w.expr(e.a)
	if e.op != "" {
		w.int(int(e.c.kind))
		w.int(e.c.n)
	}
}

// key returns a text that equal states share.
func (s *state) key(w *writer) string {
	if s.exit || s.drop {
		return "end"
	}
	clear(w.names)
	w.b, w.queue = w.b[:0], w.queue[:0]
	for _, n := range s.syms {
		w.int(n)
	}
	w.vals(s.glob)
	for _, g := range s.gs {
		w.bool(g.ended)
		w.text(g.phase)
		w.obj(g.armed)
		w.int(len(g.frames))
		for _, f := range g.frames {
			w.frame(f)
		}
	}
	for i := 0; i < len(w.queue); i++ {
		w.contents(w.queue[i])
	}
	return string(w.b)
}

// frame writes a stack frame.
func (w *writer) frame(f *frame) {
	w.int(f.fn)
	w.int(f.pc)
	w.text(f.mode)
	w.bool(f.under)
	w.val(f.panic)
	w.vals(f.slots)
	w.int(len(f.defers))
	for _, d := range f.defers {
		w.val(d.fn)
		w.vals(d.args)
	}
}

// contents writes what o holds.
func (w *writer) contents(o *object) {
	w.text(o.kind)
	for _, n := range []int{o.site, o.n, o.m, int(o.will), int(o.open), int(o.ign)} {
		w.int(n)
	}
	w.bool(o.flag)
	for _, n := range o.may {
		w.int(n)
	}
	for _, d := range o.dom {
		w.b = binary.LittleEndian.AppendUint64(w.b, d)
	}
	w.obj(o.other)
	w.val(o.v)
	w.vals(o.f)
}
