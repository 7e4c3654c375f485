package obligation

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/fact"
	"github.com/leaklint/leaklint/internal/known"
	"github.com/leaklint/leaklint/internal/paths"
	"github.com/leaklint/leaklint/internal/site"
	"github.com/leaklint/leaklint/internal/valueflow"
)

// DeferredInLoop returns the first deferred release that shares a loop without
// bound with the call that made the handle, and what ends that loop; NoLoop if
// there is none.
func (v Verdict) DeferredInLoop(made ssa.CallInstruction) (*ssa.Defer, paths.LoopKind) {
	for _, d := range v.Deferred {
		if d.Parent() != made.Parent() {
			continue
		}
		if kind := paths.Loop(made.Block(), d.Block(), recurs); kind != paths.NoLoop {
			return d, kind
		}
	}
	return nil, paths.NoLoop
}

// EachTurn reports whether every way from the call that makes the handle round to
// that call again releases the handle before it gets there, or hands it on: what
// is deferred only repeats that. (A timer that has fired in each turn still piles
// up the deferred calls.)
func (c *Checker) EachTurn(h Handle) bool {
	h.Over, h.OverIf = nil, nil
	t := &trace{Checker: c, handle: h, flow: valueflow.From(h.Value), verdict: &Verdict{}}
	t.turns = h.Value.Parent()
	c.until = min(c.used+visitsPerHandle, visitsPerPackage)
	res := t.search(t.turns, paths.Search{Start: h.Made, Tracked: h.Value, Watch: t.watch})
	return res.Settled && !res.Truncated && !slices.ContainsFunc(res.Ends, func(e paths.End) bool { return e.Kind == paths.Again })
}

// comesLater reports whether a call is deferred to the end of the function of
// which only the turns of its loops are looked at.
func (t *trace) comesLater(call ssa.CallInstruction) bool {
	_, ok := call.(*ssa.Defer)
	return ok && call.Parent() == t.turns
}

// recurs reports whether values can arrive on a channel again and again: on
// that of a timer one does, unless the timer is made or set again, and on one
// that a request carries, with room for one, the answer.
func recurs(ch ssa.Value) bool {
	switch ch := ch.(type) {
	case *ssa.Call:
		return !makesTimer(ch) || paths.InLoop(ch.Block())
	case *ssa.MakeChan:
		return !takesAnswer(ch) || paths.InLoop(ch.Block())
	case *ssa.UnOp:
		field, ok := ch.X.(*ssa.FieldAddr)
		return !ok || !known.IsTimer(field.X.Type()) || setAgain(field.X, ch.Parent())
	}
	return true
}

// takesAnswer reports whether a channel has room for one value, and is known to
// nobody but those who receive a message that holds it.
func takesAnswer(ch *ssa.MakeChan) bool {
	size, ok := ch.Size.(*ssa.Const)
	if !ok || size.Int64() != 1 {
		return false
	}
	carried := false
	for _, u := range valueflow.From(ch).Uses {
		switch {
		case u.Kind == valueflow.Sent && u.Inside:
			carried = true
		case u.Kind != valueflow.Read && u.Kind != valueflow.Tested:
			return false
		}
	}
	return carried
}

// makesTimer reports whether the call returns the channel of a new timer, as
// that of time.After does.
func makesTimer(call *ssa.Call) bool {
	callee := site.Callee(call)
	if callee == nil {
		return false
	}
	api, ok := known.Lookup(callee)
	return ok && slices.ContainsFunc(api.Results, func(r fact.ResultFact) bool { return r.Kind == fact.FreshTimer })
}

// setAgain reports whether fn makes a timer in a loop, or may set it again when
// it has gone off.
func setAgain(timer ssa.Value, fn *ssa.Function) bool {
	if made, ok := timer.(*ssa.Call); ok && paths.InLoop(made.Block()) {
		return true
	}
	for call := range valueflow.Calls(fn) {
		if calls(call, "Reset", timer) && !afterStop(call, timer) {
			return true
		}
	}
	return false
}

// calls reports whether instr calls the method of the timer.
func calls(instr ssa.Instruction, method string, timer ssa.Value) bool {
	call, ok := instr.(ssa.CallInstruction)
	if !ok {
		return false
	}
	fn, args := call.Common().StaticCallee(), call.Common().Args
	return fn != nil && fn.Name() == method && len(args) > 0 && sameValue(args[0], timer)
}

// afterStop reports whether every way to a call of Reset has come through a Stop
// of the timer that answered true, with no other Reset since: the timer had not
// gone off, so that what its channel delivers stays one value.
func afterStop(reset ssa.CallInstruction, timer ssa.Value) bool {
	if _, ok := reset.(*ssa.Call); !ok {
		return false // deferred or on a new goroutine: it runs at another time
	}
	sets := func(instr ssa.Instruction) bool { return calls(instr, "Reset", timer) }
	first := reset.Block()
	if slices.ContainsFunc(first.Instrs[:slices.Index(first.Instrs, ssa.Instruction(reset))], sets) {
		return false
	}
	seen := make(map[*ssa.BasicBlock]bool)
	for work := []*ssa.BasicBlock{first}; len(work) > 0; {
		b := work[len(work)-1]
		work = work[:len(work)-1]
		if len(b.Preds) == 0 {
			return false // the way from the start
		}
		for _, p := range b.Preds {
			if seen[p] || stopped(p, b, timer) {
				continue
			}
			if slices.ContainsFunc(p.Instrs, sets) {
				return false
			}
			seen[p] = true
			work = append(work, p)
		}
	}
	return true
}

// stopped reports whether control goes from p to b only if a Stop of the timer
// has answered true.
func stopped(p, b *ssa.BasicBlock, timer ssa.Value) bool {
	br, ok := p.Instrs[len(p.Instrs)-1].(*ssa.If)
	if !ok || p.Succs[0] != b || p.Succs[1] == b {
		return false
	}
	stop, ok := br.Cond.(*ssa.Call)
	if !ok || stop.Block() != p || !calls(stop, "Stop", timer) {
		return false
	}
	since := p.Instrs[slices.Index(p.Instrs, ssa.Instruction(stop)):]
	return !slices.ContainsFunc(since, func(instr ssa.Instruction) bool { return calls(instr, "Reset", timer) })
}

// sameValue reports whether a and b are one value, or loads of one variable.
func sameValue(a, b ssa.Value) bool {
	if a == b {
		return true
	}
	x, ok := a.(*ssa.UnOp)
	y, also := b.(*ssa.UnOp)
	return ok && also && x.Op == y.Op && x.X == y.X
}
