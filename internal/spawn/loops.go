package spawn

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// loops holds the blocks of a function that lie in a loop which neither a
// collection nor a count bounds: what is launched there is launched any number
// of times. A bounded loop is start-up work, such as a pool of workers.
type loops struct {
	unbounded map[*ssa.BasicBlock]bool
}

// findLoops finds the unbounded loops of fn. Linear in the size of the
// function for each level of nesting.
func findLoops(fn *ssa.Function) *loops {
	l := &loops{unbounded: make(map[*ssa.BasicBlock]bool)}
	all := make(map[*ssa.BasicBlock]bool, len(fn.Blocks))
	for _, b := range fn.Blocks {
		all[b] = true
	}
	l.find(fn, all)
	return l
}

// find looks at the loops among blocks, from the outside in.
func (l *loops) find(fn *ssa.Function, blocks map[*ssa.BasicBlock]bool) {
	for _, scc := range Cycles(fn, blocks) {
		bound := boundOf(scc)
		if bound == nil {
			for b := range scc {
				l.unbounded[b] = true
			}
			continue
		}
		delete(scc, bound) // without its test, inner loops remain
		l.find(fn, scc)
	}
}

// Cycles returns the strongly connected components of fn's control flow that
// contain a cycle, restricted to blocks, in the order of their first block.
func Cycles(fn *ssa.Function, blocks map[*ssa.BasicBlock]bool) []map[*ssa.BasicBlock]bool {
	var out []map[*ssa.BasicBlock]bool
	comp := components(len(fn.Blocks), func(i int, visit func(int)) {
		if b := fn.Blocks[i]; blocks[b] {
			for _, s := range b.Succs {
				if blocks[s] {
					visit(s.Index)
				}
			}
		}
	})
	sets := make(map[int]map[*ssa.BasicBlock]bool)
	for _, b := range fn.Blocks {
		if !blocks[b] {
			continue
		}
		set := sets[comp[b.Index]]
		if set == nil {
			set = make(map[*ssa.BasicBlock]bool)
			sets[comp[b.Index]] = set
		}
		set[b] = true
	}
	seen := make(map[int]bool)
	for _, b := range fn.Blocks {
		c := comp[b.Index]
		if !blocks[b] || seen[c] {
			continue
		}
		seen[c] = true
		if len(sets[c]) > 1 || selfLoop(b) {
			out = append(out, sets[c])
		}
	}
	return out
}

// selfLoop reports whether b is its own successor.
func selfLoop(b *ssa.BasicBlock) bool {
	for _, s := range b.Succs {
		if s == b {
			return true
		}
	}
	return false
}

// boundOf returns the block of a loop whose test leaves it after a count or at
// the end of a collection, or nil.
func boundOf(scc map[*ssa.BasicBlock]bool) *ssa.BasicBlock {
	for b := range scc {
		test, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
		if ok && leaves(b, scc) && counts(test.Cond, scc) {
			return b
		}
	}
	return nil
}

// leaves reports whether b has a successor outside scc.
func leaves(b *ssa.BasicBlock, scc map[*ssa.BasicBlock]bool) bool {
	for _, s := range b.Succs {
		if !scc[s] {
			return true
		}
	}
	return false
}

// counts reports whether cond compares a counter with a limit, or asks a range
// over a map or string for its next element.
func counts(cond ssa.Value, scc map[*ssa.BasicBlock]bool) bool {
	switch cond := cond.(type) {
	case *ssa.Extract:
		_, ok := cond.Tuple.(*ssa.Next)
		return ok
	case *ssa.BinOp:
		switch cond.Op {
		case token.LSS, token.LEQ, token.GTR, token.GEQ:
			return isCounter(cond.X, scc) && isLimit(cond.Y, scc) || isCounter(cond.Y, scc) && isLimit(cond.X, scc)
		}
	}
	return false
}

// isCounter reports whether v is an integer variable of the loop.
func isCounter(v ssa.Value, scc map[*ssa.BasicBlock]bool) bool {
	if b, ok := v.Type().Underlying().(*types.Basic); !ok || b.Info()&types.IsInteger == 0 {
		return false
	}
	switch v := v.(type) {
	case *ssa.Phi:
		return scc[v.Block()]
	case *ssa.BinOp: // the hidden index of a range: compared after its increment
		return v.Op == token.ADD && isCounter(v.X, scc)
	case *ssa.UnOp:
		_, ok := v.X.(*ssa.Alloc)
		return v.Op == token.MUL && ok
	}
	return false
}

// isLimit reports whether v does not change in the loop, or is a length.
func isLimit(v ssa.Value, scc map[*ssa.BasicBlock]bool) bool {
	switch v := v.(type) {
	case *ssa.Const, *ssa.Parameter, *ssa.FreeVar:
		return true
	case *ssa.UnOp: // a field or captured variable: not what the loop counts
		return v.Op == token.MUL
	case *ssa.Call:
		if b, ok := v.Call.Value.(*ssa.Builtin); ok && (b.Name() == "len" || b.Name() == "cap") {
			return true
		}
		return !scc[v.Block()]
	case ssa.Instruction:
		return !scc[v.Block()]
	}
	return false
}

// components numbers the strongly connected components of a graph of n nodes
// (Tarjan), in reverse topological order.
func components(n int, succs func(i int, visit func(int))) []int {
	var (
		comp  = make([]int, n)
		index = make([]int, n)
		low   = make([]int, n)
		stack []int
		next  = 1
		count = 1
		walk  func(int)
	)
	walk = func(v int) {
		index[v], low[v] = next, next
		next++
		stack = append(stack, v)
		succs(v, func(w int) {
			if index[w] == 0 {
				walk(w)
				low[v] = min(low[v], low[w])
			} else if comp[w] == 0 {
				low[v] = min(low[v], index[w])
			}
		})
		if low[v] != index[v] {
			return
		}
		for {
			w := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			comp[w] = count
			if w == v {
				break
			}
		}
		count++
	}
	for v := range n {
		if index[v] == 0 {
			walk(v)
		}
	}
	return comp
}
