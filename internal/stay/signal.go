package stay

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/endless"
)

// A Signal is a channel field that some method closes: by the look of it, the
// way to tell the goroutines of an object to stop.
type Signal struct {
	Field *types.Var
	By    *ssa.Function   // the first function in source order that closes it
	At    ssa.Instruction // the close
}

// Signals returns the channel fields that the package closes, outside tests, in
// source order.
func (r *Result) Signals() []Signal {
	var signals []Signal
	seen := make(map[*types.Var]bool)
	for _, fn := range r.funcs {
		if r.Launches.InTest(fn) {
			continue // ends nothing outside
		}
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				f := closedField(instr)
				if f != nil && !seen[f] {
					seen[f] = true
					signals = append(signals, Signal{Field: f, By: fn, At: instr})
				}
			}
		}
	}
	return signals
}

// closedField returns the field whose channel instr closes, or nil.
func closedField(instr ssa.Instruction) *types.Var {
	call, ok := instr.(ssa.CallInstruction)
	if !ok {
		return nil
	}
	b, ok := call.Common().Value.(*ssa.Builtin)
	if !ok || b.Name() != "close" {
		return nil
	}
	return endless.FieldOf(call.Common().Args[0])
}

// ReceivesFrom reports whether a wait of the loop is a receive from the field.
func (l *Loop) ReceivesFrom(f *types.Var) bool {
	for _, w := range l.Waits() {
		if w.Chan != nil && endless.FieldOf(w.Chan) == f {
			return true
		}
	}
	return false
}
