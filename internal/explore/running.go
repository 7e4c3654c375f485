package explore

import "github.com/leaklint/leaklint/internal/explore/prog"

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
