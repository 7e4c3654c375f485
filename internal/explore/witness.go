package explore

import (
	"slices"

	"github.com/leaklint/leaklint/internal/explore/prog"
)

// A walker writes witnesses: it runs the transitions of a path again with a
// tracer.
type walker struct {
	m *machine
	a *analysis
}

// A branch is a transition with the choices that led to it.
type branch struct {
	mover  int
	script []pick
	to     int32
}

// write returns the witness of the best path to state s, and the numbers of
// its goroutines. leak marks the states from which the same leak can be
// reached.
func (w *walker) write(s int, leak []bool) (wit Witness, names []int) {
	tr := &tracer{names: []int{0}, next: 1, left: map[int]Site{}}
	w.m.trace = tr
	defer func() { w.m.trace = nil }()
	for _, ei := range w.a.path(s) {
		w.transition(tr, int(w.a.from[ei]), ei, leak, &wit)
	}
	wit.countDeliveries()
	names = append(names, tr.names...)
	w.depart(tr, s, leak, &wit)
	return wit, names
}

// maxDepart bounds the steps that a witness has after its goroutine is lost.
const maxDepart = 12

// depart goes on from state s until the first goroutine has ended, if it can
// without another step that decides anything: that it has gone is what a
// reader wants to see. Whatever it assumes is not needed for the leak, but that
// a test is over tells how much it matters.
func (w *walker) depart(tr *tracer, s int, leak []bool, wit *Witness) {
	for range maxDepart {
		first := slices.Index(tr.names, 0)
		if first < 0 {
			return
		}
		next := int32(-1)
		for ei := w.a.gr.first[s]; ei < w.a.gr.first[s+1]; ei++ {
			if e := w.a.gr.edges[ei]; e.moved == 1<<first && leak[e.to] {
				next = ei
				break
			}
		}
		if next < 0 {
			return
		}
		var more Witness
		w.transition(tr, s, next, leak, &more)
		for _, st := range more.Steps {
			at := st.Assumed
			st.Assumed = -1
			if st.Kind == StepAssume {
				if a := more.Assumptions[at]; a.Kind != prog.AssumeTestFatal && a.Kind != prog.AssumeTestTimeout {
					continue
				}
				st.Assumed = len(wit.Assumptions)
				wit.Assumptions = append(wit.Assumptions, more.Assumptions[at])
			}
			wit.Steps = append(wit.Steps, st)
		}
		s = int(w.a.gr.edges[next].to)
	}
}

// transition runs edge ei of state s again and adds what happened.
func (w *walker) transition(tr *tracer, s int, ei int32, leak []bool, wit *Witness) {
	k := int(ei - w.a.gr.first[s])
	var all []branch
	var steps []Step
	var assumed []traced
	var names []int
	chosen := -1
	tr.enter()
	from := append([]int(nil), tr.names...)
	next := tr.next
	w.m.expand(w.a.gr.state(s), func(t transition) {
		i := len(all)
		all = append(all, branch{t.mover, append([]pick(nil), w.m.script...), w.a.gr.edges[int(w.a.gr.first[s])+i].to})
		if i == k {
			chosen = i
			steps, assumed = append(steps, tr.steps...), append(assumed, tr.assumed...)
			saved := append([]int(nil), tr.names...)
			tr.leave(&w.m.enc)
			names, next = tr.names, tr.next
			tr.names = saved
		}
	})
	tr.names, tr.next = names, next
	if chosen < 0 {
		tr.names = from
		return
	}
	base := len(wit.Assumptions)
	for _, t := range assumed {
		t.Decisive = decisive(all, chosen, t.pick, leak)
		wit.Assumptions = append(wit.Assumptions, t.Assumption)
	}
	for _, st := range steps {
		if st.Assumed >= 0 {
			st.Assumed += base
		}
		wit.Steps = append(wit.Steps, st)
	}
}

// decisive reports whether no other outcome of pick p of the chosen branch
// leads to the leak.
func decisive(all []branch, chosen, p int, leak []bool) bool {
	if p < 0 {
		return true
	}
	c := all[chosen]
	for _, b := range all {
		if b.mover != c.mover || len(b.script) <= p || len(c.script) <= p || b.script[p].c == c.script[p].c {
			continue
		}
		same := true
		for i := range p {
			same = same && b.script[i].c == c.script[i].c
		}
		if same && leak[b.to] {
			return false
		}
	}
	return true
}

// countDeliveries turns the fourth delivery of one source into an assumption
// of its own kind.
func (wit *Witness) countDeliveries() {
	seen := map[Site]int{}
	for i := range wit.Assumptions {
		a := &wit.Assumptions[i]
		if a.Kind != prog.AssumeEnvOperates {
			continue
		}
		if seen[a.Site]++; seen[a.Site] > 3 {
			a.Kind = prog.AssumeEnvDelivers
		}
	}
}

// blocked describes the goroutine i of a decoded state.
func (m *machine) blocked(i int) Blocked {
	g := &m.st.gs[i]
	in := m.instr(g)
	b := Blocked{At: m.c.site(in.site), Op: in.op, Launch: m.c.site(g.site), Root: g.site == 0, Count: 1}
	b.Site, _ = m.c.shown(g)
	for base := g.base; base > 0; {
		base = g.frameAt(base).prev
		f := g.frameAt(base)
		b.Stack = append([]Site{m.c.site(m.c.funcs[f.fn].code[f.pc].site)}, b.Stack...)
	}
	for _, w := range m.needs(g) {
		b.addObject(m.object(w.obj))
	}
	if in.op == prog.OpSend || in.op == prog.OpRecv || in.op == prog.OpSelect {
		for c := range numCases(in) {
			if _, dflt, ch, _ := caseOf(in, c); !dflt && m.get(g, ch).kind() == vNil {
				b.addObject(Object{Made: Site{Func: prog.NoFunc}, Kind: NilChan})
			}
		}
	}
	return b
}

// addObject adds an object once.
func (b *Blocked) addObject(o Object) {
	for _, have := range b.On {
		if have == o {
			return
		}
	}
	b.On = append(b.On, o)
}

// object describes object o.
func (m *machine) object(o int) Object {
	ob := &m.st.objs[o]
	kind := Kind(ob.kind)
	if ob.kind == kRW {
		kind = Mutex
	}
	return Object{Made: m.c.site(ob.site), Kind: kind}
}
