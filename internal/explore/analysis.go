package explore

import (
	"container/heap"
	"math"
)

// An analysis reads leaks off an explored graph (docs/design.md section 8.1).
//
// A goroutine of a state is a token; edges carry tokens on, since goroutines
// change places where twins are sorted. A token is doomed if no token that it
// becomes ever moves. It leaks if, besides, some bottom SCC that is not the
// end of the process can be reached with it.
type analysis struct {
	gr    *graph
	from  []int32 // edge → source
	in    []int32 // edges sorted by target
	inAt  []int32 // state → first of in; one more at the end
	can   []uint16
	stays []bool  // a bottom SCC with live goroutines can be reached
	comp  []int32 // state → SCC
	leaf  []bool  // SCC → is a bottom SCC with live goroutines
	dist  []uint64
	via   []int32 // last edge of the best path, -1 at the start
}

// analyse computes which goroutines are doomed where.
func analyse(gr *graph) *analysis {
	a := &analysis{gr: gr}
	a.reverse()
	a.spreadMoves()
	return a
}

// reverse sorts the edges by target.
func (a *analysis) reverse() {
	n := a.gr.size()
	a.from = make([]int32, len(a.gr.edges))
	a.inAt = make([]int32, n+1)
	for s := range n {
		for e := a.gr.first[s]; e < a.gr.first[s+1]; e++ {
			a.from[e] = int32(s)
			a.inAt[a.gr.edges[e].to+1]++
		}
	}
	for s := range n {
		a.inAt[s+1] += a.inAt[s]
	}
	a.in = make([]int32, len(a.gr.edges))
	at := append([]int32(nil), a.inAt...)
	for e := range a.gr.edges {
		to := a.gr.edges[e].to
		a.in[at[to]] = int32(e)
		at[to]++
	}
}

// spreadMoves computes which tokens can still move: those that do on an edge,
// all of states that were not followed, and those that become such a token.
// Linear in edges times goroutines.
func (a *analysis) spreadMoves() {
	n := a.gr.size()
	a.can = make([]uint16, n)
	var work []int32
	for s := range n {
		if a.gr.mark[s]&stUnknown != 0 {
			a.can[s] = math.MaxUint16
		}
		for _, e := range a.gr.out(s) {
			a.can[s] |= e.moved
		}
		if a.can[s] != 0 {
			work = append(work, int32(s))
		}
	}
	for len(work) > 0 {
		t := work[len(work)-1]
		work = work[:len(work)-1]
		for _, ei := range a.in[a.inAt[t]:a.inAt[t+1]] {
			s, perm := a.from[ei], a.gr.edges[ei].perm
			grown := a.can[s]
			for i := range a.gr.gors(int(s)) {
				if j := perm >> (4 * i) & 15; j != noGor && a.can[t]&(1<<j) != 0 {
					grown |= 1 << i
				}
			}
			if grown != a.can[s] {
				a.can[s] = grown
				work = append(work, s)
			}
		}
	}
}

// doomed returns the goroutines of state s that can never move again. It does
// not look at whether the process must end.
func (a *analysis) doomed(s int) uint16 {
	n := a.gr.gors(s)
	if n == 0 || a.gr.mark[s] != 0 {
		return 0
	}
	return (1<<n - 1) &^ a.can[s]
}

// anyDoomed reports whether there is something to judge at all.
func (a *analysis) anyDoomed() bool {
	for s := 2; s < a.gr.size(); s++ {
		if a.doomed(s) != 0 {
			return true
		}
	}
	return false
}

// findStays marks the states from which a bottom SCC with live goroutines can
// be reached.
func (a *analysis) findStays() {
	comp, count := a.tarjan()
	bottom := make([]bool, count)
	for i := range bottom {
		bottom[i] = true
	}
	for e := range a.gr.edges {
		if s, t := comp[a.from[e]], comp[a.gr.edges[e].to]; s != t {
			bottom[s] = false
		}
	}
	a.stays = make([]bool, a.gr.size())
	var work []int32
	for s := range a.gr.size() {
		if a.gr.mark[s] != 0 {
			bottom[comp[s]] = false
		}
	}
	for s := range a.gr.size() {
		if bottom[comp[s]] {
			a.stays[s] = true
			work = append(work, int32(s))
		}
	}
	a.backwards(work, a.stays)
	a.comp, a.leaf = comp, bottom
}

// backwards marks everything from which a state of work can be reached.
func (a *analysis) backwards(work []int32, mark []bool) {
	for len(work) > 0 {
		t := work[len(work)-1]
		work = work[:len(work)-1]
		for _, e := range a.in[a.inAt[t]:a.inAt[t+1]] {
			if s := a.from[e]; !mark[s] {
				mark[s] = true
				work = append(work, s)
			}
		}
	}
}

// tarjan returns the SCC of every state and their number.
func (a *analysis) tarjan() (comp []int32, count int) {
	n := a.gr.size()
	comp = make([]int32, n)
	index, low := make([]int32, n), make([]int32, n)
	type visit struct{ s, e int32 }
	var stack []int32
	var calls []visit
	next := int32(1)
	for root := range n {
		if index[root] != 0 {
			continue
		}
		calls = append(calls[:0], visit{int32(root), a.gr.first[root]})
		for len(calls) > 0 {
			v := &calls[len(calls)-1]
			s := v.s
			if index[s] == 0 {
				index[s], low[s] = next, next
				next++
				stack = append(stack, s)
				comp[s] = -1 // on the stack
			}
			if v.e < a.gr.first[s+1] {
				t := a.gr.edges[v.e].to
				v.e++
				switch {
				case index[t] == 0:
					calls = append(calls, visit{t, a.gr.first[t]})
				case comp[t] < 0:
					low[s] = min(low[s], index[t])
				}
				continue
			}
			calls = calls[:len(calls)-1]
			if len(calls) > 0 {
				p := calls[len(calls)-1].s
				low[p] = min(low[p], low[s])
			}
			if low[s] == index[s] {
				stack = popComponent(stack, s, comp, int32(count))
				count++
			}
		}
	}
	return comp, count
}

// popComponent gives the states from the top of the stack down to s the number
// of their component, and returns the stack without them.
func popComponent(stack []int32, s int32, comp []int32, number int32) []int32 {
	for {
		t := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		comp[t] = number
		if t == s {
			return stack
		}
	}
}

// weight packs a cost and one step so that sums compare as the witness order.
func (c cost) weight() uint64 {
	return uint64(c.ign)<<48 | uint64(c.low)<<32 | uint64(c.free)<<16 | 1
}

// unknowing reports whether a path of that weight relied on ignorance.
func unknowing(dist uint64) bool { return dist>>48 != 0 }

// A pathHeap orders states by distance, then number.
type pathHeap []pathItem

type pathItem struct {
	dist uint64
	s    int32
}

func (h pathHeap) Len() int { return len(h) }

// Less implements heap.Interface.
func (h pathHeap) Less(i, j int) bool {
	return h[i].dist < h[j].dist || h[i].dist == h[j].dist && h[i].s < h[j].s
}
func (h pathHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *pathHeap) Push(x any)   { *h = append(*h, x.(pathItem)) }

// Pop implements heap.Interface.
func (h *pathHeap) Pop() any {
	old := *h
	x := old[len(old)-1]
	*h = old[:len(old)-1]
	return x
}

// findPaths computes the best path from the start to every state.
func (a *analysis) findPaths() {
	n := a.gr.size()
	a.dist, a.via = make([]uint64, n), make([]int32, n)
	for s := range n {
		a.dist[s], a.via[s] = math.MaxUint64, -1
	}
	a.dist[2] = 0
	h := &pathHeap{{0, 2}}
	for h.Len() > 0 {
		x := heap.Pop(h).(pathItem)
		if x.dist != a.dist[x.s] {
			continue
		}
		for ei := a.gr.first[x.s]; ei < a.gr.first[x.s+1]; ei++ {
			e := &a.gr.edges[ei]
			if d := x.dist + e.cost.weight(); d < a.dist[e.to] {
				a.dist[e.to], a.via[e.to] = d, ei
				heap.Push(h, pathItem{d, e.to})
			}
		}
	}
}

// path returns the edges of the best path to s.
func (a *analysis) path(s int) []int32 {
	var out []int32
	for s != 2 {
		out = append(out, a.via[s])
		s = int(a.from[a.via[s]])
	}
	for i, j := 0, len(out)-1; i < j; i, j = i+1, j-1 {
		out[i], out[j] = out[j], out[i]
	}
	return out
}
