package explore

import "github.com/leaklint/leaklint/internal/explore/prog"

// storeThemes put a channel, or a function that receives from it, somewhere, and
// wait on it: where it is put into what nobody knows, somebody may help.
var storeThemes = []func(*gen){
	func(g *gen) {
		c := g.emit(prog.OpMake, prog.Int(0))
		g.putSomewhere(c)
		g.emit(prog.OpRecv, c)
	},
	func(g *gen) {
		c := g.ch()
		g.putSomewhere(c)
		g.do(prog.OpSend, c, prog.Int(1))
	},
	func(g *gen) { // unseen code calls it with an object of its own
		c := g.emit(prog.OpMake, prog.Int(0))
		f := g.b.Func("visit", 1, 1, 0)
		at := f.Slot("at")
		f.Emit(prog.OpField, at, prog.S(0)).Imm(g.pick(2))
		f.Emit(prog.OpStore, prog.NoSlot, prog.S(at), prog.S(1))
		f.Ret()
		v := g.emit(prog.OpClosure, c)
		g.lastImm(int(f.ID))
		g.do(prog.OpOpen, v)
		g.f.Func().Code[len(g.f.Func().Code)-1].Env = prog.EnvAll
		g.emit(prog.OpRecv, c)
	},
}

// putSomewhere stores c in an object, an element or under a key: of what nobody
// knows, or of an object of this goroutine.
func (g *gen) putSomewhere(c prog.Operand) {
	to := g.emit(prog.OpUnknown)
	if g.one(3) {
		to = g.emit(prog.OpNew)
		g.lastImm(int(g.private))
		to = g.emit(prog.OpField, to)
		g.lastImm(1)
		g.do(prog.OpStore, to, c)
		return
	}
	for range g.pick(3) {
		switch g.pick(3) {
		case 0:
			to = g.emit(prog.OpLoad, to)
		case 1:
			to = g.emit(prog.OpIndex, to, prog.Int(g.pick(2)))
		default:
			to = g.emit(prog.OpField, to)
			g.lastImm(g.pick(3))
		}
	}
	switch g.pick(4) {
	case 0:
		g.do(prog.OpMapSet, to, prog.Int(1), c)
	case 1:
		g.do(prog.OpStore, g.emit(prog.OpElem, to, prog.Int(0)), c)
	default:
		g.do(prog.OpStore, to, c)
	}
}
