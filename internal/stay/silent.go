package stay

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/coretype"
	"github.com/leaklint/leaklint/internal/endless"
)

// silent answers on which channel fields nothing ever happens: they are made
// here, and the package, in all its code outside tests, only receives from
// them. A case that waits for one is no way out:
//
//	type recorder struct{ stop chan struct{} } // closed by tests only
//
//	func (r *recorder) run() {
//		for {
//			select {
//			case <-r.stop:
//				return
//			case <-r.tick.C:
//				r.flush()
//			}
//		}
//	}
type silent struct {
	fields map[*types.Var]bool // those that are made here; false if something may happen on them
}

// findSilent looks at every use of a channel field.
func (r *Result) findSilent() {
	s := &silent{fields: make(map[*types.Var]bool)}
	for _, fn := range r.funcs {
		inTest := r.Launches.InTest(fn)
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				s.instr(instr, inTest)
			}
		}
	}
	r.silent = s
}

// Silent reports whether nothing ever arrives on a channel, which nobody closes
// either.
func (r *Result) Silent(ch ssa.Value) bool {
	f := endless.FieldOf(ch)
	return f != nil && r.silent.fields[f] && !r.view.MentionedField(f.Name())
}

// instr looks at one instruction. Tests do nothing for code outside them.
func (s *silent) instr(instr ssa.Instruction, inTest bool) {
	switch instr := instr.(type) {
	case *ssa.FieldAddr:
		if f := chanField(instr.X.Type(), instr.Field); f != nil {
			for _, ref := range *instr.Referrers() {
				s.access(f, instr, ref, inTest)
			}
		}
	case *ssa.Field:
		if f := chanField(instr.X.Type(), instr.Field); f != nil && !inTest && !receivesOnly(instr) {
			s.fields[f] = false
		}
	}
}

// access looks at one use of the address of a field.
func (s *silent) access(f *types.Var, addr *ssa.FieldAddr, use ssa.Instruction, inTest bool) {
	switch use := use.(type) {
	case *ssa.DebugRef:
		return
	case *ssa.UnOp:
		if inTest || receivesOnly(use) {
			return
		}
	case *ssa.Store:
		if use.Addr == addr && (inTest || isMadeFor(use.Val)) {
			if _, known := s.fields[f]; !known && !inTest {
				s.fields[f] = true
			}
			return
		}
	}
	s.fields[f] = false
}

// chanField returns field i of a struct, as declared, if it is an unexported
// field of a channel type.
func chanField(t types.Type, i int) *types.Var {
	f := coretype.Field(t, i)
	if f == nil || f.Exported() {
		return nil
	}
	if _, ok := f.Type().Underlying().(*types.Chan); !ok {
		return nil
	}
	return f
}

// isMadeFor reports whether v is a new channel that is stored here and is in
// nobody else's hands.
func isMadeFor(v ssa.Value) bool {
	mk, ok := v.(*ssa.MakeChan)
	if !ok {
		return false
	}
	stores := 0
	for _, ref := range *mk.Referrers() {
		switch ref.(type) {
		case *ssa.Store:
			stores++
		case *ssa.DebugRef:
		default:
			return false
		}
	}
	return stores == 1
}

// receivesOnly reports whether a channel that has been read from a field is
// received from, compared, or handed on for receiving, and no more.
func receivesOnly(ch ssa.Value) bool {
	for _, ref := range *ch.Referrers() {
		switch ref := ref.(type) {
		case *ssa.UnOp:
			if ref.Op != token.ARROW {
				return false
			}
		case *ssa.Select:
			for _, st := range ref.States {
				if st.Chan == ch && st.Dir != types.RecvOnly || st.Send == ch {
					return false
				}
			}
		case *ssa.ChangeType:
			if c, ok := ref.Type().Underlying().(*types.Chan); !ok || c.Dir() != types.RecvOnly {
				return false
			}
		case *ssa.Call:
			if b, ok := ref.Call.Value.(*ssa.Builtin); !ok || b.Name() != "len" && b.Name() != "cap" {
				return false
			}
		case *ssa.BinOp, *ssa.DebugRef:
		default:
			return false
		}
	}
	return true
}
