package explore

import "github.com/leaklint/leaklint/internal/explore/prog"

// A tracer writes down what happens in one transition, for a witness.
type tracer struct {
	names   []int // goroutine of the working state → number in the witness
	next    int   // next number
	fromLen int   // goroutines at the beginning of the transition
	fromNum int

	left    map[int]Site // where a goroutine, by its number in the witness, returned last
	steps   []Step
	assumed []traced
}

// A traced assumption knows which pick of its transition made it.
type traced struct {
	Assumption
	pick int // -1: none
}

// begin forgets what was written since the transition began.
func (t *tracer) begin() {
	t.steps, t.assumed = t.steps[:0], t.assumed[:0]
	t.names, t.next = t.names[:t.fromLen], t.fromNum
}

// enter prepares for the transitions of a state.
func (t *tracer) enter() { t.fromLen, t.fromNum = len(t.names), t.next }

// leave takes over the order of goroutines in the target that e has written.
func (t *tracer) leave(e *encoder) {
	names := make([]int, len(e.order))
	for j, i := range e.order {
		names[j] = t.names[i]
	}
	t.names = names
}

// shown returns where the instruction at which g stands is shown: at the call
// of the outermost stub it is in.
func (c *code) shown(g *gor) (s Site, phrase string) {
	base, at := g.base, int32(0)
	for b := base; ; {
		f := g.frameAt(b)
		if at == 0 || !c.funcs[f.fn].stub {
			at = c.funcs[f.fn].code[f.pc].site
		}
		if !c.funcs[f.fn].stub || b == 0 {
			break
		}
		b = f.prev
	}
	s = c.site(at)
	in := c.at(at)
	return s, in.Phrase
}

// name returns the number of a goroutine of the working state.
func (t *tracer) name(i int) int {
	if i < 0 || i >= len(t.names) {
		return -1
	}
	return t.names[i]
}

// did records an operation of g, in case c, with a partner.
func (t *tracer) did(m *machine, g *gor, in *instr, c, partner int) {
	if m.only != nil && m.projectedAway(g, in) {
		return // no guide for the whole program
	}
	s, phrase := m.c.shown(g)
	if src := m.c.at(in.site); in.op == prog.OpSelect && c >= 0 && s == m.c.site(in.site) {
		k := &src.Cases[c]
		if k.Pos != 0 {
			s.Pos = k.Pos
		}
		if k.Phrase != "" {
			phrase = k.Phrase
		}
	}
	t.steps = append(t.steps, Step{Kind: StepDo, Goroutine: t.name(m.cur), Other: t.name(partner),
		Site: s, Phrase: phrase, Assumed: -1})
}

// started records that the current goroutine starts another, added next.
func (t *tracer) started(m *machine, in *instr) {
	src := m.c.at(in.site)
	t.steps = append(t.steps, Step{Kind: StepStart, Goroutine: t.name(m.cur), Other: t.next,
		Site: m.c.site(in.site), Phrase: src.Phrase, Assumed: -1})
	t.names = append(t.names, t.next)
	t.next++
}

// armed numbers a goroutine that waits for a timer or context.
func (t *tracer) armed() {
	t.names = append(t.names, t.next)
	t.next++
}

// fired records that the waiting goroutine i starts.
func (t *tracer) fired(m *machine, i int, in *instr) {
	t.steps = append(t.steps, Step{Kind: StepStart, Goroutine: -1, Other: t.name(i),
		Site: m.c.site(in.site), Phrase: m.c.at(in.site).Phrase, Assumed: -1})
}

// returned notes where a function of the current goroutine returned last.
func (t *tracer) returned(m *machine, in *instr) {
	if s := m.c.site(in.site); s.Pos != 0 {
		t.left[t.name(m.cur)] = s
	}
}

// ended records that the current goroutine has ended at in. Where that is
// nowhere in the source, as for a function that only calls another, the end is
// where that one returned.
func (t *tracer) ended(m *machine, in *instr) {
	s := m.c.site(in.site)
	if last, ok := t.left[t.name(m.cur)]; ok && s.Pos == 0 {
		s = last
	}
	t.steps = append(t.steps, Step{Kind: StepReturn, Goroutine: t.name(m.cur), Other: -1,
		Site: s, Phrase: m.c.at(in.site).Phrase, Assumed: -1})
}

// assume records a choice of the environment, about symbol s if s ≥ 0.
func (t *tracer) assume(m *machine, k prog.Assume, in *instr, outcome, s int) {
	a := Assumption{Kind: k, Site: m.c.site(in.site), Outcome: outcome, Symbol: prog.SymID(s)}
	t.steps = append(t.steps, Step{Kind: StepAssume, Goroutine: t.name(m.cur), Other: -1,
		Site: a.Site, Phrase: m.c.at(in.site).Phrase, Assumed: len(t.assumed)})
	t.assumed = append(t.assumed, traced{a, m.last})
}
