package skeleton

import (
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/coretype"
	"github.com/leaklint/leaklint/internal/explore/prog"
)

// call compiles a call whose results or effects matter.
func (f *function) call(v *ssa.Call) {
	com := &v.Call
	if b, ok := com.Value.(*ssa.Builtin); ok {
		f.builtin(v, b)
		return
	}
	if f.callAPI(v) || f.writing(v) {
		return
	}
	dst := f.results(v)
	fn, args, ok := f.target(com)
	if !ok {
		f.outside(com, dst)
		return
	}
	f.count()
	f.fb.Call(dst, fn, args...).At(prog.Pos(v.Pos()), "calls "+calleeName(com))
	if com.StaticCallee() == nil {
		f.forgetArgs(com) // it may be unseen code
	}
}

// results returns the slots for the results of a call, NoSlot for those that
// nobody reads.
func (f *function) results(v *ssa.Call) []prog.Slot {
	if t, ok := v.Type().(*types.Tuple); ok {
		if t.Len() == 0 {
			return nil
		}
		return f.tuple(v)
	}
	if !f.c.cone.values[v] {
		return []prog.Slot{prog.NoSlot}
	}
	return []prog.Slot{f.slot(v)}
}

// target returns what a call runs and with which arguments; ok is false for
// code outside the cone or the package.
func (f *function) target(com *ssa.CallCommon) (fn prog.Operand, args []prog.Operand, ok bool) {
	for _, a := range com.Args {
		args = append(args, f.val(a))
	}
	if com.IsInvoke() {
		if !f.anyCompiled(com) {
			return fn, nil, false
		}
		s := f.fb.Slot("method")
		name := f.c.invoke(com.Method)
		f.emit(prog.OpMethod, s, f.val(com.Value)).Imm(int(f.c.b.Method(name)))
		return prog.S(s), args, true
	}
	if callee := com.StaticCallee(); callee != nil {
		callee = origin(callee)
		if !f.c.ix.own[callee] || !f.c.cone.funcs[callee] {
			return fn, nil, false
		}
		if _, closure := com.Value.(*ssa.MakeClosure); closure {
			return f.val(com.Value), args, true
		}
		return prog.FuncValue(f.c.declare(callee).ID), args, true
	}
	return f.val(com.Value), args, true
}

// anyCompiled reports whether some callee of an interface call is part of the
// program.
func (f *function) anyCompiled(com *ssa.CallCommon) bool {
	call, ok := f.cur.(ssa.CallInstruction)
	if !ok {
		return false
	}
	for _, fn := range f.c.ix.Callees(call) {
		if f.c.cone.funcs[fn] {
			return true
		}
	}
	return false
}

// invoke notes that interface calls name the method, and returns its key.
func (c *compiler) invoke(m *types.Func) string {
	key := m.Name()
	if !m.Exported() && m.Pkg() != nil {
		key = m.Pkg().Path() + "." + key
	}
	if c.invoked[key] == nil {
		c.invoked[key] = m
		c.names = append(c.names, key)
	}
	return key
}

// outside compiles a call of code that the machine does not run: a function of
// the package without effect here, or code of another package.
func (f *function) outside(com *ssa.CallCommon, dst []prog.Slot) {
	if callee := com.StaticCallee(); callee != nil && f.c.ix.Own(callee) {
		if f.c.cone.keepers[origin(callee)] || !f.c.cone.scope[origin(callee)] {
			f.openArgs(com)
		}
		f.unknownInto(dst, resultTypes(com), com, "calls "+calleeName(com))
		return
	}
	if !f.pureCall(com, dst) {
		f.stubCall(com, dst)
		f.forgetArgs(com)
	}
}

// passed compiles a call that does not matter but for what it is given.
func (f *function) passed(com *ssa.CallCommon) {
	_, builtin := com.Value.(*ssa.Builtin)
	callee := com.StaticCallee()
	if !builtin && (callee == nil || !f.c.ix.Own(callee)) && !onlyReads(calleeOf(com)) {
		f.forgetArgs(com)
	}
}

// onlyReads reports whether fn only prints what it is given.
func onlyReads(fn *types.Func) bool {
	if fn == nil || fn.Pkg() == nil {
		return false
	}
	switch fn.Pkg().Path() {
	case "log", "log/slog", "testing", "errors":
		return true
	case "fmt":
		return !strings.Contains(strings.ToLower(fn.Name()), "scan")
	}
	return apiOf(fn) != apiNone
}

// forgetArgs notes that unseen code may change what it is given.
func (f *function) forgetArgs(com *ssa.CallCommon) {
	if f.c.ix.isPure(com) || com.IsInvoke() && len(com.Args) == 0 {
		return
	}
	for _, a := range com.Args {
		switch a.Type().Underlying().(type) {
		case *types.Pointer, *types.Slice, *types.Map:
			if o := f.val(a); o.Kind == prog.KindSlot && f.known(a) {
				f.emit(prog.OpForget, prog.NoSlot, o)
			}
		}
	}
}

// openValue hands a value to unseen code if it can lead to a primitive.
func (f *function) openValue(v ssa.Value) {
	if f.c.ix.flow.carries(v.Type()) && f.known(v) {
		f.open(f.val(v))
	}
}

// resultTypes returns the types of the results of a call.
func resultTypes(com *ssa.CallCommon) *types.Tuple { return com.Signature().Results() }

// launch compiles a go statement.
func (f *function) launch(g *ssa.Go) {
	f.start(prog.OpGo, g, g.Common())
}

// deferred compiles a defer statement.
func (f *function) deferred(d *ssa.Defer) {
	f.start(prog.OpDefer, d, d.Common())
}

// start compiles go or defer of any call.
func (f *function) start(op prog.Op, instr ssa.CallInstruction, com *ssa.CallCommon) {
	phrase := "starts a goroutine"
	if op == prog.OpDefer {
		phrase = "defers a call"
	}
	fn, args, ok := f.startTarget(instr, com)
	if !ok {
		callee := com.StaticCallee()
		if !f.c.ix.idle(com) && (!f.c.ix.Own(callee) || !f.c.cone.scope[origin(callee)]) {
			f.openArgs(com) // it works on them some time
		}
		return
	}
	var fl prog.Flags
	if op == prog.OpGo && f.loops.unbounded(f, instr.Block()) {
		fl = prog.Loop
	}
	a := f.emit(op, prog.NoSlot, append([]prog.Operand{fn}, args...)...)
	f.note(a, instr.Pos(), phrase).With(fl, prog.AssumeNone)
}

// startTarget returns what go or defer runs.
func (f *function) startTarget(instr ssa.CallInstruction, com *ssa.CallCommon) (prog.Operand, []prog.Operand, bool) {
	if b, ok := com.Value.(*ssa.Builtin); ok {
		switch b.Name() {
		case "close":
			id := f.c.b.Thunk(prog.OpClose, prog.Pos(instr.Pos()), "closes "+nameOf(com.Args[0]))
			return prog.FuncValue(f.c.own(id)), []prog.Operand{f.val(com.Args[0])}, true
		case "recover":
			id := f.c.b.Thunk(prog.OpRecover, prog.Pos(instr.Pos()), "recovers")
			return prog.FuncValue(f.c.own(id)), nil, true
		}
		return prog.Operand{}, nil, false
	}
	if a := apiOf(calleeOf(com)); a != apiNone {
		return f.apiThunk(a, instr, com)
	}
	if fn, args, ok := f.startsWriting(instr, com); ok {
		return fn, args, true
	}
	return f.target(com)
}

// own notes a function that the builder has made.
func (c *compiler) own(id prog.FuncID) prog.FuncID {
	for len(c.unit.Funcs) <= int(id) {
		c.unit.Funcs = append(c.unit.Funcs, nil)
		c.unit.Source = append(c.unit.Source, nil)
	}
	return id
}

// panics compiles panic(v). Behind a call that never returns it can't be
// reached.
func (f *function) panics(p *ssa.Panic) {
	f.emit(prog.OpPanic, prog.NoSlot)
}

// builtin compiles the calls of builtin functions.
func (f *function) builtin(v *ssa.Call, b *ssa.Builtin) {
	args := v.Call.Args
	switch b.Name() {
	case "close":
		f.note(f.emit(prog.OpClose, prog.NoSlot, f.val(args[0])), v.Pos(), "closes "+nameOf(args[0]))
	case "len":
		f.length(v, args[0], prog.OpLen)
	case "cap":
		f.length(v, args[0], prog.OpCap)
	case "append":
		f.appends(v, args)
	case "copy":
		f.emit(prog.OpCopySlice, f.wanted(v), f.val(args[0]), f.val(args[1]))
	case "delete":
		f.emit(prog.OpMapDel, prog.NoSlot, f.val(args[0]), f.val(args[1]))
	case "recover":
		f.emit(prog.OpRecover, f.wanted(v))
	case "ssa:wrapnilchk":
		f.copyTo(f.slot(v), f.val(args[0]))
	default:
		if f.c.cone.values[v] {
			f.builtinOf(v, b.Name())
		}
	}
}

// builtinOf compiles the call of a builtin that only computes.
func (f *function) builtinOf(v *ssa.Call, name string) {
	var args []prog.Operand
	fl := prog.Guess
	for _, a := range v.Call.Args {
		args = append(args, f.val(a))
		if (name == "min" || name == "max") && !f.fromEnvironment(a, 0) {
			fl = 0
		}
	}
	f.ask(f.slot(v), name, fl|prog.Fixed, args...)
}

// wanted returns the slot for a call's result, NoSlot if nobody reads it.
func (f *function) wanted(v *ssa.Call) prog.Slot {
	if f.c.cone.values[v] {
		return f.slot(v)
	}
	return prog.NoSlot
}

// length compiles len and cap.
func (f *function) length(v *ssa.Call, x ssa.Value, op prog.Op) {
	if !f.c.cone.values[v] {
		return
	}
	if _, mixed := coretype.Of(x.Type()).(*types.Interface); mixed {
		f.unknownTo(f.slot(v), v.Type())
		return
	}
	f.emit(op, f.slot(v), f.val(x))
}

// appends compiles append.
func (f *function) appends(v *ssa.Call, args []ssa.Value) {
	d := f.wanted(v)
	if d == prog.NoSlot {
		d = f.fb.Slot("appended")
	}
	if len(args) < 2 {
		f.copyTo(d, f.val(args[0]))
		return
	}
	if isText(args[1].Type()) {
		f.emit(prog.OpUnknown, d)
		return
	}
	f.emit(prog.OpAppendAll, d, f.val(args[0]), f.val(args[1]))
}

// calleeName names what a call runs, for a witness.
func calleeName(com *ssa.CallCommon) string {
	if fn := calleeOf(com); fn != nil {
		return fn.Name()
	}
	if com.StaticCallee() != nil {
		return "a function literal"
	}
	return nameOf(com.Value)
}

// nameOf names a value as the source does, as well as SSA knows it.
func nameOf(v ssa.Value) string {
	switch v := v.(type) {
	case *ssa.Parameter:
		return v.Name()
	case *ssa.FreeVar:
		return v.Name()
	case *ssa.Global:
		return v.Name()
	case *ssa.Alloc:
		return v.Comment
	case *ssa.Const:
		return "nil"
	case *ssa.UnOp:
		if v.Op == token.MUL || v.Op == token.ARROW {
			return nameOf(v.X)
		}
	case *ssa.FieldAddr:
		if n := nameOf(v.X); n != "" {
			return n + "." + structFieldName(v.X.Type(), v.Field)
		}
		return structFieldName(v.X.Type(), v.Field)
	case *ssa.Field:
		if n := nameOf(v.X); n != "" {
			return n + "." + structFieldName(v.X.Type(), v.Field)
		}
		return structFieldName(v.X.Type(), v.Field)
	case *ssa.ChangeType:
		return nameOf(v.X)
	case *ssa.MakeInterface:
		return nameOf(v.X)
	case *ssa.Call:
		fn := calleeOf(&v.Call)
		if v.Call.IsInvoke() {
			fn = v.Call.Method
		}
		if fn != nil {
			if r := receiver(&v.Call); r != nil && fn.Signature().Recv() != nil && nameOf(r) != "" {
				return nameOf(r) + "." + fn.Name() + "()"
			}
			return fn.Name() + "()"
		}
	case *ssa.Phi:
		return v.Comment
	}
	return ""
}

// structFieldName returns the name of field i.
func structFieldName(t types.Type, i int) string {
	if f := coretype.Field(t, i); f != nil {
		return f.Name()
	}
	return ""
}

// allocName names a variable.
func allocName(v *ssa.Alloc) string {
	switch v.Comment {
	case "complit", "new", "varargs", "slicelit", "makeslice":
		return shortType(v.Type().(*types.Pointer).Elem())
	}
	return v.Comment
}
