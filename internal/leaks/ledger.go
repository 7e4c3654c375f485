package leaks

import (
	"cmp"
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/explore"
	"github.com/leaklint/leaklint/internal/report"
	"github.com/leaklint/leaklint/internal/skeleton"
)

// An opState is what the roots say together of one blocking operation.
type opState struct {
	op       Op
	finishes bool // some root shows that it can always go on
	unknown  bool // some root was truncated
	leaks    bool
	reached  bool
}

// note files the verdicts of one root.
func (r *runner) note(u *skeleton.Unit, res *explore.Result) {
	if !r.set.ledger {
		return
	}
	for _, v := range res.Ops {
		instr := source(u, v.Site)
		if instr == nil {
			continue
		}
		s := r.seen[instr.Pos()]
		if s == nil {
			s = &opState{}
			r.seen[instr.Pos()] = s
		}
		switch v.Verdict {
		case explore.Finishes:
			s.finishes, s.reached = true, true
		case explore.Leaks:
			s.leaks, s.reached = true, true
		case explore.Unknown:
			s.unknown, s.reached = true, true
		}
	}
}

// ledger writes one verdict for every blocking operation in a goroutine body of
// the package or of its tests.
func (r *runner) ledger(tests bool) {
	if !r.set.ledger {
		return
	}
	leaks := map[token.Pos]*Leak{}
	for _, l := range r.best {
		if l.Instr != nil {
			leaks[l.Instr.Pos()] = l
		}
	}
	for _, op := range r.ix.Waits() {
		if r.inTest(op.Instr.Pos()) != tests {
			continue
		}
		e := Entry{Pos: op.Instr.Pos(), Op: waitOp(op), Verdict: NotCompiled}
		s := r.seen[e.Pos]
		l := leaks[e.Pos]
		switch {
		case l != nil && l.Confidence == report.Low:
			e.Verdict = LowFinding
		case l != nil:
			e.Verdict = Reported
		case s == nil || !s.reached:
			e.Verdict, e.Why = r.whyNot(op, s)
		case s.unknown:
			e.Verdict = Truncated
		default:
			e.Verdict = Finishes
		}
		r.res.Ledger = append(r.res.Ledger, e)
	}
	slices.SortStableFunc(r.res.Ledger, func(a, b Entry) int { return cmp.Compare(a.Pos, b.Pos) })
}

// whyNot says why no root gives a verdict on an operation.
func (r *runner) whyNot(op *skeleton.Op, s *opState) (Verdict, string) {
	if s != nil {
		return NotCompiled, "no explored execution gets there"
	}
	return r.ixVerdict(op)
}

// ixVerdict tells whether the operation's primitive is the environment's.
func (r *runner) ixVerdict(op *skeleton.Op) (Verdict, string) {
	switch r.ix.Visibility(op) {
	case skeleton.FromOutside:
		return Open, "the primitive comes from code that cannot be seen"
	case skeleton.InField:
		return Held, "the primitive is in a field that other entries reach"
	}
	return NotCompiled, "no root runs it"
}

// waitOp returns how an operation waits.
func waitOp(op *skeleton.Op) Op {
	switch op.Instr.(type) {
	case *ssa.Send:
		return Send
	case *ssa.UnOp:
		return Recv
	case *ssa.Select:
		return Select
	}
	if op.IsLock() {
		return Lock
	}
	return Wait
}
