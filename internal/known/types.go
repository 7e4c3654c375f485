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
