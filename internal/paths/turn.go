package paths

import (
	"golang.org/x/tools/go/ssa"
)

// A carry is what of one turn of a loop is known in the next.
type carry struct {
	facts    map[string]fact
	counters map[*ssa.Phi]bool // φ nodes that facts are about: they stand for themselves
}

// carried returns what is known, in the next turn of the loop with header to,
// of its counters: φ nodes that are set to a constant, to a number known outside
// the loop plus a constant, or to themselves plus a constant. So a counter that
// was below a bound, and is not the last, is below it in the next turn too.
func (st *State) carried(from, to *ssa.BasicBlock, edge int) carry {
	c := carry{facts: make(map[string]fact), counters: make(map[*ssa.Phi]bool)}
	if !to.Dominates(from) {
		return c
	}
	for _, instr := range to.Instrs {
		phi, ok := instr.(*ssa.Phi)
		if !ok {
			break
		}
		if !isInteger(phi.Type()) || !st.w.cone.hasValue(phi) {
			continue
		}
		next, ok := st.number(phi.Edges[edge], 0)
		own := st.own(phi)
		switch {
		case !ok:
			continue
		case next.name == own.name:
			c.shift(st, own, next.plus)
		default:
			c.relate(st, own, next)
		}
		c.counters[phi] = true
	}
	return c
}

// shift carries what is known of the counter over to the counter plus step.
func (c carry) shift(st *State, counter term, step int64) {
	for _, f := range st.facts {
		switch counter.name {
		case f.x:
			c.keep(f, f.lo+step, f.hi+step, step)
		case f.y:
			c.keep(f, f.lo-step, f.hi-step, -step)
		}
	}
}

// relate notes what follows for the counter, which becomes next: its distance
// from what next's bounds are known of.
func (c carry) relate(st *State, counter term, next number) {
	for _, f := range st.facts {
		switch {
		case f.x == "" || f.x == counter.name || f.y == counter.name:
		case f.y == "" && next.name == "": // the counter is a constant, f bounds something else
			g := fact{x: counter.name, y: f.x, memory: f.memory}
			g.support = append(counter.support[:1:1], f.support...)
			lo, hi := next.plus-f.hi, next.plus-f.lo
			if g.x < g.y {
				g.x, g.y, lo, hi = g.y, g.x, -hi, -lo
			}
			c.keep(g, lo, hi, 0)
		case f.y == "" && f.x == next.name: // f bounds what the counter is counted from
			g := fact{x: counter.name, support: counter.support}
			c.keep(g, f.lo+next.plus, f.hi+next.plus, 0)
		}
	}
}

// near bounds the distances that are carried over, so that there are few.
const near = 3

// keep notes a fact with new bounds. One from which the counter moves away is
// dropped if it is no longer near.
func (c carry) keep(f fact, lo, hi, step int64) {
	if lo < -near || lo > near || step > 0 {
		lo = least
	}
	if hi < -near || hi > near || step < 0 {
		hi = most
	}
	if lo == least && hi == most {
		return
	}
	f.lo, f.hi = lo, hi
	c.facts[comparison{x: number{term: term{name: f.x}}, y: number{term: term{name: f.y}}}.key()] = f
}

// next decides whether a range over a map or string has a turn: the first, if
// there is an element.
func (st *State) next(instr *ssa.Next) {
	delete(st.bind, instr)
	over, ok := instr.Iter.(*ssa.Range)
	if !ok || st.bind[over].Kind != True {
		return
	}
	st.bind[over] = Value{}
	if st.isNonEmpty(over.X) {
		st.bind[instr] = Value{Kind: True}
	}
}
