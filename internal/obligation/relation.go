package obligation

import (
	"go/token"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/paths"
	"github.com/leaklint/leaklint/internal/valueflow"
)

// A relation says what a value has to do with the handle on one path.
type relation int

const (
	none      relation = iota
	isHandle           // it is the handle
	isObject           // it is, or points to, an object or variable that holds the handle
	isClosure          // it is a closure over the handle
	candidate          // it is an object or closure that may come to hold the handle
)

// relation classifies v; the second result is the Alloc, loaded struct or
// MakeClosure it stands for.
func (t *trace) relation(st *paths.State, v ssa.Value) (relation, ssa.Value) {
	return t.relate(st, v, 0)
}

// relate is relation for a value that was found at the given depth of others.
func (t *trace) relate(st *paths.State, v ssa.Value, depth int) (relation, ssa.Value) {
	val := st.Eval(v)
	if val.Kind == paths.Tracked {
		return isHandle, nil
	}
	if val.Kind != paths.Symbol || val.Sym == nil || depth > maxDepth {
		return none, nil
	}
	switch s := val.Sym.(type) {
	case *ssa.MakeClosure:
		return t.relateClosure(st, s, depth)
	case *ssa.Alloc:
		if st.Marked(paths.Mark{Kind: held, V: s}) || st.Content(s).Kind == paths.Tracked {
			return isObject, s
		}
		if mc, ok := st.Content(s).Sym.(*ssa.MakeClosure); ok && depth == 0 {
			if rel, _ := t.relateClosure(st, mc, depth+1); rel == isClosure && t.mayRelease(st, mc) {
				return isObject, s
			}
		}
		if t.flow.Holds(s) {
			return candidate, s
		}
	case *ssa.FreeVar: // the address of a captured variable
		cell := valueflow.CellOf(s)
		if cell != nil && (st.Content(cell).Kind == paths.Tracked || st.Marked(paths.Mark{Kind: held, V: cell})) {
			return isObject, cell
		}
	case *ssa.MakeInterface:
		return t.relate(st, s.X, depth+1)
	case *ssa.Slice:
		return t.relate(st, s.X, depth+1)
	case *ssa.ChangeType:
		return t.relate(st, s.X, depth+1)
	case *ssa.FieldAddr, *ssa.IndexAddr:
		if root := t.rootObject(st, s); root != nil && st.Marked(paths.Mark{Kind: held, V: root}) {
			return isObject, root
		}
	case *ssa.UnOp:
		if s.Op == token.MUL && st.Marked(paths.Mark{Kind: held, V: s}) {
			return isObject, s
		}
	}
	if root := t.outOf(st, val.Sym); root != nil {
		return isObject, root
	}
	return none, nil
}

// relateClosure looks at what the closure captures.
func (t *trace) relateClosure(st *paths.State, mc *ssa.MakeClosure, depth int) (relation, ssa.Value) {
	rel := none
	if t.flow.Holds(mc) {
		rel = candidate
	}
	for _, b := range mc.Bindings {
		if cell := valueflow.CellOf(b); cell != nil {
			content := st.Content(cell)
			if content.Kind == paths.Tracked || st.Marked(paths.Mark{Kind: held, V: cell}) {
				return isClosure, mc
			}
			if content.Sym == nil || content.Sym == ssa.Value(mc) {
				continue
			}
			b = content.Sym
		}
		if r, _ := t.relate(st, b, depth+1); r != none && r != candidate {
			return isClosure, mc
		}
	}
	return rel, mc
}

// rootObject returns the local object that addr points into on this path, or nil.
func (t *trace) rootObject(st *paths.State, addr ssa.Value) ssa.Value {
	for range 2 * maxDepth {
		if val := st.Eval(addr); val.Kind == paths.Symbol && val.Sym != nil {
			addr = val.Sym
		}
		switch a := addr.(type) {
		case *ssa.FieldAddr:
			addr = a.X
		case *ssa.IndexAddr:
			addr = a.X
		case *ssa.Slice:
			addr = a.X
		case *ssa.Alloc:
			return a
		case *ssa.FreeVar:
			return valueflow.CellOf(a)
		default:
			return t.outOf(st, a)
		}
	}
	return nil
}

// mentions reports whether fn, or a closure in it, has a use of the handle
// that is more than a comparison.
func (t *trace) mentions(fn *ssa.Function) bool {
	for _, u := range t.flow.Uses {
		switch u.Kind {
		case valueflow.Tested, valueflow.Captured:
			continue
		}
		if within(u.Instr.Parent(), fn) {
			return true
		}
	}
	return false
}

// within reports whether inner is fn or a closure in it.
func within(inner, fn *ssa.Function) bool {
	for ; inner != nil; inner = inner.Parent() {
		if inner == fn {
			return true
		}
	}
	return false
}
