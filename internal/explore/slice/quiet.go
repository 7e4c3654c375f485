package slice

import (
	"slices"

	"github.com/leaklint/leaklint/internal/explore/prog"
)

// quietLoop finds a loop that counts to a constant and does nothing that anybody
// sees on the way, every turn like the first, and lets it end whenever it likes:
// what comes after it is the same after any number of turns. It reports whether
// there was one.
func (s *simplifier) quietLoop() bool {
	g := &graph{succ: s.succ}
	g.cycles()
	for i := range s.f.Code {
		if s.f.Code[i].Op == prog.OpIf && g.cycle[i] >= 0 && s.ends(g, int32(i)) {
			return true
		}
	}
	return false
}

// ends makes the end of a loop by the branch at i a choice if that branch only
// counts and the loop is quiet.
func (s *simplifier) ends(g *graph, i int32) bool {
	in := &s.f.Code[i]
	cmp := s.condition(in)
	if cmp < 0 || g.cycle[cmp] != g.cycle[i] || !compares(s.f.Code[cmp].Op) {
		return false
	}
	group, ok := s.counter(g, cmp)
	if !ok || !s.quiet(g, i, group) {
		return false
	}
	*in = prog.Instr{Op: prog.OpChoose, Targets: in.Targets, Flags: in.Flags, Pos: in.Pos, Phrase: in.Phrase}
	s.drop(cmp)
	for _, v := range group {
		for _, d := range s.defs[v] {
			s.drop(d)
		}
	}
	return true
}

// condition returns the instruction that alone computes what a branch asks, for
// it alone, or -1.
func (s *simplifier) condition(in *prog.Instr) int32 {
	if in.Args[0].Kind != prog.KindSlot || len(s.uses[in.Args[0].N]) != 1 {
		return -1
	}
	return s.only(in.Args[0].N)
}

// counter returns the variables of the counter that a comparison with a constant
// asks about: they start at a constant, go on in the direction of the bound, and
// are used for nothing else.
func (s *simplifier) counter(g *graph, cmp int32) ([]int32, bool) {
	in := &s.f.Code[cmp]
	at, bound := in.Args[0], in.Args[1]
	if at.Kind != prog.KindSlot || bound.Kind != prog.KindInt && bound.Kind != prog.KindScaled {
		return nil, false
	}
	up := in.Op == prog.OpLt || in.Op == prog.OpLe
	if !up && in.Op != prog.OpGt && in.Op != prog.OpGe {
		return nil, false
	}
	group := []int32{at.N}
	steps := 0
	for k := 0; k < len(group); k++ {
		if int(group[k]) < s.f.Params+s.f.Captures {
			return nil, false
		}
		for _, d := range s.defs[group[k]] {
			from, step, ok := s.counts(g, d, g.cycle[cmp], up)
			if !ok {
				return nil, false
			}
			if step {
				steps++
			}
			if from >= 0 && !slices.Contains(group, from) {
				group = append(group, from)
			}
		}
	}
	for _, v := range group {
		for _, u := range s.uses[v] {
			if u != cmp && !slices.ContainsFunc(s.f.Code[u].Dst, func(d prog.Slot) bool { return slices.Contains(group, int32(d)) }) {
				return nil, false
			}
		}
	}
	return group, steps > 0
}

// counts looks at an instruction that gives a counter a value: a constant from
// outside the loop, another variable of the counter, or that and a step in the
// right direction.
func (s *simplifier) counts(g *graph, d, loop int32, up bool) (from int32, step, ok bool) {
	in := &s.f.Code[d]
	a := prog.Operand{}
	if len(in.Args) > 0 {
		a = in.Args[0]
	}
	switch in.Op {
	case prog.OpCopy:
		if a.Kind == prog.KindSlot {
			return a.N, false, true
		}
		return -1, false, (a.Kind == prog.KindInt || a.Kind == prog.KindScaled) && g.cycle[d] != loop
	case prog.OpAdd, prog.OpSub:
		by := in.Args[1]
		if a.Kind != prog.KindSlot || by.Kind != prog.KindInt || g.cycle[d] != loop {
			return -1, false, false
		}
		forward := by.N > 0 && up == (in.Op == prog.OpAdd)
		return a.N, true, forward
	}
	return -1, false, false
}

// quietOps are what a quiet loop may do: nobody else sees it.
var quietOps = map[prog.Op]bool{
	prog.OpNop: true, prog.OpJump: true, prog.OpIf: true, prog.OpChoose: true, prog.OpUnknown: true, prog.OpCopy: true,
	prog.OpNot: true, prog.OpAdd: true, prog.OpSub: true, prog.OpEq: true, prog.OpNe: true, prog.OpLt: true,
	prog.OpLe: true, prog.OpGt: true, prog.OpGe: true, prog.OpIface: true,
}

// quiet reports whether the loop around the branch at i does nothing that others
// see, knows nothing of the turn before, and leaves nothing behind that its last
// turn made where that branch ends it.
func (s *simplifier) quiet(g *graph, i int32, group []int32) bool {
	loop := g.cycle[i]
	made := map[int32]bool{}
	for k := range s.f.Code {
		if g.cycle[k] != loop {
			continue
		}
		in := &s.f.Code[k]
		if !quietOps[in.Op] || in.Op == prog.OpIf && int32(k) != i && !s.either(g, in, loop) {
			return false
		}
		for _, d := range in.Dst {
			if d != prog.NoSlot && !slices.Contains(group, int32(d)) {
				made[int32(d)] = true
			}
		}
	}
	for v := range made {
		if s.leftBehind(g, i, v, loop) {
			return false
		}
	}
	return true
}

// leftBehind reports whether what a turn gives to v is read in another turn, or
// where the branch at i has ended the loop.
func (s *simplifier) leftBehind(g *graph, i, v, loop int32) bool {
	d := s.only(v)
	if d < 0 {
		return true
	}
	for _, u := range s.uses[v] {
		if g.cycle[u] == loop && s.reaches(i, u, func(_, at int32) bool { return at == d || g.cycle[at] != loop }) {
			return true
		}
		for _, t := range s.succ[i] {
			if g.cycle[t] != loop && (t == u || s.reaches(t, u, func(_, at int32) bool { return at == d })) {
				return true
			}
		}
	}
	return false
}

// either reports whether a branch in a loop may go both ways in any turn: it
// asks about an unknown value that is used for nothing else in the loop.
func (s *simplifier) either(g *graph, in *prog.Instr, loop int32) bool {
	d := s.condition(in)
	if d < 0 || g.cycle[d] != loop {
		return false
	}
	c := &s.f.Code[d]
	if c.Op == prog.OpUnknown {
		return c.Flags == 0
	}
	if c.Op != prog.OpEq && c.Op != prog.OpNe || c.Args[1] != prog.Nil || c.Args[0].Kind != prog.KindSlot {
		return false
	}
	from := s.only(c.Args[0].N)
	if from < 0 || g.cycle[from] != loop {
		return false
	}
	u := &s.f.Code[from]
	if u.Op != prog.OpUnknown || u.Flags&prog.NonNil != 0 {
		return false
	}
	asked := 0
	for _, v := range u.Dst {
		if v == prog.NoSlot {
			continue
		}
		for _, at := range s.uses[v] {
			if g.cycle[at] == loop {
				asked++
			}
		}
	}
	return asked == 1
}
