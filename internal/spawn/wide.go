package spawn

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// isWide reports whether v is, or lies in, an object of which a process has
// only one: a package variable, or the only value of its type.
func (g *graph) isWide(v ssa.Value) bool {
	return g.processWide(v, make(map[ssa.Value]bool))
}

// processWide is isWide for values not met yet. A value met again adds nothing
// to the answer.
func (g *graph) processWide(v ssa.Value, seen map[ssa.Value]bool) bool {
	if seen[v] {
		return true
	}
	seen[v] = true
	switch v := v.(type) {
	case *ssa.Global, *ssa.Const, *ssa.Function:
		return true
	case *ssa.FieldAddr:
		return g.processWide(v.X, seen)
	case *ssa.Field:
		return g.processWide(v.X, seen)
	case *ssa.UnOp:
		return v.Op == token.MUL && g.processWide(v.X, seen)
	case *ssa.ChangeType:
		return g.processWide(v.X, seen)
	case *ssa.MakeInterface:
		return g.processWide(v.X, seen)
	case *ssa.Phi:
		return g.allProcessWide(v.Edges, seen)
	case *ssa.FreeVar:
		bound := bindings(v.Parent(), v)
		return len(bound) > 0 && g.allProcessWide(bound, seen)
	case *ssa.Alloc:
		return g.processWideCell(v, seen)
	case *ssa.Call:
		return g.processWideResult(v, seen)
	case *ssa.Parameter:
		return g.processWideParam(v, seen)
	}
	return false
}

// allProcessWide reports whether every value is process-wide.
func (g *graph) allProcessWide(vs []ssa.Value, seen map[ssa.Value]bool) bool {
	for _, v := range vs {
		if !g.processWide(v, seen) {
			return false
		}
	}
	return true
}

// processWideCell reports whether a local variable holds only process-wide
// values, or is an object that is made a bounded number of times.
func (g *graph) processWideCell(v *ssa.Alloc, seen map[ssa.Value]bool) bool {
	if g.counts[v.Parent()].times == once && !g.repeated(v) {
		return true
	}
	stored := 0
	for _, ref := range *v.Referrers() {
		if st, ok := ref.(*ssa.Store); ok && st.Addr == v {
			stored++
			if !g.processWide(st.Val, seen) {
				return false
			}
		}
	}
	return stored > 0 && !isStruct(v)
}

// isStruct reports whether v is the address of a struct or array: its contents
// say nothing of its identity.
func isStruct(v *ssa.Alloc) bool {
	switch v.Type().Underlying().(*types.Pointer).Elem().Underlying().(type) {
	case *types.Struct, *types.Array:
		return true
	}
	return false
}

// processWideResult reports whether a call always returns a process-wide value.
func (g *graph) processWideResult(v *ssa.Call, seen map[ssa.Value]bool) bool {
	fn := g.local(v.Call.StaticCallee())
	if fn == nil {
		return false
	}
	if g.counts[v.Parent()].times == once && !g.repeated(v) {
		return true
	}
	found := false
	for _, b := range fn.Blocks {
		if ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok && len(ret.Results) == 1 {
			found = true
			if !g.processWide(ret.Results[0], seen) {
				return false
			}
		}
	}
	return found
}

// processWideParam reports whether all callers pass a process-wide value, or
// the parameter is a receiver whose type has only one value.
func (g *graph) processWideParam(p *ssa.Parameter, seen map[ssa.Value]bool) bool {
	fn := p.Parent()
	if recv := fn.Signature.Recv(); recv != nil && len(fn.Params) > 0 && fn.Params[0] == p && g.single(p.Type()) {
		return true
	}
	if g.rootCount(fn) != never || g.unseen[fn] || len(g.callers[fn]) == 0 {
		return false
	}
	i := paramIndex(p)
	for _, e := range g.callers[fn] {
		call, ok := e.at.(ssa.CallInstruction)
		if !ok || e.at != e.exec || g.local(call.Common().StaticCallee()) != fn || i >= len(call.Common().Args) {
			return false
		}
		if !g.processWide(call.Common().Args[i], seen) {
			return false
		}
	}
	return true
}

// paramIndex returns the index of p among its function's parameters.
func paramIndex(p *ssa.Parameter) int {
	for i, q := range p.Parent().Params {
		if q == p {
			return i
		}
	}
	return -1
}

// single reports whether a process has one value of the unexported named type
// behind t: a package variable, or one made where the process starts.
func (g *graph) single(t types.Type) bool {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || n.TypeArgs().Len() > 0 || n.Obj().Pkg() != g.pkg.Pkg || n.Obj().Exported() && g.pkg.Pkg.Name() != "main" {
		return false
	}
	found := 0
	for _, made := range g.made(n) {
		switch made := made.(type) {
		case *ssa.Global:
			found++
		case *ssa.Alloc:
			if g.counts[made.Parent()].times != once || g.repeated(made) {
				return false
			}
			found++
		default:
			return false // held by value in another type
		}
	}
	return found == 1
}

// made returns the package variables and instructions that make a value of n,
// or of a type that holds one by value.
func (g *graph) made(n *types.Named) []any {
	if made, ok := g.madeOf[n.Obj()]; ok {
		return made
	}
	var made []any
	defer func() { g.madeOf[n.Obj()] = made }()
	for _, m := range g.pkg.Members {
		if v, ok := m.(*ssa.Global); ok && holds(v.Type().(*types.Pointer).Elem(), n) {
			made = append(made, v)
		}
	}
	for _, fn := range g.funcs {
		if g.inTest(fn) {
			continue
		}
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if v, ok := instr.(*ssa.Alloc); ok && holds(v.Type().(*types.Pointer).Elem(), n) {
					made = append(made, v)
				}
			}
		}
	}
	return made
}

// holds reports whether a variable of type t is a value of n, or contains one
// in its fields or elements.
func holds(t types.Type, n *types.Named) bool { return holdsValue(t, n, make(map[types.Type]bool)) }

// holdsValue is holds for types not met yet: one that is met again, in another
// field, does not hold n.
func holdsValue(t types.Type, n *types.Named, seen map[types.Type]bool) bool {
	if types.Identical(t, n) {
		return true
	}
	if seen[t] {
		return false
	}
	seen[t] = true
	switch u := t.Underlying().(type) {
	case *types.Struct:
		for f := range u.Fields() {
			if holdsValue(f.Type(), n, seen) {
				return true
			}
		}
	case *types.Array:
		return holdsValue(u.Elem(), n, seen)
	}
	return false
}
