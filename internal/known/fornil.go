package known

import (
	"go/types"
	"slices"
)

// IsFalseForNil reports whether the function, a predicate, is false if its first
// argument is nil, and the second, if it is an error, is not.
func IsFalseForNil(fn *types.Func) bool {
	return fn.Pkg() != nil && slices.Contains(falseForNil[fn.Pkg().Path()], symbol(fn))
}

// falseForNil lists the functions of std that IsFalseForNil is true of.
var falseForNil = map[string][]string{
	"errors": {"Is", "As", "AsType"},
	"os":     {"IsExist", "IsNotExist", "IsPermission", "IsTimeout"},
}
