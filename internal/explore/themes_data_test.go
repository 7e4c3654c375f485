package explore

import "github.com/leaklint/leaklint/internal/explore/prog"

// dataThemes work on memory of the goroutine's own and end in a branch.
var dataThemes = []func(*gen){
	func(g *gen) { // an object and a copy of it
		o := g.emit(prog.OpNew)
		g.lastImm(int(g.private))
		g.do(prog.OpStore, o, prog.Int(g.pick(3)))
		c := g.emit(prog.OpClone, o)
		g.lastImm(int(g.private))
		b := g.emit(prog.OpField, c)
		g.lastImm(1)
		g.do([]prog.Op{prog.OpStore, prog.OpMerge}[g.pick(2)], b, g.par(parC0))
		if g.one(3) {
			g.do(prog.OpMerge, b, g.par(parC1))
		}
		g.do(prog.OpCopyTo, o, c)
		g.lastImm(3)
		g.emit(prog.OpRecv, g.emit(prog.OpLoad, b))
		g.branch(g.emit(prog.OpEq, g.emit(prog.OpLoad, o), prog.Int(1)))
	},
	func(g *gen) { // slices
		s := g.emit(prog.OpMakeSlice, []prog.Operand{prog.Int(2), prog.Int(9), prog.Sym(g.sym, 0), prog.Lost}[g.pick(4)], prog.Int(0))
		s = g.emit(prog.OpAppend, s, prog.Int(1), prog.Int(2))
		s = g.emit(prog.OpAppendAll, s, g.emit(prog.OpReslice, s, prog.Int(g.pick(2)), prog.Nil))
		g.emit(prog.OpCopySlice, s, g.par(parSlice))
		e := g.emit(prog.OpElem, s, prog.Int(g.pick(5)))
		g.do(prog.OpStore, e, prog.Int(1))
		x := g.emit(prog.OpIndex, s, []prog.Operand{prog.Int(g.pick(4)), prog.Sym(g.sym, 0), prog.Lost}[g.pick(3)])
		g.branch(g.emit(prog.OpNe, g.emit(prog.OpLen, s), prog.Int(6)))
		g.branch(g.emit(prog.OpEq, x, prog.Int(1)))
	},
	func(g *gen) { // maps
		m := g.emit(prog.OpMakeMap, prog.Int(0))
		g.do(prog.OpMapSet, m, g.b.String("a"), prog.Int(1))
		g.do(prog.OpMapSet, m, []prog.Operand{g.b.String("a"), g.b.String("b"), prog.Lost}[g.pick(3)], prog.Int(2))
		if g.one(2) {
			g.do(prog.OpMapDel, m, g.b.String("a"))
		}
		it := g.emit(prog.OpMapRange, m)
		ok, k, v := g.f.Slot("ok"), g.f.Slot("k"), g.f.Slot("v")
		g.f.Emit(prog.OpMapNext, ok, it).Results(ok, k, v)
		g.branch(prog.S(ok))
		g.branch(g.emit(prog.OpEq, prog.S(v), prog.Int(2)))
		x, have := g.f.Slot("x"), g.f.Slot("have")
		g.f.Emit(prog.OpMapGet, x, m, []prog.Operand{g.b.String("b"), g.emit(prog.OpUnknown), prog.Lost}[g.pick(3)]).Results(x, have)
		g.branch(prog.S(have))
	},
	func(g *gen) { // interfaces and arithmetic
		held := []prog.Operand{prog.Int(g.pick(2)), g.emit(prog.OpUnknown), prog.Lost}
		x := g.emit(prog.OpIface, held[g.pick(3)])
		g.lastImm(int(g.typ[g.pick(2)]))
		other := g.emit(prog.OpIface, held[g.pick(3)])
		g.lastImm(int(g.typ[0]))
		g.branch(g.emit(prog.OpEq, x, other))
		v, ok := g.f.Slot("v"), g.f.Slot("ok")
		a := g.f.Emit(prog.OpAssert, v, x).Results(v, ok)
		a.Types = []prog.TypeID{g.typ[0]}
		g.branch(prog.S(ok))
		y := g.emit(prog.OpSub, g.emit(prog.OpAdd, prog.Sym(g.sym, 1), prog.Int(1)), prog.Scaled(1, g.sym))
		g.branch(g.emit(prog.OpLe, y, prog.Sym(g.sym, 0)))
		g.branch(g.emit(prog.OpEq, g.emit(prog.OpCopy, x), prog.Nil))
	},
	func(g *gen) { // one value asked twice
		e := g.emit(prog.OpUnknown)
		y, n := g.f.Label(), g.f.Label()
		g.f.If(g.emit(prog.OpEq, e, prog.Nil), y, n)
		g.f.Place(y)
		g.branch(g.emit(prog.OpNe, e, prog.Nil))
		g.f.Place(n)
		g.do(prog.OpNop)
	},
	func(g *gen) { // the same question twice
		x := g.unknown(g.emit(prog.OpUnknown))
		for range 2 {
			q := g.f.Slot("q")
			g.f.Emit(prog.OpAsk, q, x, prog.Int(2)).Imm(int(g.b.String([]string{"q", "r", "%"}[g.pick(3)]).N)).
				With([]prog.Flags{0, prog.Fixed, prog.Guess}[g.pick(3)], prog.AssumeNone)
			g.branch(g.emit(prog.OpEq, prog.S(q), prog.Int(g.pick(2))))
			if g.one(4) {
				g.do(prog.OpForget, x)
			}
		}
	},
	func(g *gen) { // memory of unseen code
		p := g.f.Slot("p")
		g.f.Emit(prog.OpUnknown, p).With(prog.NonNil, prog.AssumeNone)
		f := g.emit(prog.OpField, prog.S(p))
		g.lastImm(g.pick(2))
		if g.one(3) {
			g.do(prog.OpStore, f, prog.Int(1))
		}
		g.branch(g.emit(prog.OpEq, g.emit(prog.OpLoad, f), prog.Int(1)))
		if g.one(3) {
			g.do(prog.OpForget)
		}
		g.branch(g.emit(prog.OpEq, g.emit(prog.OpLoad, f), prog.Int(1)))
	},
	func(g *gen) { // one truth value from another
		a, b := g.emit(prog.OpUnknown), g.emit(prog.OpUnknown)
		if g.one(2) {
			a = g.emit(prog.OpNot, a)
		}
		g.do(prog.OpImply, a, b)
		g.branch(b)
		g.branch(a)
	},
	func(g *gen) { // a panic unless something holds
		n := g.emit(prog.OpUnknown)
		g.branch(g.emit(prog.OpLt, n, prog.Int(1)))
		g.do(prog.OpMust, g.emit(prog.OpLt, n, prog.Int(g.pick(3))))
		g.branch(g.emit(prog.OpEq, n, prog.Int(1)))
	},
	func(g *gen) { // closures and recover
		cl := g.emit(prog.OpClosure, g.par(parC0))
		h := g.b.Func("cl", 0, 1, 0)
		g.lastImm(int(h.ID))
		h.Emit(prog.OpRecover, h.Slot("r"))
		h.Emit([]prog.Op{prog.OpRecv, prog.OpClose}[g.pick(2)], prog.NoSlot, prog.S(h.Param(0)))
		h.Ret()
		g.do([]prog.Op{prog.OpDefer, prog.OpCall, prog.OpGo}[g.pick(3)], cl)
		if g.one(2) {
			g.branch(g.emit(prog.OpUnknown))
			g.do(prog.OpLoad)
			g.f.Func().Code[len(g.f.Func().Code)-1] = prog.Instr{Op: prog.OpLoad, Dst: []prog.Slot{g.f.Slot("n")}, Args: []prog.Operand{prog.Nil}}
		}
	},
}

// requestThemes send channels through a channel and use what arrives.
var requestThemes = []func(*gen){
	func(g *gen) { // a request, and the wait for its answer
		c := g.emit(prog.OpMake, prog.Int(g.pick(2)))
		g.do(prog.OpSend, g.par(parReq), c)
		if g.one(2) {
			g.emit(prog.OpRecv, c)
			return
		}
		g.f.Select(prog.NoSlot, prog.RecvCase(c, prog.NoSlot, prog.NoSlot, prog.Next),
			prog.RecvCase(g.otherChan(), prog.NoSlot, prog.NoSlot, prog.Next))
	},
	func(g *gen) { g.do(prog.OpSend, g.par(parReq), g.ch()) },
	func(g *gen) { // the server
		c, ok := g.f.Slot("c"), g.f.Slot("ok")
		g.f.Emit(prog.OpRecv, c, g.par(parReq)).Results(c, ok)
		y, n := g.f.Label(), g.f.Label()
		g.f.If(prog.S(ok), y, n)
		g.f.Place(y)
		if g.one(4) {
			g.do(prog.OpClose, prog.S(c))
		} else {
			g.do(prog.OpSend, prog.S(c), prog.Int(1))
		}
		g.f.Place(n)
		g.do(prog.OpNop)
	},
	func(g *gen) {
		if g.one(3) {
			g.do(prog.OpClose, g.par(parReq))
		}
	},
}

// functionThemes send functions through a channel and call what arrives.
var functionThemes = []func(*gen){
	func(g *gen) { g.do(prog.OpSend, g.par(parFun), g.closure()) },
	func(g *gen) { // nil after a close, which panics
		f, ok := g.f.Slot("f"), g.f.Slot("ok")
		g.f.Emit(prog.OpRecv, f, g.par(parFun)).Results(f, ok)
		g.do([]prog.Op{prog.OpCall, prog.OpCall, prog.OpGo, prog.OpDefer}[g.pick(4)], prog.S(f))
	},
	func(g *gen) {
		if g.one(3) {
			g.do(prog.OpClose, g.par(parFun))
		}
	},
	func(g *gen) { g.do([]prog.Op{prog.OpCall, prog.OpGo, prog.OpDefer}[g.pick(3)], g.closure()) },
	func(g *gen) { // one nobody knows
		g.do([]prog.Op{prog.OpCall, prog.OpGo, prog.OpDefer}[g.pick(3)], g.unknown(prog.Lost), g.ch(), prog.Int(1))
	},
}

// closure returns a function that has captured a channel.
func (g *gen) closure() prog.Operand {
	h := g.b.Func("cl", 0, 1, 0)
	h.Emit([]prog.Op{prog.OpRecv, prog.OpSend, prog.OpClose}[g.pick(3)], prog.NoSlot, prog.S(h.Param(0)))
	h.Emit(prog.OpRunDefers, prog.NoSlot)
	h.Ret()
	c := g.emit(prog.OpClosure, g.ch())
	g.lastImm(int(h.ID))
	return c
}

// globalThemes use a package variable under its lock.
var globalThemes = []func(*gen){
	func(g *gen) { g.locked(func(at prog.Operand) { g.do(prog.OpStore, at, g.ch()) }, 1) },
	func(g *gen) { g.locked(func(at prog.Operand) { g.do(prog.OpStore, at, prog.Int(g.pick(2))) }, 2) },
	func(g *gen) {
		var n prog.Operand
		g.locked(func(at prog.Operand) { n = g.emit(prog.OpLoad, at) }, 2)
		g.branch(g.emit(prog.OpEq, n, prog.Int(1)))
	},
	func(g *gen) {
		var c prog.Operand
		g.locked(func(at prog.Operand) { c = g.emit(prog.OpLoad, at) }, 1)
		g.emit(prog.OpRecv, c)
	},
	func(g *gen) {
		g.locked(func(at prog.Operand) { g.do(prog.OpSend, g.emit(prog.OpLoad, at), prog.Int(1)) }, 1)
	},
}

// locked emits use of a field of the package variable, under its lock.
func (g *gen) locked(use func(at prog.Operand), field int) {
	mu := g.emit(prog.OpField, g.global)
	g.do(prog.OpLock, mu)
	at := g.emit(prog.OpField, g.global)
	g.lastImm(field)
	use(at)
	g.do(prog.OpUnlock, mu)
}

// willing returns a primitive on which the environment may act.
func (g *gen) willing() prog.Operand {
	what := []prog.Operand{g.par(parC0), g.par(parC1), g.field(fieldWG), g.field(fieldMu), g.field(fieldRW), g.field(fieldOnce)}
	for _, t := range []struct {
		name string
		par  int
	}{{"cond", parCond}, {"ctx", parCtx}, {"timer", parTimer}, {"after", parTimer}, {"pipe", parPipe}} {
		if g.has(t.name) {
			what = append(what, g.par(t.par))
		}
	}
	return what[g.pick(len(what))]
}
