package explore

import "slices"

// confirmLimit bounds the states of one re-check.
const confirmLimit = 20000

// confirmed re-checks, under the unreduced step relation, that the goroutines
// of mask never move from state s of a bottom SCC, and that the process need not
// end. In doubt, no.
func (j *judge) confirmed(s int, mask uint16) bool {
	if j.m.full {
		return true
	}
	return j.confirmedIn(j.a.gr.state(s), mask)
}

// confirmedIn is confirmed for an encoded state.
func (j *judge) confirmedIn(enc []uint64, mask uint16) bool {
	m := newMachine(j.m.c, j.m.limits)
	m.full, m.faults = true, j.m.faults
	gr := newGraph()
	defer gr.release()
	m.explore(gr, slices.Clone(enc), confirmLimit)
	if gr.cut {
		return false
	}
	a := analyse(gr)
	if a.can[2]&mask != 0 {
		return false
	}
	a.findStays()
	return a.stays[2] // else the process ends, whatever happens
}
