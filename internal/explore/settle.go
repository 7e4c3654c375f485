package explore

import "github.com/leaklint/leaklint/internal/explore/prog"

// findSettling points every state on the way to the nearest state of a bottom
// SCC with live goroutines: there everybody who will stay stands where he stays.
func (a *analysis) findSettling() {
	a.settling = make([]int32, a.gr.size())
	var work []int32
	for s := range a.settling {
		a.settling[s] = -1
		if a.leaf[a.comp[s]] {
			work = append(work, int32(s))
		}
	}
	for i := 0; i < len(work); i++ {
		t := work[i]
		for _, e := range a.in[a.inAt[t]:a.inAt[t+1]] {
			if s := a.from[e]; a.settling[s] < 0 && !a.leaf[a.comp[s]] {
				a.settling[s] = e
				work = append(work, s)
			}
		}
	}
}

// settled returns the state of a bottom SCC that s leads to, and what becomes
// of goroutine i on the way; ok is false if there is none.
func (a *analysis) settled(s, i int) (t, k int, ok bool) {
	for a.settling[s] >= 0 {
		e := &a.gr.edges[a.settling[s]]
		k := int(e.perm >> (4 * i) & 15)
		if k == noGor {
			return 0, 0, false
		}
		s, i = int(e.to), k
	}
	return s, i, a.leaf[a.comp[s]]
}

// leads reports whether goroutine i of state s, which will never move again,
// is still one that waits for nobody else when all have come to rest: until
// then those it waits for may not look stuck.
func (j *judge) leads(s, i int) bool {
	t, i, ok := j.a.settled(s, i)
	if !ok {
		return true
	}
	mask, _ := j.doomedOps(t)
	if j.waitsForRunning(t, i, mask) {
		return false
	}
	if t == s {
		return true
	}
	var gs []int
	at := -1
	for g := range j.a.gr.gors(t) {
		if mask&(1<<g) == 0 {
			continue
		}
		if g == i {
			at = len(gs)
		}
		gs = append(gs, g)
	}
	if at < 0 {
		return true
	}
	n := j.waits(j.a.gr.state(t), gs)
	for _, sink := range n.sinks() {
		if n.sameOp(at, n.lead(sink)) {
			return true
		}
	}
	return false
}

// waitsForRunning reports whether goroutine i of state t waits for others to
// end, one of which is never stuck but runs for ever: what is to be fixed, if
// anything, is that goroutine, which is meant to run or has a loop without a
// way out. Only waits for the end of others are looked at: Wait, and the
// receives of the first goroutine.
func (j *judge) waitsForRunning(t, i int, stuck uint16) bool {
	enc := j.a.gr.state(t)
	j.m.st.decode(enc, j.m.c.nSyms)
	g := &j.m.st.gs[i]
	if op := j.m.instr(g).op; op != prog.OpWaitWG && (op != prog.OpRecv || i != 0) {
		return false
	}
	needs := append([]want(nil), j.m.needs(g)...)
	for k := range j.a.gr.gors(t) {
		j.m.st.decode(enc, j.m.c.nSyms)
		if stuck&(1<<k) == 0 && k != i && j.m.st.gs[k].status == gLive && meets(needs, j.m.aheadOf(enc, k)) {
			return true
		}
	}
	return false
}
