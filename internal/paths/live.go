package paths

import (
	"golang.org/x/tools/go/ssa"
)

// copies counts the variables and φ nodes that hold the tracked value.
func (st *State) copies() int {
	n := 0
	for _, v := range st.cells {
		if v.Kind == Tracked {
			n++
		}
	}
	return n
}

// copyLives reports whether, apart from the tracked register itself, something
// that holds the tracked value can still be read after at.
func (st *State) copyLives(at ssa.Instruction) bool {
	for v, val := range st.bind {
		if val.Kind == Tracked && v != st.w.Tracked && readAfter(v, at) {
			return true
		}
	}
	for m := range st.marks {
		if m.V != nil && m.V != st.w.Tracked {
			return true // an object may hold it
		}
	}
	return st.copies() > 0
}

// registerLives reports whether the tracked register or a copy in a register
// can still be read after at.
func (st *State) registerLives(at ssa.Instruction) bool {
	if st.w.Tracked != nil && !st.again && readAfter(st.w.Tracked, at) {
		return true
	}
	for v, val := range st.bind {
		if val.Kind == Tracked && readAfter(v, at) {
			return true
		}
	}
	return len(st.marks) > 0
}

// readAfter reports whether control can reach a use of v after at without
// passing the instruction that computes v.
func readAfter(v ssa.Value, at ssa.Instruction) bool {
	refs := v.Referrers()
	if refs == nil {
		return true
	}
	def, _ := v.(ssa.Instruction)
	uses := make(map[ssa.Instruction]bool)
	for _, r := range *refs {
		if _, debug := r.(*ssa.DebugRef); !debug {
			uses[r] = true
		}
	}
	seen := make(map[*ssa.BasicBlock]bool)
	var visit func(instrs []ssa.Instruction, b *ssa.BasicBlock) bool
	visit = func(instrs []ssa.Instruction, b *ssa.BasicBlock) bool {
		for _, instr := range instrs {
			if instr == def {
				return false
			}
			if _, phi := instr.(*ssa.Phi); !phi && uses[instr] {
				return true
			}
		}
		for _, s := range b.Succs {
			if readByPhi(v, b, s) {
				return true
			}
			if !seen[s] {
				seen[s] = true
				if visit(s.Instrs, s) {
					return true
				}
			}
		}
		return false
	}
	for i, instr := range at.Block().Instrs {
		if instr == at {
			return visit(at.Block().Instrs[i+1:], at.Block())
		}
	}
	return true
}

// readByPhi reports whether a φ node of to reads v on the edge from from.
func readByPhi(v ssa.Value, from, to *ssa.BasicBlock) bool {
	for _, instr := range to.Instrs {
		phi, ok := instr.(*ssa.Phi)
		if !ok {
			return false
		}
		for i, p := range to.Preds {
			if p == from && phi.Edges[i] == v {
				return true
			}
		}
	}
	return false
}

// cyclic returns the blocks of fn that lie on a cycle: those of the strongly
// connected components of its control flow (Tarjan, linear).
func cyclic(fn *ssa.Function) map[*ssa.BasicBlock]bool {
	loops := make(map[*ssa.BasicBlock]bool)
	index, low := make([]int, len(fn.Blocks)), make([]int, len(fn.Blocks))
	var stack []*ssa.BasicBlock
	found := 0
	var visit func(b *ssa.BasicBlock)
	visit = func(b *ssa.BasicBlock) {
		found++
		index[b.Index], low[b.Index] = found, found
		stack = append(stack, b)
		for _, s := range b.Succs {
			switch {
			case s == b:
				loops[b] = true
			case index[s.Index] == 0:
				visit(s)
				low[b.Index] = min(low[b.Index], low[s.Index])
			case index[s.Index] > 0:
				low[b.Index] = min(low[b.Index], index[s.Index])
			}
		}
		if low[b.Index] != index[b.Index] {
			return
		}
		for first := stack[len(stack)-1]; ; {
			m := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			index[m.Index] = -1
			if m != b || first != b {
				loops[m] = true
			}
			if m == b {
				return
			}
		}
	}
	for _, b := range fn.Blocks {
		if index[b.Index] == 0 {
			visit(b)
		}
	}
	return loops
}

// reaches reports whether target can be reached from one of the blocks.
func reaches(from []*ssa.BasicBlock, target *ssa.BasicBlock) bool {
	seen := make(map[*ssa.BasicBlock]bool)
	work := append([]*ssa.BasicBlock(nil), from...)
	for len(work) > 0 {
		b := work[len(work)-1]
		work = work[:len(work)-1]
		if b == target {
			return true
		}
		if !seen[b] {
			seen[b] = true
			work = append(work, b.Succs...)
		}
	}
	return false
}

// leadsTo returns the blocks from which target can be reached, itself included.
func leadsTo(target *ssa.BasicBlock) map[*ssa.BasicBlock]bool {
	leads := map[*ssa.BasicBlock]bool{target: true}
	work := []*ssa.BasicBlock{target}
	for len(work) > 0 {
		b := work[len(work)-1]
		work = work[:len(work)-1]
		for _, p := range b.Preds {
			if !leads[p] {
				leads[p] = true
				work = append(work, p)
			}
		}
	}
	return leads
}
