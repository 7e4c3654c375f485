package skeleton

import (
	"go/constant"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/explore/prog"
)

// goexit compiles a call that ends its goroutine. Where that is a test giving
// up, the witness says so: a test that leaves because it waited too long is
// judged differently from one that fails for another reason.
func (f *function) goexit(v *ssa.Call) {
	if fn := calleeOf(&v.Call); fn != nil && fn.Pkg() != nil && fn.Pkg().Path() == "testing" {
		as := prog.AssumeTestFatal
		if waitedInVain(v.Block()) {
			as = prog.AssumeTestTimeout
		}
		end := f.fb.Label()
		f.count()
		a := f.fb.Add(prog.Instr{Op: prog.OpChoose, Assume: as}).To(end, end) // one way, and it is told
		f.note(a, v.Pos(), "calls "+fn.Name())
		f.fb.Place(end)
	}
	f.note(f.emit(prog.OpGoexit, prog.NoSlot), v.Pos(), "ends its goroutine")
}

// waitedInVain reports whether the block is run only when a select took the
// case of a timer or context.
func waitedInVain(b *ssa.BasicBlock) bool {
	for d := b; d.Idom() != nil; d = d.Idom() {
		up := d.Idom()
		branch, ok := up.Instrs[len(up.Instrs)-1].(*ssa.If)
		if !ok || len(d.Preds) != 1 || up.Succs[0] != d {
			continue // not the true side of a branch
		}
		cmp, ok := branch.Cond.(*ssa.BinOp)
		if !ok || cmp.Op != token.EQL {
			continue
		}
		sel, i, ok := selectCase(cmp)
		if ok && i >= 0 && i < len(sel.States) && ends(sel.States[i]) {
			return true
		}
	}
	return false
}

// selectCase returns the select, and the case, that a comparison asks for.
func selectCase(cmp *ssa.BinOp) (*ssa.Select, int, bool) {
	x, ok := cmp.X.(*ssa.Extract)
	if !ok || x.Index != 0 {
		return nil, 0, false
	}
	sel, ok := x.Tuple.(*ssa.Select)
	k, isConst := cmp.Y.(*ssa.Const)
	if !ok || !isConst || k.Value == nil || k.Value.Kind() != constant.Int {
		return nil, 0, false
	}
	return sel, int(k.Int64()), true
}

// ends reports whether a case of a select receives from a timer or a context.
func ends(s *ssa.SelectState) bool {
	if s.Dir != types.RecvOnly {
		return false
	}
	switch ch := s.Chan.(type) {
	case *ssa.Call:
		switch apiOf(calleeOf(&ch.Call)) {
		case apiAfter, apiTick, apiCtxDone:
			return true
		}
	case *ssa.UnOp: // timer.C
		if addr, ok := ch.X.(*ssa.FieldAddr); ok {
			return ownsFields(addr.X.Type())
		}
	}
	return false
}
