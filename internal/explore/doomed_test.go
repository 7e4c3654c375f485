package explore

import (
	"slices"
	"testing"
)

// TestDoomed checks in every state of small programs that a goroutine that is
// doomed there, which is where a witness ends, can't move under the unreduced
// step relation either. The long form is make random.
func TestDoomed(t *testing.T) {
	const first = 7001000 // 7001269 has a goroutine that moves and at once ends the process
	programs, states := 0, 0
	seed := first + *randomSeed
	for ; programs < max(250, *randomCompared/10); seed++ {
		p, _ := program(seed)
		c := compile(p)
		if c.run(Options{Budget: smallBudget, Unreduced: true}, 0).Truncated {
			continue
		}
		programs++
		n, bad := c.wronglyDoomed()
		states += n
		if bad >= 0 {
			t.Fatalf("seed %d: a goroutine doomed in state %d can move\n%s", seed, bad, p)
		}
	}
	t.Logf("%d states of %d programs with doomed goroutines, seeds to %d", states, programs, seed-1)
	if states < programs/2 {
		t.Errorf("only %d states with doomed goroutines in %d programs", states, programs)
	}
}

// wronglyDoomed returns how many states of the reduced graph have goroutines
// that stay, and one where such a goroutine can move, or -1.
func (c *code) wronglyDoomed() (n, bad int) {
	o := Options{Budget: smallBudget.withDefaults()}
	r := &runner{c: c, o: &o, res: new(Result)}
	m := r.machine(o.Budget)
	gr := m.fromStart(o.Budget.States)
	a := analyse(gr)
	if gr.cut || !a.anyDoomed() {
		return 0, -1
	}
	a.findStays()
	j := &judge{m: m, a: a, o: &o}
	for s := 2; s < gr.size(); s++ {
		mask, _ := j.doomedOps(s)
		if mask == 0 {
			continue
		}
		n++
		whole := newMachine(c, o.Budget.limits())
		whole.full = true
		g := newGraph()
		whole.explore(g, slices.Clone(gr.state(s)), confirmLimit)
		if !g.cut && analyse(g).can[2]&mask != 0 {
			return n, s
		}
	}
	return n, -1
}
