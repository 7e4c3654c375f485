package paths

import (
	"fmt"
	"go/constant"
	"go/token"
	"go/types"
	"sort"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// ValueKind says what is known of a value on one path.
type ValueKind int

const (
	Unknown ValueKind = iota // nothing
	Symbol                   // it is the result of evaluating Sym here
	Tracked                  // it is the value that the search tracks
	Nil
	True
	False
)

// A Value is what a path knows of one SSA value or variable.
type Value struct {
	Kind ValueKind
	Sym  ssa.Value
}

// lasting reports whether the value still tells something at a later time: it
// is the tracked value, a closure or an object.
func (v Value) lasting() bool {
	switch v.Sym.(type) {
	case *ssa.MakeClosure, *ssa.Alloc, *ssa.Function:
		return true
	}
	return v.Kind == Tracked
}

// A Mark is a client's note about a value, for instance "this object holds the
// tracked value" or "this closure has escaped". It belongs to the path.
type Mark struct {
	Kind int
	V    ssa.Value
}

// A State is one path through the function, up to here.
type State struct {
	w       *walker
	block   *ssa.BasicBlock
	armed   bool
	again   bool // the start was passed twice: new values of the start are not tracked
	shared  bool // a branch on an unknown captured variable was passed while armed
	bind    map[ssa.Value]Value
	cells   map[string]Value
	facts   map[string]fact
	marks   map[Mark]bool
	defers  []*ssa.Defer
	choices *choice
}

// A fact is how a branch on an atom was decided.
type fact struct {
	truth   bool
	support []ssa.Value // the values the atom mentions
	memory  bool        // it mentions memory or a call: good for one turn of a loop

	x, y   string         // x - y lies
	lo, hi int64          // between these
	is     constant.Value // it is this constant
	typ    types.Type     // it holds a value of this type
}

// key returns a text that facts about one atom share iff they say the same.
func (f fact) key() string {
	switch {
	case f.x != "":
		return fmt.Sprintf("=%d..%d", f.lo, f.hi)
	case f.is != nil:
		return "=" + f.is.ExactString()
	case f.typ != nil:
		return "=" + f.typ.String()
	}
	return "=" + strconv.FormatBool(f.truth)
}

type choice struct {
	Choice
	prev *choice
}

// ids numbers values, so that states have comparable keys.
type ids struct{ num map[ssa.Value]int }

// of returns the number of v.
func (t *ids) of(v ssa.Value) int {
	if t.num == nil {
		t.num = make(map[ssa.Value]int)
	}
	n, ok := t.num[v]
	if !ok {
		n = len(t.num) + 1
		t.num[v] = n
	}
	return n
}

// initial returns the state at the entry.
func (w *walker) initial() *State {
	st := &State{w: w, block: w.Fn.Blocks[0], armed: w.Start == nil,
		bind: make(map[ssa.Value]Value), cells: make(map[string]Value), facts: make(map[string]fact), marks: make(map[Mark]bool)}
	if p := w.Inherit; p != nil {
		for k, v := range p.cells {
			if !w.Later || v.lasting() {
				st.cells[k] = v
			}
		}
		for k, f := range p.facts {
			if !w.Later {
				st.facts[k] = f
			}
		}
		for m := range p.marks {
			st.marks[m] = true
		}
	}
	for cell, v := range w.Cells {
		st.cells[st.place(cell)] = v
	}
	for v, val := range w.Bind {
		st.bind[v] = val
	}
	return st
}

// fork copies the state.
func (st *State) fork() *State {
	c := *st
	c.bind = make(map[ssa.Value]Value, len(st.bind))
	for k, v := range st.bind {
		c.bind[k] = v
	}
	c.cells = make(map[string]Value, len(st.cells))
	for k, v := range st.cells {
		c.cells[k] = v
	}
	c.facts = make(map[string]fact, len(st.facts))
	for k, v := range st.facts {
		c.facts[k] = v
	}
	c.marks = make(map[Mark]bool, len(st.marks))
	for k := range st.marks {
		c.marks[k] = true
	}
	c.defers = append([]*ssa.Defer(nil), st.defers...)
	return &c
}

// key returns a text that two states share iff they behave alike from here on.
func (st *State) key() string {
	parts := make([]string, 0, len(st.bind)+len(st.cells)+len(st.facts)+len(st.marks)+len(st.defers))
	for v, val := range st.bind {
		parts = append(parts, "b"+strconv.Itoa(st.w.ids.of(v))+st.valueKey(val))
	}
	for k, val := range st.cells {
		parts = append(parts, "c"+k+st.valueKey(val))
	}
	for k, f := range st.facts {
		parts = append(parts, "f"+k+f.key())
	}
	for m := range st.marks {
		parts = append(parts, "m"+strconv.Itoa(m.Kind)+"/"+strconv.Itoa(st.w.ids.of(m.V)))
	}
	sort.Strings(parts)
	for _, d := range st.defers {
		parts = append(parts, fmt.Sprintf("d%d.%d", d.Block().Index, d.Pos()))
	}
	return fmt.Sprintf("%d %t%t%t %s", st.block.Index, st.armed, st.again, st.shared, strings.Join(parts, " "))
}

// valueKey returns the part of a key that stands for a value.
func (st *State) valueKey(v Value) string {
	return "=" + strconv.Itoa(int(v.Kind)) + "/" + strconv.Itoa(st.symID(v))
}

// symID numbers the symbol of a value; 0 if it has none.
func (st *State) symID(v Value) int {
	if v.Sym == nil {
		return 0
	}
	return st.w.ids.of(v.Sym)
}

// Mark notes m on this path.
func (st *State) Mark(m Mark) { st.marks[m] = true }

// Unmark removes the note.
func (st *State) Unmark(m Mark) { delete(st.marks, m) }

// Marked reports whether m was noted on this path.
func (st *State) Marked(m Mark) bool { return st.marks[m] }

// Content returns what the local variable cell (an Alloc) holds.
func (st *State) Content(cell ssa.Value) Value { return st.cells[st.place(cell)] }

// Armed reports whether the start has been passed.
func (st *State) Armed() bool { return st.armed }

// IsTracked reports whether v is the tracked value on this path.
func (st *State) IsTracked(v ssa.Value) bool { return st.Eval(v).Kind == Tracked }

// Alias makes v stand for the tracked value until v is computed again; of, if
// not nil, has the type of what v, an interface, holds then.
func (st *State) Alias(v, of ssa.Value) { st.bind[v] = Value{Kind: Tracked, Sym: of} }

// Eval returns what the path knows of v.
func (st *State) Eval(v ssa.Value) Value {
	if v == st.w.Tracked && v != nil && st.armed && !st.again {
		return Value{Kind: Tracked}
	}
	if val, ok := st.bind[v]; ok {
		return val
	}
	switch v := v.(type) {
	case *ssa.Const:
		return constValue(v)
	case *ssa.ChangeType:
		return st.Eval(v.X)
	case *ssa.ChangeInterface:
		return st.Eval(v.X)
	case *ssa.MakeInterface:
		if val := st.Eval(v.X); val.Kind == Tracked {
			return Value{Kind: Tracked, Sym: v}
		}
	case *ssa.TypeAssert:
		if val, ok := st.unboxed(st.Eval(v.X), v); ok && !v.CommaOk {
			return val
		}
	case *ssa.Extract:
		if _, next := v.Tuple.(*ssa.Next); next && v.Index == 0 && st.bind[v.Tuple].Kind == True {
			return Value{Kind: True}
		}
		if val, ok := st.asserted(v); ok {
			return val
		}
	case *ssa.Field:
		if val, ok := st.loadedPart(v.X, fmt.Sprintf(".%d", v.Field)); ok {
			return val
		}
	case *ssa.Index:
		if k, ok := index(v.Index); ok {
			if val, ok := st.loadedPart(v.X, fmt.Sprintf(".[%d]", k)); ok {
				return val
			}
		}
	}
	return Value{Kind: Symbol, Sym: v}
}

// loadedPart returns a field or element of a struct or array that was loaded
// from a local object.
func (st *State) loadedPart(v ssa.Value, step string) (Value, bool) {
	load, ok := v.(*ssa.UnOp)
	if !ok || load.Op != token.MUL {
		return Value{}, false
	}
	place := st.place(load.X)
	val, ok := st.cells[place+step]
	return val, ok && place != ""
}

// Knows reports whether the path knows which local variable, field or element
// addr points to.
func (st *State) Knows(addr ssa.Value) bool { return st.place(addr) != "" }

// constValue is the value of a constant.
func constValue(c *ssa.Const) Value {
	if c.Value == nil {
		if types.IsInterface(c.Type()) || isNilable(c.Type()) {
			return Value{Kind: Nil}
		}
		return Value{Kind: Symbol, Sym: c}
	}
	if c.Value.Kind() == constant.Bool {
		return boolValue(constant.BoolVal(c.Value))
	}
	return Value{Kind: Symbol, Sym: c}
}

// boolValue is True or False.
func boolValue(b bool) Value {
	if b {
		return Value{Kind: True}
	}
	return Value{Kind: False}
}

// isNilable reports whether values of type t can be nil.
func isNilable(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Pointer, *types.Slice, *types.Map, *types.Chan, *types.Signature, *types.Interface:
		return true
	}
	return false
}

// assign executes a store.
func (st *State) assign(instr *ssa.Store) {
	val := st.Eval(instr.Val)
	if place := st.place(instr.Addr); place != "" {
		if val.Kind != Tracked && !st.w.cone.hasCell(rootOf(instr.Addr)) {
			val = Value{}
		}
		fields := st.copied(instr)
		st.setCell(place, val)
		for path, val := range fields {
			st.cells[place+path] = val
		}
		return
	}
	addr := instr.Addr
	if at, ok := addr.(*ssa.IndexAddr); ok {
		addr = at.X // any element
		st.forgetElements(st.array(addr))
	}
	t := st.term(addr, 0).name
	if addr != instr.Addr && t != "" {
		t = "at(" + t
	}
	st.changed("*" + t)
}

// forgetElements drops what is known of the elements of a local array, except
// that one may be the tracked value.
func (st *State) forgetElements(array string) {
	for k, val := range st.cells {
		if array != "" && strings.HasPrefix(k, array+".[") && val.Kind != Tracked {
			delete(st.cells, k)
		}
	}
}

// changed drops what is known of what a name begins with.
func (st *State) changed(name string) {
	if name == "*" || name == "at(" || name == "len(" {
		return // the address is not known
	}
	for k := range st.facts {
		if strings.Contains(k, name) {
			delete(st.facts, k)
		}
	}
}

// changeMap drops what is known of the length and elements of a map.
func (st *State) changeMap(m ssa.Value) {
	t := st.term(m, 0).name
	if t == "" {
		return
	}
	st.changed("at(" + t)
	st.changed("len(" + t)
}

// allocate gives a variable its zero value.
func (st *State) allocate(instr *ssa.Alloc) {
	st.setCell(st.place(instr), Value{})
	for m := range st.marks {
		if m.V == instr {
			delete(st.marks, m)
		}
	}
	if st.w.cone.hasCell(instr) {
		if t := instr.Type().Underlying().(*types.Pointer).Elem(); isNilable(t) {
			st.setCell(st.place(instr), Value{Kind: Nil})
		} else if b, ok := t.Underlying().(*types.Basic); ok && b.Info()&types.IsBoolean != 0 {
			st.setCell(st.place(instr), Value{Kind: False})
		}
	}
}

// load binds the result of reading a local variable that matters.
func (st *State) load(instr *ssa.UnOp) {
	place := ""
	if instr.Op == token.MUL && st.bind[instr].Kind != Tracked {
		place = st.place(instr.X)
	}
	if place == "" {
		return
	}
	val, ok := st.cells[place]
	if !ok && st.w.cone.hasCell(rootOf(instr.X)) {
		val = Value{Kind: Symbol, Sym: instr} // the next load reads the same
		st.cells[place] = val
	}
	if val.Kind != Unknown && val.Sym != ssa.Value(instr) {
		st.bind[instr] = val
	}
}

// phis binds the φ nodes of to that matter, all at once.
func (st *State) phis(from, to *ssa.BasicBlock) {
	edge := -1
	for i, p := range to.Preds {
		if p == from {
			edge = i
		}
	}
	type pair struct {
		phi *ssa.Phi
		val Value
	}
	var pairs []pair
	for _, instr := range to.Instrs {
		phi, ok := instr.(*ssa.Phi)
		if !ok {
			break
		}
		pairs = append(pairs, pair{phi, st.Eval(phi.Edges[edge])})
	}
	carried := st.carried(from, to, edge)
	for _, p := range pairs {
		st.forget(p.phi)
	}
	for k, f := range carried.facts {
		st.facts[k] = f
	}
	for _, p := range pairs {
		if carried.counters[p.phi] {
			continue // it stands for itself
		}
		if p.val.Kind == Tracked || st.w.cone.hasValue(p.phi) && p.val.Sym != ssa.Value(p.phi) {
			st.bind[p.phi] = p.val
		}
	}
}

// forget drops what is known of v, which is about to be computed anew.
func (st *State) forget(v ssa.Value) {
	delete(st.bind, v)
	for k, val := range st.bind {
		if val.Sym == v {
			st.bind[k] = Value{}
		}
	}
	if _, alloc := v.(*ssa.Alloc); !alloc {
		for k, val := range st.cells {
			if val.Sym == v {
				delete(st.cells, k)
			}
		}
	}
	for k, f := range st.facts {
		for _, s := range f.support {
			if s == v {
				delete(st.facts, k)
				break
			}
		}
	}
}

// turn drops what holds for one turn of a loop only.
func (st *State) turn() {
	for k, f := range st.facts {
		if f.memory {
			delete(st.facts, k)
		}
	}
}

// deferCall notes a deferred call, once.
func (st *State) deferCall(d *ssa.Defer) {
	for _, e := range st.defers {
		if e == d {
			return
		}
	}
	st.defers = append(st.defers, d)
}
