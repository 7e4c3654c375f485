package slice

import "github.com/leaklint/leaklint/internal/explore/prog"

// spreadsLoss holds the operations whose result is lost if one of the first so
// many arguments is.
var spreadsLoss = map[prog.Op]int{
	prog.OpCopy: 1, prog.OpNot: 1, prog.OpAdd: 2, prog.OpSub: 2, prog.OpEq: 2, prog.OpNe: 2, prog.OpLt: 2, prog.OpLe: 2,
	prog.OpGt: 2, prog.OpGe: 2, prog.OpIface: 1, prog.OpField: 1, prog.OpLoad: 1, prog.OpALoad: 1, prog.OpElem: 1,
	prog.OpIndex: 1, prog.OpLen: 1, prog.OpCap: 1, prog.OpReslice: 1,
}

// findLost finds the variables that never hold anything but what the machine
// has lost: what is computed from them need not be computed.
func (s *slicer) findLost() {
	s.lost = make([][]bool, len(s.p.Funcs))
	for f, fn := range s.p.Funcs {
		s.lost[f] = make([]bool, len(fn.Slots))
	}
	for changed := true; changed; {
		changed = false
		for f, fn := range s.p.Funcs {
			for v := fn.Params + fn.Captures; v < len(fn.Slots); v++ {
				if !s.lost[f][v] && s.onlyLost(f, v) {
					s.lost[f][v], changed = true, true
				}
			}
		}
	}
}

// onlyLost reports whether whatever gives a variable a value gives it a lost
// one.
func (s *slicer) onlyLost(f, v int) bool {
	for _, d := range s.defs[f][v] {
		if !s.loses(d, s.instr(d)) {
			return false
		}
	}
	return len(s.defs[f][v]) > 0
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
