package summary

import (
	"go/token"
	"go/types"
	"strings"

	"github.com/leaklint/leaklint/internal/fact"
	"github.com/leaklint/leaklint/internal/lazyssa"
)

// maxPublic is the number of effects of one exported fact beyond which it is
// opaque and only what certainly happens is named.
const maxPublic = 24

// public returns the part of a summary that means something to other packages.
// They cannot touch what lies behind unexported fields themselves; of it they
// are told what ends or starts a wait (so that "Wait joins what Go started" and
// "Close ends what C returned" hold across packages), and not where the package
// moves it or that it takes and gives back its own locks.
//
// exposed has the last steps of the hidden paths that exported functions return.
// In a package that does not look as if it mattered (whole is false), nothing is
// told of who keeps what parameters of other types reach, or of functions that
// were not understood: importers know that nobody looked.
func public(fn *types.Func, f *fact.FuncFact, exposed map[string]bool, whole bool) *fact.FuncFact {
	copied := *f
	out := &copied
	out.Effects, out.Results, out.Opaque = nil, nil, f.Opaque && whole
	for _, e := range f.Effects {
		if tellsOthers(f, e, exposed) && (whole || !e.Op.Escapes()) {
			out.Effects = append(out.Effects, e)
		}
	}
	for _, r := range f.Results {
		if !whole && r.Kind == fact.Same {
			continue // like Return
		}
		if r.Kind == fact.NotNil && !isErrorType(fn.Signature().Results().At(r.Index).Type()) && !lazyssa.OfInterest(fn.Signature().Results().At(r.Index).Type()) {
			continue // whoever asks if a pointer is nil asks an error first
		}
		out.Results = append(out.Results, r)
	}
	if len(out.Effects) > maxPublic {
		out.Opaque = true
		certain := out.Effects[:0]
		for _, e := range out.Effects {
			if e.Lo > 0 && len(certain) < maxPublic {
				certain = append(certain, e)
			}
		}
		out.Effects = certain
	}
	return out
}

// exposures returns the last steps of the hidden paths that the functions
// return: through these others can meet what lies there.
func exposures(funcs map[string]*fact.FuncFact) map[string]bool {
	exposed := make(map[string]bool)
	for _, f := range funcs {
		for _, e := range f.Effects {
			if e.Op == fact.Return && hidden(e.On.Path) {
				exposed[lastStep(e.On.Path)] = true
			}
		}
	}
	return exposed
}

// lastStep returns the last field of a path.
func lastStep(path string) string { return path[strings.LastIndexByte(path, '.')+1:] }

// tellsOthers reports whether an effect of a function means something to other
// packages.
func tellsOthers(f *fact.FuncFact, e fact.Effect, exposed map[string]bool) bool {
	if e.Lo == 0 && e.On.Path != "" && hidden(e.On.Path) && !exposed[lastStep(e.On.Path)] {
		return false // it may happen, to something that nobody else meets
	}
	if e.On.Root == fact.ResultRoot {
		// How the result was put together is nobody's business; what still
		// happens to it is.
		return e.Where != fact.Here && e.Op != fact.Store && e.Op != fact.Keep || e.Op == fact.Keep && e.On.Path == ""
	}
	switch e.Op {
	case fact.Keep:
		return !hidden(e.On.Path) && !kept(f, e)
	case fact.Store:
		return !hidden(e.On.Path)
	case fact.Lock, fact.Unlock, fact.RLock, fact.RUnlock:
		return !hidden(e.On.Path) || !balanced(f, e)
	}
	return true
}

// hidden reports whether a path leads through an unexported field.
func hidden(path string) bool {
	for _, step := range strings.FieldsFunc(path, func(r rune) bool { return r == '.' || r == '*' || r == '[' || r == ']' }) {
		if !token.IsExported(step) {
			return true
		}
	}
	return false
}

// kept reports whether an earlier effect of f says that the value of e is kept.
func kept(f *fact.FuncFact, e fact.Effect) bool {
	for _, other := range f.Effects {
		if other == e {
			return false
		}
		if other.Op == fact.Keep && other.On == e.On {
			return true
		}
	}
	return false
}

// balanced reports whether f certainly does the opposite as well, whenever it
// takes or gives back the lock.
func balanced(f *fact.FuncFact, e fact.Effect) bool {
	opposite := map[fact.Op]fact.Op{
		fact.Lock: fact.Unlock, fact.Unlock: fact.Lock, fact.RLock: fact.RUnlock, fact.RUnlock: fact.RLock,
	}[e.Op]
	for _, other := range f.Effects {
		if other.Op == opposite && other.On == e.On && other.Where == e.Where {
			return other.Lo == e.Lo && other.Hi == e.Hi
		}
	}
	return false
}
