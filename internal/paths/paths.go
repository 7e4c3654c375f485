// Package paths answers: can control reach an exit of this function, or come
// round again, from here without passing through P?
//
// A Search walks the blocks of one function from its entry with a small
// symbolic state: which φ edge was taken, what the local variables hold that a
// branch or the tracked value depends on, and how the branches passed were
// decided. Branches on the same condition are kept consistent, so are nil
// tests of the tracked value, flags and named errors; deferred calls are shown
// to the client at every exit in reverse order; calls that never return and
// panics end a path.
//
// P is the client's: it is asked about every instruction after the start and
// ends the path where the answer is Settled. What the walk does not understand
// is free: both ways are taken. The same question about unchanged operands has
// one answer (term.go), bounds of integers and lengths imply others (number.go),
// and so do nil-ness and dynamic types (nilness.go); a range over what is not
// empty has a first and a last turn (turn.go). Two branches on the same field or
// on the same predicate call are taken to agree within one turn of a loop, although
// another goroutine could change them in between: this loses a path, it never
// invents one. Over budget the paths found so far are returned, and Truncated
// is set.
package paths

import (
	"slices"

	"golang.org/x/tools/go/ssa"
)

// Effect is a client's answer about one instruction.
type Effect int

const (
	Continue Effect = iota // walk on
	Settled                // this path needs no further look
)

// EndKind says how a path ended without being settled.
type EndKind int

const (
	Exit  EndKind = iota // at the return At
	Again                // at the start itself, reached again
	Lost                 // at the store At, which overwrites the last copy of the tracked value
)

// A Choice is a branch that was decided on the path.
type Choice struct {
	If   *ssa.If
	Then bool
}

// An End is one way to leave without being settled.
type End struct {
	Kind    EndKind
	At      ssa.Instruction
	Choices []Choice // branches decided after the start, in order
	// Shared is set when the way depends on a branch on a captured variable
	// whose value is not known here.
	Shared bool
}

// DefaultBudget is the number of block visits a Search may make.
const DefaultBudget = 4000

// A visit counts once more for so many instructions and remembered values, and
// for so many pairs of them: what is computed anew in a loop is looked for in all
// that is remembered.
const (
	plainVisit = 64
	plainPairs = 1024
)

// A Search is one question about one function.
type Search struct {
	Fn *ssa.Function
	// Start is the instruction after which the walk is armed: only then is
	// Step asked and do exits count. Nil: armed at the entry.
	Start ssa.Instruction
	// Tracked is the value whose copies are followed; nil: control only.
	Tracked ssa.Value
	// Watch lists further values and variables (Allocs) whose content matters.
	Watch func(ssa.Value) bool
	// Step is asked at every instruction, also before the start (see
	// State.Armed), where its answer is ignored.
	Step func(*State, ssa.Instruction) Effect
	// Deferred is asked at an exit for every deferred call of the path, last first.
	Deferred func(*State, *ssa.Defer) Effect
	// Branch is asked when an armed path takes a side of a branch.
	Branch func(st *State, cond ssa.Value, then bool) Effect
	// NoReturn reports whether a call never returns; nil: none.
	NoReturn func(ssa.CallInstruction) bool
	// NotNil reports whether the result of a call is never nil; nil: what
	// internal/known says.
	NotNil func(*ssa.Call) bool
	// NilOnlyIf says when a result of a call is nil: never, or only if another
	// value is zero. Not ok: that is not known; nil: never known.
	NilOnlyIf func(call *ssa.Call, result int) (v ssa.Value, ok bool)
	// Inherit is the state of the caller, for a closure that runs now, or Later:
	// its knowledge of captured variables is used, later only where it says
	// which variable holds the tracked value, a closure or an object.
	Inherit *State
	Later   bool
	// Bind gives free variables and parameters a value.
	Bind map[ssa.Value]Value
	// Cells gives captured variables (Allocs) a content.
	Cells map[ssa.Value]Value
	// Budget limits the block visits; 0 means DefaultBudget. A visit of a long
	// block, or with much to remember, counts as several.
	Budget int
	// Known keeps what is found out about the function; nil: nothing is kept.
	Known *Functions
}

// A Result is what a Search found.
type Result struct {
	Ends      []End // at most one for each place, in order of discovery (shortest way first)
	Settled   bool  // at least one path was settled
	Truncated bool
	Visits    int // how much of the budget was used
}

// Run walks. Its cost is bounded by Budget times the size of a block.
func (s *Search) Run() Result {
	w := newWalker(s)
	w.run()
	return w.result
}

// A walker is the breadth-first exploration of one Search.
type walker struct {
	*Search
	ids    *ids
	cone   *cone
	loops  map[*ssa.BasicBlock]bool // blocks that lie on a cycle
	leads  map[*ssa.BasicBlock]bool // blocks from which Start can be reached
	queue  []*State
	seen   map[string]bool
	ends   map[endKey]bool
	budget int
	result Result
}

type endKey struct {
	kind   EndKind
	at     ssa.Instruction
	shared bool
}

// newWalker prepares the function: which values matter, where its loops are.
func newWalker(s *Search) *walker {
	w := &walker{Search: s, seen: make(map[string]bool), ends: make(map[endKey]bool), budget: s.Budget}
	if w.budget == 0 {
		w.budget = DefaultBudget
	}
	w.ids = new(ids)
	if s.Inherit != nil {
		w.ids = s.Inherit.w.ids
	}
	w.cone = newCone(s)
	w.loops = w.cone.loops
	if s.Start != nil {
		w.leads = leadsTo(s.Start.Block())
	}
	return w
}

// run explores until the queue or the budget is empty.
func (w *walker) run() {
	if len(w.Fn.Blocks) == 0 {
		return
	}
	w.push(w.initial())
	for len(w.queue) > 0 {
		st := w.queue[0]
		w.queue = w.queue[1:]
		cost := st.cost()
		w.result.Visits += cost
		if w.budget -= cost; w.budget < 0 {
			w.result.Truncated = true
			return
		}
		w.walkBlock(st)
	}
}

// cost returns how many visits it is to walk the block of a state.
func (st *State) cost() int {
	instrs := len(st.block.Instrs)
	size := len(st.bind) + len(st.cells) + len(st.facts) + len(st.marks) + len(st.defers)
	return 1 + (instrs+size)/plainVisit + instrs*size/plainPairs
}

// push queues a state at the beginning of its block, once.
func (w *walker) push(st *State) {
	if !st.armed && w.leads != nil && !w.leads[st.block] {
		return // cannot reach the start any more
	}
	key := st.key()
	if w.seen[key] {
		return
	}
	w.seen[key] = true
	w.queue = append(w.queue, st)
}

// walkBlock executes one block and queues its successors.
func (w *walker) walkBlock(st *State) {
	for _, instr := range st.block.Instrs {
		if !w.step(st, instr) {
			return
		}
	}
}

// step executes one instruction and reports whether the path goes on in this block.
func (w *walker) step(st *State, instr ssa.Instruction) bool {
	if v, ok := instr.(ssa.Value); ok && w.loops[st.block] {
		if _, phi := instr.(*ssa.Phi); !phi {
			st.forget(v)
		}
	}
	if instr == w.Start && !w.arm(st, instr) {
		return false
	}
	if instr != w.Start && w.Step != nil && w.Step(st, instr) == Settled && st.armed {
		w.result.Settled = true
		return false
	}
	switch instr := instr.(type) {
	case *ssa.If:
		w.branch(st, instr)
		return false
	case *ssa.Jump:
		w.enter(st, st.block.Succs[0])
		return false
	case *ssa.Return:
		if st.armed {
			w.end(st, Exit, instr)
		}
		return false
	case *ssa.Panic:
		return false
	case *ssa.RunDefers:
		return w.runDefers(st)
	case *ssa.Defer:
		st.deferCall(instr)
	case *ssa.Store:
		return w.store(st, instr)
	case *ssa.Alloc:
		st.allocate(instr)
	case *ssa.UnOp:
		st.load(instr)
	case *ssa.MapUpdate:
		st.changeMap(instr.Map)
	case *ssa.Range:
		st.bind[instr] = Value{Kind: True} // no turn yet
	case *ssa.Next:
		st.next(instr)
	}
	if call, ok := instr.(ssa.CallInstruction); ok {
		if _, plain := call.(*ssa.Call); plain && w.NoReturn != nil && w.NoReturn(call) {
			return false
		}
		if b, ok := call.Common().Value.(*ssa.Builtin); ok && (b.Name() == "delete" || b.Name() == "clear") {
			st.changeMap(call.Common().Args[0])
		}
		st.clobber()
		st.handOut(call.Common())
	}
	return true
}

// arm handles the start: the first time it arms the walk; the second time it
// ends it, unless a copy of the tracked value is still in use.
func (w *walker) arm(st *State, instr ssa.Instruction) bool {
	if !st.armed {
		st.armed = true
		return true
	}
	if st.again {
		return false // a third turn shows nothing new
	}
	if !st.copyLives(instr) {
		w.end(st, Again, instr)
		return false
	}
	st.again = true
	return true
}

// store executes a store; it reports false when that loses the last copy.
func (w *walker) store(st *State, instr *ssa.Store) bool {
	had := st.copies()
	st.assign(instr)
	if st.armed && had > 0 && st.copies() == 0 && !st.registerLives(instr) {
		w.end(st, Lost, instr)
		return false
	}
	return true
}

// branch takes the sides of an If that the state allows.
func (w *walker) branch(st *State, instr *ssa.If) {
	truth, known := st.decide(instr.Cond)
	for i, then := range []bool{true, false} {
		if known && truth != then {
			continue
		}
		next := st.fork()
		if !known {
			next.learn(instr, then)
		}
		if next.armed {
			next.choices = &choice{Choice{instr, then}, st.choices}
			if w.Branch != nil && w.Branch(next, instr.Cond, then) == Settled {
				w.result.Settled = true
				continue
			}
		}
		w.enter(next, st.block.Succs[i])
	}
}

// enter moves the state along the edge to block.
func (w *walker) enter(st *State, to *ssa.BasicBlock) {
	from := st.block
	if to.Dominates(from) {
		st.turn()
	}
	st.block = to
	st.phis(from, to)
	w.push(st)
}

// runDefers shows the deferred calls, last first.
func (w *walker) runDefers(st *State) bool {
	for i := len(st.defers) - 1; i >= 0; i-- {
		d := st.defers[i]
		if st.armed && w.Deferred != nil && w.Deferred(st, d) == Settled {
			w.result.Settled = true
			return false
		}
		for _, cell := range writes(d) {
			st.setCell(st.place(cell), Value{})
		}
	}
	st.defers = nil
	return true
}

// end records one way to leave, once for each place.
func (w *walker) end(st *State, kind EndKind, at ssa.Instruction) {
	key := endKey{kind, at, st.shared}
	if w.ends[key] {
		return
	}
	w.ends[key] = true
	var choices []Choice
	for c := st.choices; c != nil; c = c.prev {
		choices = append(choices, c.Choice)
	}
	slices.Reverse(choices)
	w.result.Ends = append(w.result.Ends, End{Kind: kind, At: at, Choices: choices, Shared: st.shared})
}
