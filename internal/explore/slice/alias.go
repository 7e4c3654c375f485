package slice

import "github.com/leaklint/leaklint/internal/explore/prog"

// A node is a class of values that may be the same pointer, primitive,
// collection or function.
type node struct {
	up         *node   // where it was merged into
	content    *node   // what is in the place, collection or channel
	bases      []place // the objects of which it is a field's address
	fields     map[int]*node
	collapsed  bool         // all fields are one, and the object itself
	funcs      map[int]bool // bodies that a value of the class may run
	reach      []*node      // what else its holder can reach: captured values
	own        bool         // it may be made by the program
	empty      bool         // it may be nil
	ctx, thing bool         // it may be a context; something else that the program makes
	plain      bool         // it may be a channel, context or timer that the program makes
	waited     bool         // something waits on it
	unknown    bool         // it may be a value of which nothing is known
	lost       bool         // it may be a value that the machine has lost
	opened     bool         // unseen code may hold it
	read       bool         // what is in it, or at it, is needed
	hot        bool         // it leads to something that matters
	tested     bool         // some needed condition is about it
}

// A place is a field of an object.
type place struct {
	base *node
	off  int
}

// find returns the node that stands for n's class.
func (n *node) find() *node {
	for n.up != nil {
		if n.up.up != nil {
			n.up = n.up.up
		}
		n = n.up
	}
	return n
}

// An aliases holds the classes of a program's values.
type aliases struct {
	p       *prog.Program
	slots   [][]*node
	results [][]*node
	globals []*node
	funcs   []*node // the constant function values
	all     []*node
	room    []node          // for the next of them
	asks    map[int32]*node // answers, by the name of the question
	null    *node           // stands for the constant nil
	todo    [][2]*node
	joins   int
	joining bool
}

// classes finds the classes of p.
func classes(p *prog.Program) *aliases {
	a := &aliases{p: p, slots: make([][]*node, len(p.Funcs)), results: make([][]*node, len(p.Funcs)),
		globals: make([]*node, len(p.Globals)), funcs: make([]*node, len(p.Funcs)), null: &node{}}
	for i, f := range p.Funcs {
		a.slots[i] = make([]*node, len(f.Slots))
		a.results[i] = make([]*node, f.Results)
	}
	a.allocations()
	for before := -1; before != a.joins; { // calls by value find more callees
		before = a.joins
		for i, f := range p.Funcs {
			for k := range f.Code {
				a.instr(i, &f.Code[k])
			}
		}
	}
	a.spread()
	return a
}

// owned reports whether the program may have made a value of class n.
func (a *aliases) owned(n *node) bool { return n == a.null || n != nil && n.find().own }

// nodesAtOnce is how many nodes are allocated together.
const nodesAtOnce = 64

// fresh returns a new node.
func (a *aliases) fresh() *node {
	if len(a.room) == 0 {
		a.room = make([]node, nodesAtOnce)
	}
	n := &a.room[0]
	a.room = a.room[1:]
	a.all = append(a.all, n)
	return n
}

// at returns the node at a place of a table.
func (a *aliases) at(p **node) *node {
	if *p == nil {
		*p = a.fresh()
	}
	return (*p).find()
}

// slot returns the class of a local variable, or nil.
func (a *aliases) slot(f int, s prog.Slot) *node {
	if s == prog.NoSlot {
		return nil
	}
	return a.at(&a.slots[f][s])
}

// operand returns the class of an operand, or nil if that has none.
func (a *aliases) operand(f int, o prog.Operand) *node {
	switch o.Kind {
	case prog.KindSlot:
		return a.slot(f, prog.Slot(o.N))
	case prog.KindNil:
		return a.null
	case prog.KindGlobal:
		return a.at(&a.globals[o.N])
	case prog.KindFunc:
		n := a.at(&a.funcs[o.N])
		a.runs(n, int(o.N))
		return n
	}
	return nil
}

// runs notes that values of class n may run a function.
func (a *aliases) runs(n *node, fn int) {
	if n.funcs == nil {
		n.funcs = map[int]bool{}
	}
	if !n.funcs[fn] {
		n.funcs[fn] = true
		a.joins++
	}
}

// within returns what is in n.
func (a *aliases) within(n *node) *node {
	if n == nil || n == a.null {
		return nil
	}
	return a.at(&n.find().content)
}

// field returns the address that lies off places behind n. Offsets add up.
func (a *aliases) field(n *node, off int) *node {
	if n == nil || n == a.null || off == 0 {
		return n
	}
	return a.fieldOf(n.find(), off, 0)
}

// maxNest bounds how many objects a field's address may be a field of, one
// around the other: a class that is in itself has none.
const maxNest = 8

// fieldOf is field for an object at some depth.
func (a *aliases) fieldOf(n *node, off, depth int) *node {
	if !n.collapsed && depth > maxNest {
		a.collapse(n)
		a.settle()
	}
	if n = n.find(); n.collapsed {
		return n
	}
	if n.fields == nil {
		n.fields = map[int]*node{}
	}
	k := n.fields[off]
	if k == nil {
		k = a.fresh()
		k.bases = []place{{n, off}}
		n.fields[off] = k
	}
	for _, b := range n.bases {
		a.join(k, a.fieldOf(b.base.find(), b.off+off, depth+1))
	}
	return k.find()
}

// collapse makes an object and all its fields one.
func (a *aliases) collapse(n *node) {
	n.collapsed = true
	for _, k := range n.fields {
		a.todo = append(a.todo, [2]*node{n, k})
	}
	n.fields = nil
}

// join makes two classes one.
func (a *aliases) join(x, y *node) {
	if x == nil || y == nil || x == a.null {
		return
	}
	if y == a.null {
		x.find().empty = true
		return
	}
	a.todo = append(a.todo, [2]*node{x, y})
	a.settle()
}

// settle makes one what is left to be made one.
func (a *aliases) settle() {
	if a.joining {
		return
	}
	a.joining = true
	for len(a.todo) > 0 {
		t := a.todo[len(a.todo)-1]
		a.todo = a.todo[:len(a.todo)-1]
		if x, y := t[0].find(), t[1].find(); x != y {
			a.merge(x, y)
		}
	}
	a.joining = false
}

// merge merges y into x.
func (a *aliases) merge(x, y *node) {
	a.joins++
	y.up = x
	switch {
	case x.content == nil:
		x.content = y.content
	case y.content != nil:
		a.todo = append(a.todo, [2]*node{x.content, y.content})
	}
	for fn := range y.funcs {
		a.runs(x, fn)
	}
	x.reach = append(x.reach, y.reach...)
	x.ctx, x.thing, x.plain = x.ctx || y.ctx, x.thing || y.thing, x.plain || y.plain
	x.own, x.empty = x.own || y.own, x.empty || y.empty
	x.unknown, x.lost, x.opened = x.unknown || y.unknown, x.lost || y.lost, x.opened || y.opened
	x.bases = append(x.bases, y.bases...)
	for off, k := range y.fields {
		if x.fields == nil {
			x.fields = map[int]*node{}
		}
		if have := x.fields[off]; have != nil {
			a.todo = append(a.todo, [2]*node{have, k})
		} else {
			x.fields[off] = k
		}
	}
	if x.collapsed || y.collapsed {
		a.collapse(x)
	}
	y.content, y.fields, y.funcs, y.reach, y.bases = nil, nil, nil, nil, nil
}
