// Package fact answers: in what words does one function, field or package
// tell another what it does to channels, locks, contexts, timers and functions?
//
// It is a leaf that every analysis layer reads; only internal/summary computes
// and exports facts. A fact is complete about the object it belongs to: nobody
// has to follow it to the facts of a package that is not imported directly.
//
// Every effect has a lower and an upper bound. The lower one (Must) holds on
// every way a call returns normally; the upper one (May) on any. No May ever
// proves that something is absent unless it is empty, and it is only empty
// where the code was seen whole: see FuncFact.Opaque.
package fact

import (
	"fmt"
	"strings"
)

// Where says when and on which goroutine an effect happens.
type Where uint8

const (
	// Here: before the call returns (also in its defers), on its goroutine.
	Here Where = iota
	// Joined: on a goroutine that the call starts and waits for.
	Joined
	// Spawned: on a goroutine that the call starts and that may outlive it.
	// Effect.By says what waits for it, if that is known.
	Spawned
	// Later: by a function value that the call stored, returned or passed on,
	// whenever that is called. Effect.By says where it is, if that is known;
	// the bounds count one call of it.
	Later
)

// String returns the name used by facts.
func (w Where) String() string {
	switch w {
	case Here:
		return "here"
	case Joined:
		return "joined"
	case Spawned:
		return "spawned"
	case Later:
		return "later"
	}
	return fmt.Sprintf("where(%d)", uint8(w))
}

// Many is the upper bound of what happens any number of times.
const Many = 255

// An Effect is one thing a call does to one value.
type Effect struct {
	Op    Op
	On    Place
	Where Where
	Lo    uint8 // so often at least, on every normal return (a nil value needs no effect)
	Hi    uint8 // so often at most; Many is without bound
	To    Place // Store, Return, Derive: where the value (the derived context) went
	By    Place // Later: the function value; Spawned: the WaitGroup or group that ends its Wait after the goroutine
}

// String returns "must close recv.done here" and the like.
func (e Effect) String() string {
	var b strings.Builder
	switch {
	case e.Lo > 0:
		b.WriteString("must ")
	default:
		b.WriteString("may ")
	}
	b.WriteString(e.Op.String())
	b.WriteByte(' ')
	b.WriteString(e.On.String())
	if !e.To.IsZero() {
		b.WriteString(" to " + e.To.String())
	}
	if e.Where != Here {
		b.WriteString(" " + e.Where.String())
	}
	if !e.By.IsZero() {
		b.WriteString(" by " + e.By.String())
	}
	switch {
	case e.Hi == Many && e.Lo > 1:
		fmt.Fprintf(&b, " (%d or more times)", e.Lo)
	case e.Hi == Many:
		b.WriteString(" (repeatedly)")
	case e.Hi > 1:
		fmt.Fprintf(&b, " (%d..%d times)", e.Lo, e.Hi)
	}
	return b.String()
}

// less orders effects by place, operation, time and the rest.
func (e Effect) less(f Effect) bool {
	if e.On != f.On {
		return e.On.less(f.On)
	}
	if e.Op != f.Op {
		return e.Op < f.Op
	}
	if e.Where != f.Where {
		return e.Where < f.Where
	}
	if e.To != f.To {
		return e.To.less(f.To)
	}
	return e.By.less(f.By)
}

// A ResultKind is what a Result says.
type ResultKind uint8

const (
	KindNone   ResultKind = iota
	Same                  // the result is the value at From, whenever it is not nil
	Release               // calling the result releases result N (-1: no other result); Of names the API; From keeps an entry of it until then
	StopsTimer            // the same, and what is released is a timer or ticker
	DerivedCtx            // the result is a context that ends when the one at From ends; Of names the API
	Endless               // the result is a context that never ends by itself nor by a parent
	FreshChan             // a channel made by the call; N is its capacity, -1 if unknown, From its capacity's parameter
	FreshTimer            // a timer made by the call
	FreshTicker
	FreshAfter // a timer made by AfterFunc
	NotNil     // the result is never nil
	GivenWith  // the result is nil, or a function that does nothing, unless result N, a bool, is Of
	NilOnlyIf  // the result is nil only if the value at From is zero

	numKinds
)

var kindNames = [numKinds]string{
	"none", "same", "release", "stops timer", "derived ctx", "endless ctx", "fresh chan", "fresh timer", "fresh ticker", "fresh after", "not nil", "given with", "nil only if zero",
}

// String returns the name of the kind.
func (k ResultKind) String() string {
	if k < numKinds {
		return kindNames[k]
	}
	return fmt.Sprintf("kind(%d)", uint8(k))
}

// A ResultFact is one thing that is true of a result on every normal return,
// unless the result is nil there.
type ResultFact struct {
	Index int
	Kind  ResultKind
	N     int
	From  Place
	Of    string // "context.WithTimeout": the API the value comes from in the end
}

// String returns "result1 release result0 of context.WithCancel" and the like.
func (r ResultFact) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "result%d %s", r.Index, r.Kind)
	switch {
	case (r.Kind == Release || r.Kind == StopsTimer) && r.N >= 0:
		fmt.Fprintf(&b, " result%d", r.N)
	case r.Kind == FreshChan:
		fmt.Fprintf(&b, " cap %d", r.N)
	case r.Kind == GivenWith:
		fmt.Fprintf(&b, " result%d", r.N)
	}
	if !r.From.IsZero() {
		b.WriteString(" " + r.From.String())
	}
	if r.Of != "" {
		b.WriteString(" of " + r.Of)
	}
	return b.String()
}
