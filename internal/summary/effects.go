package summary

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/fact"
	"github.com/leaklint/leaklint/internal/lazyssa"
)

// A key is what an effect does, to what, when: all of fact.Effect but the
// bounds, in the refs of a family.
type key struct {
	op    fact.Op
	on    ref
	where fact.Where
	to    ref
	by    ref
}

// bounds are the lower and upper bound of an effect.
type bounds struct{ lo, hi uint8 }

// once is what an instruction does that is executed once.
var once = bounds{1, 1}

// times multiplies bounds: an effect of a call that happens so often.
func (b bounds) times(c bounds) bounds {
	return bounds{uint8(min(int(b.lo)*int(c.lo), maxLo)), saturate(int(b.hi) * int(c.hi))}
}

// maxLo is where lower bounds stop counting.
const maxLo = 8

// saturate cuts an upper bound at Many; a product with Many is Many or zero.
func saturate(n int) uint8 { return uint8(min(n, fact.Many)) }

// An event is an effect of one instruction.
type event struct {
	key
	bounds
	block *ssa.BasicBlock
}

// An effect is an effect of a function, over all its paths.
type effect struct {
	key
	bounds
}

// A scan collects the events of one function of a family.
type scan struct {
	*family
	fn     *ssa.Function
	block  *ssa.BasicBlock
	events []event
}

// maxEffects is the number of effects of one function beyond which its summary
// is opaque.
const maxEffects = 160

// summarize returns the effects of fn, a function of the family whose inner
// literals are summarised already. It reports false over budget.
func (f *family) summarize(fn *ssa.Function) ([]effect, bool) {
	sc := &scan{family: f, fn: fn, events: f.s.events[:0]}
	for _, b := range fn.Blocks {
		sc.block = b
		for _, instr := range b.Instrs {
			sc.instr(instr)
		}
	}
	sc.escapedLiterals()
	f.s.events = sc.events
	return sc.bound()
}

// add adds an event on every place that v may be.
func (sc *scan) add(op fact.Op, v ssa.Value, k key, n bounds) {
	sc.addValues(op, sc.values(v), k, n)
}

// addValues adds an event on every one of the values; only a value that the
// operand certainly is has a lower bound.
func (sc *scan) addValues(op fact.Op, vs []value, k key, n bounds) {
	for _, v := range vs {
		e := event{key: k, bounds: n, block: sc.block}
		e.op, e.on = op, v.ref
		if v.may || len(vs) > 1 {
			e.lo = 0
		}
		sc.s.touch(v, op, sc.fn)
		sc.events = append(sc.events, e)
	}
}

// instr adds the events of one instruction.
func (sc *scan) instr(instr ssa.Instruction) {
	switch instr := instr.(type) {
	case *ssa.Send:
		sc.add(fact.Send, instr.Chan, key{}, once)
		sc.escape(fact.Store, instr.X, sc.one(instr.Chan))
	case *ssa.UnOp:
		switch instr.Op {
		case token.ARROW:
			sc.receive(instr)
		case token.MUL:
			sc.loaded(instr.X)
		}
	case *ssa.Field:
		sc.s.load(fieldOf(instr.X.Type(), instr.Field), sc.fn)
	case *ssa.Select:
		sc.selectStates(instr)
	case *ssa.Store:
		sc.store(instr)
	case *ssa.MapUpdate:
		to := sc.one(instr.Map)
		sc.escape(fact.Store, instr.Key, to)
		sc.escape(fact.Store, instr.Value, to)
	case *ssa.Return:
		for i, v := range instr.Results {
			sc.escape(fact.Return, v, ref{root: resultIndex(i)})
		}
	case ssa.CallInstruction:
		sc.call(instr)
	}
}

// loaded records that fields and variables are read through the address.
func (sc *scan) loaded(addr ssa.Value) {
	for _, v := range sc.values(addr) {
		if v.addr {
			sc.s.load(v.last, sc.fn)
		}
	}
}

// receive adds a receive, and a drain if it is the head of a loop that only
// the end of the channel leaves.
func (sc *scan) receive(instr *ssa.UnOp) {
	if head := instr.Block(); instr.CommaOk && drains(head) {
		sc.add(fact.Receive, instr.X, key{}, bounds{0, fact.Many})
		sc.block = head.Succs[1] // drained once, when the loop is left
		sc.add(fact.Drain, instr.X, key{}, once)
		sc.block = head
		return
	}
	sc.add(fact.Receive, instr.X, key{}, once)
}

// drains reports whether head, which receives with ok, is left only when ok is
// false: all ways round through the true side come back to head or never
// return.
func drains(head *ssa.BasicBlock) bool {
	n := len(head.Instrs)
	cond, ok := head.Instrs[n-1].(*ssa.If)
	if !ok {
		return false
	}
	if x, ok := cond.Cond.(*ssa.Extract); !ok || x.Index != 1 || x.Tuple.(ssa.Instruction).Block() != head {
		return false
	}
	exit := head.Succs[1]
	seen := map[*ssa.BasicBlock]bool{head: true}
	work := []*ssa.BasicBlock{head.Succs[0]}
	for len(work) > 0 {
		b := work[len(work)-1]
		work = work[:len(work)-1]
		if seen[b] {
			continue
		}
		seen[b] = true
		if b == exit || len(b.Instrs) == 0 {
			return false
		}
		if _, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok {
			return false
		}
		work = append(work, b.Succs...)
	}
	return true
}

// selectStates adds what a select may do. A select of one case without default
// is the operation itself.
func (sc *scan) selectStates(instr *ssa.Select) {
	for _, st := range instr.States {
		op := fact.Receive
		if st.Dir == types.SendOnly {
			op = fact.Send
			sc.escape(fact.Store, st.Send, sc.one(st.Chan))
		}
		if instr.Blocking && len(instr.States) == 1 {
			sc.add(op, st.Chan, key{}, once)
			continue
		}
		sc.add(op, st.Chan, key{}, bounds{0, 1})
		sc.add(fact.Poll, st.Chan, key{}, once)
	}
}

// store adds the store of a value, unless it only sets a local variable.
func (sc *scan) store(instr *ssa.Store) {
	if sc.variable(instr.Addr) != nil {
		return
	}
	dests := sc.values(instr.Addr)
	for _, d := range dests {
		sc.s.touch(d, fact.Set, sc.fn)
	}
	to := ref{}
	if len(dests) == 1 {
		to = dests[0].ref
	}
	sc.escape(fact.Store, instr.Val, to)
}

// escape adds that v, and thereby what it holds, goes to a place.
func (sc *scan) escape(op fact.Op, v ssa.Value, to ref) {
	if sc.s.reach.value(v) || op == fact.Return && lazyssa.IsContext(v.Type()) {
		sc.add(op, v, key{to: to}, once)
	}
}

// one returns the place that v is, if it is one only.
func (sc *scan) one(v ssa.Value) ref {
	if vs := sc.values(v); len(vs) == 1 {
		return vs[0].ref
	}
	return ref{}
}
