package paths

import (
	"go/token"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/lazyssa"
	"github.com/leaklint/leaklint/internal/valueflow"
)

// Functions keeps what searches have found out about functions, for the
// searches that follow. It is not safe for concurrent use.
type Functions struct{ statics map[*ssa.Function]*statics }

// statics is what a search knows of a function before it walks, whatever it
// tracks: which values and variables branches depend on, and which branches ask
// the same question again.
type statics struct {
	loops    map[*ssa.BasicBlock]bool // blocks of the function itself that lie on a cycle
	values   map[ssa.Value]bool       // φ nodes that a branch depends on
	cells    map[ssa.Value]bool       // variables (Allocs) likewise
	repeats  map[*ssa.If]bool         // branches that share a leaf with another, or lie on a cycle
	volatile []ssa.Value              // variables that closures write at unknown times
}

// A cone is the part of a search that does not change on the way: statics, and
// what the tracked value depends on.
type cone struct {
	*statics
	watched map[ssa.Value]bool
	holders map[ssa.Value]bool // variables (Allocs) that a watched value is stored in or loaded from
}

// hasValue reports whether it matters which edge a φ node has taken.
func (c *cone) hasValue(v ssa.Value) bool { return c.values[v] || c.watched[v] }

// hasCell reports whether the content of a variable matters.
func (c *cone) hasCell(v ssa.Value) bool { return c.cells[v] || c.holders[v] }

// newCone returns the cone of a search.
func newCone(s *Search) *cone {
	c := &cone{statics: s.Known.of(s.Fn), watched: make(map[ssa.Value]bool), holders: make(map[ssa.Value]bool)}
	if s.Watch != nil {
		for instr := range lazyssa.Instrs(family(nil, s.Fn)) {
			switch instr := instr.(type) {
			case *ssa.Store:
				if s.Watch(instr.Val) {
					c.holds(instr.Addr)
				}
			case ssa.Value:
				c.watch(instr, s.Watch)
			}
		}
	}
	return c
}

// family appends fn and the closures in it.
func family(fns []*ssa.Function, fn *ssa.Function) []*ssa.Function {
	fns = append(fns, fn)
	for _, anon := range fn.AnonFuncs {
		fns = family(fns, anon)
	}
	return fns
}

// of returns the statics of a function, from the table if there is one.
func (k *Functions) of(fn *ssa.Function) *statics {
	if k == nil {
		return newStatics(fn)
	}
	s := k.statics[fn]
	if s == nil {
		if k.statics == nil {
			k.statics = make(map[*ssa.Function]*statics)
		}
		s = newStatics(fn)
		k.statics[fn] = s
	}
	return s
}

// newStatics scans the function and the closures in it.
func newStatics(fn *ssa.Function) *statics {
	c := &statics{values: make(map[ssa.Value]bool), cells: make(map[ssa.Value]bool), repeats: make(map[*ssa.If]bool)}
	count := make(map[any]int)
	leaves := make(map[*ssa.If]map[any]bool)
	for _, fn := range family(nil, fn) {
		loops := cyclic(fn)
		if c.loops == nil {
			c.loops = loops // of the function itself, which is first
		}
		for _, b := range fn.Blocks {
			c.scan(b)
			br, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
			if !ok {
				continue
			}
			set := make(map[any]bool)
			c.leaves(br.Cond, set, make(map[ssa.Value]bool))
			leaves[br] = set
			for l := range set {
				count[l]++
				if loops[b] {
					count[l]++ // asked again in the next turn
				}
			}
		}
	}
	for br, set := range leaves {
		for l := range set {
			if count[l] > 1 {
				c.repeats[br] = true
			}
		}
	}
	return c
}

// scan notes variables written by closures.
func (c *statics) scan(b *ssa.BasicBlock) {
	for _, instr := range b.Instrs {
		if mc, ok := instr.(*ssa.MakeClosure); ok && !onlyDeferred(mc) {
			c.volatile = append(c.volatile, written(mc)...)
		}
	}
}

// watch notes a value that matters to the search.
func (c *cone) watch(v ssa.Value, matters func(ssa.Value) bool) {
	if !matters(v) {
		return
	}
	c.watched[v] = true
	if load, ok := v.(*ssa.UnOp); ok && load.Op == token.MUL {
		c.holds(load.X)
	}
}

// holds notes that the variable at addr, or around it, holds a watched value.
func (c *cone) holds(addr ssa.Value) {
	if r := rootOf(addr); r != nil {
		c.holders[r] = true
	}
}

// cell notes that a branch depends on the variable at addr, or around it.
func (c *statics) cell(addr ssa.Value) {
	if r := rootOf(addr); r != nil {
		c.cells[r] = true
	}
}

// maxLeaves bounds the values that one condition is followed to.
const maxLeaves = 1000

// leaves collects what a condition finally depends on.
func (c *statics) leaves(v ssa.Value, set map[any]bool, seen map[ssa.Value]bool) {
	if seen[v] || len(seen) > maxLeaves {
		return
	}
	seen[v] = true
	switch v := v.(type) {
	case *ssa.Const:
	case *ssa.BinOp:
		c.leaves(v.X, set, seen)
		c.leaves(v.Y, set, seen)
	case *ssa.Convert:
		c.leaves(v.X, set, seen)
	case *ssa.ChangeType:
		c.leaves(v.X, set, seen)
	case *ssa.Phi:
		c.values[v] = true
		set[v] = true
		for _, e := range v.Edges {
			c.leaves(e, set, seen)
		}
	case *ssa.UnOp:
		c.leavesOfLoad(v, set, seen)
	case *ssa.Call:
		set[v] = true
		if fn := v.Call.StaticCallee(); fn != nil {
			set[fn] = true
		}
		if v.Call.IsInvoke() {
			c.leaves(v.Call.Value, set, seen)
		}
		for _, a := range v.Call.Args {
			c.leaves(a, set, seen)
		}
	default:
		set[v] = true
		c.leavesOfPart(v, set, seen)
	}
}

// leavesOfPart handles what is read out of another value, or made of one.
func (c *statics) leavesOfPart(v ssa.Value, set map[any]bool, seen map[ssa.Value]bool) {
	switch v := v.(type) {
	case *ssa.Extract:
		c.leaves(v.Tuple, set, seen)
	case *ssa.TypeAssert:
		c.leaves(v.X, set, seen)
	case *ssa.MakeInterface:
		c.leaves(v.X, set, seen)
	case *ssa.Lookup:
		c.leaves(v.X, set, seen)
		c.leaves(v.Index, set, seen)
	case *ssa.Index:
		c.leaves(v.X, set, seen)
		c.leaves(v.Index, set, seen)
	case *ssa.IndexAddr:
		c.leaves(v.X, set, seen)
		c.leaves(v.Index, set, seen)
	case *ssa.Field:
		c.leaves(v.X, set, seen)
	case *ssa.Slice:
		c.leaves(v.X, set, seen)
	case *ssa.MakeSlice:
		c.leaves(v.Len, set, seen)
	case *ssa.Next:
		if over, ok := v.Iter.(*ssa.Range); ok {
			c.leaves(over.X, set, seen)
		}
	}
}

// leavesOfLoad handles negation, fields and variables.
func (c *statics) leavesOfLoad(v *ssa.UnOp, set map[any]bool, seen map[ssa.Value]bool) {
	if v.Op != token.MUL {
		c.leaves(v.X, set, seen)
		return
	}
	if cell := valueflow.CellOf(v.X); cell != nil {
		c.cells[cell] = true
		set[cell] = true
		valueflow.EachCellUse(cell, func(addr ssa.Value, instr ssa.Instruction) {
			if st, ok := instr.(*ssa.Store); ok && st.Addr == addr {
				c.leaves(st.Val, set, seen)
			}
		})
		return
	}
	switch addr := v.X.(type) {
	case *ssa.FieldAddr:
		if f := valueflow.FieldVar(addr); f != nil {
			set[f] = true
		}
		c.cell(addr)
	case *ssa.Global:
		set[addr] = true
	default:
		set[v] = true
		c.leaves(v.X, set, seen)
	}
}

// captured reports whether cond depends on a variable of an enclosing function
// whose value the path does not know.
func (c *cone) captured(st *State, cond ssa.Value) bool {
	seen := make(map[ssa.Value]bool)
	var dep func(v ssa.Value) bool
	dep = func(v ssa.Value) bool {
		if seen[v] {
			return false
		}
		seen[v] = true
		if val := st.Eval(v); val.Kind == Symbol && val.Sym != v {
			return dep(val.Sym)
		}
		switch v := v.(type) {
		case *ssa.FreeVar:
			return true
		case *ssa.UnOp:
			_, free := v.X.(*ssa.FreeVar)
			return free && v.Op == token.MUL || v.Op == token.NOT && dep(v.X)
		case *ssa.BinOp:
			return dep(v.X) || dep(v.Y)
		case *ssa.Phi:
			for _, e := range v.Edges {
				if dep(e) {
					return true
				}
			}
		}
		return false
	}
	return dep(cond)
}

// rootOf returns the variable that addr is, or is a field of; nil if none.
func rootOf(addr ssa.Value) ssa.Value {
	if cell := valueflow.CellOf(addr); cell != nil {
		return cell
	}
	return valueflow.LocalRoot(addr)
}

// onlyDeferred reports whether the closure is used by defer statements alone.
func onlyDeferred(mc *ssa.MakeClosure) bool {
	for _, ref := range *mc.Referrers() {
		switch ref := ref.(type) {
		case *ssa.Defer:
			if ref.Call.Value != mc {
				return false
			}
		case *ssa.DebugRef:
		default:
			return false
		}
	}
	return true
}

// writes returns the variables that a deferred closure assigns.
func writes(d *ssa.Defer) []ssa.Value {
	if mc, ok := d.Call.Value.(*ssa.MakeClosure); ok {
		return written(mc)
	}
	return nil
}

// written returns the variables of enclosing functions that the closure, or a
// closure in it, assigns.
func written(mc *ssa.MakeClosure) []ssa.Value { return appendWritten(nil, mc.Fn.(*ssa.Function)) }

// appendWritten appends the variables of enclosing functions that fn, or a
// closure in it, assigns.
func appendWritten(cells []ssa.Value, fn *ssa.Function) []ssa.Value {
	for instr := range lazyssa.Instrs([]*ssa.Function{fn}) {
		st, ok := instr.(*ssa.Store)
		if !ok {
			continue
		}
		addr := st.Addr
		for field, ok := addr.(*ssa.FieldAddr); ok; field, ok = addr.(*ssa.FieldAddr) {
			addr = field.X
		}
		if fv, ok := addr.(*ssa.FreeVar); ok {
			if cell := valueflow.CellOf(fv); cell != nil {
				cells = append(cells, cell)
			}
		}
	}
	for _, anon := range fn.AnonFuncs {
		cells = appendWritten(cells, anon)
	}
	return cells
}
