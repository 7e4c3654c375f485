package leaks

import (
	"cmp"
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/explore"
	"github.com/leaklint/leaklint/internal/explore/prog"
	"github.com/leaklint/leaklint/internal/report"
	"github.com/leaklint/leaklint/internal/skeleton"
)

// An opState is what the roots say together of one blocking operation: the
// worst that any of them says.
type opState struct {
	judged   bool // by roots that are roots for its primitive; the others do not count then
	finishes bool // some root shows that it can always go on
	unknown  bool // some root was truncated
	lost     *cause
	opened   *cause
	stays    bool          // some root has it stay, with a witness that is not sure enough to be told
	hider    *explore.Leak // a leak of its root, with which it stays
	hiddenBy *exploration
	free     bool // it works on a primitive of an unknown caller or callee
}

// A cause is an instruction of a program that lets code outside have a
// primitive, or loses it.
type cause struct {
	instr ssa.Instruction // nil for an instruction that stands for none
	text  string
}

// note files what one root says of its operations.
func (r *runner) note(e *exploration) {
	if !r.set.ledger {
		return
	}
	ops := map[ssa.Instruction]*skeleton.Op{}
	for _, op := range e.unit.Ops {
		ops[op.Instr] = op
	}
	for _, v := range e.res.Ops {
		instr := source(e.unit, v.Site)
		if instr == nil {
			continue
		}
		s, judges := r.seen[instr.Pos()], ops[instr] == nil || r.ix.Judges(e.unit.Root, ops[instr])
		if s == nil || judges && !s.judged {
			s = &opState{judged: judges}
			r.seen[instr.Pos()] = s
		}
		if s.judged && !judges {
			continue
		}
		s.note(e, v, func() bool { return r.refuted(e.unit.Root, instr) })
	}
}

// note adds the verdict of one root. What an unknown caller could bring does
// not count where the roots above run the operation with all callers it has.
func (s *opState) note(e *exploration, v explore.OpVerdict, elsewhere func() bool) {
	s.unknown = s.unknown || v.Verdict == explore.Unknown || v.Verdict == explore.Unreached && e.res.Truncated
	if v.Verdict == explore.Unreached || v.Help == explore.HelpFree && elsewhere() {
		return
	}
	if v.Verdict == explore.Leaks && !elsewhere() {
		s.stay(e)
	}
	s.finishes = true
	switch {
	case v.Help == explore.HelpLost && s.lost == nil:
		s.lost = causeOf(e.unit, v.By)
	case v.Help == explore.HelpOpen && s.opened == nil:
		s.opened = causeOf(e.unit, v.By)
	case v.Help == explore.HelpFree:
		s.free = true
	}
}

// stay notes that a goroutine stays at the operation in some execution: because
// of a leak that is told, or the machine is not sure of it.
func (s *opState) stay(e *exploration) {
	s.stays = s.stays || len(e.res.Leaks) == 0
	for i := range e.res.Leaks {
		if l := &e.res.Leaks[i]; s.hider == nil || l.Confidence() < s.hider.Confidence() {
			s.hider, s.hiddenBy = l, e
		}
	}
}

// causeOf returns the instruction at a site of a program.
func causeOf(u *skeleton.Unit, at explore.Site) *cause {
	c := &cause{instr: source(u, at)}
	if at.Func != prog.NoFunc && int(at.Func) < len(u.Prog.Funcs) {
		c.text = u.Prog.Funcs[at.Func].Name
	}
	return c
}

// ledger writes one verdict for every blocking operation in a goroutine body of
// the package or of its tests.
func (r *runner) ledger(tests bool) {
	if !r.set.ledger {
		return
	}
	for _, e := range r.runs {
		r.note(e)
	}
	leaks := map[token.Pos]*Leak{}
	for _, l := range r.best {
		if l.Instr != nil {
			leaks[l.Instr.Pos()] = l
		}
		for _, v := range l.Victims {
			if leaks[v.at] == nil {
				leaks[v.at] = l
			}
		}
	}
	for _, op := range r.ix.Waits() {
		if r.inTest(op.Instr.Pos()) == tests {
			r.res.Ledger = append(r.res.Ledger, r.verdict(op, leaks[op.Instr.Pos()]))
		}
	}
	slices.SortStableFunc(r.res.Ledger, func(a, b Entry) int { return cmp.Compare(a.Pos, b.Pos) })
}

// verdict returns the line of the ledger for one operation; l is its leak.
func (r *runner) verdict(op *skeleton.Op, l *Leak) Entry {
	e := Entry{Pos: op.Instr.Pos(), Op: waitOp(op)}
	s := r.seen[e.Pos]
	switch {
	case l != nil && l.Confidence == report.Low:
		e.Verdict = LowFinding
	case l != nil:
		e.Verdict = Reported
	case s != nil && s.hider != nil:
		e.Verdict, e.Why = Reported, "with the leak"
		if s.hider.Confidence() == explore.Low {
			e.Verdict = LowFinding
		}
		if in := source(s.hiddenBy.unit, s.hider.Op.At); in != nil {
			e.At = in.Pos()
		}
	case s != nil && s.unknown:
		e.Verdict, e.Why = Truncated, "the exploration of its root met its budget"
	case s == nil || !s.finishes && !s.free:
		r.notCompiled(&e, op, s)
	case s.lost != nil:
		e.Verdict = Lost
		e.Why, e.At = lostAt(s.lost)
	case s.stays:
		e.Verdict, e.Why = Lost, "it stays only in executions that the machine does not know to exist"
	case s.free || s.opened != nil:
		e.Verdict, e.Why, e.At = r.openBy(op, s.opened)
	default:
		e.Verdict = Finishes
	}
	return e
}

// notCompiled says why no root gives a verdict on an operation.
func (r *runner) notCompiled(e *Entry, op *skeleton.Op, s *opState) {
	e.Verdict = NotCompiled
	if s != nil {
		e.Why = "no explored execution gets there"
		return
	}
	for _, root := range r.res.Roots {
		if root.Dropped != "" && r.ix.Judges(root.Func, op) && r.ix.MayRun(root.Func, op.Func) {
			e.Why, e.At = "its root is dropped: "+root.Dropped, root.Func.Pos()
			return
		}
	}
	if e.Verdict, e.Why, e.At = r.openBy(op, nil); e.Verdict == NotCompiled {
		e.Why = "no root runs it"
	}
}

// waitOp returns how an operation waits.
func waitOp(op *skeleton.Op) Op {
	switch instr := op.Instr.(type) {
	case *ssa.Send:
		return Send
	case *ssa.UnOp:
		if instr.CommaOk && isRange(instr) {
			return Range
		}
		return Recv
	case *ssa.Select:
		if len(instr.States) == 0 {
			return Forever
		}
		return Select
	}
	if op.IsLock() {
		return Lock
	}
	return Wait
}

// programText returns the text form of a program, with lines for positions.
func (r *runner) programText(p *prog.Program) string {
	line := func(pos prog.Pos) prog.Pos { return prog.Pos(r.pass.Fset.PositionFor(token.Pos(pos), false).Line) }
	q := *p
	q.Funcs = slices.Clone(p.Funcs)
	for i := range q.Funcs {
		f := *q.Funcs[i]
		f.Code = slices.Clone(f.Code)
		for j := range f.Code {
			in := &f.Code[j]
			in.Pos, in.Cases = line(in.Pos), slices.Clone(in.Cases)
			for k := range in.Cases {
				in.Cases[k].Pos = line(in.Cases[k].Pos)
			}
		}
		q.Funcs[i] = &f
	}
	return q.String()
}
