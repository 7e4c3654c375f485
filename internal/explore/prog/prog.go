package prog

// Version is the version of the text form.
const Version = 1

// MaxInt is the largest absolute value of an int that the machine keeps.
const MaxInt = 32

type (
	// A Pos is an opaque position chosen by the caller, such as a token.Pos.
	Pos int
	// A Slot is a local variable of a function: parameters first, then
	// captured values, then the rest.
	Slot int32
	// A FuncID is an index of Program.Funcs.
	FuncID int32
	// A TypeID is an index of Program.Types; 0 is "no dynamic type".
	TypeID int32
	// A LayoutID is an index of Program.Layouts.
	LayoutID int32
	// A SymID is an index of Program.Syms.
	SymID int32
)

// NoSlot as a result drops it.
const NoSlot Slot = -1

// NoFunc stands for no function.
const NoFunc FuncID = -1

// A Program is what is explored. It starts in Entry, a function without
// parameters, in the first goroutine; when that returns, the other goroutines
// go on (a root that is main.main ends in an exit instruction).
type Program struct {
	Name string
	// AsyncTimers selects the timers before Go 1.23: a timer that fired
	// keeps its value in a buffer, which Stop does not empty.
	AsyncTimers bool
	Funcs       []*Func
	Types       []Type // Types[0] is unused
	Layouts     []Layout
	Syms        []SymDef
	Globals     []Global
	Strings     []string // constants compared as themselves
	Methods     []string // method names, for method and Type.Methods
	Entry       FuncID
}

// A Func is a function, closure body or stub.
type Func struct {
	Name     string
	Params   int
	Captures int      // captured values follow the parameters
	Results  int      // number of values that every ret returns
	Slots    []string // names of all slots
	Code     []Instr
	// Recover is the instruction where the function goes on after a
	// deferred call recovered its panic; -1 returns nil results.
	Recover int
	// Stub marks a body that stands for code elsewhere: what blocks in it is
	// shown at its call.
	Stub bool
}

// A Type is a dynamic type of interface values.
type Type struct {
	Name    string
	Methods []MethodImpl // in any order
}

// A MethodImpl says which function is a method of a type. The function's
// first parameter is the receiver.
type MethodImpl struct {
	Method int32 // index of Program.Methods
	Func   FuncID
}

// A Layout says what the fields of an object are.
type Layout struct {
	Name   string
	Fields []Field
}

// A Field is one field of a layout.
type Field struct {
	Name     string
	Prim     Prim    // a primitive embedded by value, or NoPrim
	Zero     Operand // first value, if Prim is NoPrim
	Exported bool    // code outside the package can reach it
}

// A Prim is a primitive that is embedded by value.
type Prim uint8

const (
	NoPrim Prim = iota
	Mutex
	RWMutex
	WaitGroup
	Once
	Cond
)

// A SymDef is a symbol: a count that takes a value from Min to Max, chosen
// once. A scaled constant has Min 2.
type SymDef struct {
	Name     string
	Min, Max int
	// Related symbols carry the same non-zero number; two that differ need
	// no assumption of their own.
	Related int
	Const   bool // stands for a constant: its value is no assumption
	Pos     Pos
}

// A Global is a package variable: an object that exists from the start.
type Global struct {
	Name   string
	Layout LayoutID
}

// An Instr is one instruction. Which fields an Op uses is said by its [Sig].
type Instr struct {
	Op      Op
	Dst     []Slot
	Args    []Operand
	Targets []int32 // where it goes; ops without targets go to the next one
	Cases   []Case  // select
	N       int32   // LayoutID, FuncID, TypeID, method or number, by Sig.Imm
	Types   []TypeID
	Env     EnvOps
	Flags   Flags
	Assume  Assume // kind recorded when the instruction is a choice
	Pos     Pos
	Phrase  string // what it does, for the witness: "sending on results"
}

// A Case is one case of a select. Send says which; a nil channel disables it.
type Case struct {
	Send    bool
	Default bool
	Chan    Operand
	Val     Operand // what is sent
	Dst, Ok Slot    // what is received, or NoSlot
	Target  int32   // -1: the next instruction
	Pos     Pos
	Phrase  string
}

// Flags modify an instruction.
type Flags uint16

const (
	// Loop on go: the launch stands in a loop that neither a constant nor a
	// symbol bounds; few instances are tracked, further launches only make
	// the operations of the body willing.
	Loop Flags = 1 << iota
	// NonNil on unknown: no result is nil.
	NonNil
	// ErrPair on unknown: the last result is an error, and the others are
	// nil exactly when it is not.
	ErrPair
	// Timeout on ctxnew: the context may also end by itself.
	Timeout
	// Low on select: its default needs AssumeNotThereLow.
	Low
	// First on an if with AssumeLoopEnds: its first target ends the loop. The
	// second does without it.
	First
	// Others on assert: types of which the program knows nothing may be asked
	// for, too (an interface type). On a pipe: the writer may be something else,
	// to which nothing happens. On iface: the type of an unknown value may be any
	// (a type parameter).
	Others
	// Fixed on load and ask: nobody can change what is read.
	Fixed
	// Shaky on load and ask: somebody whom the machine does not run may change
	// what is read whenever others have their turn.
	Shaky
	// Guess on ask: of what the machine does not know exactly the answer is
	// free, not lost.
	Guess
	// Fresh on unknown: the result is new, equal to nothing that there was.
	Fresh
	// Private on unknown: the result is new, and no unseen code gets hold of it.
	Private
	// Old on ask: the answer was there before the program began.
	Old
)

// EnvOps is a set of operations that the environment may make on a primitive.
type EnvOps uint16

const (
	EnvSend   EnvOps = 1 << iota // send on a channel, write to a pipe
	EnvRecv                      // receive from a channel, read from a pipe
	EnvClose                     // close, at most once
	EnvUnlock                    // release a lock it did not take
	EnvSignal                    // signal a Cond
	EnvDone                      // count a WaitGroup down
	EnvCancel                    // end a context
	EnvFire                      // re-arm a timer
	// EnvAll is every operation that an open primitive is subject to. A lock
	// is not among them: the environment does not release what a tracked
	// goroutine holds (docs/design.md section 7.4).
	EnvAll = EnvSend | EnvRecv | EnvClose | EnvSignal | EnvDone | EnvCancel | EnvFire
)

// An OperandKind says what an operand is.
type OperandKind uint8

const (
	KindNil    OperandKind = iota
	KindSlot               // local variable N
	KindBool               // N is 0 or 1
	KindInt                // N
	KindString             // Program.Strings[N]
	KindFunc               // Program.Funcs[N], without captures
	KindSym                // the symbol N plus M
	KindScaled             // the number M, counted against the symbol N
	KindGlobal             // the address of Program.Globals[N]
	KindLost               // a value the program knows and the machine does not
)

// An Operand is a slot or a constant.
type Operand struct {
	Kind OperandKind
	N, M int32
}

// Nil, True, False and Lost are constants.
var (
	Nil   = Operand{}
	True  = Operand{Kind: KindBool, N: 1}
	False = Operand{Kind: KindBool}
	Lost  = Operand{Kind: KindLost}
)

// S returns the operand that reads a slot.
func S(s Slot) Operand { return Operand{Kind: KindSlot, N: int32(s)} }

// Int returns a number; beyond ±MaxInt it is lost.
func Int(n int) Operand {
	if n > MaxInt || n < -MaxInt {
		return Lost
	}
	return Operand{Kind: KindInt, N: int32(n)}
}

// Bool returns a truth value.
func Bool(b bool) Operand {
	if b {
		return True
	}
	return False
}

// FuncValue returns a function without captured values.
func FuncValue(f FuncID) Operand { return Operand{Kind: KindFunc, N: int32(f)} }

// Sym returns the symbol s plus c.
func Sym(s SymID, c int) Operand { return Operand{Kind: KindSym, N: int32(s), M: int32(c)} }

// Scaled returns the number c, counted against the symbol s.
func Scaled(c int, s SymID) Operand { return Operand{Kind: KindScaled, N: int32(s), M: int32(c)} }

// GlobalAddr returns the address of a global.
func GlobalAddr(g int) Operand { return Operand{Kind: KindGlobal, N: int32(g)} }
