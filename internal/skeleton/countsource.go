package skeleton

import (
	"fmt"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/coretype"
	"github.com/leaklint/leaklint/internal/explore/prog"
)

// source names where a value of the environment comes from; "" if v is not
// one, or not always the same.
func (ct *counts) source(v ssa.Value, depth int) string {
	if depth > 12 {
		return ""
	}
	switch v := v.(type) {
	case *ssa.Parameter:
		return ct.sourceParam(v, depth)
	case *ssa.FreeVar:
		if bs := ct.c.ix.bindings(v); len(bs) == 1 {
			return ct.source(bs[0], depth+1)
		}
	case *ssa.UnOp:
		if v.Op == token.MUL {
			return ct.sourceLoad(v.X, depth)
		}
	case *ssa.ChangeType:
		return ct.source(v.X, depth+1)
	case *ssa.Convert:
		return ct.source(v.X, depth+1)
	case *ssa.Extract:
		if call, ok := v.Tuple.(*ssa.Call); ok && ct.outside(call) {
			return fmt.Sprintf("%p.%d", call, v.Index)
		}
	case *ssa.Call:
		if ct.outside(v) {
			return fmt.Sprintf("%p", v)
		}
	}
	return ""
}

// outside reports whether a call runs only code that the machine does not.
func (ct *counts) outside(call *ssa.Call) bool {
	if _, ok := call.Call.Value.(*ssa.Builtin); ok {
		return false
	}
	if apiOf(calleeOf(&call.Call)) != apiNone {
		return false
	}
	for _, fn := range ct.c.ix.Callees(call) {
		if ct.c.cone.funcs[fn] {
			return false
		}
	}
	return true
}

// sourceParam is source for a parameter: the root's own, or the same value at
// every call in scope.
func (ct *counts) sourceParam(p *ssa.Parameter, depth int) string {
	fn := p.Parent()
	if fn == ct.c.cone.root {
		if ct.passed(p) {
			return ""
		}
		return fmt.Sprintf("%p", p)
	}
	src := ""
	for _, call := range ct.c.ix.Callers(fn) {
		if !ct.c.cone.scope[call.Parent()] {
			continue
		}
		s := ""
		if i := paramIndex(p); !call.Common().IsInvoke() && i < len(call.Common().Args) {
			s = ct.source(call.Common().Args[i], depth+1)
		}
		if s == "" || src != "" && s != src {
			return ""
		}
		src = s
	}
	return src
}

// passed reports whether every visible caller passes a constant for a
// parameter of the root, and all callers are visible.
func (ct *counts) passed(p *ssa.Parameter) bool {
	tuples := ct.c.ix.tuples(p.Parent())
	if len(tuples) == 0 || len(tuples) > maxTuples {
		return false
	}
	for _, t := range tuples {
		if t[paramIndex(p)] == nil {
			return false
		}
	}
	return true
}

// paramIndex returns the index of a parameter.
func paramIndex(p *ssa.Parameter) int {
	for i, q := range p.Parent().Params {
		if q == p {
			return i
		}
	}
	return -1
}

// sourceLoad is source for what is loaded through a pointer.
func (ct *counts) sourceLoad(p ssa.Value, depth int) string {
	switch p := p.(type) {
	case *ssa.Alloc:
		if v := onlyStore(p); v != nil {
			return ct.source(v, depth+1)
		}
	case *ssa.FreeVar:
		if bs := ct.c.ix.bindings(p); len(bs) == 1 {
			return ct.sourceLoad(bs[0], depth+1)
		}
	case *ssa.FieldAddr:
		f := coretype.Field(p.X.Type(), p.Field)
		if stores := ct.c.cone.storesAt(loc{field: f}); len(stores) > 0 {
			return ct.sourceStored(p, stores, depth)
		}
		if base := ct.source(p.X, depth+1); base != "" {
			return base + "." + f.Name()
		}
	case *ssa.Global:
		if len(ct.c.cone.storesAt(loc{value: p})) == 0 {
			return p.Name()
		}
	}
	return ""
}

// sourceStored is source for a field of an object made here: every object of
// the type gets the same value of the environment where it is made.
func (ct *counts) sourceStored(p *ssa.FieldAddr, stores []ssa.Instruction, depth int) string {
	if ct.source(p.X, depth+1) != "" {
		return "" // the environment's own object
	}
	src := ""
	set := map[ssa.Value]bool{}
	for _, in := range stores {
		st, ok := in.(*ssa.Store)
		if !ok {
			return ""
		}
		addr, ok := st.Addr.(*ssa.FieldAddr)
		if !ok {
			return ""
		}
		s := ct.source(st.Val, depth+1)
		if _, made := addr.X.(*ssa.Alloc); !made || s == "" || src != "" && s != src {
			return ""
		}
		src, set[addr.X] = s, true
	}
	for _, fn := range ct.c.cone.list {
		for _, a := range ct.c.ix.digestOf(fn).allocs {
			if types.Identical(a.Type(), p.X.Type()) && !set[a] {
				return "" // its field may still be zero
			}
		}
	}
	return src
}

// repeats returns the symbol for how often code outside calls the functions that
// the call com in fn hands to it, if the root makes a second call like that: for
// the same arguments a callee does the same.
func (ct *counts) repeats(fn *ssa.Function, com *ssa.CallCommon) (prog.SymID, bool) {
	callee := calleeOf(com)
	if callee == nil || com.IsInvoke() || ct.callsOf(fn, callee) < 2 {
		return 0, false
	}
	key := "calls of " + callee.FullName()
	for _, a := range com.Args {
		if _, function := a.Type().Underlying().(*types.Signature); function {
			continue
		}
		src := ct.source(a, 0)
		if c, ok := a.(*ssa.Const); ok {
			src = c.String()
		}
		if src == "" {
			return 0, false
		}
		key += ", " + src
	}
	return ct.symbol(key, "the number of calls by "+callee.Name(), 0, 3)
}

// callsOf counts the places in the root that call a function of another package,
// of which one is in fn: that of an instance is a wrapper, which others call.
func (ct *counts) callsOf(fn *ssa.Function, callee *types.Func) int {
	n := 0
	for _, f := range ct.c.cone.list {
		for _, call := range callsIn(f) {
			switch {
			case calleeOf(call.Common()) != callee:
			case f == fn && fn.Synthetic != "":
				n += len(ct.c.ix.Callers(fn))
			default:
				n++
			}
		}
	}
	return n
}

// resolvePart returns the length of a part of a slice: xs[1:] has one element
// less than xs.
func (ct *counts) resolvePart(s *ssa.Slice, depth int) count {
	low := 0
	if s.Low != nil {
		n, ok := constInt(s.Low)
		if !ok {
			return count{}
		}
		low = n
	}
	if s.High != nil {
		r := ct.resolve(s.High, depth)
		return count{r.key, r.off - low}
	}
	if part, ok := s.X.(*ssa.Slice); ok {
		r := ct.resolvePart(part, depth+1)
		return count{r.key, r.off - low}
	}
	if src := ct.source(s.X, depth); src != "" {
		return count{"len " + src, -low}
	}
	return count{}
}
