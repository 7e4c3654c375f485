package noctxcancel

import (
	"go/token"
	"go/types"
	"slices"
	"strconv"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/fact"
	"github.com/leaklint/leaklint/internal/known"
	"github.com/leaklint/leaklint/internal/obligation"
	"github.com/leaklint/leaklint/internal/paths"
	"github.com/leaklint/leaklint/internal/site"
	"github.com/leaklint/leaklint/internal/valueflow"
)

// over tells when nothing is left to release: the context or an ancestor of it
// is done, the call that made the handle failed, or a pulled sequence has ended.
type over struct {
	call ssa.CallInstruction
	done []*valueflow.Flow // where the context and its parent flow
	next *valueflow.Flow   // where the next function of an iterator flows
	with []fact.ResultFact // bool results that tell whether there is a handle

	judge *judge
}

// newOver prepares the questions about r.
func (j *judge) newOver(r obligation.Made) *over {
	o := &over{call: r.Call, judge: j}
	if f, ok := j.sum.Func(site.Callee(r.Call)); ok {
		o.with = slices.DeleteFunc(f.ResultsOf(r.Index), func(f fact.ResultFact) bool { return f.Kind != fact.GivenWith })
	}
	switch r.Of {
	case "iter.Pull", "iter.Pull2":
		if r.With != nil {
			o.next = valueflow.From(r.With)
		}
		return o
	}
	if r.With != nil {
		o.done = append(o.done, valueflow.From(r.With))
	}
	for _, arg := range r.Call.Common().Args {
		if known.IsContext(arg.Type()) {
			o.done = append(o.done, valueflow.From(arg))
		}
	}
	return o
}

// at reports whether instr ends only when the context is done.
func (o *over) at(instr ssa.Instruction, home *ssa.Function) bool {
	switch instr := instr.(type) {
	case *ssa.UnOp:
		return instr.Op == token.ARROW && o.isDone(instr.X, home)
	case *ssa.Call:
		return o.awaits(instr, home)
	}
	return false
}

// awaits reports whether a call gives the context, or what ends when it does, to
// a function of this package that returns only when it is done.
func (o *over) awaits(call *ssa.Call, home *ssa.Function) bool {
	fn := call.Call.StaticCallee()
	if fn == nil || len(fn.Blocks) == 0 {
		return false
	}
	for i, arg := range call.Call.Args {
		if !known.IsContext(arg.Type()) || i >= len(fn.Params) {
			continue
		}
		ends := o.isContext(arg, home) || slices.ContainsFunc(o.done, func(f *valueflow.Flow) bool { return endsAs(arg, f) })
		if ends && o.waitedForBy(fn.Params[i]) {
			return true
		}
	}
	return false
}

// waitedForBy reports whether the function of a parameter that is a context
// returns only when that is done.
func (o *over) waitedForBy(ctx *ssa.Parameter) bool {
	waits, asked := o.judge.awaited[ctx]
	if !asked {
		o.judge.awaited[ctx] = false // recursion: in doubt it does not
		in := &over{call: o.call, done: []*valueflow.Flow{valueflow.From(ctx)}, judge: o.judge}
		result := in.search(ctx.Parent(), nil)
		waits = result.Settled && !result.Truncated && len(result.Ends) == 0
		o.judge.awaited[ctx] = waits
	}
	return waits
}

// search looks for ways out of fn, after start if that is not nil, on which
// something may be left to release.
func (o *over) search(fn *ssa.Function, start ssa.Instruction) paths.Result {
	settledIf := func(b bool) paths.Effect {
		if b {
			return paths.Settled
		}
		return paths.Continue
	}
	s := paths.Search{
		Fn:    fn,
		Start: start,
		Step: func(st *paths.State, instr ssa.Instruction) paths.Effect {
			return settledIf(st.Armed() && o.at(instr, fn))
		},
		Branch: func(_ *paths.State, cond ssa.Value, then bool) paths.Effect {
			return settledIf(o.onBranch(cond, then, fn))
		},
		NoReturn: func(call ssa.CallInstruction) bool {
			callee := site.Callee(call)
			return callee != nil && o.judge.sum.NeverReturns(callee)
		},
	}
	return s.Run()
}

// onBranch reports whether the side of the branch is only taken when nothing
// is left to release.
func (o *over) onBranch(cond ssa.Value, then bool, home *ssa.Function) bool {
	switch c := cond.(type) {
	case *ssa.BinOp:
		if c.Op != token.EQL && c.Op != token.NEQ {
			return false
		}
		equal := (c.Op == token.EQL) == then
		return o.selected(c, equal, home) || o.ended(c, equal, home) || o.failed(c, equal)
	case *ssa.Extract: // _, ok := next(), or ctx, cancel, ok := start()
		if o.without(c, then) {
			return true
		}
		call, ok := c.Tuple.(*ssa.Call)
		return ok && !then && o.next != nil && o.next.Is(call.Call.Value) && c.Index == call.Type().(*types.Tuple).Len()-1
	case *ssa.UnOp:
		if c.Op == token.NOT {
			return o.onBranch(c.X, !then, home)
		}
	}
	return false
}

// selected reports whether c is the test for the select case that receives
// from Done.
func (o *over) selected(c *ssa.BinOp, equal bool, home *ssa.Function) bool {
	if !equal {
		return false
	}
	s := paths.Selected(c)
	return s != nil && s.Dir == types.RecvOnly && o.isDone(s.Chan, home)
}

// ended reports whether c finds that ctx.Err() is not nil.
func (o *over) ended(c *ssa.BinOp, equal bool, home *ssa.Function) bool {
	call, ok := c.X.(*ssa.Call)
	k, isConst := c.Y.(*ssa.Const)
	if !ok || !isConst || k.Value != nil || equal {
		return false
	}
	return call.Call.IsInvoke() && call.Call.Method.Name() == "Err" && o.isContext(call.Call.Value, home)
}

// failed reports whether c finds that the call that made the handle returned
// an error: then there is no handle.
func (o *over) failed(c *ssa.BinOp, equal bool) bool {
	e, ok := c.X.(*ssa.Extract)
	k, isConst := c.Y.(*ssa.Const)
	return ok && isConst && k.Value == nil && !equal && ssa.Instruction(o.call) == e.Tuple.(ssa.Instruction) && isError(e.Type())
}

// without reports whether c, a result of the call that made the handle, says
// that there is none.
func (o *over) without(c *ssa.Extract, truth bool) bool {
	return c.Tuple == o.call.Value() && slices.ContainsFunc(o.with, func(f fact.ResultFact) bool {
		return f.N == c.Index && f.Of != strconv.FormatBool(truth)
	})
}

// isDone reports whether ch is the Done channel of the context or an ancestor.
func (o *over) isDone(ch ssa.Value, home *ssa.Function) bool {
	call, ok := ch.(*ssa.Call)
	return ok && call.Call.IsInvoke() && call.Call.Method.Name() == "Done" && o.isContext(call.Call.Value, home)
}

// isContext reports whether v is the context or an ancestor of it. In another
// function than the one that made it, any context is taken to be one.
func (o *over) isContext(v ssa.Value, home *ssa.Function) bool {
	if !known.IsContext(v.Type()) {
		return false
	}
	instr, ok := v.(ssa.Instruction)
	if fn := v.Parent(); ok && instr.Parent() != home || fn != home {
		return true
	}
	for _, f := range o.done {
		if f.Is(v) {
			return true
		}
	}
	return false
}

// isError reports whether t is error.
func isError(t types.Type) bool { return types.Identical(t, types.Universe.Lookup("error").Type()) }
