package leaks

import (
	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/explore"
	"github.com/leaklint/leaklint/internal/skeleton"
)

// An exploration is one root with what the machine found.
type exploration struct {
	unit *skeleton.Unit
	res  *explore.Result
	runs map[*ssa.Function]bool   // functions of the program
	bad  map[ssa.Instruction]bool // operations that may stay blocked
	met  map[ssa.Instruction]bool // operations that some execution gets to
}

// newExploration indexes the result of a root.
func newExploration(u *skeleton.Unit, res *explore.Result) *exploration {
	e := &exploration{unit: u, res: res, runs: map[*ssa.Function]bool{}, bad: map[ssa.Instruction]bool{}, met: map[ssa.Instruction]bool{}}
	for _, fn := range u.Funcs {
		if fn != nil {
			e.runs[fn] = true
		}
	}
	for _, v := range res.Ops {
		instr := source(u, v.Site)
		if instr == nil {
			continue
		}
		if v.Verdict == explore.Leaks || v.Verdict == explore.Unknown {
			e.bad[instr] = true
		}
		if v.Verdict != explore.Unreached {
			e.met[instr] = true
		}
	}
	return e
}

// forget drops what only leaks and the ledger are written from: the programs of
// a package are as large as its code.
func (e *exploration) forget() {
	e.unit.Prog, e.unit.Source, e.unit.Ops, e.res.Ops = nil, nil, nil, nil
}

// whole reports whether the exploration followed everything and knew every
// number it met.
func (e *exploration) whole() bool { return !e.res.Truncated && e.res.Rung < 2 && !e.unit.Clashed }

// clears reports whether the exploration shows that an operation does not stay
// blocked. One that is never met is fine if its code is dead; not if everybody
// may be stuck at something else before.
func (e *exploration) clears(op ssa.Instruction) bool {
	return e.whole() && !e.bad[op] && (e.met[op] || len(e.res.Leaks) == 0)
}

// refuted reports whether roots above show that an operation which stays
// blocked in a root, for some unknown caller, does not with the callers that
// it has: all of them are visible, and run in programs that were explored
// whole.
func (r *runner) refuted(root *ssa.Function, op ssa.Instruction) bool {
	ups := r.ix.VisibleCallers(root)
	if len(ups) == 0 {
		return false
	}
	for _, up := range ups {
		shown := false
		for _, e := range r.runs {
			if e.unit.Root == root || !e.runs[root] || !e.runs[up] {
				continue
			}
			if !e.clears(op) {
				return false
			}
			shown = true
		}
		if !shown {
			return false
		}
	}
	return true
}
