package explore

import (
	"fmt"
	"testing"

	"github.com/leaklint/leaklint/internal/explore/prog"
)

// crowd is a timeout leak beside goroutines that talk on channels of their
// own: too many states for a small budget.
func crowd(leaks bool) *prog.Program {
	b := prog.NewBuilder("crowd")
	root, l1 := b.Func("root", 0, 0, 0), b.Func("L1", 1, 0, 0)
	b.SetEntry(root.ID)
	capacity := 1
	if leaks {
		capacity = 0
	}
	res, ctx, done := root.Slot("res"), root.Slot("ctx"), root.Slot("done")
	root.Emit(prog.OpMake, res, prog.Int(capacity))
	for range 3 {
		c := root.Slot("c")
		root.Emit(prog.OpMake, c, prog.Int(1))
		for k, op := range []prog.Op{prog.OpSend, prog.OpRecv} {
			f := b.Func(fmt.Sprintf("w%d", k), 1, 0, 0)
			for range 3 {
				f.Emit(op, prog.NoSlot, prog.S(f.Param(0)))
				f.Emit(prog.OpYield, prog.NoSlot)
			}
			f.Ret()
			root.Emit(prog.OpGo, prog.NoSlot, prog.FuncValue(f.ID), prog.S(c))
		}
	}
	root.Emit(prog.OpCtxEnv, ctx)
	root.Emit(prog.OpGo, prog.NoSlot, prog.FuncValue(l1.ID), prog.S(res))
	root.Emit(prog.OpCtxDone, done, prog.S(ctx))
	root.Select(prog.NoSlot, prog.RecvCase(prog.S(res), prog.NoSlot, prog.NoSlot, prog.Next),
		prog.RecvCase(prog.S(done), prog.NoSlot, prog.NoSlot, prog.Next))
	root.Ret()
	l1.Emit(prog.OpSend, prog.NoSlot, prog.S(l1.Param(0))).At(7, "sending on res")
	l1.Ret()
	p, err := b.Program()
	if err != nil {
		panic(err)
	}
	return p
}

// TestProjection checks that a leak in a program too big is found for its
// channel alone and replayed in the whole, and that its twin stays silent.
func TestProjection(t *testing.T) {
	o := Options{Confidence: testTable, Budget: Budget{States: 1000, Goroutines: 10}}
	r := Run(crowd(true), o)
	if got := findings(r); len(got) != 1 || got[0] != "leak 7" || r.Rung != 2 {
		t.Errorf("found %q on rung %d\n%s", got, r.Rung, describe(crowd(true), r))
	}
	for i := range r.Leaks {
		for _, a := range r.Leaks[i].Witness.Assumptions {
			if a.Kind != prog.AssumeCtxEnds {
				t.Errorf("assumes %s: the witness is not of the whole program", a.Kind)
			}
		}
	}
	if r := Run(crowd(false), o); len(r.Leaks) > 0 || r.Rung != 2 {
		t.Errorf("twin: found %q on rung %d", findings(r), r.Rung)
	}
}

// TestProjectionInventsNothing checks that what is found for one channel at a
// time is a leak of the whole program, for every program of testdata.
func TestProjectionInventsNothing(t *testing.T) {
	found := 0
	for _, dir := range dirs {
		for _, s := range samples(t, dir) {
			c := compile(s.p)
			full := c.run(Options{Budget: Budget{States: 4000}, Unreduced: true}, 0)
			if full.Truncated {
				continue
			}
			r := c.projected(0)
			found += len(r.Leaks)
			if text := r.contradicts(blockedSites(full)); text != "" {
				t.Errorf("%s: %s", s.name, text)
			}
		}
	}
	if found < 40 {
		t.Errorf("only %d leaks found for one channel at a time", found)
	}
}
