package spawn

import (
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/coretype"
)

// times is how often a function or site runs in a process. The order is that
// of a join: what is proved to run often stays so, whoever else may call it.
type times int

const (
	never   times = iota // no caller found
	once                 // a bounded number of times
	unknown              // as often as unseen code likes, perhaps never
	many                 // any number of times
)

// lifetime is the lifetime of what runs t times.
func (t times) lifetime() Lifetime {
	switch t {
	case once:
		return Process
	case many:
		return PerCall
	}
	return Unknown
}

// count is how often a function runs and the function from which that follows.
type count struct {
	times times
	root  *ssa.Function
}

// edge is one way in which a function is run.
type edge struct {
	caller *ssa.Function
	at     ssa.Instruction // the call, or the call that hands the function over
	exec   ssa.Instruction // the call or go statement that runs it, if visible
	forced times           // at least this often, if it runs at all
	once   ssa.Value       // the sync.Once that guards it, if any
	kind   edgeKind
}

// edgeKind tells plain calls from launches.
type edgeKind int

const (
	calls edgeKind = iota
	launches
	launchesGroup
	launchesAfter
	launchesHandler
)

// graph is the call graph of one package, with unknown callers marked.
type graph struct {
	pkg    *ssa.Package
	funcs  []*ssa.Function
	index  map[*ssa.Function]int
	callee Callee

	callers   map[*ssa.Function][]edge
	unseen    map[*ssa.Function]bool    // handed to code we cannot see
	handler   map[*ssa.Function]bool    // run by a server for every request
	public    map[*ssa.Function]bool    // the value of an exported package variable
	madeOf    map[*types.TypeName][]any // what makes values of a type, see made
	reachable map[*types.TypeName]bool  // see findReachable
	counts    map[*ssa.Function]count
	onces     []*OnceRun

	methods map[string][]*ssa.Function // by name
	sitesOf map[*ssa.Function][]ssa.CallInstruction
	loads   map[types.Object][]ssa.Value // loads of fields and package variables
	stores  map[types.Object][]ssa.Value // values stored into them
	loops   map[*ssa.Function]*loops
	cycles  map[*ssa.Function]int // strongly connected component in the call graph
}

// newGraph indexes the functions of a package.
func newGraph(pkg *ssa.Package, funcs []*ssa.Function, callee Callee) *graph {
	g := &graph{
		pkg:     pkg,
		funcs:   slices.Clone(funcs),
		index:   make(map[*ssa.Function]int),
		callee:  callee,
		callers: make(map[*ssa.Function][]edge),
		unseen:  make(map[*ssa.Function]bool),
		handler: make(map[*ssa.Function]bool),
		public:  make(map[*ssa.Function]bool),
		madeOf:  make(map[*types.TypeName][]any),
		counts:  make(map[*ssa.Function]count),
		methods: make(map[string][]*ssa.Function),
		sitesOf: make(map[*ssa.Function][]ssa.CallInstruction),
		loads:   make(map[types.Object][]ssa.Value),
		stores:  make(map[types.Object][]ssa.Value),
		loops:   make(map[*ssa.Function]*loops),
	}
	if init := pkg.Func("init"); init != nil && !slices.Contains(g.funcs, init) {
		g.funcs = appendAll(g.funcs, init) // runs the initialisers of package variables
	}
	for i, fn := range g.funcs {
		g.index[fn] = i
		if fn.Signature.Recv() != nil {
			g.methods[fn.Name()] = append(g.methods[fn.Name()], fn)
		}
	}
	return g
}

// appendAll appends fn and the closures in it that are not there yet.
func appendAll(funcs []*ssa.Function, fn *ssa.Function) []*ssa.Function {
	if !slices.Contains(funcs, fn) {
		funcs = append(funcs, fn)
	}
	for _, anon := range fn.AnonFuncs {
		funcs = appendAll(funcs, anon)
	}
	return funcs
}

// local returns the source function of this package that a callee stands for:
// the origin of an instance, the method behind a bound method or a wrapper. It
// returns nil for functions of other packages and those without a body.
func (g *graph) local(fn *ssa.Function) *ssa.Function {
	if fn == nil {
		return nil
	}
	if o := fn.Origin(); o != nil {
		fn = o
	}
	if _, ok := g.index[fn]; ok {
		return fn
	}
	if obj, ok := fn.Object().(*types.Func); ok && fn.Synthetic != "" {
		if src := g.pkg.Prog.FuncValue(obj.Origin()); src != nil {
			if _, ok := g.index[src]; ok {
				return src
			}
		}
	}
	return nil
}

// traceCalls enters calls whose callee is written in the call, and candidates
// of interface calls. It indexes call sites and field accesses on the way.
func (g *graph) traceCalls() {
	for _, fn := range g.funcs {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				g.indexInstr(instr)
				g.traceCall(instr)
			}
		}
	}
}

// traceCall enters what instr calls, if it is a call.
func (g *graph) traceCall(instr ssa.Instruction) {
	call, ok := instr.(ssa.CallInstruction)
	if !ok {
		return
	}
	for _, to := range g.candidates(call.Common()) {
		g.sitesOf[to] = append(g.sitesOf[to], call)
		g.addEdge(to, edge{caller: call.Parent(), at: call, exec: call, kind: kindOf(call)})
	}
}

// kindOf tells go statements from calls.
func kindOf(call ssa.CallInstruction) edgeKind {
	if _, ok := call.(*ssa.Go); ok {
		return launches
	}
	return calls
}

// addEdge enters e, unless it is a test that runs code outside tests.
func (g *graph) addEdge(to *ssa.Function, e edge) {
	if g.inTest(e.caller) && !g.inTest(to) {
		return // docs/design.md section 7.3
	}
	g.callers[to] = append(g.callers[to], e)
}

// indexInstr notes loads of and stores to fields and package variables.
func (g *graph) indexInstr(instr ssa.Instruction) {
	switch instr := instr.(type) {
	case *ssa.UnOp:
		if instr.Op == token.MUL {
			if obj := location(instr.X); obj != nil {
				g.loads[obj] = append(g.loads[obj], instr)
			}
		}
	case *ssa.Field:
		if obj := fieldObject(instr.X.Type(), instr.Field); obj != nil {
			g.loads[obj] = append(g.loads[obj], instr)
		}
	case *ssa.Store:
		if obj := location(instr.Addr); obj != nil {
			g.stores[obj] = append(g.stores[obj], instr.Val)
		}
	}
}

// location returns the field or package variable that addr is the address of.
func location(addr ssa.Value) types.Object {
	switch addr := addr.(type) {
	case *ssa.Global:
		return addr.Object()
	case *ssa.FieldAddr:
		return fieldObject(addr.X.Type(), addr.Field)
	}
	return nil
}

// fieldObject returns the declared field, that of the generic type for an
// instance.
func fieldObject(t types.Type, i int) types.Object {
	if f := coretype.Field(t, i); f != nil {
		return f
	}
	return nil // no typed nil
}

// candidates returns the functions of this package that a call may run as far
// as the call itself tells: the static callee, or the methods of the package
// that fit an interface call.
func (g *graph) candidates(c *ssa.CallCommon) []*ssa.Function {
	if !c.IsInvoke() {
		if fn := g.local(c.StaticCallee()); fn != nil {
			return []*ssa.Function{fn}
		}
		return nil
	}
	var fit []*ssa.Function
	for _, m := range g.methods[c.Method.Name()] {
		if m.Object() != nil && m.Object().Id() == c.Method.Id() && sameSignature(m.Signature, c.Signature()) {
			fit = append(fit, m)
		}
	}
	return fit
}

// sameSignature reports whether two signatures agree apart from receivers.
func sameSignature(a, b *types.Signature) bool {
	return a.Variadic() == b.Variadic() &&
		types.Identical(a.Params(), b.Params()) && types.Identical(a.Results(), b.Results())
}

// inTest reports whether fn is written in a _test.go file.
func (g *graph) inTest(fn *ssa.Function) bool {
	for fn.Parent() != nil {
		fn = fn.Parent()
	}
	return strings.HasSuffix(g.pkg.Prog.Fset.Position(fn.Pos()).Filename, "_test.go")
}

// rootCount says how often code that we cannot see, by its name, calls fn.
func (g *graph) rootCount(fn *ssa.Function) times {
	obj, _ := fn.Object().(*types.Func)
	if fn.Parent() != nil || (obj == nil && fn.Name() != "init") {
		return never
	}
	recv := fn.Signature.Recv()
	switch {
	case recv == nil && (fn.Name() == "init" || strings.HasPrefix(fn.Name(), "init#") || fn.Name() == "TestMain"):
		return once
	case g.pkg.Pkg.Name() == "main" && recv == nil && fn.Name() == "main":
		return once
	case g.inTest(fn) && recv == nil && isTestName(fn.Name()):
		return many
	case recv != nil && isHandler(fn.Signature) && fn.Name() == "ServeHTTP":
		return many
	case g.pkg.Pkg.Name() == "main" || g.inTest(fn) || !obj.Exported():
		return never
	case !g.canBeNamed(recv) && len(g.callers[fn]) > 0:
		return never // all who can call it are in sight
	}
	return many
}

// isTestName reports whether the testing package runs functions of this name.
func isTestName(name string) bool {
	for _, p := range []string{"Test", "Benchmark", "Fuzz", "Example"} {
		if strings.HasPrefix(name, p) {
			return true
		}
	}
	return false
}

// isHandler reports whether a function has the signature of an http handler:
// whoever holds one runs it for every request.
func isHandler(sig *types.Signature) bool {
	return sig.Results().Len() == 0 && sig.Params().Len() == 2 &&
		IsNetHTTP(sig.Params().At(0).Type(), "ResponseWriter") && IsNetHTTP(sig.Params().At(1).Type(), "Request")
}

// IsNetHTTP reports whether t is, or points to, the type of net/http called name.
func IsNetHTTP(t types.Type, name string) bool {
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.Obj().Name() == name && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == "net/http"
}
