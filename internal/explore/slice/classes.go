package slice

import (
	"slices"

	"github.com/leaklint/leaklint/internal/explore/prog"
)

// same holds the operations whose result is the value of their first argument,
// or of the same class: what a field, an element or a slice of it is.
var same = map[prog.Op]bool{
	prog.OpCopy: true, prog.OpIface: true, prog.OpAssert: true, prog.OpElem: true, prog.OpReslice: true,
	prog.OpMapRange: true, prog.OpRLocker: true, prog.OpTimerC: true, prog.OpCtxDone: true,
	prog.OpAppend: true, prog.OpAppendAll: true,
}

// reads holds the operations that read a place, an element or a message from
// their first argument.
var reads = map[prog.Op]bool{
	prog.OpLoad: true, prog.OpALoad: true, prog.OpASwap: true, prog.OpACas: true, prog.OpAAdd: true,
	prog.OpIndex: true, prog.OpMapGet: true, prog.OpMapNext: true, prog.OpRecv: true, prog.OpLoadL: true,
	prog.OpClone: true, prog.OpPipeRead: true,
}

// writes holds the operations that put the other arguments into the first.
var writes = map[prog.Op]bool{
	prog.OpStore: true, prog.OpMerge: true, prog.OpAStore: true, prog.OpASwap: true, prog.OpACas: true, prog.OpAAdd: true,
	prog.OpMapSet: true, prog.OpMapDel: true, prog.OpAppend: true, prog.OpCondL: true,
}

// makes holds the operations whose result is a new object or primitive.
var makes = map[prog.Op]bool{
	prog.OpMake: true, prog.OpNew: true, prog.OpClone: true, prog.OpTimer: true, prog.OpTicker: true, prog.OpAfterFunc: true,
	prog.OpCtxRoot: true, prog.OpCtxAfter: true, prog.OpNewCond: true, prog.OpPipe: true,
	prog.OpMakeSlice: true, prog.OpMakeMap: true, prog.OpAppend: true, prog.OpAppendAll: true, prog.OpMethod: true, prog.OpClosure: true,
}

// allocations marks what the program makes.
func (a *aliases) allocations() {
	for i, g := range a.p.Globals {
		d := a.at(&a.globals[i])
		d.own, d.thing = true, true
		a.zeros(d, a.p.Layouts[g.Layout].Fields, nil)
	}
	for i, f := range a.p.Funcs {
		for k := range f.Code {
			in := &f.Code[k]
			if len(in.Dst) == 0 || in.Dst[0] == prog.NoSlot {
				continue
			}
			d := a.slot(i, in.Dst[0])
			switch in.Op {
			case prog.OpMake, prog.OpCtxNew, prog.OpTimer, prog.OpTicker:
				d.plain = true
			}
			switch in.Op {
			case prog.OpCtxRoot, prog.OpCtxEnv, prog.OpCtxNew:
				d.ctx = true
			default:
				d.thing = d.thing || makes[in.Op]
			}
			if !makes[in.Op] {
				continue
			}
			if in.Op == prog.OpMake && k+1 < len(f.Code) && opens(&f.Code[k+1], in.Dst[0]) {
				d.opened = true
				continue
			}
			d.own = true
			if in.Op == prog.OpNew {
				a.zeros(d, a.p.Layouts[in.N].Fields, written(f, k))
			}
		}
	}
}

// opens reports whether in lets unseen code do everything to a channel.
func opens(in *prog.Instr, s prog.Slot) bool {
	const all = prog.EnvSend | prog.EnvRecv | prog.EnvClose
	return in.Op == prog.OpOpen && in.Env&all == all && in.Args[0] == prog.S(s)
}

// zeros notes that fields of d may be nil, but for those that are written
// before anything else is done with d.
func (a *aliases) zeros(d *node, fields []prog.Field, set map[int]bool) {
	for i, l := range fields {
		if l.Prim == prog.NoPrim && l.Zero == prog.Nil && !set[i] {
			a.join(a.within(a.field(d, i)), a.null)
		}
	}
}

// written returns the fields of the object that instruction k makes which are
// written, on the only way from there, before anything else is done with it.
func written(f *prog.Func, k int) map[int]bool {
	set, offs := map[int]bool{}, map[prog.Slot]int{f.Code[k].Dst[0]: 0}
	for k++; k < len(f.Code); k++ {
		in := &f.Code[k]
		uses := -1
		for i, o := range in.Args {
			if _, ours := offs[prog.Slot(o.N)]; ours && o.Kind == prog.KindSlot {
				uses = i
			}
		}
		switch {
		case in.Op == prog.OpJump && in.Targets[0] == int32(k+1):
		case len(in.Targets) > 0, len(in.Cases) > 0, prog.SigOf(in.Op).Ends:
			return set
		case uses < 0:
		case in.Op == prog.OpField:
			offs[in.Dst[0]] = offs[prog.Slot(in.Args[0].N)] + int(in.N)
		case in.Op == prog.OpStore && uses == 0 && in.Args[1] != prog.Nil:
			set[offs[prog.Slot(in.Args[0].N)]] = true
		case in.Op == prog.OpCopyTo && uses == 0:
			for i := range int(in.N) {
				set[i+offs[prog.Slot(in.Args[0].N)]] = true
			}
		default:
			return set
		}
	}
	return set
}

// spread marks the fields of what the program makes, what is in what is lost,
// and the contexts that need not end: those without a parent that an unknown
// caller may end. It comes after the classes.
func (a *aliases) spread() {
	for changed := true; changed; {
		changed = false
		for _, n := range a.all {
			for _, k := range n.fields {
				if k = k.find(); n.own && !k.own || n.lost && !k.lost {
					k.own, k.lost, changed = k.own || n.own, k.lost || n.lost, true
				}
			}
			if n.lost && n.content != nil && !n.content.find().lost {
				n.content.find().lost, changed = true, true
			}
		}
		for i, f := range a.p.Funcs {
			for k := range f.Code {
				in := &f.Code[k]
				if in.Op != prog.OpCtxNew || in.Dst[0] == prog.NoSlot {
					continue
				}
				if d := a.slot(i, in.Dst[0]); !d.own && a.owned(a.operand(i, in.Args[0])) {
					d.own, changed = true, true
				}
			}
		}
	}
}

// An operands gives the classes of the operands and results of an instruction.
type operands struct {
	a  *aliases
	f  int
	in *prog.Instr
}

// arg returns the class of an argument, or nil.
func (o operands) arg(i int) *node {
	if i >= len(o.in.Args) {
		return nil
	}
	return o.a.operand(o.f, o.in.Args[i])
}

// dst returns the class of a result, or nil.
func (o operands) dst(i int) *node {
	if i >= len(o.in.Dst) {
		return nil
	}
	return o.a.slot(o.f, o.in.Dst[i])
}

// instr joins the classes that one instruction makes the same.
func (a *aliases) instr(f int, in *prog.Instr) {
	o := operands{a, f, in}
	if slices.Contains(in.Args, prog.Lost) {
		a.lost(f, in)
	}
	switch in.Op {
	case prog.OpRecv, prog.OpMapGet, prog.OpLoad, prog.OpALoad, prog.OpASwap, prog.OpIndex, prog.OpLoadL:
		a.join(o.dst(0), a.within(o.arg(0)))
	case prog.OpMapNext:
		a.join(o.dst(1), a.within(o.arg(0)))
		a.join(o.dst(2), a.within(o.arg(0)))
	case prog.OpField:
		a.join(o.dst(0), a.field(o.arg(0), int(in.N)))
	case prog.OpCtxNew:
		a.reaches(o.dst(0), o.arg(0))
	case prog.OpUnknown:
		for i := range in.Dst {
			a.forget(o.dst(i))
		}
	case prog.OpAsk: // it may be what another question of the name gave
		a.forget(o.dst(0))
		if a.asks == nil {
			a.asks = map[int32]*node{}
		}
		if have := a.asks[in.N]; have != nil {
			a.join(have.find(), o.dst(0))
		} else if d := o.dst(0); d != nil {
			a.asks[in.N] = d
		}
	case prog.OpClosure:
		a.closure(o.dst(0), f, int(in.N), in.Args)
	case prog.OpMethod:
		a.method(o.dst(0), o.arg(0), in.N)
	case prog.OpRet:
		for i := range in.Args {
			a.join(a.at(&a.results[f][i]), o.arg(i))
		}
	case prog.OpSelect:
		a.cases(f, in)
	default:
		if same[in.Op] {
			a.join(o.dst(0), o.arg(0))
		}
		if at := callee(in.Op); at >= 0 {
			a.call(f, in, at)
		}
	}
	o.write()
}

// write joins what an instruction puts somewhere with what is there.
func (o operands) write() {
	a, in := o.a, o.in
	to := a.within(a.either(o.arg(0), o.dst(0)))
	switch in.Op {
	case prog.OpStore, prog.OpMerge, prog.OpAStore, prog.OpASwap, prog.OpACas, prog.OpAAdd,
		prog.OpMapSet, prog.OpCondL, prog.OpSend, prog.OpAppend:
		for i := 1; i < len(in.Args); i++ {
			a.join(to, o.arg(i))
		}
	case prog.OpAppendAll, prog.OpCopySlice:
		a.join(to, a.within(o.arg(1)))
	case prog.OpMakeSlice, prog.OpMake:
		a.join(a.within(o.dst(0)), o.arg(1))
	case prog.OpMakeMap, prog.OpNewCond:
		a.join(a.within(o.dst(0)), o.arg(0))
	case prog.OpNew:
		for i, l := range a.p.Layouts[in.N].Fields {
			if l.Zero.Kind == prog.KindFunc || l.Zero.Kind == prog.KindGlobal {
				a.join(a.within(a.field(o.dst(0), i)), a.operand(o.f, l.Zero))
			}
		}
	case prog.OpClone:
		a.fields(o.dst(0), o.arg(0), len(a.p.Layouts[in.N].Fields))
	case prog.OpCopyTo:
		a.fields(o.arg(0), o.arg(1), int(in.N))
	}
}

// either returns the first node that there is.
func (a *aliases) either(x, y *node) *node {
	if x != nil && x != a.null {
		return x
	}
	return y
}

// lost notes where the lost values among the arguments of in go.
func (a *aliases) lost(f int, in *prog.Instr) {
	for _, d := range in.Dst {
		a.lose(a.slot(f, d))
	}
	for i, o := range in.Args {
		if o.Kind == prog.KindLost {
			a.passLost(f, in, i)
		}
	}
}

// passLost notes that argument i of in is lost where that goes to.
func (a *aliases) passLost(f int, in *prog.Instr, i int) {
	first := 0
	switch in.Op {
	case prog.OpRet:
		a.lose(a.at(&a.results[f][i]))
		return
	case prog.OpClosure:
		a.lose(a.slot(int(in.N), prog.Slot(a.p.Funcs[in.N].Params+i)))
		return
	case prog.OpCall, prog.OpGo, prog.OpDefer, prog.OpAfterFunc:
	case prog.OpCtxAfter:
		first = 1
	default:
		if i > 0 && (writes[in.Op] || in.Op == prog.OpSend) {
			a.lose(a.within(a.operand(f, in.Args[0])))
		}
		return
	}
	if i > first {
		for _, fn := range a.callees(f, in.Args[first]) {
			a.lose(a.param(fn, in.Args[first], i-first-1))
		}
	}
}

// forget marks a class as one of which some values are unknown.
func (a *aliases) forget(n *node) {
	if n != nil && n != a.null && !n.unknown {
		n.unknown = true
		a.joins++
	}
}

// lose marks a class as one of which some values are lost.
func (a *aliases) lose(n *node) {
	if n != nil && n != a.null && !n.lost {
		n.lost, n.unknown = true, true
		a.joins++
	}
}

// reaches notes that a holder of n can reach m.
func (a *aliases) reaches(n, m *node) {
	if n == nil || m == nil {
		return
	}
	for _, have := range n.reach {
		if have.find() == m {
			return
		}
	}
	n.reach = append(n.reach, m)
}

// fields joins what is in n fields of two objects.
func (a *aliases) fields(x, y *node, n int) {
	for i := range n {
		a.join(a.within(a.field(x, i)), a.within(a.field(y, i)))
	}
}

// closure makes a function value with captured values.
func (a *aliases) closure(d *node, f, fn int, args []prog.Operand) {
	if d == nil {
		return
	}
	a.runs(d, fn)
	for i, o := range args {
		v := a.operand(f, o)
		a.join(a.slot(fn, prog.Slot(a.p.Funcs[fn].Params+i)), v)
		a.reaches(d.find(), v)
	}
}

// method makes a method value, which may be of any type that has the method.
func (a *aliases) method(d, recv *node, method int32) {
	for _, t := range a.p.Types {
		for _, m := range t.Methods {
			if m.Method == method {
				if d != nil {
					a.runs(d.find(), int(m.Func))
				}
				a.join(a.slot(int(m.Func), 0), recv)
			}
		}
	}
	if d != nil && recv != nil {
		a.reaches(d.find(), recv.find())
	}
}

// callees returns the functions that a call of o may run, in order.
func (a *aliases) callees(f int, o prog.Operand) []int {
	if o.Kind == prog.KindFunc {
		return []int{int(o.N)}
	}
	n := a.operand(f, o)
	if n == nil {
		return nil
	}
	var out []int
	for fn := range a.p.Funcs {
		if n.funcs[fn] {
			out = append(out, fn)
		}
	}
	return out
}

// param returns the class of what becomes argument i of a call of fn through o.
func (a *aliases) param(fn int, o prog.Operand, i int) *node {
	f := a.p.Funcs[fn]
	if i >= f.Params {
		return nil
	}
	return a.slot(fn, prog.Slot(i))
}

// call passes arguments and results; argument first of in is the function. What
// is called through a method value has its receiver before the arguments.
func (a *aliases) call(f int, in *prog.Instr, first int) {
	fv := in.Args[first]
	args := in.Args[first+1:]
	for _, fn := range a.callees(f, fv) {
		shift := a.shift(fn, fv, len(args))
		for i, o := range args {
			a.join(a.param(fn, fv, i+shift), a.operand(f, o))
		}
		if in.Op != prog.OpCall {
			continue
		}
		for i, d := range in.Dst {
			if i < len(a.results[fn]) {
				a.join(a.slot(f, d), a.at(&a.results[fn][i]))
			}
		}
	}
	if fv.Kind != prog.KindFunc && in.Op == prog.OpCall {
		for _, d := range in.Dst {
			a.forget(a.slot(f, d))
		}
	}
}

// shift returns how many parameters of fn come before the arguments of a call
// through o: the receiver of a method value.
func (a *aliases) shift(fn int, o prog.Operand, args int) int {
	if o.Kind == prog.KindFunc {
		return 0
	}
	return max(0, a.p.Funcs[fn].Params-args)
}

// cases joins what the cases of a select send and receive.
func (a *aliases) cases(f int, in *prog.Instr) {
	for i := range in.Cases {
		c := &in.Cases[i]
		if c.Default {
			continue
		}
		ch := a.operand(f, c.Chan)
		if c.Send {
			a.join(a.within(ch), a.operand(f, c.Val))
		} else {
			a.join(a.slot(f, c.Dst), a.within(ch))
		}
	}
}
