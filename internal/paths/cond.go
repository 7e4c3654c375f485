package paths

import (
	"fmt"
	"go/constant"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// maxTerm bounds the depth of the terms that atoms are made of.
const maxTerm = 6

// decide returns the truth of cond if the path knows it.
func (st *State) decide(cond ssa.Value) (truth, known bool) {
	switch v := st.Eval(cond); v.Kind {
	case True:
		return true, true
	case False:
		return false, true
	case Unknown, Nil, Tracked:
		return false, false
	default:
		return st.decideSym(v.Sym)
	}
}

// decideSym decides a condition that is not a constant.
func (st *State) decideSym(cond ssa.Value) (truth, known bool) {
	switch c := cond.(type) {
	case *ssa.UnOp:
		if c.Op == token.NOT {
			truth, known = st.decide(c.X)
			return !truth, known
		}
	case *ssa.BinOp:
		if c.Op == token.EQL || c.Op == token.NEQ {
			if eq, ok := st.equal(c.X, c.Y); ok {
				return eq == (c.Op == token.EQL), true
			}
		}
	}
	atom, neg, _, _ := st.atom(cond)
	if f, ok := st.facts[atom]; ok && atom != "" {
		return f.truth != neg, true
	}
	return st.implied(cond)
}

// implied decides x == c from an earlier x == d with another constant d.
func (st *State) implied(cond ssa.Value) (truth, known bool) {
	c, ok := cond.(*ssa.BinOp)
	if !ok || c.Op != token.EQL && c.Op != token.NEQ {
		return false, false
	}
	k, ok := c.Y.(*ssa.Const)
	if !ok || k.Value == nil {
		return false, false
	}
	x, _, _ := st.term(c.X, 0)
	f, ok := st.facts["is "+x]
	if !ok || x == "" {
		return false, false
	}
	for _, s := range f.support {
		if d, ok := s.(*ssa.Const); ok && d.Value != nil && d.Value.Kind() == k.Value.Kind() {
			eq := constant.Compare(d.Value, token.EQL, k.Value)
			return eq == (c.Op == token.EQL), true
		}
	}
	return false, false
}

// equal compares two values where the path knows enough.
func (st *State) equal(x, y ssa.Value) (eq, known bool) {
	a, b := st.Eval(x), st.Eval(y)
	if a.Kind > b.Kind {
		a, b = b, a
	}
	switch {
	case a.Kind == Unknown:
		return false, false
	case a.Kind == Symbol && b.Kind == Nil:
		return false, st.neverNil(a.Sym)
	case a.Kind == Symbol && b.Kind == Symbol:
		ca, ok1 := a.Sym.(*ssa.Const)
		cb, ok2 := b.Sym.(*ssa.Const)
		if ok1 && ok2 && ca.Value != nil && cb.Value != nil && ca.Value.Kind() == cb.Value.Kind() {
			return constant.Compare(ca.Value, token.EQL, cb.Value), true
		}
		return false, false
	case a.Kind == Symbol:
		return false, false
	}
	return a.Kind == b.Kind, true // nil, tracked, true, false: distinct
}

// neverNil reports whether v is not nil on this path. What a function makes of
// an error is an error.
func (st *State) neverNil(v ssa.Value) bool {
	if neverNil(v) || st.foundNotNil(v) || st.resultNotNil(v) {
		return true
	}
	call, ok := v.(*ssa.Call)
	return ok && isError(call.Type()) && slices.ContainsFunc(call.Call.Args, func(arg ssa.Value) bool {
		return isError(arg.Type()) && st.foundNotNil(arg)
	})
}

// resultNotNil reports whether v is a result of a call that is not nil, as far as
// the callee tells: because of a constant argument, or of one that is not nil.
func (st *State) resultNotNil(v ssa.Value) bool {
	call, result := resultOf(v)
	if call == nil || st.w.NilOnlyIf == nil {
		return false
	}
	on, ok := st.w.NilOnlyIf(call, result)
	switch on := on.(type) {
	case nil:
		return ok
	case *ssa.Const:
		return on.Value != nil && on.Value.Kind() == constant.Int && constant.Sign(on.Value) != 0
	}
	return neverNil(on) || st.foundNotNil(on)
}

// resultOf returns the call of which v is a result.
func resultOf(v ssa.Value) (call *ssa.Call, result int) {
	if ex, ok := v.(*ssa.Extract); ok {
		call, _ = ex.Tuple.(*ssa.Call)
		return call, ex.Index
	}
	call, _ = v.(*ssa.Call)
	return call, 0
}

// foundNotNil reports whether a branch on this path has found v not nil.
func (st *State) foundNotNil(v ssa.Value) bool {
	atom, _, _, _ := st.atom(&ssa.BinOp{Op: token.EQL, X: v, Y: ssa.NewConst(nil, v.Type())})
	f, ok := st.facts[atom]
	return ok && atom != "" && !f.truth
}

// isError reports whether t is error.
func isError(t types.Type) bool { return types.Identical(t, types.Universe.Lookup("error").Type()) }

// neverNil reports whether v is certainly not nil.
func neverNil(v ssa.Value) bool {
	switch v := v.(type) {
	case *ssa.Alloc, *ssa.MakeClosure, *ssa.MakeChan, *ssa.MakeMap, *ssa.MakeSlice, *ssa.MakeInterface, *ssa.Function, *ssa.FieldAddr, *ssa.IndexAddr:
		return true
	case *ssa.Call:
		if fn := v.Call.StaticCallee(); fn != nil && fn.Object() != nil && fn.Object().Pkg() != nil {
			switch fn.Object().Pkg().Path() + "." + fn.Name() {
			case "fmt.Errorf", "errors.New":
				return true
			}
		}
	case *ssa.UnOp: // a sentinel error
		if g, ok := v.X.(*ssa.Global); ok && v.Op == token.MUL {
			return isError(g.Type().Underlying().(*types.Pointer).Elem())
		}
	}
	return false
}

// learn records the side of a branch, if some other branch may ask for it.
func (st *State) learn(instr *ssa.If, then bool) {
	if st.armed && st.w.cone.captured(st, instr.Cond) {
		st.shared = true
	}
	if !st.w.cone.repeats[instr] {
		return
	}
	cond := instr.Cond
	if v := st.Eval(cond); v.Kind == Symbol {
		cond = v.Sym
	}
	for {
		not, ok := cond.(*ssa.UnOp)
		if !ok || not.Op != token.NOT {
			break
		}
		cond, then = not.X, !then
		if v := st.Eval(cond); v.Kind == Symbol {
			cond = v.Sym
		}
	}
	atom, neg, support, memory := st.atom(cond)
	if atom == "" {
		return
	}
	truth := then != neg
	st.facts[atom] = fact{truth: truth, support: support, memory: memory}
	st.learnConst(cond, truth != neg, support, memory)
}

// learnConst records that x is the constant it was found equal to.
func (st *State) learnConst(cond ssa.Value, holds bool, support []ssa.Value, memory bool) {
	c, ok := cond.(*ssa.BinOp)
	if !ok || (c.Op == token.EQL) != holds || c.Op != token.EQL && c.Op != token.NEQ {
		return
	}
	k, ok := c.Y.(*ssa.Const)
	if !ok || k.Value == nil {
		return
	}
	if x, _, _ := st.term(c.X, 0); x != "" {
		st.facts["is "+x] = fact{truth: true, support: append(support[:len(support):len(support)], k), memory: memory}
	}
}

// atom names a condition so that equal conditions have equal names; neg says
// that cond is the negation of what the name says.
func (st *State) atom(cond ssa.Value) (name string, neg bool, support []ssa.Value, memory bool) {
	b, ok := cond.(*ssa.BinOp)
	if !ok {
		t, s, m := st.term(cond, 0)
		return t, false, s, m
	}
	x, sx, mx := st.term(b.X, 0)
	y, sy, my := st.term(b.Y, 0)
	if x == "" || y == "" {
		return "", false, nil, false
	}
	support, memory = append(sx, sy...), mx || my
	switch b.Op {
	case token.EQL, token.NEQ:
		if odd(b) {
			zero, _, _ := st.term(ssa.NewConst(constant.MakeInt64(0), b.Y.Type()), 0)
			if x > zero {
				x, zero = zero, x
			}
			return x + "==" + zero, b.Op == token.EQL, support, memory
		}
		if x > y {
			x, y = y, x
		}
		return x + "==" + y, b.Op == token.NEQ, support, memory
	case token.LSS, token.GEQ:
		return x + "<" + y, b.Op == token.GEQ, support, memory
	case token.GTR, token.LEQ:
		return y + "<" + x, b.Op == token.LEQ, support, memory
	}
	return "", false, nil, false
}

// term names a value by what it computes: two loads of one field path and two
// calls of one predicate on the same operands share a name.
func (st *State) term(v ssa.Value, depth int) (name string, support []ssa.Value, memory bool) {
	if depth > maxTerm {
		return "", nil, false
	}
	val := st.Eval(v)
	switch val.Kind {
	case Unknown:
		return "", nil, false
	case Symbol:
		v = val.Sym
	default:
		return fmt.Sprintf("#%d", val.Kind), nil, false
	}
	switch v := v.(type) {
	case *ssa.Const:
		return v.String(), nil, false
	case *ssa.Convert:
		return st.term(v.X, depth+1)
	case *ssa.UnOp:
		switch v.X.(type) {
		case *ssa.FieldAddr, *ssa.Global:
			if v.Op == token.MUL {
				t, s, _ := st.term(v.X, depth+1)
				return prefix("*", t), s, true
			}
		}
	case *ssa.FieldAddr:
		t, s, m := st.term(v.X, depth+1)
		return suffix(t, fmt.Sprintf(".%d", v.Field)), s, m
	case *ssa.Field:
		t, s, m := st.term(v.X, depth+1)
		return suffix(t, fmt.Sprintf(".%d", v.Field)), s, m
	case *ssa.BinOp:
		if t, s, m := st.arithmetic(v, depth); t != "" {
			return t, s, m
		}
	case *ssa.Call:
		if t, s, ok := st.callTerm(v, depth); ok {
			return t, s, true
		}
	}
	return fmt.Sprintf("v%d", st.w.ids.of(v)), []ssa.Value{v}, false
}

// arithmetic names a sum, difference, product, quotient or remainder.
func (st *State) arithmetic(v *ssa.BinOp, depth int) (name string, support []ssa.Value, memory bool) {
	switch v.Op {
	case token.ADD, token.SUB, token.MUL, token.QUO, token.REM:
	default:
		return "", nil, false
	}
	x, sx, mx := st.term(v.X, depth+1)
	y, sy, my := st.term(v.Y, depth+1)
	if x == "" || y == "" {
		return "", nil, false
	}
	return "(" + x + v.Op.String() + y + ")", append(sx[:len(sx):len(sx)], sy...), mx || my
}

// odd reports whether b compares a remainder of 2 with 1: the negation of a
// comparison with 0, for what is not negative.
func odd(b *ssa.BinOp) bool {
	r, ok := b.X.(*ssa.BinOp)
	return ok && r.Op == token.REM && isInt(r.Y, 2) && isInt(b.Y, 1)
}

// isInt reports whether v is the integer constant n.
func isInt(v ssa.Value, n int64) bool {
	c, ok := v.(*ssa.Const)
	if !ok || c.Value == nil || c.Value.Kind() != constant.Int {
		return false
	}
	k, exact := constant.Int64Val(c.Value)
	return exact && k == n
}

// callTerm names a call of len or cap, or of a predicate.
func (st *State) callTerm(call *ssa.Call, depth int) (name string, support []ssa.Value, ok bool) {
	switch fn := call.Call.Value.(type) {
	case *ssa.Builtin:
		name = fn.Name()
		if name != "len" && name != "cap" {
			return "", nil, false
		}
	case *ssa.Function:
		b, isBasic := call.Type().Underlying().(*types.Basic)
		if !isBasic || b.Kind() != types.Bool {
			return "", nil, false
		}
		name = fmt.Sprintf("v%d", st.w.ids.of(fn))
	default:
		return "", nil, false
	}
	name += "("
	for _, arg := range call.Call.Args {
		t, s, _ := st.term(arg, depth+1)
		if t == "" {
			return "", nil, false
		}
		name += t + ","
		support = append(support, s...)
	}
	return name + ")", support, true
}

// prefix and suffix extend a name that exists.
func prefix(p, t string) string {
	if t == "" {
		return ""
	}
	return p + t
}

// suffix is prefix at the other end.
func suffix(t, s string) string {
	if t == "" {
		return ""
	}
	return t + s
}
