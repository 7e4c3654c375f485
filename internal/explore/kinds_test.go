package explore

import (
	"fmt"
	"strings"
	"testing"

	"github.com/leaklint/leaklint/internal/explore/prog"
)

// wrongKinds are operations on a number, where each needs something else.
var wrongKinds = []struct {
	op   prog.Op
	rest []prog.Operand // further arguments
}{
	{prog.OpSend, []prog.Operand{prog.Int(1)}}, {prog.OpRecv, nil}, {prog.OpClose, nil},
	{prog.OpLock, nil}, {prog.OpUnlock, nil}, {prog.OpRLock, nil}, {prog.OpRUnlock, nil}, {prog.OpTryLock, nil},
	{prog.OpTryRLock, nil}, {prog.OpRLocker, nil},
	{prog.OpCondL, []prog.Operand{prog.Nil}}, {prog.OpLoadL, nil}, {prog.OpWait, nil}, {prog.OpSignal, nil}, {prog.OpBroadcast, nil},
	{prog.OpAddWG, []prog.Operand{prog.Int(1)}}, {prog.OpDone, nil}, {prog.OpWaitWG, nil}, {prog.OpOnceBegin, nil}, {prog.OpOnceEnd, nil},
	{prog.OpTimerC, nil}, {prog.OpTimerStop, nil}, {prog.OpTimerReset, nil},
	{prog.OpCtxCancel, nil}, {prog.OpCtxDone, nil}, {prog.OpCtxErr, nil},
	{prog.OpPipeRead, nil}, {prog.OpPipeWrite, nil}, {prog.OpPipeCloseR, nil}, {prog.OpPipeCloseW, nil},
	{prog.OpLoad, nil}, {prog.OpStore, []prog.Operand{prog.Int(1)}}, {prog.OpMerge, []prog.Operand{prog.Int(1)}}, {prog.OpField, nil},
	{prog.OpALoad, nil}, {prog.OpAStore, []prog.Operand{prog.Int(1)}}, {prog.OpASwap, []prog.Operand{prog.Int(1)}},
	{prog.OpACas, []prog.Operand{prog.Int(1), prog.Int(2)}}, {prog.OpAAdd, []prog.Operand{prog.Int(1)}},
	{prog.OpElem, []prog.Operand{prog.Int(0)}}, {prog.OpIndex, []prog.Operand{prog.Int(0)}},
	{prog.OpMapGet, []prog.Operand{prog.Int(0)}}, {prog.OpMapSet, []prog.Operand{prog.Int(0), prog.Int(0)}},
	{prog.OpMapDel, []prog.Operand{prog.Int(0)}}, {prog.OpMapRange, nil}, {prog.OpMapNext, nil},
	{prog.OpIf, nil}, {prog.OpAssume, nil}, {prog.OpCall, nil}, {prog.OpGo, nil}, {prog.OpLen, nil}, {prog.OpCap, nil},
	{prog.OpWilling, nil}, {prog.OpMay, nil}, {prog.OpCtxNew, nil}, {prog.OpClone, nil}, {prog.OpCopyTo, []prog.Operand{prog.Int(1)}},
	{prog.OpAppend, []prog.Operand{prog.Int(1)}}, {prog.OpReslice, []prog.Operand{prog.Nil, prog.Nil}}, {prog.OpNot, nil},
	{prog.OpNewCond, nil},
}

// TestWrongKind checks that an operation on a value of a wrong kind, which is a
// bug of whoever wrote the program, panics with both named.
func TestWrongKind(t *testing.T) {
	for _, tc := range wrongKinds {
		b := prog.NewBuilder("wrong")
		root := b.Func("root", 0, 0, 0)
		b.SetEntry(root.ID)
		b.Layout("T", prog.Field{Name: "f"})
		n := root.Slot("n")
		root.Emit(prog.OpCopy, n, prog.Int(1))
		in := prog.Instr{Op: tc.op, Args: append([]prog.Operand{prog.S(n)}, tc.rest...)}
		s := prog.SigOf(tc.op)
		for range s.MinDst {
			in.Dst = append(in.Dst, root.Slot("d"))
		}
		if s.Imm == prog.ImmEnv {
			in.Env = prog.EnvSend
		}
		added := root.Add(in)
		if tc.op == prog.OpIf {
			end := root.Here()
			added.To(end, end)
		}
		root.Ret()
		p, err := b.Program()
		if err != nil {
			t.Fatal(err)
		}
		if got, want := panicOf(p), fmt.Sprintf("explore: %s on a int at root:1", tc.op); !strings.HasPrefix(got, want) {
			t.Errorf("%s: panic %q, want %q", tc.op, got, want)
		}
	}
}

// panicOf explores p and returns what that panics with.
func panicOf(p *prog.Program) (text string) {
	defer func() {
		if r := recover(); r != nil {
			text = fmt.Sprint(r)
		}
	}()
	Run(p, Options{})
	return ""
}
