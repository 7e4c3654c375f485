package endless

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// A CtxWait is a place where a function waits for the end of a context.
type CtxWait struct {
	// Ctx is the context, as a value of the function asked about: what a
	// parameter of a callee was given. Nil if it is not one of its values.
	Ctx ssa.Value
	At  ssa.Instruction // the receive, select or test of ctx.Err(), perhaps in a callee
}

// OnlyByCtx returns the waits for the end of a context that stand on every way
// out of fn: nothing else can end a goroutine that runs it. It returns none if
// there is another way out, or none at all.
//
// The graph is cut at each wait; when nothing that leaves the function is
// reached any more, the waits that were met are the only ways out.
func (j *Judge) OnlyByCtx(fn *ssa.Function) []CtxWait {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.onlyByCtx(fn)
}

// maxWaits bounds the waits on the ways out of one function; beyond, nobody
// knows.
const maxWaits = 64

// onlyByCtx is OnlyByCtx with the lock held. Functions that call each other are
// looked at together, in rounds, as component.go does.
func (j *Judge) onlyByCtx(fn *ssa.Function) []CtxWait {
	if waits, ok := j.waits[fn]; ok {
		return waits
	}
	j.of(fn)
	c := j.comp[fn]
	for _, member := range c.fns {
		j.waits[member] = nil
	}
	for range maxRounds {
		next := make([][]CtxWait, len(c.fns))
		changed := false
		for i, member := range c.fns {
			next[i] = j.cutAtWaits(member)
			changed = changed || len(next[i]) != len(j.waits[member])
		}
		for i, member := range c.fns {
			j.waits[member] = next[i]
		}
		if !changed || !c.recursive {
			break
		}
	}
	return j.waits[fn]
}

// cutAtWaits cuts the graph of one function.
func (j *Judge) cutAtWaits(fn *ssa.Function) []CtxWait {
	if len(fn.Blocks) == 0 || !j.of(fn).Returns {
		return nil
	}
	c := &cut{judge: j, flow: j.flow(fn), seen: make([]bool, len(fn.Blocks)), has: make(map[CtxWait]bool)}
	if c.escapes(fn.Blocks[0]) || len(c.waits) > maxWaits {
		return nil
	}
	return c.waits
}

// cut is a search for a way out that avoids the waits for contexts.
type cut struct {
	judge *Judge
	flow  *flow
	seen  []bool
	waits []CtxWait
	has   map[CtxWait]bool
}

// add notes a wait, once.
func (c *cut) add(w CtxWait) {
	if !c.has[w] {
		c.has[w] = true
		c.waits = append(c.waits, w)
	}
}

// escapes reports whether a way out can be reached from b.
func (c *cut) escapes(b *ssa.BasicBlock) bool {
	if c.seen[b.Index] {
		return false
	}
	c.seen[b.Index] = true
	for _, instr := range b.Instrs {
		if c.stops(instr) {
			return false
		}
	}
	if e := c.flow.exit[b.Index]; e == returns || e == ends || c.flow.mayEnd[b.Index] != 0 {
		return true
	}
	done := c.doneEdge(b)
	for _, s := range c.flow.succs(b) {
		if s == done {
			continue
		}
		if c.escapes(s) {
			return true
		}
	}
	return false
}

// stops reports whether control gets past instr only when a context has ended.
func (c *cut) stops(instr ssa.Instruction) bool {
	switch instr := instr.(type) {
	case *ssa.UnOp:
		if instr.Op == token.ARROW {
			if ctx := DoneOf(instr.X); ctx != nil {
				c.add(CtxWait{Ctx: ctx, At: instr})
				return true
			}
		}
	case *ssa.Call:
		fn := c.judge.callees.Local(instr.Call.StaticCallee())
		if fn == nil {
			return false
		}
		inner := c.judge.onlyByCtx(fn)
		for _, w := range inner {
			c.add(CtxWait{Ctx: argumentOf(instr, fn, w.Ctx), At: w.At})
		}
		return len(inner) > 0
	}
	return false
}

// argumentOf returns what the caller passes for v, a value of the callee: the
// argument of a parameter, or nil.
func argumentOf(call *ssa.Call, fn *ssa.Function, v ssa.Value) ssa.Value {
	if v == nil {
		return nil
	}
	p, ok := source(v).(*ssa.Parameter)
	if !ok || call.Call.IsInvoke() {
		return nil
	}
	for i, q := range fn.Params {
		if q == p && i < len(call.Call.Args) {
			return call.Call.Args[i]
		}
	}
	return nil
}

// doneEdge returns the successor of b that is taken only when a context has
// ended: the case of a select, or the side of a test of ctx.Err(). It returns
// nil if there is none.
func (c *cut) doneEdge(b *ssa.BasicBlock) *ssa.BasicBlock {
	test, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
	if !ok {
		return nil
	}
	cmp, ok := test.Cond.(*ssa.BinOp)
	if !ok || cmp.Op != token.EQL && cmp.Op != token.NEQ {
		return nil
	}
	if ctx, at := doneCase(cmp); ctx != nil {
		c.add(CtxWait{Ctx: ctx, At: at})
		return b.Succs[0]
	}
	if ctx := errOf(cmp.X); ctx != nil && isNil(cmp.Y) {
		c.add(CtxWait{Ctx: ctx, At: cmp})
		if cmp.Op == token.NEQ {
			return b.Succs[0]
		}
		return b.Succs[1]
	}
	return nil
}

// doneCase returns the context of the select case that cmp tests for, and the
// select.
func doneCase(cmp *ssa.BinOp) (ssa.Value, ssa.Instruction) {
	sel, i := caseOf(cmp)
	if sel == nil || sel.States[i].Dir != types.RecvOnly {
		return nil, nil
	}
	return DoneOf(sel.States[i].Chan), sel
}

// errOf returns the context whose Err v is, or nil.
func errOf(v ssa.Value) ssa.Value {
	call, ok := v.(*ssa.Call)
	if !ok {
		return nil
	}
	return ctxOf(&call.Call, "Err")
}

// isNil reports whether v is the constant nil.
func isNil(v ssa.Value) bool {
	c, ok := v.(*ssa.Const)
	return ok && c.IsNil()
}
