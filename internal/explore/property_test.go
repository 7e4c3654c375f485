package explore

import (
	"errors"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"testing"

	"github.com/leaklint/leaklint/internal/explore/prog"
	"github.com/leaklint/leaklint/internal/explore/reference"
)

var (
	randomCount = flag.Int("explore.programs", 600, "random programs compared with the reference interpreter")
	randomSeed  = flag.Uint64("explore.seed", 1, "first seed of random programs")
)

// smallBudget are the bounds under which both explorers run.
var smallBudget = Budget{Frames: 6, Symbols: 2, Goroutines: 8, States: 20000}

// maxRefStates bounds what the reference interpreter enumerates.
const maxRefStates = 160

// A verdictOf is what the comparison of one program said.
type verdictOf int

const (
	agrees verdictOf = iota
	tooBig
	differs
)

// blockedSites returns the operations at which a result says that goroutines
// stay.
func blockedSites(r *Result) siteSet {
	out := siteSet{}
	for _, o := range r.Ops {
		if o.Verdict == Leaks {
			out[siteOf(o.Site)] = true
		}
	}
	return out
}

// A siteSet is a set of operations.
type siteSet map[reference.Site]bool

// referenceLeaks returns what the reference interpreter finds; nil if p is too
// big for it.
func referenceLeaks(p *prog.Program) (siteSet, error) {
	sites, _, err := reference.Leaks(p, reference.Limits{States: maxRefStates, Goroutines: 6, Symbols: 2, Frames: 6})
	if err != nil {
		if !errors.Is(err, reference.ErrTooBig) {
			panic(err)
		}
		return nil, err
	}
	want := siteSet{}
	for _, s := range sites {
		want[s] = true
	}
	return want, nil
}

// compareWithReference compares what both say of p.
func compareWithReference(p *prog.Program, wild bool, faults Faults) (verdictOf, string) {
	want, err := referenceLeaks(p)
	if err != nil {
		return tooBig, err.Error()
	}
	return compareWith(p, wild, want, faults)
}

// compareWith compares explore with the operations that the reference found.
// Unreduced, explore must agree. Reduced, it must not report anything else,
// and agree where no operation lacks its counterpart.
func compareWith(p *prog.Program, wild bool, want siteSet, faults Faults) (verdictOf, string) {
	full := run(p, Options{Budget: smallBudget, Unreduced: true}, faults)
	if full.Truncated && faults == 0 {
		return tooBig, "unreduced exploration truncated"
	}
	if got := blockedSites(full); !maps.Equal(got, want) {
		return differs, fmt.Sprintf("unreduced: explore %v, reference %v", got, want)
	}
	red := run(p, Options{Budget: smallBudget}, faults)
	for i := range red.Leaks {
		l := &red.Leaks[i]
		for _, b := range append(append([]Blocked{l.Op}, l.Rest...), l.Victims...) {
			if !want[siteOf(b.At)] {
				return differs, fmt.Sprintf("reduced: reports %v, reference %v", b.At, want)
			}
		}
	}
	if got := blockedSites(red); !wild && !maps.Equal(got, want) {
		return differs, fmt.Sprintf("reduced: explore %v, reference %v", got, want)
	}
	return agrees, ""
}

// siteOf returns a site as the reference names it.
func siteOf(s Site) reference.Site { return reference.Site{Func: int(s.Func), Instr: s.Instr} }

// program returns the random program of a seed.
func program(seed uint64) (*prog.Program, bool) {
	rng := rand.New(rand.NewPCG(seed, 1))
	return randomProgram(rng.IntN)
}

// TestRandomPrograms compares explore with the reference interpreter. For the
// long form: go test -run RandomPrograms -timeout 10h -explore.programs=200000
func TestRandomPrograms(t *testing.T) {
	ops := map[prog.Op]int{}
	count, leaks := map[verdictOf]int{}, 0
	for i := range *randomCount {
		p, wild := program(*randomSeed + uint64(i))
		v, text := compareWithReference(p, wild, 0)
		count[v]++
		if v == differs {
			t.Fatalf("seed %d, wild %v: %s\n%s", *randomSeed+uint64(i), wild, text, p)
		}
		if v == tooBig {
			continue
		}
		for _, f := range p.Funcs {
			for _, in := range f.Code {
				ops[in.Op]++
			}
		}
		if len(run(p, Options{Budget: smallBudget}, 0).Leaks) > 0 {
			leaks++
		}
	}
	t.Logf("%d agree (%d with leaks), %d too big", count[agrees], leaks, count[tooBig])
	for _, op := range prog.Ops() {
		if ops[op] == 0 && *randomCount >= 600 {
			t.Errorf("no program with %s", op)
		}
	}
	if count[tooBig] > *randomCount/2 {
		t.Errorf("%d of %d programs are too big to compare", count[tooBig], *randomCount)
	}
}
