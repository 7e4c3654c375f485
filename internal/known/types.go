package known

import "go/types"

// IsContext reports whether t is context.Context.
func IsContext(t types.Type) bool {
	named, ok := types.Unalias(t).(*types.Named)
	if !ok || named.Obj().Pkg() == nil {
		return false
	}
	return named.Obj().Pkg().Path() == "context" && named.Obj().Name() == "Context"
}

// IsTimer reports whether t is time.Timer or a pointer to it.
func IsTimer(t types.Type) bool { return isTimeType(t, "Timer") }

// IsTicker reports whether t is time.Ticker or a pointer to it.
func IsTicker(t types.Type) bool { return isTimeType(t, "Ticker") }

// isTimeType reports whether t is the type of package time, or a pointer to it.
func isTimeType(t types.Type, name string) bool {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	named, ok := types.Unalias(t).(*types.Named)
	if !ok || named.Obj().Pkg() == nil {
		return false
	}
	return named.Obj().Pkg().Path() == "time" && named.Obj().Name() == name
}

// HasDeadline reports whether what a function of that name makes, as the facts
// write it (context.WithTimeout), ends by itself.
func HasDeadline(name string) bool {
	switch name {
	case "context.WithTimeout", "context.WithTimeoutCause", "context.WithDeadline", "context.WithDeadlineCause":
		return true
	}
	return false
}

// IsTestContext reports whether fn returns the context of a test, which ends when
// the test does.
func IsTestContext(fn *types.Func) bool { return isMethodOf(fn, "testing", "Context") }

// IsTestCleanup reports whether fn has a function called when a test is over.
func IsTestCleanup(fn *types.Func) bool { return isMethodOf(fn, "testing", "Cleanup") }

// IsRequestContext reports whether fn returns the context of an HTTP request, which
// ends, on a server, when its handler returns.
func IsRequestContext(fn *types.Func) bool { return isMethodOf(fn, "net/http", "Context") }

// isMethodOf reports whether fn is a method of that name, of a type of the package.
func isMethodOf(fn *types.Func, path, name string) bool {
	return fn != nil && fn.Name() == name && fn.Pkg() != nil && fn.Pkg().Path() == path && fn.Signature().Recv() != nil
}
