package paths

import (
	"fmt"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/known"
)

// maxTerm bounds the depth of the terms that atoms are made of.
const maxTerm = 6

// A term names a value by what it computes: two loads of one field path, two
// look-ups of one key and two calls of one predicate on the same operands share
// a name.
type term struct {
	name    string      // "": nothing is known of the value
	support []ssa.Value // the values the name mentions
	memory  bool        // it mentions memory, or a call that may read some: good for one turn of a loop
}

// term names v as the path knows it.
func (st *State) term(v ssa.Value, depth int) term {
	if depth > maxTerm {
		return term{}
	}
	val := st.Eval(v)
	switch val.Kind {
	case Unknown:
		return term{}
	case Symbol:
		v = val.Sym
	default:
		return term{name: fmt.Sprintf("#%d", val.Kind)}
	}
	if isInteger(v.Type()) {
		if n, ok := st.number(v, depth); ok {
			return n.asTerm()
		}
	}
	return st.named(v, depth)
}

// named names a value other than a sum.
func (st *State) named(v ssa.Value, depth int) term {
	var t term
	switch v := v.(type) {
	case *ssa.Const:
		return term{name: v.String()}
	case *ssa.Convert:
		t = st.apply(v.Type().String(), depth, v.X)
	case *ssa.MakeInterface:
		t = st.apply("box "+v.X.Type().String(), depth, v.X)
	case *ssa.UnOp:
		t = st.unary(v, depth)
	case *ssa.FieldAddr:
		t = st.term(v.X, depth+1).suffix(fmt.Sprintf(".%d", v.Field))
	case *ssa.Field:
		t = st.term(v.X, depth+1).suffix(fmt.Sprintf(".%d", v.Field))
	case *ssa.IndexAddr:
		t = st.apply("at", depth, v.X, v.Index)
	case *ssa.Index:
		t = st.apply("at", depth, v.X, v.Index)
	case *ssa.Lookup:
		t = st.lookup(v, depth)
	case *ssa.TypeAssert:
		t = st.apply("as "+v.AssertedType.String(), depth, v.X)
	case *ssa.Extract:
		t = st.part(v, depth)
	case *ssa.BinOp:
		t = st.apply(v.Op.String(), depth, v.X, v.Y)
	case *ssa.Call:
		t = st.callTerm(v, depth)
	}
	if t.name == "" {
		return st.own(v)
	}
	return t
}

// own names a value by itself.
func (st *State) own(v ssa.Value) term {
	return term{name: fmt.Sprintf("<%d>", st.w.ids.of(v)), support: []ssa.Value{v}}
}

// apply names what an operation makes of its operands; nothing if it knows
// nothing of one of them.
func (st *State) apply(op string, depth int, operands ...ssa.Value) term {
	t := term{name: op + "("}
	for _, v := range operands {
		x := st.term(v, depth+1)
		if x.name == "" {
			return term{}
		}
		t.name += x.name + ","
		t.support = append(t.support, x.support...)
		t.memory = t.memory || x.memory
	}
	return t.suffix(")")
}

// suffix extends a name that exists.
func (t term) suffix(s string) term {
	if t.name != "" {
		t.name += s
	}
	return t
}

// unary names what a pointer that is not to a local variable points to, and
// what an operator makes of its operand.
func (st *State) unary(v *ssa.UnOp, depth int) term {
	switch v.Op {
	case token.MUL:
		if st.place(v.X) != "" {
			return term{} // the variable's content is known by itself
		}
		t := st.term(v.X, depth+1)
		if t.name != "" {
			t.name, t.memory = "*"+t.name, true
		}
		return t
	case token.SUB, token.XOR:
		return st.apply(v.Op.String(), depth, v.X)
	}
	return term{}
}

// lookup names the element of a map or string under a key.
func (st *State) lookup(v *ssa.Lookup, depth int) term {
	t := st.apply("at", depth, v.X, v.Index)
	if _, ok := v.X.Type().Underlying().(*types.Map); ok {
		t.memory = true
	}
	return t
}

// part names one result of an assertion, look-up or call.
func (st *State) part(v *ssa.Extract, depth int) term {
	var t term
	switch tuple := v.Tuple.(type) {
	case *ssa.TypeAssert:
		t = st.apply("as "+tuple.AssertedType.String(), depth, tuple.X)
	case *ssa.Lookup:
		t = st.lookup(tuple, depth)
	case *ssa.Call:
		return st.callTerm(tuple, depth).suffix(fmt.Sprintf("#%d", v.Index))
	}
	if v.Index > 0 {
		t = t.suffix("?")
	}
	return t
}

// callTerm names a call of a function that computes the same from the same, and
// of a predicate.
func (st *State) callTerm(call *ssa.Call, depth int) term {
	common := &call.Call
	if common.IsInvoke() {
		if !known.Pure(common.Method) {
			return term{}
		}
		return st.apply(common.Method.Name(), depth, append([]ssa.Value{common.Value}, common.Args...)...)
	}
	fn, ok := common.Value.(*ssa.Function)
	if !ok {
		return term{}
	}
	obj, declared := fn.Object().(*types.Func)
	pure := declared && known.Pure(obj)
	if b, isBasic := call.Type().Underlying().(*types.Basic); !pure && (!isBasic || b.Kind() != types.Bool) {
		return term{}
	}
	t := st.apply(fmt.Sprintf("<%d>", st.w.ids.of(fn)), depth, common.Args...)
	t.memory = t.memory || !pure
	return t
}

// isInteger reports whether t is an integer type.
func isInteger(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsInteger != 0
}
