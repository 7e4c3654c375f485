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
	yes, no := g.f.Label(), g.f.Label()
	g.f.If(g.conjunction(), yes, no)
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
