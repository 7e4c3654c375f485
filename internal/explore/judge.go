package explore

import (
	"cmp"
	"fmt"
	"math/bits"
	"slices"

	"github.com/leaklint/leaklint/internal/explore/prog"
)

// A knot is a set of goroutines that stay together in a bottom SCC: the best
// one where exactly these operations are blocked.
type knot struct {
	state int
	mask  uint16
	ops   []int32 // sites of the blocked operations, sorted, each once
	comps []int32 // the bottom SCCs with these operations
	net   *network
	found []finding // one per sink component
}

// A finding is a leak before it is known whether another one hides it.
type finding struct {
	leak  Leak
	touch []Object
	mask  uint16 // the goroutine, in the knot's state
}

// maxKnots bounds how many sets of blocked operations are judged per root.
const maxKnots = 200

// A judge turns doomed goroutines into findings (docs/design.md section 9.1).
type judge struct {
	m     *machine
	a     *analysis
	o     *Options
	leaks []finding
}

// judgeAll returns the leaks of a graph, in the order in which they are judged.
func (m *machine) judgeAll(a *analysis, o *Options) []Leak {
	j := &judge{m: m, a: a, o: o}
	a.findPaths()
	knots := j.knots()
	for i := range knots {
		j.describe(&knots[i])
	}
	knots = slices.DeleteFunc(knots, func(k knot) bool { return len(k.found) == 0 })
	slices.SortStableFunc(knots, func(x, y knot) int { return m.order(&x.found[0].leak, &y.found[0].leak) })
	for i := range knots {
		j.judge(&knots[i])
	}
	out := make([]Leak, 0, len(j.leaks))
	for _, f := range j.leaks {
		out = append(out, f.leak)
	}
	return out
}

// order is the order in which leaks are judged: the sure ones first, among them
// the blocked sends, so that who waits for values does not hide who can't
// deliver them.
func (m *machine) order(l, k *Leak) int {
	return cmp.Or(
		cmp.Compare(l.Witness.Confidence, k.Witness.Confidence),
		cmp.Compare(min(rank(&l.Op, m.c), 1), min(rank(&k.Op, m.c), 1)),
		l.compare(k))
}

// compare orders leaks: confidence, assumptions, steps, position.
func (l *Leak) compare(k *Leak) int {
	return cmp.Or(
		cmp.Compare(l.Witness.Confidence, k.Witness.Confidence),
		cmp.Compare(len(l.Witness.Assumptions), len(k.Witness.Assumptions)),
		cmp.Compare(len(l.Witness.Steps), len(k.Witness.Steps)),
		cmp.Compare(l.Op.Pos, k.Op.Pos),
		cmp.Compare(l.Op.At.Func, k.Op.At.Func),
		cmp.Compare(l.Op.At.Instr, k.Op.At.Instr))
}

// doomedOps returns the doomed goroutines of s and where they are blocked;
// none if the process has to end. AfterFuncs that wait are not goroutines yet.
func (j *judge) doomedOps(s int) (mask uint16, ops []int32) {
	mask = j.a.doomed(s)
	if mask == 0 || !j.a.stays[s] {
		return 0, nil
	}
	j.m.c.eachTop(j.a.gr.state(s), func(i int, status uint8, site int32) {
		if status != gLive {
			mask &^= 1 << i
		}
		if mask&(1<<i) != 0 {
			ops = append(ops, site)
		}
	})
	slices.Sort(ops)
	return mask, ops
}

// eachTop calls yield with the instruction at which each goroutine of an
// encoded state stands.
func (c *code) eachTop(enc []uint64, yield func(i int, status uint8, site int32)) {
	at := encHead + (c.nSyms+symsAWord-1)/symsAWord + int(enc[0]>>32)
	for i := range int(enc[0] & 0xff) {
		n, base := int(enc[at]>>16&0xffff), int(enc[at]>>32&0xffff)
		w := value(enc[at+encGor+base]).word()
		yield(i, uint8(enc[at]&15), c.funcs[w&0xffff].code[w>>16&0xffff].site)
		at += encGor + n
	}
}

// knots returns the sets of operations that are blocked together. All states
// of a bottom SCC have the same; the best one stands for them.
func (j *judge) knots() []knot {
	var out []knot
	index := map[string]int{}
	seen := map[int32]bool{}
	for s := 2; s < j.a.gr.size(); s++ {
		c := j.a.comp[s]
		if !j.a.leaf[c] || unknowing(j.a.dist[s]) {
			continue
		}
		mask, ops := j.doomedOps(s)
		if mask == 0 {
			continue
		}
		ops = slices.Compact(ops)
		i, ok := index[fmt.Sprint(ops)]
		switch {
		case !ok && len(out) < maxKnots:
			i = len(out)
			index[fmt.Sprint(ops)] = i
			out = append(out, knot{state: s, mask: mask, ops: ops})
		case !ok:
			continue
		case j.a.dist[s] < j.a.dist[out[i].state]:
			out[i].state, out[i].mask = s, mask
		}
		if !seen[c] {
			seen[c] = true
			out[i].comps = append(out[i].comps, c)
		}
	}
	return out
}

// describe finds the operations of a knot that are to be fixed, with their
// witnesses.
func (j *judge) describe(k *knot) {
	var gs []int
	for i := range j.a.gr.gors(k.state) {
		if k.mask&(1<<i) != 0 {
			gs = append(gs, i)
		}
	}
	k.net = j.waits(j.a.gr.state(k.state), gs)
	last := j.lastMoves(k.state)
	for _, sink := range k.net.sinks() {
		lead := k.net.lead(sink, func(i int) int { return last[gs[i]] })
		op := k.net.blocked[lead]
		if !j.judged(&op) || j.waitsForRunning(k.state, gs[lead], k.mask) {
			continue
		}
		f := finding{leak: Leak{Op: op}, touch: k.net.touches(sink), mask: 1 << gs[lead]}
		j.witness(k, &f)
		for i := range gs {
			b := k.net.blocked[i]
			b.Goroutine = -1 // it may not have started yet
			switch {
			case i == lead:
			case k.net.sameOp(i, lead):
				f.leak.Op.Count++
			case sink[i]:
				f.leak.Rest = addBlocked(f.leak.Rest, b)
			case k.net.waitsFor(i, lead):
				f.leak.Victims = addBlocked(f.leak.Victims, b)
			}
		}
		k.found = append(k.found, f)
	}
	slices.SortStableFunc(k.found, func(x, y finding) int { return x.leak.compare(&y.leak) })
}

// lastMoves returns, for the goroutines of state s, the number of the last
// transition of its best path in which each moved.
func (j *judge) lastMoves(s int) []int {
	last := []int{0}
	for n, ei := range j.a.path(s) {
		e := &j.a.gr.edges[ei]
		next := make([]int, j.a.gr.gors(int(e.to)))
		for i := range next {
			next[i] = n // a new goroutine
		}
		for i := range last {
			to := e.perm >> (4 * i) & 15
			if to == noGor {
				continue
			}
			if next[to] = last[i]; e.moved&(1<<i) != 0 {
				next[to] = n
			}
		}
		last = next
	}
	return last
}

// witness writes the schedule up to the best state in which the goroutine of f
// is doomed and from which the knot can be reached with it.
func (j *judge) witness(k *knot, f *finding) {
	site := j.m.c.number(f.leak.Op.At)
	leak := make([]bool, j.a.gr.size())
	var work []int32
	for s := 2; s < len(leak); s++ {
		if slices.Contains(k.comps, j.a.comp[s]) {
			leak[s] = true
			work = append(work, int32(s))
		}
	}
	best, mask := k.state, f.mask
	within := make([]bool, len(leak))
	copy(within, leak)
	for len(work) > 0 {
		t := work[len(work)-1]
		work = work[:len(work)-1]
		if at := j.doomedAt(int(t), site); at != 0 && j.a.dist[t] < j.a.dist[best] {
			best, mask = int(t), at
		}
		for _, e := range j.a.in[j.a.inAt[t]:j.a.inAt[t+1]] {
			if s := j.a.from[e]; !within[s] && j.doomedAt(int(s), site) != 0 {
				within[s] = true
				work = append(work, s)
			}
		}
	}
	work = work[:0]
	for s := range within {
		if leak[s] = within[s]; within[s] {
			work = append(work, int32(s))
		}
	}
	j.a.backwards(work, leak)
	w := walker{j.m, j.a}
	wit, names := w.write(best, leak)
	f.leak.Op.Goroutine = names[bits.TrailingZeros16(mask)]
	op := &f.leak.Op
	wit.Confidence = j.o.confidence(op, wit.Assumptions)
	wit.Steps = append(wit.Steps, Step{Kind: StepBlocked, Goroutine: op.Goroutine, Other: -1,
		Site: op.Site, Phrase: j.m.c.at(j.m.c.number(op.Site)).Phrase, Assumed: -1})
	f.leak.Witness = wit
}

// doomedAt returns the goroutines doomed at an operation in state s.
func (j *judge) doomedAt(s int, site int32) (mask uint16) {
	doomed := j.a.doomed(s)
	if doomed == 0 {
		return 0
	}
	j.m.c.eachTop(j.a.gr.state(s), func(i int, status uint8, at int32) {
		if at == site && status == gLive {
			mask |= doomed & (1 << i)
		}
	})
	return mask
}

// confidence asks the caller's table; without one, only lost values are low.
func (o *Options) confidence(op *Blocked, assumed []Assumption) Confidence {
	if o.Confidence != nil {
		return o.Confidence(op, assumed)
	}
	for _, a := range assumed {
		if a.Kind == prog.AssumeLost {
			return Low
		}
	}
	return Default
}

// judge reports the findings of a knot, unless a leak reported before hides
// them or the full step relation refutes them.
func (j *judge) judge(k *knot) {
	hidden := j.hides(k, k.found[0].leak.Confidence())
	var fresh []finding
	for _, f := range k.found {
		if old := j.find(&f.leak); old != nil {
			old.merge(&f.leak)
		} else if !hidden && j.confirmed(k.state, f.mask) {
			fresh = append(fresh, f)
		}
	}
	j.leaks = append(j.leaks, fresh...)
}

// judged reports whether the operation waits on a primitive that is judged in
// this root, or on none.
func (j *judge) judged(b *Blocked) bool {
	if j.o.Judge == nil {
		return true
	}
	real := false
	for _, o := range b.On {
		if o.Kind == NilChan {
			continue
		}
		if j.o.Judge(o.Made) {
			return true
		}
		real = true
	}
	return !real
}

// find returns the leak already found at the same operation.
func (j *judge) find(l *Leak) *Leak {
	for i := range j.leaks {
		if old := &j.leaks[i].leak; old.Op.At == l.Op.At && old.Op.Site == l.Op.Site {
			return old
		}
	}
	return nil
}

// merge adds the related operations of a second deadlock at the same operation.
func (l *Leak) merge(m *Leak) {
	l.Op.Count = max(l.Op.Count, m.Op.Count)
	for _, b := range m.Victims {
		if b.At != l.Op.At {
			l.Victims = addBlocked(l.Victims, b)
		}
	}
}

// addBlocked adds an operation, or counts it.
func addBlocked(list []Blocked, b Blocked) []Blocked {
	for i := range list {
		if list[i].At == b.At && list[i].Site == b.Site {
			list[i].Count = max(list[i].Count, b.Count)
			return list
		}
	}
	return append(list, b)
}

// hides reports whether a knot of that confidence is hidden by a leak already
// reported whose goroutines touch a common object, contexts apart.
func (j *judge) hides(k *knot, c Confidence) bool {
	for i := range j.leaks {
		if j.leaks[i].leak.Confidence() > c {
			continue // a low finding never hides a default one
		}
		for _, touch := range k.net.touch {
			for _, o := range touch {
				if o.Kind != Context && slices.Contains(j.leaks[i].touch, o) {
					return true
				}
			}
		}
	}
	return false
}
