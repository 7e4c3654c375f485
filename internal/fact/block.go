package fact

import (
	"fmt"
	"strings"
)

// Why is the reason for which a call may block.
type Why uint8

const (
	WhyNone    Why = iota
	Channel        // sends, receives or selects
	Waiting        // waits for a WaitGroup, Cond, errgroup or Once
	Locking        // takes a lock; short by convention
	Sleeping       // sleeps for a time that is not constant, or longer than a minute
	Dialing        // connects over a network
	Accepting      // waits for a connection
	Requesting     // sends a request and waits for its answer
	Querying       // asks a database
	Reading        // reads from or writes to a connection or pipe
	Child          // waits for a child process
	Serving        // serves until it is shut down

	numWhys
)

var whyNames = [numWhys]string{
	"nothing", "a channel", "a WaitGroup, Cond or Once", "a lock", "sleep", "a dial", "accept", "a request",
	"a query", "a connection", "a child process", "serving",
}

// String says what is waited for.
func (w Why) String() string {
	if w < numWhys {
		return whyNames[w]
	}
	return fmt.Sprintf("why(%d)", uint8(w))
}

// A Bound says what ends a wait other than what is waited for.
type Bound uint8

const (
	Unbounded Bound = iota
	ByContext       // the context at Block.Ctx; as good as unbounded if that never ends
	ByDeadline
	ByConfig // a timeout of an object made elsewhere, which may be unset

	numBounds
)

// String returns the name of the bound.
func (b Bound) String() string {
	switch b {
	case Unbounded:
		return "unbounded"
	case ByContext:
		return "bounded by ctx"
	case ByDeadline:
		return "bounded by a deadline"
	case ByConfig:
		return "bounded if configured"
	}
	return fmt.Sprintf("bound(%d)", uint8(b))
}

// A Block says why a call may block: of several reasons, the first unbounded
// one in source order, else the first.
type Block struct {
	Why   Why
	Bound Bound
	Ctx   Place    // ByContext: the parameter, if the caller passes it
	Chain []string // the calls from the function's body to the reason, "(*T).load", "http.Get"; empty for an operation of its own
}

// String returns "may block on a request (load → http.Get), unbounded".
func (b *Block) String() string {
	var s strings.Builder
	fmt.Fprintf(&s, "may block on %s", b.Why)
	if len(b.Chain) > 0 {
		fmt.Fprintf(&s, " (%s)", strings.Join(b.Chain, " → "))
	}
	fmt.Fprintf(&s, ", %s", b.Bound)
	if !b.Ctx.IsZero() {
		fmt.Fprintf(&s, " %s", b.Ctx)
	}
	return s.String()
}

// A VarFact says what code may do to the values that a field or package
// variable holds.
type VarFact struct {
	May  OpSet // what visible code does; Load for any read at all
	Open bool  // code that cannot be seen may do anything: exported, or named in a file that is not analysed
}

// Has reports whether the value may be subject to op.
func (v VarFact) Has(op Op) bool { return v.Open || v.May.Has(op) || v.May.Has(Keep) && op != Load }

// String returns "may call+store" and the like.
func (v VarFact) String() string {
	switch {
	case v.Open:
		return strings.TrimSpace("open " + v.May.String())
	case v.May == 0:
		return "never used"
	}
	return "may " + v.May.String()
}
