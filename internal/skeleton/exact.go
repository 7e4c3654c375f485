package skeleton

import (
	"slices"

	"golang.org/x/tools/go/ssa"
)

// This file decides which functions have to be run exactly, and which are one
// step.

// exact reports whether fn is run, if something of it is needed: the root, or a
// function that matters and that some such function may run. Any other function
// is one step that returns free results (docs/design.md section 8.3); what it,
// or whatever it runs, writes is lost, and what it may keep is open.
func (c *cone) exact(fn *ssa.Function) bool {
	if c.exactM == nil {
		c.exactM = map[*ssa.Function]bool{origin(c.root): true}
		for list := []*ssa.Function{origin(c.root)}; len(list) > 0; {
			fn := list[len(list)-1]
			list = list[:len(list)-1]
			for _, d := range c.ix.digestOf(fn).runs {
				callee := d.fn
				if _, seen := c.exactM[callee]; seen {
					continue
				}
				c.exactM[callee] = c.scope[callee] && c.worthRunning(callee)
				if c.exactM[callee] {
					list = append(list, callee)
				}
			}
		}
	}
	return c.exactM[fn]
}

// worthRunning reports whether fn leads to an operation on a primitive of the
// root or to its making, hands one on, or is so small that it is cheaper to run
// than to guess.
func (c *cone) worthRunning(fn *ssa.Function) bool {
	return c.active[fn] || c.makers[fn] || c.ix.isLeaf(fn) || c.handsOn(fn)
}

// handsOn reports whether fn is not large and stores something that leads to a
// primitive of the root.
func (c *cone) handsOn(fn *ssa.Function) bool {
	d := c.ix.digestOf(fn)
	if d.size > handSize {
		return false
	}
	if slices.ContainsFunc(d.hands, c.escapes) {
		return true
	}
	for i := range fn.Signature.Results().Len() {
		if c.reachesResult(fn, i) {
			return true
		}
	}
	return false
}

// spreadKeepers adds the functions not run from which one can be reached by
// calls that hands something on; in those that are run the calls are needed.
func (c *cone) spreadKeepers(handers []*ssa.Function) {
	seen := map[*ssa.Function]bool{}
	for list := handers; len(list) > 0; {
		fn := list[len(list)-1]
		list = list[:len(list)-1]
		if seen[fn] {
			continue
		}
		seen[fn] = true
		if fn == origin(c.root) {
			continue
		}
		for _, call := range c.ix.Callers(fn) {
			up := call.Parent()
			if !c.scope[up] {
				continue
			}
			if c.exact(up) {
				c.need(call)
			} else {
				c.keepers[up] = true
			}
			list = append(list, up)
		}
	}
}

// follow reports whether result i of fn is computed by the program.
func (c *cone) follow(fn *ssa.Function, i int) bool {
	return c.exact(fn)
}

// leafSize is the largest function whose result is run although it has no
// operation on a primitive.
const leafSize = 60

// handSize is the largest function that is run because it stores or returns
// what leads to a primitive.
const handSize = 150

// leafHeight is how many calls deep such a function may go.
const leafHeight = 3

// isLeaf reports whether fn is small, and all it calls in the package is, too.
func (ix *Index) isLeaf(fn *ssa.Function) bool { return ix.height(fn) <= leafHeight }

// height returns how many calls deep a small function goes; more than leafHeight
// if it is not small, recursive, or calls one of several.
func (ix *Index) height(fn *ssa.Function) int {
	if h, ok := ix.heights[fn]; ok {
		return h
	}
	ix.heights[fn] = leafHeight + 1
	if ix.digestOf(fn).size > leafSize {
		return leafHeight + 1
	}
	h := 1
	for _, call := range callsIn(fn) {
		switch fns := ix.Callees(call); len(fns) {
		case 0:
		case 1:
			h = max(h, ix.height(fns[0])+1)
		default:
			h = leafHeight + 1
		}
	}
	ix.heights[fn] = min(h, leafHeight+1)
	return ix.heights[fn]
}
