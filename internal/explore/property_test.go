package explore

import (
	"errors"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/leaklint/leaklint/internal/explore/prog"
	"github.com/leaklint/leaklint/internal/explore/reference"
)

var (
	randomCompared = flag.Int("explore.compared", 1000, "random programs to compare with the reference interpreter, not counting those too big for it")
	randomSeed     = flag.Uint64("explore.seed", 1, "first seed of random programs")
	randomWorkers  = flag.Int("explore.workers", runtime.GOMAXPROCS(0), "programs compared at a time")
)

// maxRefStates bounds what the reference interpreter enumerates.
const maxRefStates = 120

// smallBudget are the bounds under which both explorers run. States that explore
// tells apart, the reference interpreter does too: what is beyond these is
// mostly beyond its own bound.
var smallBudget = Budget{Frames: 6, Symbols: 2, Instances: 2, Goroutines: 8, States: maxRefStates}

// tinyBudget is too small for half of the programs.
var tinyBudget = Budget{Frames: 6, Symbols: 2, Instances: 2, Goroutines: 8, States: 10, Replay: 100}

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
	v, _, text := compareAll(p, wild, faults)
	return v, text
}

// compareAll compares what both say of p, and tells whether there are leaks.
func compareAll(p *prog.Program, wild bool, faults Faults) (v verdictOf, leaks bool, text string) {
	c := compile(p)
	full := c.run(Options{Budget: smallBudget, Unreduced: true}, faults)
	if full.Truncated && faults == 0 {
		return tooBig, false, "unreduced exploration truncated" // cheaper to know than from the reference
	}
	want, err := referenceLeaks(p)
	if err != nil {
		return tooBig, false, err.Error()
	}
	v, text = c.compareWith(want, full, wild, faults)
	return v, len(want) > 0, text
}

// compareWith compares explore with the operations that the reference found.
// Unreduced, explore must agree; reduced, it must agree where no operation
// lacks its counterpart. Whatever is cut off or projected away, it must not
// report anything else.
func (c *code) compareWith(want siteSet, full *Result, wild bool, faults Faults) (verdictOf, string) {
	if got := blockedSites(full); !maps.Equal(got, want) {
		return differs, fmt.Sprintf("unreduced: explore %v, reference %v", got, want)
	}
	red := c.run(Options{Budget: smallBudget}, faults)
	if got := blockedSites(red); !wild && !maps.Equal(got, want) {
		return differs, fmt.Sprintf("reduced: explore %v, reference %v", got, want)
	}
	for i, r := range []*Result{red, c.run(Options{Budget: tinyBudget}, faults), c.projected(faults)} {
		if text := r.contradicts(want); text != "" {
			return differs, []string{"reduced: ", "cut off: ", "projected: "}[i] + text
		}
	}
	return agrees, ""
}

// projected returns what explore finds for one channel at a time.
func (c *code) projected(faults Faults) *Result {
	o := Options{Budget: smallBudget}
	o.Budget = o.Budget.withDefaults()
	r := &runner{c: c, o: &o, faults: faults, res: new(Result)}
	b := o.Budget
	b.States, b.Replay = 8*maxRefStates, 4*maxRefStates
	r.project(b)
	return r.res
}

// contradicts says which leak of r, or which proof that there is none, is not
// what the reference found.
func (r *Result) contradicts(want siteSet) string {
	for i := range r.Leaks {
		l := &r.Leaks[i]
		for _, b := range append(append([]Blocked{l.Op}, l.Rest...), l.Victims...) {
			if !want[siteOf(b.At)] {
				return fmt.Sprintf("reports %v, reference %v", b.At, want)
			}
		}
	}
	for _, o := range r.Ops {
		if o.Verdict == Finishes && want[siteOf(o.Site)] {
			return fmt.Sprintf("says that %v finishes, reference %v", o.Site, want)
		}
	}
	return ""
}

// siteOf returns a site as the reference names it.
func siteOf(s Site) reference.Site { return reference.Site{Func: int(s.Func), Instr: s.Instr} }

// program returns the random program of a seed.
func program(seed uint64) (*prog.Program, bool) {
	rng := rand.New(rand.NewPCG(seed, 1))
	return randomProgram(rng.IntN)
}

// A tally counts what the comparison of many programs said.
type tally struct {
	programs, compared, wild, leaks int
	ops                             map[prog.Op]int // in compared programs
}

// A comparison is what was said of one program.
type comparison struct {
	p       *prog.Program
	wild    bool
	verdict verdictOf
	text    string
	leaks   bool // the reference found some
}

// batch is how many programs are compared before it is asked whether that is
// enough.
const batch = 500

// compareSeeds compares the programs of n seeds from first on, some at a time.
func compareSeeds(first uint64, n, workers int) []comparison {
	out := make([]comparison, n)
	var next atomic.Int64
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				c := &out[i]
				c.p, c.wild = program(first + uint64(i))
				c.verdict, c.leaks, c.text = compareAll(c.p, c.wild, 0)
			}
		})
	}
	wg.Wait()
	return out
}

// add counts one comparison.
func (t *tally) add(c *comparison) {
	t.programs++
	if c.verdict != agrees {
		return
	}
	t.compared++
	if c.wild {
		t.wild++
	}
	if c.leaks {
		t.leaks++
	}
	for _, f := range c.p.Funcs {
		for i := range f.Code {
			t.ops[f.Code[i].Op]++
		}
	}
}

// TestRandomPrograms compares explore with the reference interpreter. The long
// form is make random.
func TestRandomPrograms(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(800))
	sum := tally{ops: map[prog.Op]int{}}
	start := cpuTime()
	for sum.compared < *randomCompared {
		seed := *randomSeed + uint64(sum.programs)
		for i, c := range compareSeeds(seed, batch, *randomWorkers) {
			if c.verdict == differs {
				t.Fatalf("seed %d, wild %v: %s\n%s", seed+uint64(i), c.wild, c.text, c.p)
			}
			sum.add(&c)
		}
		if sum.programs%(100*batch) == 0 {
			t.Logf("%d programs compared so far, seeds to %d", sum.compared, *randomSeed+uint64(sum.programs)-1)
		}
		if 5*sum.compared < 2*sum.programs {
			t.Fatalf("only %d of %d programs are small enough to compare", sum.compared, sum.programs)
		}
	}
	t.Logf("%d programs compared without a difference: %d of them with leaks, %d with operations without counterpart; "+
		"%d more too big; seeds %d to %d; %.0f s CPU", sum.compared, sum.leaks, sum.wild, sum.programs-sum.compared,
		*randomSeed, *randomSeed+uint64(sum.programs)-1, float64(cpuTime()-start)/1e9)
	for _, op := range prog.Ops() {
		if sum.ops[op] == 0 {
			t.Errorf("no program with %s", op)
		}
	}
}
