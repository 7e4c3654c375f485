package skeleton

import (
	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/fact"
)

// This file follows what a needed instruction or function needs in turn.

// need makes instr part of the program, with what decides whether it runs and
// what it reads.
func (c *cone) need(instr ssa.Instruction) {
	if c.instrs[instr] || !c.exact(instr.Parent()) {
		return
	}
	c.instrs[instr] = true
	c.work = append(c.work, func() { c.needed(instr) })
}

// drain works the list off.
func (c *cone) drain() {
	for len(c.work) > 0 && len(c.instrs) <= maxCone {
		f := c.work[len(c.work)-1]
		c.work = c.work[:len(c.work)-1]
		f()
	}
}

// needed handles one instruction of the program.
func (c *cone) needed(instr ssa.Instruction) {
	c.needFunc(instr.Parent())
	c.needBlock(instr.Block())
	switch instr := instr.(type) {
	case *ssa.Store:
		c.value(instr.Addr)
		c.value(instr.Val)
	case *ssa.MapUpdate:
		c.value(instr.Map)
		c.value(instr.Key)
		c.value(instr.Value)
	case *ssa.Send:
		c.value(instr.Chan)
		c.sent(instr.Chan, instr.X)
	case *ssa.UnOp:
		c.value(instr.X)
	case *ssa.Select:
		for _, s := range instr.States {
			c.value(s.Chan)
			if s.Send != nil {
				c.sent(s.Chan, s.Send)
			}
		}
	case *ssa.MakeClosure:
		c.value(instr)
	case ssa.CallInstruction:
		c.neededCall(instr)
	case *ssa.Return:
		for i, r := range instr.Results {
			if c.rets[instr.Parent()][i] {
				c.value(r)
			}
		}
	}
}

// sent needs a value that goes through a channel if some receiver needs it or
// if it leads to a primitive.
func (c *cone) sent(ch, x ssa.Value) {
	l := c.ix.elemLoc(ch.Type())
	if c.locs[l] || c.reaches(x) || c.ix.flow.carries(x.Type()) {
		c.value(x)
	}
}

// needFunc makes fn a function of the program: all its calls in scope are
// needed, and so are its ways out that end more than the call.
func (c *cone) needFunc(fn *ssa.Function) {
	if c.funcs[fn] && c.instrs[firstInstr(fn)] {
		return
	}
	c.funcs[fn] = true
	c.instrs[firstInstr(fn)] = true
	for _, call := range c.ix.Callers(fn) {
		if c.scope[call.Parent()] {
			c.need(call)
		}
	}
	for _, call := range c.ix.lenders[fn] {
		if c.scope[call.Parent()] {
			c.need(call)
		}
	}
	for _, b := range fn.Blocks {
		if matchesNoCase(b) {
			continue
		}
		for _, instr := range b.Instrs {
			switch instr := instr.(type) {
			case *ssa.Panic, *ssa.RunDefers:
				c.need(instr)
			case ssa.CallInstruction:
				if e := c.ix.ends(instr.Common()); e == fact.EndsProcess || e == fact.EndsGoroutine || callsRecover(instr) {
					c.need(instr)
				}
				c.needRecovery(instr)
			}
		}
	}
}

// firstInstr marks a function as entered.
func firstInstr(fn *ssa.Function) ssa.Instruction { return fn.Blocks[0].Instrs[0] }

// needRecovery needs the deferred functions that may recover: they decide
// whether a panic ends the process.
func (c *cone) needRecovery(call ssa.CallInstruction) {
	if _, ok := call.(*ssa.Defer); !ok {
		return
	}
	for _, fn := range c.ix.Callees(call) {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if in, ok := instr.(ssa.CallInstruction); ok && callsRecover(in) {
					c.needFunc(fn)
				}
			}
		}
	}
}

// callsRecover reports whether call is recover().
func callsRecover(call ssa.CallInstruction) bool {
	b, ok := call.Common().Value.(*ssa.Builtin)
	return ok && b.Name() == "recover"
}

// needBlock needs the branches that decide whether b runs.
func (c *cone) needBlock(b *ssa.BasicBlock) {
	for _, d := range c.ix.control(b.Parent()).deps[b.Index] {
		c.needBranch(b.Parent().Blocks[d])
	}
}

// needBranch keeps the branch at the end of b.
func (c *cone) needBranch(b *ssa.BasicBlock) {
	if c.branch[b] || !c.exact(b.Parent()) {
		return
	}
	c.branch[b] = true
	c.work = append(c.work, func() {
		c.needFunc(b.Parent())
		c.needBlock(b)
		if f, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If); ok {
			c.value(f.Cond)
		}
	})
}

// neededCall handles a call, go or defer of the program.
func (c *cone) neededCall(call ssa.CallInstruction) {
	com := call.Common()
	if com.IsInvoke() || com.StaticCallee() == nil {
		c.value(com.Value)
	}
	if mc, ok := com.Value.(*ssa.MakeClosure); ok {
		c.value(mc)
	}
	if _, ok := com.Value.(*ssa.Builtin); ok {
		for _, a := range com.Args {
			c.value(a)
		}
		return
	}
	for _, fn := range c.ix.Callees(call) {
		if c.funcs[fn] {
			c.bindParams(call, fn)
		}
	}
	for _, l := range c.ix.lent[call] {
		if c.funcs[l.fn] {
			c.value(l.arg)
		}
	}
	callee := com.StaticCallee()
	outside := callee == nil || !c.ix.Own(callee) || c.keepers[origin(callee)] || !c.scope[origin(callee)]
	for i, a := range com.Args {
		if outside && (c.ix.flow.carries(a.Type()) || apiOf(calleeOf(com)) != apiNone) {
			c.value(com.Args[i])
		}
	}
}

// bindParams needs the arguments of the parameters that fn needs.
func (c *cone) bindParams(call ssa.CallInstruction, fn *ssa.Function) {
	for i, p := range fn.Params {
		if c.values[p] {
			c.argument(call, i)
		}
	}
}

// argument needs argument i of a call; the receiver of an interface call is 0.
func (c *cone) argument(call ssa.CallInstruction, i int) {
	com := call.Common()
	if com.IsInvoke() {
		if i == 0 {
			c.value(com.Value)
			return
		}
		i--
	}
	if i < len(com.Args) {
		c.value(com.Args[i])
	}
}
