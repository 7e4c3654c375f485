package explore

import (
	"slices"

	"github.com/leaklint/leaklint/internal/explore/prog"
)

// withDefaults fills in the zero fields.
func (b Budget) withDefaults() Budget {
	for _, f := range []struct {
		field *int
		dflt  int
	}{
		{&b.States, 20000}, {&b.Goroutines, 8}, {&b.Launches, 64}, {&b.Instances, 3},
		{&b.Frames, 16}, {&b.Symbols, 3}, {&b.Replay, 10000},
	} {
		if *f.field == 0 {
			*f.field = f.dflt
		}
	}
	b.Goroutines = min(b.Goroutines, noGor)
	return b
}

// limits returns what bounds the execution.
func (b Budget) limits() limits {
	return limits{gors: b.Goroutines, instances: b.Instances, frames: b.Frames, symbols: b.Symbols}
}

// Run explores p, which must be valid, and returns its leaks.
func Run(p *prog.Program, o Options) *Result { return run(p, o, 0) }

// run is Run with seeded faults.
func run(p *prog.Program, o Options, faults Faults) *Result { return compile(p).run(o, faults) }

// run is run for a compiled program.
func (c *code) run(o Options, faults Faults) *Result {
	o.Budget = o.Budget.withDefaults()
	r := &runner{c: c, o: &o, faults: faults, res: new(Result)}
	r.ladder()
	return r.res
}

// A runner climbs the ladder of docs/design.md section 8.3 for one root.
type runner struct {
	c      *code
	o      *Options
	faults Faults
	res    *Result
}

// ladder explores, with less of everything where that is too much. What an
// earlier attempt found stays found: no rung invents a leak. Each rung has half
// the states of the one before, so that a hopeless root costs at most twice its
// budget.
func (r *runner) ladder() {
	b := r.o.Budget
	if r.c.instrs() > mostInstrs && !r.o.Unreduced {
		r.res.Truncated = true
		r.ledger(newGraph(), nil, nil, true)
		b.Instances, b.Symbols, b.States = min(b.Instances, 2), min(b.Symbols, 2), (b.States+3)/4
		r.project(b)
		return
	}
	r.attempt(b)
	if r.res.Truncated && (b.Instances > 2 || b.Symbols > 2) {
		r.res.Rung = 1
		b.Instances, b.Symbols = min(b.Instances, 2), min(b.Symbols, 2)
		b.States = (b.States + 1) / 2
		r.attempt(b)
	}
	if r.res.Truncated && !r.o.Unreduced {
		b.States = (b.States + 1) / 2
		r.project(b)
	}
}

// mostInstrs bounds the programs that are explored as a whole: what a larger one
// can afford in states never gets to its end.
const mostInstrs = 1000

// machine returns a machine with the options of the run.
func (r *runner) machine(b Budget) *machine { return r.machineFor(r.c, b) }

// machineFor is machine for a projection of the program.
func (r *runner) machineFor(c *code, b Budget) *machine {
	m := newMachine(c, b.limits())
	m.full, m.faults = r.o.Unreduced, r.faults
	for _, k := range prog.Assumes() {
		m.low[k] = k != prog.AssumeNone && r.o.confidence(nil, []Assumption{{Kind: k, Decisive: true}}) == Low
	}
	return m
}

// attempt explores once and adds the leaks found.
func (r *runner) attempt(b Budget) {
	m := r.machine(b)
	if r.o.Ledger {
		m.notes = newNotes(r.c)
	}
	gr := m.fromStart(b.States)
	defer gr.release()
	r.res.States += gr.size() - 2
	r.res.Truncated, r.res.failed = gr.cut, r.res.failed || m.failed || m.blind
	a := analyse(gr)
	some := a.anyDoomed()
	if some {
		a.findStays()
	}
	r.ledger(gr, a, m.notes, gr.cut || m.blind)
	if !some {
		return
	}
	for _, l := range m.judgeAll(a, r.o) {
		if !r.has(&l) {
			r.res.Leaks = append(r.res.Leaks, l)
		}
	}
}

// fromStart explores from the first instruction.
func (m *machine) fromStart(states int) *graph {
	m.st.initial(m.c)
	*m.work = max(states*workPerState, leastWork)
	gr := newGraph()
	m.explore(gr, slices.Clone(m.enc.encode(&m.st)), states)
	return gr
}

// has reports whether a leak at the same operation has been found.
func (r *runner) has(l *Leak) bool {
	return slices.ContainsFunc(r.res.Leaks, func(k Leak) bool { return k.Op.At == l.Op.At && k.Op.Site == l.Op.Site })
}

// blocking holds the operations that can wait.
var blocking = map[prog.Op]bool{
	prog.OpSend: true, prog.OpRecv: true, prog.OpSelect: true, prog.OpLock: true, prog.OpRLock: true,
	prog.OpWait: true, prog.OpWaitWG: true, prog.OpOnceBegin: true, prog.OpPipeRead: true, prog.OpPipeWrite: true,
}

// ledger writes down what became of every blocking operation; partial says that
// not all executions were followed to the end.
func (r *runner) ledger(gr *graph, a *analysis, n *notes, partial bool) {
	verdicts := make([]Verdict, r.c.sites())
	for s := 2; s < gr.size(); s++ {
		doomed := a.doomed(s)
		r.c.eachTop(gr.state(s), func(i int, status uint8, site int32) {
			switch v := &verdicts[site]; {
			case status == gFatal:
			case doomed&(1<<i) != 0 && status == gLive && a.stays[s]:
				*v = Leaks
			case *v == Unreached && partial:
				*v = Unknown
			case *v == Unreached:
				*v = Finishes
			}
		})
	}
	r.res.Ops = r.res.Ops[:0]
	for f := range r.c.funcs {
		for i := range r.c.funcs[f].code {
			in := &r.c.funcs[f].code[i]
			if blocking[in.op] {
				r.res.Ops = append(r.res.Ops, n.on(r.c.site(in.site), in.site, verdicts[in.site], partial))
			}
		}
	}
}
