package skeleton

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/coretype"
)

// This file follows a needed value to what it is computed from.

// value needs a value wherever it comes from.
func (c *cone) value(v ssa.Value) {
	if v == nil || c.values[v] {
		return
	}
	switch v.(type) {
	case *ssa.Const, *ssa.Builtin:
		return
	}
	c.values[v] = true
	c.work = append(c.work, func() { c.source(v) })
}

// source needs what v is computed from.
func (c *cone) source(v ssa.Value) {
	switch v := v.(type) {
	case *ssa.Parameter:
		c.sourceParam(v)
		return
	case *ssa.FreeVar:
		c.sourceFreeVar(v)
		return
	case *ssa.Global:
		c.loc(loc{value: v})
		return
	case *ssa.Function:
		return
	}
	instr, ok := v.(ssa.Instruction)
	if !ok {
		return
	}
	c.need(instr)
	if k, ok := c.ix.asksAbout(instr); ok {
		c.sized[k.source] = c.sized[k.source] || k.danger <= ofIndex
		if len(c.ix.checks[k]) > 0 {
			c.askedOf = append(c.askedOf, k)
		}
	}
	switch v := v.(type) {
	case *ssa.Phi:
		c.sourcePhi(v)
	case *ssa.Call:
		c.sourceCall(v, 0)
	case *ssa.Extract:
		c.sourceExtract(v)
	case *ssa.MakeClosure:
		fn := v.Fn.(*ssa.Function)
		for i, b := range v.Bindings {
			if i < len(fn.FreeVars) && (c.values[fn.FreeVars[i]] || c.reaches(b)) {
				c.value(b)
			}
		}
	default:
		c.sourceOperands(instr)
	}
}

// sourceOperands follows a value to its operands, and to the memory that it
// reads.
func (c *cone) sourceOperands(instr ssa.Instruction) {
	for _, op := range instr.Operands(nil) {
		if *op != nil {
			c.value(*op)
		}
	}
	switch v := instr.(type) {
	case *ssa.UnOp:
		switch v.Op {
		case token.MUL:
			c.loads(v.X)
		case token.ARROW:
			c.loc(c.ix.elemLoc(v.X.Type()))
		}
	case *ssa.Lookup:
		c.loc(c.ix.elemLoc(v.X.Type()))
	case *ssa.Index:
		c.loc(c.ix.elemLoc(v.X.Type()))
	case *ssa.Next:
		if r, ok := v.Iter.(*ssa.Range); ok {
			c.loc(c.ix.elemLoc(r.X.Type()))
		}
	case *ssa.Field:
		c.loc(loc{field: coretype.Field(v.X.Type(), v.Field)})
	}
}

// sourceParam needs a parameter at every call in scope.
func (c *cone) sourceParam(p *ssa.Parameter) {
	fn := p.Parent()
	for i, q := range fn.Params {
		if q != p {
			continue
		}
		for _, call := range c.ix.Callers(fn) {
			if c.scope[call.Parent()] {
				c.need(call)
				c.argument(call, i)
			}
		}
	}
}

// sourceFreeVar needs a captured variable where closures are made.
func (c *cone) sourceFreeVar(fv *ssa.FreeVar) {
	fn := fv.Parent()
	for i, q := range fn.FreeVars {
		if q != fv {
			continue
		}
		for _, mc := range c.ix.closures[fn] {
			if c.scope[mc.Parent()] {
				c.value(mc)
				if i < len(mc.Bindings) {
					c.value(mc.Bindings[i])
				}
			}
		}
	}
}

// sourcePhi needs the edges of a φ and the branches that choose among them.
func (c *cone) sourcePhi(v *ssa.Phi) {
	for i, e := range v.Edges {
		c.value(e)
		pred := v.Block().Preds[i]
		c.needBlock(pred)
		if len(pred.Succs) > 1 {
			c.needBranch(pred)
		}
	}
}

// sourceExtract needs a component of a tuple.
func (c *cone) sourceExtract(v *ssa.Extract) {
	if call, ok := v.Tuple.(*ssa.Call); ok {
		c.values[call] = true
		c.need(call)
		c.sourceCall(call, v.Index)
		return
	}
	c.value(v.Tuple)
	if sel, ok := v.Tuple.(*ssa.Select); ok {
		for _, s := range sel.States {
			if s.Dir == types.RecvOnly && v.Index >= 2 {
				c.loc(c.ix.elemLoc(s.Chan.Type()))
			}
		}
	}
}

// sourceCall needs result i of what a call may run.
func (c *cone) sourceCall(call *ssa.Call, i int) {
	if b, ok := call.Call.Value.(*ssa.Builtin); ok {
		c.sourceBuiltin(call, b)
		return
	}
	for _, fn := range c.ix.Callees(call) {
		c.needResult(fn, i)
	}
	switch a := apiOf(calleeOf(&call.Call)); {
	case a == apiNone && !c.ix.isPure(&call.Call), a == apiNothing:
	default:
		for _, a := range call.Call.Args {
			c.value(a)
		}
		if call.Call.IsInvoke() {
			c.value(call.Call.Value)
		}
	}
	if a := apiOf(calleeOf(&call.Call)); a == apiAtomicLoad || a == apiAtomicAdd || a == apiAtomicSwap || a == apiAtomicCAS {
		c.loads(call.Call.Args[0])
	}
}

// sourceBuiltin needs what the result of a builtin is computed from.
func (c *cone) sourceBuiltin(call *ssa.Call, b *ssa.Builtin) {
	for _, a := range call.Call.Args {
		c.value(a)
	}
	if b.Name() == "len" {
		if _, ok := coretype.Of(call.Call.Args[0].Type()).(*types.Map); ok {
			c.loc(c.ix.elemLoc(call.Call.Args[0].Type()))
		}
	}
}

// needResult needs result i of fn at every return.
func (c *cone) needResult(fn *ssa.Function, i int) {
	if c.rets[fn] == nil {
		c.rets[fn] = map[int]bool{}
	}
	if c.rets[fn][i] {
		return
	}
	if !c.follow(fn, i) {
		if c.free[fn] == nil {
			c.free[fn] = map[int]bool{}
		}
		c.free[fn][i] = true
		return
	}
	c.rets[fn][i] = true
	c.needFunc(fn)
	for _, b := range fn.Blocks {
		if r, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok && i < len(r.Results) {
			c.need(r)
			c.value(r.Results[i])
		}
	}
}

// loads needs the memory that a load through p reads.
func (c *cone) loads(p ssa.Value) {
	for _, l := range c.ix.locsOf(p) {
		c.loc(l)
	}
}

// loc needs the stores to a location.
func (c *cone) loc(l loc) {
	if l == (loc{}) || c.locs[l] {
		return
	}
	c.locs[l] = true
	for _, s := range c.ix.stores[l] {
		if c.below(s.Parent()) {
			c.volatile[l] = true
		}
		if !c.scope[s.Parent()] {
			continue
		}
		if !c.exact(s.Parent()) {
			c.volatile[l] = true
			continue
		}
		c.need(s)
		switch s := s.(type) { // the value may not have been needed before
		case *ssa.Send:
			c.value(s.X)
		case *ssa.Select:
			for _, st := range s.States {
				if st.Send != nil {
					c.value(st.Send)
				}
			}
		}
	}
}

// storesAt returns the stores in scope to a location.
func (c *cone) storesAt(l loc) (in []ssa.Instruction) {
	for _, s := range c.ix.stores[l] {
		if c.scope[s.Parent()] {
			in = append(in, s)
		}
	}
	return in
}
