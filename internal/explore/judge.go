package explore

import (
	"math/bits"
	"sort"

	"github.com/leaklint/leaklint/internal/explore/prog"
)

// A knot is a set of goroutines that stay together, at the best state where
// exactly these operations are blocked.
type knot struct {
	state int
	mask  uint16
	ops   []int32 // sites of the blocked operations, sorted
	wit   Witness
	names []int
}

// maxKnots bounds how many sets of blocked operations are judged per root.
const maxKnots = 200

// A judge turns doomed goroutines into findings (docs/design.md section 9.1).
type judge struct {
	m     *machine
	a     *analysis
	o     *Options
	leaks []Leak
	// touched holds, for every leak, the objects its goroutines touch.
	touched [][]Object
}

// judgeAll returns the leaks of a graph, in the order in which they are judged.
func (m *machine) judgeAll(a *analysis, o *Options) []Leak {
	j := &judge{m: m, a: a, o: o}
	a.findPaths()
	a.findSettling()
	knots := j.knots()
	for i := range knots {
		j.describe(&knots[i])
	}
	sort.SliceStable(knots, func(x, y int) bool { return knots[x].before(&knots[y]) })
	for i := range knots {
		j.judge(&knots[i])
	}
	return j.leaks
}

// before orders knots: confidence, assumptions, steps, positions.
func (k *knot) before(l *knot) bool {
	switch a, b := k.wit, l.wit; {
	case a.Confidence != b.Confidence:
		return a.Confidence < b.Confidence
	case len(a.Assumptions) != len(b.Assumptions):
		return len(a.Assumptions) < len(b.Assumptions)
	case len(a.Steps) != len(b.Steps):
		return len(a.Steps) < len(b.Steps)
	}
	for i := range min(len(k.ops), len(l.ops)) {
		if k.ops[i] != l.ops[i] {
			return k.ops[i] < l.ops[i]
		}
	}
	return len(k.ops) < len(l.ops)
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
	sort.Slice(ops, func(a, b int) bool { return ops[a] < ops[b] })
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

// knots returns the sets of operations that are blocked together, each at its
// best state.
func (j *judge) knots() []knot {
	var out []knot
	index := map[string]int{}
	for s := 2; s < j.a.gr.size(); s++ {
		mask, ops := j.doomedOps(s)
		if mask == 0 || j.a.dist[s] == ^uint64(0) || unknowing(j.a.dist[s]) {
			continue
		}
		key := make([]byte, 0, 4*len(ops))
		for i, o := range ops {
			if i == 0 || o != ops[i-1] {
				key = append(key, byte(o), byte(o>>8), byte(o>>16), byte(o>>24))
			}
		}
		i, ok := index[string(key)]
		switch {
		case !ok && len(out) < maxKnots:
			index[string(key)] = len(out)
			out = append(out, knot{state: s, mask: mask, ops: ops})
		case ok && j.a.dist[s] < j.a.dist[out[i].state]:
			out[i].state, out[i].mask, out[i].ops = s, mask, ops
		}
	}
	return out
}

// describe gives a knot its witness and confidence.
func (j *judge) describe(k *knot) {
	leak := make([]bool, j.a.gr.size())
	var work []int32
	for s := 2; s < len(leak); s++ {
		mask, ops := j.doomedOps(s)
		if mask != 0 && containsAll(ops, k.ops) {
			leak[s] = true
			work = append(work, int32(s))
		}
	}
	j.a.backwards(work, leak)
	w := walker{j.m, j.a}
	k.wit, k.names = w.write(k.state, leak)
	j.m.st.decode(j.a.gr.state(k.state), j.m.c.nSyms)
	first := j.m.blocked(bits.TrailingZeros16(k.mask))
	k.wit.Confidence = j.confidence(&first, k.wit.Assumptions)
}

// containsAll reports whether every operation of ops is one of all.
func containsAll(all, ops []int32) bool {
	for _, o := range ops {
		found := false
		for _, x := range all {
			found = found || x == o
		}
		if !found {
			return false
		}
	}
	return true
}

// confidence asks the caller's table.
func (j *judge) confidence(op *Blocked, assumed []Assumption) Confidence {
	return j.o.confidence(op, assumed)
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

// judge reports one operation of every sink component of a knot.
func (j *judge) judge(k *knot) {
	enc := j.a.gr.state(k.state)
	var gs []int
	for i := range j.a.gr.gors(k.state) {
		if k.mask&(1<<i) != 0 {
			gs = append(gs, i)
		}
	}
	n := j.waits(enc, gs)
	hidden := j.hides(n, k.wit.Confidence)
	var found []Leak
	var touched [][]Object
	for _, sink := range n.sinks() {
		lead := n.lead(sink)
		if !j.judged(&n.blocked[lead]) || !j.leads(k.state, gs[lead]) || !j.confirmed(k, 1<<gs[lead]) {
			continue
		}
		l := Leak{Op: n.blocked[lead], Witness: k.wit}
		l.Op.Goroutine = k.names[gs[lead]]
		for i := range gs {
			b := n.blocked[i]
			b.Goroutine = k.names[gs[i]]
			switch {
			case i == lead:
			case n.sameOp(i, lead):
				l.Op.Count++
			case sink[i]:
				l.Rest = addBlocked(l.Rest, b)
			case n.reaches(i, lead):
				l.Victims = addBlocked(l.Victims, b)
			}
		}
		l.Witness.Confidence = j.confidence(&l.Op, l.Witness.Assumptions)
		l.Witness.Steps = append(append([]Step(nil), l.Witness.Steps...), Step{Kind: StepBlocked,
			Goroutine: l.Op.Goroutine, Other: -1, Site: l.Op.Site, Phrase: j.m.c.at(j.m.c.number(l.Op.Site)).Phrase, Assumed: -1})
		found, touched = append(found, l), append(touched, n.touches(sink))
	}
	for i, l := range found {
		if old := j.find(&l); old != nil {
			old.merge(&l)
		} else if !hidden {
			j.leaks, j.touched = append(j.leaks, l), append(j.touched, touched[i])
		}
	}
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
		if j.leaks[i].Op.At == l.Op.At && j.leaks[i].Op.Site == l.Op.Site {
			return &j.leaks[i]
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
func (j *judge) hides(n *network, c Confidence) bool {
	for i := range j.leaks {
		if j.leaks[i].Witness.Confidence > c {
			continue // a low finding never hides a default one
		}
		for g := range n.blocked {
			for _, o := range n.touch[g] {
				if o.Kind != Context && hasObject(j.touched[i], o) {
					return true
				}
			}
		}
	}
	return false
}

// hasObject reports whether o is in list.
func hasObject(list []Object, o Object) bool {
	for _, x := range list {
		if x == o {
			return true
		}
	}
	return false
}
