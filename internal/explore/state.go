package explore

import "github.com/leaklint/leaklint/internal/explore/prog"

// Object kinds beyond those of Kind, which come first.
const (
	kClosure = uint8(Pipe) + 1 + iota // function, captured values…
	kDefer                            // function, next, arguments…
	kFree                             // see free.go
	kMap                              // zero, flags, (key, value)…
	kIter                             // map, keys still to come…
	kRLocker                          // lock
	kRW                               // an RWMutex; Mutex is the plain one
)

// An object is an object of a state being worked on.
type object struct {
	kind uint8
	site int32
	env  uint64 // see env.go
	f    []value
}

// Goroutine status.
const (
	gLive  uint8 = iota
	gArmed       // an AfterFunc that may start
	gEnded
	gFatal // about to end the process
)

// Goroutine flags.
const (
	gChoice uint8 = 1 << iota // stands at a choice of its own, to be made next
	gGap                      // something took time since its last visible step
	gLoose                    // goes on with a loop of which it is unknown how often that runs
)

// Frame layout: header, deferred calls, panic value, slots.
const (
	fHeader = iota
	fDefers
	fPanic
	fSlots
)

// Frame modes.
const (
	modeNormal = iota
	modePanic
	modeGoexit
	modeRecovered
	modeMask  = 3
	modeUnder = 4 // a Goexit goes on after the panic is recovered
	maxStack  = 4095
)

// A gor is a goroutine of a state being worked on.
type gor struct {
	status, phase, flags uint8
	site                 int32 // its launch, 0 for the first
	base                 int   // of the top frame
	timer                value // of an AfterFunc
	stack                []value
	id                   int // index in the state it was decoded from
}

// A state is a state being worked on. Encoded states are read only.
type state struct {
	gs     []gor
	objs   []object
	glob   []value
	syms   []uint8 // value+1, or 0 while not chosen
	buf    []value // storage of what gs and objs hold
	terms  []term
	folds  []fold     // by the number of a question's name
	consts []constant // by the number of the string
	rel    *relations // scratch
}

// header packs a frame header.
func header(fn, pc, mode, prev int) value {
	return mkWord(fn | pc<<16 | mode<<32 | prev<<36)
}

// frame is an unpacked frame header.
type frame struct{ fn, pc, mode, prev int }

// frameAt unpacks the frame header at base.
func (g *gor) frameAt(base int) frame {
	w := g.stack[base].word()
	return frame{w & 0xffff, w >> 16 & 0xffff, w >> 32 & 0xf, w >> 36}
}

func (g *gor) setFrame(base int, f frame) { g.stack[base] = header(f.fn, f.pc, f.mode, f.prev) }

// pc returns the top frame's program counter.
func (g *gor) pc() int { return g.stack[g.base].word() >> 16 & 0xffff }

// setPC moves the top frame to instruction pc.
func (g *gor) setPC(pc int) {
	f := g.frameAt(g.base)
	f.pc = pc
	g.setFrame(g.base, f)
}

// alloc returns n words of storage.
func (st *state) alloc(n int) []value {
	if cap(st.buf)-len(st.buf) < n {
		st.buf = make([]value, 0, max(1024, 2*cap(st.buf), n)) // old views stay valid
	}
	l := len(st.buf)
	st.buf = st.buf[:l+n]
	return st.buf[l : l+n : l+n]
}

// newObj adds an object with n nil fields.
func (st *state) newObj(kind uint8, site int32, n int) int {
	f := st.alloc(n)
	clear(f)
	st.objs = append(st.objs, object{kind: kind, site: site, f: f})
	return len(st.objs) - 1
}

// push adds a word to an object.
func (st *state) push(o int, v value) {
	ob := &st.objs[o]
	f := st.alloc(len(ob.f) + 1)
	copy(f, ob.f)
	f[len(ob.f)] = v
	ob.f = f
}

// remove drops field i of an object.
func (st *state) remove(o, i int) {
	ob := &st.objs[o]
	copy(ob.f[i:], ob.f[i+1:])
	ob.f = ob.f[:len(ob.f)-1]
}

// pushFrame starts a call of fn on goroutine g.
func (st *state) pushFrame(g *gor, fn int, f *function) []value {
	base := len(g.stack)
	stack := st.alloc(base + fSlots + f.slots)
	n := copy(stack, g.stack)
	clear(stack[n:])
	stack[base] = header(fn, 0, modeNormal, g.base)
	g.stack, g.base = stack, base
	return stack[base+fSlots:]
}

// popFrame removes the top frame and reports whether one is left.
func (g *gor) popFrame() bool {
	if g.base == 0 {
		g.status = gEnded
		g.stack = g.stack[:0]
		return false
	}
	f := g.frameAt(g.base)
	g.stack = g.stack[:g.base]
	g.base = f.prev
	return true
}

// die leaves of g only that it is about to end the process.
func (g *gor) die(c *code) {
	f := g.frameAt(0)
	g.stack = g.stack[:fSlots+c.funcs[f.fn].slots]
	clear(g.stack)
	g.setFrame(0, frame{fn: f.fn})
	g.status, g.phase, g.flags, g.base, g.timer = gFatal, 0, 0, 0, valNil
}

// depth counts the frames and how many of them are of function fn.
func (g *gor) depth(fn int) (n, same int) {
	for b := g.base; len(g.stack) > 0; {
		f := g.frameAt(b)
		n++
		if f.fn == fn {
			same++
		}
		if b == 0 {
			break
		}
		b = f.prev
	}
	return n, same
}

// copyFrom makes st a copy of another state that shares nothing with it, in the
// storage that st has.
func (st *state) copyFrom(from *state) {
	st.buf = st.buf[:0]
	st.syms = append(st.syms[:0], from.syms...)
	st.glob = st.keep(from.glob)
	st.terms, st.folds = append(st.terms[:0], from.terms...), from.folds
	st.consts = from.consts
	st.gs, st.objs = append(st.gs[:0], from.gs...), append(st.objs[:0], from.objs...)
	for i := range st.gs {
		st.gs[i].stack = st.keep(st.gs[i].stack)
	}
	for i := range st.objs {
		st.objs[i].f = st.keep(st.objs[i].f)
	}
}

// keep returns a copy of words in the storage of st.
func (st *state) keep(ws []value) []value {
	out := st.alloc(len(ws))
	copy(out, ws)
	return out
}

// Encoded form: counts, symbols, globals, goroutines, objects, terms. Object numbers
// are positions in the order of first mention.
const (
	encHead    = 1
	encGor     = 3 // words before a goroutine's stack
	encObj     = 2 // words before an object's fields
	encClass   = 32
	encArgs    = 40
	symsAWord  = 12
	symBits    = 4
	maxSymbols = 126
)

// decode replaces st by an encoded state.
func (st *state) decode(enc []uint64, nSyms int) {
	if cap(st.buf) < len(enc)+256 {
		st.buf = make([]value, 0, 2*len(enc)+1024)
	}
	st.buf = st.buf[:len(enc)]
	for i, w := range enc {
		st.buf[i] = value(w)
	}
	b := st.buf
	ng, no, nglob := int(b[0]&0xff), int(b[0]>>8&objMask), int(b[0]>>32)
	at := encHead
	st.syms = st.syms[:0]
	for i := range nSyms {
		st.syms = append(st.syms, uint8(b[at+i/symsAWord]>>(symBits*(i%symsAWord))&15))
	}
	at += (nSyms + symsAWord - 1) / symsAWord
	st.glob = b[at : at+nglob : at+nglob]
	at += nglob
	st.gs, st.objs = st.gs[:0], st.objs[:0]
	for i := range ng {
		w, n := b[at], int(b[at]>>16&0xffff)
		st.gs = append(st.gs, gor{
			status: uint8(w & 15), phase: uint8(w >> 4 & 15), flags: uint8(w >> 8),
			base: int(w >> 32 & 0xffff), site: int32(b[at+1]), timer: b[at+2], id: i,
			stack: b[at+encGor : at+encGor+n : at+encGor+n]})
		at += encGor + n
	}
	for range no {
		w, n := b[at], int(b[at]>>8&0xffff)
		st.objs = append(st.objs, object{kind: uint8(w), site: int32(w >> 24), env: uint64(b[at+1]),
			f: b[at+encObj : at+encObj+n : at+encObj+n]})
		at += encObj + n
	}
	for st.terms = st.terms[:0]; at < len(b); {
		t := term{key: uint32(b[at]), class: uint8(b[at] >> encClass), n: uint8(b[at] >> encArgs)}
		at += 1 + copy(t.args[:t.n], b[at+1:])
		t.res = b[at]
		at++
		st.terms = append(st.terms, t)
	}
}

// initial makes the state before the first instruction.
func (st *state) initial(c *code) {
	*st = state{buf: st.buf[:0], gs: st.gs[:0], objs: st.objs[:0], syms: make([]uint8, c.nSyms), rel: st.rel,
		terms: st.terms[:0], folds: c.folds, consts: c.consts}
	for _, g := range c.p.Globals {
		st.glob = append(st.glob, mkRef(st.newLayout(c, int(g.Layout), 0), 0))
	}
	g := gor{id: -1, timer: valNil}
	st.pushFrame(&g, int(c.p.Entry), &c.funcs[c.p.Entry])
	st.gs = append(st.gs, g)
}

// newLayout makes an object of a layout with the primitives in it.
func (st *state) newLayout(c *code, l int, site int32) int {
	o := st.newObj(uint8(Memory), site, len(c.zeros[l]))
	for i, f := range c.p.Layouts[l].Fields {
		if f.Prim == prog.NoPrim {
			st.objs[o].f[i] = c.zeros[l][i]
			continue
		}
		e := st.newPrim(f.Prim, site)
		st.objs[o].f[i] = mk(vEmb, value(e))
	}
	return o
}

// newPrim makes a primitive of its own.
func (st *state) newPrim(k prog.Prim, site int32) int {
	kind := uint8(Mutex)
	zero := mkWord(0)
	switch k {
	case prog.RWMutex:
		kind = kRW
	case prog.WaitGroup:
		kind, zero = uint8(WaitGroup), mkInt(0, 0)
	case prog.Once:
		kind = uint8(Once)
	case prog.Cond:
		kind, zero = uint8(Cond), valNil
	}
	o := st.newObj(kind, site, 1)
	st.objs[o].f[0] = zero
	return o
}
