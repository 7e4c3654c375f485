package skeleton

import (
	"go/constant"

	"golang.org/x/tools/go/ssa"
)

// control is the post-dominance of a function: which branches decide whether a
// block runs, and where the ways of a branch meet again.
//
// A block from which no exit can be reached is given an edge to the virtual
// exit at the head of its loop, so that every block has a post-dominator.
type control struct {
	ipdom []int   // immediate post-dominator by block index; exit is len(blocks)
	deps  [][]int // blocks whose branch decides whether the block runs
	stuck []bool  // the block's loop has no way out
}

// newControl computes the control dependences of fn.
func newControl(fn *ssa.Function) *control {
	n := len(fn.Blocks)
	g := &revGraph{succs: make([][]int, n+1), preds: make([][]int, n+1)}
	c := &control{ipdom: make([]int, n+1), deps: make([][]int, n), stuck: make([]bool, n)}
	for i, b := range fn.Blocks {
		for _, s := range b.Succs {
			if !matchesNoCase(s) {
				g.edge(i, s.Index)
			}
		}
		if len(b.Succs) == 0 {
			g.edge(i, n)
		}
	}
	g.tieLoops(n, c.stuck)
	order := g.postorder(n)
	g.solve(n, order, c.ipdom)
	c.dependences(g, n)
	return c
}

// matchesNoCase reports whether b is no more than the end that SSA writes behind a
// select for the case that none of its cases was taken: nothing ever gets there.
// A select without cases stands in one block with it, and that may be reached.
func matchesNoCase(b *ssa.BasicBlock) bool {
	p, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Panic)
	if !ok || p.Pos().IsValid() {
		return false
	}
	mi, ok := p.X.(*ssa.MakeInterface)
	if !ok || len(b.Instrs) > 2 { // the interface value, and the panic
		return false
	}
	c, ok := mi.X.(*ssa.Const)
	return ok && c.Value != nil && c.Value.Kind() == constant.String && constant.StringVal(c.Value) == "blocking select matched no case"
}

// A revGraph is a control flow graph with a virtual exit as its last node.
type revGraph struct{ succs, preds [][]int }

// edge adds an edge.
func (g *revGraph) edge(a, b int) {
	g.succs[a] = append(g.succs[a], b)
	g.preds[b] = append(g.preds[b], a)
}

// tieLoops ties every region without an exit to the virtual exit, at its first
// block in index order, until all blocks reach it.
func (g *revGraph) tieLoops(exit int, stuck []bool) {
	reach := make([]bool, exit+1)
	mark := func(v int) {
		stack := []int{v}
		reach[v] = true
		for len(stack) > 0 {
			v := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			for _, p := range g.preds[v] {
				if !reach[p] {
					reach[p] = true
					stack = append(stack, p)
				}
			}
		}
	}
	mark(exit)
	for i := range exit {
		stuck[i] = !reach[i]
	}
	for i := range exit {
		if !reach[i] {
			g.edge(i, exit)
			mark(i)
		}
	}
}

// postorder numbers the nodes of the reversed graph from the exit.
func (g *revGraph) postorder(exit int) []int {
	var order []int
	seen := make([]bool, exit+1)
	type frame struct{ v, i int }
	stack := []frame{{exit, 0}}
	seen[exit] = true
	for len(stack) > 0 {
		f := &stack[len(stack)-1]
		if f.i < len(g.preds[f.v]) {
			p := g.preds[f.v][f.i]
			f.i++
			if !seen[p] {
				seen[p] = true
				stack = append(stack, frame{p, 0})
			}
			continue
		}
		order = append(order, f.v)
		stack = stack[:len(stack)-1]
	}
	return order
}

// solve computes immediate post-dominators (Cooper, Harvey, Kennedy).
func (g *revGraph) solve(exit int, order, ipdom []int) {
	num := make([]int, exit+1)
	for i, v := range order {
		num[v] = i
	}
	for i := range ipdom {
		ipdom[i] = -1
	}
	ipdom[exit] = exit
	for changed := true; changed; {
		changed = false
		for i := len(order) - 1; i >= 0; i-- {
			v := order[i]
			if v == exit {
				continue
			}
			d := g.meet(v, num, ipdom)
			if ipdom[v] != d {
				ipdom[v] = d
				changed = true
			}
		}
	}
}

// meet returns the nearest common post-dominator of the successors of v that
// have one already, or -1.
func (g *revGraph) meet(v int, num, ipdom []int) int {
	d := -1
	for _, s := range g.succs[v] {
		switch {
		case ipdom[s] < 0:
			continue // not reached yet
		case d < 0:
			d = s
			continue
		}
		for a := s; d != a; {
			for num[a] < num[d] {
				a = ipdom[a]
			}
			for num[d] < num[a] {
				d = ipdom[d]
			}
		}
	}
	return d
}

// dependences fills deps from the post-dominators.
func (c *control) dependences(g *revGraph, exit int) {
	for a := range exit {
		if len(g.succs[a]) < 2 {
			continue
		}
		for _, s := range g.succs[a] {
			for r := s; r != c.ipdom[a] && r != exit; r = c.ipdom[r] {
				if k := len(c.deps[r]); k == 0 || c.deps[r][k-1] != a {
					c.deps[r] = append(c.deps[r], a)
				}
			}
		}
	}
}
