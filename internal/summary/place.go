package summary

import (
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/coretype"
	"github.com/leaklint/leaklint/internal/fact"
	"github.com/leaklint/leaklint/internal/lazyssa"
)

// maxPath is the longest path of a place, in steps.
const maxPath = 3

// maxRefs is the number of values that one SSA value is followed to; beyond,
// the value stands for itself and its effects say May at most.
const maxRefs = 6

// A ref is a place inside a family of functions (a declared function and its
// literals): a root and a path as in fact.Place. The root is the ssa.Value that
// brought the value into the family (parameter, global, allocation, result of a
// call), or a resultIndex. Refs are comparable; the zero ref is unknown.
type ref struct {
	root any
	path string
}

// resultIndex is the root of what the function returns.
type resultIndex int

// A value is a ref as one SSA value has it.
type value struct {
	ref
	addr bool       // the SSA value is the address of the place
	last *types.Var // the last field or the package variable on the way, if any
	may  bool       // the SSA value may be something else as well
}

// values follows an SSA value back to its roots. No value is returned for what
// is nil or cannot be followed at all.
func (f *family) values(v ssa.Value) []value {
	if vs, ok := f.memo[v]; ok {
		return vs
	}
	if f.open[v] {
		f.cycles++
		return nil
	}
	if len(f.open) == 0 {
		f.fuel = maxFuel
	}
	if f.fuel--; f.fuel < 0 {
		f.cycles++ // not to be remembered
		return []value{{ref: ref{root: v}, may: true}}
	}
	cycles := f.cycles
	f.open[v] = true
	vs := f.follow(v)
	delete(f.open, v)
	if len(vs) > maxRefs {
		vs = []value{{ref: ref{root: v}, may: true}}
	}
	if !f.building && (cycles == f.cycles || len(f.open) == 0) {
		f.memo[v] = vs // complete: not cut by a cycle further out
	}
	return vs
}

// maxFuel bounds the steps in which one value is followed.
const maxFuel = 500

// edgesPerStep is how many values that one value may be count as one step.
const edgesPerStep = 16

// follow makes one step of values.
func (f *family) follow(v ssa.Value) []value {
	switch v := v.(type) {
	case *ssa.Const, *ssa.Builtin, nil:
		return nil
	case *ssa.Alloc:
		return []value{{ref: ref{root: v}, addr: true}}
	case *ssa.Global:
		last, _ := v.Object().(*types.Var)
		return []value{{ref: ref{root: v}, addr: true, last: last}}
	case *ssa.FreeVar:
		if b := f.binding(v); b != nil {
			return f.values(b)
		}
	case *ssa.UnOp:
		if v.Op == token.MUL {
			return f.load(v.X)
		}
	case *ssa.FieldAddr:
		return f.extendAll(f.values(v.X), fieldOf(v.X.Type(), v.Field), true)
	case *ssa.Field:
		return f.extendAll(f.values(v.X), fieldOf(v.X.Type(), v.Field), false)
	case *ssa.IndexAddr:
		return f.element(v.X, true)
	case *ssa.Index:
		return f.element(v.X, false)
	case *ssa.Lookup:
		return f.element(v.X, false)
	case *ssa.Slice:
		return f.values(v.X)
	case *ssa.ChangeType:
		return f.values(v.X)
	case *ssa.Convert:
		return f.values(v.X)
	case *ssa.ChangeInterface:
		return f.values(v.X)
	case *ssa.MakeInterface:
		return f.values(v.X)
	case *ssa.TypeAssert:
		return f.values(v.X)
	case *ssa.Phi:
		return f.union(v.Edges)
	case *ssa.Extract:
		return f.extract(v)
	case *ssa.Call:
		return f.callResult(v, v, 0)
	}
	return []value{{ref: ref{root: v}}}
}

// union follows several values that one value may be, until they are too many.
// Many edges, of which each may be known already, cost more than one step.
func (f *family) union(edges []ssa.Value) []value {
	var all []value
	f.fuel -= len(edges) / edgesPerStep
	for _, e := range edges {
		if len(all) > maxRefs {
			break
		}
		for _, v := range f.values(e) {
			if !slices.Contains(all, v) {
				all = append(all, v)
			}
		}
	}
	if len(all) > 1 {
		all = slices.Clone(all)
		for i := range all {
			all[i].may = true
		}
	}
	return all
}

// extract follows one part of a tuple.
func (f *family) extract(v *ssa.Extract) []value {
	switch t := v.Tuple.(type) {
	case *ssa.Call:
		return f.callResult(t, v, v.Index)
	case *ssa.TypeAssert:
		if v.Index == 0 {
			return f.values(t.X)
		}
	case *ssa.Lookup:
		if v.Index == 0 {
			return f.element(t.X, false)
		}
	case *ssa.Next:
		if r, ok := t.Iter.(*ssa.Range); ok && v.Index > 0 {
			return f.element(r.X, false)
		}
	}
	return []value{{ref: ref{root: v}}}
}

// callResult follows result k of a call, which is v, into the arguments when
// the callee returns one of them; append returns its first.
func (f *family) callResult(call *ssa.Call, v ssa.Value, k int) []value {
	if b, ok := call.Call.Value.(*ssa.Builtin); ok && b.Name() == "append" {
		return append(slices.Clone(f.values(call.Call.Args[0])), value{ref: ref{root: v}, may: true})
	}
	self := []value{{ref: ref{root: v}}}
	t, ok := f.s.target(&call.Call)
	if !ok {
		return self
	}
	callee, ok := f.s.known(t.fn)
	if !ok {
		return self
	}
	for _, r := range callee.ResultsOf(k) {
		if r.Kind == fact.Same {
			if vs := f.atPlace(t, r.From); len(vs) > 0 {
				return vs
			}
		}
	}
	for _, e := range callee.Effects {
		if e.Op == fact.Return && e.Where == fact.Here && e.To == fact.Result(k, "") {
			for _, v := range f.atPlace(t, e.On) {
				v.may = true
				self = append(self, v)
			}
		}
	}
	return self
}

// atPlace follows the argument of a call that stands at the place of the
// callee, extended by its path.
func (f *family) atPlace(t target, p fact.Place) []value {
	arg := t.argument(p)
	if arg == nil {
		return nil
	}
	vs := f.values(arg)
	for path := p.Path; path != ""; {
		var step string
		step, path = cutStep(path)
		var next []value
		for _, v := range vs {
			next = append(next, f.held(v.along(step))...)
		}
		vs = next
	}
	return vs
}

// cutStep splits off the first step of a path.
func cutStep(path string) (step, rest string) {
	i := 1
	for i < len(path) && path[i] != '.' && path[i] != '*' && path[i] != '[' {
		i++
	}
	return path[:i], path[i:]
}

// held returns what is stored in a field or element of a local object: the one
// thing that the family stores there, or any of several; else the place itself.
func (f *family) held(v value) []value {
	if _, local := v.root.(*ssa.Alloc); !local || v.path == "" {
		return []value{v}
	}
	stored := f.fieldStores()[v.ref]
	if len(stored) == 0 {
		return []value{v}
	}
	vs := slices.Clone(f.union(stored))
	if len(stored) == 1 && len(vs) == 1 && !v.may {
		return vs
	}
	for i := range vs {
		vs[i].may = true
	}
	return append(vs, value{ref: v.ref, last: v.last, may: true})
}

// load follows what a pointer points to.
func (f *family) load(addr ssa.Value) []value {
	var all []value
	for _, v := range f.values(addr) {
		all = append(all, f.contents(v, addr.Type())...)
	}
	if len(all) > 1 {
		for i := range all {
			all[i].may = true
		}
	}
	return all
}

// contents returns what is found at v, of which the SSA type is t.
func (f *family) contents(v value, t types.Type) []value {
	if local, ok := v.root.(*ssa.Alloc); ok && v.addr && v.path == "" && len(f.stores[local]) > 0 {
		vs := slices.Clone(f.union(f.stores[local]))
		if f.leaked[local] {
			for i := range vs {
				vs[i].may = true
			}
		}
		return vs
	}
	if _, local := v.root.(*ssa.Alloc); local && v.addr && v.path != "" {
		v.addr = false
		return f.held(v)
	}
	if v.addr {
		v.addr = false
		return []value{v}
	}
	if ptr, ok := t.Underlying().(*types.Pointer); ok {
		if _, ok := ptr.Elem().Underlying().(*types.Struct); ok {
			return []value{v}
		}
	}
	return []value{v.along("*")}
}

// fieldStores returns what is stored in fields of local objects. It is built on
// first use; loads that are followed while it is being built see none.
func (f *family) fieldStores() map[ref][]ssa.Value {
	if f.fields != nil || f.building {
		return f.fields
	}
	f.building = true
	fields := make(map[ref][]ssa.Value)
	for instr := range lazyssa.Instrs(f.fns) {
		store, ok := instr.(*ssa.Store)
		if !ok {
			continue
		}
		for _, v := range f.values(store.Addr) {
			if _, local := v.root.(*ssa.Alloc); local && v.addr && v.path != "" {
				fields[v.ref] = append(fields[v.ref], store.Val)
			}
		}
	}
	f.building = false
	f.fields = fields
	return fields
}

// element follows an element of a slice, array, map or string.
func (f *family) element(x ssa.Value, addr bool) []value {
	var vs []value
	for _, v := range f.values(x) {
		v = v.along("[]")
		v.addr = addr
		vs = append(vs, v)
	}
	return vs
}

// extendAll selects a field of every value.
func (f *family) extendAll(base []value, field *types.Var, addr bool) []value {
	if field == nil {
		return nil
	}
	vs := make([]value, 0, len(base))
	for _, v := range base {
		v = v.along("." + field.Name())
		v.addr, v.last = addr, field
		vs = append(vs, v)
	}
	return vs
}

// along returns the value reached by the path. What is too far away is not
// told apart from where the path was cut, and may be anything there.
func (v value) along(path string) value {
	v.addr = false
	if steps(v.path)+steps(path) > maxPath {
		v.may = true
		return v
	}
	v.path += path
	return v
}

// steps counts the steps of a path.
func steps(path string) int {
	return strings.Count(path, ".") + strings.Count(path, "*") + strings.Count(path, "[")
}

// fieldOf returns field i of the struct that t is or points to; nil if that
// cannot be found.
func fieldOf(t types.Type, i int) *types.Var {
	if s, ok := coretype.Struct(coretype.Deref(t)); ok && i < s.NumFields() {
		return s.Field(i)
	}
	return nil
}
