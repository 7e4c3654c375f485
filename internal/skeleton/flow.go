package skeleton

import (
	"cmp"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/coretype"
)

// A class is a set of values that may be one another: a node of an
// equivalence-based (Steensgaard) reading of the whole package, field-based and
// blind to the order of statements. It is used to choose roots and to find the
// instructions that can matter to a primitive, never to prove that something
// blocks: the machine runs on the values themselves.
//
// Invariant: only the representative (find) has members.
type class struct {
	parent *class
	deref  *class   // what a pointer, slice, map or channel of the class holds
	has    *members // nil for most
	rank   int32
	env    bool // may come from code we cannot see
}

// members are what a class is known for.
type members struct {
	funcs   []*ssa.Function       // functions that are values of the class
	calls   []ssa.CallInstruction // calls of a value of the class
	types   []types.Type          // dynamic types of interface values of the class
	invokes []ssa.CallInstruction // interface calls on a value of the class
	sites   []Site                // primitives made into the class
	ops     []*Op                 // operations on the class
}

// noMembers are those of a class without any.
var noMembers members

// members returns the members of a representative, for reading.
func (c *class) members() *members {
	if c.has == nil {
		return &noMembers
	}
	return c.has
}

// add returns the members of a representative, for adding to them.
func (c *class) add() *members {
	if c.has == nil {
		c.has = new(members)
	}
	return c.has
}

// find returns the representative of c.
func (c *class) find() *class {
	for c.parent != nil {
		if c.parent.parent != nil {
			c.parent = c.parent.parent
		}
		c = c.parent
	}
	return c
}

// A Site is an allocation event of a primitive: the instruction that makes it.
type Site struct {
	Func  *ssa.Function
	Instr ssa.Instruction
}

// flow is the state of the unification over one package.
type flow struct {
	values  map[ssa.Value]*class
	fields  map[*types.Var]*class // address of a field: a pointer class
	results map[*ssa.Function][]*class
	carry   map[types.Type]bool
	bound   map[boundCall]struct{}
	pending [][2]*class
	out     map[*class]bool // classes whose values are handed to unseen code
	ix      *Index
}

// newFlow returns the state before anything is unified.
func newFlow(ix *Index) *flow {
	return &flow{
		values:  map[ssa.Value]*class{},
		fields:  map[*types.Var]*class{},
		results: map[*ssa.Function][]*class{},
		carry:   map[types.Type]bool{},
		bound:   map[boundCall]struct{}{},
		out:     map[*class]bool{},
		ix:      ix,
	}
}

type boundCall struct {
	call ssa.CallInstruction
	fn   *ssa.Function
}

// of returns the class of v, nil for values that can't lead to a primitive.
func (fl *flow) of(v ssa.Value) *class {
	if v == nil || !fl.carries(v.Type()) {
		return nil
	}
	switch v := v.(type) {
	case *ssa.Const:
		return nil // nil of some type: joins nothing
	case *ssa.Function:
		c := fl.values[v]
		if c == nil {
			c = &class{has: &members{funcs: []*ssa.Function{origin(v)}}}
			fl.values[v] = c
		}
		return c.find()
	case *ssa.FieldAddr:
		if !ownsFields(v.X.Type()) {
			return fl.field(coretype.Field(v.X.Type(), v.Field))
		}
	}
	c := fl.values[v]
	if c == nil {
		c = &class{}
		fl.values[v] = c
	}
	return c.find()
}

// field returns the class of the address of a struct field.
func (fl *flow) field(f *types.Var) *class {
	c := fl.fields[f]
	if c == nil {
		c = &class{}
		fl.fields[f] = c
	}
	return c.find()
}

// result returns the class of result i of fn.
func (fl *flow) result(fn *ssa.Function, i int) *class {
	rs := fl.results[fn]
	if rs == nil {
		rs = make([]*class, fn.Signature.Results().Len())
		fl.results[fn] = rs
	}
	if i >= len(rs) {
		return nil
	}
	if rs[i] == nil {
		rs[i] = &class{}
	}
	return rs[i].find()
}

// content returns the class of what c points to or holds.
func (fl *flow) content(c *class) *class {
	if c == nil {
		return nil
	}
	c = c.find()
	if c.deref == nil {
		c.deref = &class{}
	}
	return c.deref.find()
}

// join makes a and b one class.
func (fl *flow) join(a, b *class) {
	if a == nil || b == nil {
		return
	}
	fl.pending = append(fl.pending, [2]*class{a, b})
	if len(fl.pending) > 1 {
		return // an outer join drains the list
	}
	for len(fl.pending) > 0 {
		p := fl.pending[0]
		fl.merge(p[0].find(), p[1].find())
		fl.pending = fl.pending[1:]
	}
	fl.pending = nil
}

// merge unites two representatives and binds the calls that meet functions.
func (fl *flow) merge(a, b *class) {
	if a == b {
		return
	}
	if a.rank < b.rank {
		a, b = b, a
	}
	if a.rank == b.rank {
		a.rank++
	}
	b.parent = a
	da, db := a.deref, b.deref
	if da == nil {
		a.deref = db
	} else if db != nil {
		fl.pending = append(fl.pending, [2]*class{da, db})
	}
	a.env = a.env || b.env
	x, y := a.has, b.has
	b.deref, b.has = nil, nil
	if x == nil || y == nil {
		a.has = cmp.Or(x, y)
		return
	}
	old := *x
	more := newTypes(y.types, old.types)
	x.calls, x.funcs = append(old.calls, y.calls...), append(old.funcs, y.funcs...)
	x.invokes, x.types = append(old.invokes, y.invokes...), append(old.types, more...)
	x.sites, x.ops = append(old.sites, y.sites...), append(old.ops, y.ops...)
	fl.bindAll(old.calls, y.funcs)
	fl.bindAll(y.calls, old.funcs)
	fl.invokeAll(old.invokes, more, a)
	fl.invokeAll(y.invokes, old.types, a)
}

// newTypes returns those of ts that are not among old: most interface values of
// a class have one of a few types.
func newTypes(ts, old []types.Type) []types.Type {
	return slices.DeleteFunc(ts, func(t types.Type) bool { return slices.Contains(old, t) })
}

// bindAll binds every call to every function.
func (fl *flow) bindAll(calls []ssa.CallInstruction, fns []*ssa.Function) {
	for _, call := range calls {
		for _, fn := range fns {
			fl.bind(call, fn, nil)
		}
	}
}

// invokeAll binds interface calls to the methods of the dynamic types.
func (fl *flow) invokeAll(calls []ssa.CallInstruction, ts []types.Type, recv *class) {
	for _, call := range calls {
		for _, t := range ts {
			if fn := fl.ix.Method(t, call.Common().Method); fn != nil {
				fl.bind(call, fn, recv)
			}
		}
	}
}

// bind joins the arguments of call with the parameters of fn and its results
// with those of the call; recv is the class of the receiver of an interface call.
func (fl *flow) bind(call ssa.CallInstruction, fn *ssa.Function, recv *class) {
	fn = origin(fn)
	key := boundCall{call, fn}
	if _, ok := fl.bound[key]; ok || len(fn.Blocks) == 0 {
		return
	}
	fl.bound[key] = struct{}{}
	fl.ix.addEdge(call, fn)
	params := fn.Params
	if recv != nil && len(params) > 0 {
		fl.join(recv, fl.of(params[0]))
		params = params[1:]
	}
	for i, arg := range call.Common().Args {
		if i < len(params) {
			fl.join(fl.of(arg), fl.of(params[i]))
		}
	}
	v := call.Value()
	if v == nil {
		return
	}
	if _, tuple := v.Type().(*types.Tuple); !tuple {
		fl.join(fl.of(v), fl.result(fn, 0))
		return
	}
	for _, ex := range *v.Referrers() {
		if ex, ok := ex.(*ssa.Extract); ok {
			fl.join(fl.of(ex), fl.result(fn, ex.Index))
		}
	}
}

// carries reports whether a value of type t can lead to a primitive, a
// function or something else that has one.
func (fl *flow) carries(t types.Type) bool {
	b, ok := fl.carry[t]
	if !ok {
		b = fl.reach(t, map[types.Type]bool{})
		fl.carry[t] = b
	}
	return b
}

// reach is carries without the table; seen cuts cyclic types.
func (fl *flow) reach(t types.Type, seen map[types.Type]bool) bool {
	if b, ok := fl.carry[t]; ok && b {
		return true
	}
	if seen[t] {
		return false
	}
	seen[t] = true
	switch u := coretype.Of(t).(type) {
	case *types.Basic:
		return u.Kind() == types.UnsafePointer
	case *types.Pointer:
		return fl.reach(u.Elem(), seen)
	case *types.Slice:
		return fl.reach(u.Elem(), seen)
	case *types.Array:
		return fl.reach(u.Elem(), seen)
	case *types.Map:
		return fl.reach(u.Elem(), seen) || fl.reach(u.Key(), seen)
	case *types.Tuple:
		return false
	case *types.Struct:
		if primitiveOf(t) != "" {
			return true
		}
		for f := range u.Fields() {
			if fl.reach(f.Type(), seen) {
				return true
			}
		}
		return false
	}
	return true // chan, func, interface, type parameter
}
