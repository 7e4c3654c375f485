package skeleton

import (
	"fmt"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/explore/prog"
)

// maxTuples is the number of distinct tuples of arguments that a root is run
// with.
const maxTuples = 4

// arguments returns what a root is called with: what its visible callers pass,
// if all of them are visible and pass few different tuples of constants, nil
// and functions; else values of the environment (docs/design.md section 6.1).
func (f *function) arguments(root *ssa.Function) []prog.Operand {
	tuples := f.c.ix.tuples(root)
	if len(tuples) == 0 || len(tuples) > maxTuples {
		args := make([]prog.Operand, len(root.Params))
		for i, p := range root.Params {
			args[i] = f.environment(p.Type(), p.Name())
		}
		return args
	}
	if len(tuples) == 1 {
		return f.tupleArgs(root, tuples[0])
	}
	slots := make([]prog.Slot, len(root.Params))
	args := make([]prog.Operand, len(root.Params))
	for i, p := range root.Params {
		slots[i] = f.fb.Slot(p.Name())
		args[i] = prog.S(slots[i])
	}
	labels := make([]prog.Label, len(tuples))
	for i := range labels {
		labels[i] = f.fb.Label()
	}
	end := f.fb.Label()
	f.count()
	f.fb.Add(prog.Instr{Op: prog.OpChoose, Assume: prog.AssumeCaller, Pos: prog.Pos(root.Pos()), Phrase: "is called"}).To(labels...)
	for i, t := range tuples {
		f.fb.Place(labels[i])
		for j, o := range f.tupleArgs(root, t) {
			f.copyTo(slots[j], o)
		}
		f.jump(end)
	}
	f.fb.Place(end)
	return args
}

// tupleArgs returns the operands for one tuple of arguments; nil stands for a
// value of the environment.
func (f *function) tupleArgs(root *ssa.Function, t []ssa.Value) []prog.Operand {
	args := make([]prog.Operand, len(t))
	for i, v := range t {
		switch v := v.(type) {
		case *ssa.Const:
			args[i] = f.val(v)
		case *ssa.Function:
			args[i] = f.c.funcValue(v)
		default:
			args[i] = f.environment(root.Params[i].Type(), root.Params[i].Name())
		}
	}
	return args
}

// tuples returns the distinct tuples of constants and functions with which fn
// is called, nil if some caller can't be seen.
func (ix *Index) tuples(fn *ssa.Function) [][]ssa.Value {
	if len(fn.Params) == 0 || isEntry(fn) || ix.taken[fn] || fn.Parent() != nil && len(fn.FreeVars) > 0 {
		return nil
	}
	var tuples [][]ssa.Value
	seen := map[string]bool{}
	for _, call := range ix.callers[fn] {
		com := call.Common()
		if com.IsInvoke() || com.StaticCallee() == nil || len(com.Args) != len(fn.Params) {
			return nil
		}
		t := make([]ssa.Value, len(com.Args))
		var key strings.Builder
		for i, a := range com.Args {
			switch a := a.(type) {
			case *ssa.Const:
				t[i] = a
			case *ssa.Function:
				t[i] = a
			}
			if t[i] != nil {
				fmt.Fprintf(&key, "%s", t[i])
			}
			key.WriteByte('|')
		}
		if !seen[key.String()] {
			seen[key.String()] = true
			tuples = append(tuples, t)
		}
		if len(tuples) > maxTuples {
			break
		}
	}
	return tuples
}
