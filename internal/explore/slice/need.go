package slice

import (
	"slices"

	"github.com/leaklint/leaklint/internal/explore/prog"
)

// A ref names an instruction.
type ref struct{ f, i int }

// A slicer finds what a program needs.
type slicer struct {
	p       *prog.Program
	a       *aliases
	graphs  []*graph
	instrs  [][]bool // needed instructions
	slots   [][]bool // needed variables
	result  [][]bool // needed results
	active  []bool   // a function with something that matters to others
	leaves  []bool   // a function that may panic, exit or never return
	calls   [][]ref  // by function, what may call, start or defer it
	defs    [][][]ref
	stores  map[*node][]ref // by the class of the address, collection or channel
	idle    map[*node]bool  // locks that nobody holds for ever
	lost    [][]bool        // variables that are never known
	asking  asking
	forgets bool    // what was read may have changed, and somebody may read it again
	focus   *node   // the only class that is asked about, or nil for all
	stays   bool    // something may wait for ever
	rank    []int32 // functions of one rank may call each other in a circle
	todo    []ref
	grew    bool
}

// newSlicer prepares the slicing of p.
func newSlicer(p *prog.Program) *slicer {
	s := &slicer{p: p, a: classes(p), stores: map[*node][]ref{}, calls: make([][]ref, len(p.Funcs)),
		active: make([]bool, len(p.Funcs)), leaves: make([]bool, len(p.Funcs))}
	for f, fn := range p.Funcs {
		s.graphs = append(s.graphs, newGraph(fn))
		s.instrs = append(s.instrs, make([]bool, len(fn.Code)))
		s.slots = append(s.slots, make([]bool, len(fn.Slots)))
		s.result = append(s.result, make([]bool, fn.Results))
		s.defs = append(s.defs, make([][]ref, len(fn.Slots)))
		for i := range fn.Code {
			s.index(ref{f, i})
		}
	}
	return s
}

// instr returns an instruction.
func (s *slicer) instr(r ref) *prog.Instr { return &s.p.Funcs[r.f].Code[r.i] }

// index enters an instruction under what it defines, writes and calls.
func (s *slicer) index(r ref) {
	in := s.instr(r)
	define := func(d prog.Slot) {
		if d != prog.NoSlot {
			s.defs[r.f][d] = append(s.defs[r.f][d], r)
		}
	}
	for _, d := range in.Dst {
		define(d)
	}
	for _, c := range in.Cases {
		if !c.Default {
			define(c.Dst)
			define(c.Ok)
		}
	}
	for _, n := range s.written(r) {
		s.stores[n] = append(s.stores[n], r)
	}
	if at := callee(in.Op); at >= 0 {
		for _, fn := range s.a.callees(r.f, in.Args[at]) {
			s.calls[fn] = append(s.calls[fn], r)
		}
	}
}

// callee returns which argument of op is a function that it calls, starts,
// defers or arms; -1 for none.
func callee(op prog.Op) int {
	switch op {
	case prog.OpCall, prog.OpGo, prog.OpDefer, prog.OpAfterFunc:
		return 0
	case prog.OpCtxAfter:
		return 1
	}
	return -1
}

// written returns the places into which an instruction writes: the classes of
// their addresses, or of the collection or channel.
func (s *slicer) written(r ref) []*node {
	in := s.instr(r)
	var out []*node
	add := func(n *node) {
		if n != nil && n != s.a.null && !slices.Contains(out, n.find()) {
			out = append(out, n.find())
		}
	}
	switch {
	case in.Op == prog.OpCopyTo || in.Op == prog.OpClone:
		to, _, n := s.copies(r, in)
		for i := range n {
			add(s.a.field(to, i))
		}
	case in.Op == prog.OpSelect:
		for _, c := range in.Cases {
			if c.Send {
				add(s.a.operand(r.f, c.Chan))
			}
		}
	case writes[in.Op] || in.Op == prog.OpSend || in.Op == prog.OpCopySlice || in.Op == prog.OpAppendAll:
		n := s.a.operand(r.f, in.Args[0])
		if n == s.a.null && len(in.Dst) > 0 {
			n = s.a.slot(r.f, in.Dst[0])
		}
		add(n)
	}
	return out
}

// copies returns the objects between which in copies fields, and how many.
func (s *slicer) copies(r ref, in *prog.Instr) (to, from *node, n int) {
	if in.Op == prog.OpClone {
		return s.a.slot(r.f, in.Dst[0]), s.a.operand(r.f, in.Args[0]), len(s.p.Layouts[in.N].Fields)
	}
	return s.a.operand(r.f, in.Args[0]), s.a.operand(r.f, in.Args[1]), int(in.N)
}

// need notes that an instruction is needed.
func (s *slicer) need(r ref) {
	if !s.instrs[r.f][r.i] {
		s.instrs[r.f][r.i] = true
		s.todo = append(s.todo, r)
		s.grew = true
	}
}

// drain works off what has been found to be needed.
func (s *slicer) drain() {
	for len(s.todo) > 0 {
		r := s.todo[len(s.todo)-1]
		s.todo = s.todo[:len(s.todo)-1]
		s.follow(r)
	}
}

// follow adds what a needed instruction needs.
func (s *slicer) follow(r ref) {
	in := s.instr(r)
	s.decided(r)
	s.tests(r, in)
	switch in.Op {
	case prog.OpExit: // the end of everybody
		s.activate(r.f)
	case prog.OpPanic, prog.OpMust, prog.OpGoexit, prog.OpRecover, prog.OpJump:
		s.leave(r.f)
	case prog.OpRet, prog.OpRunDefers, prog.OpIf, prog.OpChoose: // by themselves they do nothing to others
	default:
		if effect(in.Op) {
			s.activate(r.f)
		}
	}
	if (waits[in.Op] || in.Op == prog.OpSelect || observes[in.Op]) && !s.guess(r, in) {
		s.awaits(r, in)
	}
	if in.Op == prog.OpSelect && s.focus == nil {
		s.leftBy(r, in)
	}
	s.operands(r)
}

// leftBy needs the branches that lead from the cases of a select to different ends
// of its function: a reader of the witness wants to see by which it was left.
func (s *slicer) leftBy(r ref, in *prog.Instr) {
	code := s.p.Funcs[r.f].Code
	if len(in.Dst) == 0 || in.Dst[0] == prog.NoSlot {
		return
	}
	for i := r.i + 1; i < len(code); i++ {
		br := &code[i]
		if br.Op != prog.OpIf || br.Args[0].Kind != prog.KindSlot || int(s.graphs[r.f].ipdom[i]) < len(code) {
			continue
		}
		if defs := s.defs[r.f][br.Args[0].N]; len(defs) == 1 {
			if c := s.instr(defs[0]); c.Op == prog.OpEq && c.Args[0] == prog.S(in.Dst[0]) {
				s.need(ref{r.f, i})
			}
		}
	}
}

// observes holds the operations whose result is the state of a primitive.
var observes = map[prog.Op]bool{
	prog.OpCtxErr: true, prog.OpLen: true, prog.OpTryLock: true, prog.OpTryRLock: true,
	prog.OpTimerStop: true, prog.OpTimerReset: true,
}

// guess reports whether only unseen code decides about the result of in: it may
// as well be unknown. What the machine has lost stays lost, for no witness may
// rely on it.
func (s *slicer) guess(r ref, in *prog.Instr) bool {
	switch in.Op {
	case prog.OpRecv, prog.OpPipeRead, prog.OpPipeWrite:
		return !s.mayStay(r, in) && !s.meets(r, in)
	case prog.OpOnceBegin:
		return !s.a.owned(s.a.operand(r.f, in.Args[0]))
	case prog.OpLoad, prog.OpALoad:
		n := s.a.operand(r.f, in.Args[0])
		return n != nil && n != s.a.null && !s.a.owned(n) && !n.find().lost && in.Args[0].Kind == prog.KindSlot &&
			(in.Op == prog.OpALoad || s.askedOnce(r, n))
	case prog.OpAsk:
		return in.Flags&prog.Guess != 0 && s.askedOnce(r, nil) && !errorQuestion(s.p.Strings[in.N])
	}
	return false
}

// pure holds the operations that only make their results.
var pure = func() map[prog.Op]bool {
	m := map[prog.Op]bool{}
	for _, op := range prog.Ops() {
		m[op] = op <= prog.OpMapNext
	}
	for op := range writes {
		delete(m, op)
	}
	for _, op := range []prog.Op{prog.OpCopyTo, prog.OpCopySlice, prog.OpAppendAll, prog.OpMapNext} {
		delete(m, op)
	}
	for _, op := range []prog.Op{prog.OpUnknown, prog.OpMake, prog.OpRLocker, prog.OpNewCond, prog.OpLoadL, prog.OpTimer, prog.OpTicker,
		prog.OpTimerC, prog.OpCtxRoot, prog.OpCtxEnv, prog.OpCtxNew, prog.OpCtxDone, prog.OpCtxErr, prog.OpPipe, prog.OpALoad, prog.OpCall} {
		m[op] = true
	}
	return m
}()

// effect reports whether op does something to others; what a call does is found
// in the callee.
func effect(op prog.Op) bool { return !pure[op] }

// decided adds the branches that decide whether an instruction runs.
func (s *slicer) decided(r ref) {
	g := s.graphs[r.f]
	if g.dense {
		for b, ss := range g.succ {
			if len(ss) > 1 {
				s.need(ref{r.f, b})
			}
		}
		return
	}
	for _, b := range g.decide[r.i] {
		s.need(ref{r.f, int(b)})
	}
}

// activate notes that a function does something that matters to others: what
// calls, starts or defers it is needed.
func (s *slicer) activate(f int) {
	if s.active[f] {
		return
	}
	s.active[f], s.grew = true, true
	for _, c := range s.calls[f] {
		s.need(c)
		s.activate(c.f)
	}
}

// leave notes that a function may not return: that matters to who calls it.
func (s *slicer) leave(f int) {
	if s.leaves[f] {
		return
	}
	s.leaves[f], s.grew = true, true
	for _, c := range s.calls[f] {
		if op := s.instr(c).Op; op == prog.OpCall || op == prog.OpDefer {
			s.need(c)
			s.leave(c.f)
		}
	}
}

// operands adds the operands that a needed instruction needs.
func (s *slicer) operands(r ref) {
	in := s.instr(r)
	for i, o := range in.Args {
		if s.takes(r, in, i) {
			s.value(r.f, o)
		}
	}
	for _, c := range in.Cases {
		if !c.Default {
			s.value(r.f, c.Chan)
			if c.Send && s.passes(r.f, c.Chan, c.Val) {
				s.value(r.f, c.Val)
			}
		}
	}
}

// takes reports whether the needed instruction in needs its argument i.
func (s *slicer) takes(r ref, in *prog.Instr, i int) bool {
	if s.loses(r, in) {
		return false
	}
	switch in.Op {
	case prog.OpCall, prog.OpGo, prog.OpDefer, prog.OpAfterFunc, prog.OpCtxAfter:
		at := callee(in.Op)
		return i <= at || s.parameter(r, in, at, i-at-1)
	case prog.OpClosure:
		return s.slots[in.N][s.p.Funcs[in.N].Params+i] || s.held(r, in) && matters(s.a.operand(r.f, in.Args[i]))
	case prog.OpRet:
		return s.result[r.f][i]
	case prog.OpSend:
		return i == 0 || s.passes(r.f, in.Args[0], in.Args[i])
	case prog.OpRecv, prog.OpOnceBegin, prog.OpPipeRead, prog.OpPipeWrite, prog.OpLoad, prog.OpALoad:
		return !s.guess(r, in)
	case prog.OpIf:
		return s.focus == nil || s.exact(r.f, in.Args[0], 0)
	case prog.OpMake:
		return i == 0 || s.read(s.a.slot(r.f, in.Dst[0]))
	}
	return true
}

// held reports whether unseen code may hold the closure that in makes.
func (s *slicer) held(r ref, in *prog.Instr) bool {
	d := s.a.slot(r.f, in.Dst[0])
	return d != nil && d.opened
}

// passes reports whether it matters what is sent: somebody needs what he
// receives, or unseen code may get hold of it.
func (s *slicer) passes(f int, ch, val prog.Operand) bool {
	return s.read(s.a.operand(f, ch)) || matters(s.a.operand(f, val))
}

// read reports whether what is at a place is needed.
func (s *slicer) read(n *node) bool { return n != nil && n.find().read }

// parameter reports whether some callee of a call needs argument i, or unseen
// code may get hold of something with it.
func (s *slicer) parameter(r ref, in *prog.Instr, at, i int) bool {
	args := in.Args[at+1:]
	for _, fn := range s.a.callees(r.f, in.Args[at]) {
		if k := i + s.a.shift(fn, in.Args[at], len(args)); k < s.p.Funcs[fn].Params && s.slots[fn][k] {
			return true
		}
	}
	return s.losesSight(r, in.Args[at]) && matters(s.a.operand(r.f, args[i]))
}

// losesSight reports whether what a call of fn gets may fall into hands that
// the machine does not see: fn may be unknown, or a recursion that is cut.
func (s *slicer) losesSight(r ref, fn prog.Operand) bool {
	if fn.Kind != prog.KindFunc {
		return true
	}
	return s.rank[fn.N] == s.rank[r.f]
}

// value adds an operand.
func (s *slicer) value(f int, o prog.Operand) {
	if o.Kind == prog.KindSlot {
		s.variable(f, int(o.N))
	}
}

// variable adds a variable, and with it whatever gives it a value.
func (s *slicer) variable(f, v int) {
	if s.slots[f][v] {
		return
	}
	s.slots[f][v], s.grew = true, true
	for _, d := range s.defs[f][v] {
		s.defines(d, prog.Slot(v))
	}
}

// defines adds an instruction that gives v a value, and what that comes from.
func (s *slicer) defines(d ref, v prog.Slot) {
	s.need(d)
	in := s.instr(d)
	if s.guess(d, in) || s.loses(d, in) {
		return
	}
	switch in.Op {
	case prog.OpCall:
		for k, w := range in.Dst {
			if w == v {
				s.returned(d, k)
			}
		}
	case prog.OpSelect:
		for _, c := range in.Cases {
			if !c.Default && !c.Send && c.Dst == v {
				s.readFrom(s.a.operand(d.f, c.Chan))
			}
		}
	case prog.OpRecv:
		if in.Dst[0] == v {
			s.readFrom(s.a.operand(d.f, in.Args[0]))
		}
	case prog.OpLen:
		s.readFrom(s.a.operand(d.f, in.Args[0]))
	case prog.OpClone: // its fields are written, and needed where they are read
	default:
		if reads[in.Op] {
			s.readFrom(s.a.operand(d.f, in.Args[0]))
		}
	}
}

// returned adds result k of whatever a call may run.
func (s *slicer) returned(call ref, k int) {
	for _, fn := range s.a.callees(call.f, s.instr(call).Args[0]) {
		if k >= len(s.result[fn]) || s.result[fn][k] {
			continue
		}
		s.result[fn][k], s.grew = true, true
		for i := range s.p.Funcs[fn].Code {
			if r := (ref{fn, i}); s.instr(r).Op == prog.OpRet {
				s.need(r)
				s.operands(r)
			}
		}
	}
}

// readFrom notes that what is in n is needed, and adds what writes it.
func (s *slicer) readFrom(n *node) {
	if n == nil || n == s.a.null || n.find().read {
		return
	}
	n = n.find()
	n.read, s.grew = true, true
	for _, r := range s.stores[n] {
		switch in := s.instr(r); in.Op {
		case prog.OpSend, prog.OpSelect: // needed anyway, if at all
		case prog.OpClone, prog.OpCopyTo:
			s.need(r)
			to, from, k := s.copies(r, in)
			for i := range k {
				if f := s.a.field(to, i); f != nil && f.find() == n {
					s.readFrom(s.a.field(from, i))
				}
			}
		case prog.OpAppendAll, prog.OpCopySlice:
			s.need(r)
			s.readFrom(s.a.operand(r.f, in.Args[1]))
		default:
			s.need(r)
		}
	}
}
