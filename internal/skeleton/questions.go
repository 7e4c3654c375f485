package skeleton

import (
	"go/constant"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/coretype"
	"github.com/leaklint/leaklint/internal/explore/prog"
	"github.com/leaklint/leaklint/internal/known"
)

// This file compiles what only computes: operators that the machine does not
// have, pure functions, what unseen code holds. Each is a question about values,
// which has one answer as long as nobody changes them (docs/design.md section 9.4).

// ask writes the answer to a question about values.
func (f *function) ask(d prog.Slot, name string, fl prog.Flags, args ...prog.Operand) {
	if len(args) > prog.MaxAsked {
		f.emit(prog.OpUnknown, d)
		return
	}
	f.emit(prog.OpAsk, d, args...).Imm(int(f.c.b.String(name).N)).With(fl, prog.AssumeNone)
}

// binop compiles an operator. What those that the machine does not have make of
// the environment's values is free, and the same each time; of others it is
// lost.
func (f *function) binop(v *ssa.BinOp) {
	if f.stride(v) {
		return
	}
	x, y, t := v.X, v.Y, v.X.Type()
	if op, ok := machineOp(v.Op, t); ok {
		f.compareBinop(v, op)
		return
	}
	if v.Op == token.EQL || v.Op == token.NEQ {
		f.equalStructs(v)
		return
	}
	if !f.envOperand(x) || !f.envOperand(y) {
		f.copyTo(f.slot(v), prog.Lost)
		return
	}
	ox, oy := f.val(x), f.val(y)
	if commutes(v.Op, t) && before(oy, ox) {
		ox, oy = oy, ox
	}
	f.ask(f.slot(v), v.Op.String(), prog.Guess|prog.Fixed, ox, oy)
}

// compareBinop compiles an operator that the machine has. That a string is empty
// is a question about its length.
func (f *function) compareBinop(v *ssa.BinOp, op prog.Op) {
	x, y := v.X, v.Y
	if isEmptyString(x) {
		x, y = y, x
	}
	if isEmptyString(y) && (op == prog.OpEq || op == prog.OpNe) {
		n := f.fb.Slot("len")
		f.emit(prog.OpLen, n, f.val(x))
		f.emit(op, f.slot(v), prog.S(n), prog.Int(0))
		return
	}
	ox, oy := f.scaledVal(x, y), f.scaledVal(y, x)
	f.emit(op, f.slot(v), ox, oy)
}

// isEmptyString reports whether v is the constant "".
func isEmptyString(v ssa.Value) bool {
	c, ok := v.(*ssa.Const)
	return ok && c.Value != nil && c.Value.Kind() == constant.String && constant.StringVal(c.Value) == ""
}

// machineOp returns the operation of the machine for an operator on a type.
func machineOp(t token.Token, on types.Type) (prog.Op, bool) {
	op, ok := map[token.Token]prog.Op{token.EQL: prog.OpEq, token.NEQ: prog.OpNe, token.LSS: prog.OpLt,
		token.LEQ: prog.OpLe, token.GTR: prog.OpGt, token.GEQ: prog.OpGe, token.ADD: prog.OpAdd, token.SUB: prog.OpSub}[t]
	if !ok {
		return 0, false
	}
	switch u := on.Underlying().(type) {
	case *types.Struct, *types.Array:
		return 0, false
	case *types.Basic:
		isInt := u.Info()&types.IsInteger != 0
		if t == token.ADD || t == token.SUB {
			return op, isInt
		}
		return op, u.Info()&types.IsComplex == 0 || t == token.EQL || t == token.NEQ
	}
	return op, t == token.EQL || t == token.NEQ
}

// commutes reports whether an operator on a type does not care about the order
// of its operands.
func commutes(op token.Token, t types.Type) bool {
	switch op {
	case token.MUL, token.AND, token.OR, token.XOR:
		return true
	case token.ADD:
		b, ok := t.Underlying().(*types.Basic)
		return ok && b.Info()&types.IsString == 0
	}
	return false
}

// before orders operands.
func before(a, b prog.Operand) bool {
	if a.Kind != b.Kind {
		return a.Kind < b.Kind
	}
	return a.N < b.N
}

// equalStructs compiles a comparison of structs or arrays: small structs field
// by field.
func (f *function) equalStructs(v *ssa.BinOp) {
	d := f.slot(v)
	var fl prog.Flags
	if f.envOperand(v.X) && f.envOperand(v.Y) {
		fl = prog.Guess
	}
	xs, ok := f.contents(v.X)
	ys, also := f.contents(v.Y)
	if !ok || !also || len(xs) != len(ys) {
		f.ask(d, "==", fl|prog.Fixed, f.val(v.X), f.val(v.Y))
	} else {
		eqs := make([]prog.Operand, len(xs))
		for i := range xs {
			s := f.fb.Slot("eq")
			f.emit(prog.OpEq, s, xs[i], ys[i])
			eqs[i] = prog.S(s)
		}
		f.ask(d, "all", prog.Fixed, eqs...)
	}
	if v.Op == token.NEQ {
		f.emit(prog.OpNot, d, prog.S(d))
	}
}

// maxContents is how many fields a struct may have that a question is about.
const maxContents = 4

// contents returns what decides about a value: the value, or the fields of a
// small struct. Two copies of a struct are different objects of the machine.
func (f *function) contents(v ssa.Value) ([]prog.Operand, bool) {
	o := f.val(v)
	if _, ok := v.Type().Underlying().(*types.Struct); !ok {
		_, array := v.Type().Underlying().(*types.Array)
		return []prog.Operand{o}, !array
	}
	if isEmpty(v.Type()) {
		return nil, true
	}
	l := f.c.layout(v.Type())
	if o.Kind != prog.KindSlot || l.size > maxContents || primitiveOf(v.Type()) != "" || f.c.ix.flow.embeds(v.Type(), 0) {
		return nil, false
	}
	fields := make([]prog.Operand, l.size)
	for i := range fields {
		s := f.fb.Slot("field")
		f.emit(prog.OpField, s, o).Imm(i)
		f.emit(prog.OpLoad, s, prog.S(s)).With(prog.Fixed, prog.AssumeNone)
		fields[i] = prog.S(s)
	}
	return fields, true
}

// embeds reports whether a primitive, or something the machine keeps as such,
// lives by value in a struct type.
func (fl *flow) embeds(t types.Type, depth int) bool {
	st, ok := t.Underlying().(*types.Struct)
	if !ok || depth > 4 {
		return depth > 4
	}
	for field := range st.Fields() {
		if primitiveOf(field.Type()) != "" || isAtomic(field.Type()) || fl.embeds(field.Type(), depth+1) {
			return true
		}
	}
	return false
}

// pureCall compiles a call of a function that only computes, and reports whether
// it is one: a question about its arguments for each result.
func (f *function) pureCall(com *ssa.CallCommon, dst []prog.Slot) bool {
	fn := calleeOf(com)
	if !f.c.ix.isPure(com) || allDropped(dst) {
		return false
	}
	var args []prog.Operand
	fixed := true
	vals := com.Args
	if com.IsInvoke() {
		vals = append([]ssa.Value{com.Value}, vals...)
	}
	for _, v := range vals {
		c, ok := f.contents(v)
		if !ok {
			return false
		}
		args = append(args, c...)
		fixed = fixed && isImmutable(v.Type())
	}
	if len(args) > prog.MaxAsked {
		return false
	}
	fl := prog.Guess
	if fixed {
		fl |= prog.Fixed
	}
	for i, d := range dst {
		if d == prog.NoSlot {
			continue
		}
		name := fn.FullName()
		if i > 0 {
			name += "#" + string(rune('0'+i))
		}
		f.ask(d, name, fl, args...)
	}
	return true
}

// isPure reports whether a call of code outside the package only computes.
func (ix *Index) isPure(com *ssa.CallCommon) bool {
	fn := calleeOf(com)
	if fn == nil || fn.Pkg() == nil || fn.Pkg() == ix.Pkg.Pkg || !known.Pure(fn) {
		return false
	}
	res := com.Signature().Results()
	for i := range res.Len() {
		if isContextType(res.At(i).Type()) {
			return false
		}
	}
	return true
}

// isImmutable reports whether a value of type t holds all that is asked about
// it: nobody changes it behind a pointer. An error is taken to be so.
func isImmutable(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Basic, *types.Interface:
		return true
	case *types.Struct:
		for f := range u.Fields() {
			if _, ok := f.Type().Underlying().(*types.Basic); !ok {
				return types.TypeString(t, nil) == "time.Time"
			}
		}
		return true
	}
	return false
}

// global compiles a load of a package variable.
func (f *function) global(d prog.Slot, g *ssa.Global) {
	t := g.Type().(*types.Pointer).Elem()
	if isContextType(t) {
		f.unknownTo(d, t)
		return
	}
	var fl prog.Flags
	switch {
	case g.Pkg != f.c.ix.Pkg && isErrorType(t):
		fl = prog.Fixed | prog.Old | prog.NonNil // a sentinel
		if isStd(g.Pkg.Pkg.Path()) {
			fl |= prog.Fresh // and no other
		}
	case g.Pkg != f.c.ix.Pkg || g.Object() != nil && g.Object().Exported():
	case f.c.ix.rewritten(loc{value: g}):
		fl = prog.Shaky
	default:
		fl = prog.Fixed | prog.Old
	}
	if g.Pkg == f.c.ix.Pkg && isErrorType(t) && f.c.ix.sentinels[g] && !f.c.ix.rewritten(loc{value: g}) {
		fl = prog.Fixed | prog.Old | prog.NonNil | prog.Fresh
	}
	f.ask(d, "variable "+g.RelString(nil), fl)
}

// isStd reports whether an import path is one of the standard library.
func isStd(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".")
}

// globalAddr returns the address of a package variable.
func (f *function) globalAddr(g *ssa.Global) prog.Operand {
	s := f.fb.Slot(g.Name())
	f.ask(s, "address of "+g.RelString(nil), prog.Fixed|prog.Old|prog.NonNil)
	return prog.S(s)
}

// loadFlags says what may change the memory at an address.
func (f *function) loadFlags(p ssa.Value) prog.Flags {
	if fa, ok := p.(*ssa.FieldAddr); ok && f.c.ix.isFixed(coretype.Field(fa.X.Type(), fa.Field)) {
		return prog.Fixed
	}
	return 0
}

// isFixed reports whether a field is given a value only where its object is
// made: nobody outside the package can get at it.
func (ix *Index) isFixed(field *types.Var) bool {
	return field != nil && !field.Exported() && field.Pkg() == ix.Pkg.Pkg && !ix.unseen(field) && !ix.rewritten(loc{field: field})
}

// rewritten reports whether a location is written elsewhere than where its
// object is made, or its address goes somewhere.
func (ix *Index) rewritten(l loc) bool {
	if ix.addressed[l] {
		return true
	}
	for _, s := range ix.stores[l] {
		if !makesItsObject(s) {
			return true
		}
	}
	return false
}

// makesItsObject reports whether a store writes to an object that its function
// has made, or to a package variable before the program begins.
func makesItsObject(s ssa.Instruction) bool {
	st, ok := s.(*ssa.Store)
	if !ok {
		return false
	}
	p := st.Addr
	for {
		switch a := p.(type) {
		case *ssa.FieldAddr:
			p = a.X
			continue
		case *ssa.IndexAddr:
			p = a.X
			continue
		case *ssa.Alloc:
			return true
		case *ssa.Global:
			return strings.HasPrefix(s.Parent().Name(), "init") && s.Parent().Synthetic != ""
		}
		return false
	}
}

// address notes the fields and variables whose address instr does more with than
// reading or writing what is there.
func (ix *Index) address(instr ssa.Instruction) {
	if fa, ok := instr.(*ssa.FieldAddr); ok && leaves(fa) {
		ix.addressed[loc{field: coretype.Field(fa.X.Type(), fa.Field)}] = true
	}
	var ops [8]*ssa.Value
	for _, op := range instr.Operands(ops[:0]) {
		if g, ok := (*op).(*ssa.Global); ok && !uses(instr, g) {
			ix.addressed[loc{value: g}] = true
		}
	}
	if st, ok := instr.(*ssa.Store); ok && makesItsObject(st) {
		if g, ok := st.Addr.(*ssa.Global); ok {
			ix.sentinels[g] = isNewError(st.Val)
		}
	}
}

// leaves reports whether the address of a field goes somewhere.
func leaves(v ssa.Value) bool {
	for _, r := range *v.Referrers() {
		if !uses(r, v) {
			return true
		}
	}
	return false
}

// uses reports whether an instruction only reads or writes at an address, or
// within what is there.
func uses(instr ssa.Instruction, p ssa.Value) bool {
	switch instr := instr.(type) {
	case *ssa.UnOp, *ssa.DebugRef:
		return true
	case *ssa.Store:
		return instr.Val != p
	case *ssa.FieldAddr:
		return !leaves(instr)
	case *ssa.IndexAddr:
		return !leaves(instr)
	}
	return false
}

// isNewError reports whether v is a new error that wraps nothing.
func isNewError(v ssa.Value) bool {
	call, ok := v.(*ssa.Call)
	if !ok {
		return false
	}
	fn := calleeOf(&call.Call)
	if fn == nil {
		return false
	}
	switch fn.FullName() {
	case "errors.New":
		return true
	case "fmt.Errorf":
		c, ok := call.Call.Args[0].(*ssa.Const)
		return ok && c.Value != nil && !strings.Contains(constant.StringVal(c.Value), "%w")
	}
	return false
}

// maxFollowedUses bounds the uses of an error that are looked at.
const maxFollowedUses = 50

// isPrivate reports whether a new error goes nowhere but to comparisons and
// through channels: nobody outside can return it.
func isPrivate(v ssa.Value) bool {
	left := maxFollowedUses
	seen := map[ssa.Value]bool{}
	var keeps func(ssa.Value) bool
	keeps = func(v ssa.Value) bool {
		if seen[v] {
			return true
		}
		seen[v] = true
		for _, r := range *v.Referrers() {
			if left--; left < 0 || !staysIn(r, v, keeps) {
				return false
			}
		}
		return true
	}
	return keeps(v)
}

// staysIn reports whether an instruction keeps v, or the variable v, in sight.
func staysIn(r ssa.Instruction, v ssa.Value, keeps func(ssa.Value) bool) bool {
	switch r := r.(type) {
	case *ssa.BinOp, *ssa.DebugRef, *ssa.If:
		return true
	case *ssa.Send:
		_, made := r.Chan.(*ssa.MakeChan)
		return r.X == v && made || loadsLocal(r.Chan)
	case *ssa.UnOp:
		return keeps(r)
	case *ssa.Phi:
		return keeps(r)
	case *ssa.Store:
		a, ok := r.Addr.(*ssa.Alloc)
		return ok && (a == v || keeps(a))
	case *ssa.MakeClosure:
		for i, b := range r.Bindings {
			if b == v && !keeps(r.Fn.(*ssa.Function).FreeVars[i]) {
				return false
			}
		}
		return true
	case *ssa.Call:
		fn := calleeOf(&r.Call)
		return fn != nil && fn.FullName() == "errors.Is"
	}
	return false
}

// loadsLocal reports whether v is a variable of the function, or captured.
func loadsLocal(v ssa.Value) bool {
	u, ok := v.(*ssa.UnOp)
	if !ok || u.Op != token.MUL {
		return false
	}
	switch u.X.(type) {
	case *ssa.Alloc, *ssa.FreeVar:
		return true
	}
	return false
}
