package paths

import (
	"fmt"
	"go/constant"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

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
		return st.decideBinary(c)
	case *ssa.Extract:
		if truth, known = st.decideType(c); known {
			return truth, known
		}
	case *ssa.Call:
		if truth, known = st.decideError(c); known {
			return truth, known
		}
	}
	return st.fact(st.term(cond, 0).name, false)
}

// decideBinary decides a comparison.
func (st *State) decideBinary(c *ssa.BinOp) (truth, known bool) {
	same := c.Op == token.EQL
	if same || c.Op == token.NEQ {
		if eq, ok := st.equal(c.X, c.Y); ok {
			return eq == same, true
		}
		if b := st.Eval(c.Y).Kind; b == True || b == False {
			truth, known = st.decide(c.X)
			return (truth == (b == True)) == same, known
		}
	}
	if n, ok := st.comparison(c); ok {
		return st.decideNumber(n)
	}
	atom, neg, _ := st.atom(c)
	if truth, known = st.fact(atom, neg); known {
		return truth, known
	}
	return st.implied(c)
}

// fact returns what the path has found out about an atom.
func (st *State) fact(atom string, neg bool) (truth, known bool) {
	f, ok := st.facts[atom]
	return f.truth != neg, ok && atom != ""
}

// implied decides x == c from an earlier x == d with another constant d or from
// the length of x, x == y from x < y, and x < y from x == y or y < x.
func (st *State) implied(c *ssa.BinOp) (truth, known bool) {
	x, y := st.term(c.X, 0).name, st.term(c.Y, 0).name
	if x == "" || y == "" {
		return false, false
	}
	_, less, _ := st.below(x, y)
	_, more, _ := st.below(y, x)
	equal, is := st.fact(equality(x, y), false)
	switch c.Op {
	case token.EQL, token.NEQ:
		if less || more || st.otherConst(c, x) {
			return c.Op == token.NEQ, true
		}
	case token.LSS, token.GTR:
		return false, is && equal || less && c.Op == token.GTR || more && c.Op == token.LSS
	case token.LEQ, token.GEQ:
		return true, is && equal || less && c.Op == token.LEQ || more && c.Op == token.GEQ
	}
	return false, false
}

// below reports what the path has found out about x < y.
func (st *State) below(x, y string) (known, holds, not bool) {
	truth, known := st.fact(x+"<"+y, false)
	return known, known && truth, known && !truth
}

// equality names the fact that x == y.
func equality(x, y string) string {
	if x > y {
		x, y = y, x
	}
	return x + "==" + y
}

// otherConst reports whether x was found to be another constant than c.Y, or of
// another length than that string.
func (st *State) otherConst(c *ssa.BinOp, x string) bool {
	k, ok := c.Y.(*ssa.Const)
	if !ok || k.Value == nil {
		return false
	}
	if f := st.facts["is "+x]; f.is != nil && f.is.Kind() == k.Value.Kind() {
		return !constant.Compare(f.is, token.EQL, k.Value)
	}
	if k.Value.Kind() != constant.String {
		return false
	}
	a, ok := st.extent("len", c.X, 0)
	b, also := st.extent("len", c.Y, 0)
	if !ok || !also {
		return false
	}
	n, _ := compare(a, token.EQL, b)
	truth, known := st.decideNumber(n)
	return known && !truth
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
		return false, isNew(a.Sym, b.Sym) || isNew(b.Sym, a.Sym) || st.nilBeside(x, y) || st.nilBeside(y, x)
	case a.Kind == Symbol:
		return false, false
	}
	return a.Kind == b.Kind, true // nil, tracked, true, false: distinct
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
	st.learnAtom(cond, then)
}

// learnAtom records that a condition, not a negation, holds or does not.
func (st *State) learnAtom(cond ssa.Value, holds bool) {
	switch c := cond.(type) {
	case *ssa.BinOp:
		if n, ok := st.comparison(c); ok {
			st.learnNumber(n, holds)
			return
		}
		if (c.Op == token.EQL) == holds && (c.Op == token.EQL || c.Op == token.NEQ) {
			st.learnEqual(c)
		}
	case *ssa.Extract:
		if holds {
			st.learnType(c)
		}
	case *ssa.Call:
		if holds && falseForNil(c) {
			st.learnNotNil(c.Call.Args[0])
		}
	}
	if atom, neg, t := st.atom(cond); atom != "" {
		st.facts[atom] = fact{truth: holds != neg, support: t.support, memory: t.memory}
	}
}

// learnEqual records what follows from the two sides being equal: a constant is
// the one, a length is that of the constant, 0 is that of nil, and what equals
// something that is not nil is not nil.
func (st *State) learnEqual(c *ssa.BinOp) {
	x := st.term(c.X, 0)
	k, isConst := c.Y.(*ssa.Const)
	switch {
	case !isConst:
		st.learnSame(c.X, c.Y)
		st.learnSame(c.Y, c.X)
	case k.Value != nil && x.name != "":
		st.facts["is "+x.name] = fact{is: k.Value, support: x.support, memory: x.memory}
	}
	a, ok := st.extentOf(c.X)
	b, also := st.extentOf(c.Y)
	if ok && also {
		n, _ := compare(a, token.EQL, b)
		st.learnNumber(n, true)
	}
}

// learnSame records that x is not nil, as it equals y, if y is not.
func (st *State) learnSame(x, y ssa.Value) {
	if v := st.Eval(y); v.Kind == Symbol && isNilable(x.Type()) && st.neverNil(v.Sym) {
		st.learnNotNil(x)
	}
}

// extentOf returns the length of a string, slice or map.
func (st *State) extentOf(v ssa.Value) (number, bool) {
	switch t := v.Type().Underlying().(type) {
	case *types.Basic:
		if t.Info()&types.IsString == 0 {
			return number{}, false
		}
	case *types.Slice, *types.Map:
	default:
		return number{}, false
	}
	return st.extent("len", v, 0)
}

// learnNotNil records that v is not nil.
func (st *State) learnNotNil(v ssa.Value) {
	if t := st.term(v, 0); t.name != "" {
		st.facts[equality(nilName, t.name)] = fact{support: t.support, memory: t.memory}
	}
}

// nilName is the term of nil.
var nilName = fmt.Sprintf("#%d", Nil)

// atom names a condition so that equal conditions have equal names; neg says
// that cond is the negation of what the name says.
func (st *State) atom(cond ssa.Value) (name string, neg bool, of term) {
	b, ok := cond.(*ssa.BinOp)
	if !ok {
		t := st.term(cond, 0)
		return t.name, false, t
	}
	x, y := st.term(b.X, 0), st.term(b.Y, 0)
	if x.name == "" || y.name == "" {
		return "", false, term{}
	}
	of.support, of.memory = append(x.support[:len(x.support):len(x.support)], y.support...), x.memory || y.memory
	switch b.Op {
	case token.EQL, token.NEQ:
		return equality(x.name, y.name), b.Op == token.NEQ, of
	case token.LSS, token.GEQ:
		return x.name + "<" + y.name, b.Op == token.GEQ, of
	case token.GTR, token.LEQ:
		return y.name + "<" + x.name, b.Op == token.LEQ, of
	}
	t := st.term(b, 0)
	return t.name, false, t
}
