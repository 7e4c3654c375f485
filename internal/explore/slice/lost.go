package slice

import (
	"slices"

	"github.com/leaklint/leaklint/internal/explore/prog"
)

// spreadsLoss holds the operations whose result is lost if one of the first so
// many arguments is. What is boxed in an interface still has its dynamic type.
var spreadsLoss = map[prog.Op]int{
	prog.OpCopy: 1, prog.OpNot: 1, prog.OpAdd: 2, prog.OpSub: 2, prog.OpEq: 2, prog.OpNe: 2, prog.OpLt: 2, prog.OpLe: 2,
	prog.OpGt: 2, prog.OpGe: 2, prog.OpField: 1, prog.OpLoad: 1, prog.OpALoad: 1, prog.OpElem: 1,
	prog.OpIndex: 1, prog.OpLen: 1, prog.OpCap: 1, prog.OpReslice: 1,
}

// findLost finds the variables that never hold anything but what the machine
// has lost: what is computed from them need not be computed. All are taken for
// lost that nothing else shows to be known, so that a counter that starts with a
// lost value is lost in every turn.
func (s *slicer) findLost() {
	s.lost = make([][]bool, len(s.p.Funcs))
	for f, fn := range s.p.Funcs {
		s.lost[f] = make([]bool, len(fn.Slots))
		for v := fn.Params + fn.Captures; v < len(fn.Slots); v++ {
			s.lost[f][v] = len(s.defs[f][v]) > 0
		}
	}
	for changed := true; changed; {
		changed = false
		for f := range s.p.Funcs {
			for v := range s.lost[f] {
				if s.lost[f][v] && !s.onlyLost(f, v) {
					s.lost[f][v], changed = false, true
				}
			}
		}
	}
}

// onlyLost reports whether whatever gives a variable a value gives it a lost
// one.
func (s *slicer) onlyLost(f, v int) bool {
	for _, d := range s.defs[f][v] {
		in := s.instr(d)
		if in.Op == prog.OpCall {
			if k := slices.Index(in.Dst, prog.Slot(v)); !s.returnsLost(in, k) {
				return false
			}
		} else if !s.loses(d, in) {
			return false
		}
	}
	return true
}

// returnsLost reports whether result k of a call of known functions is lost.
func (s *slicer) returnsLost(in *prog.Instr, k int) bool {
	if in.Args[0].Kind != prog.KindFunc {
		return false // it may be another one
	}
	fn := in.Args[0].N
	for i := range s.p.Funcs[fn].Code {
		ret := &s.p.Funcs[fn].Code[i]
		if ret.Op != prog.OpRet {
			continue
		}
		if o := ret.Args[k]; o.Kind != prog.KindLost && (o.Kind != prog.KindSlot || !s.lost[fn][o.N]) {
			return false
		}
	}
	return s.p.Funcs[fn].Recover < 0 // which would return nothing
}

// loses reports whether the result of in is lost.
func (s *slicer) loses(r ref, in *prog.Instr) bool {
	for i := range spreadsLoss[in.Op] {
		if o := in.Args[i]; o.Kind == prog.KindLost || o.Kind == prog.KindSlot && s.lost[r.f][o.N] {
			return true
		}
	}
	return false
}
