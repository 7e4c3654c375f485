package summary

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/types/typeutil"

	"github.com/leaklint/leaklint/internal/fact"
)

// This file answers: when is the error that a function returns nil? Constructors
// of errors have no channel in them, so that their packages are not built as
// SSA: it is decided on syntax. status.Errorf(c, …) is nil only if c is 0; what
// wraps an error is nil only if that is; &T{…} is not.

// A zeroIf says when a value is its zero value: never, only if the value at
// place is zero, too, or it is not known when.
type zeroIf struct {
	known bool
	place fact.Place // none: never
}

var (
	never     = zeroIf{known: true}
	sometimes = zeroIf{}
)

// only returns the zeroIf of a place.
func only(p fact.Place) zeroIf { return zeroIf{known: true, place: p} }

// and returns when a value is zero that is one of two.
func (z zeroIf) and(y zeroIf) zeroIf {
	switch {
	case !z.known || !y.known:
		return sometimes
	case z.place.IsZero() || within(z.place, y.place):
		return y
	case y.place.IsZero() || within(y.place, z.place):
		return z
	}
	return sometimes
}

// within reports whether p is q or leads to it: what lies behind nil counts as
// zero.
func within(p, q fact.Place) bool {
	return p.Root == q.Root && p.Index == q.Index && strings.HasPrefix(q.Path, p.Path)
}

// maxZero bounds the calls and selectors that are followed.
const maxZero = 8

// nilness decides for the functions of a package when their error is nil.
type nilness struct {
	*endings
	memo map[*types.Func]zeroIf
}

// decideNil decides it for all functions; afterwards it is only read.
func (e *endings) decideNil() map[*types.Func]zeroIf {
	n := &nilness{e, map[*types.Func]zeroIf{}}
	for _, fn := range e.order {
		if res := fn.Signature().Results(); res.Len() > 0 && isErrorType(res.At(res.Len()-1).Type()) {
			n.of(fn, 0)
		}
	}
	return n.memo
}

// isErrorType reports whether t is error.
func isErrorType(t types.Type) bool {
	return types.Identical(t, types.Universe.Lookup("error").Type())
}

// nilFact returns what a FuncFact says of the error of a function.
func nilFact(fn *types.Func, z zeroIf) []fact.ResultFact {
	k := fn.Signature().Results().Len() - 1
	switch {
	case !z.known || k < 0 || !isErrorType(fn.Signature().Results().At(k).Type()):
		return nil
	case z.place.IsZero():
		return []fact.ResultFact{{Index: k, Kind: fact.NotNil}}
	}
	return []fact.ResultFact{{Index: k, Kind: fact.NilOnlyIf, From: z.place}}
}

// of says when the last result of fn is zero.
func (n *nilness) of(fn *types.Func, depth int) zeroIf {
	fn = fn.Origin()
	if fn.Pkg() != n.pkg {
		return n.foreign(fn)
	}
	if z, ok := n.memo[fn]; ok {
		return z
	}
	n.memo[fn] = sometimes // a recursion knows nothing
	decl := n.decls[fn]
	if decl == nil || decl.Body == nil || depth > maxZero {
		return sometimes
	}
	z := n.body(fn, decl, depth)
	n.memo[fn] = z
	return z
}

// foreign is of for a function of another package.
func (n *nilness) foreign(fn *types.Func) zeroIf {
	switch fn.FullName() {
	case "errors.New", "fmt.Errorf":
		return never
	}
	f, ok := n.imported.foreignOrKnown(fn)
	if !ok {
		return sometimes
	}
	for _, r := range f.ResultsOf(fn.Signature().Results().Len() - 1) {
		switch r.Kind {
		case fact.NotNil:
			return never
		case fact.NilOnlyIf:
			return only(r.From)
		}
	}
	return sometimes
}

// body joins the returns of a function.
func (n *nilness) body(fn *types.Func, decl *ast.FuncDecl, depth int) zeroIf {
	f := &zeroFunc{nilness: n, fn: fn, vars: map[types.Object]ast.Expr{}, depth: depth}
	f.readVars(decl)
	k := fn.Signature().Results().Len() - 1
	z, named := never, fn.Signature().Results().At(k).Name() != ""
	seen := false
	var guards []ast.Node
	ast.Inspect(decl.Body, func(node ast.Node) bool {
		if node == nil {
			guards = guards[:len(guards)-1]
			return true
		}
		switch node := node.(type) {
		case *ast.FuncLit:
			return false
		case *ast.DeferStmt:
			if named {
				z = sometimes // it may change the result
			}
		case *ast.ReturnStmt:
			seen = true
			if len(node.Results) != k+1 {
				z = sometimes
			} else {
				z = z.and(f.returned(node.Results[k], append(guards, node)))
			}
		}
		guards = append(guards, node)
		return true
	})
	if !seen {
		return sometimes
	}
	return z
}

// A zeroFunc is one function being read.
type zeroFunc struct {
	*nilness
	fn    *types.Func
	vars  map[types.Object]ast.Expr // what is stored once; nil: more often, or not known
	depth int
}

// readVars finds what the variables of a function hold.
func (f *zeroFunc) readVars(decl *ast.FuncDecl) {
	ast.Inspect(decl.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for i, lhs := range n.Lhs {
				if len(n.Lhs) == len(n.Rhs) {
					f.stored(lhs, n.Rhs[i])
				} else {
					f.stored(lhs, nil)
				}
			}
		case *ast.ValueSpec:
			for i, name := range n.Names {
				if i < len(n.Values) && len(n.Names) == len(n.Values) {
					f.stored(name, n.Values[i])
				} else {
					f.stored(name, nil)
				}
			}
		case *ast.RangeStmt:
			f.stored(n.Key, nil)
			f.stored(n.Value, nil)
		case *ast.IncDecStmt:
			f.stored(n.X, nil)
		case *ast.UnaryExpr:
			if n.Op == token.AND {
				f.stored(n.X, nil)
			}
		}
		return true
	})
}

// stored notes that a variable, or something in it, is stored to.
func (f *zeroFunc) stored(lhs, rhs ast.Expr) {
	for {
		sel, ok := lhs.(*ast.SelectorExpr)
		if !ok {
			break
		}
		lhs, rhs = sel.X, nil
	}
	id, ok := lhs.(*ast.Ident)
	if !ok {
		return
	}
	obj := f.info.ObjectOf(id)
	if _, again := f.vars[obj]; again || f.isParam(obj) {
		rhs = nil
	}
	f.vars[obj] = rhs
}

// isParam reports whether obj is a parameter or the receiver.
func (f *zeroFunc) isParam(obj types.Object) bool { return !f.paramOf(obj).IsZero() }

// paramOf returns the place of a parameter.
func (f *zeroFunc) paramOf(obj types.Object) fact.Place {
	sig := f.fn.Signature()
	if obj != nil && obj == sig.Recv() {
		return fact.Recv("")
	}
	for i := range sig.Params().Len() {
		if obj == sig.Params().At(i) {
			return fact.Param(i, "")
		}
	}
	return fact.Place{}
}

// returned says when e is zero where it is returned. A zero constant is so under
// the branches around it only.
func (f *zeroFunc) returned(e ast.Expr, around []ast.Node) zeroIf {
	if !f.isZero(e) {
		res := f.fn.Signature().Results()
		return f.boxed(e, f.zero(e, "", f.depth), res.At(res.Len()-1).Type())
	}
	for i := len(around) - 1; i > 0; i-- {
		if br, ok := around[i-1].(*ast.IfStmt); ok && br.Body == around[i] {
			if z := f.cond(br.Cond); z.known && !z.place.IsZero() {
				return z
			}
		}
	}
	return sometimes
}

// cond says which value is zero if a condition holds.
func (f *zeroFunc) cond(e ast.Expr) zeroIf {
	b, ok := ast.Unparen(e).(*ast.BinaryExpr)
	if !ok {
		return sometimes
	}
	switch b.Op {
	case token.LOR:
		return f.cond(b.X).and(f.cond(b.Y))
	case token.LAND:
		if z := f.cond(b.X); z.known {
			return z
		}
		return f.cond(b.Y)
	case token.EQL:
		if f.isZero(b.Y) {
			return f.zero(b.X, "", f.depth)
		}
		if f.isZero(b.X) {
			return f.zero(b.Y, "", f.depth)
		}
	}
	return sometimes
}

// isZero reports whether e is nil or the constant 0.
func (f *zeroFunc) isZero(e ast.Expr) bool {
	tv := f.info.Types[e]
	return tv.IsNil() || tv.Value != nil && tv.Value.Kind() == constant.Int && constant.Sign(tv.Value) == 0
}

// zero says when what lies at path in e is zero.
func (f *zeroFunc) zero(e ast.Expr, path string, depth int) zeroIf {
	e = ast.Unparen(e)
	tv := f.info.Types[e]
	switch {
	case depth > maxZero:
		return sometimes
	case tv.Value != nil || tv.IsNil():
		if f.isZero(e) || path != "" {
			return sometimes
		}
		return never
	}
	switch e := e.(type) {
	case *ast.Ident:
		return f.ident(e, path, depth)
	case *ast.SelectorExpr:
		if sel := f.info.Selections[e]; sel != nil && sel.Kind() == types.FieldVal && len(sel.Index()) == 1 {
			return f.zero(e.X, "."+e.Sel.Name+path, depth+1)
		}
		return f.sentinel(f.info.Uses[e.Sel], path)
	case *ast.UnaryExpr:
		if lit, ok := ast.Unparen(e.X).(*ast.CompositeLit); ok && e.Op == token.AND {
			return f.literal(lit, path, depth)
		}
	case *ast.CompositeLit:
		return f.literal(e, path, depth)
	case *ast.CallExpr:
		return f.call(e, path, depth)
	}
	return sometimes
}

// sentinel says that an error that a package variable holds is not nil.
func (f *zeroFunc) sentinel(obj types.Object, path string) zeroIf {
	v, ok := obj.(*types.Var)
	if ok && path == "" && !v.IsField() && v.Pkg() != nil && v.Parent() == v.Pkg().Scope() && isErrorType(v.Type()) {
		return never
	}
	return sometimes
}

// ident says when a variable is zero.
func (f *zeroFunc) ident(id *ast.Ident, path string, depth int) zeroIf {
	obj := f.info.ObjectOf(id)
	init, stored := f.vars[obj]
	if p := f.paramOf(obj); !p.IsZero() && !stored {
		p.Path = path
		return only(p)
	}
	if init != nil {
		return f.boxed(init, f.zero(init, path, depth+1), obj.Type())
	}
	return f.sentinel(obj, path)
}

// boxed corrects when a value is zero that becomes one of interface type.
func (f *zeroFunc) boxed(e ast.Expr, z zeroIf, to types.Type) zeroIf {
	if tv := f.info.Types[e]; types.IsInterface(to) && tv.Type != nil && !tv.IsNil() && !types.IsInterface(tv.Type) {
		return never
	}
	return z
}

// literal says when a field of a composite literal is zero; it itself is not.
func (f *zeroFunc) literal(lit *ast.CompositeLit, path string, depth int) zeroIf {
	if path == "" {
		return never
	}
	st, ok := f.info.TypeOf(lit).Underlying().(*types.Struct)
	if !ok {
		return sometimes
	}
	name, rest, _ := strings.Cut(path[1:], ".")
	if rest != "" {
		rest = "." + rest
	}
	for i, elt := range lit.Elts {
		if kv, ok := elt.(*ast.KeyValueExpr); ok {
			if key, ok := kv.Key.(*ast.Ident); ok && key.Name == name {
				return f.zero(kv.Value, rest, depth+1)
			}
		} else if i < st.NumFields() && st.Field(i).Name() == name {
			return f.zero(elt, rest, depth+1)
		}
	}
	return sometimes
}

// call says when the result of a call is zero, or what lies at path in it.
func (f *zeroFunc) call(call *ast.CallExpr, path string, depth int) zeroIf {
	if tv := f.info.Types[call.Fun]; tv.IsType() && len(call.Args) == 1 { // a conversion
		return f.boxed(call.Args[0], f.zero(call.Args[0], path, depth+1), tv.Type)
	}
	fn := typeutil.StaticCallee(f.info, call)
	if fn == nil || fn.Signature().Results().Len() != 1 {
		return sometimes
	}
	z := f.of(fn, depth+1)
	if path != "" {
		z = f.inside(fn, path, depth+1)
	}
	if !z.known || z.place.IsZero() {
		return z
	}
	arg := argument(call, z.place)
	if arg == nil {
		return sometimes
	}
	return f.boxed(arg, f.zero(arg, z.place.Path, depth+1), paramType(fn, z.place))
}

// inside says when what lies at path in the result of fn is zero, if fn has one
// return only.
func (f *zeroFunc) inside(fn *types.Func, path string, depth int) zeroIf {
	decl := f.decls[fn.Origin()]
	if decl == nil || decl.Body == nil || depth > maxZero {
		return sometimes
	}
	ret, ok := onlyReturn(decl.Body)
	if !ok || len(ret.Results) != 1 {
		return sometimes
	}
	g := &zeroFunc{nilness: f.nilness, fn: fn.Origin(), vars: map[types.Object]ast.Expr{}, depth: depth}
	g.readVars(decl)
	return g.zero(ret.Results[0], path, depth)
}

// onlyReturn returns the return of a body that has one, outside literals.
func onlyReturn(body *ast.BlockStmt) (ret *ast.ReturnStmt, ok bool) {
	n := 0
	ast.Inspect(body, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ReturnStmt:
			ret = node
			n++
		}
		return true
	})
	return ret, n == 1
}

// argument returns what a call passes for a place's parameter or receiver.
func argument(call *ast.CallExpr, p fact.Place) ast.Expr {
	switch p.Root {
	case fact.RecvRoot:
		if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok {
			return sel.X
		}
	case fact.ParamRoot:
		if p.Index < len(call.Args) && !call.Ellipsis.IsValid() {
			return call.Args[p.Index]
		}
	}
	return nil
}

// paramType returns the type of what lies at a place's parameter.
func paramType(fn *types.Func, p fact.Place) types.Type {
	sig := fn.Signature()
	if p.Root == fact.ParamRoot && p.Path == "" && p.Index < sig.Params().Len() {
		return sig.Params().At(p.Index).Type()
	}
	return types.Typ[types.Invalid]
}

// NilOnlyIf says when a result of a call is nil: never, if v is nil, or only if
// v, an argument of the call, is zero. Not ok: that is not known.
func (r *Result) NilOnlyIf(call *ssa.Call, result int) (v ssa.Value, ok bool) {
	callee := call.Call.StaticCallee()
	if callee == nil {
		return nil, false
	}
	fn, ok := callee.Object().(*types.Func)
	if !ok {
		return nil, false
	}
	f, ok := r.Func(fn)
	if !ok {
		return nil, false
	}
	return NilOnlyIf(f, &call.Call, result)
}

// NilOnlyIf is Result.NilOnlyIf by a fact.
func NilOnlyIf(f *fact.FuncFact, com *ssa.CallCommon, result int) (v ssa.Value, ok bool) {
	for _, r := range f.ResultsOf(result) {
		switch {
		case r.Kind == fact.NotNil:
			return nil, true
		case r.Kind == fact.NilOnlyIf && r.From.Path == "":
			return argumentAt(com, r.From)
		}
	}
	return nil, false
}

// argumentAt returns the argument of a static call that a place names.
func argumentAt(com *ssa.CallCommon, p fact.Place) (v ssa.Value, ok bool) {
	i := p.Index
	switch recv := com.Signature().Recv(); {
	case p.Root == fact.RecvRoot:
		i = 0
	case p.Root != fact.ParamRoot:
		return nil, false
	case recv != nil:
		i++
	}
	if i >= len(com.Args) {
		return nil, false
	}
	return com.Args[i], true
}
