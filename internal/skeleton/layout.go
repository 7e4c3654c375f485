package skeleton

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/coretype"
	"github.com/leaklint/leaklint/internal/explore/prog"
)

// A layout is how the machine holds a variable of a type: nested structs are
// flattened into their holder.
type layout struct {
	id      prog.LayoutID
	size    int
	offsets []int // of the fields of the struct itself; -1: not kept
}

// primFields maps the primitives that are embedded by value.
var primFields = map[prim]prog.Prim{
	primMutex: prog.Mutex, primRW: prog.RWMutex, primWG: prog.WaitGroup, primOnce: prog.Once, primCond: prog.Cond,
}

// layout returns the layout of a variable of type t.
func (c *compiler) layout(t types.Type) *layout {
	t = generic(t)
	key := types.TypeString(t, nil)
	if l := c.layouts[key]; l != nil {
		return l
	}
	l := &layout{}
	c.layouts[key] = l
	var fields []prog.Field
	st, ok := t.Underlying().(*types.Struct)
	if !ok || primitiveOf(t) != "" || isAtomic(t) {
		fields = []prog.Field{c.leaf("", t, true)}
	} else {
		for i := range st.NumFields() {
			l.offsets = append(l.offsets, len(fields))
			f := st.Field(i)
			fields = c.flatten(fields, f.Name(), f.Type(), c.exposed(f.Origin()), 0)
		}
		if len(fields) == 0 {
			fields = append(fields, prog.Field{Name: "_", Zero: prog.Nil})
		}
	}
	l.size = len(fields)
	l.id = c.b.Layout(shortType(t), fields...)
	return l
}

// flatten appends the fields of a value of type t.
func (c *compiler) flatten(fields []prog.Field, name string, t types.Type, exposed bool, depth int) []prog.Field {
	if primitiveOf(t) == primGroup {
		for _, f := range groupFields {
			f.Name = name + "." + f.Name
			fields = append(fields, f)
		}
		return fields
	}
	_, ok := t.Underlying().(*types.Struct)
	if !ok || primitiveOf(t) != "" || isAtomic(t) || depth > 8 {
		return append(fields, c.leaf(name, t, exposed))
	}
	st, _ := generic(t).Underlying().(*types.Struct)
	for i := range st.NumFields() {
		f := st.Field(i)
		fields = c.flatten(fields, name+"."+f.Name(), f.Type(), exposed && c.exposed(f.Origin()), depth+1)
	}
	return fields
}

// leaf returns the field for a value that is not flattened.
func (c *compiler) leaf(name string, t types.Type, exposed bool) prog.Field {
	f := prog.Field{Name: name, Exported: exposed}
	if p, ok := primFields[primitiveOf(t)]; ok {
		f.Prim = p
		return f
	}
	f.Zero = c.zeroField(t)
	return f
}

// zeroField returns the zero value of a field; arrays and type parameters are
// not kept.
func (c *compiler) zeroField(t types.Type) prog.Operand {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return zeroBasic(c.b, u)
	case *types.Array:
		return prog.Lost
	case *types.Struct:
		if isAtomic(t) {
			return zeroAtomic(t)
		}
		return prog.Lost
	}
	if isTypeParam(t) && !isNilable(t) {
		return prog.Lost
	}
	return prog.Nil
}

// isText reports whether t is a string, or a type parameter that may be one: the
// machine has nothing of its length and elements.
func isText(t types.Type) bool {
	switch coretype.Of(t).(type) {
	case *types.Basic, *types.Interface:
		return true
	}
	return false
}

// isNilable reports whether the zero value of t is nil for sure.
func isNilable(t types.Type) bool {
	switch coretype.Of(t).(type) {
	case *types.Pointer, *types.Slice, *types.Map, *types.Chan, *types.Signature:
		return true
	case *types.Interface:
		return !isTypeParam(t)
	}
	return false
}

// zeroAtomic returns the zero value of one of the types of sync/atomic.
func zeroAtomic(t types.Type) prog.Operand {
	named, _ := types.Unalias(t).(*types.Named)
	switch named.Obj().Name() {
	case "Bool":
		return prog.False
	case "Pointer", "Value":
		return prog.Nil
	}
	return prog.Int(0)
}

// isAtomic reports whether t is one of the types of sync/atomic: one location.
func isAtomic(t types.Type) bool {
	named, ok := types.Unalias(t).(*types.Named)
	return ok && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == "sync/atomic"
}

// generic returns the generic type that t is an instance of, or t: fields are
// laid out once for all instances.
func generic(t types.Type) types.Type {
	if named, ok := types.Unalias(t).(*types.Named); ok {
		return named.Origin()
	}
	return t
}

// offset returns the place of field i in a variable of struct type t, -1 if
// the instance and the generic type differ there.
func (c *compiler) offset(t types.Type, i int) int {
	g, ok := generic(t).Underlying().(*types.Struct)
	st, ok2 := t.Underlying().(*types.Struct)
	if !ok || !ok2 || i >= g.NumFields() || primitiveOf(t) != "" || isAtomic(t) {
		return -1
	}
	_, structNow := st.Field(i).Type().Underlying().(*types.Struct)
	if isTypeParam(g.Field(i).Type()) && structNow {
		return -1
	}
	n := 0
	for j := range i {
		n += c.width(g.Field(j).Type(), 0)
	}
	return n
}

// width returns the number of fields that a value of type t takes in its holder.
func (c *compiler) width(t types.Type, depth int) int {
	if primitiveOf(t) == primGroup {
		return len(groupFields)
	}
	_, ok := t.Underlying().(*types.Struct)
	if !ok || primitiveOf(t) != "" || isAtomic(t) || depth > 8 {
		return 1
	}
	st, _ := generic(t).Underlying().(*types.Struct)
	n := 0
	for f := range st.Fields() {
		n += c.width(f.Type(), depth+1)
	}
	return n
}

// exposed reports whether code outside the package can get at the primitives
// that a field leads to: it can't if the field is not exported and holds a
// channel on which no code of the package has both sides of an operation, or
// which only the function that makes the object, and what it starts, work on.
// Other unexported fields are held, and what is held counts as open until the
// entries are run as a harness (docs/design.md section 7.2).
func (c *compiler) exposed(f *types.Var) bool {
	if f.Exported() {
		return true
	}
	if _, ok := f.Type().Underlying().(*types.Chan); ok {
		return !c.ix.closed(f)
	}
	return true
}

// closed reports whether no code outside a program that makes the holder of
// field f can let go on what waits for the channel in it: none of the package
// hands such channels to code it does not see, and it has one side of the
// operations only, or works on them where the object is made.
func (ix *Index) closed(f *types.Var) bool {
	if b, ok := ix.sided[f]; ok {
		return b
	}
	cl := ix.flow.content(ix.flow.field(f))
	b := !cl.env && !ix.flow.leaks(cl) && !ix.givenTo(cl) && !ix.unseen(f) && (ix.oneSided(cl) || ix.private(f))
	ix.sided[f] = b
	return b
}

// givenTo reports whether a function that code outside can call, be it a method
// of a type without a name there, is given a channel of the class.
func (ix *Index) givenTo(cl *class) bool {
	if ix.given == nil {
		ix.given = map[*class]bool{}
		for _, fn := range ix.Funcs {
			if !callable(fn) {
				continue
			}
			for _, p := range fn.Params {
				if isChan(p.Type()) {
					ix.given[ix.flow.of(p)] = true
				}
			}
		}
	}
	return ix.given[cl.find()]
}

// oneSided reports whether the package, in all its code, only sends on, or
// only receives from, the channels of a class.
func (ix *Index) oneSided(cl *class) bool {
	send, recv := false, false
	for _, op := range cl.members().ops {
		s, r := op.sides(ix, cl)
		send, recv = send || s, recv || r
	}
	return !(send && recv)
}

// leaks reports whether a channel of the class is handed to code outside.
func (fl *flow) leaks(c *class) bool { return fl.out[c.find()] }

// sides reports whether op sends (or receives, closes) on a channel of class cl.
func (op *Op) sides(ix *Index, cl *class) (send, recv bool) {
	switch instr := op.Instr.(type) {
	case *ssa.Send:
		return true, false
	case *ssa.UnOp:
		return false, true
	case *ssa.Select:
		for _, s := range instr.States {
			if ix.flow.of(s.Chan) == cl {
				send = send || s.Dir == types.SendOnly
				recv = recv || s.Dir == types.RecvOnly
			}
		}
		return send, recv
	}
	return true, false // close lets receivers go on
}

// shortType names a type for the text form.
func shortType(t types.Type) string {
	return types.TypeString(t, func(p *types.Package) string { return "" })
}

// A dynType is a dynamic type of interface values in the program.
type dynType struct {
	t    types.Type
	id   prog.TypeID
	done int // so many of the methods that calls name are in the table
}

// An assertFix is an assertion to an interface, whose types are known only in
// the end.
type assertFix struct {
	fb *prog.FuncBuilder
	at int
	t  types.Type
}

// typeID returns the number of a dynamic type.
func (c *compiler) typeID(t types.Type) prog.TypeID {
	key := types.TypeString(t, nil)
	d := c.dyn[key]
	if d == nil {
		d = &dynType{t: t, id: c.b.Type(shortType(t))}
		c.dyn[key] = d
		c.dynList = append(c.dynList, d)
	}
	return d.id
}

// methods fills the method tables with what interface calls may run.
func (c *compiler) methods() {
	for i := 0; i < len(c.dynList); i++ {
		d := c.dynList[i]
		for ; d.done < len(c.names); d.done++ {
			name := c.names[d.done]
			c.addMethod(d, name, c.invoked[name])
		}
	}
}

// addMethod adds one method to a dynamic type, if it has it.
func (c *compiler) addMethod(d *dynType, name string, m *types.Func) {
	if isTypeParam(d.t) || types.IsInterface(d.t) {
		c.b.AddMethod(d.id, name, c.stub(m.Signature(), name)) // of any type
		return
	}
	method, _ := methodOf(d.t, m)
	if method == nil {
		return
	}
	sig := method.Signature()
	if fn := c.ix.Method(d.t, m); fn != nil {
		id := prog.NoFunc
		if c.cone.funcs[fn] {
			id = c.declare(fn).ID
		} else {
			id = c.stubOf(fn, sig)
		}
		c.b.AddMethod(d.id, name, id)
		return
	}
	c.b.AddMethod(d.id, name, c.stub(sig, name))
}

// patchAsserts completes the assertions to interfaces.
func (c *compiler) patchAsserts() {
	for _, a := range c.asserts {
		in := &a.fb.Func().Code[a.at]
		iface, ok := a.t.Underlying().(*types.Interface)
		for _, d := range c.dynList {
			if ok && types.Implements(d.t, iface) {
				in.Types = append(in.Types, d.id)
			}
		}
	}
}
