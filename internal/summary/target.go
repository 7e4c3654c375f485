package summary

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/fact"
)

// A target is a function that a call may run, and how the arguments of the
// call are its parameters.
type target struct {
	fn   *types.Func   // a declared function or method, of any package, or nil
	lit  *ssa.Function // a function literal of the same family, or nil
	recv ssa.Value     // the receiver
	args []ssa.Value   // the arguments without the receiver
}

// argument returns what the caller passes at the base of the place; nil for
// results and unknown places.
func (t target) argument(p fact.Place) ssa.Value {
	switch p.Root {
	case fact.RecvRoot:
		return t.recv
	case fact.ParamRoot:
		if p.Index < len(t.args) {
			return t.args[p.Index]
		}
	}
	return nil
}

// target returns the one function that the call certainly runs, if syntax
// shows it: a static call, or a call through an interface that one type of the
// package implements. For a call through any other interface it returns the
// interface's method, of which internal/known may know something.
func (s *summarizer) target(call *ssa.CallCommon) (target, bool) {
	if call.IsInvoke() {
		fn := call.Method.Origin()
		if impl := s.onlyImplementation(call.Value.Type(), fn); impl != nil {
			fn = impl
		}
		return target{fn: fn, recv: call.Value, args: call.Args}, true
	}
	return s.callee(call.Value, call.Args)
}

// callee returns the target of a call of the function value v, as far as v
// itself shows it.
func (s *summarizer) callee(v ssa.Value, args []ssa.Value) (target, bool) {
	switch v := v.(type) {
	case *ssa.Function:
		return declared(v, nil, args), true
	case *ssa.MakeClosure:
		return declared(v.Fn.(*ssa.Function), v.Bindings, args), true
	}
	return target{}, false
}

// declared returns the target for an SSA function that is a declared function
// or method, an instance of a generic one, a wrapper of a method (whose
// receiver is bound, or the first argument), or a literal.
func declared(fn *ssa.Function, bindings, args []ssa.Value) target {
	if fn.Parent() != nil {
		return target{lit: fn, args: args}
	}
	obj, ok := fn.Object().(*types.Func)
	if !ok {
		return target{lit: fn, args: args} // the package initialiser, or synthetic
	}
	t := target{fn: obj.Origin(), args: args}
	if obj.Signature().Recv() == nil {
		return t
	}
	switch {
	case len(fn.FreeVars) == 1 && len(bindings) == 1:
		t.recv = bindings[0]
	case len(args) > 0:
		t.recv, t.args = args[0], args[1:]
	}
	return t
}

// onlyImplementation returns the method that a call of an unexported
// interface's method runs if exactly one type of the package, outside tests,
// implements the interface. Tests do not count: the package must be judged the
// same without them.
func (s *summarizer) onlyImplementation(t types.Type, method *types.Func) *types.Func {
	named, ok := types.Unalias(t).(*types.Named)
	if !ok || named.Obj().Pkg() != s.pass.Pkg || named.Obj().Exported() || named.TypeParams().Len() > 0 {
		return nil
	}
	impl, ok := s.implementations[named]
	if !ok {
		impl = s.implementation(named)
		s.implementations[named] = impl
	}
	if impl == nil {
		return nil
	}
	m, _, _ := types.LookupFieldOrMethod(impl, true, s.pass.Pkg, method.Name())
	found, _ := m.(*types.Func)
	return found
}

// implementation returns the one type of the package, outside tests, that
// implements the interface, or nil.
func (s *summarizer) implementation(named *types.Named) types.Type {
	iface, ok := named.Underlying().(*types.Interface)
	if !ok || iface.NumMethods() == 0 {
		return nil
	}
	var found types.Type
	scope := s.pass.Pkg.Scope()
	for _, name := range scope.Names() {
		obj, ok := scope.Lookup(name).(*types.TypeName)
		if !ok || obj.IsAlias() || types.IsInterface(obj.Type()) || s.inTest(obj.Pos()) {
			continue
		}
		if n, ok := obj.Type().(*types.Named); !ok || n.TypeParams().Len() > 0 {
			continue
		}
		ptr := types.NewPointer(obj.Type())
		if m, _, _ := types.LookupFieldOrMethod(ptr, true, s.pass.Pkg, iface.Method(0).Name()); m == nil {
			continue // cheaper than Implements
		}
		if !types.Implements(ptr, iface) {
			continue
		}
		if found != nil {
			return nil // several
		}
		found = ptr
	}
	return found
}
