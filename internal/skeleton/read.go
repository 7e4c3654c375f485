package skeleton

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/coretype"
)

// read joins the classes that one instruction makes equal.
func (fl *flow) read(fn *ssa.Function, instr ssa.Instruction) {
	switch instr := instr.(type) {
	case *ssa.Alloc:
		fl.readAlloc(fn, instr)
	case *ssa.MakeChan:
		fl.site(fn, instr, fl.of(instr))
	case *ssa.Phi:
		for _, e := range instr.Edges {
			fl.join(fl.of(instr), fl.of(e))
		}
	case *ssa.UnOp:
		switch instr.Op {
		case token.MUL, token.ARROW:
			if !instr.CommaOk {
				fl.join(fl.of(instr), fl.content(fl.of(instr.X)))
			}
		}
	case *ssa.Store:
		fl.join(fl.content(fl.of(instr.Addr)), fl.of(instr.Val))
	case *ssa.Send:
		fl.join(fl.content(fl.of(instr.Chan)), fl.of(instr.X))
	case *ssa.Select:
		for _, s := range instr.States {
			if s.Dir == types.SendOnly {
				fl.join(fl.content(fl.of(s.Chan)), fl.of(s.Send))
			}
		}
	case *ssa.MapUpdate:
		fl.join(fl.content(fl.of(instr.Map)), fl.of(instr.Value))
		fl.join(fl.content(fl.of(instr.Map)), fl.of(instr.Key))
	case *ssa.MakeClosure:
		fl.readClosure(instr)
	case *ssa.MakeInterface:
		c := fl.of(instr)
		fl.join(c, fl.of(instr.X))
		fl.join(c, fl.boxedLock(instr))
		if c != nil {
			fl.join(c, &class{has: &members{types: []types.Type{instr.X.Type()}}})
		}
	case *ssa.Return:
		for i, r := range instr.Results {
			fl.join(fl.of(r), fl.result(fn, i))
		}
	case ssa.CallInstruction:
		fl.readCall(fn, instr)
	case *ssa.FieldAddr:
		if ownsFields(instr.X.Type()) { // timer.C, cond.L: the primitive itself
			fl.join(fl.content(fl.of(instr)), fl.of(instr.X))
		}
	case ssa.Value:
		fl.readValue(instr)
	}
}

// readValue joins an instruction that hands a value on, whole or in part.
func (fl *flow) readValue(v ssa.Value) {
	switch v := v.(type) {
	case *ssa.ChangeType:
		fl.join(fl.of(v), fl.of(v.X))
		fl.joinFields(v.X.Type(), v.Type())
	case *ssa.ChangeInterface:
		fl.join(fl.of(v), fl.of(v.X))
	case *ssa.Convert:
		fl.join(fl.of(v), fl.of(v.X))
	case *ssa.MultiConvert:
		fl.join(fl.of(v), fl.of(v.X))
	case *ssa.SliceToArrayPointer:
		fl.join(fl.of(v), fl.of(v.X))
	case *ssa.Slice:
		fl.join(fl.of(v), fl.of(v.X))
	case *ssa.IndexAddr: // an element's address is taken for its container
		fl.join(fl.of(v), fl.of(v.X))
	case *ssa.Index: // an array is taken for its elements, too
		if _, ok := v.X.Type().Underlying().(*types.Array); ok {
			fl.join(fl.of(v), fl.of(v.X))
		} else {
			fl.join(fl.of(v), fl.content(fl.of(v.X)))
		}
	case *ssa.Field:
		fl.join(fl.of(v), fl.content(fl.field(coretype.Field(v.X.Type(), v.Field))))
	case *ssa.Lookup:
		if !v.CommaOk {
			fl.join(fl.of(v), fl.content(fl.of(v.X)))
		}
	case *ssa.TypeAssert:
		if !v.CommaOk {
			fl.join(fl.of(v), fl.of(v.X))
		}
	case *ssa.Extract:
		fl.readExtract(v)
	}
}

// joinFields joins the fields of two struct types, or pointers to them, of
// which values are converted into each other.
func (fl *flow) joinFields(a, b types.Type) {
	if p, ok := a.Underlying().(*types.Pointer); ok {
		q, ok := b.Underlying().(*types.Pointer)
		if !ok {
			return
		}
		a, b = p.Elem(), q.Elem()
	}
	s, ok := coretype.Struct(a)
	t, same := coretype.Struct(b)
	if !ok || !same || s.NumFields() != t.NumFields() {
		return
	}
	for i := range s.NumFields() {
		if f, g := coretype.Field(a, i), coretype.Field(b, i); f != g && fl.carries(f.Type()) {
			fl.join(fl.field(f), fl.field(g))
		}
	}
}

// readExtract joins a component of a tuple; results of calls are joined when
// the call is bound.
func (fl *flow) readExtract(v *ssa.Extract) {
	switch t := v.Tuple.(type) {
	case *ssa.UnOp: // v, ok := <-ch
		if v.Index == 0 {
			fl.join(fl.of(v), fl.content(fl.of(t.X)))
		}
	case *ssa.Lookup:
		if v.Index == 0 {
			fl.join(fl.of(v), fl.content(fl.of(t.X)))
		}
	case *ssa.TypeAssert:
		if v.Index == 0 {
			fl.join(fl.of(v), fl.of(t.X))
		}
	case *ssa.Next:
		if r, ok := t.Iter.(*ssa.Range); ok && v.Index > 0 {
			fl.join(fl.of(v), fl.content(fl.of(r.X)))
		}
	case *ssa.Select: // index, ok, then one value for each receive
		n := 2
		for _, s := range t.States {
			if s.Dir == types.RecvOnly {
				if v.Index == n {
					fl.join(fl.of(v), fl.content(fl.of(s.Chan)))
				}
				n++
			}
		}
	}
}

// readAlloc notes the primitives that an allocation makes, by value or nested.
func (fl *flow) readAlloc(fn *ssa.Function, a *ssa.Alloc) {
	t := a.Type().(*types.Pointer).Elem()
	if primitiveOf(t) != "" {
		fl.site(fn, a, fl.of(a))
		return
	}
	fl.embedded(fn, a, t, 0)
}

// embedded notes the primitives that live by value inside a struct.
func (fl *flow) embedded(fn *ssa.Function, a *ssa.Alloc, t types.Type, depth int) {
	if arr, ok := t.Underlying().(*types.Array); ok {
		t = arr.Elem()
	}
	st, ok := t.Underlying().(*types.Struct)
	if !ok || depth > 4 || !fl.carries(t) {
		return
	}
	for i := range st.NumFields() {
		f := coretype.Field(t, i)
		if primitiveOf(f.Type()) != "" {
			fl.site(fn, a, fl.field(f))
		} else {
			fl.embedded(fn, a, f.Type(), depth+1)
		}
	}
}

// site records an allocation event.
func (fl *flow) site(fn *ssa.Function, instr ssa.Instruction, c *class) {
	if c == nil {
		return
	}
	s := Site{fn, instr}
	m := c.add()
	m.sites = append(m.sites, s)
	fl.ix.siteClass[s] = append(fl.ix.siteClass[s], c)
	fl.ix.sites[fn] = append(fl.ix.sites[fn], s)
}

// readClosure joins captured variables with what they are bound to.
func (fl *flow) readClosure(mc *ssa.MakeClosure) {
	fn := fl.ix.admit(mc.Fn.(*ssa.Function))
	fl.ix.closures[fn] = append(fl.ix.closures[fn], mc)
	for i, b := range mc.Bindings {
		if i < len(fn.FreeVars) {
			fl.join(fl.of(b), fl.of(fn.FreeVars[i]))
		}
	}
	if c := fl.of(mc); c != nil {
		fl.join(c, &class{has: &members{funcs: []*ssa.Function{fn}}})
	}
}

// readCall binds a call to the callees that are known by now; the others are
// bound when the classes meet.
func (fl *flow) readCall(fn *ssa.Function, call ssa.CallInstruction) {
	com := call.Common()
	if com.IsInvoke() {
		if v := call.Value(); v != nil && apiOf(com.Method) == apiCtxDone {
			fl.join(fl.of(v), fl.of(com.Value))
			return
		}
		if c := fl.of(com.Value); c != nil {
			fl.join(c, &class{has: &members{invokes: []ssa.CallInstruction{call}}})
		}
		return
	}
	if callee := com.StaticCallee(); callee != nil {
		if callee = fl.ix.admit(callee); fl.ix.own[callee] {
			fl.bind(call, callee, nil)
			return
		}
		fl.readOutside(fn, call, callee)
		return
	}
	if _, ok := com.Value.(*ssa.Builtin); ok {
		fl.readBuiltin(call)
		return
	}
	if c := fl.of(com.Value); c != nil {
		fl.join(c, &class{has: &members{calls: []ssa.CallInstruction{call}}})
	}
}

// readBuiltin joins the builtins that hand values on.
func (fl *flow) readBuiltin(call ssa.CallInstruction) {
	com := call.Common()
	switch com.Value.Name() {
	case "append":
		for _, a := range com.Args {
			fl.join(fl.of(call.Value()), fl.of(a))
		}
	case "copy":
		fl.join(fl.of(com.Args[0]), fl.of(com.Args[1]))
	}
}

// readOutside handles a call out of the package: what it makes and whom it
// may call back.
func (fl *flow) readOutside(fn *ssa.Function, call ssa.CallInstruction, callee *ssa.Function) {
	v := call.Value()
	if v != nil && makesPrimitive(callee) {
		if _, tuple := v.Type().(*types.Tuple); !tuple {
			fl.site(fn, call, fl.of(v))
		} else {
			fl.readPair(fn, call, v)
		}
	}
	if w := fl.ix.wraps(call.Common()); w != nil && v != nil {
		fl.join(fl.of(firstResult(v)), fl.of(w))
	}
	for _, a := range call.Common().Args {
		c := fl.of(a)
		if c == nil {
			continue
		}
		if _, ok := coretype.Of(a.Type()).(*types.Signature); ok {
			fl.join(c, &class{has: &members{calls: []ssa.CallInstruction{call}}}) // may be called back
		}
		if v != nil && fl.of(v) != nil && derivesFrom(callee) {
			fl.join(fl.of(v), c)
		}
	}
}

// firstResult returns the first result of a call, nil if nobody reads it.
func firstResult(call *ssa.Call) ssa.Value {
	if _, tuple := call.Type().(*types.Tuple); !tuple {
		return call
	}
	for _, r := range *call.Referrers() {
		if ex, ok := r.(*ssa.Extract); ok && ex.Index == 0 {
			return ex
		}
	}
	return nil
}

// readPair notes a primitive that comes as two values: a context and its
// cancel function, a group and its context, the ends of a pipe.
func (fl *flow) readPair(fn *ssa.Function, call ssa.CallInstruction, v ssa.Value) {
	c := &class{}
	fl.site(fn, call, c)
	for _, r := range *v.Referrers() {
		if ex, ok := r.(*ssa.Extract); ok {
			fl.join(fl.of(ex), c)
		}
	}
	if args := call.Common().Args; len(args) > 0 {
		fl.join(c, fl.of(args[0])) // the parent's end reaches the child
	}
}

// ownsFields reports whether t points to a std primitive whose fields stand
// for the primitive itself.
func ownsFields(t types.Type) bool {
	to, ok := coretype.Pointed(t)
	return ok && primitiveOf(to) != ""
}
