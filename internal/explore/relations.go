package explore

import "github.com/leaklint/leaklint/internal/explore/prog"

// Relations are what the answers about free values say about two of them:
// x < y, y == z+1. That they can all be true together is a question about
// differences, which shortest paths answer: an edge from x to y with length n
// says x - y ≤ n.

// maxRelated bounds the free values that are related; with more, all is possible.
const maxRelated = 12

// A relations is a set of such edges between free numbers and zero, its node 0.
type relations struct {
	nodes   []int                       // free values, by object; node 0 stands for zero
	dist    [maxRelated][maxRelated]int // of nodes that there are
	said    [maxRelated][maxRelated]int // dist before paths were looked for
	unequal [][3]int                    // nodes x, y, and n with x - y ≠ n
	full    bool                        // there were too many
}

// noEdge is longer than any path.
const noEdge = 1 << 20

// related reports whether all answers about free values can be true together.
// Where no two of them are compared there is nothing to do.
func (st *state) related() bool {
	if !st.comparesFree() {
		return true
	}
	_, ok := st.relations()
	return ok
}

// tighten writes down what the answers about free numbers imply about single
// ones and about two: those in between may be forgotten first.
func (st *state) tighten() {
	if !st.comparesFree() {
		return
	}
	r, ok := st.relations()
	if !ok || r.full {
		return
	}
	for i := 1; i < len(r.nodes); i++ {
		if st.objs[r.nodes[i]].f[frChosen].kind() != vWord {
			continue
		}
		st.tightenOne(r, i)
		for j := 1; j < len(r.nodes); j++ {
			if d := r.dist[i][j]; i != j && d < r.said[i][j] && d < r.dist[i][0]+r.dist[0][j] && d >= -prog.MaxInt && d < prog.MaxInt {
				st.addFact(mkFree(r.nodes[i], 0), frLt, mkFree(r.nodes[j], d+1), valTrue)
			}
		}
	}
}

// tightenOne writes down what is implied about node i alone.
func (st *state) tightenOne(r *relations, i int) {
	v := mkFree(r.nodes[i], 0)
	lo, hi, _ := st.bounds(v.obj())
	if n := -r.dist[0][i]; n > lo && n <= prog.MaxInt {
		st.addFact(v, frLt, mkInt(n, 0), valFalse)
	}
	if n := r.dist[i][0]; n < hi && n < prog.MaxInt {
		st.addFact(v, frLt, mkInt(n+1, 0), valTrue)
	}
}

// relations collects what was answered about free values, and reports whether
// that is possible. The result is valid until the next call: every branch on a
// free value asks.
func (st *state) relations() (*relations, bool) {
	if st.rel == nil {
		st.rel = new(relations)
	}
	r := st.rel
	r.nodes, r.unequal, r.full = r.nodes[:0], r.unequal[:0], false
	r.addNode(-1)
	for i := range st.objs {
		if o := &st.objs[i]; o.kind == kFree && !st.relate(r, i, o.f) {
			return r, false
		}
	}
	return r, r.hold()
}

// comparesFree reports whether a free value was compared with another.
func (st *state) comparesFree() bool {
	for i := range st.objs {
		o := &st.objs[i]
		if o.kind != kFree {
			continue
		}
		for k := frFacts; k < len(o.f); k += 3 {
			if op := o.f[k].word(); o.f[k+1].kind() == vFree && (op == frEq || op == frLt) {
				return true
			}
		}
	}
	return false
}

// relate adds what was answered about free value i, and reports whether that is
// possible as far as one answer tells.
func (st *state) relate(r *relations, i int, f []value) bool {
	self := st.deref(mkFree(i, 0))
	if self.kind() == vFree && f[frInfo].word()&frNonNeg != 0 {
		r.atMost(0, r.node(self.obj()), self.freeOff())
	}
	for k := frFacts; k < len(f); k += 3 {
		op := f[k].word()
		if op != frEq && op != frLt {
			continue
		}
		if ans := st.answer(f[k+2]); ans.kind() == vBool && !st.relateOne(r, self, op, st.deref(f[k+1]), ans) {
			return false
		}
	}
	return true
}

// relateOne adds that the question op about a and b has the answer ans.
func (st *state) relateOne(r *relations, a value, op int, b, ans value) bool {
	free := a.kind() == vFree || b.kind() == vFree
	if !free {
		code := prog.OpEq
		if op == frLt {
			code = prog.OpLt
		}
		v := st.compare(code, a, b)
		return v.kind() != vBool || v == ans
	}
	if a.kind() == vFree && b.kind() == vFree && a.obj() == b.obj() {
		return mkBool(op == frLt && a.freeOff() < b.freeOff() || op == frEq && a.freeOff() == b.freeOff()) == ans
	}
	x, m, ok := r.number(a)
	y, n, also := r.number(b)
	if !ok || !also {
		return true // not about numbers
	}
	switch { // x+m against y+n
	case op == frLt && ans == valTrue:
		r.atMost(x, y, n-m-1)
	case op == frLt:
		r.atMost(y, x, m-n)
	case ans == valTrue:
		r.atMost(x, y, n-m)
		r.atMost(y, x, m-n)
	default:
		r.unequal = append(r.unequal, [3]int{x, y, n - m})
	}
	return true
}

// number returns v as a node and a distance from it.
func (r *relations) number(v value) (node, off int, ok bool) {
	switch {
	case v.kind() == vFree:
		return r.node(v.obj()), v.freeOff(), true
	case v.kind() == vInt && v.intTag() == 0:
		return 0, v.int(), true
	}
	return 0, 0, false
}

// node returns the node of free value o.
func (r *relations) node(o int) int {
	for i, have := range r.nodes {
		if have == o {
			return i
		}
	}
	if len(r.nodes) == maxRelated {
		r.full = true
		return 0
	}
	return r.addNode(o)
}

// addNode adds a node without edges.
func (r *relations) addNode(o int) int {
	n := len(r.nodes)
	r.nodes = append(r.nodes, o)
	for i := range n + 1 {
		r.dist[i][n], r.dist[n][i] = noEdge, noEdge
	}
	return n
}

// atMost adds that x - y ≤ n.
func (r *relations) atMost(x, y, n int) { r.dist[x][y] = min(r.dist[x][y], n) }

// hold reports whether numbers exist for which all relations are true.
func (r *relations) hold() bool {
	if r.full {
		return true
	}
	r.said = r.dist
	for again := true; again; again = r.sharpen() {
		if !r.paths() {
			return false
		}
	}
	return true
}

// paths computes the shortest paths and reports whether none is below zero from
// a node to itself.
func (r *relations) paths() bool {
	n := len(r.nodes)
	for k := range n {
		for i := range n {
			for j := range n {
				r.dist[i][j] = min(r.dist[i][j], r.dist[i][k]+r.dist[k][j])
			}
		}
	}
	for i := range n {
		if r.dist[i][i] < 0 {
			return false
		}
	}
	return true
}

// sharpen uses that x - y ≤ n and x - y ≠ n mean x - y ≤ n-1, and reports
// whether that changed anything.
func (r *relations) sharpen() bool {
	changed := false
	for _, u := range r.unequal {
		x, y, n := u[0], u[1], u[2]
		if r.dist[x][y] == n {
			r.dist[x][y], changed = n-1, true
		}
		if r.dist[y][x] == -n {
			r.dist[y][x], changed = -n-1, true
		}
	}
	return changed
}
