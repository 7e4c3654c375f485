package skeleton

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/coretype"
	"github.com/leaklint/leaklint/internal/explore/prog"
)

// maxElems is the longest array whose elements the machine keeps.
const maxElems = 8

// alloc compiles a variable.
func (f *function) alloc(v *ssa.Alloc) {
	t := v.Type().(*types.Pointer).Elem()
	if arr, ok := t.Underlying().(*types.Array); ok {
		f.array(f.slot(v), arr)
		return
	}
	switch {
	case primitiveOf(t) == primGroup:
		f.groupNew(f.slot(v), prog.Nil)
		return
	case isHandle(t):
		f.unknownTo(f.slot(v), v.Type())
		return
	}
	f.note(f.emit(prog.OpNew, f.slot(v)), v.Pos(), "makes "+allocName(v)).Imm(int(f.c.layout(t).id))
}

// isHandle reports whether t is a timer, a ticker or an end of a pipe: the machine
// has those that std makes, and not the zero value or a copy.
func isHandle(t types.Type) bool {
	switch primitiveOf(t) {
	case primTimer, primTicker, primPipe:
		return true
	}
	return false
}

// array compiles an array variable: a slice of its own.
func (f *function) array(d prog.Slot, t *types.Array) {
	if t.Len() > maxElems || isStructElem(t.Elem()) && primitiveOf(t.Elem()) == "" && t.Len() > 4 {
		f.emit(prog.OpUnknown, d)
		return
	}
	if !isStructElem(t.Elem()) {
		f.emit(prog.OpMakeSlice, d, prog.Int(int(t.Len())), f.zero(t.Elem()))
		return
	}
	f.copyTo(d, prog.Nil)
	for range int(t.Len()) {
		f.emit(prog.OpAppend, d, prog.S(d), f.zero(t.Elem()))
	}
}

// isStructElem reports whether elements of type t are objects of their own.
func isStructElem(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Struct, *types.Array:
		return true
	}
	return false
}

// makeChan compiles make(chan T, n).
func (f *function) makeChan(v *ssa.MakeChan) {
	elem := coretype.Of(v.Type()).(*types.Chan).Elem() // it has one, or it would not compile
	args := []prog.Operand{f.val(v.Size)}
	if f.c.cone.locs[f.c.ix.elemLoc(v.Type())] {
		args = append(args, f.zero(elem))
	}
	f.note(f.emit(prog.OpMake, f.slot(v), args...), v.Pos(), "makes the channel")
	if f.c.counts.clashes(v.Size) || !f.c.cone.isHome(v) {
		f.open(prog.S(f.slot(v))) // not all that is done to it is in the program
	}
}

// makeSlice compiles make([]T, n).
func (f *function) makeSlice(v *ssa.MakeSlice) {
	elem := coretype.Of(v.Type()).(*types.Slice).Elem()
	zero := prog.Operand{}
	if isStructElem(elem) {
		n, ok := v.Len.(*ssa.Const)
		if !ok || n.Int64() > maxElems {
			f.unknownTo(f.slot(v), v.Type())
			return
		}
		f.copyTo(f.slot(v), prog.Nil)
		for range n.Int64() {
			f.emit(prog.OpAppend, f.slot(v), prog.S(f.slot(v)), f.zero(elem))
		}
		return
	}
	zero = f.zero(elem)
	f.emit(prog.OpMakeSlice, f.slot(v), f.val(v.Len), zero)
}

// closure compiles a function literal or a bound method.
func (f *function) closure(v *ssa.MakeClosure) {
	fn := v.Fn.(*ssa.Function)
	if !f.c.cone.funcs[origin(fn)] {
		f.outsideClosure(v, fn)
		return
	}
	caps := make([]prog.Operand, len(fn.FreeVars))
	for i := range caps {
		caps[i] = prog.Lost
		if i < len(v.Bindings) {
			caps[i] = f.val(v.Bindings[i])
		}
	}
	f.emit(prog.OpClosure, f.slot(v), caps...).Imm(int(f.c.declare(fn).ID))
}

// outsideClosure compiles a closure whose body does nothing that matters, or is
// not looked into, or a method value of a primitive.
func (f *function) outsideClosure(v *ssa.MakeClosure, fn *ssa.Function) {
	if obj, ok := fn.Object().(*types.Func); ok && len(v.Bindings) == 1 {
		if id, ok := f.c.boundAPI(obj); ok {
			f.emit(prog.OpClosure, f.slot(v), f.val(v.Bindings[0])).Imm(int(id))
			return
		}
	}
	if !f.c.cone.looksInto(fn) {
		for _, b := range v.Bindings {
			f.openValue(b)
		}
	}
	f.copyTo(f.slot(v), prog.FuncValue(f.c.stub(fn.Signature, fn.Name())))
}

// fieldAddr compiles &x.f.
func (f *function) fieldAddr(v *ssa.FieldAddr) {
	if ownsFields(v.X.Type()) { // the fields of a primitive stand for it
		f.copyTo(f.slot(v), f.val(v.X))
		return
	}
	off := f.c.offset(coretype.Deref(v.X.Type()), v.Field)
	ft := coretype.Deref(v.Type())
	if isHandle(ft) {
		f.emit(prog.OpUnknown, f.slot(v))
		return
	}
	if _, arr := ft.Underlying().(*types.Array); off < 0 || arr {
		f.ask(f.slot(v), "address of "+structFieldName(v.X.Type(), v.Field), prog.Fixed|prog.Guess|prog.NonNil, f.val(v.X))
		return
	}
	f.emit(prog.OpField, f.slot(v), f.val(v.X)).Imm(off)
}

// field compiles x.f of a struct value: a reference to an object nobody changes.
func (f *function) field(v *ssa.Field) {
	off := f.c.offset(v.X.Type(), v.Field)
	if off < 0 {
		f.unknownTo(f.slot(v), v.Type())
		return
	}
	f.emit(prog.OpField, f.slot(v), f.val(v.X)).Imm(off)
	if !isStructElem(v.Type()) || primitiveOf(v.Type()) != "" {
		f.emit(prog.OpLoad, f.slot(v), prog.S(f.slot(v))).With(prog.Fixed, prog.AssumeNone)
	}
}

// indexAddr compiles &a[i].
func (f *function) indexAddr(v *ssa.IndexAddr) {
	if isText(v.X.Type()) {
		f.unknownTo(f.slot(v), v.Type())
		return
	}
	elem := coretype.Deref(v.Type())
	op := prog.OpElem
	if isStructElem(elem) {
		op = prog.OpIndex // elements are references to objects of their own
	}
	f.emit(op, f.slot(v), f.val(v.X), f.val(v.Index))
}

// index compiles a[i] of an array value.
func (f *function) index(v *ssa.Index) {
	if _, ok := v.X.Type().Underlying().(*types.Array); !ok {
		f.ask(f.slot(v), "[]", prog.Fixed|prog.Guess, f.val(v.X), f.val(v.Index))
		return
	}
	f.emit(prog.OpIndex, f.slot(v), f.val(v.X), f.val(v.Index))
}

// lookup compiles m[k] and s[i].
func (f *function) lookup(v *ssa.Lookup) {
	_, isMap := coretype.Of(v.X.Type()).(*types.Map)
	if v.CommaOk {
		t := f.tuple(v)
		if f.isVolatile(f.c.ix.elemLoc(v.X.Type())) {
			f.unknownAll(t, v)
			return
		}
		f.count()
		f.fb.Add(prog.Instr{Op: prog.OpMapGet, Dst: t, Args: f.lookupArgs(v), Pos: prog.Pos(v.Pos())})
		return
	}
	if !isMap {
		f.ask(f.slot(v), "[]", prog.Fixed|prog.Guess, f.val(v.X), f.val(v.Index))
		return
	}
	if f.isVolatile(f.c.ix.elemLoc(v.X.Type())) {
		f.guess(f.slot(v), v, f.fromEnvironment(v.X, 0))
		return
	}
	f.emit(prog.OpMapGet, f.slot(v), f.lookupArgs(v)...)
}

// lookupArgs returns the operands of m[k], and what is not there.
func (f *function) lookupArgs(v *ssa.Lookup) []prog.Operand {
	args := []prog.Operand{f.val(v.X), f.val(v.Index)}
	if m, ok := v.X.Type().Underlying().(*types.Map); ok && !isStructElem(m.Elem()) && !isTypeParam(m.Elem()) {
		args = append(args, f.zero(m.Elem()))
	}
	return args
}

// slice compiles s[i:j].
func (f *function) slice(v *ssa.Slice) {
	if isText(v.X.Type()) {
		f.sliceString(v)
		return
	}
	if v.Low == nil && v.High == nil {
		f.copyTo(f.slot(v), f.val(v.X))
		return
	}
	low, high := prog.Nil, prog.Nil
	if v.Low != nil {
		low = f.val(v.Low)
	}
	if v.High != nil {
		high = f.val(v.High)
	}
	f.emit(prog.OpReslice, f.slot(v), f.val(v.X), low, high)
}

// sliceString compiles s[i:j] of a string.
func (f *function) sliceString(v *ssa.Slice) {
	low, high := prog.Int(0), prog.Nil
	if v.Low != nil {
		low = f.val(v.Low)
	}
	if v.High != nil {
		high = f.val(v.High)
	}
	f.ask(f.slot(v), "[:]", prog.Fixed|prog.Guess, f.val(v.X), low, high)
}

// unop compiles loads, receives and the unary operators.
func (f *function) unop(v *ssa.UnOp) {
	switch v.Op {
	case token.MUL:
		f.load(v)
	case token.ARROW:
		f.recv(v)
	case token.NOT:
		f.emit(prog.OpNot, f.slot(v), f.val(v.X))
	case token.SUB:
		if b, ok := v.Type().Underlying().(*types.Basic); !ok || b.Info()&types.IsInteger == 0 || f.fromEnvironment(v.X, 0) {
			f.ask(f.slot(v), "-", prog.Fixed|prog.Guess, f.val(v.X))
		} else {
			f.emit(prog.OpSub, f.slot(v), prog.Int(0), f.val(v.X))
		}
	default:
		f.ask(f.slot(v), v.Op.String()+"x", prog.Fixed|prog.Guess, f.val(v.X))
	}
}

// load compiles *p.
func (f *function) load(v *ssa.UnOp) {
	d := f.slot(v)
	if fa, ok := v.X.(*ssa.FieldAddr); ok && ownsFields(fa.X.Type()) {
		f.loadPrimField(v, fa)
		return
	}
	if g, ok := v.X.(*ssa.Global); ok {
		f.global(d, g)
		return
	}
	fl := f.loadFlags(v.X)
	if fl == 0 && f.isVolatile(f.c.ix.locsOf(v.X)...) {
		f.guessAt(d, v)
		return
	}
	switch t := v.Type().Underlying().(type) {
	case *types.Struct:
		if primitiveOf(v.Type()) != "" || isAtomic(v.Type()) {
			f.unknownTo(d, v.Type())
			return
		}
		if isEmpty(v.Type()) {
			f.copyTo(d, prog.Int(0))
			return
		}
		f.emit(prog.OpClone, d, f.val(v.X)).Imm(int(f.c.layout(v.Type()).id)).With(fl, prog.AssumeNone)
	case *types.Array:
		f.emit(prog.OpAppendAll, d, prog.Nil, f.val(v.X))
		_ = t
	default:
		f.emit(prog.OpLoad, d, f.val(v.X)).With(fl, prog.AssumeNone)
	}
}

// isVolatile reports whether functions that are not run write one of the
// locations.
func (f *function) isVolatile(ls ...loc) bool {
	return slices.ContainsFunc(ls, func(l loc) bool { return f.c.cone.volatile[l] })
}

// guess writes a value that the program does not compute: free if it is the
// environment's, else lost. What leads to primitives is free in any case, so
// that nothing waits on it for ever.
func (f *function) guess(d prog.Slot, v ssa.Value, env bool) {
	if env || f.c.ix.flow.carries(v.Type()) {
		f.unknownTo(d, v.Type())
		return
	}
	f.copyTo(d, prog.Lost)
}

// guessAt writes what is at an address that functions not run may write, and is
// the same until they have had their turn.
func (f *function) guessAt(d prog.Slot, v *ssa.UnOp) {
	_, isStruct := v.Type().Underlying().(*types.Struct)
	if isStruct || isContextType(v.Type()) || !f.envAddr(v.X, 0) && !f.c.ix.flow.carries(v.Type()) {
		f.guess(d, v, f.envAddr(v.X, 0))
		return
	}
	name := types.TypeString(v.X.Type(), nil)
	if fa, ok := v.X.(*ssa.FieldAddr); ok {
		name = types.TypeString(fa.X.Type(), nil) + "." + structFieldName(fa.X.Type(), fa.Field)
	}
	f.ask(d, "what is at "+name, prog.Shaky|prog.Guess, f.val(v.X)) // a name for each field: answers to one name may be one another
}

// loadPrimField compiles timer.C and cond.L.
func (f *function) loadPrimField(v *ssa.UnOp, fa *ssa.FieldAddr) {
	p := coretype.Deref(fa.X.Type())
	switch primitiveOf(p) {
	case primTimer, primTicker:
		f.emit(prog.OpTimerC, f.slot(v), f.val(fa.X))
	case primCond:
		f.emit(prog.OpLoadL, f.slot(v), f.val(fa.X))
	default:
		f.unknownTo(f.slot(v), v.Type())
	}
}

// recv compiles <-ch.
func (f *function) recv(v *ssa.UnOp) {
	var dst []prog.Slot
	if v.CommaOk {
		dst = f.tuple(v)
	} else if f.c.cone.values[v] {
		dst = []prog.Slot{f.slot(v)}
	}
	f.count()
	f.fb.Add(prog.Instr{Op: prog.OpRecv, Dst: dst, Args: []prog.Operand{f.val(v.X)}}).At(prog.Pos(v.Pos()), "receiving from "+nameOf(v.X))
}

// typeAssert compiles x.(T).
func (f *function) typeAssert(v *ssa.TypeAssert) {
	dst := []prog.Slot{}
	if v.CommaOk {
		dst = f.tuple(v)
	} else {
		dst = append(dst, f.slot(v))
	}
	f.assertOf(v, dst)
}

// assertOf writes the results of x.(T), the value and whether it is one, to slots.
func (f *function) assertOf(v *ssa.TypeAssert, dst []prog.Slot) {
	if isLocker(v.AssertedType) {
		f.openValue(v.X)
	}
	if types.Identical(v.X.Type(), v.AssertedType) || hasTypeParam(v.AssertedType, 0) || isLocker(v.AssertedType) {
		f.unknownAll(dst, v)
		return
	}
	f.count()
	in := prog.Instr{Op: prog.OpAssert, Dst: dst, Args: []prog.Operand{f.val(v.X)}, Pos: prog.Pos(v.Pos())}
	if types.IsInterface(v.AssertedType) {
		in.Flags |= prog.Others
		f.c.asserts = append(f.c.asserts, assertFix{f.fb, len(f.fb.Func().Code), v.AssertedType})
	} else {
		in.Types = []prog.TypeID{f.c.typeID(v.AssertedType)}
	}
	f.fb.Add(in)
}

// unknownAll writes free values to slots.
func (f *function) unknownAll(dst []prog.Slot, v ssa.Value) {
	if allDropped(dst) {
		return
	}
	f.count()
	f.fb.Add(prog.Instr{Op: prog.OpUnknown, Dst: dst, Pos: prog.Pos(v.Pos())})
}

// ranges compiles the start of a range over a map.
func (f *function) ranges(v *ssa.Range) {
	if _, ok := coretype.Of(v.X.Type()).(*types.Map); !ok {
		f.emit(prog.OpUnknown, f.slot(v))
		f.firstTurn(v)
		return
	}
	if _, ok := f.c.counts.iteration(v); ok {
		f.emit(prog.OpCopy, f.slot(v), f.c.counts.start(v))
		return
	}
	f.emit(prog.OpMapRange, f.slot(v), f.val(v.X))
	f.firstTurn(v)
}

// A turns says of a range whether there has to be a first turn.
type turns struct{ some, none prog.Slot }

// firstTurn notes that what is ranged over has elements, or none: that decides
// about the first turn.
func (f *function) firstTurn(v *ssa.Range) {
	if !f.c.cone.sized[f.c.ix.sourceOf(v.X)] {
		return
	}
	t := turns{f.fb.Slot("some"), f.fb.Slot("none")}
	if f.first == nil {
		f.first = map[*ssa.Range]turns{}
	}
	f.first[v] = t
	n := f.fb.Slot("len")
	f.emit(prog.OpLen, n, f.val(v.X))
	f.emit(prog.OpGt, t.some, prog.S(n), prog.Int(0))
	f.emit(prog.OpNot, t.none, prog.S(t.some))
}

// turn writes what the range says about whether there is another turn.
func (f *function) turn(r *ssa.Range, ok prog.Slot) {
	t, found := f.first[r]
	if !found || ok == prog.NoSlot {
		return
	}
	not := f.fb.Slot("end")
	f.emit(prog.OpNot, not, prog.S(ok))
	f.emit(prog.OpImply, prog.NoSlot, prog.S(t.some), prog.S(ok))
	f.emit(prog.OpImply, prog.NoSlot, prog.S(t.none), prog.S(not))
	f.copyTo(t.some, prog.False)
	f.copyTo(t.none, prog.False)
}

// next compiles one step of a range over a map or string: (ok, k, v).
func (f *function) next(v *ssa.Next) {
	t := f.tuple(v)
	r, ok := v.Iter.(*ssa.Range)
	if !ok || v.IsString {
		f.unknownAll(t, v)
		if ok {
			f.turn(r, t[0])
		}
		return
	}
	if n, ok := f.c.counts.iteration(r); ok {
		if t[0] != prog.NoSlot {
			f.emit(prog.OpLt, t[0], prog.S(f.slot(r)), n)
		}
		f.emit(prog.OpAdd, f.slot(r), prog.S(f.slot(r)), prog.Int(1))
		f.unknownAll([]prog.Slot{t[1], t[2]}, v)
		return
	}
	f.count()
	dst := t
	if dst[0] == prog.NoSlot {
		dst = append([]prog.Slot{f.fb.Slot("ok")}, t[1:]...)
	}
	f.fb.Add(prog.Instr{Op: prog.OpMapNext, Dst: dst, Args: []prog.Operand{f.val(r)}, Pos: prog.Pos(v.Pos())})
	f.turn(r, dst[0])
}

// store compiles *p = v.
func (f *function) store(s *ssa.Store) {
	if fa, ok := s.Addr.(*ssa.FieldAddr); ok && ownsFields(fa.X.Type()) {
		f.storePrimField(s, fa)
		return
	}
	if g, ok := s.Addr.(*ssa.Global); ok {
		f.storeGlobal(g, s.Val)
		return
	}
	if fa, ok := s.Addr.(*ssa.FieldAddr); ok && f.c.ix.flow.carries(s.Val.Type()) {
		if field := coretype.Field(fa.X.Type(), fa.Field); field != nil && f.c.ix.unseen(field) {
			f.openValue(s.Val)
		}
	}
	switch s.Val.Type().Underlying().(type) {
	case *types.Struct:
		if primitiveOf(s.Val.Type()) != "" || isAtomic(s.Val.Type()) {
			return // a fresh primitive is copied over a fresh one
		}
		if l := f.c.layout(s.Val.Type()); !isEmpty(s.Val.Type()) {
			f.emit(prog.OpCopyTo, prog.NoSlot, f.val(s.Addr), f.val(s.Val)).Imm(l.size)
		}
	case *types.Array:
		f.open(f.val(s.Val))
	default:
		f.emit(prog.OpStore, prog.NoSlot, f.val(s.Addr), f.val(s.Val))
	}
}

// storePrimField compiles cond.L = v and ticker.C = v. Who reads the field of a
// ticker that has another channel gets that one, and the machine does not keep
// it there.
func (f *function) storePrimField(s *ssa.Store, fa *ssa.FieldAddr) {
	if primitiveOf(coretype.Deref(fa.X.Type())) == primCond {
		f.emit(prog.OpCondL, prog.NoSlot, f.val(fa.X), f.val(s.Val))
		return
	}
	f.openValue(s.Val)
}

// isEmpty reports whether t is a struct without fields: its values are all the
// same, and the machine holds them as the number 0.
func isEmpty(t types.Type) bool {
	st, ok := t.Underlying().(*types.Struct)
	return ok && st.NumFields() == 0
}

// storeGlobal compiles a store to a package variable, which the machine does
// not keep: the value is in everybody's hands.
func (f *function) storeGlobal(g *ssa.Global, v ssa.Value) {
	if f.c.ix.flow.carries(v.Type()) {
		f.open(f.val(v))
	}
	f.emit(prog.OpForget, prog.NoSlot)
}

// selects compiles a select statement. Its index and the received values go
// to the slots of its tuple; control goes on behind it.
func (f *function) selects(v *ssa.Select) {
	t := f.tuple(v)
	ok := prog.NoSlot
	if len(t) > 1 {
		ok = t[1]
	}
	var cases []prog.Case
	n := 2
	for _, s := range v.States {
		cs := prog.Case{Chan: f.val(s.Chan), Dst: prog.NoSlot, Ok: prog.NoSlot, Target: -1, Pos: prog.Pos(s.Pos)}
		if s.Dir == types.SendOnly {
			cs.Send, cs.Val, cs.Phrase = true, f.val(s.Send), "sending on "+nameOf(s.Chan)
		} else {
			cs.Phrase = "receiving from " + nameOf(s.Chan)
			if n < len(t) {
				cs.Dst = t[n]
			}
			cs.Ok = ok
			n++
		}
		cases = append(cases, cs)
	}
	if !v.Blocking {
		cases = append(cases, prog.Case{Default: true, Dst: prog.NoSlot, Ok: prog.NoSlot, Target: -1, Pos: prog.Pos(v.Pos())})
	}
	f.count()
	f.fb.Select(t[0], cases...).At(prog.Pos(v.Pos()), "waiting in select")
}
