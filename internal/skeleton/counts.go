package skeleton

import (
	"fmt"
	"go/constant"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/coretype"
	"github.com/leaklint/leaklint/internal/explore/prog"
	"github.com/leaklint/leaklint/internal/lazyssa"
)

// counts decides which numbers of a root are symbols (docs/design.md section
// 5.3): numbers of the environment that bound a loop, size a channel or are
// added to a WaitGroup, and constants too large to be run exactly.
type counts struct {
	c      *compiler
	memo   map[ssa.Value]count
	syms   map[string]prog.SymID
	consts map[int]prog.SymID // scaled constants
	seen   map[int]bool       // constants that bound a loop, size a channel or are added
	marks  map[constUse]prog.SymID
	ranges map[*ssa.Range]string
	turns  map[*ssa.Phi]prog.SymID // counters that go in steps of an unknown size
}

// A count is a number as a symbol plus a constant.
type count struct {
	key string // "" if it is not a number of the environment
	off int
}

// A constUse is a constant at one place.
type constUse struct {
	user ssa.Instruction
	val  ssa.Value
}

const (
	exactLoop  = 4 // a loop that spawns is run exactly up to this bound
	maxSymbols = 3
)

// newCounts finds the symbols of the root that c compiles.
func newCounts(c *compiler) *counts {
	ct := &counts{c: c, memo: map[ssa.Value]count{}, syms: map[string]prog.SymID{}, consts: map[int]prog.SymID{}, seen: map[int]bool{},
		marks: map[constUse]prog.SymID{}, ranges: map[*ssa.Range]string{}, turns: map[*ssa.Phi]prog.SymID{}}
	for _, fn := range c.cone.list {
		if c.cone.funcs[fn] {
			ct.scan(fn)
		}
	}
	for _, t := range c.ix.tuples(c.cone.root) {
		for _, v := range t {
			if n, ok := constIntOf(v); ok && n > exactLoop {
				ct.scaleConst(n)
			}
		}
	}
	ct.makeConsts(ct.relate())
	for _, fn := range c.cone.list {
		if c.cone.funcs[fn] {
			ct.markScaled(fn)
		}
	}
	return ct
}

// scan looks for the uses that make a number a symbol.
func (ct *counts) scan(fn *ssa.Function) {
	for instr := range lazyssa.Instrs([]*ssa.Function{fn}) {
		switch instr := instr.(type) {
		case *ssa.BinOp:
			if ordered(instr.Op) && ct.c.cone.values[instr] && isInt(instr.X.Type()) {
				if induction(instr.X) {
					ct.bound(fn, instr.Block(), instr.Y)
				} else if induction(instr.Y) {
					ct.bound(fn, instr.Block(), instr.X)
				}
				ct.scanStride(instr)
			}
		case *ssa.MakeChan:
			if ct.c.cone.values[instr] {
				ct.note(instr.Size)
				ct.declare(instr.Size)
			}
		case *ssa.MakeSlice:
			if ct.c.cone.values[instr] {
				ct.declare(instr.Len)
			}
		case *ssa.Range:
			ct.scanRange(instr)
		case *ssa.Call:
			if ct.c.cone.instrs[instr] && apiOf(calleeOf(&instr.Call)) == apiAdd {
				ct.note(instr.Call.Args[1])
				ct.declare(instr.Call.Args[1])
			}
		}
	}
}

// isInt reports whether t is an integer type.
func isInt(t types.Type) bool {
	b, ok := coretype.Of(t).(*types.Basic)
	return ok && b.Info()&types.IsInteger != 0
}

// scanRange makes the number of entries of an unknown map a symbol.
func (ct *counts) scanRange(r *ssa.Range) {
	if _, ok := coretype.Of(r.X.Type()).(*types.Map); !ok || !ct.c.cone.values[r] {
		return
	}
	if src := ct.source(r.X, 0); src != "" {
		key := "len " + src
		if _, ok := ct.symbol(key, lengthOf(r.X), 0, prog.MaxInt); ok {
			ct.ranges[r] = key
		}
	}
}

// iteration returns the number of entries of a range over an unknown map.
func (ct *counts) iteration(r *ssa.Range) (prog.Operand, bool) {
	key, ok := ct.ranges[r]
	if !ok {
		return prog.Operand{}, false
	}
	return prog.Sym(ct.syms[key], 0), true
}

// start returns the first value of the counter of such a range.
func (ct *counts) start(r *ssa.Range) prog.Operand { return prog.Scaled(0, ct.syms[ct.ranges[r]]) }

// bound handles the bound of a loop.
func (ct *counts) bound(fn *ssa.Function, b *ssa.BasicBlock, v ssa.Value) {
	if n, _, ok := ct.constant(v, 0); ok {
		ct.seen[n] = true
		if n > exactLoop && (n > prog.MaxInt || ct.spawns(fn, b)) {
			ct.scaleConst(n)
		}
		return
	}
	ct.declare(v)
}

// declare makes the number v a symbol if it is the environment's.
func (ct *counts) declare(v ssa.Value) {
	if _, ok := constInt(v); ok {
		return
	}
	if r := ct.resolve(v, 0); r.key != "" {
		ct.symbol(r.key, countName(v), 0, 3)
	}
}

// countName says what a number counts, in words of the source.
func countName(v ssa.Value) string {
	switch v := v.(type) {
	case *ssa.BinOp:
		return countName(v.X)
	case *ssa.Convert:
		return countName(v.X)
	case *ssa.Slice:
		return countName(v.X)
	case *ssa.Call:
		if b, ok := v.Call.Value.(*ssa.Builtin); ok && b.Name() == "len" {
			if s, ok := v.Call.Args[0].(*ssa.Slice); ok {
				return lengthOf(s.X)
			}
			return lengthOf(v.Call.Args[0])
		}
	}
	if name := nameOf(v); name != "" {
		return name
	}
	return "the count"
}

// lengthOf names the length of a collection.
func lengthOf(v ssa.Value) string {
	if name := nameOf(v); name != "" {
		return "len(" + name + ")"
	}
	return "the number of items"
}

// symbol returns the symbol for a key, which is called name. Beyond the number that may vary a
// symbol has one value.
func (ct *counts) symbol(key, name string, low, high int) (prog.SymID, bool) {
	if s, ok := ct.syms[key]; ok {
		return s, true
	}
	d := prog.SymDef{Name: fmt.Sprintf("n%d", len(ct.syms)+1), Min: low, Max: min(high, 3)}
	if len(ct.syms) >= maxSymbols {
		d.Min, d.Max = 2, 2
	}
	s := ct.c.b.Sym(d)
	ct.syms[key] = s
	ct.c.unit.Symbols = append(ct.c.unit.Symbols, name)
	return s, true
}

// scaleConst has a constant become a symbol, unless one beside it does.
func (ct *counts) scaleConst(n int) {
	ct.seen[n] = true
	if _, ok := ct.scaledNear(n); !ok {
		ct.consts[n] = 0 // see makeConsts
	}
}

// spawns reports whether the innermost loop around b starts goroutines, itself
// or by calls.
func (ct *counts) spawns(fn *ssa.Function, b *ssa.BasicBlock) bool {
	_, body := ct.c.ix.loopsOf(fn).innermost(b)
	for b := range body {
		for _, instr := range b.Instrs {
			call, ok := instr.(ssa.CallInstruction)
			if !ok || !ct.c.cone.instrs[instr] {
				continue
			}
			if ct.launches(call, map[*ssa.Function]bool{}) {
				return true
			}
		}
	}
	return false
}

// launches reports whether a call or go statement starts a goroutine.
func (ct *counts) launches(call ssa.CallInstruction, seen map[*ssa.Function]bool) bool {
	if _, ok := call.(*ssa.Go); ok {
		return true
	}
	switch apiOf(calleeOf(call.Common())) {
	case apiWgGo, apiGroupGo, apiGroupTryGo, apiAfterFunc, apiCtxAfterFunc:
		return true
	}
	for _, fn := range ct.c.ix.Callees(call) {
		if seen[fn] || !ct.c.cone.funcs[fn] {
			continue
		}
		seen[fn] = true
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if inner, ok := instr.(ssa.CallInstruction); ok && ct.c.cone.instrs[instr] && ct.launches(inner, seen) {
					return true
				}
			}
		}
	}
	return false
}

// constInt returns the value of an integer constant.
func constInt(v ssa.Value) (int, bool) {
	c, ok := v.(*ssa.Const)
	if !ok || c.Value == nil || c.Value.Kind() != constant.Int || !isInt(c.Type()) {
		return 0, false
	}
	n, exact := constant.Int64Val(c.Value)
	return int(n), exact
}

// constIntOf is constInt for a value that may be nil.
func constIntOf(v ssa.Value) (int, bool) {
	if v == nil {
		return 0, false
	}
	return constInt(v)
}

// operand returns the operand of a number that is a symbol.
func (ct *counts) operand(v ssa.Value) (prog.Operand, bool) {
	if ct == nil || !isInt(v.Type()) {
		return prog.Operand{}, false
	}
	if n, ok := constInt(v); ok {
		for d := -2; d <= 2; d++ {
			if s, ok := ct.consts[n-d]; ok && n > exactLoop-2 {
				return prog.Sym(s, d), true
			}
		}
		return prog.Operand{}, false
	}
	if n, k, ok := ct.constant(v, 0); ok {
		s, scaled := ct.consts[n]
		return plus(s, k), scaled
	}
	if r := ct.resolve(v, 0); r.key != "" {
		if s, ok := ct.syms[r.key]; ok {
			return plus(s, r.off), true
		}
	}
	return prog.Operand{}, false
}

// plus returns a symbol plus a constant, which is lost if that is too large.
func plus(s prog.SymID, off int) prog.Operand {
	if off > prog.MaxInt || off < -prog.MaxInt {
		return prog.Lost
	}
	return prog.Sym(s, off)
}

// clashes reports whether a constant meets a primitive in a root with a scaled
// constant it has no relation to: the comparison of the two means nothing.
func (ct *counts) clashes(v ssa.Value) bool {
	n, ok := constInt(v)
	if !ok || n <= exactLoop || len(ct.consts) == 0 {
		return false
	}
	if _, sym := ct.operand(v); sym {
		return false
	}
	ct.c.unit.Clashed = true
	return true
}

// scaled returns the operand for a constant that starts a counter of a loop
// bounded by a symbol; user is the φ, store or operator that reads it.
func (ct *counts) scaled(user ssa.Value, v ssa.Value) (prog.Operand, bool) {
	instr, ok := user.(ssa.Instruction)
	if !ok {
		return prog.Operand{}, false
	}
	return ct.scaledAt(instr, v)
}

// scaledAt is scaled for any instruction.
func (ct *counts) scaledAt(user ssa.Instruction, v ssa.Value) (prog.Operand, bool) {
	s, ok := ct.marks[constUse{user, v}]
	if !ok {
		return prog.Operand{}, false
	}
	n, ok := constInt(v)
	if n > prog.MaxInt || n < -prog.MaxInt {
		return ct.farStart(n, s), ok
	}
	return prog.Scaled(n, s), ok
}

// farStart returns the operand for a start that is too large to be kept. The
// turns from there to a scaled bound above it are scaled like the bound: some,
// and the counter is never 0.
func (ct *counts) farStart(n int, s prog.SymID) prog.Operand {
	for bound, sym := range ct.consts {
		if sym == s && 0 < n && n < bound {
			return prog.Scaled(1, s)
		}
	}
	return prog.Lost
}

// markScaled marks the constants that start what is compared with a symbol.
func (ct *counts) markScaled(fn *ssa.Function) {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			bin, ok := instr.(*ssa.BinOp)
			if !ok || !ordered(bin.Op) || !ct.c.cone.values[bin] {
				continue
			}
			if o, ok := ct.operand(bin.Y); ok {
				ct.mark(bin.X, prog.SymID(o.N), map[ssa.Value]bool{})
			} else if o, ok := ct.operand(bin.X); ok {
				ct.mark(bin.Y, prog.SymID(o.N), map[ssa.Value]bool{})
			}
		}
	}
}

// mark follows a counter back to the constants it starts from.
func (ct *counts) mark(v ssa.Value, s prog.SymID, seen map[ssa.Value]bool) {
	if seen[v] {
		return
	}
	seen[v] = true
	switch v := v.(type) {
	case *ssa.Phi:
		for _, e := range v.Edges {
			if _, ok := constInt(e); ok {
				ct.marks[constUse{v, e}] = s
			} else {
				ct.mark(e, s, seen)
			}
		}
	case *ssa.BinOp:
		if steps(v) {
			ct.mark(v.X, s, seen)
		}
	case *ssa.UnOp:
		if v.Op == token.MUL {
			ct.markCell(v.X, s, seen)
		}
	}
}

// markCell follows a counter that lives in a variable.
func (ct *counts) markCell(p ssa.Value, s prog.SymID, seen map[ssa.Value]bool) {
	switch p := p.(type) {
	case *ssa.Phi:
		for _, e := range p.Edges {
			if !seen[e] {
				seen[e] = true
				ct.markCell(e, s, seen)
			}
		}
	case *ssa.Alloc:
		for _, r := range *p.Referrers() {
			st, ok := r.(*ssa.Store)
			if !ok || st.Addr != p {
				continue
			}
			if _, ok := constInt(st.Val); ok {
				ct.marks[constUse{st, st.Val}] = s
			} else {
				ct.mark(st.Val, s, seen)
			}
		}
	}
}

// resolve returns v as a number of the environment plus a constant.
func (ct *counts) resolve(v ssa.Value, depth int) count {
	if r, ok := ct.memo[v]; ok {
		return r
	}
	ct.memo[v] = count{} // cycles are no numbers of the environment
	r := ct.resolveNew(v, depth)
	ct.memo[v] = r
	return r
}

// resolveNew is resolve without the table.
func (ct *counts) resolveNew(v ssa.Value, depth int) count {
	if depth > 12 {
		return count{}
	}
	switch v := v.(type) {
	case *ssa.BinOp:
		n, ok := constInt(v.Y)
		if !ok || v.Op != token.ADD && v.Op != token.SUB {
			return count{}
		}
		r := ct.resolve(v.X, depth+1)
		if v.Op == token.SUB {
			n = -n
		}
		return count{r.key, r.off + n}
	case *ssa.Call:
		if b, ok := v.Call.Value.(*ssa.Builtin); ok {
			if s, ok := v.Call.Args[0].(*ssa.Slice); ok && b.Name() == "len" {
				return ct.resolvePart(s, depth+1)
			}
			if b.Name() == "len" || b.Name() == "cap" {
				if src := ct.source(v.Call.Args[0], depth+1); src != "" {
					return count{"len " + src, 0}
				}
			}
			return count{}
		}
	case *ssa.Convert:
		if isInt(v.X.Type()) {
			return ct.resolve(v.X, depth+1)
		}
		return count{}
	case *ssa.Phi:
		return count{}
	}
	if src := ct.source(v, depth); src != "" {
		return count{src, 0}
	}
	return count{}
}
