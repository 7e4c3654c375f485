package skeleton

import (
	"go/constant"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/coretype"
	"github.com/leaklint/leaklint/internal/explore/prog"
)

// val returns the operand for a value.
func (f *function) val(v ssa.Value) prog.Operand {
	if o, ok := f.c.counts.operand(v); ok {
		return o
	}
	switch v := v.(type) {
	case *ssa.Const:
		return f.constant(v)
	case *ssa.Function:
		return f.c.funcValue(v)
	case *ssa.Global:
		return f.globalAddr(v)
	case *ssa.Builtin:
		return prog.Lost
	}
	if !f.c.cone.values[v] {
		return prog.Lost // nothing that matters reads it
	}
	return prog.S(f.slot(v))
}

// edgeVal returns the operand of edge k of a φ.
func (f *function) edgeVal(phi *ssa.Phi, k int) prog.Operand {
	if o, ok := f.c.counts.scaled(phi, phi.Edges[k]); ok {
		return o
	}
	return f.val(phi.Edges[k])
}

// constant returns the operand for a constant.
func (f *function) constant(v *ssa.Const) prog.Operand {
	if v.Value == nil {
		return f.zero(v.Type())
	}
	switch v.Value.Kind() {
	case constant.Bool:
		return prog.Bool(constant.BoolVal(v.Value))
	case constant.String:
		return f.c.b.String("s" + constant.StringVal(v.Value))
	case constant.Int:
		if n, ok := constant.Int64Val(v.Value); ok && n <= prog.MaxInt && n >= -prog.MaxInt {
			return prog.Int(int(n))
		}
	}
	return f.c.b.String("n" + v.Value.ExactString())
}

// zero returns the zero value of a type.
func (f *function) zero(t types.Type) prog.Operand {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return zeroBasic(f.c.b, u)
	case *types.Struct:
		if u.NumFields() == 0 {
			return prog.Int(0) // has no fields to read
		}
		if isHandle(t) {
			return prog.S(f.unknown(t, "zero"))
		}
		s := f.fb.Slot("zero")
		if primitiveOf(t) == primGroup {
			f.groupNew(s, prog.Nil)
			return prog.S(s)
		}
		f.emit(prog.OpNew, s).Imm(int(f.c.layout(t).id))
		return prog.S(s)
	case *types.Array:
		s := f.fb.Slot("zero")
		f.array(s, u)
		return prog.S(s)
	}
	if isTypeParam(t) && !isNilable(t) {
		return prog.S(f.unknown(t, "zero"))
	}
	return prog.Nil
}

// zeroBasic returns the zero value of a basic type.
func zeroBasic(b *prog.Builder, t *types.Basic) prog.Operand {
	switch {
	case t.Info()&types.IsBoolean != 0:
		return prog.False
	case t.Info()&types.IsInteger != 0:
		return prog.Int(0)
	case t.Info()&types.IsString != 0:
		return b.String("s")
	case t.Info()&types.IsNumeric != 0:
		return b.String("n0")
	}
	return prog.Nil
}

// funcValue returns a function as a value.
func (c *compiler) funcValue(fn *ssa.Function) prog.Operand {
	fn = origin(fn)
	if c.ix.own[fn] && c.cone.funcs[fn] {
		return prog.FuncValue(c.declare(fn).ID)
	}
	return prog.FuncValue(c.stubOf(fn, fn.Signature))
}

// stubOf returns the function that stands for one that is not run: as little as
// possible, if it is the package's own and has nothing to do with the root.
func (c *compiler) stubOf(fn *ssa.Function, sig *types.Signature) prog.FuncID {
	if c.ix.own[fn] && c.cone.scope[fn] && !c.cone.keepers[fn] {
		return c.written("idle ", sig, fn.Name(), false)
	}
	return c.stub(sig, fn.Name())
}

// stub returns a function that stands for unseen code: it may keep what it is
// given, and returns free values.
func (c *compiler) stub(sig *types.Signature, name string) prog.FuncID {
	return c.written("unseen ", sig, name, true)
}

// written writes a stub of some kind once; keeps says that it may keep what it
// is given.
func (c *compiler) written(kind string, sig *types.Signature, name string, keeps bool) prog.FuncID {
	n := sig.Params().Len()
	if sig.Recv() != nil {
		n++
	}
	key := kind + name + types.TypeString(sig, nil)
	if id, ok := c.stubs[key]; ok {
		return id
	}
	fb := c.newFunc(kind+name, n, 0, sig.Results().Len(), nil)
	fb.Func().Stub = true
	c.stubs[key] = fb.ID
	f := &function{c: c, fb: fb, slots: map[ssa.Value]prog.Slot{}}
	off := n - sig.Params().Len()
	if off > 0 && keeps {
		f.open(prog.S(0))
	}
	for i := range sig.Params().Len() {
		if keeps && c.ix.flow.carries(sig.Params().At(i).Type()) {
			f.open(prog.S(prog.Slot(i + off)))
		}
	}
	f.count()
	fb.Ret(f.unknownResults(sig.Results())...)
	return fb.ID
}

// unknownResults returns operands with free values of the given types.
func (f *function) unknownResults(res *types.Tuple) []prog.Operand {
	vals := make([]prog.Operand, res.Len())
	slots := make([]prog.Slot, res.Len())
	for i := range vals {
		slots[i] = f.fb.Slot("r")
		vals[i] = prog.S(slots[i])
	}
	f.unknownInto(slots, res, nil, "returns")
	return vals
}

// unknownInto writes free values of the given types into slots; NoSlot drops
// one. A context is one of the environment's.
func (f *function) unknownInto(slots []prog.Slot, res *types.Tuple, com *ssa.CallCommon, phrase string) {
	var dst []prog.Slot
	var fl prog.Flags
	for i, s := range slots {
		t := res.At(i).Type()
		if s != prog.NoSlot && isContextType(t) {
			f.emit(prog.OpCtxEnv, s)
			s = prog.NoSlot
		}
		dst = append(dst, s)
	}
	if res.Len() == 1 && f.nonNil(com) {
		fl |= f.newError()
	} else if n := res.Len(); n > 1 && isErrorType(res.At(n-1).Type()) {
		fl |= prog.ErrPair
	}
	if allDropped(dst) {
		return
	}
	f.count()
	a := f.fb.Add(prog.Instr{Op: prog.OpUnknown, Dst: dst, Flags: fl, Phrase: phrase})
	if f.cur != nil {
		a.Pos = prog.Pos(f.cur.Pos())
	}
}

// allDropped reports whether nobody reads any of the results.
func allDropped(dst []prog.Slot) bool {
	for _, d := range dst {
		if d != prog.NoSlot {
			return false
		}
	}
	return true
}

// isErrorType reports whether t is error.
func isErrorType(t types.Type) bool {
	return types.Identical(t, types.Universe.Lookup("error").Type())
}

// newError returns what is known of the result, never nil, of the call being
// compiled: a new error is no other.
func (f *function) newError() prog.Flags {
	v, ok := f.cur.(ssa.Value)
	switch {
	case !ok || !isNewError(v):
		return prog.NonNil
	case isPrivate(v):
		return prog.NonNil | prog.Fresh | prog.Private
	}
	return prog.NonNil | prog.Fresh
}

// unknown returns a new slot with a free value of type t.
func (f *function) unknown(t types.Type, name string) prog.Slot {
	s := f.fb.Slot(name)
	f.unknownTo(s, t)
	return s
}

// unknownTo writes a free value of type t to a slot.
func (f *function) unknownTo(s prog.Slot, t types.Type) {
	if isContextType(t) {
		f.emit(prog.OpCtxEnv, s)
		return
	}
	f.emit(prog.OpUnknown, s)
}

// environment returns what an unknown caller passes for a parameter.
func (f *function) environment(t types.Type, name string) prog.Operand {
	return prog.S(f.unknown(t, name))
}

// open hands a value to unseen code.
func (f *function) open(o prog.Operand) {
	if o.Kind != prog.KindSlot && o.Kind != prog.KindFunc {
		return
	}
	f.count()
	a := f.fb.Emit(prog.OpOpen, prog.NoSlot, o)
	a.Env = prog.EnvAll
	if f.cur != nil {
		a.Pos = prog.Pos(f.cur.Pos())
	}
}

// instr compiles one instruction that matters.
func (f *function) instr(instr ssa.Instruction) {
	switch instr := instr.(type) {
	case *ssa.Store:
		f.store(instr)
	case *ssa.MapUpdate:
		f.emit(prog.OpMapSet, prog.NoSlot, f.val(instr.Map), f.val(instr.Key), f.owned(instr.Value))
	case *ssa.Send:
		name := nameOf(instr.Chan)
		f.note(f.emit(prog.OpSend, prog.NoSlot, f.val(instr.Chan), f.val(instr.X)), instr.Pos(), "sending on "+name)
	case *ssa.Select:
		f.selects(instr)
	case *ssa.Go:
		f.launch(instr)
	case *ssa.Defer:
		f.deferred(instr)
	case *ssa.RunDefers:
		if f.defers {
			f.emit(prog.OpRunDefers, prog.NoSlot)
		}
	case *ssa.Panic:
		f.panics(instr)
	case *ssa.Call:
		f.call(instr)
	case *ssa.Phi:
		// moved on the edges
	case ssa.Value:
		if f.c.cone.values[instr] || isRecv(instr) {
			f.value(instr)
		}
	}
}

// box puts x into an interface. If its type depends on a type parameter, its
// dynamic type may be any.
func (f *function) box(v, x ssa.Value) {
	in := f.emit(prog.OpIface, f.slot(v), f.val(x)).Imm(int(f.c.typeID(x.Type())))
	if hasTypeParam(x.Type(), 0) {
		in.With(prog.Others, prog.AssumeNone)
	}
}

// isRecv reports whether v is a receive, which is more than its value.
func isRecv(v ssa.Value) bool {
	u, ok := v.(*ssa.UnOp)
	return ok && u.Op == token.ARROW
}

// value compiles an instruction that computes a value.
func (f *function) value(v ssa.Value) {
	switch v := v.(type) {
	case *ssa.Alloc:
		f.alloc(v)
	case *ssa.MakeChan:
		f.makeChan(v)
	case *ssa.MakeMap:
		t := coretype.Of(v.Type()).(*types.Map)
		f.emit(prog.OpMakeMap, f.slot(v), f.zero(t.Elem()))
	case *ssa.MakeSlice:
		f.makeSlice(v)
	case *ssa.MakeClosure:
		f.closure(v)
	case *ssa.MakeInterface:
		f.iface(v)
	case *ssa.ChangeType:
		f.changeType(v, v.X)
	case *ssa.ChangeInterface:
		f.changeType(v, v.X)
	case *ssa.SliceToArrayPointer:
		f.copyTo(f.slot(v), f.val(v.X))
	case *ssa.Convert:
		f.convert(v, v.X)
	case *ssa.MultiConvert:
		f.convert(v, v.X)
	case *ssa.FieldAddr:
		f.fieldAddr(v)
	case *ssa.Field:
		f.field(v)
	case *ssa.IndexAddr:
		f.indexAddr(v)
	case *ssa.Index:
		f.index(v)
	case *ssa.Lookup:
		f.lookup(v)
	case *ssa.Slice:
		f.slice(v)
	case *ssa.UnOp:
		f.unop(v)
	case *ssa.BinOp:
		f.binop(v)
	case *ssa.TypeAssert:
		f.typeAssert(v)
	case *ssa.Range:
		f.ranges(v)
	case *ssa.Next:
		f.next(v)
	case *ssa.Extract:
		f.extract(v)
	default:
		f.unknownTo(f.slot(v), v.Type())
	}
}

// extract compiles a component of a tuple: the tuple has written its slot,
// unless the machine does not know the component.
func (f *function) extract(v *ssa.Extract) {
	if t := f.tuple(v.Tuple); v.Index >= len(t) || t[v.Index] == prog.NoSlot {
		f.unknownTo(f.slot(v), v.Type())
	}
}

// tuple returns the slots of the components of a tuple that are read.
func (f *function) tuple(v ssa.Value) []prog.Slot {
	if t, ok := f.tuples[v]; ok {
		return t
	}
	n := v.Type().(*types.Tuple).Len()
	t := make([]prog.Slot, n)
	for i := range t {
		t[i] = prog.NoSlot
	}
	for _, r := range *v.Referrers() {
		ex, ok := r.(*ssa.Extract)
		if !ok || !f.c.cone.values[ex] {
			continue
		}
		if t[ex.Index] == prog.NoSlot {
			t[ex.Index] = f.slot(ex)
		}
		f.slots[ex] = t[ex.Index]
	}
	f.tuples[v] = t
	return t
}

// owned returns a value to be kept in a container: a struct of its own.
func (f *function) owned(v ssa.Value) prog.Operand {
	o := f.val(v)
	if _, ok := v.Type().Underlying().(*types.Struct); !ok || o.Kind != prog.KindSlot || isEmpty(v.Type()) {
		return o
	}
	s := f.fb.Slot("copy")
	f.emit(prog.OpClone, s, o).Imm(int(f.c.layout(v.Type()).id))
	return prog.S(s)
}

// convert compiles a conversion: numbers of one kind and names stay the same.
func (f *function) convert(v, x ssa.Value) {
	from, ok1 := x.Type().Underlying().(*types.Basic)
	to, ok2 := v.Type().Underlying().(*types.Basic)
	switch {
	case ok1 && ok2 && from.Info()&types.IsInteger != 0 && to.Info()&types.IsInteger != 0,
		ok1 && ok2 && from.Info()&types.IsString != 0 && to.Info()&types.IsString != 0,
		!ok1 && !ok2:
		f.copyTo(f.slot(v), f.val(x))
	case isUnsafe(x.Type()) || isUnsafe(v.Type()):
		f.open(f.val(x))
		f.unknownTo(f.slot(v), v.Type())
	default:
		var fl prog.Flags
		if isImmutable(x.Type()) {
			fl = prog.Fixed
		}
		f.ask(f.slot(v), "conversion to "+types.TypeString(v.Type(), nil), fl|prog.Guess, f.val(x))
	}
}

// isUnsafe reports whether t is unsafe.Pointer.
func isUnsafe(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Kind() == types.UnsafePointer
}

// scaledVal returns the operand for x, which meets y in an operator.
func (f *function) scaledVal(x, y ssa.Value) prog.Operand {
	if o, ok := f.c.counts.scaled(y, x); ok {
		return o
	}
	return f.val(x)
}

// fromEnvironment reports whether everything that v is computed from was
// chosen by the environment.
func (f *function) fromEnvironment(v ssa.Value, depth int) bool {
	if depth > 6 {
		return false
	}
	switch v := v.(type) {
	case *ssa.Const:
		return true
	case *ssa.Parameter:
		return f.fn == f.c.cone.root
	case *ssa.UnOp:
		if v.Op == token.MUL {
			return f.envAddr(v.X, depth)
		}
		return f.fromEnvironment(v.X, depth+1)
	case *ssa.BinOp:
		return f.fromEnvironment(v.X, depth+1) && f.fromEnvironment(v.Y, depth+1)
	case *ssa.Convert:
		return f.fromEnvironment(v.X, depth+1)
	case *ssa.Extract:
		return f.fromEnvironment(v.Tuple, depth+1)
	case *ssa.Call:
		b, ok := v.Call.Value.(*ssa.Builtin)
		if ok && (b.Name() == "len" || b.Name() == "cap") {
			return f.fromEnvironment(v.Call.Args[0], depth+1)
		}
		return !ok && len(f.c.ix.Callees(v)) == 0
	}
	return false
}

// envOperand reports whether an operand was chosen by the environment, be it in
// a variable that closures share.
func (f *function) envOperand(v ssa.Value) bool {
	if u, ok := v.(*ssa.UnOp); ok && u.Op == token.MUL && f.envCell(u.X, 0) {
		return true
	}
	return f.fromEnvironment(v, 0)
}

// envCell reports whether a variable, perhaps captured, holds what it was given
// first, and that was chosen by the environment.
func (f *function) envCell(p ssa.Value, depth int) bool {
	if fv, ok := p.(*ssa.FreeVar); ok {
		if bs := f.c.ix.bindings(fv); len(bs) == 1 && depth < 6 {
			return f.envCell(bs[0], depth+1)
		}
	}
	a, ok := p.(*ssa.Alloc)
	if !ok {
		return false
	}
	v := onlyStore(a)
	if p, ok := v.(*ssa.Parameter); ok {
		return p.Parent() == f.c.cone.root
	}
	return v != nil && f.fromEnvironment(v, depth+1)
}

// envAddr reports whether the memory at an address is the environment's.
func (f *function) envAddr(p ssa.Value, depth int) bool {
	switch p := p.(type) {
	case *ssa.FieldAddr:
		return f.fromEnvironment(p.X, depth+1)
	case *ssa.IndexAddr:
		return f.fromEnvironment(p.X, depth+1)
	case *ssa.Global:
		return true
	}
	return false
}
