package summary

import (
	"go/constant"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/fact"
	"github.com/leaklint/leaklint/internal/lazyssa"
	"github.com/leaklint/leaklint/internal/valueflow"
)

// unregisters reports whether a literal, of which e is an effect, calls a cancel
// function that the function has also put into a map, and takes it out of there:
// until the literal is called, the entry stays.
func (f *family) unregisters(fn *ssa.Function, e effect, k int, ret *ssa.Return) (fact.ResultFact, bool) {
	call, i := callOf(e.on.root)
	if e.op != fact.Call || call == nil {
		return fact.ResultFact{}, false
	}
	var in fact.Place
	undone := func(u valueflow.Use) bool {
		m := registry(u)
		if m == nil || !f.takesOut(fn, m) {
			return false
		}
		if vs := f.values(m); len(vs) == 1 && !vs[0].may {
			if p, ok := vs[0].root.(*ssa.Parameter); ok {
				in = f.param(p, vs[0].path)
			}
		}
		return true
	}
	if f.keptBeside(call, i, undone) {
		return fact.ResultFact{}, false
	}
	t, ok := f.s.target(&call.Call)
	if !ok {
		return fact.ResultFact{}, false
	}
	callee, ok := f.s.known(t.fn)
	if !ok {
		return fact.ResultFact{}, false
	}
	r, ok := callee.Releases(i)
	if !ok {
		return fact.ResultFact{}, false
	}
	return fact.ResultFact{Index: k, Kind: fact.Release, N: f.returnedWith(call, r.N, ret), From: in, Of: r.Of}, true
}

// registry returns the map into which a use puts the value, or nil.
func registry(u valueflow.Use) ssa.Value {
	switch instr := u.Instr.(type) {
	case *ssa.MapUpdate:
		return instr.Map
	case *ssa.Call:
		if callee := instr.Call.StaticCallee(); u.Kind == valueflow.Argument && isSyncMap(callee, "Store") {
			return instr.Call.Args[0]
		}
	}
	return nil
}

// isSyncMap reports whether fn is the method of sync.Map.
func isSyncMap(fn *ssa.Function, method string) bool {
	if fn == nil || fn.Name() != method || fn.Pkg == nil || fn.Pkg.Pkg.Path() != "sync" || fn.Signature.Recv() == nil {
		return false
	}
	ptr, ok := fn.Signature.Recv().Type().(*types.Pointer)
	if !ok {
		return false
	}
	named, ok := ptr.Elem().(*types.Named)
	return ok && named.Obj().Name() == "Map"
}

// takesOut reports whether fn deletes an entry of the map.
func (f *family) takesOut(fn *ssa.Function, m ssa.Value) bool {
	want := f.values(m)
	for instr := range lazyssa.Instrs([]*ssa.Function{fn}) {
		call, ok := instr.(ssa.CallInstruction)
		if !ok || len(call.Common().Args) == 0 {
			continue
		}
		b, builtin := call.Common().Value.(*ssa.Builtin)
		callee := call.Common().StaticCallee()
		if builtin && b.Name() == "delete" || isSyncMap(callee, "Delete") || isSyncMap(callee, "LoadAndDelete") {
			if got := f.values(call.Common().Args[0]); len(got) == 1 && len(want) == 1 && got[0].ref == want[0].ref {
				return true
			}
		}
	}
	return false
}

// isIdle reports whether v is a function literal that does nothing.
func (f *family) isIdle(v ssa.Value) bool {
	vs := f.values(v)
	if len(vs) != 1 || vs[0].may || vs[0].path != "" {
		return false
	}
	switch root := vs[0].root.(type) {
	case *ssa.Function:
		return len(root.Blocks) > 0 && doesNothing(root)
	case *ssa.MakeClosure:
		fn := root.Fn.(*ssa.Function)
		return len(fn.Blocks) > 0 && doesNothing(fn)
	}
	return false
}

// givenWith returns which bool results of fn tell whether result k is nil, or a
// function that does nothing: they are one constant where it is, and the other
// where it is not.
func givenWith(f *family, fn *ssa.Function, returns []returned, k int) []fact.ResultFact {
	var out []fact.ResultFact
	res := fn.Signature.Results()
	for n := range res.Len() {
		if b, ok := res.At(n).Type().Underlying().(*types.Basic); !ok || b.Kind() != types.Bool {
			continue
		}
		given, without := f.boolsBeside(returns, k, n)
		for truth, of := range []string{"false", "true"} {
			if !given[1-truth] && !given[unknownBool] && without[1-truth] && !without[truth] && !without[unknownBool] {
				out = append(out, fact.ResultFact{Index: k, Kind: fact.GivenWith, N: n, Of: of})
			}
		}
	}
	return out
}

// unknownBool is the index of what is no constant; false is 0, and true 1.
const unknownBool = 2

// boolsBeside returns what result n is where result k is given, and where not.
func (f *family) boolsBeside(returns []returned, k, n int) (given, without [3]bool) {
	for _, ret := range returns {
		is := unknownBool
		if c, ok := ret.results[n].(*ssa.Const); ok && c.Value != nil && c.Value.Kind() == constant.Bool {
			is = 0
			if constant.BoolVal(c.Value) {
				is = 1
			}
		}
		if isNil(ret.results[k]) || f.isIdle(ret.results[k]) {
			without[is] = true
		} else {
			given[is] = true
		}
	}
	return given, without
}
