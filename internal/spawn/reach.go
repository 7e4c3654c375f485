package spawn

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// findReachable notes the unexported types of the package whose values code
// outside can get hold of, and whose exported methods it can therefore call:
// they become an interface that is not the package's own, or stand in the
// signature of something exported, in its fields or type arguments.
func (g *graph) findReachable() {
	g.reachable = make(map[*types.TypeName]bool)
	for _, fn := range g.funcs {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if mk, ok := instr.(*ssa.MakeInterface); ok && !g.ownInterface(mk.Type()) {
					g.reach(mk.X.Type())
				}
			}
		}
	}
	scope := g.pkg.Pkg.Scope()
	for _, name := range scope.Names() {
		obj := scope.Lookup(name)
		if !obj.Exported() {
			continue
		}
		g.reach(obj.Type())
	}
}

// ownInterface reports whether t is an unexported interface of this package.
func (g *graph) ownInterface(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.Obj().Pkg() == g.pkg.Pkg && !n.Obj().Exported()
}

// reach marks the named types of this package that t is made of, and what they
// lead to through exported fields and methods.
func (g *graph) reach(t types.Type) {
	switch t := types.Unalias(t).(type) {
	case *types.Named:
		g.reachNamed(t)
	case *types.Pointer:
		g.reach(t.Elem())
	case *types.Slice:
		g.reach(t.Elem())
	case *types.Array:
		g.reach(t.Elem())
	case *types.Chan:
		g.reach(t.Elem())
	case *types.Map:
		g.reach(t.Key())
		g.reach(t.Elem())
	case *types.Signature:
		g.reachTuple(t.Params())
		g.reachTuple(t.Results())
	case *types.Struct:
		for i := range t.NumFields() {
			if f := t.Field(i); f.Exported() || f.Embedded() {
				g.reach(f.Type())
			}
		}
	case *types.Interface:
		for i := range t.NumExplicitMethods() {
			g.reach(t.ExplicitMethod(i).Type())
		}
	}
}

// reachNamed is reach for a named type.
func (g *graph) reachNamed(t *types.Named) {
	for i := range t.TypeArgs().Len() {
		g.reach(t.TypeArgs().At(i))
	}
	t = t.Origin()
	if t.Obj().Pkg() != g.pkg.Pkg || g.reachable[t.Obj()] {
		return
	}
	g.reachable[t.Obj()] = true
	g.reach(t.Underlying())
	for i := range t.NumMethods() {
		if m := t.Method(i); m.Exported() {
			g.reach(m.Type())
		}
	}
}

// reachTuple is reach for parameters or results.
func (g *graph) reachTuple(t *types.Tuple) {
	for i := range t.Len() {
		g.reach(t.At(i).Type())
	}
}

// canBeNamed reports whether code outside can call the exported method obj
// with a value that it holds: its receiver is exported, or reachable.
func (g *graph) canBeNamed(recv *types.Var) bool {
	if recv == nil {
		return true
	}
	t := types.Unalias(recv.Type())
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	n, ok := t.(*types.Named)
	return !ok || n.Obj().Exported() || g.reachable[n.Origin().Obj()]
}
