package leaks

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/coretype"
	"github.com/leaklint/leaklint/internal/explore"
	"github.com/leaklint/leaklint/internal/explore/prog"
	"github.com/leaklint/leaklint/internal/fact"
	"github.com/leaklint/leaklint/internal/known"
	"github.com/leaklint/leaklint/internal/skeleton"
)

// This file judges leaks in tests by tests that pass. What a test leaves behind
// that fails anyway is of little interest, and so is what it would leave behind
// if a peer did more than the test asks it to.

// failsTest reports whether an assumption is that a branch, or a case of a
// select, leads to a failure of the test: t.Error, or an assertion that has said
// so.
func failsTest(u *skeleton.Unit, a explore.Assumption) bool {
	switch instr := source(u, a.Site).(type) {
	case *ssa.If:
		if a.Outcome > 1 {
			return false
		}
		return a.Outcome == 1 && isAssertion(instr.Cond) || blockFails(u, instr.Block().Succs[a.Outcome])
	case *ssa.Select:
		for i, s := range instr.States {
			if s.Dir == types.RecvOnly && isEnd(s.Chan, a.Kind) {
				b := caseBlock(instr, i)
				return b != nil && blockFails(u, b)
			}
		}
	}
	return false
}

// isEnd reports whether a case waits for what the assumption says has come: a
// timer, or the end of a context.
func isEnd(ch ssa.Value, kind prog.Assume) bool {
	switch kind {
	case prog.AssumeTimer:
		named, ok := elem(ch).(*types.Named)
		return ok && named.Obj().Name() == "Time" && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == "time"
	case prog.AssumeCtxEnds:
		call, ok := ch.(*ssa.Call)
		return ok && call.Call.IsInvoke() && known.IsContext(call.Call.Value.Type())
	}
	return false
}

// blockFails reports whether a call in the block makes the test fail, or ends
// it.
func blockFails(u *skeleton.Unit, b *ssa.BasicBlock) bool {
	return u.Index.EndsGoroutine(b) || slices.ContainsFunc(b.Instrs, func(instr ssa.Instruction) bool {
		call, ok := instr.(*ssa.Call)
		if !ok {
			return false
		}
		fn := callee(&call.Call)
		if fn == nil {
			return false
		}
		api, ok := known.Lookup(fn)
		return ok && api.FailsTest
	})
}

// callee returns the function or method that a call names, nil for a value.
func callee(com *ssa.CallCommon) *types.Func {
	if com.IsInvoke() {
		return com.Method
	}
	if fn := com.StaticCallee(); fn != nil {
		obj, _ := fn.Object().(*types.Func)
		return obj
	}
	return nil
}

// isAssertion reports whether a condition is what a check said that was given
// the test to report to, as those of testify do.
func isAssertion(cond ssa.Value) bool {
	call, ok := cond.(*ssa.Call)
	if !ok || call.Call.Signature().Results().Len() != 1 {
		return false
	}
	for p := range call.Call.Signature().Params().Variables() {
		if m, _, _ := types.LookupFieldOrMethod(p.Type(), true, nil, "Errorf"); m != nil {
			return true
		}
	}
	return false
}

// caseBlock returns the block of a case of a select, nil if SSA has none for it.
func caseBlock(sel *ssa.Select, i int) *ssa.BasicBlock {
	for b := sel.Block(); ; {
		branch, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
		if !ok {
			return nil
		}
		cmp, ok := branch.Cond.(*ssa.BinOp)
		if !ok || cmp.Op != token.EQL {
			return nil
		}
		x, ok := cmp.X.(*ssa.Extract)
		k, isConst := cmp.Y.(*ssa.Const)
		if !ok || !isConst || x.Tuple != ssa.Value(sel) || x.Index != 0 {
			return nil
		}
		if k.Int64() == int64(i) {
			return b.Succs[0]
		}
		b = b.Succs[1]
	}
}

// oneMorePeer reports whether an assumption is that a call which waits for
// somebody else to connect, or to write, succeeds.
func oneMorePeer(u *skeleton.Unit, a explore.Assumption) bool {
	branch, ok := source(u, a.Site).(*ssa.If)
	if !ok || a.Kind != prog.AssumeError || !isNilOutcome(u, a) {
		return false
	}
	x, ok := branch.Cond.(*ssa.BinOp).X.(*ssa.Extract)
	if !ok {
		return false
	}
	call, ok := x.Tuple.(*ssa.Call)
	if !ok || callee(&call.Call) == nil || u.Index.Know == nil {
		return false
	}
	f, ok := u.Index.Know(callee(&call.Call))
	return ok && f.Blocks != nil && (f.Blocks.Why == fact.Accepting || f.Blocks.Why == fact.Reading)
}

// toldToFail reports whether op sends what makes the test fail: it is sent in a
// certain case only, and every receiver of the channel fails with whatever it
// gets.
func toldToFail(u *skeleton.Unit, op *explore.Blocked, assumed []explore.Assumption) bool {
	if op == nil || !slices.ContainsFunc(assumed, func(a explore.Assumption) bool { return decides(source(u, a.Site), source(u, op.At)) }) {
		return false
	}
	if op.Op != prog.OpSend || len(op.On) == 0 || op.On[0].Kind != explore.Chan {
		return false
	}
	receives := 0
	for _, use := range u.Index.OpsOn(source(u, op.On[0].Made)) {
		switch instr := use.Instr.(type) {
		case *ssa.UnOp:
			receives++
			if !blockFails(u, instr.Block()) {
				return false
			}
		case *ssa.Select:
			for i, s := range instr.States {
				if s.Dir != types.RecvOnly || !types.Identical(elem(s.Chan), elemOf(source(u, op.On[0].Made))) {
					continue
				}
				receives++
				if b := caseBlock(instr, i); b == nil || !blockFails(u, b) {
					return false
				}
			}
		}
	}
	return receives > 0
}

// decides reports whether a branch or select stands on the way to an operation
// of the same function.
func decides(from, to ssa.Instruction) bool {
	return from != nil && to != nil && from.Parent() == to.Parent() && from.Block() != to.Block() && from.Block().Dominates(to.Block())
}

// elemOf returns the element type of the channel that an instruction makes.
func elemOf(made ssa.Instruction) types.Type {
	if mk, ok := made.(*ssa.MakeChan); ok {
		return elem(mk)
	}
	return types.Typ[types.Invalid]
}

// elem returns the element type of a channel.
func elem(ch ssa.Value) types.Type { return coretype.Of(ch.Type()).(*types.Chan).Elem() }
