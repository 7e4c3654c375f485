// Package endless answers: can a goroutine that runs this function ever leave
// it, and if not, in which loop does it stay?
//
// A loop is endless when its blocks have no edge out and none of its calls may
// end the goroutine or the process: it is a strongly connected component of
// the control-flow graph without successors. What is written in the source as
// a way out but is none (a break that leaves only its select, a return under
// a constant false) is therefore seen through, and every real one counts,
// however unlikely: return, break, goto, panic, Goexit, a helper that may end
// the process. `select {}` is a loop of its own.
//
// Loops in the functions that a function calls are its own. Calls are followed
// by their static callee inside the package; for callees outside facts say
// whether they may end. Whoever is called through a value or an interface is
// taken to return: a loop that could only be ended by one that panics is not
// meant to end.
package endless

import (
	"go/constant"
	"go/types"
	"sync"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/fact"
)

// Callees is what a Judge asks about called functions.
type Callees struct {
	// Local returns the source function of this package that a callee stands
	// for, or nil.
	Local func(*ssa.Function) *ssa.Function
	// Ends says how every call of a function of another package ends, and how
	// some may.
	Ends func(*types.Func) (fact.End, fact.Escapes)
	// Silent reports whether nothing ever arrives on a channel, which nobody
	// closes either; nil if that is not known of any.
	Silent func(ssa.Value) bool
}

// A Judge answers for the functions of one package. It is safe for concurrent
// use: passes share it.
type Judge struct {
	mu      sync.Mutex // guards what follows
	callees Callees
	memo    map[*ssa.Function]*Verdict
	comp    map[*ssa.Function]*component
	waits   map[*ssa.Function][]CtxWait // see OnlyByCtx
	last    *flow                       // the one asked for last
}

// NewJudge returns a Judge.
func NewJudge(callees Callees) *Judge {
	return &Judge{callees: callees, memo: make(map[*ssa.Function]*Verdict),
		comp: make(map[*ssa.Function]*component), waits: make(map[*ssa.Function][]CtxWait)}
}

// A Verdict says how a function can go on for ever and how it can end.
type Verdict struct {
	// Loops are the endless loops that a call of the function can get into,
	// in the function and in those it calls.
	Loops []*Loop
	// Returns reports whether a call may return.
	Returns bool
	// MayEnd says how a call may end without returning.
	MayEnd fact.Escapes
	// escapes is MayEnd before panics that nobody counts on are left out.
	escapes fact.Escapes
	has     map[*ssa.BasicBlock]bool // the first blocks of Loops
}

// A Loop is an endless loop.
type Loop struct {
	In *ssa.Function
	// Blocks are the blocks of the loop; for `select {}` the one that ends in it.
	Blocks []*ssa.BasicBlock
	// Empty is the `select {}`, if that is what the loop is.
	Empty *ssa.Select
	// Silent are the channels of cases that would leave it, on which nothing
	// ever arrives.
	Silent []ssa.Value
	// Path lists the calls that lead from the function asked about to In.
	Path []ssa.CallInstruction
}

// Of judges fn.
func (j *Judge) Of(fn *ssa.Function) *Verdict {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.of(fn)
}

// MayLeave reports whether control may leave the function of instr once it has
// got there.
func (j *Judge) MayLeave(instr ssa.Instruction) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.flowOf(instr.Parent()).leaves()[instr.Block().Index]
}

// flowOf returns the graph of a function that has been judged. One is kept: who
// asks about a function asks about many of its instructions.
func (j *Judge) flowOf(fn *ssa.Function) *flow {
	j.of(fn)
	if j.last == nil || j.last.fn != fn {
		j.last = j.flow(fn)
	}
	return j.last
}

// leaves is canLeave, computed once.
func (g *flow) leaves() []bool {
	if g.canGo == nil {
		g.canGo = g.canLeave()
	}
	return g.canGo
}

// of is Of with the lock held.
func (j *Judge) of(fn *ssa.Function) *Verdict {
	for _, c := range j.components(fn) {
		j.judgeTogether(c)
	}
	return j.memo[fn]
}

// judge judges a function from its control-flow graph.
func (j *Judge) judge(fn *ssa.Function) *Verdict {
	v := &Verdict{has: make(map[*ssa.BasicBlock]bool)}
	if len(fn.Blocks) == 0 {
		v.Returns = true
		return v
	}
	g := j.flow(fn)
	own := g.bottoms(g.leaves())
	for _, scc := range own {
		v.has[scc[0]] = true
	}
	for _, b := range fn.Blocks {
		if !g.reached[b.Index] {
			continue
		}
		for _, call := range g.calls[b.Index] {
			v.addCallee(call, j.of(j.callees.Local(call.Common().StaticCallee())))
		}
		if sel := g.empty[b.Index]; sel != nil {
			v.Loops = append(v.Loops, &Loop{In: fn, Blocks: []*ssa.BasicBlock{b}, Empty: sel})
		}
		v.Returns = v.Returns || g.exit[b.Index] == returns
		v.MayEnd |= g.mayEnd[b.Index]
	}
	if recovers(fn) {
		v.Returns = v.Returns || v.MayEnd&fact.MayPanic != 0
		v.MayEnd &^= fact.MayPanic
	}
	v.escapes = v.MayEnd
	if !isCheck(fn) {
		v.MayEnd &^= fact.MayPanic
	}
	for _, scc := range own {
		v.Loops = append(v.Loops, &Loop{In: fn, Blocks: scc, Silent: g.silentExits(scc, g.leaves())})
	}
	return v
}

// maxPath bounds the calls between a goroutine's function and its loop.
const maxPath = 8

// addCallee adds what a call brings.
func (v *Verdict) addCallee(call ssa.CallInstruction, c *Verdict) {
	for _, l := range c.Loops {
		if len(l.Path) == maxPath || v.has[l.Blocks[0]] {
			continue
		}
		v.has[l.Blocks[0]] = true
		path := append([]ssa.CallInstruction{call}, l.Path...)
		v.Loops = append(v.Loops, &Loop{In: l.In, Blocks: l.Blocks, Empty: l.Empty, Silent: l.Silent, Path: path})
	}
}

// exitKind is how control leaves the function at the end of a block.
type exitKind int

const (
	goesOn  exitKind = iota
	stays            // gets into an endless loop of a callee, or a `select {}`
	returns          // a return statement
	ends             // a panic, or a call that ends the goroutine or the process
)

// isCheck reports whether a panic of fn is a way out that its caller counts on:
// that of a function which takes arguments and has no results, or of a literal.
// The panic of any other function says that something is wrong with the
// program, and no loop is meant to end by it.
func isCheck(fn *ssa.Function) bool {
	sig := fn.Signature
	return fn.Parent() != nil || sig.Params().Len() > 0 && sig.Results().Len() == 0
}

// recovers reports whether fn defers a call of recover, directly or in a
// closure.
func recovers(fn *ssa.Function) bool {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if d, ok := instr.(*ssa.Defer); ok && callsRecover(d.Call.StaticCallee()) {
				return true
			}
		}
	}
	return false
}

// callsRecover reports whether fn itself calls recover.
func callsRecover(fn *ssa.Function) bool {
	if fn == nil {
		return false
	}
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if c, ok := instr.(*ssa.Call); ok {
				if b, ok := c.Call.Value.(*ssa.Builtin); ok && b.Name() == "recover" {
					return true
				}
			}
		}
	}
	return false
}

// flow is the control-flow graph of a function as control really takes it.
type flow struct {
	fn      *ssa.Function
	silent  func(ssa.Value) bool // see Callees
	exit    []exitKind
	empty   []*ssa.Select           // the `select {}` at which a block ends
	calls   [][]ssa.CallInstruction // calls of functions of this package, in each block
	mayEnd  []fact.Escapes          // ways out in the middle of a block
	reached []bool
	canGo   []bool // see leaves
}

// flow classifies the blocks of fn.
func (j *Judge) flow(fn *ssa.Function) *flow {
	n := len(fn.Blocks)
	g := &flow{
		fn: fn, silent: j.callees.Silent, exit: make([]exitKind, n), empty: make([]*ssa.Select, n),
		calls: make([][]ssa.CallInstruction, n), mayEnd: make([]fact.Escapes, n), reached: make([]bool, n),
	}
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if j.step(g, b.Index, instr) {
				break // control never gets past instr
			}
		}
	}
	g.reach(fn.Blocks[0])
	return g
}

// step notes what instr does to control, and reports whether the rest of its
// block is dead.
func (j *Judge) step(g *flow, i int, instr ssa.Instruction) bool {
	switch instr := instr.(type) {
	case *ssa.Return:
		g.exit[i] = returns
	case *ssa.Panic:
		g.exit[i] = ends
		g.mayEnd[i] |= fact.MayPanic
	case *ssa.Select:
		if instr.Blocking && len(instr.States) == 0 {
			g.exit[i], g.empty[i] = stays, instr
			return true
		}
	case *ssa.Call:
		return j.call(g, i, instr)
	}
	return false
}

// call notes what a call does to control, and reports whether it never
// returns.
func (j *Judge) call(g *flow, i int, call *ssa.Call) bool {
	if fn := j.callees.Local(call.Call.StaticCallee()); fn != nil {
		v := j.of(fn)
		g.calls[i] = append(g.calls[i], call)
		g.mayEnd[i] |= v.MayEnd
		if v.Returns {
			return false
		}
		g.exit[i] = stays
		if v.escapes != 0 {
			g.exit[i] = ends
		}
		return true
	}
	end, escapes := j.endsOf(&call.Call)
	g.mayEnd[i] |= escapes | fact.EscapesOf(end)
	switch end {
	case fact.Returns:
		return false
	case fact.EndsNever:
		g.exit[i] = stays
	default:
		g.exit[i] = ends
	}
	return true
}

// endsOf asks how calls of a function of another package end.
func (j *Judge) endsOf(c *ssa.CallCommon) (fact.End, fact.Escapes) {
	if c.IsInvoke() {
		return j.callees.Ends(c.Method)
	}
	if fn := c.StaticCallee(); fn != nil {
		if obj, ok := fn.Object().(*types.Func); ok {
			return j.callees.Ends(obj.Origin())
		}
	}
	return fact.Returns, 0
}

// succs returns the blocks to which control goes on from b.
func (g *flow) succs(b *ssa.BasicBlock) []*ssa.BasicBlock {
	if g.exit[b.Index] != goesOn {
		return nil
	}
	if n := len(b.Succs); n == 2 && (isDead(b.Succs[1]) || g.neverGoesOn(b.Succs[1])) {
		return b.Succs[:1] // the last case of a blocking select that can be taken
	}
	if g.neverTaken(b) {
		return b.Succs[1:]
	}
	if test, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If); ok {
		if c, ok := test.Cond.(*ssa.Const); ok && c.Value != nil && c.Value.Kind() == constant.Bool {
			if constant.BoolVal(c.Value) {
				return b.Succs[:1]
			}
			return b.Succs[1:]
		}
		if NeverCloses(test.Cond) {
			return b.Succs[:1]
		}
	}
	return b.Succs
}

// reach marks what can be reached from b.
func (g *flow) reach(b *ssa.BasicBlock) {
	if g.reached[b.Index] {
		return
	}
	g.reached[b.Index] = true
	for _, s := range g.succs(b) {
		g.reach(s)
	}
}

// bottoms returns the loops that control can get into and never out of, each
// with its blocks in source order.
func (g *flow) bottoms(canLeave []bool) [][]*ssa.BasicBlock {
	var stuck [][]*ssa.BasicBlock
	seen := make([]bool, len(g.fn.Blocks))
	for _, b := range g.fn.Blocks {
		if !g.reached[b.Index] || canLeave[b.Index] || seen[b.Index] {
			continue
		}
		scc := g.cycle(b)
		for _, m := range scc {
			seen[m.Index] = true
		}
		if len(scc) > 0 && g.closed(scc) {
			stuck = append(stuck, scc)
		}
	}
	return stuck
}

// canLeave computes backwards from the exits which blocks control can leave the
// function from, now or later.
func (g *flow) canLeave() []bool {
	can := make([]bool, len(g.fn.Blocks))
	for changed := true; changed; {
		changed = false
		for i := len(g.fn.Blocks) - 1; i >= 0; i-- {
			b := g.fn.Blocks[i]
			if can[i] {
				continue
			}
			out := g.mayEnd[i] != 0 || g.exit[i] == returns || g.exit[i] == ends
			for _, s := range g.succs(b) {
				out = out || can[s.Index]
			}
			if out {
				can[i], changed = true, true
			}
		}
	}
	return can
}

// cycle returns the blocks that lie on a cycle with b, in source order; none
// if b lies on no cycle.
func (g *flow) cycle(b *ssa.BasicBlock) []*ssa.BasicBlock {
	from := g.from(b)
	if !from[b.Index] {
		return nil
	}
	var scc []*ssa.BasicBlock
	for _, m := range g.fn.Blocks {
		if from[m.Index] && g.from(m)[b.Index] {
			scc = append(scc, m)
		}
	}
	return scc
}

// from returns what can be reached from b in one step or more.
func (g *flow) from(b *ssa.BasicBlock) []bool {
	reached := make([]bool, len(g.fn.Blocks))
	todo := []*ssa.BasicBlock{b}
	for len(todo) > 0 {
		next := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, s := range g.succs(next) {
			if !reached[s.Index] {
				reached[s.Index] = true
				todo = append(todo, s)
			}
		}
	}
	return reached
}

// closed reports whether control stays in scc.
func (g *flow) closed(scc []*ssa.BasicBlock) bool {
	in := make(map[*ssa.BasicBlock]bool, len(scc))
	for _, b := range scc {
		in[b] = true
	}
	for _, b := range scc {
		for _, s := range g.succs(b) {
			if !in[s] {
				return false
			}
		}
	}
	return true
}
