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
	over bool
	typ  int // dynamic type
	n    int
	tag  int
	off  int
	len  int
	obj  int // number of an object; 0 for none
	expr *expr
}

// An expr is a free variable, or an operation on one. It never changes.
type expr struct {
	v  int    // the variable's object
	op string // "", "add", "eq", "lt", "gt", "not", "tie"
	a  *expr
	c  val // constant operand
}

// An object is anything that has identity.
type object struct {
	id    int // its number in the state
	kind  string
	site  int
	f     []val
	n, m  int // meaning depends on the kind
	flag  bool
	other int // number of an object
	v     val // zero element, lock, function
	// What the environment may do.
	will, open, ign prog.EnvOps
	may             [8]int8
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
	armed  int    // the AfterFunc that it waits for
	phase  string // of lock and wait
}

// A state is a state of the program. Values name objects by their numbers, so
// that a copy of the lists is a copy of the state.
type state struct {
	heap  []*object // by number; nil at 0
	gs    []*gor
	glob  []val
	syms  []int // value+1
	terms []term
	exit  bool
	drop  bool
	fatal string // too big
}

// at returns the object that v refers to; nil if there is none.
func (r *ref) at(v val) *object { return r.s.heap[v.obj] }

// made adds an object to the state and returns a reference to it.
func (r *ref) made(o object) val {
	o.id = len(r.s.heap)
	r.s.heap = append(r.s.heap, &o)
	return val{kind: kRef, obj: o.id}
}

// copy returns a state that shares nothing with s.
func (s *state) copy() *state {
	out := &state{glob: s.glob, syms: slices.Clone(s.syms), exit: s.exit, drop: s.drop, fatal: s.fatal}
	out.terms = slices.Clone(s.terms)
	room := make([]val, 0, s.size())
	vals := func(vs []val) []val {
		n := len(room)
		room = append(room, vs...)
		return room[n:len(room):len(room)]
	}
	objects := make([]object, len(s.heap))
	out.heap = make([]*object, len(s.heap), len(s.heap)+4)
	for i, o := range s.heap[1:] {
		objects[i] = *o
		objects[i].f = vals(o.f)
		out.heap[i+1] = &objects[i]
	}
	for _, g := range s.gs {
		n := &gor{ended: g.ended, armed: g.armed, phase: g.phase}
		for _, f := range g.frames {
			nf := *f
			nf.slots, nf.defers = vals(f.slots), slices.Clone(f.defers)
			n.frames = append(n.frames, &nf)
		}
		out.gs = append(out.gs, n)
	}
	return out
}

// size counts the values that a copy has to move.
func (s *state) size() int {
	n := 0
	for _, o := range s.heap[1:] {
		n += len(o.f)
	}
	for _, g := range s.gs {
		for _, f := range g.frames {
			n += len(f.slots)
		}
	}
	return n
}

// A writer serialises a state; objects are named in the order of mention.
type writer struct {
	b     []byte
	names []int // by number of the object; 0 while it has no name
	queue []int // the objects that have names
}

// reset forgets what was written, and makes room for n objects.
func (w *writer) reset(n int) {
	w.b, w.queue = w.b[:0], w.queue[:0]
	w.names = slices.Grow(w.names[:0], n)[:n]
	clear(w.names)
}

// int writes n.
func (w *writer) int(n int) { w.b = binary.AppendVarint(w.b, int64(n)) }

// four writes four numbers that fit 16 bits each.
func (w *writer) four(a, b, c, d int) {
	low := uint64(uint16(a)) | uint64(uint16(b))<<16
	w.b = binary.LittleEndian.AppendUint64(w.b, low|uint64(uint16(c))<<32|uint64(uint16(d))<<48)
}

// bool writes b.
func (w *writer) bool(b bool) {
	if b {
		w.b = append(w.b, 1)
	} else {
		w.b = append(w.b, 0)
	}
}

// text writes s.
func (w *writer) text(s string) { w.b = append(append(w.b, s...), 0) }

// obj writes o by its name, given in the order of writing.
func (w *writer) obj(o int) {
	if o != 0 && w.names[o] == 0 {
		w.queue = append(w.queue, o)
		w.names[o] = len(w.queue)
	}
	w.int(w.names[o])
}

// vals writes values.
func (w *writer) vals(vs []val) {
	w.int(len(vs))
	for i := range vs {
		w.val(&vs[i])
	}
}

// val writes v.
func (w *writer) val(v *val) {
	w.b = append(w.b, byte(v.kind))
	switch v.kind {
	case kNil:
		if *v == (val{}) {
			w.b = append(w.b, 0)
			return
		}
		w.b = append(w.b, 1)
	case kExpr:
		w.expr(v.expr)
	}
	w.int(v.n)
	w.four(v.typ, v.tag, v.off, v.len)
	w.bool(v.over)
	w.obj(v.obj)
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

// key returns bytes that equal states share, valid until the next call.
func (s *state) key(w *writer) []byte {
	w.reset(len(s.heap))
	if s.exit || s.drop {
		return w.b
	}
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
	for i, terms := 0, false; ; i++ {
		if i == len(w.queue) && !terms && len(s.terms) > 0 {
			w.terms(s)
			terms = true
		}
		if i >= len(w.queue) {
			break
		}
		w.contents(s.heap[w.queue[i]])
	}
	return w.b
}

// frame writes a stack frame.
func (w *writer) frame(f *frame) {
	w.int(f.fn)
	w.int(f.pc)
	w.text(f.mode)
	w.bool(f.under)
	w.val(&f.panic)
	w.vals(f.slots)
	w.int(len(f.defers))
	for i := range f.defers {
		w.val(&f.defers[i].fn)
		w.vals(f.defers[i].args)
	}
}

// contents writes what o holds.
func (w *writer) contents(o *object) {
	w.text(o.kind)
	w.int(o.site)
	w.int(o.n)
	w.int(o.m)
	w.bool(o.flag)
	w.four(int(o.will), int(o.open), int(o.ign), 0)
	for _, n := range o.may {
		w.b = append(w.b, byte(n))
	}
	if o.kind == "var" {
		for _, d := range o.dom {
			w.b = binary.LittleEndian.AppendUint64(w.b, d)
		}
	}
	w.obj(o.other)
	w.val(&o.v)
	w.vals(o.f)
}
