package fact

import (
	"fmt"
	"sort"
	"strings"
)

// An End is how a call ends that never returns normally.
type End uint8

const (
	Returns       End = iota // it may return
	EndsGoroutine            // its goroutine ends, deferred calls run (Goexit, t.FailNow)
	EndsProcess              // os.Exit
	EndsPanicking
	EndsNever // it runs or blocks for ever
	EndsSomehow

	numEnds
)

var endNames = [numEnds]string{
	"returns", "ends its goroutine", "ends the process", "panics", "runs for ever", "never returns",
}

// String returns the words used by facts.
func (e End) String() string {
	if e < numEnds {
		return endNames[e]
	}
	return fmt.Sprintf("end(%d)", uint8(e))
}

// Escapes is a set of ways in which a call may end other than by returning,
// where others may return.
type Escapes uint8

const (
	// MayQuit: ends its goroutine or the process, however deep.
	MayQuit Escapes = 1 << iota
	// MayPanic: panics on purpose, and panicking is its job: a check or an
	// assertion, which takes arguments and has no results.
	MayPanic

	allEscapes = MayQuit | MayPanic
)

// String returns "may quit" and the like.
func (e Escapes) String() string {
	switch e {
	case 0:
		return "none"
	case MayQuit:
		return "may quit"
	case MayPanic:
		return "may panic"
	case allEscapes:
		return "may quit or panic"
	}
	return fmt.Sprintf("escapes(%d)", uint8(e))
}

// EscapesOf returns the ways of a call that always ends as end says.
func EscapesOf(end End) Escapes {
	switch end {
	case EndsGoroutine, EndsProcess, EndsSomehow:
		return MayQuit
	case EndsPanicking:
		return MayPanic
	}
	return 0
}

// A FuncFact says what a call of a function does. The zero value says that it
// does nothing to the values that leaklint follows.
type FuncFact struct {
	// Ends says how every call ends, if none returns normally.
	Ends End
	// MayEnd says how some call may end without returning.
	MayEnd Escapes
	// Opaque: the function was not seen whole (no Go body, over budget).
	// Everything may happen to everything it can reach; Must bounds still hold.
	Opaque  bool
	Effects []Effect     // sorted
	Results []ResultFact // sorted by index and kind
	Blocks  *Block       // nil: may not block, as far as static calls show
}

// NeverReturns reports whether no call returns normally.
func (f *FuncFact) NeverReturns() bool { return f != nil && f.Ends != Returns }

// IsZero reports whether the fact says nothing beyond "does nothing".
func (f *FuncFact) IsZero() bool {
	return f == nil || f.Ends == Returns && f.MayEnd == 0 && !f.Opaque && len(f.Effects) == 0 && len(f.Results) == 0 && f.Blocks == nil
}

// HasEffects reports whether the fact says something of values, so that a
// caller can matter because of it.
func (f *FuncFact) HasEffects() bool {
	return f != nil && (f.Opaque || len(f.Effects) > 0 || len(f.Results) > 0)
}

// Must reports whether every call that returns normally does op to the value
// at place, itself or on a goroutine that it starts.
func (f *FuncFact) Must(op Op, place Place) bool {
	return f.MustHere(op, place) || f.must(op, place, Spawned)
}

// MustHere reports whether every call that returns normally has done op to the
// value at place when it returns.
func (f *FuncFact) MustHere(op Op, place Place) bool {
	return f.must(op, place, Here) || f.must(op, place, Joined)
}

// MustSpawned reports whether every call that returns normally has started a
// goroutine that does op to the value at place on each of its ways out.
func (f *FuncFact) MustSpawned(op Op, place Place) bool { return f.must(op, place, Spawned) }

// must reports whether the lower bound of op at place and time is not zero.
func (f *FuncFact) must(op Op, place Place, where Where) bool {
	if f == nil {
		return false
	}
	for _, e := range f.Effects {
		if e.Op == op && e.On == place && e.Where == where && e.Lo > 0 {
			return true
		}
	}
	return false
}

// May reports whether a call may do op to the value at place, now or later.
// It is true for every value that is handed to code that cannot be seen.
func (f *FuncFact) May(op Op, place Place) bool {
	if f == nil {
		return false
	}
	if f.Opaque {
		return true
	}
	for _, e := range f.Effects {
		if e.Op == op && e.On == place || e.Op == Keep && place.Within(e.On) {
			return true
		}
	}
	return false
}

// MayEscape reports whether the value at place, or what holds it, may be
// stored, returned or handed to code that cannot be seen.
func (f *FuncFact) MayEscape(place Place) bool {
	if f == nil {
		return false
	}
	if f.Opaque {
		return true
	}
	for _, e := range f.Effects {
		if e.Op.Escapes() && place.Within(e.On) || e.Where == Later && e.On == place {
			return true
		}
	}
	return false
}

// MustDrop reports whether no call does anything to the value at place, to
// what is reached from it or to what holds it: it is the same as before.
func (f *FuncFact) MustDrop(place Place) bool {
	if f == nil {
		return true
	}
	if f.Opaque {
		return false
	}
	for _, e := range f.Effects {
		if e.On.Within(place) || e.Op.Escapes() && place.Within(e.On) {
			return false
		}
	}
	return true
}

// EffectsOn returns the effects on the value at place, in order.
func (f *FuncFact) EffectsOn(place Place) []Effect {
	if f == nil {
		return nil
	}
	var effects []Effect
	for _, e := range f.Effects {
		if e.On == place {
			effects = append(effects, e)
		}
	}
	return effects
}

// ResultsOf returns what is known of result i, in order.
func (f *FuncFact) ResultsOf(i int) []ResultFact {
	if f == nil {
		return nil
	}
	var results []ResultFact
	for _, r := range f.Results {
		if r.Index == i {
			results = append(results, r)
		}
	}
	return results
}

// Releases returns the fact that result i is a release function, if it is.
func (f *FuncFact) Releases(i int) (ResultFact, bool) {
	for _, r := range f.ResultsOf(i) {
		if r.Kind == Release {
			return r, true
		}
	}
	return ResultFact{}, false
}

// Sort puts the fact into its canonical order and merges nothing.
func (f *FuncFact) Sort() {
	sort.Slice(f.Effects, func(i, j int) bool { return f.Effects[i].less(f.Effects[j]) })
	sort.Slice(f.Results, func(i, j int) bool {
		a, b := f.Results[i], f.Results[j]
		if a.Index != b.Index {
			return a.Index < b.Index
		}
		if a.Kind != b.Kind {
			return a.Kind < b.Kind
		}
		if a.N != b.N {
			return a.N < b.N
		}
		if a.From != b.From {
			return a.From.less(b.From)
		}
		return a.Of < b.Of
	})
}

// String returns the fact on one line.
func (f *FuncFact) String() string {
	if f == nil {
		return "unknown"
	}
	var parts []string
	if f.NeverReturns() {
		parts = append(parts, f.Ends.String())
	}
	if f.MayEnd != 0 && !f.NeverReturns() {
		parts = append(parts, f.MayEnd.String())
	}
	if f.Opaque {
		parts = append(parts, "opaque")
	}
	for _, e := range f.Effects {
		parts = append(parts, e.String())
	}
	for _, r := range f.Results {
		parts = append(parts, r.String())
	}
	if f.Blocks != nil {
		parts = append(parts, f.Blocks.String())
	}
	if len(parts) == 0 {
		return "nothing"
	}
	return strings.Join(parts, "; ")
}
