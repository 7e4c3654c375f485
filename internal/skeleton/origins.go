package skeleton

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/coretype"
	"github.com/leaklint/leaklint/internal/lazyssa"
)

// An origins graph says which primitives a value may be: the allocation events
// from which it can come. Unlike the classes, which make a callee's parameter
// one with all that is ever passed, it knows the direction of a copy: what a
// function hands down does not come back up. Memory is one place for each class
// of addresses, so it is as coarse as the classes there, and blind to the order
// of statements.
//
// The graph is read once, after the classes are final. Its strongly connected
// components share one set each; the cost is linear in code times the number of
// allocation events divided by the word size.
type origins struct {
	ix    *Index
	num   map[Site]int // numbers of the allocation events
	sites []Site
	ids   map[ssa.Value]int32 // nodes of values, which are most
	other map[place]int32     // all other nodes
	succ  [][]int32
	base  map[int32][]int // node → events that make it, for the few that are made
	comp  []int32         // node → component
	sets  []bits          // component → events it may come from
	ops   [][]*Op         // event → operations that may meet it
}

// A place is a node: a value, the memory behind a class of addresses or
// containers, the address of a field, or a result of a function.
type place struct {
	value  ssa.Value
	mem    *class
	addr   *class
	fn     *ssa.Function
	result int
}

// bits is a set of allocation events.
type bits []uint64

// meets reports whether two sets have an event in common.
func (b bits) meets(c bits) bool {
	for i := range min(len(b), len(c)) {
		if b[i]&c[i] != 0 {
			return true
		}
	}
	return false
}

// has reports whether the set holds event i.
func (b bits) has(i int) bool { return i/64 < len(b) && b[i/64]&(1<<(i%64)) != 0 }

// add puts event i into the set, which must be large enough.
func (b bits) add(i int) { b[i/64] |= 1 << (i % 64) }

// plus returns the union of two sets.
func (o *origins) plus(b, c bits) bits {
	if b == nil || c == nil {
		return append(b, c...)
	}
	b = append(bits(nil), b...)
	for i, w := range c {
		b[i] |= w
	}
	return b
}

// each calls f for every event of the set, in order.
func (b bits) each(f func(int)) {
	for i, w := range b {
		for j := 0; w != 0; j, w = j+1, w>>1 {
			if w&1 != 0 {
				f(64*i + j)
			}
		}
	}
}

// newOrigins reads the functions of the index.
func newOrigins(ix *Index) *origins {
	o := &origins{ix: ix, num: map[Site]int{}, ids: make(map[ssa.Value]int32, len(ix.flow.values)),
		other: map[place]int32{}, base: map[int32][]int{}}
	for _, fn := range ix.Funcs {
		for _, s := range ix.sites[fn] {
			o.made(s)
		}
		for instr := range lazyssa.Instrs([]*ssa.Function{fn}) {
			o.read(fn, instr)
		}
	}
	o.solve()
	o.succ, o.base = nil, nil
	o.ops = make([][]*Op, len(o.sites))
	for _, fn := range ix.Funcs {
		for _, op := range ix.ops[fn] {
			for _, v := range op.Operands {
				o.of(v).each(func(i int) { o.ops[i] = append(o.ops[i], op) })
			}
		}
	}
	return o
}

// id returns the node of a place.
func (o *origins) id(p place) int32 {
	n, ok := o.find(p)
	if ok {
		return n
	}
	n = int32(len(o.succ))
	if p.value != nil {
		o.ids[p.value] = n
	} else {
		o.other[p] = n
	}
	o.succ = append(o.succ, nil)
	return n
}

// find returns the node of a place, if it has one.
func (o *origins) find(p place) (n int32, ok bool) {
	if p.value != nil {
		n, ok = o.ids[p.value]
	} else {
		n, ok = o.other[p]
	}
	return n, ok
}

// place returns the place of a value; ok is false if it can't be a primitive.
func (o *origins) place(v ssa.Value) (place, bool) {
	if v == nil || !o.ix.flow.carries(v.Type()) {
		return place{}, false
	}
	switch v := v.(type) {
	case *ssa.Const, *ssa.Function:
		return place{}, false
	case *ssa.FieldAddr:
		if !ownsFields(v.X.Type()) {
			return place{addr: o.ix.flow.of(v)}, true
		}
		return o.place(v.X)
	}
	return place{value: v}, true
}

// mem returns the place of what an address or container leads to.
func (o *origins) mem(v ssa.Value) (place, bool) {
	c := o.ix.flow.of(v)
	if fa, ok := v.(*ssa.FieldAddr); ok && ownsFields(fa.X.Type()) {
		return o.place(fa.X) // timer.C, cond.L: the primitive itself
	}
	return place{mem: c}, c != nil
}

// made notes an allocation event.
func (o *origins) made(s Site) {
	n, ok := o.num[s]
	if !ok {
		n = len(o.sites)
		o.num[s] = n
		o.sites = append(o.sites, s)
	}
	at := func(p place) {
		i := o.id(p)
		o.base[i] = append(o.base[i], n)
	}
	v, isValue := s.Instr.(ssa.Value)
	own := o.ix.flow.of(v)
	if isValue {
		if t, ok := v.Type().(*types.Tuple); ok && t.Len() > 0 {
			for _, r := range *v.Referrers() {
				if ex, ok := r.(*ssa.Extract); ok {
					at(place{value: ex})
				}
			}
			return
		}
	}
	for _, cl := range o.ix.siteClass[s] {
		if cl = cl.find(); cl == own {
			at(place{value: v})
		} else {
			at(place{addr: cl}) // a field that holds it by value
		}
	}
}

// edge says that what from holds may come to be what to holds.
func (o *origins) edge(from, to place) {
	i := o.id(from)
	o.succ[i] = append(o.succ[i], o.id(to))
}

// copies notes that v becomes w.
func (o *origins) copies(v, w ssa.Value) {
	from, ok1 := o.place(v)
	to, ok2 := o.place(w)
	if ok1 && ok2 {
		o.edge(from, to)
	}
}

// boxes notes that an embedded lock becomes a sync.Locker.
func (o *origins) boxes(mi *ssa.MakeInterface) {
	f := lockIn(mi)
	to, ok := o.place(mi)
	if f == nil || !ok {
		return
	}
	c := o.ix.flow.field(f)
	if _, pointer := coretype.Pointed(f.Type()); pointer {
		o.edge(place{mem: c}, to)
	} else {
		o.edge(place{addr: c}, to)
	}
}

// stores notes that v is put behind an address or into a container.
func (o *origins) stores(v, addr ssa.Value) {
	from, ok1 := o.place(v)
	to, ok2 := o.mem(addr)
	if ok1 && ok2 {
		o.edge(from, to)
	}
}

// loads notes that v is taken from behind an address or out of a container.
func (o *origins) loads(addr, v ssa.Value) {
	from, ok1 := o.mem(addr)
	to, ok2 := o.place(v)
	if ok1 && ok2 {
		o.edge(from, to)
	}
}

// read notes the copies that one instruction makes.
func (o *origins) read(fn *ssa.Function, instr ssa.Instruction) {
	switch instr := instr.(type) {
	case *ssa.Phi:
		for _, e := range instr.Edges {
			o.copies(e, instr)
		}
	case *ssa.UnOp:
		if (instr.Op == token.MUL || instr.Op == token.ARROW) && !instr.CommaOk {
			o.loads(instr.X, instr)
		}
	case *ssa.Store:
		o.stores(instr.Val, instr.Addr)
	case *ssa.Send:
		o.stores(instr.X, instr.Chan)
	case *ssa.Select:
		for _, s := range instr.States {
			if s.Dir == types.SendOnly {
				o.stores(s.Send, s.Chan)
			}
		}
	case *ssa.MapUpdate:
		o.stores(instr.Value, instr.Map)
		o.stores(instr.Key, instr.Map)
	case *ssa.MakeClosure:
		closed := instr.Fn.(*ssa.Function)
		for i, b := range instr.Bindings {
			if i < len(closed.FreeVars) {
				o.copies(b, origin(closed).FreeVars[i])
			}
		}
	case *ssa.Return:
		for i, r := range instr.Results {
			if from, ok := o.place(r); ok {
				o.edge(from, place{fn: fn, result: i})
			}
		}
	case ssa.CallInstruction:
		o.readCall(instr)
	case ssa.Value:
		o.readValue(instr)
	}
}

// readValue notes the copies of an instruction that hands a value on.
func (o *origins) readValue(v ssa.Value) {
	switch v := v.(type) {
	case *ssa.MakeInterface:
		o.copies(v.X, v)
		o.boxes(v)
	case *ssa.ChangeType:
		o.copies(v.X, v)
	case *ssa.ChangeInterface:
		o.copies(v.X, v)
	case *ssa.Convert:
		o.copies(v.X, v)
	case *ssa.MultiConvert:
		o.copies(v.X, v)
	case *ssa.SliceToArrayPointer:
		o.copies(v.X, v)
	case *ssa.Slice:
		o.copies(v.X, v)
	case *ssa.IndexAddr:
		o.copies(v.X, v)
	case *ssa.Index: // an array is taken for its elements
		if _, ok := v.X.Type().Underlying().(*types.Array); ok {
			o.copies(v.X, v)
		} else {
			o.loads(v.X, v)
		}
	case *ssa.Lookup:
		if !v.CommaOk {
			o.loads(v.X, v)
		}
	case *ssa.Field:
		if to, ok := o.place(v); ok {
			o.edge(place{mem: o.ix.flow.field(coretype.Field(v.X.Type(), v.Field))}, to)
		}
	case *ssa.TypeAssert:
		if !v.CommaOk {
			o.copies(v.X, v)
		}
	case *ssa.Extract:
		o.readExtract(v)
	}
}

// readExtract notes the copy of a component of a tuple.
func (o *origins) readExtract(v *ssa.Extract) {
	first := v.Index == 0
	switch t := v.Tuple.(type) {
	case *ssa.UnOp:
		o.loadsIf(first, t.X, v)
	case *ssa.Lookup:
		o.loadsIf(first, t.X, v)
	case *ssa.TypeAssert:
		if first {
			o.copies(t.X, v)
		}
	case *ssa.Next:
		if r, ok := t.Iter.(*ssa.Range); ok {
			o.loadsIf(!first, r.X, v)
		}
	case *ssa.Select: // index, ok, then one value for each receive
		n := 2
		for _, s := range t.States {
			if s.Dir == types.RecvOnly {
				o.loadsIf(v.Index == n, s.Chan, v)
				n++
			}
		}
	}
}

// loadsIf is loads under a condition.
func (o *origins) loadsIf(is bool, addr, v ssa.Value) {
	if is {
		o.loads(addr, v)
	}
}

// readCall notes what a call hands to its callees and gets back.
func (o *origins) readCall(call ssa.CallInstruction) {
	com := call.Common()
	for _, callee := range o.ix.callees[call] {
		o.bind(call, callee)
	}
	v := call.Value()
	switch b, _ := com.Value.(*ssa.Builtin); {
	case b != nil && b.Name() == "append" && v != nil:
		for _, a := range com.Args {
			o.copies(a, v)
		}
	case v == nil:
	case com.IsInvoke():
		if apiOf(com.Method) == apiCtxDone {
			o.copies(com.Value, v)
		}
	default:
		o.derived(com, v)
	}
}

// bind notes the arguments and results of a call of fn.
func (o *origins) bind(call ssa.CallInstruction, fn *ssa.Function) {
	com := call.Common()
	params := fn.Params
	if com.IsInvoke() && len(params) > 0 {
		o.copies(com.Value, params[0])
		params = params[1:]
	}
	for i, a := range com.Args {
		if i < len(params) {
			o.copies(a, params[i])
		}
	}
	v := call.Value()
	if v == nil {
		return
	}
	if _, tuple := v.Type().(*types.Tuple); !tuple {
		if to, ok := o.place(v); ok {
			o.edge(place{fn: fn}, to)
		}
		return
	}
	for _, r := range *v.Referrers() {
		if ex, ok := r.(*ssa.Extract); ok {
			if to, ok := o.place(ex); ok {
				o.edge(place{fn: fn, result: ex.Index}, to)
			}
		}
	}
}

// derived notes that the result of a call out of the package leads to its
// argument: the parent of a context, whose end reaches the child.
func (o *origins) derived(com *ssa.CallCommon, v *ssa.Call) {
	if w := o.ix.wraps(com); w != nil {
		if first := firstResult(v); first != nil {
			o.copies(w, first)
		}
		return
	}
	callee := com.StaticCallee()
	if callee == nil || len(com.Args) == 0 || o.ix.Own(callee) || !derivesFrom(callee) && !makesPrimitive(callee) {
		return
	}
	if _, tuple := v.Type().(*types.Tuple); !tuple {
		o.copies(com.Args[0], v)
		return
	}
	for _, r := range *v.Referrers() {
		if ex, ok := r.(*ssa.Extract); ok {
			o.copies(com.Args[0], ex)
		}
	}
}

// of returns the events that a value may come from.
func (o *origins) of(v ssa.Value) bits {
	p, ok := o.place(v)
	if !ok {
		return nil
	}
	return o.at(p)
}

// at returns the events that a place may hold.
func (o *origins) at(p place) bits {
	if n, ok := o.find(p); ok {
		return o.sets[o.comp[n]]
	}
	return nil
}
