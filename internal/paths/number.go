package paths

import (
	"fmt"
	"go/constant"
	"go/token"
	"go/types"
	"math"

	"golang.org/x/tools/go/ssa"
)

// A number is an integer as the path knows it: what its term names, plus a
// constant. The name of a constant is empty. Overflow is not considered.
type number struct {
	term
	plus   int64
	lo, hi int64 // bounds of what the term names that hold by its kind: a length is not negative
}

// limits of what is known of a difference.
const (
	least = math.MinInt64 / 4
	most  = math.MaxInt64 / 4
)

// asTerm names the number as a whole.
func (n number) asTerm() term {
	switch {
	case n.name == "":
		n.name = fmt.Sprint(n.plus)
	case n.plus != 0:
		n.name = fmt.Sprintf("(%s%+d)", n.name, n.plus)
	}
	return n.term
}

// number returns v as name plus constant.
func (st *State) number(v ssa.Value, depth int) (number, bool) {
	val := st.Eval(v)
	if val.Kind != Symbol || depth > maxTerm || !isInteger(val.Sym.Type()) {
		return number{}, false
	}
	n := number{lo: least, hi: most}
	switch v := val.Sym.(type) {
	case *ssa.Const:
		k, exact := constant.Int64Val(constant.ToInt(v.Value))
		n.plus = k
		return n, exact && least < k && k < most
	case *ssa.Convert:
		if isInteger(v.X.Type()) {
			return st.number(v.X, depth+1)
		}
	case *ssa.Call:
		if b, ok := v.Call.Value.(*ssa.Builtin); ok && (b.Name() == "len" || b.Name() == "cap") {
			return st.extent(b.Name(), v.Call.Args[0], depth+1)
		}
	case *ssa.BinOp:
		if sum, ok := st.sum(v, depth); ok {
			return sum, true
		}
		n.lo, n.hi = st.natural(v, depth)
	}
	n.term = st.named(val.Sym, depth)
	if b := val.Sym.Type().Underlying().(*types.Basic); b.Info()&types.IsUnsigned != 0 {
		n.lo = max(n.lo, 0)
	}
	return n, n.name != ""
}

// sum adds or subtracts a constant.
func (st *State) sum(v *ssa.BinOp, depth int) (number, bool) {
	if v.Op != token.ADD && v.Op != token.SUB {
		return number{}, false
	}
	x, ok := st.number(v.X, depth+1)
	y, also := st.number(v.Y, depth+1)
	switch {
	case !ok || !also:
		return number{}, false
	case y.name == "" && v.Op == token.ADD:
		x.plus += y.plus
		return x, true
	case y.name == "":
		x.plus -= y.plus
		return x, true
	case x.name == "" && v.Op == token.ADD:
		y.plus += x.plus
		return y, true
	}
	return number{}, false
}

// natural returns the bounds of a remainder of, and of the bits selected by, a
// constant. What is divided is taken not to be negative.
func (st *State) natural(v *ssa.BinOp, depth int) (lo, hi int64) {
	if v.Op == token.REM || v.Op == token.AND {
		if y, ok := st.number(v.Y, depth+1); ok && y.name == "" && y.plus > 0 {
			if v.Op == token.REM {
				return 0, y.plus - 1
			}
			return 0, y.plus
		}
	}
	return least, most
}

// extent returns the length or capacity of v.
func (st *State) extent(what string, v ssa.Value, depth int) (number, bool) {
	n := number{lo: least, hi: most}
	val := st.Eval(v)
	switch {
	case val.Kind == Nil:
		return n, true
	case val.Kind != Symbol || depth > maxTerm:
		return n, false
	}
	if size := arrayLen(val.Sym.Type()); size >= 0 {
		n.plus = size
		return n, true
	}
	if what == "len" {
		if n, ok := st.built(val.Sym, depth); ok {
			return n, true
		}
	}
	n.term = st.apply(what, depth, val.Sym)
	n.lo = 0
	switch val.Sym.Type().Underlying().(type) {
	case *types.Map, *types.Chan:
		n.memory = true
	}
	return n, n.name != ""
}

// built returns the length of a string or slice that the function makes.
func (st *State) built(v ssa.Value, depth int) (number, bool) {
	switch v := v.(type) {
	case *ssa.Const:
		if v.Value != nil && v.Value.Kind() == constant.String {
			return number{lo: least, hi: most, plus: int64(len(constant.StringVal(v.Value)))}, true
		}
	case *ssa.MakeSlice:
		return st.number(v.Len, depth+1)
	case *ssa.Convert:
		if isBytes(v.X.Type()) && isBytes(v.Type()) {
			return st.extent("len", v.X, depth+1)
		}
	case *ssa.Slice:
		return st.sliced(v, depth)
	case *ssa.Call:
		if b, ok := v.Call.Value.(*ssa.Builtin); ok && b.Name() == "append" && len(v.Call.Args) == 2 {
			x, ok := st.extent("len", v.Call.Args[0], depth+1)
			y, also := st.extent("len", v.Call.Args[1], depth+1)
			x.plus += y.plus
			return x, ok && also && y.name == ""
		}
	}
	return number{}, false
}

// sliced returns the length of x[low:high] where low is a constant.
func (st *State) sliced(v *ssa.Slice, depth int) (number, bool) {
	high, ok := st.extent("len", v.X, depth+1)
	if v.High != nil {
		high, ok = st.number(v.High, depth+1)
	}
	if v.Low != nil && ok {
		low, isNumber := st.number(v.Low, depth+1)
		high.plus -= low.plus
		ok = isNumber && low.name == ""
	}
	return high, ok
}

// isBytes reports whether t is a string or a slice of bytes, between which a
// conversion keeps the length.
func isBytes(t types.Type) bool {
	switch t := t.Underlying().(type) {
	case *types.Basic:
		return t.Info()&types.IsString != 0
	case *types.Slice:
		b, ok := t.Elem().Underlying().(*types.Basic)
		return ok && b.Kind() == types.Byte
	}
	return false
}

// arrayLen returns the length of an array, also behind a pointer; -1 for other types.
func arrayLen(t types.Type) int64 {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	if a, ok := t.Underlying().(*types.Array); ok {
		return a.Len()
	}
	return -1
}

// A comparison says that a difference of two terms stands in a relation to a
// constant. Both are 0 where they have no name.
type comparison struct {
	x, y    number
	op      token.Token
	k       int64
	support []ssa.Value
	memory  bool
}

// comparison returns what c says about integers, lengths or nil-ness. A string
// is empty if its length is 0.
func (st *State) comparison(c *ssa.BinOp) (comparison, bool) {
	x, ok := st.number(c.X, 0)
	y, also := st.number(c.Y, 0)
	if isEmpty(c.Y) && (c.Op == token.EQL || c.Op == token.NEQ) {
		x, ok = st.extent("len", c.X, 0)
		y, also = number{lo: least, hi: most}, true
	}
	if !ok || !also {
		return comparison{}, false
	}
	return compare(x, c.Op, y)
}

// isEmpty reports whether v is the constant "".
func isEmpty(v ssa.Value) bool {
	c, ok := v.(*ssa.Const)
	return ok && c.Value != nil && c.Value.Kind() == constant.String && constant.StringVal(c.Value) == ""
}

// compare puts x op y into the form x - y op k, with the names in order.
func compare(x number, op token.Token, y number) (comparison, bool) {
	if x.name < y.name { // also the constant goes last
		x, y, op = y, x, flipped(op)
	}
	c := comparison{x: x, y: y, op: op, k: y.plus - x.plus, memory: x.memory || y.memory}
	c.support = append(append(c.support, x.support...), y.support...)
	switch op {
	case token.EQL, token.NEQ, token.LSS, token.LEQ, token.GTR, token.GEQ:
		return c, true
	}
	return c, false
}

// flipped returns the operator of y op x for x op y.
func flipped(op token.Token) token.Token {
	switch op {
	case token.LSS:
		return token.GTR
	case token.LEQ:
		return token.GEQ
	case token.GTR:
		return token.LSS
	case token.GEQ:
		return token.LEQ
	}
	return op
}

// key names the difference.
func (c comparison) key() string { return "d " + c.x.name + " - " + c.y.name }

// exclusion names the fact that the difference is not k.
func (c comparison) exclusion(k int64) string { return fmt.Sprintf("%s != %d", c.key(), k) }

// bounds returns what the path knows of the difference.
func (st *State) bounds(c comparison) (lo, hi int64) {
	lo, hi = least, most
	switch {
	case c.x.name == c.y.name:
		return 0, 0
	case c.y.name == "":
		lo, hi = c.x.lo, c.x.hi
	}
	if f, ok := st.facts[c.key()]; ok {
		lo, hi = max(lo, f.lo), min(hi, f.hi)
	}
	return lo, hi
}

// decideNumber decides a comparison from the bounds of the difference.
func (st *State) decideNumber(c comparison) (truth, known bool) {
	lo, hi := st.bounds(c)
	switch c.op {
	case token.EQL, token.NEQ:
		_, excluded := st.facts[c.exclusion(c.k)]
		if excluded || c.k < lo || c.k > hi {
			return c.op == token.NEQ, true
		}
		return c.op == token.EQL, lo == hi
	case token.LSS:
		return hi < c.k, hi < c.k || lo >= c.k
	case token.LEQ:
		return hi <= c.k, hi <= c.k || lo > c.k
	case token.GTR:
		return lo > c.k, lo > c.k || hi <= c.k
	default:
		return lo >= c.k, lo >= c.k || hi < c.k
	}
}

// learnNumber narrows the bounds of the difference.
func (st *State) learnNumber(c comparison, holds bool) {
	if c.x.name == c.y.name {
		return
	}
	lo, hi := st.bounds(c)
	op := c.op
	if !holds {
		op = negated(op)
	}
	switch op {
	case token.EQL:
		lo, hi = c.k, c.k
	case token.NEQ:
		st.facts[c.exclusion(c.k)] = fact{support: c.support, memory: c.memory}
	case token.LSS:
		hi = min(hi, c.k-1)
	case token.LEQ:
		hi = min(hi, c.k)
	case token.GTR:
		lo = max(lo, c.k+1)
	case token.GEQ:
		lo = max(lo, c.k)
	}
	for st.excluded(c, lo) && lo < hi {
		lo++
	}
	for st.excluded(c, hi) && lo < hi {
		hi--
	}
	st.facts[c.key()] = fact{lo: lo, hi: hi, x: c.x.name, y: c.y.name, support: c.support, memory: c.memory}
}

// excluded reports whether the path has found that the difference is not k.
func (st *State) excluded(c comparison, k int64) bool {
	_, ok := st.facts[c.exclusion(k)]
	return ok
}

// negated returns the operator that holds where op does not.
func negated(op token.Token) token.Token {
	switch op {
	case token.EQL:
		return token.NEQ
	case token.NEQ:
		return token.EQL
	case token.LSS:
		return token.GEQ
	case token.LEQ:
		return token.GTR
	case token.GTR:
		return token.LEQ
	}
	return token.LSS
}

// isNonEmpty reports whether v, a string, slice or map, has an element.
func (st *State) isNonEmpty(v ssa.Value) bool {
	n, ok := st.extent("len", v, 0)
	if !ok {
		return false
	}
	c, _ := compare(n, token.GTR, number{lo: least, hi: most})
	truth, known := st.decideNumber(c)
	return truth && known
}
