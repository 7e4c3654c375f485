package summary

import (
	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/lazyssa"
)

// A family is a declared function (or the package initialiser) with all
// function literals inside it, in which values are followed from their uses
// back to their roots: captured variables are looked up where the literal was
// made, loads of local variables are replaced by what is stored there.
//
// Following is flow-insensitive: a variable stands for everything that is ever
// stored in it, and whoever has several meanings has no Must effect.
type family struct {
	s        *summarizer
	top      *ssa.Function
	fns      []*ssa.Function // literals before the function that encloses them
	made     map[*ssa.Function]*ssa.MakeClosure
	stores   map[ssa.Value][]ssa.Value // local variable → what is stored in it
	leaked   map[ssa.Value]bool        // local variables whose address is passed on
	fields   map[ref][]ssa.Value       // field of a local object → what is stored in it
	building bool
	memo     map[ssa.Value][]value
	open     map[ssa.Value]bool // values being followed: a cycle adds nothing
	cycles   int                // how often that happened
	fuel     int                // steps left for the value being followed
}

// newFamily prepares following the values of fn and its literals.
func newFamily(s *summarizer, fn *ssa.Function) *family {
	f := &family{
		s:      s,
		top:    fn,
		made:   make(map[*ssa.Function]*ssa.MakeClosure),
		stores: make(map[ssa.Value][]ssa.Value),
		leaked: make(map[ssa.Value]bool),
		memo:   make(map[ssa.Value][]value),
		open:   make(map[ssa.Value]bool),
	}
	f.add(fn)
	for instr := range lazyssa.Instrs(f.fns) {
		switch instr := instr.(type) {
		case *ssa.MakeClosure:
			f.made[instr.Fn.(*ssa.Function)] = instr
		case *ssa.Alloc:
			f.leaked[instr] = addressPassedOn(instr)
		}
	}
	for instr := range lazyssa.Instrs(f.fns) {
		if store, ok := instr.(*ssa.Store); ok {
			if v := f.variable(store.Addr); v != nil {
				f.stores[v] = append(f.stores[v], store.Val)
			}
		}
	}
	return f
}

// add adds fn and its literals, innermost first.
func (f *family) add(fn *ssa.Function) {
	for _, anon := range fn.AnonFuncs {
		f.add(anon)
	}
	f.fns = append(f.fns, fn)
}

// variable returns the local variable that the address is, looked up through
// captures.
func (f *family) variable(addr ssa.Value) ssa.Value {
	for {
		switch a := addr.(type) {
		case *ssa.Alloc:
			return a
		case *ssa.FreeVar:
			addr = f.binding(a)
		default:
			return nil
		}
	}
}

// binding returns what the enclosing function binds the captured variable to.
func (f *family) binding(v *ssa.FreeVar) ssa.Value {
	mc := f.made[v.Parent()]
	if mc == nil {
		return nil
	}
	for i, fv := range v.Parent().FreeVars {
		if fv == v && i < len(mc.Bindings) {
			return mc.Bindings[i]
		}
	}
	return nil
}

// addressPassedOn reports whether the address of the variable goes anywhere
// but into loads, stores to it, selections and captures.
func addressPassedOn(a *ssa.Alloc) bool {
	if a.Referrers() == nil {
		return false
	}
	for _, instr := range *a.Referrers() {
		switch instr := instr.(type) {
		case *ssa.UnOp, *ssa.FieldAddr, *ssa.IndexAddr, *ssa.MakeClosure, *ssa.DebugRef, *ssa.Slice:
		case *ssa.Store:
			if instr.Val == a {
				return true
			}
		default:
			return true
		}
	}
	return false
}
