package explore

import (
	"slices"

	"github.com/leaklint/leaklint/internal/explore/prog"
)

// A network says which of the blocked goroutines waits for which: g → h if a
// step still ahead of h would let g go on.
type network struct {
	blocked []Blocked
	touch   [][]Object // what g waits on or still has ahead
	ranks   []int      // see rank
	edge    [][]bool   // reflexive and transitive
}

// waits builds the network of the goroutines gs of an encoded state.
func (j *judge) waits(enc []uint64, gs []int) *network {
	n := &network{edge: make([][]bool, len(gs))}
	j.m.st.decode(enc, j.m.c.nSyms)
	needs, ahead := make([][]want, len(gs)), make([][]want, len(gs))
	for i, gi := range gs {
		b := j.m.blocked(gi)
		n.blocked, n.ranks = append(n.blocked, b), append(n.ranks, rank(&b, j.m.c))
		needs[i] = j.m.needs(&j.m.st.gs[gi])
		ahead[i] = j.m.aheadOf(enc, gi)
		var touch []Object
		for _, w := range append(append([]want(nil), needs[i]...), ahead[i]...) {
			touch = append(touch, j.m.object(w.obj))
		}
		n.touch = append(n.touch, touch)
	}
	for i := range gs {
		n.edge[i] = make([]bool, len(gs))
		for k := range gs {
			n.edge[i][k] = i == k || meets(needs[i], ahead[k])
		}
	}
	for k := range gs {
		for i := range gs {
			for l := range gs {
				n.edge[i][l] = n.edge[i][l] || n.edge[i][k] && n.edge[k][l]
			}
		}
	}
	return n
}

// meets reports whether one of needs is ahead.
func meets(needs, ahead []want) bool {
	for _, a := range needs {
		for _, b := range ahead {
			if a == b {
				return true
			}
		}
	}
	return false
}

// sinks returns the components that wait for nobody else, as sets of members,
// one per blocked operation.
func (n *network) sinks() [][]bool {
	var out [][]bool
	done := make([]bool, len(n.edge))
	for i := range n.edge {
		if done[i] {
			continue
		}
		sink, set := true, make([]bool, len(n.edge))
		for k := range n.edge {
			switch {
			case n.edge[i][k] && n.edge[k][i]:
				set[k] = true
			case n.edge[i][k]:
				sink = false
			}
		}
		if !sink {
			continue
		}
		for k := range n.edge {
			if set[k] || n.sameOp(i, k) && !n.waitsElsewhere(k) {
				done[k] = true
			}
		}
		out = append(out, set)
	}
	return out
}

// waitsElsewhere reports whether k waits for another goroutine.
func (n *network) waitsElsewhere(k int) bool {
	for i := range n.edge {
		if i != k && n.edge[k][i] {
			return true
		}
	}
	return false
}

// waitsFor reports whether i waits for k, or for another one that is blocked where
// k is.
func (n *network) waitsFor(i, k int) bool {
	for l := range n.edge {
		if n.edge[i][l] && n.sameOp(l, k) {
			return true
		}
	}
	return false
}

// sameOp reports whether two goroutines are blocked at the same operation.
func (n *network) sameOp(i, k int) bool {
	return n.blocked[i].At == n.blocked[k].At && n.blocked[i].Site == n.blocked[k].Site
}

// rank orders operations by which of a knot is to be fixed: a send before a
// receive before Wait before Cond before Lock.
func rank(b *Blocked, c *code) int {
	switch b.Op {
	case prog.OpSend, prog.OpPipeWrite:
		return 0
	case prog.OpSelect:
		for _, k := range c.at(c.number(b.At)).Cases {
			if k.Send {
				return 0
			}
		}
		return 1
	case prog.OpRecv, prog.OpPipeRead:
		return 1
	case prog.OpWaitWG:
		return 2
	case prog.OpWait:
		return 3
	}
	return 4
}

// lead returns the member of a sink component that is to be fixed: by rank,
// then the one that was blocked first.
func (n *network) lead(set []bool, since func(int) int) int {
	best := -1
	for i := range set {
		if set[i] && (best < 0 || n.ranks[i] < n.ranks[best] || n.ranks[i] == n.ranks[best] && since(i) < since(best)) {
			best = i
		}
	}
	return best
}

// touches returns what the members of a component touch.
func (n *network) touches(set []bool) []Object {
	var out []Object
	for i := range set {
		if set[i] {
			for _, o := range n.touch[i] {
				if !slices.Contains(out, o) {
					out = append(out, o)
				}
			}
		}
	}
	return out
}
