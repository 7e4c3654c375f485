package explore

import (
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/leaklint/leaklint/internal/explore/prog"
	"github.com/leaklint/leaklint/internal/explore/slice"
)

// sliced returns the operations at which goroutines stay in the slice of p, and
// false if the slice is too big.
func sliced(t *testing.T, p *prog.Program) (siteSet, bool) {
	t.Helper()
	q, n := slice.Of(p)
	if err := q.Validate(); err != nil {
		t.Fatalf("%v\n%s\n%s", err, p, q)
	}
	if n == 0 {
		return siteSet{}, true
	}
	r := compile(q).run(Options{Budget: smallBudget, Unreduced: true}, 0)
	return blockedSites(r), !r.Truncated
}

// TestSlicesOfRandomPrograms: a slice has the same goroutines stay at the same
// operations as the program, unless that meets a runtime error, which the slice
// may leave out.
func TestSlicesOfRandomPrograms(t *testing.T) {
	smaller, leaking := 0, 0
	themes := append(slices.Clone(allThemes), theme{name: "loop", emit: loopThemes}, theme{name: "loop", emit: loopThemes},
		theme{name: "store", emit: storeThemes}, theme{name: "store", emit: storeThemes})
	for seed, compared := uint64(1), 0; compared < *randomCompared; seed++ {
		p, _ := randomOf(rand.New(rand.NewPCG(seed, 7)).IntN, themes)
		c := compile(p)
		full := c.run(Options{Budget: smallBudget, Unreduced: true}, 0)
		if full.Truncated || full.failed {
			continue
		}
		got, ok := sliced(t, p)
		if !ok {
			continue
		}
		compared++
		want := blockedSites(full)
		if !maps.Equal(got, want) {
			t.Fatalf("seed %d: the slice leaks at %v, the program at %v\n%s", seed, got, want, p)
		}
		if _, n := slice.Of(p); n < c.instrs()*3/4 {
			smaller++
		}
		if len(want) > 0 {
			leaking++
		}
	}
	t.Logf("%d compared, %d leak, %d smaller by a quarter", *randomCompared, leaking, smaller)
	if 4*leaking < *randomCompared || 4*smaller < *randomCompared {
		t.Errorf("too few of the programs leak, or become smaller")
	}
}

// TestSlicesOfSamples: the slices of the programs of testdata have the same
// goroutines stay, and the same or another one of them is named.
func TestSlicesOfSamples(t *testing.T) {
	for _, dir := range dirs {
		for _, s := range samples(t, dir) {
			r := Run(s.p, Options{Confidence: testTable})
			if r.failed || r.Truncated || s.name == "recursion is cut, and only saves" {
				continue // a slice does without the error, or without the endless recursion
			}
			q, n := slice.Of(s.p)
			got := new(Result)
			if n > 0 {
				got = Run(q, Options{Confidence: testTable})
			}
			if !maps.Equal(blockedSites(got), blockedSites(r)) || len(got.Leaks) != len(r.Leaks) {
				t.Errorf("%s: the slice has %q, the program %q\n%s", s.name, findings(got), findings(r), q)
			}
		}
	}
}
