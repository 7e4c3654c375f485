package explore

import (
	"maps"
	"math/rand/v2"
	"testing"

	"github.com/leaklint/leaklint/internal/explore/prog"
	"github.com/leaklint/leaklint/internal/explore/reference"
)

// guesses is a program that blocks where several questions about unknown values
// are all answered with yes.
func guesses(seed uint64) *prog.Program {
	rng := rand.New(rand.NewPCG(seed, 2))
	g := &gen{pick: rng.IntN, b: prog.NewBuilder("guesses")}
	g.f, g.fn = g.b.Func("root", 0, 0, 0), -1
	g.b.SetEntry(g.f.ID)
	ask := g.conjunction
	if g.one(4) {
		g.typ = [2]prog.TypeID{g.b.Type("A"), g.b.Type("B")}
		ask = g.types
	}
	yes, no := g.f.Label(), g.f.Label()
	g.f.If(ask(), yes, no)
	g.f.Place(yes)
	g.emit(prog.OpRecv, prog.Nil)
	g.f.Place(no)
	g.f.Ret()
	p, err := g.b.Program()
	if err != nil {
		panic(err)
	}
	return p
}

// types asks several questions about the type of an unknown value.
func (g *gen) types() prog.Operand {
	x := g.emit(prog.OpUnknown)
	all, end := g.f.Slot("all"), g.f.Label()
	g.f.Emit(prog.OpCopy, all, prog.False)
	for range 2 + g.pick(3) {
		is := g.f.Slot("is")
		if g.one(4) {
			g.f.Emit(prog.OpEq, is, x, prog.Nil)
		} else {
			a := g.f.Emit(prog.OpAssert, g.f.Slot("v"), x).Results(g.f.Slot("v"), is)
			a.Types = [][]prog.TypeID{g.typ[:1], g.typ[1:], g.typ[:]}[g.pick(3)]
		}
		c := prog.S(is)
		if g.one(2) {
			c = g.emit(prog.OpNot, c)
		}
		yes := g.f.Label()
		g.f.If(c, yes, end)
		g.f.Place(yes)
	}
	g.f.Emit(prog.OpCopy, all, prog.True)
	g.f.Place(end)
	return prog.S(all)
}

// TestGuesses checks that answers to questions about unknown values do not
// contradict each other, whatever the questions are.
func TestGuesses(t *testing.T) {
	leaks, programs := 0, max(1000, *randomCompared/10)
	for seed := range uint64(programs) {
		p := guesses(seed)
		sites, _, err := reference.Leaks(p, reference.Limits{States: 20000, Goroutines: 1, Symbols: 2, Frames: 2})
		if err != nil {
			t.Fatalf("seed %d: %v\n%s", seed, err, p)
		}
		want := siteSet{}
		for _, s := range sites {
			want[s] = true
		}
		leaks += len(want)
		if got := blockedSites(Run(p, Options{Unreduced: true})); !maps.Equal(got, want) {
			t.Fatalf("seed %d: explore %v, reference %v\n%s", seed, got, want, p)
		}
	}
	t.Logf("%d of %d leak", leaks, programs)
}
