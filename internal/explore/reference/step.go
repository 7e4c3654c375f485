package reference

import (
	"fmt"
	"slices"

	"github.com/leaklint/leaklint/internal/explore/prog"
)

// newFrame returns a frame of fn.
func (r *ref) newFrame(fn int, args, captured []val) *frame {
	f := r.p.Funcs[fn]
	fr := &frame{fn: fn, slots: make([]val, len(f.Slots))}
	if len(captured) > f.Captures { // a method value
		args, captured = append(append([]val{}, captured...), args...), nil
	}
	copy(fr.slots, args)
	copy(fr.slots[f.Params:], captured)
	return fr
}

// goroutine lets goroutine g make one step.
func (r *ref) goroutine(g int) {
	gr := r.s.gs[g]
	if gr.ended {
		r.ok = false
		return
	}
	if gr.armed != 0 {
		r.fire(g)
		return
	}
	r.moved |= 1 << g
	c := &cpu{ref: r, g: g, gr: gr}
	c.f = gr.frames[len(gr.frames)-1]
	c.in = &r.p.Funcs[c.f.fn].Code[c.f.pc]
	step, ok := steps[c.in.Op]
	if !ok {
		panic(fmt.Sprintf("reference: no %s", c.in.Op))
	}
	step(c)
}

// A cpu executes one instruction of one goroutine.
type cpu struct {
	*ref
	g  int
	gr *gor
	f  *frame
	in *prog.Instr
}

// raw evaluates an operand.
func (c *cpu) raw(a prog.Operand) val {
	switch a.Kind {
	case prog.KindSlot:
		return c.f.slots[a.N]
	case prog.KindBool:
		return boolean(a.N == 1)
	case prog.KindInt:
		return number(int(a.N), 0)
	case prog.KindString:
		return val{kind: kStr, n: int(a.N)}
	case prog.KindFunc:
		return val{kind: kFunc, n: int(a.N)}
	case prog.KindSym:
		return val{kind: kSym, n: int(a.N), off: int(a.M)}
	case prog.KindScaled:
		return number(int(a.M), int(a.N)+1)
	case prog.KindGlobal:
		return c.s.glob[a.N]
	case prog.KindLost:
		return val{kind: kLost}
	}
	return val{}
}

// arg returns argument i, decided as far as it is.
func (c *cpu) arg(i int) val { return c.settle(c.raw(c.in.Args[i])) }

// args returns the arguments from i on.
func (c *cpu) args(i int) []val {
	var out []val
	for ; i < len(c.in.Args); i++ {
		out = append(out, c.arg(i))
	}
	return out
}

// set stores result i.
func (c *cpu) set(i int, v val) {
	if i < len(c.in.Dst) && c.in.Dst[i] != prog.NoSlot {
		c.f.slots[c.in.Dst[i]] = v
	}
}

// next stores the results and goes on.
func (c *cpu) next(vs ...val) {
	for i, v := range vs {
		c.set(i, v)
	}
	c.f.pc++
}

// wait says that the step cannot be done now.
func (c *cpu) wait() { c.ok = false }

// unknown reports whether v is a value whose object nobody knows.
func unknown(v val) bool { return v.kind == kExpr || v.kind == kLost }

// object returns the primitive that v refers to, embedded or not.
func (c *cpu) object(v val) *object {
	if o := c.at(v); o != nil && o.kind == "mem" && v.kind == kRef {
		return c.at(o.f[v.off])
	}
	return c.at(v)
}

// steps says what the instructions do.
var steps map[prog.Op]func(*cpu)

func init() {
	steps = map[prog.Op]func(*cpu){
		prog.OpNop: func(c *cpu) { c.next() }, prog.OpYield: func(c *cpu) { c.next() },
		prog.OpCopy: func(c *cpu) { c.next(c.arg(0)) },
		prog.OpNot:  func(c *cpu) { c.next(negate(c.arg(0))) },
		prog.OpAdd:  func(c *cpu) { c.sum(1) }, prog.OpSub: func(c *cpu) { c.sum(-1) },
		prog.OpEq: (*cpu).cmp, prog.OpNe: (*cpu).cmp, prog.OpLt: (*cpu).cmp, prog.OpLe: (*cpu).cmp,
		prog.OpGt: (*cpu).cmp, prog.OpGe: (*cpu).cmp,
		prog.OpIface: (*cpu).iface, prog.OpAssert: (*cpu).assert, prog.OpMethod: (*cpu).method,
		prog.OpJump: func(c *cpu) { c.f.pc = int(c.in.Targets[0]) },
		prog.OpIf: func(c *cpu) {
			if c.truth(c.arg(0)) {
				c.f.pc = int(c.in.Targets[0])
			} else {
				c.f.pc = int(c.in.Targets[1])
			}
		},
		prog.OpChoose: func(c *cpu) { c.f.pc = int(c.in.Targets[c.choose(len(c.in.Targets))]) },
		prog.OpAssume: (*cpu).assume,
		prog.OpRet:    func(c *cpu) { c.ret(c.args(0)) },
		prog.OpGoexit: func(c *cpu) { c.unwind("exit", val{}) },
		prog.OpExit:   func(c *cpu) { c.s.exit = true },
		prog.OpPanic: func(c *cpu) {
			v := val{kind: kLost}
			if len(c.in.Args) > 0 && c.arg(0).kind != kNil {
				v = c.arg(0)
			}
			c.unwind("panic", v)
		},
		prog.OpRecover: (*cpu).recover, prog.OpDefer: (*cpu).deferCall, prog.OpRunDefers: (*cpu).runDefers,
		prog.OpCall: (*cpu).call, prog.OpGo: (*cpu).start, prog.OpUnknown: (*cpu).unseen,
	}
	for _, more := range []map[prog.Op]func(*cpu){memory, channels, locks, times, environment, questions} {
		for op, f := range more {
			steps[op] = f
		}
	}
}

// sum runs an addition, or a subtraction for sign -1.
func (c *cpu) sum(sign int) {
	a, b := c.arg(0), c.arg(1)
	if a.kind == kSym && b.kind == kInt && b.tag == 0 {
		a.off += sign * b.n
		c.next(a)
		return
	}
	a = c.decided(a)
	b = c.decided(b)
	c.next(c.add(c.settle(a), b, sign))
}

// cmp runs a comparison.
func (c *cpu) cmp() {
	a := c.decided(c.arg(0))
	b := c.decided(c.arg(1))
	c.next(c.compare(c.in.Op, c.settle(a), b))
}

// iface runs the conversion to an interface.
func (c *cpu) iface() {
	v := c.arg(0)
	if c.in.Flags&prog.Others == 0 || !unknown(v) {
		v.typ = int(c.in.N)
	}
	c.next(v)
}

// assert runs a type assertion.
func (c *cpu) assert() {
	v := c.arg(0)
	if v.kind == kExpr && v.typ == 0 {
		c.assertFree(v)
		return
	}
	if v.kind == kLost && v.typ == 0 {
		c.next(v, v)
		return
	}
	for _, t := range c.in.Types {
		if v.typ == int(t) {
			if len(c.in.Types) == 1 && c.in.Flags&prog.Others == 0 {
				v.typ = 0
			}
			c.next(v, boolean(true))
			return
		}
	}
	if len(c.in.Dst) < 2 {
		c.unwind("panic", val{kind: kLost})
		return
	}
	c.next(val{}, boolean(false))
}

// assertFree runs a type assertion on a free value: its type is one of the
// program's, or another, and is chosen once.
func (c *cpu) assertFree(v val) {
	if v.expr.op != "" {
		c.s.fatal = "type of a computed value"
		return
	}
	o := c.s.heap[v.expr.v]
	if o.n == 0 {
		if o.n = c.choose(len(c.p.Types)); o.n == 0 {
			o.n = -1 // another type, or nil
		} else {
			o.dom.drop(nilIndex)
		}
	}
	ok := slices.Contains(c.in.Types, prog.TypeID(o.n))
	if o.n < 0 && c.in.Flags&prog.Others != 0 {
		c.s.fatal = "types that nobody knows"
	}
	if !ok && len(c.in.Dst) < 2 {
		c.unwind("panic", val{kind: kLost})
		return
	}
	c.next(v, boolean(ok))
}

// method runs the look-up of a method by the dynamic type.
func (c *cpu) method() {
	v := c.arg(0)
	switch {
	case v.typ != 0:
	case v.kind == kLost:
		c.next(v)
		return
	case v.kind == kExpr:
		c.next(c.free(true, false))
		return
	default:
		c.unwind("panic", val{kind: kLost})
		return
	}
	for _, m := range c.p.Types[v.typ].Methods {
		if m.Method == c.in.N {
			v.typ = 0
			bound := c.made(object{kind: "closure", f: []val{v}})
			c.next(val{kind: kFunc, n: int(m.Func), obj: bound.obj})
			return
		}
	}
	switch {
	case v.kind == kLost:
		c.next(val{kind: kLost})
	case v.kind == kExpr:
		c.next(c.free(true, false))
	default:
		panic("no method")
	}
}

// assume ends the execution silently where its condition does not hold.
func (c *cpu) assume() {
	v := c.arg(0)
	switch v.kind {
	case kExpr:
		yes := c.split(v)[0]
		if yes == (domain{}) {
			c.s.drop = true
			return
		}
		c.s.heap[v.expr.v].dom = yes
	case kLost:
	default:
		if !c.truth(v) {
			c.s.drop = true
			return
		}
	}
	c.next()
}

// captures returns what the function value v has bound.
func (r *ref) captures(v val) []val {
	if v.obj == 0 {
		return nil
	}
	return r.at(v).f
}

// call runs the call of a function value.
func (c *cpu) call() {
	fn := c.arg(0)
	args := c.args(1)
	switch {
	case fn.kind == kNil:
		c.unwind("panic", val{kind: kLost})
		return
	case unknown(fn):
		for _, a := range args {
			if fn.kind == kLost {
				c.ignore(a)
			} else {
				c.open(a, prog.EnvAll)
			}
			if a.kind == kExpr || a.obj != 0 {
				c.changed(a)
			}
		}
		c.results(fn.kind == kLost)
		return
	}
	same := 0
	for _, f := range c.gr.frames {
		if f.fn == fn.n {
			same++
		}
	}
	if len(c.gr.frames) >= c.lim.Frames || same >= 2 {
		for _, a := range append(args, c.captures(fn)...) {
			c.ignore(a)
		}
		for _, g := range c.s.glob {
			c.ignore(g)
		}
		c.results(true)
		return
	}
	c.gr.frames = append(c.gr.frames, c.newFrame(fn.n, args, c.captures(fn)))
}

// results gives every result a value nobody knows.
func (c *cpu) results(lost bool) {
	for i := range c.in.Dst {
		if lost {
			c.set(i, val{kind: kLost})
		} else {
			c.set(i, c.free(false, false))
		}
	}
	c.f.pc++
}

// launch adds a goroutine.
func (c *cpu) launch(fn val, args []val, armed int) {
	if len(c.s.gs) >= c.lim.Goroutines {
		c.s.fatal = "too many goroutines"
		return
	}
	c.s.gs = append(c.s.gs, &gor{frames: []*frame{c.newFrame(fn.n, args, c.captures(fn))}, armed: armed})
}

// start runs a go statement.
func (c *cpu) start() {
	fn := c.arg(0)
	args := c.args(1)
	switch {
	case fn.kind == kNil:
		c.s.exit = true
		return
	case unknown(fn):
		for _, a := range args {
			c.open(a, prog.EnvAll)
		}
	default:
		c.launch(fn, args, 0)
	}
	c.next()
}

// unseen runs a call of code that the machine cannot see.
func (c *cpu) unseen() {
	n := len(c.in.Dst)
	if c.in.Flags&prog.ErrPair == 0 || n < 2 {
		for i := range n {
			c.set(i, c.free(c.in.Flags&prog.NonNil != 0, false))
		}
		c.f.pc++
		return
	}
	err := c.free(false, false)
	for i := range n - 1 {
		c.set(i, val{kind: kExpr, expr: &expr{v: err.expr.v, op: "tie", a: err.expr}})
	}
	c.set(n-1, err)
	c.f.pc++
}

// ret returns from the top frame.
func (c *cpu) ret(vs []val) {
	fs := c.gr.frames
	c.gr.frames = fs[:len(fs)-1]
	if len(fs) == 1 {
		c.gr.ended = true
		return
	}
	c.f = c.gr.frames[len(c.gr.frames)-1]
	if c.f.mode != "" {
		c.unroll()
		return
	}
	c.in = &c.p.Funcs[c.f.fn].Code[c.f.pc]
	if c.in.Op == prog.OpRunDefers {
		return
	}
	for i := range c.in.Dst {
		v := val{}
		if i < len(vs) {
			v = vs[i]
		}
		c.set(i, v)
	}
	c.f.pc++
}

// deferCall runs a defer statement.
func (c *cpu) deferCall() {
	c.f.defers = append(c.f.defers, deferred{c.arg(0), c.args(1)})
	c.f.pc++
}

// runDefers runs the deferred calls of the frame, last first.
func (c *cpu) runDefers() {
	if len(c.f.defers) == 0 {
		c.f.pc++
		return
	}
	c.popDefer()
}

// popDefer enters the last deferred call and reports whether it did.
func (c *cpu) popDefer() bool {
	d := c.f.defers[len(c.f.defers)-1]
	c.f.defers = c.f.defers[:len(c.f.defers)-1]
	fn := c.settle(d.fn)
	switch {
	case fn.kind == kNil:
		c.unwind("panic", val{kind: kLost})
		return true
	case unknown(fn):
		for _, a := range d.args {
			c.open(a, prog.EnvAll)
		}
		return false
	}
	c.gr.frames = append(c.gr.frames, c.newFrame(fn.n, d.args, c.captures(fn)))
	return true
}

// unwind starts a panic or Goexit in the top frame.
func (c *cpu) unwind(mode string, v val) {
	c.f.enter(mode, false, v)
	c.unroll()
}

// enter lets a panic or Goexit reach a frame.
func (f *frame) enter(mode string, under bool, v val) {
	if mode == "panic" {
		f.under = f.under || under || f.mode == "exit"
	} else {
		f.under = false
	}
	f.mode, f.panic = mode, v
}

// unroll runs the deferred calls of the top frame and then leaves it.
func (c *cpu) unroll() {
	for {
		for len(c.f.defers) > 0 {
			if c.popDefer() {
				return
			}
		}
		f := c.f
		mode := f.mode
		if mode == "back" && f.under {
			mode = "exit"
		}
		if mode == "back" {
			f.mode, f.panic = "", val{}
			if rec := c.p.Funcs[f.fn].Recover; rec >= 0 {
				f.pc = rec
			} else {
				c.ret(nil)
			}
			return
		}
		fs := c.gr.frames
		c.gr.frames = fs[:len(fs)-1]
		if len(fs) == 1 {
			c.gr.ended = true
			if mode == "panic" {
				c.s.exit = true
			}
			return
		}
		c.f = c.gr.frames[len(c.gr.frames)-1]
		c.f.enter(mode, f.under, f.panic)
	}
}

// recover runs the built-in recover.
func (c *cpu) recover() {
	v := val{}
	if n := len(c.gr.frames); n > 1 {
		if p := c.gr.frames[n-2]; p.mode == "panic" {
			v = p.panic
			p.mode = "back"
		}
	}
	c.next(v)
}
