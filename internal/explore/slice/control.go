package slice

import "github.com/leaklint/leaklint/internal/explore/prog"

// maxControl bounds the pairs of an instruction and a branch that decides about
// it, in one function; beyond it every branch decides about everything.
const maxControl = 300_000

// A graph is the control flow of one function. Its last node is the exit.
type graph struct {
	succ   [][]int32
	ipdom  []int32   // the next node that every way to the exit comes by; -1 if there is none
	decide [][]int32 // by instruction, the branches that decide whether it runs
	dense  bool      // there are too many to list
	cycle  []int32   // number of the cycle that an instruction is on, or -1
	stuck  []bool    // the exit cannot be reached
}

// newGraph returns the control flow of f.
func newGraph(f *prog.Func) *graph {
	n := len(f.Code)
	g := &graph{succ: make([][]int32, n+1), stuck: make([]bool, n+1)}
	for i := range f.Code {
		g.succ[i] = after(f, i)
	}
	g.findStuck()
	for i := range n {
		if g.stuck[i] {
			g.succ[i] = append(g.succ[i][:len(g.succ[i]):len(g.succ[i])], int32(n))
		}
	}
	g.postDominators()
	g.decisions()
	g.cycles()
	return g
}

// after returns where control may go from instruction i; len(f.Code) is the
// exit.
func after(f *prog.Func, i int) []int32 {
	in := &f.Code[i]
	switch {
	case len(in.Targets) > 0:
		return in.Targets
	case in.Op == prog.OpSelect:
		var out []int32
		for _, c := range in.Cases {
			if c.Target < 0 {
				c.Target = int32(i + 1)
			}
			out = append(out, c.Target)
		}
		if out == nil {
			return []int32{int32(len(f.Code))}
		}
		return out
	case prog.SigOf(in.Op).Ends:
		return []int32{int32(len(f.Code))}
	}
	return []int32{int32(i + 1)}
}

// reversed returns the edges of g the other way round.
func (g *graph) reversed() [][]int32 {
	pred := make([][]int32, len(g.succ))
	for i, ss := range g.succ {
		for _, s := range ss {
			pred[s] = append(pred[s], int32(i))
		}
	}
	return pred
}

// findStuck marks what cannot reach the exit.
func (g *graph) findStuck() {
	pred := g.reversed()
	for i := range g.stuck {
		g.stuck[i] = true
	}
	exit := int32(len(g.succ) - 1)
	g.stuck[exit] = false
	for todo := []int32{exit}; len(todo) > 0; {
		n := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, p := range pred[n] {
			if g.stuck[p] {
				g.stuck[p] = false
				todo = append(todo, p)
			}
		}
	}
}

// postDominators computes ipdom: Cooper, Harvey and Kennedy, A simple, fast
// dominance algorithm (2001), on the reversed graph.
func (g *graph) postDominators() {
	pred := g.reversed()
	exit := int32(len(g.succ) - 1)
	order := postorder(pred, exit) // of the reversed graph
	num := make([]int, len(g.succ))
	for i, n := range order {
		num[n] = i
	}
	g.ipdom = make([]int32, len(g.succ))
	for i := range g.ipdom {
		g.ipdom[i] = -1
	}
	g.ipdom[exit] = exit
	meet := func(a, b int32) int32 {
		for a != b {
			for num[a] < num[b] {
				a = g.ipdom[a]
			}
			for num[b] < num[a] {
				b = g.ipdom[b]
			}
		}
		return a
	}
	for changed := true; changed; {
		changed = false
		for i := len(order) - 2; i >= 0; i-- {
			n := order[i]
			d := int32(-1)
			for _, s := range g.succ[n] {
				switch {
				case g.ipdom[s] < 0:
				case d < 0:
					d = s
				default:
					d = meet(d, s)
				}
			}
			if d != g.ipdom[n] {
				g.ipdom[n], changed = d, true
			}
		}
	}
}

// postorder returns the nodes that from reaches, each after those it leads to.
func postorder(next [][]int32, from int32) []int32 {
	type frame struct {
		n int32
		i int
	}
	seen := make([]bool, len(next))
	seen[from] = true
	var out []int32
	for stack := []frame{{from, 0}}; len(stack) > 0; {
		top := &stack[len(stack)-1]
		if top.i == len(next[top.n]) {
			out = append(out, top.n)
			stack = stack[:len(stack)-1]
			continue
		}
		s := next[top.n][top.i]
		top.i++
		if !seen[s] {
			seen[s] = true
			stack = append(stack, frame{s, 0})
		}
	}
	return out
}

// decisions computes decide: control dependence after Ferrante, Ottenstein and
// Warren, The program dependence graph (TOPLAS 1987).
func (g *graph) decisions() {
	g.decide = make([][]int32, len(g.succ))
	total := 0
	for b, ss := range g.succ {
		if len(ss) < 2 {
			continue
		}
		for _, s := range ss {
			for n := s; n != g.ipdom[b] && n >= 0; n = g.ipdom[n] {
				if k := len(g.decide[n]); k == 0 || g.decide[n][k-1] != int32(b) {
					g.decide[n] = append(g.decide[n], int32(b))
				}
				if total++; total > maxControl {
					g.dense = true
					return
				}
			}
		}
	}
}

// cycles numbers the cycles: strongly connected components with an edge in
// them (Tarjan 1972).
func (g *graph) cycles() {
	n := len(g.succ)
	g.cycle = make([]int32, n)
	low, num, on := make([]int32, n), make([]int32, n), make([]bool, n)
	for i := range g.cycle {
		g.cycle[i], num[i] = -1, -1
	}
	t := &tarjan{g: g, low: low, num: num, on: on}
	for i := range n {
		if num[i] < 0 {
			t.visit(int32(i))
		}
	}
}

// A tarjan is one run of the search for cycles.
type tarjan struct {
	g        *graph
	low, num []int32
	on       []bool
	stack    []int32
	next     int32
	found    int32
}

// visit searches from a node, without recursion.
func (t *tarjan) visit(from int32) {
	type frame struct {
		n int32
		i int
	}
	t.open(from)
	for calls := []frame{{from, 0}}; len(calls) > 0; {
		top := &calls[len(calls)-1]
		if top.i < len(t.g.succ[top.n]) {
			s := t.g.succ[top.n][top.i]
			top.i++
			switch {
			case t.num[s] < 0:
				t.open(s)
				calls = append(calls, frame{s, 0})
			case t.on[s]:
				t.low[top.n] = min(t.low[top.n], t.num[s])
			}
			continue
		}
		n := top.n
		calls = calls[:len(calls)-1]
		if len(calls) > 0 {
			up := calls[len(calls)-1].n
			t.low[up] = min(t.low[up], t.low[n])
		}
		if t.low[n] == t.num[n] {
			t.close(n)
		}
	}
}

// open enters a node.
func (t *tarjan) open(n int32) {
	t.num[n], t.low[n] = t.next, t.next
	t.next++
	t.stack = append(t.stack, n)
	t.on[n] = true
}

// close takes a component off the stack.
func (t *tarjan) close(n int32) {
	k := len(t.stack) - 1
	for t.stack[k] != n {
		k--
	}
	part := t.stack[k:]
	t.stack = t.stack[:k]
	loop := len(part) > 1
	for _, s := range t.g.succ[n] {
		loop = loop || s == n
	}
	for _, m := range part {
		t.on[m] = false
		if loop {
			t.g.cycle[m] = t.found
		}
	}
	t.found++
}
