package skeleton

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/types/typeutil"

	"github.com/leaklint/leaklint/internal/coretype"
)

// A holds is the graph of what values lead to: a node is a class with the type
// through which it is looked at, and its successors are what pointers, fields,
// elements, dynamic types and captured variables lead to from there. Fields
// have a node for their address, too. It is one graph for the package, built as
// far as it is asked for; what a root can reach is read off it backwards, from
// the few things that matter to the root.
type holds struct {
	ix    *Index
	fl    *flow
	ids   map[reachKey]int
	nodes []holdNode
	of    map[*class][]int           // nodes by class
	takes map[*ssa.Function][]*class // classes that hold a function
	lies  [][]int                    // by event: nodes in whose memory its primitive may lie
	canon map[types.Type]types.Type
	same  typeutil.Map
	rest  *class // stands for all that the code of the package does not look at
}

type reachKey struct {
	c *class
	t types.Type // nil for the address of a field
}

type holdNode struct {
	reachKey
	flat       bool // a struct by value: not behind anything
	sites      bits // events whose primitives lie in the memory behind the value, or in the field
	succ, prev []int
}

// newHolds returns an empty graph.
func newHolds(ix *Index) *holds {
	return &holds{ix: ix, fl: ix.flow, lies: make([][]int, len(ix.origins.sites)), ids: map[reachKey]int{}, of: map[*class][]int{}, takes: map[*ssa.Function][]*class{}, canon: map[types.Type]types.Type{}, rest: &class{}}
}

// node returns the node for a value of type t in class c, with all that it
// leads to, or -1 if that is nothing.
func (h *holds) node(c *class, t types.Type) int {
	from := len(h.nodes)
	n := h.add(c, t)
	for i := from; i < len(h.nodes); i++ {
		h.expand(i)
	}
	return n
}

// add returns the node for a value without looking behind it.
func (h *holds) add(c *class, t types.Type) int {
	if c == nil || t != nil && !h.fl.carries(t) {
		return -1
	}
	key := reachKey{c.find(), h.canonical(t)}
	n, ok := h.ids[key]
	if !ok {
		n = len(h.nodes)
		h.ids[key] = n
		flat := false
		if t != nil {
			_, flat = coretype.Struct(t)
		}
		h.nodes = append(h.nodes, holdNode{reachKey: key, flat: flat, sites: h.sites(key)})
		h.nodes[n].sites.each(func(i int) { h.lies[i] = append(h.lies[i], n) })
		if len(h.of[key.c]) == 0 {
			for _, fn := range key.c.members().funcs {
				h.takes[fn] = append(h.takes[fn], key.c)
			}
		}
		h.of[key.c] = append(h.of[key.c], n)
	}
	return n
}

// sites returns the events whose primitives may lie where a node leads to.
func (h *holds) sites(key reachKey) bits {
	o := h.ix.origins
	if key.t == nil {
		return o.plus(o.at(place{addr: key.c}), o.at(place{mem: key.c}))
	}
	switch coretype.Of(key.t).(type) {
	case *types.Pointer, *types.Slice, *types.Array, *types.Map, *types.Chan:
		return o.at(place{mem: key.c})
	}
	return nil
}

// canonical returns one type for all that are identical to t.
func (h *holds) canonical(t types.Type) types.Type {
	if t == nil {
		return nil
	}
	if one, ok := h.canon[t]; ok {
		return one
	}
	one, _ := h.same.At(t).(types.Type)
	if one == nil {
		one = t
		h.same.Set(t, t)
	}
	h.canon[t] = one
	return one
}

// content returns the class of what c points to or holds. What the code does not
// look at is one class, whose content it is itself: a type that leads to itself
// (type C chan C) has an end, and nodes are no more than classes times types.
func (h *holds) content(c *class) *class {
	if c = c.find(); c.deref == nil {
		return h.rest
	}
	return c.deref.find()
}

// link makes a value a successor of node n.
func (h *holds) link(n int, c *class, t types.Type) {
	if to := h.add(c, t); to >= 0 {
		h.nodes[n].succ = append(h.nodes[n].succ, to)
		h.nodes[to].prev = append(h.nodes[to].prev, n)
	}
}

// expand links node n to what it leads to.
func (h *holds) expand(n int) {
	c, t := h.nodes[n].c, h.nodes[n].t
	if t == nil {
		return // what a field holds is linked to the node that has the field
	}
	switch u := coretype.Of(t).(type) {
	case *types.Pointer:
		if _, ok := coretype.Struct(u.Elem()); ok {
			h.fields(n, u.Elem())
		} else {
			h.link(n, h.content(c), u.Elem())
		}
	case *types.Slice:
		h.link(n, h.content(c), u.Elem())
	case *types.Array:
		h.link(n, c, u.Elem())
	case *types.Chan:
		h.link(n, h.content(c), u.Elem())
	case *types.Map:
		h.link(n, h.content(c), u.Elem())
		h.link(n, h.content(c), u.Key())
	case *types.Struct:
		h.fields(n, t)
	case *types.Interface:
		for _, d := range c.members().types {
			h.link(n, c, d)
		}
	case *types.Signature:
		for _, fn := range c.members().funcs {
			for _, fv := range fn.FreeVars {
				h.link(n, h.fl.of(fv), fv.Type())
			}
		}
	}
}

// fields links node n to the fields of a struct type.
func (h *holds) fields(n int, t types.Type) {
	st, ok := coretype.Struct(t)
	if !ok || primitiveOf(t) != "" {
		return
	}
	for i := range st.NumFields() {
		f := coretype.Field(t, i)
		if h.fl.carries(f.Type()) {
			a := h.fl.field(f)
			h.link(n, a, nil)
			h.link(n, h.content(a), f.Type())
		}
	}
}

// behind calls f for the class of everything that a value leads to, and its own.
func (h *holds) behind(c *class, t types.Type, f func(*class)) {
	seen := map[int]bool{}
	list := []int{h.node(c, t)}
	for len(list) > 0 {
		n := list[len(list)-1]
		list = list[:len(list)-1]
		if n < 0 || seen[n] {
			continue
		}
		seen[n] = true
		f(h.nodes[n].c)
		list = append(list, h.nodes[n].succ...)
	}
}

// A reached is the set of nodes that lead to something that matters.
type reached struct {
	h       *holds
	yes     []bool
	matters func(*holdNode) bool // whether a node is what is looked for
	through func(*holdNode) bool // whether to look behind a node
}

// newReached returns the nodes that lead to those of list that matter.
func newReached(h *holds, list []int, matters, through func(*holdNode) bool) *reached {
	r := &reached{h: h, yes: make([]bool, len(h.nodes)), matters: matters, through: through}
	from := list[:0]
	for _, n := range list {
		if matters(&h.nodes[n]) {
			from = append(from, n)
		}
	}
	r.spread(from)
	return r
}

// spread adds nodes, and all that lead to them.
func (r *reached) spread(list []int) {
	for _, n := range list {
		r.yes[n] = true
	}
	for len(list) > 0 {
		n := list[len(list)-1]
		list = list[:len(list)-1]
		for _, p := range r.h.nodes[n].prev {
			if !r.yes[p] && r.through(&r.h.nodes[p]) {
				r.yes[p] = true
				list = append(list, p)
			}
		}
	}
}

// from reports whether a value leads to something that matters.
func (r *reached) from(c *class, t types.Type) bool {
	n := r.h.node(c, t)
	if n < 0 {
		return false
	}
	if old := len(r.yes); old < len(r.h.nodes) {
		r.yes = append(r.yes, make([]bool, len(r.h.nodes)-old)...)
		r.extend(old)
	}
	return r.yes[n]
}

// extend looks at the nodes from old on, which have been added since.
func (r *reached) extend(old int) {
	var list []int
	for i := old; i < len(r.h.nodes); i++ {
		n := &r.h.nodes[i]
		hit := r.matters(n)
		if !hit && r.through(n) {
			for _, s := range n.succ {
				hit = hit || s < old && r.yes[s]
			}
		}
		if hit {
			list = append(list, i)
		}
	}
	r.spread(list)
}
