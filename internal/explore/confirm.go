package explore

import "slices"

// confirmLimit bounds the states of one re-check.
const confirmLimit = 20000

// confirmed re-checks, under the unreduced step relation, that the goroutines
// of mask in a knot never move once a bottom SCC is reached. In doubt, no.
func (j *judge) confirmed(k *knot, mask uint16) bool {
	if j.m.full {
		return true
	}
	s, mask := j.toBottom(k.state, mask)
	if s < 0 {
		return false
	}
	m := newMachine(j.m.c, j.m.limits)
	m.full, m.faults = true, j.m.faults
	gr := newGraph()
	m.explore(gr, slices.Clone(j.a.gr.state(s)), confirmLimit)
	if gr.cut {
		return false
	}
	return analyse(gr).can[2]&mask == 0
}

// toBottom walks from s to the nearest state of a bottom SCC that has live
// goroutines, and carries the goroutines of mask along. It returns -1 if there
// is none.
func (j *judge) toBottom(s int, mask uint16) (int, uint16) {
	type item struct {
		s    int
		mask uint16
	}
	seen := map[int]bool{s: true}
	for queue := []item{{s, mask}}; len(queue) > 0; queue = queue[1:] {
		x := queue[0]
		if j.a.leaf[j.a.comp[x.s]] {
			return x.s, x.mask
		}
		for _, e := range j.a.gr.out(x.s) {
			if t := int(e.to); !seen[t] {
				seen[t] = true
				queue = append(queue, item{t, carry(x.mask, e.perm)})
			}
		}
	}
	return -1, 0
}

// carry moves a set of goroutines along an edge.
func carry(mask uint16, perm uint64) uint16 {
	var out uint16
	for i := range noGor {
		if to := perm >> (4 * i) & 15; mask&(1<<i) != 0 && to != noGor {
			out |= 1 << to
		}
	}
	return out
}
