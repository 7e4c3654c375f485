package paths

import (
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	words "github.com/leaklint/leaklint/internal/fact"
	"github.com/leaklint/leaklint/internal/known"
)

// neverNil reports whether v is not nil on this path. What a function makes of
// an error is an error.
func (st *State) neverNil(v ssa.Value) bool {
	if neverNil(v) || st.foundNotNil(v) || st.resultNotNil(v) {
		return true
	}
	switch v.Type().Underlying().(type) {
	case *types.Slice, *types.Map:
		return st.isNonEmpty(v)
	}
	call, ok := v.(*ssa.Call)
	if !ok {
		return false
	}
	if st.w.NotNil != nil && st.w.NotNil(call) {
		return true
	}
	return isError(call.Type()) && slices.ContainsFunc(call.Call.Args, func(arg ssa.Value) bool {
		return isError(arg.Type()) && st.foundNotNil(arg)
	})
}

// resultNotNil reports whether v is a result of a call that is not nil, as far as
// the callee tells: because of a constant argument, or of one that is not nil.
func (st *State) resultNotNil(v ssa.Value) bool {
	call, result := resultOf(v)
	if call == nil || st.w.NilOnlyIf == nil {
		return false
	}
	on, ok := st.w.NilOnlyIf(call, result)
	switch on := on.(type) {
	case nil:
		return ok
	case *ssa.Const:
		return on.Value != nil && on.Value.Kind() == constant.Int && constant.Sign(on.Value) != 0
	}
	return neverNil(on) || st.foundNotNil(on)
}

// resultOf returns the call of which v is a result.
func resultOf(v ssa.Value) (call *ssa.Call, result int) {
	if ex, ok := v.(*ssa.Extract); ok {
		call, _ = ex.Tuple.(*ssa.Call)
		return call, ex.Index
	}
	call, _ = v.(*ssa.Call)
	return call, 0
}

// foundNotNil reports whether a branch on this path has found v not nil.
func (st *State) foundNotNil(v ssa.Value) bool {
	t := st.term(v, 0).name
	isNil, known := st.fact(equality(nilName, t), false)
	return t != "" && known && !isNil
}

// isNil reports whether v is nil on this path.
func (st *State) isNil(v ssa.Value) bool {
	if st.Eval(v).Kind == Nil {
		return true
	}
	t := st.term(v, 0).name
	isNil, known := st.fact(equality(nilName, t), false)
	return t != "" && known && isNil
}

// nilBeside reports whether x is nil on this path, and y is not.
func (st *State) nilBeside(x, y ssa.Value) bool {
	v := st.Eval(y)
	return isNilable(x.Type()) && st.isNil(x) && v.Kind == Symbol && st.neverNil(v.Sym)
}

// isError reports whether t is error.
func isError(t types.Type) bool { return types.Identical(t, types.Universe.Lookup("error").Type()) }

// neverNil reports whether v is certainly not nil.
func neverNil(v ssa.Value) bool {
	switch v := v.(type) {
	case *ssa.Alloc, *ssa.MakeClosure, *ssa.MakeChan, *ssa.MakeMap, *ssa.MakeSlice, *ssa.MakeInterface, *ssa.Function, *ssa.FieldAddr, *ssa.IndexAddr:
		return true
	case *ssa.Call:
		fn := callee(v)
		return fn != nil && makesNotNil(fn)
	case *ssa.UnOp: // a sentinel error
		return sentinel(v)
	}
	return false
}

// makesNotNil reports whether the only result of a known function is never nil.
func makesNotNil(fn *types.Func) bool {
	api, ok := known.Lookup(fn)
	return ok && slices.ContainsFunc(api.ResultsOf(0), func(r words.ResultFact) bool { return r.Kind == words.NotNil })
}

// sentinel reports whether v is loaded from a package variable that is an error.
func sentinel(v ssa.Value) bool {
	load, ok := v.(*ssa.UnOp)
	if !ok || load.Op != token.MUL {
		return false
	}
	g, ok := load.X.(*ssa.Global)
	return ok && isError(g.Type().Underlying().(*types.Pointer).Elem())
}

// isNew reports whether v is an error made here that wraps none, and other is
// what a package variable held.
func isNew(v, other ssa.Value) bool {
	call, ok := v.(*ssa.Call)
	if !ok || !sentinel(other) {
		return false
	}
	fn := call.Call.StaticCallee()
	if fn == nil || fn.Pkg == nil {
		return false
	}
	switch fn.Pkg.Pkg.Path() + "." + fn.Name() {
	case "errors.New":
		return true
	case "fmt.Errorf":
		format, ok := call.Call.Args[0].(*ssa.Const)
		return ok && format.Value != nil && !strings.Contains(constant.StringVal(format.Value), "%w")
	}
	return false
}

// callee returns the function that a call names, or nil.
func callee(call *ssa.Call) *types.Func {
	if fn := call.Call.StaticCallee(); fn != nil {
		obj, _ := fn.Object().(*types.Func)
		return obj
	}
	return call.Call.Method
}

// falseForNil reports whether a call is a predicate that is false for nil.
func falseForNil(call *ssa.Call) bool {
	fn := callee(call)
	return fn != nil && known.IsFalseForNil(fn)
}

// decideError decides a test of an error: nil is none of those it asks for, and
// one that was made here is no sentinel.
func (st *State) decideError(call *ssa.Call) (truth, known bool) {
	if !falseForNil(call) {
		return false, false
	}
	args := call.Call.Args
	x := st.Eval(args[0])
	if len(args) == 1 || !isError(args[1].Type()) {
		return false, st.isNil(args[0])
	}
	target := st.Eval(args[1])
	if x.Kind == Symbol && target.Kind == Symbol && isNew(x.Sym, target.Sym) || st.nilBeside(args[0], args[1]) {
		return false, true
	}
	a, b := st.term(args[0], 0).name, st.term(args[1], 0).name
	same, found := st.fact(equality(a, b), false)
	return true, found && same && a != "" && b != ""
}

// dynamic returns the type of what an interface holds on this path, or nil.
func (st *State) dynamic(v ssa.Value) types.Type {
	if mi, ok := st.Eval(v).Sym.(*ssa.MakeInterface); ok {
		return mi.X.Type()
	}
	t := st.term(v, 0).name
	if t == "" {
		return nil
	}
	return st.facts["type "+t].typ
}

// hasDeadline reports whether a call asks for the deadline of a context that was
// made with one.
func (st *State) hasDeadline(call *ssa.Call) bool {
	if !call.Call.IsInvoke() || call.Call.Method.Name() != "Deadline" || !known.IsContext(call.Call.Value.Type()) {
		return false
	}
	ctx, ok := st.Eval(call.Call.Value).Sym.(*ssa.Extract)
	if !ok {
		return false
	}
	made, ok := ctx.Tuple.(*ssa.Call)
	if !ok {
		return false
	}
	fn := callee(made)
	return fn != nil && fn.Pkg() != nil && fn.Pkg().Path() == "context" && known.HasDeadline("context."+fn.Name())
}

// decideType decides the second result of a type assertion, and that of Deadline.
func (st *State) decideType(part *ssa.Extract) (truth, known bool) {
	if call, ok := part.Tuple.(*ssa.Call); ok && part.Index == 1 {
		return true, st.hasDeadline(call)
	}
	assert, ok := part.Tuple.(*ssa.TypeAssert)
	if !ok || part.Index != 1 {
		return false, false
	}
	if st.isNil(assert.X) {
		return false, true
	}
	t := st.dynamic(assert.X)
	if x := st.Eval(assert.X); t == nil && x.Kind == Tracked && x.Sym != nil {
		// It may have been converted before it was boxed.
		return true, types.Identical(assert.AssertedType.Underlying(), x.Sym.Type().Underlying())
	}
	return isOf(t, assert.AssertedType)
}

// isOf reports whether a value of dynamic type t is asserted to be of type to.
func isOf(t, to types.Type) (truth, known bool) {
	if t == nil || hasTypeParam(t) || hasTypeParam(to) {
		return false, false
	}
	if i, ok := to.Underlying().(*types.Interface); ok {
		return types.Implements(t, i), true
	}
	return types.Identical(t, to), true
}

// hasTypeParam reports whether t is a type parameter, which stands for any type.
func hasTypeParam(t types.Type) bool {
	_, ok := types.Unalias(t).(*types.TypeParam)
	return ok
}

// learnType records that an assertion holds: what it asks about is not nil, and
// of the type, if that is no interface.
func (st *State) learnType(part *ssa.Extract) {
	assert, ok := part.Tuple.(*ssa.TypeAssert)
	if !ok || part.Index != 1 {
		return
	}
	st.learnNotNil(assert.X)
	if t := st.term(assert.X, 0); t.name != "" && !types.IsInterface(assert.AssertedType) && !hasTypeParam(assert.AssertedType) {
		st.facts["type "+t.name] = fact{typ: assert.AssertedType, support: t.support, memory: t.memory}
	}
}

// asserted returns what an assertion that is not decided otherwise yields: the
// handle itself, what was boxed, or nil.
func (st *State) asserted(part *ssa.Extract) (Value, bool) {
	assert, ok := part.Tuple.(*ssa.TypeAssert)
	if !ok {
		return Value{}, false
	}
	x := st.Eval(assert.X)
	holds, known := st.decideType(&ssa.Extract{Tuple: assert, Index: 1})
	switch {
	case part.Index == 1 && known:
		return boolValue(holds), true
	case part.Index == 1:
		return Value{}, false
	case known && !holds && isNilable(assert.AssertedType):
		return Value{Kind: Nil}, true
	case known && !holds:
		return Value{}, false
	}
	return st.unboxed(x, assert)
}

// unboxed returns what an interface holds, asserted to a type that it is of.
func (st *State) unboxed(x Value, assert *ssa.TypeAssert) (Value, bool) {
	if types.IsInterface(assert.AssertedType) {
		return x, x.Kind == Tracked
	}
	if x.Kind == Tracked {
		return Value{Kind: Tracked}, true
	}
	if mi, ok := x.Sym.(*ssa.MakeInterface); ok && types.Identical(mi.X.Type(), assert.AssertedType) {
		return st.Eval(mi.X), true
	}
	return Value{}, false
}
