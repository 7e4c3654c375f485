package paths

import (
	"go/token"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/lazyssa"
	"github.com/leaklint/leaklint/internal/valueflow"
)

// A cone is the static part of a search: which values and variables branches
// depend on, and which branches ask the same question again.
type cone struct {
	values   map[ssa.Value]bool // φ nodes that a branch or the tracked value depends on
	cells    map[ssa.Value]bool // variables (Allocs) likewise
	repeats  map[*ssa.If]bool   // branches that share a leaf with another, or lie on a cycle
	volatile []ssa.Value        // variables that closures write at unknown times
}

// newCone scans the function and the closures in it.
func newCone(s *Search) *cone {
	c := &cone{values: make(map[ssa.Value]bool), cells: make(map[ssa.Value]bool), repeats: make(map[*ssa.If]bool)}
	count := make(map[any]int)
	leaves := make(map[*ssa.If]map[any]bool)
	var all func(fn *ssa.Function)
	all = func(fn *ssa.Function) {
		loops := cyclic(fn)
		for _, b := range fn.Blocks {
			c.scan(b, s.Watch)
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
		for _, anon := range fn.AnonFuncs {
			all(anon)
		}
	}
	all(s.Fn)
	for br, set := range leaves {
		for l := range set {
			if count[l] > 1 {
				c.repeats[br] = true
			}
		}
	}
	return c
}

// scan notes watched values and variables written by closures.
func (c *cone) scan(b *ssa.BasicBlock, watch func(ssa.Value) bool) {
	for _, instr := range b.Instrs {
		if st, ok := instr.(*ssa.Store); ok && watch != nil && watch(st.Val) {
			c.cell(st.Addr)
		}
		v, ok := instr.(ssa.Value)
		if !ok {
			continue
		}
		if watch != nil && watch(v) {
			c.values[v] = true
			if load, ok := v.(*ssa.UnOp); ok && load.Op == token.MUL {
				c.cell(load.X)
			}
		}
		if mc, ok := v.(*ssa.MakeClosure); ok && !onlyDeferred(mc) {
			c.volatile = append(c.volatile, written(mc)...)
		}
	}
}

// cell notes the variable that addr belongs to.
func (c *cone) cell(addr ssa.Value) {
	if r := rootOf(addr); r != nil {
		c.cells[r] = true
	}
}

// leaves collects what a condition finally depends on.
func (c *cone) leaves(v ssa.Value, set map[any]bool, seen map[ssa.Value]bool) {
	if seen[v] {
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
func (c *cone) leavesOfPart(v ssa.Value, set map[any]bool, seen map[ssa.Value]bool) {
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
func (c *cone) leavesOfLoad(v *ssa.UnOp, set map[any]bool, seen map[ssa.Value]bool) {
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
