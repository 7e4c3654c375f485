package explore

import (
	"fmt"

	"github.com/leaklint/leaklint/internal/explore/prog"
)

// A chooser makes the decisions of a random program: n alternatives → one.
type chooser func(n int) int

// Things that the functions of a random program share, as parameters.
const (
	parT = iota // *T
	parC0
	parC1
	parCond
	parRL
	parCtx
	parTimer
	parPipe
	parSlice
	parMap
	parReq // a channel of channels
	parFun // a channel of functions
	parMu  // the addresses of T's fields
	parRW
	parWG
	parOnce
	parFlag
	numPars
)

// Fields of T.
const (
	fieldMu = iota
	fieldRW
	fieldWG
	fieldOnce
	fieldFlag
	fieldCh
)

// A gen writes one random program.
type gen struct {
	pick        chooser
	b           *prog.Builder
	themes      []theme
	funcs       []*prog.FuncBuilder
	f           *prog.FuncBuilder // being written
	fn          int
	private, t2 prog.LayoutID
	sym, sym2   prog.SymID
	global      prog.Operand
	typ         [2]prog.TypeID
	left        int  // instructions that may still be written
	depth       int  // of nesting
	wild        bool // operations also without their counterpart
	loose       bool // a reduction may lose leaks, though nothing lacks its counterpart
	adds        int
}

// A theme is a group of operations that programs mix.
type theme struct {
	name  string
	setup func(*gen) // in the root, before the launches
	emit  []func(*gen)
}

// one returns whether a chance of 1 in n came out.
func (g *gen) one(n int) bool { return g.pick(n) == 0 }

// par returns a shared thing.
func (g *gen) par(i int) prog.Operand { return prog.S(prog.Slot(i)) }

// field emits the address of a field of T.
func (g *gen) field(i int) prog.Operand {
	if g.fn >= 0 && i < fieldCh && !g.one(8) {
		return g.par(parMu + i)
	}
	s := g.f.Slot("fa")
	g.f.Emit(prog.OpField, s, g.par(parT)).Imm(i)
	return prog.S(s)
}

// emit emits an instruction and returns its result.
func (g *gen) emit(op prog.Op, args ...prog.Operand) prog.Operand {
	s := g.f.Slot("v")
	g.f.Emit(op, s, args...)
	return prog.S(s)
}

// do emits an instruction without result.
func (g *gen) do(op prog.Op, args ...prog.Operand) { g.f.Emit(op, prog.NoSlot, args...) }

// ch returns a channel operand.
func (g *gen) ch() prog.Operand {
	switch {
	case g.one(12):
		return g.unknown(prog.Nil)
	case g.one(10):
		return g.emit(prog.OpIndex, g.par(parSlice), prog.Int(g.pick(2)))
	case g.one(10):
		return g.emit(prog.OpMapGet, g.par(parMap), g.b.String([]string{"a", "b", "z"}[g.pick(3)]))
	}
	return g.par(parC0 + g.pick(2))
}

// unknown returns v, or a value of which nobody knows what it is.
func (g *gen) unknown(v prog.Operand) prog.Operand {
	switch g.pick(12) {
	case 0:
		return prog.Lost
	case 1:
		return g.emit(prog.OpUnknown)
	}
	return v
}

// obj returns a shared thing, seldom one that nobody knows.
func (g *gen) obj(i int) prog.Operand {
	if g.one(8) {
		return g.unknown(g.par(i))
	}
	return g.par(i)
}

// randomProgram writes a program.
func randomProgram(pick chooser) (*prog.Program, bool) { return randomOf(pick, allThemes) }

// randomOf writes a program with some of the themes.
func randomOf(pick chooser, themes []theme) (*prog.Program, bool) {
	g := &gen{pick: pick, b: prog.NewBuilder("random"), wild: pick(3) == 0}
	g.b.SetAsyncTimers(pick(3) == 0)
	g.private = g.b.Layout("P", prog.Field{Name: "a", Zero: prog.Int(0)}, prog.Field{Name: "b"},
		prog.Field{Name: "mu", Prim: prog.Mutex})
	g.t2 = g.b.Layout("T", prog.Field{Name: "mu", Prim: prog.Mutex}, prog.Field{Name: "rw", Prim: prog.RWMutex, Exported: true},
		prog.Field{Name: "wg", Prim: prog.WaitGroup, Exported: pick(2) == 0}, prog.Field{Name: "once", Prim: prog.Once},
		prog.Field{Name: "flag", Zero: prog.Int(0)}, prog.Field{Name: "ch", Exported: pick(2) == 0})
	g.sym = g.b.Sym(prog.SymDef{Name: "n", Min: pick(2), Max: 2, Const: pick(2) == 0})
	g.sym2 = g.b.Sym(prog.SymDef{Name: "m", Min: 0, Max: 1 + pick(2)})
	g.global = g.b.Global("g", g.b.Layout("G", prog.Field{Name: "mu", Prim: prog.Mutex}, prog.Field{Name: "ch"},
		prog.Field{Name: "n", Zero: prog.Int(0), Exported: pick(2) == 0}))
	g.typ = [2]prog.TypeID{g.b.Type("A"), g.b.Type("B")}
	for i := range themes {
		if pick(4) == 0 {
			g.themes = append(g.themes, themes[i])
		}
	}
	if len(g.themes) == 0 {
		g.themes = append(g.themes, themes[pick(len(themes))])
	}
	n := 1 + pick(2)
	for i := range n {
		g.funcs = append(g.funcs, g.b.Func(fmt.Sprintf("f%d", i), numPars, 0, 1))
	}
	g.b.AddMethod(g.typ[0], "m", g.funcs[0].ID)
	g.root()
	for i := range g.funcs {
		g.f, g.fn, g.left = g.funcs[i], i, 1+pick(2)+pick(2)
		g.body(true)
		g.end()
	}
	p, err := g.b.Program()
	if err != nil {
		panic(fmt.Sprintf("%v\n%s", err, p))
	}
	return p, g.wild || g.loose
}

// root writes the entry function: it makes what is shared and launches.
func (g *gen) root() {
	g.f, g.fn, g.left = g.b.Func("root", 0, 0, 0), -1, g.pick(2)
	g.b.SetEntry(g.f.ID)
	for range numPars {
		g.f.Slot("p")
	}
	set := func(i int, op prog.Op, args ...prog.Operand) prog.Added {
		return g.f.Emit(op, prog.Slot(i), args...)
	}
	set(parT, prog.OpNew).Imm(int(g.t2))
	for i := range fieldCh {
		set(parMu+i, prog.OpField, g.par(parT)).Imm(i)
	}
	set(parC0, prog.OpMake, g.capacity())
	set(parC1, prog.OpMake, g.capacity())
	if g.has("cond") {
		g.makeCond(set)
	}
	if g.has("ctx") {
		g.makeCtx(set)
	}
	if g.has("timer") {
		set(parTimer, []prog.Op{prog.OpTimer, prog.OpTicker}[g.pick(2)])
	}
	if g.has("after") {
		g.funcsParams(g.pick(len(g.funcs)), func(fn prog.Operand, args []prog.Operand) {
			set(parTimer, prog.OpAfterFunc, append([]prog.Operand{fn}, args...)...)
		})
	}
	if g.has("pipe") {
		set(parPipe, prog.OpPipe)
	}
	if g.has("request") {
		set(parReq, prog.OpMake, prog.Int(g.pick(2)))
	}
	if g.has("function") {
		set(parFun, prog.OpMake, prog.Int(g.pick(2)))
	}
	set(parSlice, prog.OpAppend, prog.Nil, g.par(parC0), g.par(parC1))
	set(parMap, prog.OpMakeMap)
	g.do(prog.OpMapSet, g.par(parMap), g.b.String("a"), g.par(parC0))
	g.do(prog.OpMapSet, g.par(parMap), g.b.String("b"), g.par(parC1))
	for _, t := range g.themes {
		if t.setup != nil {
			t.setup(g)
		}
	}
	g.launches()
	g.body(true)
	if g.one(12) {
		g.do(prog.OpExit)
		return
	}
	if len(g.f.Func().Code) > 0 {
		g.do(prog.OpRunDefers)
	}
	g.f.Ret()
}

// has reports whether a theme takes part.
func (g *gen) has(name string) bool {
	for _, t := range g.themes {
		if t.name == name {
			return true
		}
	}
	return false
}

// capacity returns a channel capacity.
func (g *gen) capacity() prog.Operand {
	switch g.pick(8) {
	case 0, 1, 2, 3:
		return prog.Int(0)
	case 4, 5:
		return prog.Int(1)
	case 6:
		return prog.Int(2)
	}
	return []prog.Operand{prog.Sym(g.sym, 0), prog.Sym(g.sym2, 1), prog.Lost, g.emit(prog.OpUnknown)}[g.pick(4)]
}

// makeCond makes a Cond over one of the locks.
func (g *gen) makeCond(set func(int, prog.Op, ...prog.Operand) prog.Added) {
	l := g.field(fieldMu)
	switch g.pick(4) {
	case 0:
		l = g.field(fieldRW)
	case 1:
		l = g.emit(prog.OpRLocker, g.field(fieldRW))
	}
	set(parCond, prog.OpNewCond, l)
	if g.one(5) {
		g.do(prog.OpCondL, g.par(parCond), l)
	}
	set(parRL, prog.OpLoadL, g.par(parCond))
}

// makeCtx makes a context.
func (g *gen) makeCtx(set func(int, prog.Op, ...prog.Operand) prog.Added) {
	parent := g.unknown(g.emit([]prog.Op{prog.OpCtxRoot, prog.OpCtxEnv}[g.pick(2)]))
	if g.one(5) {
		set(parCtx, prog.OpCopy, parent)
		return
	}
	if g.one(3) {
		parent = g.emit(prog.OpCtxNew, parent)
	}
	a := set(parCtx, prog.OpCtxNew, parent)
	if g.one(4) {
		a.With(prog.Timeout, prog.AssumeNone)
	}
}

// launches starts goroutines.
func (g *gen) launches() {
	n := 1
	if g.one(4) {
		n = 2
	}
	if g.has("wg") && !g.wild {
		g.adds = 1
		g.do(prog.OpAddWG, g.field(fieldWG), prog.Int(g.adds+g.pick(2)))
	}
	for range n {
		g.funcsParams(g.pick(len(g.funcs)), func(fn prog.Operand, args []prog.Operand) {
			switch k := g.pick(8); {
			case k == 1 && n == 1: // two from one launch site
				h := g.b.Func("starter", numPars, 0, 0)
				hargs := make([]prog.Operand, len(args))
				for k := range hargs {
					hargs[k] = prog.S(h.Param(k))
				}
				h.Emit(prog.OpGo, prog.NoSlot, append([]prog.Operand{fn}, hargs...)...)
				h.Ret()
				g.f.Call(nil, prog.FuncValue(h.ID), args...)
				g.f.Call(nil, prog.FuncValue(h.ID), args...)
			case k == 0:
				s := g.f.Slot("m")
				x := g.emit(prog.OpIface, args[0])
				g.f.Func().Code[len(g.f.Func().Code)-1].N = int32(g.typ[0])
				g.f.Emit(prog.OpMethod, s, x).Imm(int(g.b.Method("m")))
				g.do(prog.OpGo, append([]prog.Operand{prog.S(s)}, args[1:]...)...)
			default:
				g.do(prog.OpGo, append([]prog.Operand{fn}, args...)...)
			}
		})
	}
}

// funcsParams gives use a function value and the arguments for it.
func (g *gen) funcsParams(i int, use func(fn prog.Operand, args []prog.Operand)) {
	args := make([]prog.Operand, numPars)
	for k := range args {
		args[k] = g.par(k)
	}
	use(prog.FuncValue(g.funcs[i].ID), args)
}

// body writes instructions until there are enough.
func (g *gen) body(outer bool) {
	for g.left > 0 {
		g.left--
		if g.one(4) {
			g.control(outer)
			continue
		}
		t := g.themes[g.pick(len(g.themes))]
		t.emit[g.pick(len(t.emit))](g)
	}
}

// end ends a function.
func (g *gen) end() {
	g.do(prog.OpRunDefers)
	if g.one(3) {
		g.f.SetRecover(g.f.Here())
	}
	g.f.Ret(prog.Int(1))
}

// ret returns early.
func (g *gen) ret() {
	g.do(prog.OpRunDefers)
	if g.fn < 0 {
		g.f.Ret()
	} else {
		g.f.Ret(prog.Int(g.pick(2)))
	}
}

// part writes a nested piece of n instructions.
func (g *gen) part(n int) {
	if g.depth >= 4 {
		return
	}
	left := g.left
	g.left = n
	g.depth++
	g.body(false)
	g.depth--
	g.left = max(0, left-n)
}

// cond emits a condition.
func (g *gen) cond() prog.Operand {
	switch g.pick(9) {
	case 0:
		return g.emit(prog.OpEq, g.emit(prog.OpALoad, g.field(fieldFlag)), prog.Int(g.pick(2)))
	case 1:
		x := g.emit(prog.OpUnknown)
		a := g.emit([]prog.Op{prog.OpLt, prog.OpGe, prog.OpEq, prog.OpNe}[g.pick(4)], x, prog.Int(g.pick(3)))
		if g.one(2) {
			return a
		}
		y, n := g.f.Label(), g.f.Label()
		g.f.If(a, y, n)
		g.f.Place(y)
		g.f.Place(n)
		return g.emit([]prog.Op{prog.OpGt, prog.OpLe, prog.OpEq}[g.pick(3)], g.emit(prog.OpAdd, x, prog.Int(1)), prog.Int(g.pick(4)))
	case 2:
		return g.emit([]prog.Op{prog.OpLt, prog.OpEq, prog.OpGt}[g.pick(3)], prog.Scaled(g.pick(3), g.sym), prog.Sym(g.sym, g.pick(2)-1))
	case 3:
		v, e := g.f.Slot("v"), g.f.Slot("e")
		g.f.Add(prog.Instr{Op: prog.OpUnknown, Dst: []prog.Slot{v, e}, Flags: prog.ErrPair})
		n := g.emit(prog.OpEq, prog.S(e), prog.Nil)
		if g.one(2) {
			y, l := g.f.Label(), g.f.Label()
			g.f.If(n, y, l)
			g.f.Place(y)
			g.f.Place(l)
			n = g.emit(prog.OpNe, prog.S(v), prog.Nil)
		}
		return n
	case 4:
		return prog.Lost
	case 5:
		return g.conjunction()
	case 6: // two counts
		return g.emit([]prog.Op{prog.OpLt, prog.OpEq}[g.pick(2)], prog.Sym(g.sym2, g.pick(2)),
			[]prog.Operand{prog.Sym(g.sym, 0), prog.Int(g.pick(2)), prog.Scaled(g.pick(2), g.sym2)}[g.pick(3)])
	}
	return g.emit(prog.OpNot, g.emit(prog.OpUnknown))
}

// conjunction asks several questions about few unknown values and emits
// whether all have the answer yes: they may contradict each other.
func (g *gen) conjunction() prog.Operand {
	vars := []prog.Operand{g.emit(prog.OpUnknown), g.emit(prog.OpUnknown)}
	if g.one(3) {
		vars = append(vars, g.emit(prog.OpUnknown))
	}
	all, end := g.f.Slot("all"), g.f.Label()
	g.f.Emit(prog.OpCopy, all, prog.False)
	numbers, ops := !g.one(3), []prog.Op{prog.OpEq, prog.OpNe}
	if numbers {
		ops = append(ops, prog.OpLt, prog.OpLe, prog.OpGt, prog.OpGe)
	}
	if numbers {
		for _, v := range vars {
			yes := g.f.Label()
			g.f.If(g.emit(prog.OpGe, v, prog.Int(0)), yes, end)
			g.f.Place(yes)
		}
	}
	for range 2 + g.pick(3) {
		a, b := vars[g.pick(len(vars))], vars[g.pick(len(vars))]
		switch {
		case g.one(3) && numbers:
			b = prog.Int(g.pick(3))
		case g.one(3) && !numbers:
			b = []prog.Operand{prog.Nil, g.b.String("a")}[g.pick(2)]
		}
		if numbers && g.one(3) {
			a = g.emit([]prog.Op{prog.OpAdd, prog.OpSub}[g.pick(2)], a, prog.Int(1))
		}
		yes := g.f.Label()
		g.f.If(g.emit(ops[g.pick(len(ops))], a, b), yes, end)
		g.f.Place(yes)
	}
	g.f.Emit(prog.OpCopy, all, prog.True)
	g.f.Place(end)
	return prog.S(all)
}

// control writes a branch, loop, call, exit, …
func (g *gen) control(outer bool) {
	switch g.pick(10) {
	case 0, 1:
		y, n, out := g.f.Label(), g.f.Label(), g.f.Label()
		g.f.If(g.cond(), y, n)
		g.f.Place(y)
		g.part(1 + g.pick(2))
		g.f.Jump(out)
		g.f.Place(n)
		if g.one(2) {
			g.part(1)
		}
		g.f.Place(out)
		g.do(prog.OpNop)
	case 2:
		y, n := g.f.Label(), g.f.Label()
		g.f.If(g.cond(), y, n)
		g.f.Place(y)
		g.ret()
		g.f.Place(n)
		g.do(prog.OpNop)
	case 3:
		if !g.one(3) {
			return
		}
		top, out := g.f.Here(), g.f.Label()
		g.part(1 + g.pick(2))
		g.f.If(g.cond(), top, out)
		g.f.Place(out)
		g.do(prog.OpNop)
	case 4:
		a, b := g.f.Label(), g.f.Label()
		g.f.Add(prog.Instr{Op: prog.OpChoose}).To(a, b)
		g.f.Place(a)
		g.part(1)
		g.f.Place(b)
		g.do(prog.OpNop)
	case 5:
		k := g.fn + 1 + g.pick(2)
		if g.one(6) {
			k = g.pick(len(g.funcs))
			g.loose = g.loose || k <= g.fn // a recursion, and what it loses may be lost too early
		}
		if k < len(g.funcs) {
			g.funcsParams(k, func(fn prog.Operand, args []prog.Operand) {
				g.f.Call([]prog.Slot{g.f.Slot("r")}, fn, args...)
			})
		}
	case 6:
		if k := g.fn + 1 + g.pick(2); k < len(g.funcs) {
			g.funcsParams(k, func(fn prog.Operand, args []prog.Operand) {
				g.do(prog.OpDefer, append([]prog.Operand{fn}, args...)...)
			})
		}
	case 7:
		g.do(prog.OpYield)
	case 8:
		if outer {
			g.rare()
		}
	case 9:
		g.counted()
	}
}

// counted writes a loop with a counter.
func (g *gen) counted() {
	i := g.f.Slot("i")
	zero, end := prog.Int(0), prog.Int(1+g.pick(2))
	if g.one(2) {
		zero, end = prog.Scaled(0, g.sym), prog.Sym(g.sym, g.pick(3)-1)
	}
	g.f.Emit(prog.OpCopy, i, zero)
	top, body, out := g.f.Here(), g.f.Label(), g.f.Label()
	g.f.If(g.emit([]prog.Op{prog.OpLt, prog.OpLt, prog.OpNe}[g.pick(3)], prog.S(i), end), body, out)
	g.f.Place(body)
	g.part(1)
	g.f.Emit(prog.OpAdd, i, prog.S(i), prog.Int(1))
	g.f.Jump(top)
	g.f.Place(out)
	g.do(prog.OpNop)
}

// rare writes what ends something.
func (g *gen) rare() {
	y, n := g.f.Label(), g.f.Label()
	g.f.If(g.cond(), y, n)
	g.f.Place(y)
	switch g.pick(5) {
	case 0:
		g.do(prog.OpGoexit)
	case 1:
		g.do(prog.OpPanic, g.b.String("a"))
	case 2:
		g.do(prog.OpExit)
	case 3:
		g.do(prog.OpAssume, g.cond())
		g.ret()
	case 4:
		g.do(prog.OpDefer, prog.FuncValue(g.b.Thunk(prog.OpClose, 0, "")), g.obj(parC0))
		g.ret()
	}
	g.f.Place(n)
	g.do(prog.OpNop)
}
