package spawn

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// countAll computes how often each function can run: the least fixed point of
// the join over its callers. The lattice has four points, so every function
// changes at most three times.
func (g *graph) countAll() {
	g.findCycles()
	for _, fn := range g.funcs {
		c := count{g.rootCount(fn), fn}
		if g.handler[fn] || g.public[fn] && !g.inTest(fn) {
			c.times = many
		} else if g.unseen[fn] {
			c.times = max(c.times, g.unseenCount(fn))
		}
		g.counts[fn] = c
	}
	g.countMethodsSeenOutside()
	for changed := true; changed; {
		changed = false
		for _, fn := range g.funcs {
			for _, e := range g.callers[fn] {
				if t := g.edgeTimes(e); t > g.counts[fn].times {
					g.counts[fn] = count{t, g.counts[e.caller].root}
					changed = true
				}
			}
		}
	}
}

// unseenCount says how often a function is called by code it is handed to.
func (g *graph) unseenCount(fn *ssa.Function) times {
	if g.inTest(fn) {
		return never // t.Run and its like run it on behalf of the test
	}
	return unknown
}

// countMethodsSeenOutside marks the methods of package main that code outside
// can call because their receiver becomes an interface of another package.
// Elsewhere exported methods count already, and unexported ones can't be
// called from outside.
func (g *graph) countMethodsSeenOutside() {
	if g.pkg.Pkg.Name() != "main" {
		return
	}
	for _, fn := range g.funcs {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if mk, ok := instr.(*ssa.MakeInterface); ok {
					g.seenAs(mk.X.Type(), mk.Type())
				}
			}
		}
	}
}

// seenAs marks the methods through which an interface of another package
// reaches values of type t.
func (g *graph) seenAs(t, iface types.Type) {
	if n, ok := types.Unalias(iface).(*types.Named); ok && n.Obj().Pkg() == g.pkg.Pkg {
		return
	}
	it, ok := iface.Underlying().(*types.Interface)
	if !ok {
		return
	}
	for i := range it.NumMethods() {
		obj, _, _ := types.LookupFieldOrMethod(t, true, g.pkg.Pkg, it.Method(i).Name())
		m, ok := obj.(*types.Func)
		if !ok {
			continue
		}
		if fn := g.local(g.pkg.Prog.FuncValue(m.Origin())); fn != nil && g.counts[fn].times < unknown {
			g.counts[fn] = count{unknown, fn}
		}
	}
}

// edgeTimes says how often a function runs because of e.
func (g *graph) edgeTimes(e edge) times {
	t := g.counts[e.caller].times
	if t == never {
		return never
	}
	if g.guarded(e) {
		return once
	}
	if t == once {
		t = max(t, e.forced)
	}
	if g.repeated(e.at) || e.exec != nil && e.exec != e.at && g.repeated(e.exec) || g.recursive(e) {
		return many
	}
	if e.exec != nil && e.exec != e.at && g.counts[e.exec.Parent()].times == once {
		return once // a starter that works only once
	}
	return t
}

// guarded reports whether e happens at most once in a process: under a Once or
// a flag of which a process has only one.
func (g *graph) guarded(e edge) bool {
	if e.once != nil && g.isWide(e.once) {
		return true
	}
	return g.flagged(e.at) || e.exec != nil && e.exec != e.at && g.flagged(e.exec)
}

// repeated reports whether instr lies in a loop that nothing bounds.
func (g *graph) repeated(instr ssa.Instruction) bool {
	fn := instr.Parent()
	l := g.loops[fn]
	if l == nil {
		l = findLoops(fn)
		g.loops[fn] = l
	}
	return l.unbounded[instr.Block()]
}

// findCycles finds recursion among calls with one possible callee.
func (g *graph) findCycles() {
	succs := make([][]int, len(g.funcs))
	for i, fn := range g.funcs {
		for _, e := range g.callers[fn] {
			if j, ok := g.index[e.caller]; ok && !isInvoke(e.at) {
				succs[i] = append(succs[i], j)
			}
		}
	}
	comp := components(len(g.funcs), func(i int, visit func(int)) {
		for _, j := range succs[i] {
			visit(j)
		}
	})
	size := make(map[int]int)
	for i := range g.funcs {
		size[comp[i]]++
	}
	g.cycles = make(map[*ssa.Function]int)
	for i, fn := range g.funcs {
		if size[comp[i]] > 1 {
			g.cycles[fn] = comp[i]
		}
	}
}

// isInvoke reports whether instr is a call of an interface method.
func isInvoke(instr ssa.Instruction) bool {
	call, ok := instr.(ssa.CallInstruction)
	return ok && call.Common().IsInvoke()
}

// recursive reports whether e is part of a recursion.
func (g *graph) recursive(e edge) bool {
	if isInvoke(e.at) {
		return false
	}
	call, ok := e.at.(ssa.CallInstruction)
	if !ok {
		return false
	}
	to := g.local(call.Common().StaticCallee())
	c, ok := g.cycles[e.caller]
	return to == e.caller || ok && to != nil && g.cycles[to] == c
}

// flagged reports whether instr runs only under a test of a package variable
// that the function sets on the same way: a Once written by hand.
func (g *graph) flagged(instr ssa.Instruction) bool {
	for b := instr.Block(); b.Idom() != nil; b = b.Idom() {
		test, ok := b.Idom().Instrs[len(b.Idom().Instrs)-1].(*ssa.If)
		if !ok || len(b.Preds) != 1 {
			continue
		}
		if v := testedGlobal(test.Cond); v != nil && storesUnder(v, b) {
			return true
		}
	}
	return false
}

// testedGlobal returns the package variable that cond tests for nil, zero,
// false, or by CompareAndSwap or Swap.
func testedGlobal(cond ssa.Value) *ssa.Global {
	switch cond := cond.(type) {
	case *ssa.Global:
		return cond
	case *ssa.UnOp:
		return testedGlobal(cond.X)
	case *ssa.BinOp:
		if _, ok := cond.Y.(*ssa.Const); ok {
			return testedGlobal(cond.X)
		}
	case *ssa.Call:
		if fn := cond.Call.StaticCallee(); fn != nil && fn.Pkg != nil && fn.Pkg.Pkg.Path() == "sync/atomic" && len(cond.Call.Args) > 0 {
			return testedGlobal(cond.Call.Args[0])
		}
	}
	return nil
}

// storesUnder reports whether v is stored to in a block that b dominates, or is
// swapped by the test itself.
func storesUnder(v *ssa.Global, b *ssa.BasicBlock) bool {
	for _, at := range b.Parent().Blocks {
		for _, instr := range at.Instrs {
			switch instr := instr.(type) {
			case *ssa.Store:
				if instr.Addr == v && b.Dominates(at) {
					return true
				}
			case *ssa.Call:
				fn := instr.Call.StaticCallee()
				if fn != nil && fn.Pkg != nil && fn.Pkg.Pkg.Path() == "sync/atomic" && len(instr.Call.Args) > 1 && instr.Call.Args[0] == v {
					return true
				}
			}
		}
	}
	return false
}
