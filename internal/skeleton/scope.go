package skeleton

import "golang.org/x/tools/go/ssa"

// Size returns the number of instructions of the package.
func (ix *Index) Size() (n int) {
	for _, fn := range ix.Funcs {
		n += ix.size(fn)
	}
	return n
}

// size returns the number of instructions of fn.
func (ix *Index) size(fn *ssa.Function) int {
	n, ok := ix.sizes[fn]
	if !ok {
		n = instrCount(fn)
		ix.sizes[fn] = n
	}
	return n
}

// Scope returns the number of instructions of all functions that a root may
// run: what compiling it costs, before anything is compiled. It stops counting
// beyond what Compile takes.
func (ix *Index) Scope(root *ssa.Function) (n int) {
	ix.reachable(root, func(fn *ssa.Function) bool {
		n += ix.size(fn)
		return n <= maxScope
	})
	return n
}

// runs returns the functions that fn may run, directly or as values it mentions.
func (ix *Index) runs(fn *ssa.Function) []*ssa.Function {
	if fns, ok := ix.mentions[fn]; ok {
		return fns
	}
	var fns []*ssa.Function
	seen := map[*ssa.Function]bool{}
	add := func(f *ssa.Function) {
		if f = origin(f); !seen[f] && len(f.Blocks) > 0 && ix.own[f] {
			seen[f] = true
			fns = append(fns, f)
		}
	}
	var ops [8]*ssa.Value
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if call, ok := instr.(ssa.CallInstruction); ok {
				for _, f := range ix.callees[call] {
					add(f)
				}
			}
			for _, op := range instr.Operands(ops[:0]) {
				if f, ok := (*op).(*ssa.Function); ok {
					add(f)
				}
			}
		}
	}
	ix.mentions[fn] = fns
	return fns
}

// MayRun reports whether a root may run fn, as far as Scope looks.
func (ix *Index) MayRun(root, fn *ssa.Function) bool {
	found := false
	ix.reachable(root, func(f *ssa.Function) bool {
		found = f == fn
		return !found
	})
	return found
}

// reachable visits the functions that a root may run, until visit says stop.
func (ix *Index) reachable(root *ssa.Function, visit func(*ssa.Function) bool) {
	seen := map[*ssa.Function]bool{root: true}
	list := []*ssa.Function{root}
	for i := 0; i < len(list) && visit(list[i]); i++ {
		for _, fn := range ix.runs(list[i]) {
			if !seen[fn] {
				seen[fn] = true
				list = append(list, fn)
			}
		}
	}
}
