package fact

import (
	"go/types"
)

// FuncKey returns the key of a declared function or method in its package's
// fact: "F", "T.M". It reports false for what no other package can call by
// name: interface methods and unexported functions.
func FuncKey(fn *types.Func) (string, bool) {
	fn = fn.Origin()
	if fn.Pkg() == nil || !fn.Exported() {
		return "", false
	}
	recv := fn.Signature().Recv()
	if recv == nil {
		return fn.Name(), true
	}
	named, ok := receiverType(recv.Type())
	if !ok || types.IsInterface(named) {
		return "", false
	}
	// A method of an unexported type can be called through a value of it.
	return named.Obj().Name() + "." + fn.Name(), true
}

// receiverType returns the named type of a receiver, without its pointer.
func receiverType(t types.Type) (*types.Named, bool) {
	if ptr, ok := types.Unalias(t).(*types.Pointer); ok {
		t = ptr.Elem()
	}
	named, ok := types.Unalias(t).(*types.Named)
	return named, ok
}
