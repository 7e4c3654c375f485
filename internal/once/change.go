package once

import (
	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/coretype"
	"github.com/leaklint/leaklint/internal/valueflow"
)

// A load is one execution of a load.
type load struct {
	*ssa.UnOp
	at *frame // the activation that executes it; nil if it is the outermost one
}

// anyChanged reports whether a variable on two equal paths may hold another
// value at one load than at the other. then are the loads on the way to the
// Once that runs, now those on the way to the one that call waits for:
//
//	old := b.state // then
//	b.state = new(state)
//	old.once.Do(func() {
//		b.state.once.Do(…) // now
//	})
func (w *walk) anyChanged(f *frame, call ssa.CallInstruction, then, now []load) bool {
	for i := range now {
		if i >= len(then) || now[i] != then[i] && w.changed(f, call, then[i], now[i]) {
			return true
		}
	}
	return false
}

// changed reports whether the variable that both loads read may be set between
// them: in the function that has the Once run, by what leads to the call, or by
// what is called on the way.
func (w *walk) changed(f *frame, call ssa.CallInstruction, then, now load) bool {
	place := placeOf(then.X)
	if place == nil {
		return false
	}
	do := ssa.Instruction(w.run.Outer)
	if then.Parent() == w.run.Call.Parent() {
		do = w.run.Call
	}
	if then.Parent() == do.Parent() && w.setBetween(then.UnOp, do, place) {
		return true
	}
	if now.at == nil && now.Parent() == do.Parent() { // a value of old, kept in a local variable
		return w.setBetween(now.UnOp, do, place)
	}
	return w.setOnTheWay(f, call, place)
}

// readsBack reports whether a load behind a call of a function value yields
// what st has stored there: the function that OnceFunc or its like has made.
//
//	prev := c.get // another one
//	c.get = sync.OnceValue(func() int { return prev() + 1 })
func (w *walk) readsBack(f *frame, call ssa.CallInstruction, from load, at *frame, st *ssa.Store) bool {
	read, _ := pathOf(at, from.X)
	stored, _ := pathOf(nil, st.Addr)
	if read != stored {
		return false
	}
	if from.at == nil && from.Parent() == st.Parent() {
		return after(st, from.UnOp)
	}
	place := placeOf(st.Addr)
	return place == nil || !w.setBehind(st, place) && !w.setOnTheWay(f, call, place)
}

// setBehind reports whether another store can follow st in its function.
func (w *walk) setBehind(st *ssa.Store, place any) bool {
	for _, b := range st.Parent().Blocks {
		for _, instr := range b.Instrs {
			if instr != st && isSet(instr, place) && before([]ssa.Instruction{st}, instr) {
				return true
			}
		}
	}
	return false
}

// setOnTheWay reports whether a function on the stack, from the body under the
// Once to the call, may set the variable before it goes on.
func (w *walk) setOnTheWay(f *frame, call ssa.CallInstruction, place any) bool {
	for next := ssa.Instruction(call); f != nil && next != nil; f = f.outer {
		if next.Parent() == f.fn && w.setBetween(nil, next, place) {
			return true
		}
		if f.call == nil {
			return false
		}
		next = f.call
	}
	return false
}

// setBetween reports whether the function of to may set a variable, itself or
// by what it calls, behind from, if that is given, and before to.
func (w *walk) setBetween(from, to ssa.Instruction, place any) bool {
	for _, b := range to.Parent().Blocks {
		for _, instr := range b.Instrs {
			if !w.maySet(instr, place, 0) || !before([]ssa.Instruction{instr}, to) {
				continue
			}
			if from == nil || before([]ssa.Instruction{from}, instr) {
				return true
			}
		}
	}
	return false
}

// maySet reports whether an instruction sets the variable, or is a call of a
// function of this package that does.
func (w *walk) maySet(instr ssa.Instruction, place any, depth int) bool {
	if isSet(instr, place) {
		return true
	}
	call, ok := instr.(*ssa.Call)
	if !ok || depth > 4 || call == w.run.Call || call == w.run.Outer {
		return false
	}
	fn := w.launches.Local(call.Call.StaticCallee())
	if fn == nil || fn == w.run.Body {
		return false
	}
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if w.maySet(instr, place, depth+1) {
				return true
			}
		}
	}
	return false
}

// isSet reports whether an instruction stores to the variable, other than to
// the field of an object that its function has just made.
func isSet(instr ssa.Instruction, place any) bool {
	st, ok := instr.(*ssa.Store)
	if !ok || placeOf(st.Addr) != place {
		return false
	}
	if f, ok := st.Addr.(*ssa.FieldAddr); ok {
		_, fresh := f.X.(*ssa.Alloc)
		return !fresh
	}
	return true
}

// placeOf returns what tells a variable from others: its field, itself if it is
// global or local; nil if that is not known.
func placeOf(addr ssa.Value) any {
	switch addr := addr.(type) {
	case *ssa.Global:
		return addr
	case *ssa.FieldAddr:
		if f := coretype.Field(addr.X.Type(), addr.Field); f != nil {
			return f
		}
	case *ssa.Alloc, *ssa.FreeVar:
		if cell := valueflow.CellOf(addr); cell != nil {
			return cell
		}
	}
	return nil
}
