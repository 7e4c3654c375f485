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
	"sort"
	"strings"
)

// An Op is something that is done to a value.
type Op uint8

const (
	OpNone Op = iota

	Call    // the function value is called (for a CancelFunc: the context is cancelled)
	Stop    // a timer or ticker is stopped
	Reset   // a timer or ticker is armed again
	Close   // a channel is closed
	Send    // one value is sent
	Receive // one value is received
	Drain   // received from until it is closed
	Poll    // sent to or received from in a select that has another way out
	Add     // a WaitGroup is raised
	Done    // a WaitGroup is lowered
	Wait    // a WaitGroup, Cond or errgroup is waited for
	Lock    // a Mutex or RWMutex is locked
	Unlock
	RLock
	RUnlock
	Signal // one sleeper of a Cond is woken
	Broadcast
	Do // a Once runs its function, or a call waits until it has run

	Store  // kept in memory that outlives the call: Effect.To says where, if it is known
	Return // handed to the caller: Effect.To is the result
	Keep   // handed to code that cannot be seen: anything may happen to it, now and later
	Derive // a context is derived from the context
	Load   // the field or variable is read (VarFact only)
	Set    // the field or variable is assigned (VarFact only)

	numOps
)

var opNames = [numOps]string{
	"none", "call", "stop", "reset", "close", "send", "receive", "drain", "poll", "add", "done", "wait",
	"lock", "unlock", "rlock", "runlock", "signal", "broadcast", "do", "store", "return", "keep", "derive", "load", "set",
}

// String returns the name of the operation.
func (op Op) String() string {
	if op < numOps {
		return opNames[op]
	}
	return fmt.Sprintf("op(%d)", uint8(op))
}

// Escapes reports whether the operation hands the value to memory or code
// beyond the call.
func (op Op) Escapes() bool { return op == Store || op == Return || op == Keep }

// An OpSet is a set of operations.
type OpSet uint32

// Has reports whether op is in the set.
func (s OpSet) Has(op Op) bool { return s&(1<<op) != 0 }

// Add returns the set with op.
func (s OpSet) Add(op Op) OpSet { return s | 1<<op }

// String lists the set in the order of the operations.
func (s OpSet) String() string {
	var names []string
	for op := OpNone + 1; op < numOps; op++ {
		if s.Has(op) {
			names = append(names, op.String())
		}
	}
	return strings.Join(names, "+")
}

// A Root is the kind of value at which a Place starts.
type Root uint8

const (
	NoRoot     Root = iota // unknown, or a package variable: outside the call
	ParamRoot              // parameter Index, counted without the receiver
	RecvRoot               // the receiver
	ResultRoot             // result Index
)

// A Place names a value at the boundary of a function: a parameter, the
// receiver or a result, or what is reached from it by Path. A path is a row of
// ".f" (field f, through a pointer or not; the field itself and its address are
// not told apart), "*" (what a pointer to no struct points to) and "[]" (any
// element). Places are comparable.
type Place struct {
	Root  Root
	Index int
	Path  string
}

// Param returns the place of parameter i (the receiver does not count).
func Param(i int, path string) Place { return Place{ParamRoot, i, path} }

// Recv returns a place that starts at the receiver.
func Recv(path string) Place { return Place{RecvRoot, 0, path} }

// Result returns a place that starts at result i.
func Result(i int, path string) Place { return Place{ResultRoot, i, path} }

// IsZero reports whether the place says nothing.
func (p Place) IsZero() bool { return p.Root == NoRoot }

// Base returns the place without its path.
func (p Place) Base() Place { return Place{p.Root, p.Index, ""} }

// Within reports whether p is q or is reached from it.
func (p Place) Within(q Place) bool {
	return p.Root == q.Root && p.Index == q.Index && strings.HasPrefix(p.Path, q.Path) &&
		(len(p.Path) == len(q.Path) || strings.IndexByte(".*[", p.Path[len(q.Path)]) >= 0)
}

// String returns "param0.f", "recv.mu", "result1" and the like.
func (p Place) String() string {
	switch p.Root {
	case ParamRoot:
		return fmt.Sprintf("param%d%s", p.Index, p.Path)
	case RecvRoot:
		return "recv" + p.Path
	case ResultRoot:
		return fmt.Sprintf("result%d%s", p.Index, p.Path)
	}
	return "elsewhere"
}

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

// less orders places.
func (p Place) less(q Place) bool {
	if p.Root != q.Root {
		return p.Root < q.Root
	}
	if p.Index != q.Index {
		return p.Index < q.Index
	}
	return p.Path < q.Path
}

// A ResultKind is what a Result says.
type ResultKind uint8

const (
	KindNone   ResultKind = iota
	Same                  // the result is the value at From, whenever it is not nil
	Release               // calling the result releases result N (-1: no other result); Of names the API
	DerivedCtx            // the result is a context that ends when the one at From ends; Of names the API
	Endless               // the result is a context that never ends by itself nor by a parent
	FreshChan             // a channel made by the call; N is its capacity, -1 if unknown, From its capacity's parameter
	FreshTimer            // a timer made by the call
	FreshTicker
	FreshAfter // a timer made by AfterFunc
	NotNil     // the result is never nil

	numKinds
)

var kindNames = [numKinds]string{
	"none", "same", "release", "derived ctx", "endless ctx", "fresh chan", "fresh timer", "fresh ticker", "fresh after", "not nil",
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
	case r.Kind == Release && r.N >= 0:
		fmt.Fprintf(&b, " result%d", r.N)
	case r.Kind == FreshChan:
		fmt.Fprintf(&b, " cap %d", r.N)
	}
	if !r.From.IsZero() {
		b.WriteString(" " + r.From.String())
	}
	if r.Of != "" {
		b.WriteString(" of " + r.Of)
	}
	return b.String()
}

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
