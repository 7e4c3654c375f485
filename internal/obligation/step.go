package obligation

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/paths"
	"github.com/leaklint/leaklint/internal/valueflow"
)

// step decides what one instruction does to the duty.
func (t *trace) step(st *paths.State, instr ssa.Instruction) paths.Effect {
	if st.Armed() && t.handle.Over != nil && t.handle.Over(instr) {
		return paths.Settled
	}
	switch instr := instr.(type) {
	case ssa.CallInstruction:
		return t.call(st, instr)
	case *ssa.Store:
		return t.store(st, instr)
	case *ssa.Return:
		if t.handle.Made == nil && len(t.inside) == 0 && len(instr.Results) == 1 && st.IsTracked(instr.Results[0]) {
			t.returns = true
			return paths.Settled
		}
		return t.leave(st, instr.Results...)
	case *ssa.Send:
		return t.leave(st, instr.X)
	case *ssa.MapUpdate:
		return t.leave(st, instr.Key, instr.Value)
	case *ssa.Select:
		for _, s := range instr.States {
			if s.Send != nil && t.leave(st, s.Send) == paths.Settled {
				return paths.Settled
			}
		}
	case *ssa.UnOp:
		t.copyOut(st, instr)
		t.element(st, instr)
	case *ssa.Index:
		t.element(st, instr)
	case *ssa.Field:
		t.element(st, instr)
	}
	return paths.Continue
}

// leave handles values that go where unseen code may use them.
func (t *trace) leave(st *paths.State, values ...ssa.Value) paths.Effect {
	effect := paths.Continue
	for _, v := range values {
		switch rel, what := t.relation(st, v); rel {
		case isHandle, isObject:
			effect = t.passed()
		case isClosure:
			if t.mayRelease(st, what.(*ssa.MakeClosure)) {
				effect = t.passed()
			}
			st.Mark(paths.Mark{Kind: out, V: what})
		case candidate:
			st.Mark(paths.Mark{Kind: out, V: what})
		}
	}
	return effect
}

// copyOut notes that a struct loaded from an object holds what the object holds.
func (t *trace) copyOut(st *paths.State, load *ssa.UnOp) {
	if load.Op != token.MUL {
		return
	}
	if rel, _ := t.relation(st, load.X); rel == isObject {
		if isComposite(load.Type()) {
			st.Mark(paths.Mark{Kind: held, V: load})
			if !st.Knows(load.X) || t.isVague(st, load.X) {
				st.Mark(paths.Mark{Kind: vague, V: load})
			}
		}
	}
}

// store handles a store of the handle, or of something that holds it or may
// come to hold it.
func (t *trace) store(st *paths.State, instr *ssa.Store) paths.Effect {
	rel, what := t.relation(st, instr.Val)
	if rel == none {
		return paths.Continue
	}
	if rel == isClosure && !t.mayRelease(st, what.(*ssa.MakeClosure)) {
		return paths.Continue
	}
	if cell := valueflow.CellOf(instr.Addr); cell != nil {
		return t.storeCell(st, instr, cell, rel)
	}
	obj := storedVar(instr.Addr)
	if obj != nil && t.MayRead != nil && !t.MayRead(obj, instr) {
		t.unread(obj)
		return paths.Continue
	}
	root := t.rootObject(st, instr.Addr)
	if root == nil || !t.flow.Holds(root) { // an object whose ways are not known
		if rel == candidate {
			st.Mark(paths.Mark{Kind: out, V: what})
			return paths.Continue
		}
		return t.passed()
	}
	if rel == candidate {
		st.Mark(paths.Mark{Kind: out, V: what}) // it may be reached through another object
		return paths.Continue
	}
	st.Mark(paths.Mark{Kind: held, V: root})
	if !st.Knows(instr.Addr) || rel == isObject && t.isVague(st, instr.Val) {
		st.Mark(paths.Mark{Kind: vague, V: root})
	}
	if st.Marked(paths.Mark{Kind: out, V: root}) {
		return t.passed()
	}
	return paths.Continue
}

// storeCell handles a store into a local variable.
func (t *trace) storeCell(st *paths.State, instr *ssa.Store, cell ssa.Value, rel relation) paths.Effect {
	if rel == candidate {
		return paths.Continue
	}
	if cell.Parent() != t.outer(instr) { // a variable of an enclosing function
		if t.readElsewhere(cell, instr.Parent()) {
			return t.passed()
		}
		return paths.Continue
	}
	if isComposite(instr.Val.Type()) && rel == isObject {
		st.Mark(paths.Mark{Kind: held, V: cell})
		if t.isVague(st, instr.Val) {
			st.Mark(paths.Mark{Kind: vague, V: cell})
		}
		if st.Marked(paths.Mark{Kind: out, V: cell}) {
			return t.passed()
		}
	}
	if _, pointer := instr.Val.Type().Underlying().(*types.Pointer); pointer && rel == isObject && shared(cell) {
		return t.passed() // who has the pointer variable gets at the handle
	}
	// A closure that captured the variable earlier and has left reads it whenever it runs.
	effect := paths.Continue
	valueflow.EachCellUse(cell, func(_ ssa.Value, use ssa.Instruction) {
		mc, ok := use.(*ssa.MakeClosure)
		if ok && st.Marked(paths.Mark{Kind: out, V: mc}) && t.mentions(mc.Fn.(*ssa.Function)) {
			effect = t.passed()
		}
	})
	return effect
}

// shared reports whether others may read a local variable: closures that capture
// it, and those who are given its address.
func shared(cell ssa.Value) bool {
	found := false
	valueflow.EachCellUse(cell, func(addr ssa.Value, instr ssa.Instruction) {
		switch instr := instr.(type) {
		case *ssa.MakeClosure, ssa.CallInstruction:
			found = true
		case *ssa.Store:
			found = found || instr.Val == addr
		}
	})
	return found
}

// outer returns the function whose variables are local to the trace: the
// outermost one being followed.
func (t *trace) outer(instr ssa.Instruction) *ssa.Function {
	if len(t.inside) > 0 && t.handle.Made != nil {
		return t.handle.Made.Parent()
	}
	return instr.Parent()
}

// readElsewhere reports whether a function other than fn reads the variable
// for more than a comparison.
func (t *trace) readElsewhere(cell ssa.Value, fn *ssa.Function) bool {
	read := false
	valueflow.EachCellUse(cell, func(addr ssa.Value, instr ssa.Instruction) {
		switch instr := instr.(type) {
		case *ssa.UnOp:
			if useful(instr) {
				read = true
			}
		case *ssa.Store:
			if instr.Val == addr {
				read = true
			}
		case *ssa.MakeClosure, *ssa.DebugRef:
		default:
			read = true
		}
	})
	return read
}

// useful reports whether a loaded value is used for more than a comparison.
func useful(load *ssa.UnOp) bool {
	for _, ref := range *load.Referrers() {
		switch ref.(type) {
		case *ssa.BinOp, *ssa.DebugRef:
		default:
			return true
		}
	}
	return false
}

// unread notes a field or variable that holds the handle and that nothing reads.
func (t *trace) unread(v *types.Var) {
	for _, u := range t.verdict.Unread {
		if u == v {
			return
		}
	}
	t.verdict.Unread = append(t.verdict.Unread, v)
}

// storedVar returns the field or package variable that addr names.
func storedVar(addr ssa.Value) *types.Var {
	switch addr := addr.(type) {
	case *ssa.FieldAddr:
		return valueflow.FieldVar(addr)
	case *ssa.Global:
		v, _ := addr.Object().(*types.Var)
		return v
	}
	return nil
}
