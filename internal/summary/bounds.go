package summary

import (
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/fact"
)

// bound turns events into effects: the lower bound is the least number of
// times on any path from the entry to a return, the upper bound the greatest
// on any path, and Many in a loop. It reports false if there are too many.
// Its cost is the number of effects times the size of the function.
func (sc *scan) bound() ([]effect, bool) {
	number, count := sc.kinds()
	if count > maxEffects {
		return nil, false
	}
	flow := newFlow(sc.fn)
	guards := sc.nilGuards()
	effects := make([]effect, 0, count)
	var events []event
	for i := range count {
		events = events[:0]
		for j, e := range sc.events {
			if number[j] == i {
				events = append(events, e)
			}
		}
		k := events[0].key
		var n bounds
		if k.where == fact.Later {
			// Bounds count one call of the function value.
			n = bounds{fact.Many, 0}
			for _, e := range events {
				n = bounds{min(n.lo, e.lo), max(n.hi, e.hi)}
			}
		} else {
			n = bounds{flow.least(events, k.on, guards), flow.most(events)}
		}
		if n.hi > 0 {
			effects = append(effects, effect{k, n})
		}
	}
	joined(effects)
	return effects, true
}

// kinds numbers the keys of the events in the order of first mention, and
// returns the number of each event and how many keys there are, or that there
// are more than maxEffects. There are few: a table would cost more.
func (sc *scan) kinds() (number []int, count int) {
	number = make([]int, len(sc.events))
	var first []int // key → its first event
	for i := range sc.events {
		n := slices.IndexFunc(first, func(j int) bool { return sc.events[j].key == sc.events[i].key })
		if n < 0 {
			n = len(first)
			first = append(first, i)
		}
		if n > maxEffects {
			break
		}
		number[i] = n
	}
	return number, len(first)
}

// joined marks what goroutines do that the function starts and then certainly
// waits for. That it waits after it starts them is taken for granted.
func joined(effects []effect) {
	for _, wait := range effects {
		if wait.op != fact.Wait || wait.where != fact.Here || wait.lo == 0 {
			continue
		}
		for i := range effects {
			if e := &effects[i]; e.where == fact.Spawned && e.by == wait.on {
				e.where, e.by = fact.Joined, ref{}
			}
		}
	}
}

// A guard is an edge of the control flow on which a value is nil.
type guard struct {
	from *ssa.BasicBlock
	succ int
}

// nilGuards returns the places that are nil on an edge: there they need no
// effect.
func (sc *scan) nilGuards() map[guard]ref {
	guards := make(map[guard]ref)
	for _, b := range sc.fn.Blocks {
		if len(b.Instrs) == 0 {
			continue
		}
		cond, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
		if !ok {
			continue
		}
		cmp, ok := cond.Cond.(*ssa.BinOp)
		if !ok || cmp.Op != token.EQL && cmp.Op != token.NEQ {
			continue
		}
		x := cmp.X
		if isNil(x) {
			x = cmp.Y
		} else if !isNil(cmp.Y) {
			continue
		}
		if vs := sc.values(x); len(vs) == 1 && !vs[0].may {
			succ := 0
			if cmp.Op == token.NEQ {
				succ = 1
			}
			guards[guard{b, succ}] = vs[0].ref
		}
	}
	return guards
}

// isNil reports whether v is the constant nil.
func isNil(v ssa.Value) bool {
	c, ok := v.(*ssa.Const)
	return ok && c.IsNil()
}

// A flow is the control flow of one function in the form that counting needs.
type flow struct {
	order []*ssa.BasicBlock // reachable blocks in reverse postorder
	loops map[*ssa.BasicBlock]bool
	index map[*ssa.BasicBlock]int
}

// newFlow orders the blocks of fn.
func newFlow(fn *ssa.Function) *flow {
	fl := &flow{index: make(map[*ssa.BasicBlock]int)}
	if len(fn.Blocks) == 0 {
		return fl
	}
	seen := make(map[*ssa.BasicBlock]bool)
	var visit func(b *ssa.BasicBlock)
	visit = func(b *ssa.BasicBlock) {
		seen[b] = true
		for _, s := range b.Succs {
			if !seen[s] {
				visit(s)
			}
		}
		fl.order = append(fl.order, b)
	}
	visit(fn.Blocks[0])
	slices.Reverse(fl.order)
	for i, b := range fl.order {
		fl.index[b] = i
	}
	return fl
}

// inLoop reports whether a block can be executed again.
func (fl *flow) inLoop(b *ssa.BasicBlock) bool {
	if fl.loops == nil {
		fl.loops = loopBlocks(fl.order)
	}
	return fl.loops[b]
}

// loopBlocks returns the blocks that reach themselves (Tarjan's components of
// more than one block, or with an edge to itself).
func loopBlocks(blocks []*ssa.BasicBlock) map[*ssa.BasicBlock]bool {
	inLoop := make(map[*ssa.BasicBlock]bool)
	number := make(map[*ssa.BasicBlock]int)
	low := make(map[*ssa.BasicBlock]int)
	onStack := make(map[*ssa.BasicBlock]bool)
	var stack []*ssa.BasicBlock
	var visit func(b *ssa.BasicBlock)
	visit = func(b *ssa.BasicBlock) {
		number[b] = len(number) + 1
		low[b] = number[b]
		stack = append(stack, b)
		onStack[b] = true
		for _, s := range b.Succs {
			switch {
			case number[s] == 0:
				visit(s)
				low[b] = min(low[b], low[s])
			case onStack[s]:
				low[b] = min(low[b], number[s])
			}
			if s == b {
				inLoop[b] = true
			}
		}
		if low[b] != number[b] {
			return
		}
		first := slices.Index(stack, b)
		for _, m := range stack[first:] {
			onStack[m] = false
			if len(stack)-first > 1 {
				inLoop[m] = true
			}
		}
		stack = stack[:first]
	}
	for _, b := range blocks {
		if number[b] == 0 {
			visit(b)
		}
	}
	return inLoop
}

// least returns the least sum of lower bounds over paths to a return, leaving
// out paths on which the place is nil. Loops are gone through once at most:
// weights are not negative, so a shortest path is simple.
func (fl *flow) least(events []event, on ref, guards map[guard]ref) uint8 {
	weight := make(map[*ssa.BasicBlock]int)
	any := false
	for _, e := range events {
		weight[e.block] += int(e.lo)
		any = any || e.lo > 0
	}
	if !any {
		return 0
	}
	const unreached = 1 << 20
	dist := make([]int, len(fl.order))
	for i := range dist {
		dist[i] = unreached
	}
	dist[0] = weight[fl.order[0]]
	for changed := true; changed; {
		changed = false
		for i, b := range fl.order {
			if dist[i] == unreached {
				continue
			}
			for n, s := range b.Succs {
				if r, ok := guards[guard{b, n}]; ok && r == on {
					continue // nil here: no effect needed
				}
				j := fl.index[s]
				if d := min(dist[i]+weight[s], maxLo); d < dist[j] {
					dist[j] = d
					changed = true
				}
			}
		}
	}
	best := unreached
	for i, b := range fl.order {
		if len(b.Instrs) == 0 {
			continue
		}
		if _, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok {
			best = min(best, dist[i])
		}
	}
	if best == unreached {
		// No normal return: whatever is on every path to the end of the
		// goroutine. Only straight code is judged.
		return fl.leastWithoutReturn(events)
	}
	return uint8(best)
}

// leastWithoutReturn returns the lower bound in a function that never returns:
// that of the entry block, which every call executes.
func (fl *flow) leastWithoutReturn(events []event) uint8 {
	n := 0
	for _, e := range events {
		if e.block == fl.order[0] {
			n += int(e.lo)
		}
	}
	return uint8(min(n, maxLo))
}

// most returns the greatest sum of upper bounds over paths.
func (fl *flow) most(events []event) uint8 {
	weight := make(map[*ssa.BasicBlock]int)
	for _, e := range events {
		if _, reachable := fl.index[e.block]; !reachable {
			continue
		}
		weight[e.block] += int(e.hi)
		if e.hi > 0 && fl.inLoop(e.block) {
			return fact.Many
		}
	}
	// What has weight lies in no loop, so the order is topological for it:
	// edges back only lead round loops.
	sum := make([]int, len(fl.order))
	best := 0
	for i, b := range fl.order {
		for _, p := range b.Preds {
			if j, ok := fl.index[p]; ok && j < i {
				sum[i] = max(sum[i], sum[j])
			}
		}
		sum[i] += weight[b]
		best = max(best, sum[i])
	}
	return saturate(best)
}
