package skeleton

import (
	"fmt"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/explore/prog"
)

// A Unit is a root compiled to a program of the machine.
type Unit struct {
	Index   *Index
	Root    *ssa.Function
	Prog    *prog.Program
	Funcs   []*ssa.Function     // by prog.FuncID; nil for stubs
	Source  [][]ssa.Instruction // by prog.FuncID and instruction; nil for moves
	Instrs  int                 // instructions of the program
	Ops     []*Op               // the operations that the program runs
	Symbols []string            // what each symbol stands for
	Clashed bool                // a constant without relation to a scaled one silences a primitive
}

// Main reports whether the root is the main function of a program: when its
// goroutine has ended nothing is left.
func (u *Unit) Main() bool { return isMain(u.Root) }

// An Error says why a root was not compiled: it is too much. Any other error is
// one of ours.
type Error struct{ Reason string }

// Error returns the reason.
func (e *Error) Error() string { return e.Reason }

// maxProgram bounds the instructions of a program.
const maxProgram = 8000

// Compile compiles a root to a program: only what its cone of influence holds,
// every function once.
func (ix *Index) Compile(root *ssa.Function) (*Unit, error) {
	return ix.compile(root, coneOf(ix, root, depths))
}

// CompileNear is Compile for a cone that looks only so many calls below the
// root. What is further down is code that cannot be seen. It is an error if that
// works on a primitive which the root judges: nobody would then know who ends
// the waits for it.
func (ix *Index) CompileNear(root *ssa.Function, depth int) (*Unit, error) {
	c := coneOf(ix, root, []int{depth})
	if c == nil || c.worksBelow() {
		return nil, &Error{"too far down"}
	}
	return ix.compile(root, c)
}

// compile is Compile for a cone, nil if that is too large.
func (ix *Index) compile(root *ssa.Function, cone *cone) (*Unit, error) {
	if cone == nil {
		return nil, &Error{"too large"}
	}
	c := &compiler{
		ix: ix, cone: cone, b: prog.NewBuilder(root.RelString(ix.Pkg.Pkg)),
		unit:    &Unit{Index: ix, Root: root},
		funcs:   map[*ssa.Function]*prog.FuncBuilder{},
		layouts: map[string]*layout{},
		dyn:     map[string]*dynType{},
		invoked: map[string]*types.Func{},
		stubs:   map[string]prog.FuncID{},
		syms:    map[string]prog.SymID{},
	}
	c.counts = newCounts(c)
	c.entry(root)
	for len(c.queue) > 0 {
		fn := c.queue[0]
		c.queue = c.queue[1:]
		c.function(fn)
		c.methods()
		if c.size > maxProgram {
			return nil, &Error{"program too large"}
		}
	}
	c.patchAsserts()
	p, err := c.b.Program()
	if err != nil {
		return nil, fmt.Errorf("invalid program: %w", err)
	}
	c.unit.Prog, c.unit.Instrs = p, c.size
	for _, fn := range cone.list {
		for _, op := range ix.Ops(fn) {
			if cone.instrs[op.Instr] && c.funcs[fn] != nil {
				c.unit.Ops = append(c.unit.Ops, op)
			}
		}
	}
	return c.unit, nil
}

// A compiler holds the state of compiling one root.
type compiler struct {
	ix      *Index
	cone    *cone
	b       *prog.Builder
	unit    *Unit
	funcs   map[*ssa.Function]*prog.FuncBuilder
	queue   []*ssa.Function
	layouts map[string]*layout
	dyn     map[string]*dynType
	dynList []*dynType
	invoked map[string]*types.Func // methods that interface calls name
	names   []string               // their keys, in order of discovery
	asserts []assertFix
	stubs   map[string]prog.FuncID
	syms    map[string]prog.SymID
	counts  *counts
	size    int
}

// declare returns the function of the program for fn, to be filled later.
func (c *compiler) declare(fn *ssa.Function) *prog.FuncBuilder {
	fn = origin(fn)
	fb := c.funcs[fn]
	if fb == nil {
		fb = c.newFunc(fn.RelString(c.ix.Pkg.Pkg), len(fn.Params), len(fn.FreeVars), fn.Signature.Results().Len(), fn)
		c.funcs[fn] = fb
		c.queue = append(c.queue, fn)
		for i, p := range fn.Params {
			fb.Name(prog.Slot(i), p.Name())
		}
		for i, v := range fn.FreeVars {
			fb.Name(prog.Slot(len(fn.Params)+i), v.Name())
		}
	}
	return fb
}

// newFunc adds a function to the program and to the tables of the unit.
func (c *compiler) newFunc(name string, params, captures, results int, fn *ssa.Function) *prog.FuncBuilder {
	fb := c.b.Func(name, params, captures, results)
	for len(c.unit.Funcs) <= int(fb.ID) {
		c.unit.Funcs = append(c.unit.Funcs, nil)
		c.unit.Source = append(c.unit.Source, nil)
	}
	c.unit.Funcs[fb.ID] = fn
	return fb
}

// entry writes the function that the environment runs: it makes the arguments
// of the root, calls it, and hands what it returns to an unknown caller.
func (c *compiler) entry(root *ssa.Function) {
	fb := c.newFunc("root", 0, 0, 0, nil)
	c.b.SetEntry(fb.ID)
	f := &function{c: c, fb: fb, fn: root, slots: map[ssa.Value]prog.Slot{}}
	args := f.arguments(root)
	callee := prog.FuncValue(c.declare(root).ID)
	if n := len(root.FreeVars); n > 0 {
		s := fb.Slot("root")
		var caps []prog.Operand
		for _, v := range root.FreeVars {
			caps = append(caps, f.environment(v.Type(), v.Name()))
		}
		f.emit(prog.OpClosure, s, caps...).Imm(int(c.declare(root).ID))
		callee = prog.S(s)
	}
	res := root.Signature.Results()
	dst := make([]prog.Slot, res.Len())
	for i := range dst {
		dst[i] = fb.Slot(fmt.Sprintf("r%d", i))
	}
	f.count()
	fb.Call(dst, callee, args...).At(prog.Pos(root.Pos()), "runs "+root.Name())
	f.handResults(root, dst)
	if isMain(root) {
		f.emit(prog.OpExit, prog.NoSlot)
	} else {
		f.emit(prog.OpRet, prog.NoSlot)
	}
}

// isMain reports whether fn is the main function of a program.
func isMain(fn *ssa.Function) bool {
	return fn.Name() == "main" && fn.Parent() == nil && fn.Signature.Recv() == nil && fn.Pkg != nil && fn.Pkg.Pkg.Name() == "main"
}

// A function is one function being compiled.
type function struct {
	c      *compiler
	fb     *prog.FuncBuilder
	fn     *ssa.Function
	slots  map[ssa.Value]prog.Slot
	tuples map[ssa.Value][]prog.Slot
	labels map[*ssa.BasicBlock]prog.Label
	queue  []*ssa.BasicBlock
	ctl    *control
	loops  *loops
	cur    ssa.Instruction // the instruction that is being compiled
	first  map[*ssa.Range]turns
	defers bool
	spin   prog.Label // a place that never ends, -1 if not needed yet
	leave  prog.Label // a plain return, -1 if not needed yet
}

// function fills the code of fn.
func (c *compiler) function(fn *ssa.Function) {
	f := &function{c: c, fb: c.funcs[fn], fn: fn,
		slots: map[ssa.Value]prog.Slot{}, tuples: map[ssa.Value][]prog.Slot{},
		labels: map[*ssa.BasicBlock]prog.Label{}, ctl: c.ix.control(fn), loops: c.ix.loopsOf(fn), spin: -1, leave: -1}
	for i, p := range fn.Params {
		f.slots[p] = prog.Slot(i)
	}
	for i, v := range fn.FreeVars {
		f.slots[v] = prog.Slot(len(fn.Params) + i)
	}
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if _, ok := instr.(*ssa.Defer); ok && c.cone.instrs[instr] {
				f.defers = true
			}
		}
	}
	f.label(fn.Blocks[0])
	if fn.Recover != nil && f.defers {
		f.fb.SetRecover(f.label(fn.Recover))
	}
	for len(f.queue) > 0 {
		b := f.queue[0]
		f.queue = f.queue[1:]
		f.block(b)
	}
	if f.spin >= 0 {
		f.fb.Place(f.spin)
		f.emit(prog.OpYield, prog.NoSlot)
		f.count()
		f.fb.Jump(f.spin)
	}
	if f.leave >= 0 {
		f.fb.Place(f.leave)
		f.ret(nil)
	}
}

// label returns the label of a block and sees to it that it is compiled.
func (f *function) label(b *ssa.BasicBlock) prog.Label {
	l, ok := f.labels[b]
	if !ok {
		l = f.fb.Label()
		f.labels[b] = l
		f.queue = append(f.queue, b)
	}
	return l
}

// block compiles one block and its way on.
func (f *function) block(b *ssa.BasicBlock) {
	f.fb.Place(f.labels[b])
	for _, instr := range b.Instrs {
		if f.c.cone.checks[instr] {
			f.cur = instr
			f.check(instr)
		}
		if f.c.cone.instrs[instr] {
			f.cur = instr
			f.instr(instr)
		} else if call, ok := instr.(*ssa.Call); ok {
			f.cur = instr
			f.passed(&call.Call)
		}
	}
	f.cur = b.Instrs[len(b.Instrs)-1]
	switch last := f.cur.(type) {
	case *ssa.Return:
		f.ret(last)
	case *ssa.Panic: // written by instr
		if matchesNoCase(b) {
			f.emit(prog.OpRet, prog.NoSlot, f.zeroResults()...)
		}
	case *ssa.If:
		f.branch(b, last)
	case *ssa.Jump:
		f.edge(b, 0)
	default:
		f.emit(prog.OpRet, prog.NoSlot, f.zeroResults()...)
	}
}

// branch compiles the branch at the end of a block, or leaves it out if
// nothing that matters depends on it.
func (f *function) branch(b *ssa.BasicBlock, last *ssa.If) {
	if !f.c.cone.branch[b] {
		f.skipTo(b)
		return
	}
	if matchesNoCase(b.Succs[1]) {
		f.edge(b, 0)
		return
	}
	yes, moveYes := f.edgeLabel(b, 0)
	no, moveNo := f.edgeLabel(b, 1)
	cond := f.val(last.Cond)
	f.count()
	f.note(f.fb.If(cond, yes, no), condPos(last), condPhrase(last)).With(f.assumption(b, last))
	if moveYes {
		f.fb.Place(yes)
		f.edge(b, 0)
	}
	if moveNo {
		f.fb.Place(no)
		f.edge(b, 1)
	}
}

// forgets reports whether what is read through pointers of unseen code may have
// changed when control comes round: by the back edge of a loop that waits for
// something, not by one that counts or ranges.
func (f *function) forgets(b *ssa.BasicBlock, i int) bool {
	head := b.Succs[i]
	body, ok := f.loops.heads[head]
	return ok && body[b] && !f.loops.bounded(f.c.counts, head, body)
}

// edgeLabel returns where successor i of b is to be entered: at the block, or
// at the moves for its φ instructions that have yet to be written.
func (f *function) edgeLabel(b *ssa.BasicBlock, i int) (l prog.Label, moves bool) {
	if f.forgets(b, i) {
		return f.fb.Label(), true
	}
	for _, instr := range b.Succs[i].Instrs {
		phi, ok := instr.(*ssa.Phi)
		if !ok {
			break
		}
		if f.c.cone.values[phi] {
			return f.fb.Label(), true
		}
	}
	return f.label(b.Succs[i]), false
}

// skipTo goes on where all ways of a branch meet again.
func (f *function) skipTo(b *ssa.BasicBlock) {
	d := f.ctl.ipdom[b.Index]
	if d < len(f.fn.Blocks) {
		f.jump(f.label(f.fn.Blocks[d]))
		return
	}
	if f.ctl.stuck[b.Index] {
		if f.spin < 0 {
			f.spin = f.fb.Label()
		}
		f.jump(f.spin)
		return
	}
	if f.leave < 0 {
		f.leave = f.fb.Label()
	}
	f.jump(f.leave)
}

// edge goes to successor i of b, after the moves of its φ instructions.
func (f *function) edge(b *ssa.BasicBlock, i int) {
	s := b.Succs[i]
	f.moves(b, s, i)
	if f.forgets(b, i) {
		f.emit(prog.OpForget, prog.NoSlot)
	}
	f.jump(f.label(s))
}

// moves writes the parallel copies for an edge.
func (f *function) moves(b, s *ssa.BasicBlock, i int) {
	k := predIndex(b, s, i)
	var dst []prog.Slot
	var src []prog.Operand
	for _, instr := range s.Instrs {
		phi, ok := instr.(*ssa.Phi)
		if !ok {
			break
		}
		if f.c.cone.values[phi] {
			dst = append(dst, f.slot(phi))
			src = append(src, f.edgeVal(phi, k))
		}
	}
	for j := range src { // read what an earlier move overwrites first
		if src[j].Kind == prog.KindSlot && overwritten(src[j], dst[:j]) {
			t := f.fb.Slot("t")
			f.copyTo(t, src[j])
			src[j] = prog.S(t)
		}
	}
	for j := range src {
		if src[j].Kind != prog.KindSlot || prog.Slot(src[j].N) != dst[j] {
			f.copyTo(dst[j], src[j])
		}
	}
}

// overwritten reports whether a slot is among those already written.
func overwritten(o prog.Operand, written []prog.Slot) bool {
	for _, w := range written {
		if prog.Slot(o.N) == w {
			return true
		}
	}
	return false
}

// copyTo copies an operand to a slot.
func (f *function) copyTo(d prog.Slot, o prog.Operand) { f.emit(prog.OpCopy, d, o) }

// predIndex returns which predecessor of s the i-th successor edge of b is.
func predIndex(b, s *ssa.BasicBlock, i int) int {
	nth := 0
	for j := range i {
		if b.Succs[j] == s {
			nth++
		}
	}
	for k, p := range s.Preds {
		if p == b {
			if nth == 0 {
				return k
			}
			nth--
		}
	}
	return 0
}

// jump goes to a label.
func (f *function) jump(l prog.Label) {
	f.count()
	f.fb.Jump(l)
}

// ret returns; r is nil where all ways of a branch lead to a return whose
// values nobody needs.
func (f *function) ret(r *ssa.Return) {
	var vals []prog.Operand
	if r == nil {
		if f.defers {
			f.emit(prog.OpRunDefers, prog.NoSlot)
		}
		vals = f.zeroResults()
		for i := range vals {
			if f.c.cone.free[f.fn][i] {
				vals[i] = prog.S(f.unknown(f.fn.Signature.Results().At(i).Type(), "free"))
			}
		}
	} else {
		f.handOver(r)
		for i, v := range r.Results {
			if f.c.cone.rets[f.fn][i] || f.c.ix.flow.carries(v.Type()) && f.known(v) {
				vals = append(vals, f.val(v))
			} else if f.c.cone.free[f.fn][i] {
				vals = append(vals, prog.S(f.unknown(v.Type(), "free")))
			} else {
				vals = append(vals, prog.Nil)
			}
		}
	}
	f.count()
	f.fb.Ret(vals...).At(prog.Pos(f.retPos(r)), "returns")
}

// retPos returns the position of a return, for a witness.
func (f *function) retPos(r *ssa.Return) token.Pos {
	if r != nil && r.Pos().IsValid() {
		return r.Pos()
	}
	if s := f.fn.Syntax(); s != nil {
		return s.End() - 1
	}
	return f.fn.Pos()
}

// zeroResults returns a placeholder for each result.
func (f *function) zeroResults() []prog.Operand {
	vals := make([]prog.Operand, f.fn.Signature.Results().Len())
	for i := range vals {
		vals[i] = prog.Nil
	}
	return vals
}

// emit appends an instruction at the source position of the current one.
func (f *function) emit(op prog.Op, dst prog.Slot, args ...prog.Operand) prog.Added {
	f.count()
	a := f.fb.Emit(op, dst, args...)
	if f.cur != nil {
		a.Pos = prog.Pos(f.cur.Pos())
	}
	return a
}

// note sets the position and the phrase of an instruction.
func (f *function) note(a prog.Added, pos token.Pos, phrase string) prog.Added {
	return a.At(prog.Pos(pos), phrase)
}

// count files the instruction that is about to be added.
func (f *function) count() {
	f.c.size++
	id := f.fb.ID
	f.c.unit.Source[id] = append(f.c.unit.Source[id], f.cur)
}

// slot returns the slot of a value.
func (f *function) slot(v ssa.Value) prog.Slot {
	s, ok := f.slots[v]
	if !ok {
		s = f.fb.Slot(v.Name())
		f.slots[v] = s
	}
	return s
}

// known reports whether the value of v is computed by the program.
func (f *function) known(v ssa.Value) bool {
	switch v.(type) {
	case *ssa.Const, *ssa.Function:
		return true
	}
	return f.c.cone.values[v]
}
