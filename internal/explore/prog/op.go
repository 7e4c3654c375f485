package prog

// An Op is an operation code. The table below the constants says what results
// and arguments each takes; the comments say what it means.
type Op uint8

const (
	// Data. None of these is seen by another goroutine.

	OpNop       Op = iota //
	OpCopy                // d = a
	OpNot                 // d = !a
	OpAdd                 // d = a + b
	OpSub                 // d = a - b
	OpEq                  // d = a == b; also !=, <, <=, >, >=
	OpNe                  //
	OpLt                  //
	OpLe                  //
	OpGt                  //
	OpGe                  //
	OpIface               // d = a as interface value of dynamic type N
	OpAssert              // d, ok = a has one of Types; d alone panics if not
	OpMethod              // d = the method N of a's dynamic type, bound to a
	OpAsk                 // d = what the question N says of a…: free, and the same each time
	OpImply               // b is true wherever a is
	OpForget              // what was read through a may have changed; without a, everything
	OpNew                 // d = new object of layout N
	OpField               // d = address of field N from a (offsets add up)
	OpLoad                // d = *a; free if the environment may write it
	OpStore               // *a = b
	OpMerge               // *a = b, keeping one value: another one is lost
	OpClone               // d = new object of layout N with the fields at a
	OpCopyTo              // N fields at a = those at b
	OpClosure             // d = function N with captured values a…
	OpMakeSlice           // d = slice of length a with elements b
	OpElem                // d = &a[b] of a slice, or of an array field
	OpIndex               // d = a[b]
	OpAppend              // d = append(a, b…)
	OpAppendAll           // d = append(a, b...)
	OpReslice             // d = a[b:c]; nil for a missing bound
	OpCopySlice           // d = copy(a, b)
	OpLen                 // d = len(a): slice, map, channel
	OpCap                 // d = cap(a)
	OpMakeMap             // d = new map whose zero element is a
	OpMapGet              // d, ok = a[b]; c is the zero element of a map that nobody knows
	OpMapSet              // a[b] = c
	OpMapDel              // delete(a, b)
	OpMapRange            // d = iterator over a, in any order
	OpMapNext             // ok, k, v = next of iterator a

	// Control.

	OpJump      // go to Targets[0]
	OpIf        // Targets[0] if a, else Targets[1]; a choice if a is free or lost
	OpChoose    // any of Targets, at the environment's choice
	OpAssume    // the execution silently ends unless a
	OpMust      // panics unless a; of an open a it is assumed that it does not
	OpRet       // return a…
	OpGoexit    // runtime.Goexit
	OpExit      // the process ends
	OpPanic     // panic(a)
	OpRecover   // d = recover()
	OpDefer     // defer a(b…)
	OpRunDefers // run what was deferred, last first
	OpYield     // a step that others may come before: time.Sleep, Gosched

	// Calls.

	OpCall    // d… = a(b…)
	OpGo      // go a(b…)
	OpUnknown // d… = free values; what the arguments reach is opened by open

	// Channels. A nil channel blocks for ever.

	OpMake   // d = channel of capacity a, with zero element b
	OpSend   // a <- b
	OpRecv   // d, ok = <-a
	OpClose  // close(a)
	OpSelect // Cases; d = index of the case taken (-1: default)

	// Locks. m is the address of a Mutex or RWMutex, or an rlocker.

	OpLock     // m.Lock()
	OpUnlock   // m.Unlock()
	OpRLock    // m.RLock()
	OpRUnlock  // m.RUnlock()
	OpTryLock  // d = m.TryLock()
	OpTryRLock // d = m.TryRLock()
	OpRLocker  // d = m.RLocker()

	// Conds.

	OpNewCond   // d = sync.NewCond(a)
	OpCondL     // a.L = b
	OpLoadL     // d = a.L
	OpWait      // a.Wait()
	OpSignal    // a.Signal()
	OpBroadcast // a.Broadcast()

	// Wait groups and Once. Do and OnceFunc are in the library.

	OpAddWG     // a.Add(b)
	OpDone      // a.Done()
	OpWaitWG    // a.Wait()
	OpOnceBegin // d = a's body has to be run by this goroutine; waits while it runs
	OpOnceEnd   // a's body has ended

	// Timers, contexts.

	OpTimer      // d = time.NewTimer
	OpTicker     // d = time.NewTicker
	OpAfterFunc  // d = time.AfterFunc(_, a), called with b…
	OpTimerC     // d = a.C
	OpTimerStop  // d = a.Stop(), also of what ctxafter returned
	OpTimerReset // d = a.Reset(_)
	OpCtxRoot    // d = context.Background(), TODO(), WithoutCancel
	OpCtxEnv     // d = a context of an unknown caller: may end at any moment
	OpCtxNew     // d = a context derived from a
	OpCtxCancel  // end a
	OpCtxDone    // d = a.Done(); nil if a never ends
	OpCtxErr     // d = a.Err()
	OpCtxAfter   // d = context.AfterFunc(a, b), called with c…

	// Pipes.

	OpPipe       // d = io.Pipe()
	OpPipeRead   // ok = a.Read()
	OpPipeWrite  // ok = a.Write()
	OpPipeCloseR // the reader's Close
	OpPipeCloseW // the writer's Close

	// Atomics: every one is a step that other goroutines see.

	OpALoad  // d = *a
	OpAStore // *a = b
	OpASwap  // d = old *a; *a = b
	OpACas   // d = *a == b; if so *a = c
	OpAAdd   // d = *a + b; *a = d

	// The environment.

	OpWilling // it may make Env on a, until gone
	OpGone    // it is no longer willing on a
	OpMay     // it may make Env on a during a call, until endmay (these nest)
	OpEndMay  //
	OpOpen    // for ever, it may do anything (within Env) to a and what a reaches

	numOps int = iota
)

// An Imm says what Instr.N, Types or Env mean for an op.
type Imm uint8

const (
	ImmNone   Imm = iota
	ImmNum        // N is a number
	ImmLayout     // N is a LayoutID
	ImmFunc       // N is a FuncID
	ImmType       // N is a TypeID
	ImmMethod     // N is an index of Program.Methods
	ImmTypes      // Types
	ImmString     // N is an index of Program.Strings
	ImmEnv        // Env
)

// MaxAsked is how many arguments a question has at most.
const MaxAsked = 8

// A Sig says what an instruction consists of.
type Sig struct {
	Name             string
	MinDst, MaxDst   int // -1: any number
	MinArgs, MaxArgs int // -1: any number
	Targets          int // -1: any number but 0
	Imm              Imm
	Ends             bool // control never goes to the next instruction
}

// SigOf returns the signature of op.
func SigOf(op Op) *Sig {
	if int(op) >= len(sigs) {
		return nil
	}
	return &sigs[op]
}

// Ops returns every operation code, in order.
func Ops() []Op {
	out := make([]Op, numOps)
	for i := range out {
		out[i] = Op(i)
	}
	return out
}

// String returns the name of op in the text form.
func (op Op) String() string {
	if s := SigOf(op); s != nil {
		return s.Name
	}
	return "?"
}

// sigs is indexed by Op.
var sigs = [...]Sig{
	OpNop:       {Name: "nop"},
	OpCopy:      {"copy", 1, 1, 1, 1, 0, ImmNone, false},
	OpNot:       {"not", 1, 1, 1, 1, 0, ImmNone, false},
	OpAdd:       {"add", 1, 1, 2, 2, 0, ImmNone, false},
	OpSub:       {"sub", 1, 1, 2, 2, 0, ImmNone, false},
	OpEq:        {"eq", 1, 1, 2, 2, 0, ImmNone, false},
	OpNe:        {"ne", 1, 1, 2, 2, 0, ImmNone, false},
	OpLt:        {"lt", 1, 1, 2, 2, 0, ImmNone, false},
	OpLe:        {"le", 1, 1, 2, 2, 0, ImmNone, false},
	OpGt:        {"gt", 1, 1, 2, 2, 0, ImmNone, false},
	OpGe:        {"ge", 1, 1, 2, 2, 0, ImmNone, false},
	OpIface:     {"iface", 1, 1, 1, 1, 0, ImmType, false},
	OpAssert:    {"assert", 1, 2, 1, 1, 0, ImmTypes, false},
	OpMethod:    {"method", 1, 1, 1, 1, 0, ImmMethod, false},
	OpAsk:       {"ask", 1, 1, 0, MaxAsked, 0, ImmString, false},
	OpImply:     {"imply", 0, 0, 2, 2, 0, ImmNone, false},
	OpForget:    {"forget", 0, 0, 0, 1, 0, ImmNone, false},
	OpNew:       {"new", 1, 1, 0, 0, 0, ImmLayout, false},
	OpField:     {"field", 1, 1, 1, 1, 0, ImmNum, false},
	OpLoad:      {"load", 1, 1, 1, 1, 0, ImmNone, false},
	OpStore:     {"store", 0, 0, 2, 2, 0, ImmNone, false},
	OpMerge:     {"merge", 0, 0, 2, 2, 0, ImmNone, false},
	OpClone:     {"clone", 1, 1, 1, 1, 0, ImmLayout, false},
	OpCopyTo:    {"copyto", 0, 0, 2, 2, 0, ImmNum, false},
	OpClosure:   {"closure", 1, 1, 0, -1, 0, ImmFunc, false},
	OpMakeSlice: {"makeslice", 1, 1, 1, 2, 0, ImmNone, false},
	OpElem:      {"elem", 1, 1, 2, 2, 0, ImmNone, false},
	OpIndex:     {"index", 1, 1, 2, 2, 0, ImmNone, false},
	OpAppend:    {"append", 1, 1, 1, -1, 0, ImmNone, false},
	OpAppendAll: {"appendall", 1, 1, 2, 2, 0, ImmNone, false},
	OpReslice:   {"reslice", 1, 1, 3, 3, 0, ImmNone, false},
	OpCopySlice: {"copyslice", 0, 1, 2, 2, 0, ImmNone, false},
	OpLen:       {"len", 1, 1, 1, 1, 0, ImmNone, false},
	OpCap:       {"cap", 1, 1, 1, 1, 0, ImmNone, false},
	OpMakeMap:   {"makemap", 1, 1, 0, 1, 0, ImmNone, false},
	OpMapGet:    {"mapget", 1, 2, 2, 3, 0, ImmNone, false},
	OpMapSet:    {"mapset", 0, 0, 3, 3, 0, ImmNone, false},
	OpMapDel:    {"mapdel", 0, 0, 2, 2, 0, ImmNone, false},
	OpMapRange:  {"maprange", 1, 1, 1, 1, 0, ImmNone, false},
	OpMapNext:   {"mapnext", 1, 3, 1, 1, 0, ImmNone, false},

	OpJump:      {"jump", 0, 0, 0, 0, 1, ImmNone, true},
	OpIf:        {"if", 0, 0, 1, 1, 2, ImmNone, true},
	OpChoose:    {"choose", 0, 0, 0, 0, -1, ImmNone, true},
	OpAssume:    {"assume", 0, 0, 1, 1, 0, ImmNone, false},
	OpMust:      {"must", 0, 0, 1, 1, 0, ImmNone, false},
	OpRet:       {"ret", 0, 0, 0, -1, 0, ImmNone, true},
	OpGoexit:    {"goexit", 0, 0, 0, 0, 0, ImmNone, true},
	OpExit:      {"exit", 0, 0, 0, 0, 0, ImmNone, true},
	OpPanic:     {"panic", 0, 0, 0, 1, 0, ImmNone, true},
	OpRecover:   {"recover", 0, 1, 0, 0, 0, ImmNone, false},
	OpDefer:     {"defer", 0, 0, 1, -1, 0, ImmNone, false},
	OpRunDefers: {"rundefers", 0, 0, 0, 0, 0, ImmNone, false},
	OpYield:     {"yield", 0, 0, 0, 0, 0, ImmNone, false},

	OpCall:    {"call", 0, -1, 1, -1, 0, ImmNone, false},
	OpGo:      {"go", 0, 0, 1, -1, 0, ImmNone, false},
	OpUnknown: {"unknown", 0, -1, 0, -1, 0, ImmNone, false},

	OpMake:   {"make", 1, 1, 1, 2, 0, ImmNone, false},
	OpSend:   {"send", 0, 0, 1, 2, 0, ImmNone, false},
	OpRecv:   {"recv", 0, 2, 1, 1, 0, ImmNone, false},
	OpClose:  {"close", 0, 0, 1, 1, 0, ImmNone, false},
	OpSelect: {"select", 0, 1, 0, 0, 0, ImmNone, false},

	OpLock:     {"lock", 0, 0, 1, 1, 0, ImmNone, false},
	OpUnlock:   {"unlock", 0, 0, 1, 1, 0, ImmNone, false},
	OpRLock:    {"rlock", 0, 0, 1, 1, 0, ImmNone, false},
	OpRUnlock:  {"runlock", 0, 0, 1, 1, 0, ImmNone, false},
	OpTryLock:  {"trylock", 0, 1, 1, 1, 0, ImmNone, false},
	OpTryRLock: {"tryrlock", 0, 1, 1, 1, 0, ImmNone, false},
	OpRLocker:  {"rlocker", 1, 1, 1, 1, 0, ImmNone, false},

	OpNewCond:   {"newcond", 1, 1, 1, 1, 0, ImmNone, false},
	OpCondL:     {"condl", 0, 0, 2, 2, 0, ImmNone, false},
	OpLoadL:     {"loadl", 1, 1, 1, 1, 0, ImmNone, false},
	OpWait:      {"wait", 0, 0, 1, 1, 0, ImmNone, false},
	OpSignal:    {"signal", 0, 0, 1, 1, 0, ImmNone, false},
	OpBroadcast: {"broadcast", 0, 0, 1, 1, 0, ImmNone, false},

	OpAddWG:     {"wgadd", 0, 0, 2, 2, 0, ImmNone, false},
	OpDone:      {"wgdone", 0, 0, 1, 1, 0, ImmNone, false},
	OpWaitWG:    {"wgwait", 0, 0, 1, 1, 0, ImmNone, false},
	OpOnceBegin: {"oncebegin", 1, 1, 1, 1, 0, ImmNone, false},
	OpOnceEnd:   {"onceend", 0, 0, 1, 1, 0, ImmNone, false},

	OpTimer:      {"timer", 1, 1, 0, 0, 0, ImmNone, false},
	OpTicker:     {"ticker", 1, 1, 0, 0, 0, ImmNone, false},
	OpAfterFunc:  {"afterfunc", 1, 1, 1, -1, 0, ImmNone, false},
	OpTimerC:     {"timerc", 1, 1, 1, 1, 0, ImmNone, false},
	OpTimerStop:  {"timerstop", 0, 1, 1, 1, 0, ImmNone, false},
	OpTimerReset: {"timerreset", 0, 1, 1, 1, 0, ImmNone, false},
	OpCtxRoot:    {"ctxroot", 1, 1, 0, 0, 0, ImmNone, false},
	OpCtxEnv:     {"ctxenv", 1, 1, 0, 0, 0, ImmNone, false},
	OpCtxNew:     {"ctxnew", 1, 1, 1, 1, 0, ImmNone, false},
	OpCtxCancel:  {"ctxcancel", 0, 0, 1, 1, 0, ImmNone, false},
	OpCtxDone:    {"ctxdone", 1, 1, 1, 1, 0, ImmNone, false},
	OpCtxErr:     {"ctxerr", 1, 1, 1, 1, 0, ImmNone, false},
	OpCtxAfter:   {"ctxafter", 1, 1, 2, -1, 0, ImmNone, false},

	OpPipe:       {"pipe", 1, 1, 0, 0, 0, ImmNone, false},
	OpPipeRead:   {"piperead", 0, 1, 1, 1, 0, ImmNone, false},
	OpPipeWrite:  {"pipewrite", 0, 1, 1, 1, 0, ImmNone, false},
	OpPipeCloseR: {"pipecloser", 0, 0, 1, 1, 0, ImmNone, false},
	OpPipeCloseW: {"pipeclosew", 0, 0, 1, 1, 0, ImmNone, false},

	OpALoad:  {"aload", 1, 1, 1, 1, 0, ImmNone, false},
	OpAStore: {"astore", 0, 0, 2, 2, 0, ImmNone, false},
	OpASwap:  {"aswap", 0, 1, 2, 2, 0, ImmNone, false},
	OpACas:   {"acas", 0, 1, 3, 3, 0, ImmNone, false},
	OpAAdd:   {"aadd", 0, 1, 2, 2, 0, ImmNone, false},

	OpWilling: {"willing", 0, 0, 1, 1, 0, ImmEnv, false},
	OpGone:    {"gone", 0, 0, 1, 1, 0, ImmNone, false},
	OpMay:     {"may", 0, 0, 1, 1, 0, ImmEnv, false},
	OpEndMay:  {"endmay", 0, 0, 1, 1, 0, ImmEnv, false},
	OpOpen:    {"open", 0, 0, 1, 1, 0, ImmEnv, false},
}
