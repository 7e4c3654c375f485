package slice

import (
	"slices"

	"github.com/leaklint/leaklint/internal/explore/prog"
)

// Of returns p without what cannot decide who waits for ever, and the number
// of instructions that are left, which is 0 if nothing in p can wait for ever. Functions,
// instructions and variables keep their numbers; p, which must be valid, is not
// changed.
func Of(p *prog.Program) (*prog.Program, int) {
	if !slices.ContainsFunc(p.Funcs, canWait) {
		return p, 0
	}
	s := prepare(p)
	s.find()
	return s.rewrite()
}

// prepare returns a slicer that knows all of p but what is needed.
func prepare(p *prog.Program) *slicer {
	s := newSlicer(p)
	s.rank = ranks(p, s.a)
	s.findLost()
	s.findAsked()
	s.idle = s.findIdle()
	return s
}

// canWait reports whether something in a function can wait.
func canWait(f *prog.Func) bool {
	return slices.ContainsFunc(f.Code, func(in prog.Instr) bool { return waits[in.Op] || in.Op == prog.OpSelect })
}

// ranks numbers the functions so that those that may call each other in a
// circle have the same number, and no others.
func ranks(p *prog.Program, a *aliases) []int32 {
	g := &graph{succ: make([][]int32, len(p.Funcs))}
	for f, fn := range p.Funcs {
		for i := range fn.Code {
			if in := &fn.Code[i]; in.Op == prog.OpCall || in.Op == prog.OpDefer {
				for _, k := range a.callees(f, in.Args[0]) {
					g.succ[f] = append(g.succ[f], int32(k))
				}
			}
		}
	}
	g.cycles()
	for f := range g.cycle {
		if g.cycle[f] < 0 {
			g.cycle[f] = int32(-f - 2)
		}
	}
	return g.cycle
}

// rewrite returns the program without what is not needed.
func (s *slicer) rewrite() (*prog.Program, int) {
	q := *s.p
	q.Funcs = make([]*prog.Func, len(s.p.Funcs))
	gaps := s.hasDefault()
	s.forgets = s.remembers()
	left := 0
	for f, fn := range s.p.Funcs {
		c := *fn
		c.Code = make([]prog.Instr, len(fn.Code))
		for i := range fn.Code {
			c.Code[i] = s.rewritten(ref{f, i}, gaps)
		}
		simplify(&c, gaps)
		for i := range c.Code {
			if op := c.Code[i].Op; op != prog.OpNop && op != prog.OpJump {
				left++
			}
		}
		thread(&c)
		q.Funcs[f] = &c
	}
	if !s.stays {
		left = 0
	}
	return &q, left
}

// hasDefault reports whether some select has a default: then it matters how
// long what comes before takes (docs/design.md section 8.2).
func (s *slicer) hasDefault() bool {
	for _, fn := range s.p.Funcs {
		for i := range fn.Code {
			if slices.ContainsFunc(fn.Code[i].Cases, func(c prog.Case) bool { return c.Default }) {
				return true
			}
		}
	}
	return false
}

// takesTime holds the operations behind which a partner may be late.
var takesTime = map[prog.Op]bool{
	prog.OpCall: true, prog.OpGo: true, prog.OpUnknown: true, prog.OpUnlock: true, prog.OpRUnlock: true,
	prog.OpDone: true, prog.OpOnceEnd: true,
}

// rewritten returns what becomes of one instruction.
func (s *slicer) rewritten(r ref, gaps bool) prog.Instr {
	in := *s.instr(r)
	switch {
	case in.Op == prog.OpRet || s.instrs[r.f][r.i]:
		return s.trimmed(r, in)
	case in.Op == prog.OpJump:
		return in
	case in.Op == prog.OpImply || in.Op == prog.OpForget: // about what is needed otherwise
		if s.has(r.f, in.Args) && (in.Op == prog.OpImply || s.forgets) {
			return in
		}
	case len(in.Targets) > 0, slices.ContainsFunc(in.Cases, func(c prog.Case) bool { return c.Target >= 0 }):
		return s.past(r, in)
	case gaps && takesTime[in.Op]:
		return prog.Instr{Op: prog.OpUnknown, Pos: in.Pos}
	case prog.SigOf(in.Op).Ends:
		return s.returns(r.f, in)
	}
	return prog.Instr{Op: prog.OpNop, Pos: in.Pos}
}

// has reports whether all operands are needed.
func (s *slicer) has(f int, args []prog.Operand) bool {
	return !slices.ContainsFunc(args, func(o prog.Operand) bool { return o.Kind == prog.KindSlot && !s.slots[f][o.N] })
}

// returns returns what takes the place of in, an end of its function.
func (s *slicer) returns(f int, in prog.Instr) prog.Instr {
	return prog.Instr{Op: prog.OpRet, Args: make([]prog.Operand, s.p.Funcs[f].Results), Pos: in.Pos, Phrase: "returns"}
}

// past returns what takes the place of a branch whose sides do not matter: a
// jump to where they meet.
func (s *slicer) past(r ref, in prog.Instr) prog.Instr {
	to := s.graphs[r.f].ipdom[r.i]
	if int(to) < len(s.p.Funcs[r.f].Code) {
		return prog.Instr{Op: prog.OpJump, Targets: []int32{to}, Pos: in.Pos}
	}
	return s.returns(r.f, in)
}

// trimmed drops the operands and results of a needed instruction that are not.
func (s *slicer) trimmed(r ref, in prog.Instr) prog.Instr {
	keep := func(d prog.Slot) prog.Slot {
		if d == prog.NoSlot || s.slots[r.f][d] {
			return d
		}
		return prog.NoSlot
	}
	in.Args, in.Dst, in.Cases = slices.Clone(in.Args), slices.Clone(in.Dst), slices.Clone(in.Cases)
	for i := range in.Args {
		if !s.takes(r, s.instr(r), i) {
			in.Args[i] = prog.Nil
		}
	}
	for i := range in.Dst {
		in.Dst[i] = keep(in.Dst[i])
	}
	for i := range in.Cases {
		c := &in.Cases[i]
		switch {
		case c.Default:
		case !c.Send:
			c.Dst, c.Ok = keep(c.Dst), keep(c.Ok)
		case !s.passes(r.f, c.Chan, c.Val):
			c.Val = prog.Nil
		}
	}
	if in.Op == prog.OpIf && !s.takes(r, s.instr(r), 0) {
		return prog.Instr{Op: prog.OpChoose, Targets: in.Targets, Assume: in.Assume, Flags: in.Flags, Pos: in.Pos, Phrase: in.Phrase}
	}
	if s.loses(r, s.instr(r)) {
		return prog.Instr{Op: prog.OpCopy, Dst: in.Dst, Args: []prog.Operand{prog.Lost}, Pos: in.Pos}
	}
	if s.guess(r, s.instr(r)) {
		in = prog.Instr{Op: prog.OpUnknown, Dst: in.Dst, Pos: in.Pos, Phrase: in.Phrase}
	}
	if in.Op == prog.OpUnknown && in.Flags&prog.ErrPair != 0 {
		in = alone(in)
	}
	return in
}

// alone returns an unknown call of whose results one is needed as one that has
// no others: there is nothing left to tie it to.
func alone(in prog.Instr) prog.Instr {
	kept := slices.DeleteFunc(slices.Clone(in.Dst), func(d prog.Slot) bool { return d == prog.NoSlot })
	if len(kept) == 1 {
		in.Dst, in.Flags = kept, in.Flags&^prog.ErrPair
	}
	return in
}

// thread lets control skip what has been left out.
func thread(f *prog.Func) {
	dest := destinations(f)
	for i := range f.Code {
		in := &f.Code[i]
		if in.Op == prog.OpNop && i+1 < len(f.Code) {
			*in = prog.Instr{Op: prog.OpJump, Targets: []int32{int32(i + 1)}, Pos: in.Pos}
		}
		in.Targets = slices.Clone(in.Targets)
		for k, t := range in.Targets {
			in.Targets[k] = dest[t]
		}
		for k, c := range in.Cases {
			if c.Target >= 0 {
				in.Cases[k].Target = dest[c.Target]
			}
		}
	}
}

// destinations returns, for every instruction, the first one from there that
// does something.
func destinations(f *prog.Func) []int32 {
	dest := make([]int32, len(f.Code))
	for i := range dest {
		dest[i] = -1
	}
	var path []int32
	for i := range dest {
		path = path[:0]
		at := int32(i)
		for dest[at] < 0 {
			dest[at] = at // in a circle of jumps, too
			path = append(path, at)
			switch in := &f.Code[at]; {
			case in.Op == prog.OpJump:
				at = in.Targets[0]
			case in.Op == prog.OpNop && int(at)+1 < len(f.Code):
				at++
			}
		}
		for _, p := range path {
			dest[p] = dest[at]
		}
	}
	return dest
}
