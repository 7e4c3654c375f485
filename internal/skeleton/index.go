package skeleton

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/lazyssa"
)

// An Index is what skeleton knows of a package before it compiles anything:
// its functions, who calls and who starts whom, where primitives are made and
// which operations may meet them. It is linear in the code of the package.
type Index struct {
	Pkg   *ssa.Package
	Funcs []*ssa.Function // source functions and closures, in source order
	Know  Knowledge       // what other packages' functions do; may be nil

	// Unseen reports whether code of the package that is not in sight, in
	// files the build leaves out or not in Go, may use an object by its name;
	// nil means that there is none.
	Unseen func(types.Object) bool

	own     map[*ssa.Function]bool
	order   map[*ssa.Function]int
	callees map[ssa.CallInstruction][]*ssa.Function // in order of discovery
	callers map[*ssa.Function][]ssa.CallInstruction
	ops     map[*ssa.Function][]*Op
	sites   map[*ssa.Function][]Site
	methods map[methodKey]*ssa.Function
	flow    *flow
	taken   map[*ssa.Function]bool         // functions whose value is taken
	lent    map[ssa.CallInstruction][]lent // methods that unseen code gets by a call
	lenders map[*ssa.Function][]ssa.CallInstruction
	handed  map[*ssa.Function]bool // functions that unseen code gets and whose results may lead to primitives

	closures  map[*ssa.Function][]*ssa.MakeClosure
	siteClass map[Site][]*class
	controls  map[*ssa.Function]*control
	loops     map[*ssa.Function]*loops
	holds     *holds
	origins   *origins
	digested  map[*ssa.Function]*digest
	started   map[*ssa.Function]bool        // see InGoroutine
	walks     int                           // number of the last walk over functions, see reach
	met       []*digest                     // what it met; scratch
	stores    map[loc][]ssa.Instruction     // by location, in source order
	addressed map[loc]bool                  // fields and variables whose address goes somewhere
	sentinels map[*ssa.Global]bool          // variables that are new errors when the program begins
	checks    map[checked][]ssa.Instruction // see findChecks
	makers    map[*class][]*ssa.Function    // that allocate something of a class
	elems     map[types.Type]loc
	pointees  map[types.Type]loc
	sided     map[*types.Var]bool
	given     map[*class]bool             // see givenTo
	judged    map[*ssa.Function][]int     // by root: the allocation events it is a root for
	nils      map[*ssa.Function][]*class  // by root: variables and parameters that hold no channel
	asks      func(*Op) bool              // see Roots
	heights   map[*ssa.Function]int       // see height
	pipes     bool                        // whether the package makes any, see makesPipes
	writings  map[*ssa.CallCommon]writing // that may be to one of them
	underOnce map[*ssa.Function]bool
}

type methodKey struct {
	t types.Type
	m *types.Func
}

// NewIndex reads the functions of a package once.
func NewIndex(pkg *ssa.Package, funcs []*ssa.Function, know Knowledge) *Index {
	ix := &Index{
		Pkg:     pkg,
		Funcs:   slices.Clone(funcs),
		Know:    know,
		own:     map[*ssa.Function]bool{},
		order:   map[*ssa.Function]int{},
		callees: map[ssa.CallInstruction][]*ssa.Function{},
		callers: map[*ssa.Function][]ssa.CallInstruction{},
		ops:     map[*ssa.Function][]*Op{},
		sites:   map[*ssa.Function][]Site{},
		methods: map[methodKey]*ssa.Function{},
		taken:   map[*ssa.Function]bool{},
		lent:    map[ssa.CallInstruction][]lent{},
		lenders: map[*ssa.Function][]ssa.CallInstruction{},
		handed:  map[*ssa.Function]bool{},

		closures:  map[*ssa.Function][]*ssa.MakeClosure{},
		siteClass: map[Site][]*class{},
		controls:  map[*ssa.Function]*control{},
		loops:     map[*ssa.Function]*loops{},
		digested:  map[*ssa.Function]*digest{},
		stores:    map[loc][]ssa.Instruction{},
		checks:    map[checked][]ssa.Instruction{},
		addressed: map[loc]bool{},
		sentinels: map[*ssa.Global]bool{},
		makers:    map[*class][]*ssa.Function{},
		elems:     map[types.Type]loc{},
		pointees:  map[types.Type]loc{},
		sided:     map[*types.Var]bool{},
		judged:    map[*ssa.Function][]int{},
		nils:      map[*ssa.Function][]*class{},
		heights:   map[*ssa.Function]int{},
		writings:  map[*ssa.CallCommon]writing{},
	}
	ix.flow = newFlow(ix)
	for i, fn := range funcs {
		ix.own[fn] = true
		ix.order[fn] = i
	}
	ix.pipes = makesPipes(pkg, funcs)
	for i := 0; i < len(ix.Funcs); i++ { // wrappers join the list as they are met
		ix.scan(ix.Funcs[i])
		ix.findLent(ix.Funcs[i])
	}
	if ix.pipes {
		ix.findWritings()
	}
	ix.findOut()
	ix.findHanded()
	ix.origins = newOrigins(ix)
	ix.holds = newHolds(ix)
	ix.digests()
	ix.findChecks()
	ix.flow.bound = nil                        // nothing is bound any more,
	ix.methods = map[methodKey]*ssa.Function{} // and of the methods few are asked about again
	return ix
}

// admit adds a synthetic function (wrapper, bound method, instance) that the
// package's code refers to.
func (ix *Index) admit(fn *ssa.Function) *ssa.Function {
	fn = origin(fn)
	if len(fn.Blocks) == 0 || ix.own[fn] {
		return fn
	}
	if fn.Pkg != nil && fn.Pkg != ix.Pkg {
		return fn
	}
	ix.own[fn] = true
	ix.order[fn] = len(ix.Funcs)
	ix.Funcs = append(ix.Funcs, fn)
	return fn
}

// Own reports whether fn has a body in this package.
func (ix *Index) Own(fn *ssa.Function) bool { return fn != nil && ix.own[origin(fn)] }

// Callees returns the functions of the package that call may run.
func (ix *Index) Callees(call ssa.CallInstruction) []*ssa.Function { return ix.callees[call] }

// Callers returns the calls, go and defer statements that may run fn.
func (ix *Index) Callers(fn *ssa.Function) []ssa.CallInstruction { return ix.callers[fn] }

// Ops returns the operations on primitives in fn, in block order.
func (ix *Index) Ops(fn *ssa.Function) []*Op { return ix.ops[fn] }

// addEdge records that call may run fn, once.
func (ix *Index) addEdge(call ssa.CallInstruction, fn *ssa.Function) {
	ix.callees[call] = append(ix.callees[call], fn)
	ix.callers[fn] = append(ix.callers[fn], call)
}

// control returns the control dependences of fn.
func (ix *Index) control(fn *ssa.Function) *control {
	c := ix.controls[fn]
	if c == nil {
		c = newControl(fn)
		ix.controls[fn] = c
	}
	return c
}

// Method returns the function that t's method set has for the interface
// method m, nil if it has no body here.
func (ix *Index) Method(t types.Type, m *types.Func) *ssa.Function {
	key := methodKey{t, m}
	if fn, ok := ix.methods[key]; ok {
		return fn
	}
	fn := ix.lookup(t, m)
	ix.methods[key] = fn
	return fn
}

// lookup is Method without the table.
func (ix *Index) lookup(t types.Type, m *types.Func) *ssa.Function {
	if types.IsInterface(t) || isTypeParam(t) {
		return nil
	}
	obj, own := methodOf(t, m)
	if obj == nil {
		return nil
	}
	var fn *ssa.Function
	if own {
		fn = ix.Pkg.Prog.FuncValue(obj)
	}
	if fn == nil {
		fn = ix.Pkg.Prog.MethodValue(ix.Pkg.Prog.MethodSets.MethodSet(t).Lookup(m.Pkg(), m.Name()))
	}
	if fn == nil {
		return nil
	}
	if fn = ix.admit(fn); ix.own[fn] {
		return fn
	}
	return nil
}

// methodOf returns the method that t's method set has for the interface method
// m, nil without one. It is t's own if that type, which is not generic, declares
// it, with t as it is for its receiver. The whole method set, of which a class
// may have hundreds, would cost much more.
func methodOf(t types.Type, m *types.Func) (method *types.Func, own bool) {
	obj, index, _ := types.LookupFieldOrMethod(t, false, m.Pkg(), m.Name())
	method, _ = obj.(*types.Func)
	if method == nil || len(index) > 1 {
		return method, false
	}
	recv := types.Unalias(method.Signature().Recv().Type())
	if p, ok := recv.(*types.Pointer); ok {
		recv = types.Unalias(p.Elem())
	}
	named, _ := recv.(*types.Named)
	return method, named != nil && named.TypeParams().Len() == 0 && types.Identical(method.Signature().Recv().Type(), t)
}

// scan reads one function into the classes and the operation lists.
func (ix *Index) scan(fn *ssa.Function) {
	for instr := range lazyssa.Instrs([]*ssa.Function{fn}) {
		ix.takeFuncs(instr)
		ix.flow.read(fn, instr)
		op := classify(instr)
		if op == nil {
			continue
		}
		op.Func = fn
		ix.ops[fn] = append(ix.ops[fn], op)
		for _, v := range op.Operands {
			if c := ix.flow.of(v); c != nil {
				m := c.add()
				m.ops = append(m.ops, op)
			}
		}
	}
	if isEntry(fn) {
		for _, p := range fn.Params {
			if c := ix.flow.of(p); c != nil {
				c.env = true
			}
		}
	}
}

// takeFuncs admits the functions that instr mentions and notes those whose
// value is taken rather than called.
func (ix *Index) takeFuncs(instr ssa.Instruction) {
	var callee ssa.Value
	if call, ok := instr.(ssa.CallInstruction); ok {
		callee = call.Common().Value
	}
	for _, op := range instr.Operands(nil) {
		fn, ok := (*op).(*ssa.Function)
		if !ok {
			continue
		}
		fn = ix.admit(fn)
		if callee != *op {
			ix.taken[fn] = true
		}
	}
}

// origin returns the generic function that fn is an instance of, or fn.
func origin(fn *ssa.Function) *ssa.Function {
	if o := fn.Origin(); o != nil && len(o.Blocks) > 0 {
		return o
	}
	return fn
}

// isTypeParam reports whether t is a type parameter.
func isTypeParam(t types.Type) bool {
	_, ok := types.Unalias(t).(*types.TypeParam)
	return ok
}

// hasTypeParam reports whether t is a type parameter, or made of one.
func hasTypeParam(t types.Type, depth int) bool {
	if depth > 6 {
		return true
	}
	switch t := types.Unalias(t).(type) {
	case *types.TypeParam:
		return true
	case *types.Named:
		for arg := range t.TypeArgs().Types() {
			if hasTypeParam(arg, depth+1) {
				return true
			}
		}
	case *types.Map:
		return hasTypeParam(t.Key(), depth+1) || hasTypeParam(t.Elem(), depth+1)
	case interface{ Elem() types.Type }:
		return hasTypeParam(t.Elem(), depth+1)
	}
	return false
}

// isEntry reports whether code outside the package may call fn by name.
func isEntry(fn *ssa.Function) bool {
	obj := fn.Object()
	if obj == nil || !obj.Exported() {
		return false
	}
	if fn.Pkg != nil && fn.Pkg.Pkg.Name() == "main" {
		return false
	}
	recv := fn.Signature.Recv()
	if recv == nil {
		return true
	}
	t := recv.Type()
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	named, ok := types.Unalias(t).(*types.Named)
	return ok && named.Obj().Exported()
}
