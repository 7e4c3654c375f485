// Package known answers: what does this function of the standard library, or
// of a popular module, do?
//
// It is a table of rows with object matchers (package path, receiver, name)
// and no control flow. Facts of std packages are not computed (their SSA is
// never built), so this table is all that is known of std; rows of other
// packages take precedence over what their source shows, and are needed only
// where the source does not show it (an end behind a function variable, an
// interface method).
package known

import (
	"go/types"
	"strings"

	"github.com/leaklint/leaklint/internal/fact"
)

// An API is what a call of one function or method does. The embedded fact uses
// the words of computed facts.
type API struct {
	fact.FuncFact

	// NeverFails: the last result, an error, is always nil.
	NeverFails bool

	// Prints: the String, Error, Format and GoString methods of the arguments
	// may be called, on the goroutine of the caller.
	Prints bool

	// FailsTest: the call makes a test fail, and returns.
	FailsTest bool

	// PerRequest: a function argument (or the methods of one) is called once
	// for each request, on a goroutine of that request.
	PerRequest bool

	// Once: the function argument is called at most once, by the call or by
	// the function that the call returns, and all other callers wait for it.
	Once bool
}

// A table maps "F" or "T.M" to what is known of it, within one package. "T.*"
// stands for the other methods of T; the presence of "*" says that everything
// else in the package is plain.
type table map[string]*API

// Lookup returns what is known of the function, if something is. The row is
// complete: effects that it does not list do not happen. The result is shared
// and must not be changed.
func Lookup(fn *types.Func) (*API, bool) {
	fn = fn.Origin()
	if fn.Pkg() == nil {
		return nil, false
	}
	rows, ok := tables[unversioned(fn.Pkg().Path())]
	if !ok {
		return nil, false
	}
	name := symbol(fn)
	if api, ok := rows[name]; ok {
		return api, true
	}
	if recv, _, ok := strings.Cut(name, "."); ok {
		if api, ok := rows[recv+".*"]; ok {
			return api, true
		}
	}
	if _, ok := rows["*"]; ok {
		return plain(fn), true
	}
	return nil, false
}

// plain returns the row of a function that only computes: it keeps nothing
// beyond its results and calls the functions it is given before it returns.
func plain(fn *types.Func) *API {
	sig := fn.Signature()
	api := plainRow
	for i := range sig.Params().Len() {
		if _, ok := sig.Params().At(i).Type().Underlying().(*types.Signature); ok {
			if api == plainRow {
				api = new(API)
			}
			callsMany(i)(api)
		}
	}
	return api
}

// plainRow is the row of all plain functions without function parameters.
var plainRow = new(API)

// NeverReturns reports whether no call of the function returns normally.
func NeverReturns(fn *types.Func) bool {
	api, ok := Lookup(fn)
	return ok && api.NeverReturns()
}

// symbol returns the name under which tables list the function: "F" or "T.M".
func symbol(fn *types.Func) string {
	recv := fn.Signature().Recv()
	if recv == nil {
		return fn.Name()
	}
	t := types.Unalias(recv.Type())
	if ptr, ok := t.(*types.Pointer); ok {
		t = types.Unalias(ptr.Elem())
	}
	if named, ok := t.(*types.Named); ok {
		return named.Obj().Name() + "." + fn.Name()
	}
	return "." + fn.Name() // a method of an unnamed interface
}

// unversioned returns an import path without its major version element, so
// that a row serves every major version of a module.
func unversioned(path string) string {
	i := strings.Index(path, "/v")
	if i < 0 {
		return path
	}
	end := i + len("/v")
	for end < len(path) && '0' <= path[end] && path[end] <= '9' {
		end++
	}
	if end == i+len("/v") || end < len(path) && path[end] != '/' {
		return path
	}
	return path[:i] + path[end:]
}
