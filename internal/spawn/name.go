package spawn

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// Name returns a declared function as users write it: F, or T.M for a method.
func Name(fn *ssa.Function) string {
	if recv := fn.Signature.Recv(); recv != nil {
		return TypeName(recv.Type()) + "." + fn.Name()
	}
	return fn.Name()
}

// TypeName returns a type as users write it inside its package, without the
// pointer and the type arguments of a named type.
func TypeName(t types.Type) string {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	if n, ok := types.Unalias(t).(*types.Named); ok {
		return n.Obj().Name()
	}
	return types.TypeString(t, func(p *types.Package) string { return p.Name() })
}
