package slice

import (
	"slices"

	"github.com/leaklint/leaklint/internal/explore/prog"
)

// A simplifier makes one function of a slice smaller: values and turns of loops
// that nobody can tell apart become one.
type simplifier struct {
	f    *prog.Func
	gaps bool // it matters how long something takes
	defs [][]int32
	uses [][]int32
	succ [][]int32
	seen []bool // scratch
	left int    // edges that may still be followed
}

// maxFollowed bounds the edges that are followed in one function.
const maxFollowed = 300_000

// simplify makes f smaller, whose instructions are its own; gaps says that it
// matters how long something takes.
func simplify(f *prog.Func, gaps bool) {
	if !slices.ContainsFunc(f.Code, func(in prog.Instr) bool { return compares(in.Op) }) {
		return
	}
	s := &simplifier{f: f, gaps: gaps, left: maxFollowed}
	s.index()
	changed := false
	for i := range f.Code {
		if compares(f.Code[i].Op) && s.anyAnswer(i) {
			s.guess(i)
			changed = true
		}
	}
	if changed {
		s.index()
	}
	for range maxQuiet {
		if !s.quietLoop() {
			break
		}
		s.index()
	}
}

// maxQuiet bounds the loops of a function that are made choices.
const maxQuiet = 50

// compares reports whether op is a comparison.
func compares(op prog.Op) bool { return op >= prog.OpEq && op <= prog.OpGe }

// index finds where variables are given a value and read, and where control goes.
func (s *simplifier) index() {
	n := len(s.f.Code)
	s.defs, s.uses = make([][]int32, len(s.f.Slots)), make([][]int32, len(s.f.Slots))
	s.succ, s.seen = make([][]int32, n), make([]bool, n)
	for i := range s.f.Code {
		in := &s.f.Code[i]
		define := func(d prog.Slot) {
			if d != prog.NoSlot {
				s.defs[d] = append(s.defs[d], int32(i))
			}
		}
		use := func(o prog.Operand) {
			if o.Kind == prog.KindSlot {
				s.uses[o.N] = append(s.uses[o.N], int32(i))
			}
		}
		for _, d := range in.Dst {
			define(d)
		}
		for _, o := range in.Args {
			use(o)
		}
		for _, c := range in.Cases {
			if !c.Default {
				define(c.Dst)
				define(c.Ok)
				use(c.Chan)
				use(c.Val)
			}
		}
		for _, t := range after(s.f, i) {
			if int(t) < n {
				s.succ[i] = append(s.succ[i], t)
			}
		}
	}
}

// only returns the one instruction that gives a variable a value, or -1.
func (s *simplifier) only(v int32) int32 {
	if int(v) < s.f.Params+s.f.Captures || len(s.defs[v]) != 1 {
		return -1
	}
	return s.defs[v][0]
}

// reaches reports whether control can get from behind instruction i to another
// without coming by what stop accepts: it is asked for every edge. It says so,
// too, when too much has been followed.
func (s *simplifier) reaches(i, to int32, stop func(from, at int32) bool) bool {
	clear(s.seen)
	for todo := []int32{i}; len(todo) > 0; {
		at := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, t := range s.succ[at] {
			if s.left--; s.left < 0 {
				return true
			}
			if stop(at, t) {
				continue
			}
			if t == to {
				return true
			}
			if !s.seen[t] {
				s.seen[t] = true
				todo = append(todo, t)
			}
		}
	}
	return false
}

// anyAnswer reports whether a comparison may turn out either way whenever it is
// made: one side is an unknown value that is fresh each time and used for
// nothing else.
func (s *simplifier) anyAnswer(i int) bool {
	in := &s.f.Code[i]
	for k, o := range in.Args {
		other := in.Args[1-k]
		if o.Kind != prog.KindSlot || other == prog.Nil || other.Kind == prog.KindLost || len(s.uses[o.N]) != 1 {
			continue
		}
		d := s.only(o.N)
		if d >= 0 && s.f.Code[d].Op == prog.OpLen && in.Op <= prog.OpNe && other == prog.Int(0) {
			if o = s.f.Code[d].Args[0]; o.Kind != prog.KindSlot || len(s.uses[o.N]) != 1 {
				continue
			}
			d = s.only(o.N)
		}
		if d < 0 || s.f.Code[d].Op != prog.OpUnknown || s.f.Code[d].Flags&prog.NonNil != 0 {
			continue
		}
		if s.reaches(int32(i), int32(i), func(_, at int32) bool { return at == d }) {
			continue // one value is compared several times
		}
		if s.f.Code[d].Flags&prog.ErrPair == 0 || s.withoutError(d, int32(i), o.N) {
			return true
		}
	}
	return false
}

// withoutError reports whether control comes from a call of unknown results to
// an instruction only where its error is nil, and v is another result.
func (s *simplifier) withoutError(call, i, v int32) bool {
	dst := s.f.Code[call].Dst
	err := dst[len(dst)-1]
	if err == prog.NoSlot || int32(err) == v {
		return false
	}
	return !s.reaches(call, i, func(from, at int32) bool {
		br := &s.f.Code[from]
		if br.Op != prog.OpIf || br.Args[0].Kind != prog.KindSlot || br.Targets[0] == br.Targets[1] {
			return false
		}
		d := s.only(br.Args[0].N)
		if d < 0 {
			return false
		}
		cmp := &s.f.Code[d]
		if cmp.Op != prog.OpEq && cmp.Op != prog.OpNe || cmp.Args[0] != prog.S(err) || cmp.Args[1] != prog.Nil {
			return false
		}
		none := br.Targets[0]
		if cmp.Op == prog.OpNe {
			none = br.Targets[1]
		}
		return at == none
	})
}

// guess makes the result of a comparison unknown.
func (s *simplifier) guess(i int) {
	in := s.f.Code[i]
	s.f.Code[i] = prog.Instr{Op: prog.OpUnknown, Dst: in.Dst, Pos: in.Pos}
	s.unused(&in, int32(i))
}

// simple holds the operations that do nothing but compute their only result.
var simple = map[prog.Op]bool{
	prog.OpCopy: true, prog.OpNot: true, prog.OpAdd: true, prog.OpSub: true, prog.OpEq: true, prog.OpNe: true,
	prog.OpLt: true, prog.OpLe: true, prog.OpGt: true, prog.OpGe: true, prog.OpIface: true, prog.OpLen: true,
}

// unused drops the uses that an instruction has made of variables, and what only
// computes a variable that is not used any more.
func (s *simplifier) unused(gone *prog.Instr, at int32) {
	type use struct{ v, at int32 }
	var todo []use
	add := func(in *prog.Instr, at int32) {
		for _, o := range in.Args {
			if o.Kind == prog.KindSlot {
				todo = append(todo, use{o.N, at})
			}
		}
	}
	add(gone, at)
	for len(todo) > 0 {
		u := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		s.uses[u.v] = slices.DeleteFunc(s.uses[u.v], func(at int32) bool { return at == u.at })
		d := s.only(u.v)
		if d < 0 || len(s.uses[u.v]) > 0 {
			continue
		}
		switch in := s.f.Code[d]; {
		case in.Op == prog.OpUnknown:
			s.undefine(d, prog.Slot(u.v))
		case simple[in.Op]:
			s.drop(d)
			add(&in, d)
		}
	}
}

// undefine drops one result of an unknown call.
func (s *simplifier) undefine(d int32, v prog.Slot) {
	in := s.f.Code[d]
	in.Dst = slices.Clone(in.Dst)
	in.Dst[slices.Index(in.Dst, v)] = prog.NoSlot
	s.defs[v] = nil
	if !slices.ContainsFunc(in.Dst, func(d prog.Slot) bool { return d != prog.NoSlot }) {
		s.drop(d)
		return
	}
	if in.Flags&prog.ErrPair != 0 {
		in = alone(in)
	}
	s.f.Code[d] = in
}

// drop leaves out an instruction that only gives variables a value.
func (s *simplifier) drop(i int32) {
	in := &s.f.Code[i]
	if s.gaps && takesTime[in.Op] {
		*in = prog.Instr{Op: prog.OpUnknown, Pos: in.Pos}
	} else {
		*in = prog.Instr{Op: prog.OpNop, Pos: in.Pos}
	}
}
