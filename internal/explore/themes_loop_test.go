package explore

import "github.com/leaklint/leaklint/internal/explore/prog"

// loopThemes are loops of which nobody sees more than how they end, and some of
// which others see a little more.
var loopThemes = []func(*gen){
	func(g *gen) { g.quietLoop(2 + g.pick(2)) },
	func(g *gen) { g.quietLoop(1) },
	func(g *gen) { g.do(prog.OpClose, g.ch()) },
}

// quietLoop writes a loop that counts to n, with a call in it that may fail.
func (g *gen) quietLoop(n int) {
	i, err, v, flag := g.f.Slot("i"), g.f.Slot("err"), g.f.Slot("v"), g.f.Slot("flag")
	zero, end := prog.Int(0), prog.Int(n)
	if g.one(4) {
		zero, end = prog.Scaled(0, g.sym), prog.Scaled(2, g.sym)
	}
	g.f.Emit(prog.OpCopy, i, zero)
	g.f.Emit(prog.OpCopy, flag, prog.False)
	top, body, out, fails, fine := g.f.Here(), g.f.Label(), g.f.Label(), g.f.Label(), g.f.Label()
	g.f.If(g.emit([]prog.Op{prog.OpLt, prog.OpLt, prog.OpLe, prog.OpNe}[g.pick(4)], prog.S(i), end), body, out)
	g.f.Place(body)
	u := g.f.Emit(prog.OpUnknown, v).Results(v, err)
	if g.one(2) {
		u.Flags |= prog.ErrPair
	}
	g.f.If(g.emit(prog.OpNe, prog.S(err), prog.Nil), fails, fine)
	g.f.Place(fine)
	switch g.pick(6) {
	case 0: // the value is compared with one that is known, or another unknown one
		next := g.f.Label()
		g.f.If(g.emit(prog.OpEq, prog.S(v), []prog.Operand{prog.Int(1), prog.S(i), g.emit(prog.OpUnknown)}[g.pick(3)]), fails, next)
		g.f.Place(next)
	case 1: // the next turn knows of this one
		next := g.f.Label()
		g.f.If(prog.S(flag), fails, next)
		g.f.Place(next)
		g.f.Emit(prog.OpCopy, flag, prog.True)
	case 2: // others see it
		g.emit(prog.OpRecv, g.ch())
	}
	g.f.Emit(prog.OpAdd, i, prog.S(i), prog.Int(1))
	g.f.Jump(top)
	g.f.Place(fails)
	switch g.pick(3) {
	case 0:
		g.do(prog.OpSend, g.ch(), prog.S(err))
	case 1:
		g.branch(g.emit(prog.OpEq, prog.S(i), prog.Int(1)))
	}
	g.ret()
	g.f.Place(out)
	if g.one(4) {
		g.branch(g.emit(prog.OpEq, prog.S([]prog.Slot{i, err}[g.pick(2)]), prog.Nil))
	}
	g.do(prog.OpNop)
}
