package leaks

import (
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/owner"
	"github.com/leaklint/leaklint/internal/report"
)

// An Op is the operation at which a goroutine is blocked.
type Op int

const (
	Send     Op = iota // ch <- v
	Recv               // <-ch
	Range              // for v := range ch
	Select             // a select without a case that can proceed
	Wait               // WaitGroup.Wait, errgroup.Group.Wait
	Lock               // Mutex.Lock, RWMutex.Lock
	RLock              // RWMutex.RLock
	CondWait           // Cond.Wait
	Once               // Once.Do, the call of a OnceFunc or OnceValue
	CtxDone            // <-ctx.Done()
	Timer              // a receive from the channel of a timer or ticker
	Forever            // select {}
)

var opNames = [...]string{"send", "receive", "range", "select", "Wait", "Lock", "RLock", "Cond.Wait", "Once", "ctx.Done", "timer", "select{}"}

// String returns the operation as the debug output names it.
func (o Op) String() string { return opNames[o] }

// A Primitive is the kind of thing that is waited on.
type Primitive int

const (
	NoPrimitive Primitive = iota // select {}
	Chan
	NilChan
	Mutex
	RWMutex
	Cond
	WaitGroup
	OnceValue
	TimerChan
	Context
	Pipe
)

// A Leak is a goroutine that is blocked for ever at one operation, the primary
// of its deadlock, with the best witness over all roots and contexts.
type Leak struct {
	Owner      string            // name of the pass that reports it (docs/design.md section 9.3); "" for none
	Op         Op                // how it waits
	Primitive  Primitive         // what it waits on
	Case       int               // for Select: index of its first send case, -1 without one
	Name       string            // the primitive as the source names it, "" if it has no name
	Pos, End   token.Pos         // the blocked operation, or the call in this package under which it stands
	Instr      ssa.Instruction   // the blocked operation; nil if it stands in a stub
	Func       *ssa.Function     // the function with the blocked operation
	Launch     token.Pos         // the go statement (or call) that started the goroutine; NoPos: the root's own
	LaunchSite ssa.Instruction   // the same as an instruction; nil for the root's own
	Made       token.Pos         // where the primitive is made; NoPos if unknown
	MadeSite   ssa.Instruction   // the same as an instruction: *ssa.MakeChan, *ssa.Alloc, a call
	Root       *ssa.Function     // the root of the witness
	Trail      []report.Step     // the witness: made, started, left, blocks
	Assumes    []Assumption      // what the environment must do
	Confidence report.Confidence // by the table of docs/design.md section 9.2
	Victims    []Victim          // goroutines that only wait for this one
	Cap        int               // capacity of the channel, -1 if it is not a constant
	Uses       []ssa.Instruction // the operations of its program that may work on the primitive, in source order
	Sends      SendCount         // how many sends the channel sees
	Held       bool              // the primitive is a field or package variable without a counterpart in the package
	Test       bool              // the leaving branch ends a test (t.Fatal and its kin) at a timer or ctx case
}

// A Victim is a goroutine that waits for another to move.
type Victim struct {
	Op     Op
	Pos    token.Pos
	Launch token.Pos
	at     token.Pos // of its instruction
}

// A Result holds the leaks of a package, by position.
type Result struct {
	Leaks  []Leak
	Ledger []Entry
	Roots  []RootStat

	failures []error
}

// Failures returns the internal errors that cost the leaks of a root, or of the
// package. The passes that ask for the result report them.
func (r *Result) Failures() []error { return r.failures }

// Of returns the leaks that the named pass owns, in source order.
func (r *Result) Of(pass string) []Leak {
	var ls []Leak
	for _, l := range r.Leaks {
		if l.Owner == pass {
			ls = append(ls, l)
		}
	}
	return ls
}

// Names reports whether a leak that some pass reports at default confidence
// names the goroutine that is launched at pos.
func (r *Result) Names(pos token.Pos) bool {
	return pos.IsValid() && slices.ContainsFunc(r.Leaks, func(l Leak) bool {
		return l.Launch == pos && owner.ReportsLeaks(l.Owner) && l.Confidence == report.Default
	})
}

// An Entry is the verdict of the ledger on one blocking operation in a
// goroutine body (docs/design.md section 8.4).
type Entry struct {
	Pos     token.Pos
	Op      Op
	Verdict Verdict
	Why     string    // the call that opens it, the place where its value is lost
	At      token.Pos // where that stands; NoPos if Why says all
}

// A Verdict says what became of a blocking operation.
type Verdict int

const (
	Finishes    Verdict = iota // proved: it never stays blocked
	Reported                   // a default finding
	LowFinding                 // a low finding
	Open                       // unseen code may be the partner
	Held                       // unseen code reaches it through entries only
	Lost                       // the machine forgot a value that decides
	Truncated                  // the exploration met its budget
	NotCompiled                // no root runs it
)

var verdictNames = [...]string{"finishes", "reported", "low", "open", "held", "lost", "truncated", "not compiled"}

// String returns the verdict as the ledger prints it.
func (v Verdict) String() string { return verdictNames[v] }

// A RootStat tells what exploring one root cost.
type RootStat struct {
	Func    *ssa.Function
	Instrs  int // instructions of its program
	States  int
	Dropped string // why it gave no answer, "" if it did
	Near    bool   // it was too much: explored is what lies near the makers of its primitives
	Program string // the machine's text form; only with the debug flag
}

// An Assumption is something that a witness takes for granted about the
// environment.
type Assumption struct {
	Kind AssumptionKind
	Pos  token.Pos
	Text string // such as "ctx is done before the result arrives"
}

// An AssumptionKind is a row of the table of docs/design.md section 9.2.
type AssumptionKind int

const (
	EitherOutcome AssumptionKind = iota // of an unknown error, bool or call
	CtxEnds                             // a context or timer ends
	CountPositive                       // n ≥ 1 or n ≥ 2
	CountZero                           // only n = 0
	CountsDiffer                        // two unrelated counts differ
	PartnerLate                         // default was taken before the partner arrived
	LoopEnds                            // an unknown loop condition ends the loop early
	CallPanics                          // unknown code panics
	ValueLost                           // the machine forgot the value that decided
	ManyItems                           // unseen code delivers more than three items
	OtherAssumption
)
