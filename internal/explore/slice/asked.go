package slice

import (
	"slices"

	"github.com/leaklint/leaklint/internal/explore/prog"
)

// An asking counts the questions of a program: one that is asked in one place
// only, once, may as well have any answer.
type asking struct {
	names  map[int32]int // questions, by name
	loads  map[*node]int // loads, by the class of the address
	called []int         // places that call, start or defer a function
}

// findAsked counts the questions.
func (s *slicer) findAsked() {
	s.asking = asking{names: map[int32]int{}, loads: map[*node]int{}, called: make([]int, len(s.p.Funcs))}
	s.each(func(r ref, in *prog.Instr) {
		switch in.Op {
		case prog.OpAsk:
			s.asking.names[in.N]++
		case prog.OpLoad:
			if n := s.a.operand(r.f, in.Args[0]); n != nil {
				s.asking.loads[n.find()]++
			}
		case prog.OpClone, prog.OpCopyTo:
			_, from, n := s.copies(r, in)
			for i := range n {
				if k := s.a.field(from, i); k != nil {
					s.asking.loads[k.find()]++
				}
			}
		}
	})
	for f := range s.p.Funcs {
		s.asking.called[f] = len(s.calls[f])
	}
}

// askedOnce reports whether a question is asked nowhere else, and about each value
// at most once: a load at an address of class n, or one with a name.
func (s *slicer) askedOnce(r ref, n *node) bool {
	times := 0
	if n != nil {
		times = s.asking.loads[n.find()]
	} else {
		times = s.asking.names[s.instr(r).N]
	}
	switch {
	case times != 1 || s.graphs[r.f].dense:
		return false
	case slices.ContainsFunc(s.instr(r).Args, func(o prog.Operand) bool { return s.newEachTime(r, o) }):
		return true
	}
	return s.graphs[r.f].cycle[r.i] < 0 && s.ranOnce(r.f, 0)
}

// maxChain bounds how far the address of a load is followed.
const maxChain = 8

// newEachTime reports whether an operand of an instruction comes from an unknown
// value that is another one whenever the instruction is run: msg.id, where each
// turn receives a msg.
func (s *slicer) newEachTime(r ref, o prog.Operand) bool {
	for range maxChain {
		if o.Kind != prog.KindSlot || int(o.N) < s.p.Funcs[r.f].Params+s.p.Funcs[r.f].Captures || len(s.defs[r.f][o.N]) != 1 {
			return false
		}
		d := s.defs[r.f][o.N][0]
		switch in := s.instr(d); in.Op {
		case prog.OpUnknown:
			return !s.goesRound(r, d.i)
		case prog.OpField, prog.OpLoad, prog.OpElem, prog.OpIndex, prog.OpCopy, prog.OpIface, prog.OpAssert:
			o = in.Args[0]
		default:
			return false
		}
	}
	return false
}

// goesRound reports whether control can come back to an instruction without
// coming by another one.
func (s *slicer) goesRound(r ref, by int) bool {
	g := s.graphs[r.f]
	if g.cycle[r.i] < 0 {
		return false
	}
	seen := make([]bool, len(g.succ))
	for todo := []int32{int32(r.i)}; len(todo) > 0; {
		at := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, t := range g.succ[at] {
			if int(t) == r.i {
				return true
			}
			if int(t) != by && int(t) < len(seen) && !seen[t] {
				seen[t] = true
				todo = append(todo, t)
			}
		}
	}
	return false
}

// ranOnce reports whether a function is run from one place only, that is no
// loop, as far as it is followed.
func (s *slicer) ranOnce(f, depth int) bool {
	if prog.FuncID(f) == s.p.Entry {
		return true
	}
	if s.asking.called[f] != 1 || depth > 3 {
		return false
	}
	c := s.calls[f][0]
	return !s.graphs[c.f].dense && s.graphs[c.f].cycle[c.i] < 0 && s.ranOnce(c.f, depth+1)
}

// remembers reports whether the slice asks something whose answer may change.
func (s *slicer) remembers() (yes bool) {
	s.each(func(r ref, in *prog.Instr) {
		switch in.Op {
		case prog.OpLoad, prog.OpClone, prog.OpCopyTo, prog.OpIndex, prog.OpMapGet, prog.OpAsk:
			yes = yes || s.instrs[r.f][r.i] && in.Flags&prog.Fixed == 0 && !s.guess(r, in)
		}
	})
	return yes
}

// errorQuestion reports whether the answer to a question is known for some errors.
func errorQuestion(name string) bool { return name == "errors.Is" }

// subject returns the class of what a condition is about: what is compared,
// whose length or type is asked for.
func (s *slicer) subject(f int, o prog.Operand, depth int) *node {
	in := s.onlyDef(f, o)
	switch {
	case in == nil || depth > 3:
		return nil
	case in.Op == prog.OpNot:
		return s.subject(f, in.Args[0], depth+1)
	case in.Op == prog.OpAssert, in.Op == prog.OpLen:
		return s.a.operand(f, in.Args[0])
	case !compares(in.Op):
		return nil
	}
	for _, a := range in.Args {
		if n := s.subject(f, a, depth+1); n != nil {
			return n
		}
	}
	if in.Args[0].Kind != prog.KindSlot {
		return nil
	}
	return s.a.operand(f, in.Args[0])
}

// tests notes what a needed condition is about: what panics for that is needed,
// too.
func (s *slicer) tests(r ref, in *prog.Instr) {
	if len(in.Dst) == 0 || in.Op != prog.OpAssert && in.Op != prog.OpLen && !compares(in.Op) {
		return
	}
	for _, d := range in.Dst {
		if d == prog.NoSlot {
			continue
		}
		if n := s.subject(r.f, prog.S(d), 0); n != nil && n != s.a.null && !n.find().tested {
			n.find().tested, s.grew = true, true
		}
	}
}

// onlyDef returns the only instruction that gives an operand a value, but for
// constants; nil if there are several.
func (s *slicer) onlyDef(f int, o prog.Operand) (only *prog.Instr) {
	if o.Kind != prog.KindSlot {
		return nil
	}
	for _, d := range s.defs[f][o.N] {
		in := s.instr(d)
		if in.Op == prog.OpCopy && in.Args[0].Kind != prog.KindSlot {
			continue
		}
		if only != nil {
			return nil
		}
		only = in
	}
	return only
}

// needed reports whether a truth value, or what it is the opposite of, is needed.
func (s *slicer) needed(f int, o prog.Operand) bool {
	if o.Kind != prog.KindSlot || s.slots[f][o.N] {
		return o.Kind == prog.KindSlot
	}
	in := s.onlyDef(f, o)
	return in != nil && in.Op == prog.OpNot && s.needed(f, in.Args[0])
}
