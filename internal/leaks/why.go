package leaks

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/coretype"
	"github.com/leaklint/leaklint/internal/skeleton"
)

// This file names what the ledger blames: the call that opens a primitive, the
// place where it is lost, the field that holds it.

// openBy says by whom an operation can be helped: opener is the instruction
// that handed its primitive out, nil if the primitive came from outside.
func (r *runner) openBy(op *skeleton.Op, opener *cause) (Verdict, string, token.Pos) {
	v, why, at := Open, "", token.NoPos
	for _, o := range op.Operands {
		ov, ow, oat := whence(o, map[ssa.Value]bool{})
		if why == "" || ov == Open {
			v, why, at = ov, ow, oat
		}
	}
	if opener != nil && (v != Held || opener.instr == nil) {
		if text, pos := opens(opener); text != "" {
			return Open, text, pos
		}
	}
	if why == "" {
		return NotCompiled, "", token.NoPos
	}
	return v, why, at
}

// opens names what an instruction does that hands a primitive to unseen code.
func opens(c *cause) (string, token.Pos) {
	switch in := c.instr.(type) {
	case nil:
		return "", token.NoPos
	case ssa.CallInstruction:
		return "call of " + callName(in.Common()), in.Pos()
	case *ssa.Store:
		return "store in " + addrName(in.Addr), in.Pos()
	case *ssa.Send:
		return "send on " + addrName(in.Chan), in.Pos()
	case *ssa.MapUpdate:
		return "store in the map " + addrName(in.Map), in.Pos()
	default:
		return "", token.NoPos
	}
}

// lostAt names the place where the machine lost a primitive.
func lostAt(c *cause) (string, token.Pos) {
	if c.instr == nil {
		return "an operation of which the machine knows no more", token.NoPos
	}
	if text, pos := opens(c); text != "" {
		return text, pos
	}
	return c.instr.String(), c.instr.Pos()
}

// whence says where the primitive of an operation comes from, as far as one
// look back at the source tells: Open with the call, caller or exported name
// that gives it, Held with the field or variable that has it, NotCompiled if
// it is made here.
func whence(v ssa.Value, seen map[ssa.Value]bool) (Verdict, string, token.Pos) {
	if seen[v] {
		return NotCompiled, "", token.NoPos
	}
	seen[v] = true
	switch v := v.(type) {
	case *ssa.Parameter:
		return Open, "parameter " + v.Name() + " of " + v.Parent().Name(), v.Pos()
	case *ssa.FreeVar:
		return whenceFreeVar(v, seen)
	case *ssa.Global:
		if v.Object() != nil && v.Object().Exported() {
			return Open, "exported variable " + v.Name(), v.Pos()
		}
		return Held, "package variable " + v.Name(), v.Pos()
	case *ssa.FieldAddr:
		return whenceField(coretype.Field(v.X.Type(), v.Field))
	case *ssa.Field:
		return whenceField(coretype.Field(v.X.Type(), v.Field))
	case *ssa.Call:
		return Open, "result of " + callName(&v.Call), v.Pos()
	case *ssa.Alloc:
		return whenceAlloc(v, seen)
	case *ssa.Phi:
		for _, e := range v.Edges {
			if verdict, why, at := whence(e, seen); why != "" {
				return verdict, why, at
			}
		}
	case *ssa.Extract:
		return whence(v.Tuple, seen)
	case *ssa.UnOp:
		return whence(v.X, seen)
	case *ssa.Lookup:
		return whence(v.X, seen)
	case *ssa.Index:
		return whence(v.X, seen)
	case *ssa.IndexAddr:
		return whence(v.X, seen)
	case *ssa.ChangeType:
		return whence(v.X, seen)
	case *ssa.TypeAssert:
		return whence(v.X, seen)
	}
	return NotCompiled, "", token.NoPos
}

// whenceField is whence for what a field holds.
func whenceField(f *types.Var) (Verdict, string, token.Pos) {
	switch {
	case f == nil:
		return NotCompiled, "", token.NoPos
	case f.Exported():
		return Open, "exported field " + f.Name(), f.Pos()
	}
	return Held, "field " + f.Name(), f.Pos()
}

// whenceFreeVar is whence for a captured variable.
func whenceFreeVar(fv *ssa.FreeVar, seen map[ssa.Value]bool) (Verdict, string, token.Pos) {
	fn := fv.Parent()
	for i, q := range fn.FreeVars {
		if q != fv || fn.Parent() == nil {
			continue
		}
		for _, b := range fn.Parent().Blocks {
			for _, instr := range b.Instrs {
				if mc, ok := instr.(*ssa.MakeClosure); ok && mc.Fn == fn {
					return whence(mc.Bindings[i], seen)
				}
			}
		}
	}
	return NotCompiled, "", token.NoPos
}

// whenceAlloc is whence for a variable: what is stored to it.
func whenceAlloc(a *ssa.Alloc, seen map[ssa.Value]bool) (Verdict, string, token.Pos) {
	for _, r := range *a.Referrers() {
		if s, ok := r.(*ssa.Store); ok && s.Addr == a {
			if v, why, at := whence(s.Val, seen); why != "" {
				return v, why, at
			}
		}
	}
	return NotCompiled, "", token.NoPos
}

// callName names what a call runs.
func callName(com *ssa.CallCommon) string {
	if com.IsInvoke() {
		return com.Method.Name()
	}
	switch fn := com.Value.(type) {
	case *ssa.Function:
		return fn.Name()
	case *ssa.Builtin:
		return fn.Name()
	case *ssa.MakeClosure:
		return "a function literal"
	}
	if name := addrName(com.Value); name != "" {
		return "the function " + name
	}
	return "a function value"
}

// addrName names a variable, field or value that holds something.
func addrName(v ssa.Value) string {
	switch v := v.(type) {
	case *ssa.FieldAddr:
		if f := coretype.Field(v.X.Type(), v.Field); f != nil {
			return f.Name()
		}
	case *ssa.Field:
		if f := coretype.Field(v.X.Type(), v.Field); f != nil {
			return f.Name()
		}
	case *ssa.UnOp:
		return addrName(v.X)
	case *ssa.Alloc:
		return v.Comment
	case *ssa.Phi:
		return v.Comment
	case *ssa.Global, *ssa.Parameter, *ssa.FreeVar:
		return v.Name()
	case *ssa.IndexAddr:
		return addrName(v.X)
	}
	return ""
}
