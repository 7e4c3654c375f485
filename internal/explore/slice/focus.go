package slice

import (
	"iter"
	"slices"

	"github.com/leaklint/leaklint/internal/explore/prog"
)

// A Focus is a slice of a program for the waits on one class of primitives: with
// all channels, contexts and timers that the program makes elsewhere open, the
// other locks, wait groups and Onces as they are if they matter to it, and without
// panics.
type Focus struct {
	Prog *prog.Program
	Size int  // instructions that are left
	Made []At // where primitives of the class are made, themselves or in objects
}

// An At names an instruction.
type At struct {
	Func  prog.FuncID
	Instr int
}

// Foci yields a slice of p, which must be valid, for each class of primitives
// on which something may wait for ever and whose makers keep accepts (nil
// accepts all), in the order of these waits. There is none for a class that
// needs nothing but itself left open to go on.
func Foci(p *prog.Program, keep func(made []At) bool) iter.Seq[Focus] {
	return func(yield func(Focus) bool) {
		if !slices.ContainsFunc(p.Funcs, canWait) {
			return
		}
		s := prepare(p)
		saved := s.a.flags()
		for _, n := range s.awaited() {
			f := Focus{Made: s.makersOf(n)}
			if keep != nil && !keep(f.Made) {
				continue
			}
			s.reset(n, saved)
			s.find()
			if f.Prog, f.Size = s.rewrite(); f.Size > 0 && !yield(f) {
				return
			}
		}
	}
}

// makersOf returns where primitives of class n are made.
func (s *slicer) makersOf(n *node) []At {
	var out []At
	s.each(func(r ref, in *prog.Instr) {
		if s.makesOne(r, in, n) {
			out = append(out, At{prog.FuncID(r.f), r.i})
		}
	})
	return out
}

// makesOne reports whether in makes a primitive of class n, or an object with
// one.
func (s *slicer) makesOne(r ref, in *prog.Instr, n *node) bool {
	if !makes[in.Op] && in.Op != prog.OpCtxNew && in.Op != prog.OpCtxEnv || in.Dst[0] == prog.NoSlot {
		return false
	}
	d := s.a.slot(r.f, in.Dst[0]).find()
	if d == n {
		return true
	}
	for _, k := range d.fields {
		if k.find() == n {
			return true
		}
	}
	return false
}

// awaited returns the classes on which something may wait for ever.
func (s *slicer) awaited() []*node {
	var out []*node
	add := func(n *node) {
		if n != nil && n != s.a.null && !slices.Contains(out, n.find()) {
			out = append(out, n.find())
		}
	}
	s.each(func(r ref, in *prog.Instr) {
		switch {
		case !waits[in.Op] && in.Op != prog.OpSelect || !s.mayStay(r, in):
		case in.Op == prog.OpSelect:
			for _, c := range in.Cases {
				add(s.a.operand(r.f, c.Chan))
			}
		default:
			add(s.a.operand(r.f, in.Args[0]))
		}
	})
	return out
}

// A flag is what a class is known to be before anything is needed.
type flag struct{ unknown, opened bool }

// flags returns what the classes are known to be.
func (a *aliases) flags() []flag {
	out := make([]flag, len(a.all))
	for i, n := range a.all {
		out[i] = flag{n.unknown, n.opened}
	}
	return out
}

// reset forgets what is needed, and asks about n only.
func (s *slicer) reset(n *node, saved []flag) {
	for i, m := range s.a.all {
		m.waited, m.read, m.hot, m.tested = false, false, false, false
		if m.opened, m.unknown = false, false; i < len(saved) {
			m.opened, m.unknown = saved[i].opened, saved[i].unknown
		}
	}
	for f := range s.p.Funcs {
		clear(s.instrs[f])
		clear(s.slots[f])
		clear(s.result[f])
	}
	clear(s.active)
	clear(s.leaves)
	s.focus, s.stays = n, false
}

// deepest bounds how far a condition is followed.
const deepest = 12

// exact reports whether a slice for one class keeps a condition: it comes from
// what is received, chosen or counted in the function itself. Of other data any
// value is possible.
func (s *slicer) exact(f int, o prog.Operand, depth int) bool {
	if o.Kind != prog.KindSlot {
		return true
	}
	if depth > deepest || len(s.defs[f][o.N]) == 0 {
		return false
	}
	for _, d := range s.defs[f][o.N] {
		switch in := s.instr(d); {
		case in.Op == prog.OpSelect, in.Op == prog.OpRecv && in.Dst[0] != prog.Slot(o.N), in.Op == prog.OpOnceBegin,
			in.Op == prog.OpTryLock, in.Op == prog.OpTryRLock, in.Op == prog.OpUnknown:
		case in.Op == prog.OpCopy || in.Op >= prog.OpNot && in.Op <= prog.OpGe:
			for _, a := range in.Args {
				if a.Kind == prog.KindSlot && int(a.N) == int(o.N) {
					continue
				}
				if !s.exact(f, a, depth+1) {
					return false
				}
			}
		default:
			return false
		}
	}
	return true
}
