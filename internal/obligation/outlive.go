package obligation

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/valueflow"
)

// This file answers for fixes: may a release at the end of the function come too
// early?

// Outlives reports whether a context, or what is made with it, may be used after
// the function that derives it has returned: a response whose body is read
// later, a goroutine that goes on, also in a function of the package that gets
// it. So may what a deferred call that was set up before uses, for that runs
// last. Code that cannot be seen is taken to use a context, as it should, for the
// time of the call and in what it returns.
func Outlives(ctx ssa.Value, made ssa.Instruction) bool {
	if ctx == nil {
		return false
	}
	seen := map[ssa.Value]bool{}
	for list := []ssa.Value{ctx}; len(list) > 0; {
		v := list[len(list)-1]
		list = list[:len(list)-1]
		if seen[v] {
			continue
		}
		seen[v] = true
		flow := valueflow.From(v)
		if leaves(flow, made) {
			return true
		}
		for _, u := range flow.Uses {
			if u.Kind == valueflow.Argument {
				list = append(list, usingLater(u)...)
			}
		}
	}
	return false
}

// leaves reports whether a value goes where it may be used when the function in
// which it was made has returned.
func leaves(flow *valueflow.Flow, made ssa.Instruction) bool {
	if flow.Has(valueflow.Field, valueflow.Global, valueflow.Element, valueflow.Indirect, valueflow.Sent) {
		return true
	}
	for _, u := range flow.Uses {
		switch instr := u.Instr.(type) {
		case *ssa.Go:
			return true
		case *ssa.Return:
			if u.Kind == valueflow.Returned && instr.Parent() == made.Parent() {
				return true
			}
		case *ssa.MakeClosure:
			if !valueflow.RunsHere(instr) || setUpBefore(instr, made) {
				return true
			}
		}
	}
	return false
}

// setUpBefore reports whether a closure is made in the same function before
// something else.
func setUpBefore(mc *ssa.MakeClosure, made ssa.Instruction) bool {
	return mc.Parent() == made.Parent() && mc.Block().Dominates(made.Block()) && mc.Pos() < made.Pos()
}

// usingLater returns what else may go on using the argument of a call: results,
// and the parameter of a function of the package.
func usingLater(u valueflow.Use) (results []ssa.Value) {
	call, ok := u.Instr.(*ssa.Call)
	if !ok {
		return nil
	}
	if fn := call.Call.StaticCallee(); fn != nil && len(fn.Blocks) > 0 && 0 <= u.Index && u.Index < len(fn.Params) {
		results = append(results, fn.Params[u.Index])
	}
	sig := call.Call.Signature()
	for i := range sig.Results().Len() {
		if v := valueflow.Result(call, i); v != nil && mayUseLater(sig.Results().At(i).Type(), 0) {
			results = append(results, v)
		}
	}
	return results
}

// mayUseLater reports whether a value of the type may go on using the context of
// the call that gave it: a function, a channel, a context, or what is read,
// waited for or closed, such as an HTTP response, the rows of a query or a
// stream; and a request, which holds it. Mere data does not.
func mayUseLater(t types.Type, depth int) bool {
	if types.Identical(t, types.Universe.Lookup("error").Type()) {
		return false
	}
	methods := types.NewMethodSet(t)
	for _, name := range []string{"Context", "Done", "Close", "Read", "Recv", "Next", "Scan", "Wait", "Commit"} {
		if methods.Lookup(nil, name) != nil {
			return true
		}
	}
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	switch u := t.Underlying().(type) {
	case *types.Signature, *types.Chan:
		return true
	case *types.Interface:
		return u.NumMethods() == 0
	case *types.Slice:
		return depth == 0 && mayUseLater(u.Elem(), depth+1)
	case *types.Struct:
		for f := range u.Fields() {
			if depth == 0 && f.Exported() && mayUseLater(f.Type(), depth+1) {
				return true
			}
		}
	}
	return false
}
