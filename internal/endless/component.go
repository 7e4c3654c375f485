package endless

import (
	"cmp"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// This file judges functions that call each other. They are judged together, as
// a strongly connected component of the static calls, in rounds that all see the
// answers of the round before. So the work is linear in their calls for each
// round, and the answers are the same whichever function was asked about first:
// passes that run at the same time share a Judge.

// maxRounds bounds the rounds in which what a function can get into goes round a
// component.
const maxRounds = 4

// A component is a set of functions that call each other, in source order.
type component struct {
	fns       []*ssa.Function
	recursive bool // some function calls one of the component
}

// calleesOf returns the functions of this package that fn calls by name.
func (j *Judge) calleesOf(fn *ssa.Function) []*ssa.Function {
	var fns []*ssa.Function
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if call, ok := instr.(*ssa.Call); ok {
				if callee := j.callees.Local(call.Call.StaticCallee()); callee != nil {
					fns = append(fns, callee)
				}
			}
		}
	}
	return fns
}

// components finds the components of fn and of what it calls that have not been
// found yet, the called ones first (Tarjan, linear).
func (j *Judge) components(fn *ssa.Function) []*component {
	t := &tarjan{judge: j, index: make(map[*ssa.Function]int), low: make(map[*ssa.Function]int)}
	if j.comp[fn] == nil {
		t.visit(fn)
	}
	return t.found
}

// A tarjan is one search for components.
type tarjan struct {
	judge      *Judge
	index, low map[*ssa.Function]int
	stack      []*ssa.Function
	found      []*component
}

// visit looks at one function and what it calls.
func (t *tarjan) visit(fn *ssa.Function) {
	t.index[fn] = len(t.index) + 1
	t.low[fn] = t.index[fn]
	t.stack = append(t.stack, fn)
	self := false
	for _, callee := range t.judge.calleesOf(fn) {
		switch {
		case t.judge.comp[callee] != nil:
			continue
		case t.index[callee] == 0:
			t.visit(callee)
			t.low[fn] = min(t.low[fn], t.low[callee])
		default: // on the stack: what has left it has a component
			t.low[fn] = min(t.low[fn], t.index[callee])
		}
		self = self || callee == fn
	}
	if t.low[fn] != t.index[fn] {
		return
	}
	at := slices.Index(t.stack, fn)
	c := &component{fns: slices.Clone(t.stack[at:])}
	c.recursive = self || len(c.fns) > 1
	t.stack = t.stack[:at]
	slices.SortFunc(c.fns, func(a, b *ssa.Function) int {
		return cmp.Or(cmp.Compare(a.Pos(), b.Pos()), cmp.Compare(a.String(), b.String()))
	})
	for _, member := range c.fns {
		t.judge.comp[member] = c
	}
	t.found = append(t.found, c)
}

// judgeTogether judges the functions of a component. In the first round each
// takes the others to return; for the others that answer stands, so that a loop
// round a call of the component is one. Further rounds take in what the others can get
// into and how they may end.
func (j *Judge) judgeTogether(c *component) {
	for _, fn := range c.fns {
		j.memo[fn] = &Verdict{Returns: true}
	}
	returns := make([]bool, len(c.fns)) // in the first round
	for round := range maxRounds {
		next := make([]*Verdict, len(c.fns))
		changed := round == 0
		for i, fn := range c.fns {
			old := j.memo[fn]
			self := *old
			self.Returns = true // a loop round a call of itself is a loop, too
			j.memo[fn] = &self
			next[i] = j.judge(fn)
			j.memo[fn] = old
			changed = changed || next[i].MayEnd != old.MayEnd || len(next[i].Loops) != len(old.Loops)
		}
		last := !c.recursive || !changed || round == maxRounds-1
		for i, fn := range c.fns {
			if round == 0 {
				returns[i] = next[i].Returns
			}
			if !last {
				next[i].Returns = returns[i]
			}
			j.memo[fn] = next[i]
		}
		if last {
			return
		}
	}
}
