package explore

import (
	"container/heap"
	"math"
	"slices"

	"github.com/leaklint/leaklint/internal/explore/prog"
	"github.com/leaklint/leaklint/internal/explore/slice"
)

// maxProjections bounds the classes of primitives on which a program too big is
// projected.
const maxProjections = 16

// project is the last rung but one: the program is explored for one class of
// primitives at a time, with all other channels open, all other contexts and
// timers free to end, and without what does not matter to it. What leaks then must
// be replayed in the whole program, and is dropped where that fails.
func (r *runner) project(b Budget) {
	r.res.Rung = 2
	whole, done, found := r.c.instrs(), true, false
	left, n := 2*float64(b.States), 0
	for f := range slice.Foci(r.c.p, r.projects) {
		if n++; n > maxProjections || left <= 0 {
			done = false
			break
		}
		if f.Size > mostInstrs {
			done = false
			continue
		}
		each := worth(whole, f.Size)
		used := r.res.States
		all, leaks := r.projectOn(f, b, int(min(float64(b.States)*each, mostProjected)))
		left -= float64(r.res.States-used) / each
		done, found = done && all, found || leaks
	}
	if !done && !found {
		r.res.Rung = 3
	}
}

// projects reports whether the program is projected on primitives made at some
// places; package variables are not made anywhere.
func (r *runner) projects(made []slice.At) bool {
	return r.o.Project == nil || len(made) == 0 ||
		slices.ContainsFunc(made, func(at slice.At) bool { return r.o.Project(r.c.siteAt(at)) })
}

// worth returns how many states of a program with some instructions cost what
// one of the whole program costs: a state of a smaller one costs less, and there
// are fewer.
func worth(whole, some int) float64 {
	r := float64(whole) / float64(max(some, 1))
	return r * math.Sqrt(r)
}

// mostProjected bounds the states of one projection.
const mostProjected = 5000

// instrs returns the number of instructions that do something.
func (c *code) instrs() int {
	n := 0
	for i := range c.funcs {
		for k := range c.funcs[i].code {
			if op := c.funcs[i].code[k].op; op != prog.OpNop && op != prog.OpJump {
				n++
			}
		}
	}
	return n
}

// siteAt returns the site of an instruction.
func (c *code) siteAt(at slice.At) Site { return c.site(c.base[at.Func] + int32(at.Instr)) }

// projectedAway reports whether in is an operation on a channel that projection
// has opened, or a mere pause: what comes before it does not matter then.
func (m *machine) projectedAway(g *gor, in *instr) bool {
	switch in.op {
	case prog.OpYield:
		return true
	case prog.OpSend, prog.OpRecv:
		v := m.get(g, in.args[0])
		if v.kind() != vRef {
			return false
		}
		ob := &m.st.objs[v.obj()]
		return ob.kind == uint8(Chan) && ob.env>>envOpenShift&uint64(prog.EnvAll) == uint64(prog.EnvAll)
	}
	return false
}

// projectOn explores one projection, and reports whether all of it was followed,
// and whether that gave a new leak.
func (r *runner) projectOn(f slice.Focus, b Budget, states int) (all, found bool) {
	m := r.machineFor(compile(f.Prog), b)
	m.only = map[int32]bool{}
	for _, at := range f.Made { // channels, contexts and timers that are made elsewhere are open
		m.only[r.c.base[at.Func]+int32(at.Instr)] = true
	}
	gr := m.fromStart(states)
	defer gr.release()
	r.res.States += gr.size() - 2
	a := analyse(gr)
	if !a.anyDoomed() {
		return !gr.cut, false
	}
	a.findStays()
	for _, l := range m.judgeAll(a, r.o) {
		if r.has(&l) || !m.judged(&l) {
			continue
		}
		if wit, ok := r.replay(&l, m.only, b); ok {
			l.Witness, l.Rest, l.Victims = wit, nil, nil
			r.res.Leaks = append(r.res.Leaks, l)
			found = true
		}
	}
	return !gr.cut, found
}

// judged reports whether a leak of a projection is one on the channels that it
// is about; variables of packages are not made anywhere.
func (m *machine) judged(l *Leak) bool {
	return len(m.only) == 0 || slices.ContainsFunc(l.Op.On, func(o Object) bool {
		return o.Made.Func != prog.NoFunc && m.only[m.c.number(o.Made)]
	})
}

// A replayNode is a state of the whole program, with how much of the projected
// witness has been done on the way to it.
type replayNode struct {
	enc    []uint64
	done   int
	depth  int
	names  []int
	next   int
	parent *replayNode
	steps  []Step
	took   []traced
}

// A replayHeap orders nodes by how far they got, then by length, then by age.
type replayHeap []*replayNode

func (h replayHeap) Len() int { return len(h) }

// Less implements heap.Interface.
func (h replayHeap) Less(i, j int) bool {
	if h[i].done != h[j].done {
		return h[i].done > h[j].done
	}
	return h[i].depth < h[j].depth
}
func (h replayHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *replayHeap) Push(x any)   { *h = append(*h, x.(*replayNode)) }

// Pop implements heap.Interface.
func (h *replayHeap) Pop() any {
	old := *h
	x := old[len(old)-1]
	*h = old[:len(old)-1]
	return x
}

// leastReplay is how many states a replay has at least.
const leastReplay = 200

// maxGoals bounds the states of a replay in which the leak is looked for.
const maxGoals = 3

// replay looks for the projected leak l in the whole program, guided by the
// operations of its witness, and returns the witness found there.
func (r *runner) replay(l *Leak, only map[int32]bool, b Budget) (Witness, bool) {
	var want []Site
	for _, s := range l.Witness.Steps {
		if s.Kind == StepDo {
			want = append(want, s.Site)
		}
	}
	b.Replay = min(b.Replay, max(b.States, leastReplay)) // as much as a rung, no more
	m := r.machine(b)
	m.st.initial(r.c)
	tr := &tracer{left: map[int]Site{}}
	m.trace = tr
	h := &replayHeap{{enc: slices.Clone(m.enc.encode(&m.st)), names: []int{0}, next: 1}}
	seen := newGraph()
	defer seen.release()
	goals := 0
	for h.Len() > 0 && seen.size() < b.Replay && goals < maxGoals {
		n := heap.Pop(h).(*replayNode)
		if g := r.c.standsAt(n.enc, r.c.number(l.Op.At)); n.done == len(want) && g >= 0 {
			goals++
			if r.staysFrom(n.enc, g, only, b) {
				return r.rewrite(l, n, n.names[g]), true
			}
		}
		tr.names, tr.next = slices.Clone(n.names), n.next
		tr.enter()
		m.expand(n.enc, func(t transition) {
			if t.out != oDone {
				return
			}
			before := seen.size()
			if seen.add(m.enc.out, 0); seen.size() > before {
				heap.Push(h, n.child(m, want))
			}
		})
	}
	return Witness{}, false
}

// child returns the node of the transition that m has just made from n.
func (n *replayNode) child(m *machine, want []Site) *replayNode {
	c := &replayNode{enc: slices.Clone(m.enc.out), done: n.done, depth: n.depth + 1, parent: n,
		steps: slices.Clone(m.trace.steps), took: slices.Clone(m.trace.assumed), next: m.trace.next}
	for _, i := range m.enc.order {
		c.names = append(c.names, m.trace.names[i])
	}
	for _, s := range c.steps {
		if c.done < len(want) && s.Kind == StepDo && s.Site == want[c.done] {
			c.done++
		}
	}
	return c
}

// standsAt returns a goroutine that stands at an instruction, or -1.
func (c *code) standsAt(enc []uint64, site int32) int {
	at := -1
	c.eachTop(enc, func(i int, status uint8, s int32) {
		if s == site && status == gLive && at < 0 {
			at = i
		}
	})
	return at
}

// staysFrom reports whether goroutine g of a state of the whole program is
// doomed there, so that a witness may end with it, and whether it then stays.
//
// With more channels open others can only do more: each step of the whole
// program is one of the projected program as well. So who is doomed in the
// projected program is so in the whole, but only because a process that ends
// there ends in a step of its own (see final): else an end that only projection
// allows would hide what g could do before it.
func (r *runner) staysFrom(enc []uint64, g int, only map[int32]bool, b Budget) bool {
	m := r.machine(b)
	m.only = only
	m.st.decode(enc, r.c.nSyms)
	for o := range m.st.objs {
		switch ob := &m.st.objs[o]; {
		case only[ob.site]:
		case ob.kind == uint8(Chan):
			ob.env |= uint64(prog.EnvAll) << envOpenShift
		case ob.kind == uint8(Timer):
			ob.env |= uint64(prog.EnvFire) << envOpenShift
		case ob.kind == uint8(Context) && r.c.at(ob.site).Op == prog.OpCtxNew:
			ob.f[cxInfo] = mkWord(ob.f[cxInfo].word() | cxEnv)
		}
	}
	m.enc.perm = resize(m.enc.perm, len(m.st.gs))
	from := slices.Clone(m.enc.encode(&m.st))
	to := m.enc.perm[g]
	gr := newGraph()
	defer gr.release()
	m.explore(gr, from, b.Replay)
	return analyse(gr).doomed(2)&(1<<to) != 0 && r.comesToRest(enc, g, b)
}

// comesToRest reports whether the whole program can come, depth first and
// without a move of goroutine g, to a state where nothing moves. That alone
// proves the leak, whatever projection has left out: g stands in that state
// where it stood before.
func (r *runner) comesToRest(enc []uint64, g int, b Budget) bool {
	type item struct {
		enc []uint64
		g   int
	}
	m, seen := r.machine(b), newGraph()
	defer seen.release()
	seen.add(enc, 0)
	for stack := []item{{enc, g}}; len(stack) > 0 && seen.size() < b.Replay; {
		x := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		moves := false
		m.expand(x.enc, func(t transition) {
			moves = true
			if t.out != oDone || m.moved&(1<<x.g) != 0 {
				return
			}
			before := seen.size()
			if seen.add(m.enc.out, 0); seen.size() > before {
				stack = append(stack, item{slices.Clone(m.enc.out), int(m.enc.perm[x.g])})
			}
		})
		if !moves {
			j := &judge{m: m}
			return j.confirmedIn(x.enc, 1<<x.g)
		}
	}
	return false
}

// rewrite returns the witness of a replayed path.
func (r *runner) rewrite(l *Leak, n *replayNode, who int) Witness {
	var path []*replayNode
	for ; n != nil; n = n.parent {
		path = append(path, n)
	}
	var wit Witness
	for _, n := range slices.Backward(path) {
		base := len(wit.Assumptions)
		for _, t := range n.took {
			t.Decisive = true
			wit.Assumptions = append(wit.Assumptions, t.Assumption)
		}
		for _, s := range n.steps {
			if s.Assumed >= 0 {
				s.Assumed += base
			}
			wit.Steps = append(wit.Steps, s)
		}
	}
	wit.countDeliveries()
	l.Op.Goroutine = who
	wit.Steps = append(wit.Steps, Step{Kind: StepBlocked, Goroutine: who, Other: -1, Site: l.Op.Site,
		Phrase: r.c.at(r.c.number(l.Op.Site)).Phrase, Assumed: -1})
	wit.Confidence = r.o.confidence(&l.Op, wit.Assumptions)
	return wit
}
