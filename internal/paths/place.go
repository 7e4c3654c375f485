package paths

import (
	"fmt"
	"go/constant"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/valueflow"
)

// place names the local variable, or the field of a local object, that addr
// points to; "" if it is none.
func (st *State) place(addr ssa.Value) string {
	switch a := addr.(type) {
	case *ssa.Alloc:
		return fmt.Sprint(st.w.ids.of(a))
	case *ssa.FreeVar:
		if cell := valueflow.CellOf(a); cell != nil {
			return fmt.Sprint(st.w.ids.of(cell))
		}
		return ""
	case *ssa.FieldAddr:
		base := a.X
		if val := st.Eval(a.X); val.Kind == Symbol && val.Sym != nil {
			base = val.Sym
		}
		if p := st.place(base); p != "" {
			return fmt.Sprintf("%s.%d", p, a.Field)
		}
	case *ssa.IndexAddr:
		k, ok := index(a.Index)
		if p := st.array(a.X); ok && p != "" {
			return fmt.Sprintf("%s.[%d]", p, k)
		}
	}
	return ""
}

// array names the local array that v points to, or is a slice of as a whole.
func (st *State) array(v ssa.Value) string {
	if val := st.Eval(v); val.Kind == Symbol {
		v = val.Sym
	}
	if s, ok := v.(*ssa.Slice); ok && s.Low == nil {
		return st.array(s.X)
	}
	if arrayLen(v.Type()) < 0 {
		return ""
	}
	return st.place(v)
}

// index returns a constant index.
func index(v ssa.Value) (int64, bool) {
	c, ok := v.(*ssa.Const)
	if !ok || c.Value == nil {
		return 0, false
	}
	return constant.Int64Val(constant.ToInt(c.Value))
}

// setCell stores val in a place, and forgets what was inside it and what it is
// inside of: a struct with another field is another struct.
func (st *State) setCell(place string, val Value) {
	if place == "" {
		return
	}
	for k := range st.cells {
		if strings.HasPrefix(k, place+".") || strings.HasPrefix(place, k+".") {
			delete(st.cells, k)
		}
	}
	if val.Kind == Unknown {
		delete(st.cells, place)
		return
	}
	st.cells[place] = val
}

// copied returns what is known of the fields of a struct that is copied from
// one local variable to another, by their paths in it.
func (st *State) copied(instr *ssa.Store) map[string]Value {
	load, ok := instr.Val.(*ssa.UnOp)
	if !ok || load.Op != token.MUL || load.Block() != instr.Block() || !isStruct(load.Type()) {
		return nil
	}
	from := st.place(load.X)
	if from == "" {
		return nil
	}
	after := false
	for _, between := range instr.Block().Instrs {
		if between == ssa.Instruction(instr) {
			break
		}
		if _, store := between.(*ssa.Store); store && after {
			return nil // the variable may have changed since
		}
		after = after || between == ssa.Instruction(load)
	}
	fields := make(map[string]Value)
	for k, val := range st.cells {
		if path, ok := strings.CutPrefix(k, from+"."); ok {
			fields["."+path] = val
		}
	}
	return fields
}

// isStruct reports whether t is a struct type.
func isStruct(t types.Type) bool {
	_, ok := t.Underlying().(*types.Struct)
	return ok
}

// clobber forgets variables that closures other than deferred ones write.
func (st *State) clobber() {
	for _, cell := range st.w.cone.volatile {
		st.forgetInside(st.place(cell))
	}
}

// handOut forgets what a callee that is given the address of a local variable
// may change.
func (st *State) handOut(call *ssa.CallCommon) {
	for _, arg := range call.Args {
		if _, pointer := arg.Type().Underlying().(*types.Pointer); pointer {
			st.forgetInside(st.place(arg))
		}
	}
}

// forgetInside drops what is known of a place and of what is inside it, except
// that it may be the tracked value.
func (st *State) forgetInside(place string) {
	for k, val := range st.cells {
		if place != "" && (k == place || strings.HasPrefix(k, place+".")) && val.Kind != Tracked {
			delete(st.cells, k)
		}
	}
}
