package explore

import "github.com/leaklint/leaklint/internal/explore/prog"

// Options say how a program is explored. The zero value is usable.
type Options struct {
	// Budget bounds the exploration; zero fields have their default.
	Budget Budget
	// Confidence judges a witness by the blocked operation and what was
	// assumed (docs/design.md section 9.2). It must depend on its arguments
	// only. Nil means that nothing is low except lost values. Assumptions of
	// kind AssumeIgnorance never reach it: such witnesses are dropped.
	Confidence func(op *Blocked, assumed []Assumption) Confidence
	// Judge reports whether primitives allocated at the site are judged in
	// this root. A goroutine is reported only if it waits on such a
	// primitive, or on none (nil channel, empty select). Nil judges all.
	Judge func(alloc Site) bool
	// Project reports whether a program too big is projected on primitives
	// allocated at the site, which are those whose leaks matter most in this
	// root. Nil means on all.
	Project func(alloc Site) bool
	// Unreduced turns off every reduction that could lose a leak: loads,
	// stores and all local steps of different goroutines interleave.
	Unreduced bool
	// Ledger asks for Help and By in the verdicts on operations.
	Ledger bool
}

// A Budget bounds one root (docs/design.md section 8.3).
type Budget struct {
	States     int // states kept, 20,000
	Goroutines int // live at a time, 8 (at most 15)
	Launches   int // on one path, 64
	Instances  int // live per launch site in an unbounded loop, 3
	Frames     int // on a stack, 16
	Symbols    int // largest value of a symbol, 3
	Replay     int // states to find a projected witness in the whole root, 10,000
}

// A Confidence is the outcome of the caller's table.
type Confidence int

const (
	Default Confidence = iota
	Low
)

// A Result is what an exploration found. The same program and options give the
// same result, element by element.
type Result struct {
	Leaks []Leak // in the order in which they were judged
	Ops   []OpVerdict
	// States counts the states of all runs of the ladder together.
	States int
	// Rung is the step of the ladder that gave the result: 0 for the first
	// attempt, 1 with fewer instances, 2 projected, 3 given up.
	Rung int
	// Truncated says that some continuation was not followed, so that
	// silence proves nothing.
	Truncated bool

	failed bool // some execution met a runtime error, a panic that nobody recovers or an endless recursion
}

// A Verdict says what became of a blocking operation.
type Verdict int

const (
	Unreached Verdict = iota // no explored execution gets there
	Finishes                 // every goroutine that gets there can go on
	Leaks                    // some goroutine stays there, reported or not
	Unknown                  // no leak found, but the exploration was truncated
)

// An OpVerdict is the ledger's line for one blocking operation.
type OpVerdict struct {
	Site    Site
	Verdict Verdict
	// Help says whether goroutines got past it with help from outside, By
	// which instruction of the program let others have the primitive, or lost
	// it; its Func is prog.NoFunc if that is not known.
	Help Help
	By   Site
}

// A Site is an instruction.
type Site struct {
	Func  prog.FuncID
	Instr int
	Pos   prog.Pos
}

// A Leak is one deadlock, at the operation to be fixed.
type Leak struct {
	Op      Blocked
	Witness Witness
	// Rest are the other operations of the same knot, Victims those that
	// only wait for it.
	Rest, Victims []Blocked
}

// Confidence returns the confidence of the leak's witness.
func (l *Leak) Confidence() Confidence { return l.Witness.Confidence }

// A Blocked is an operation at which goroutines stay.
type Blocked struct {
	Site // where it is shown: the call, for an operation in a stub
	// At is the operation itself and Op its code.
	At Site
	Op prog.Op
	// Stack holds the calls that led there, outermost first, without the
	// operation itself.
	Stack []Site
	// Launch is the go instruction (or afterfunc, ctxafter) of the
	// goroutine; Root is set instead for the first goroutine.
	Launch Site
	Root   bool
	// Count is the number of goroutines that stay there.
	Count int
	// On are the primitives it waits on.
	On []Object
	// Goroutine numbers the goroutine in the witness, from 0, the first; -1
	// for related operations.
	Goroutine int
}

// An Object is a primitive, named by the instruction that made it.
type Object struct {
	Made Site
	Kind Kind
}

// A Kind is a kind of object.
type Kind uint8

const (
	Memory Kind = iota
	Chan
	Mutex // also RWMutex
	Cond
	WaitGroup
	Once
	Timer
	Context
	Pipe
	NilChan // no object: an operation on a nil channel
)

// An Assumption is a choice of the environment in a witness.
type Assumption struct {
	Kind prog.Assume
	Site Site
	// Outcome is the index of the target, case or value chosen.
	Outcome int
	// Symbol is the symbol chosen for AssumeZero, AssumeOne, AssumeMany and
	// AssumeDiffer, Outcome then its value.
	Symbol prog.SymID
	// Decisive says that no other outcome reaches this leak.
	Decisive bool
}

// A StepKind says what happened in a step of a witness.
type StepKind uint8

const (
	StepDo      StepKind = iota // an operation was done
	StepStart                   // goroutine Other was started
	StepReturn                  // the goroutine ended
	StepAssume                  // the environment chose
	StepBlocked                 // the goroutine stays here
)

// A Step is one step of a witness.
type Step struct {
	Kind      StepKind
	Goroutine int // who did it; -1: the environment
	Other     int // goroutine started, or partner of a channel operation; -1
	Site      Site
	Phrase    string
	Assumed   int // index into Witness.Assumptions, or -1
}

// A Witness is a finite schedule from the start to a goroutine that stays.
type Witness struct {
	Steps       []Step
	Assumptions []Assumption
	Confidence  Confidence
}
