package skeleton

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/explore/prog"
)

// Who is given an interface value can call its methods, as often as it likes:
// http.TimeoutHandler runs the ServeHTTP of the handler that it is given. The
// fields of the value stay out of its reach all the same.

// A lent is a method of the package that unseen code gets with an argument.
type lent struct {
	arg    *ssa.MakeInterface
	method *types.Func
	fn     *ssa.Function
}

// maxLent is how many methods an interface may have for them to be looked at.
const maxLent = 8

// findLent notes the methods that the calls in fn give to unseen code.
func (ix *Index) findLent(fn *ssa.Function) {
	for _, call := range callsIn(fn) {
		com := call.Common()
		if _, ok := com.Value.(*ssa.Builtin); ok || ix.Own(com.StaticCallee()) || ix.idle(com) {
			continue
		}
		for _, a := range com.Args {
			if mi, ok := a.(*ssa.MakeInterface); ok {
				ix.lendMethods(call, mi)
			}
		}
	}
}

// lendMethods notes the methods that come with one argument of a call.
func (ix *Index) lendMethods(call ssa.CallInstruction, mi *ssa.MakeInterface) {
	iface := mi.Type().Underlying().(*types.Interface)
	c := ix.flow.of(mi)
	if c == nil || iface.NumMethods() > maxLent || isErrorType(mi.Type()) || !ix.flow.carries(mi.X.Type()) {
		return
	}
	for m := range iface.Methods() {
		fn := ix.Method(mi.X.Type(), m)
		if fn == nil {
			continue
		}
		ix.lent[call] = append(ix.lent[call], lent{mi, m, fn})
		ix.lenders[fn] = append(ix.lenders[fn], call)
		ix.flow.join(c, ix.flow.of(fn.Params[0]))
		for _, p := range fn.Params[1:] {
			if cl := ix.flow.of(p); cl != nil {
				cl.find().env = true
			}
		}
	}
}

// lendAll hands the methods that come with an argument of the current call to
// unseen code; with nil, those of all arguments.
func (f *function) lendAll(arg ssa.Value) {
	call, ok := f.cur.(ssa.CallInstruction)
	if !ok {
		return
	}
	for _, l := range f.c.ix.lent[call] {
		if arg != nil && l.arg != arg || !f.c.cone.funcs[l.fn] || !f.known(l.arg) {
			continue
		}
		s := f.fb.Slot("method")
		f.emit(prog.OpMethod, s, f.val(l.arg)).Imm(int(f.c.b.Method(f.c.invoke(l.method))))
		f.open(prog.S(s))
	}
}
