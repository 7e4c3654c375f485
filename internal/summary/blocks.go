package summary

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/types/typeutil"

	"github.com/leaklint/leaklint/internal/fact"
	"github.com/leaklint/leaklint/internal/known"
)

// blocks decides which functions may block, and why, on the static call graph
// of the syntax: no SSA is built for it.
//
// What a body does itself is an operation on a channel that is not a select
// with default, or a static call of something that may block. Go statements
// and function literals do not count, unless the literal is called, deferred
// or handed to a function that is known to call it before it returns. Locks do
// not count: nearly everything takes one, for a short time. The answer of a
// function is the first unbounded reason in source order, else the first;
// recursion is a fixed point that only ever grows from nothing to bounded to
// unbounded, so it ends after two rounds per function at most.
type blocks struct {
	info    *types.Info
	pkg     *types.Package
	result  *Result
	reasons map[*types.Func][]reason
	blocks  map[*types.Func]*fact.Block
}

// A reason is one thing in a body that may block: an operation of its own, or
// a call of a function of this package that has an answer of its own.
type reason struct {
	own  *fact.Block
	call *types.Func
	ctx  func(fact.Place) (fact.Bound, fact.Place) // what the callee's context parameter is in the caller
}

// maxChain is the longest chain kept; longer ones lose their middle.
const maxChain = 5

// newBlocks returns blocks that know no function of the package yet.
func newBlocks(pass *analysis.Pass, r *Result) *blocks {
	return &blocks{
		info:    pass.TypesInfo,
		pkg:     pass.Pkg,
		result:  r,
		reasons: make(map[*types.Func][]reason),
		blocks:  make(map[*types.Func]*fact.Block),
	}
}

// decideAll decides all declared functions of the package.
func (b *blocks) decideAll(ends *endings) {
	for _, fn := range ends.order {
		if decl := ends.decls[fn]; decl.Body != nil {
			w := &blockWalk{blocks: b, sig: fn.Signature(), body: decl.Body}
			w.walk(decl.Body)
			b.reasons[fn] = w.reasons
		}
	}
	for changed := true; changed; {
		changed = false
		for _, fn := range ends.order {
			if b.update(fn) {
				changed = true
			}
		}
	}
}

// update recomputes the answer of one function and reports whether it grew.
func (b *blocks) update(fn *types.Func) bool {
	best := b.blocks[fn]
	for _, r := range b.reasons[fn] {
		if best != nil && best.Bound == fact.Unbounded {
			break
		}
		block := r.own
		if r.call != nil {
			block = through(b.blocks[r.call], r.call, r.ctx)
		}
		if block != nil && (best == nil || block.Bound == fact.Unbounded) {
			best = block
		}
	}
	if best == b.blocks[fn] {
		return false
	}
	b.blocks[fn] = best
	return true
}

// through returns what the block of a callee is for its caller.
func through(block *fact.Block, callee *types.Func, ctx func(fact.Place) (fact.Bound, fact.Place)) *fact.Block {
	if block == nil || block.Why == fact.Locking {
		return nil
	}
	out := &fact.Block{Why: block.Why, Bound: block.Bound}
	if block.Bound == fact.ByContext && ctx != nil {
		out.Bound, out.Ctx = ctx(block.Ctx)
	}
	out.Chain = append([]string{qualifiedName(callee)}, block.Chain...)
	if len(out.Chain) > maxChain {
		out.Chain = append(append(out.Chain[:maxChain-2:maxChain-2], "…"), out.Chain[len(out.Chain)-1])
	}
	return out
}

// qualifiedName returns "http.Get" or "(*http.Client).Do".
func qualifiedName(fn *types.Func) string {
	byName := func(p *types.Package) string { return p.Name() }
	recv := fn.Signature().Recv()
	if recv == nil {
		if fn.Pkg() == nil {
			return fn.Name()
		}
		return fn.Pkg().Name() + "." + fn.Name()
	}
	t := types.TypeString(recv.Type(), byName)
	if i := strings.IndexByte(t, '['); i >= 0 {
		t = t[:i] // type parameters say nothing here
	}
	if strings.HasPrefix(t, "*") {
		t = "(" + t + ")"
	}
	return t + "." + fn.Name()
}

// A blockWalk collects the reasons of one body in source order.
type blockWalk struct {
	*blocks
	sig     *types.Signature
	body    *ast.BlockStmt
	reasons []reason
}

// walk visits what runs on the goroutine of the caller before the function
// returns.
func (w *blockWalk) walk(root ast.Node) {
	ast.Inspect(root, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false // runs when it is called: see call
		case *ast.GoStmt:
			for _, arg := range n.Call.Args {
				w.walk(arg)
			}
			return false
		case *ast.SelectStmt:
			w.selectStmt(n)
			return false
		case *ast.SendStmt:
			w.add(&fact.Block{Why: fact.Channel})
		case *ast.UnaryExpr:
			if n.Op == token.ARROW {
				w.add(w.receive(n.X))
			}
		case *ast.RangeStmt:
			if t := w.info.TypeOf(n.X); t != nil {
				if _, ok := t.Underlying().(*types.Chan); ok {
					w.add(w.receive(n.X))
				}
			}
		case *ast.CallExpr:
			w.call(n)
		}
		return true
	})
}

// add adds an operation of the body's own.
func (w *blockWalk) add(b *fact.Block) {
	if b != nil {
		w.reasons = append(w.reasons, reason{own: b})
	}
}

// selectStmt adds a select without default, bounded by its best case.
func (w *blockWalk) selectStmt(s *ast.SelectStmt) {
	best := &fact.Block{Why: fact.Channel}
	for _, clause := range s.Body.List {
		comm := clause.(*ast.CommClause)
		if comm.Comm == nil {
			best = nil // default
			break
		}
		if x := received(comm.Comm); x != nil {
			// A timer bounds this select, whatever its time.
			switch b := w.receive(x); {
			case b == nil, b.Why == fact.Sleeping:
				best = &fact.Block{Why: fact.Channel, Bound: fact.ByDeadline}
			case b.Bound == fact.ByContext && best.Bound == fact.Unbounded:
				best = b
			}
		}
	}
	w.add(best)
	for _, clause := range s.Body.List {
		comm := clause.(*ast.CommClause)
		if send, ok := comm.Comm.(*ast.SendStmt); ok {
			w.walk(send.Chan)
			w.walk(send.Value)
		} else if x := received(comm.Comm); x != nil {
			w.walk(x)
		}
		for _, stmt := range comm.Body {
			w.walk(stmt)
		}
	}
}

// received returns the channel that the communication receives from, if it is
// a receive.
func received(comm ast.Stmt) ast.Expr {
	var x ast.Expr
	switch s := comm.(type) {
	case *ast.ExprStmt:
		x = s.X
	case *ast.AssignStmt:
		if len(s.Rhs) == 1 {
			x = s.Rhs[0]
		}
	}
	if u, ok := ast.Unparen(x).(*ast.UnaryExpr); ok && x != nil && u.Op == token.ARROW {
		return u.X
	}
	return nil
}

// receive returns why a receive from the channel blocks: it ends with a
// context, a timer, or when somebody sends. It is nil for a short timer.
func (w *blockWalk) receive(ch ast.Expr) *fact.Block {
	switch x := ast.Unparen(ch).(type) {
	case *ast.CallExpr:
		fn, ok := typeutil.Callee(w.info, x).(*types.Func)
		if !ok {
			break
		}
		row, ok := known.Lookup(fn)
		if !ok {
			break
		}
		for _, r := range row.Results {
			switch {
			case r.Kind == fact.Same && r.From == fact.Recv(".Done"):
				bound, ctx := w.context(ast.Unparen(x.Fun).(*ast.SelectorExpr).X)
				return &fact.Block{Why: fact.Channel, Bound: bound, Ctx: ctx}
			case r.Kind == fact.Same && r.From == fact.Recv(".C"), r.Kind == fact.FreshTicker:
				return &fact.Block{Why: fact.Sleeping, Bound: fact.ByDeadline}
			case r.Kind == fact.FreshTimer:
				if w.short(x) {
					return nil
				}
				return &fact.Block{Why: fact.Sleeping, Bound: fact.ByDeadline}
			}
		}
	case *ast.SelectorExpr:
		if isTimer(w.info.TypeOf(x.X)) && x.Sel.Name == "C" {
			return &fact.Block{Why: fact.Sleeping, Bound: fact.ByDeadline}
		}
	}
	return &fact.Block{Why: fact.Channel}
}

// isTimer reports whether t is a Timer or Ticker of package time.
func isTimer(t types.Type) bool {
	if t == nil {
		return false
	}
	if ptr, ok := types.Unalias(t).(*types.Pointer); ok {
		t = ptr.Elem()
	}
	named, ok := types.Unalias(t).(*types.Named)
	return ok && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == "time" &&
		(named.Obj().Name() == "Timer" || named.Obj().Name() == "Ticker")
}

// short reports whether the first argument is a constant duration of less than
// a minute.
func (w *blockWalk) short(call *ast.CallExpr) bool {
	if len(call.Args) == 0 {
		return false
	}
	value := w.info.Types[call.Args[0]].Value
	if value == nil {
		return false
	}
	ns, ok := constant.Int64Val(constant.ToInt(value))
	return ok && ns < 60e9
}

// call adds what a static call may wait for, and what the functions that it is
// given and calls before it returns do.
func (w *blockWalk) call(call *ast.CallExpr) {
	if lit, ok := ast.Unparen(call.Fun).(*ast.FuncLit); ok {
		w.walk(lit.Body)
		return
	}
	fn, ok := typeutil.Callee(w.info, call).(*types.Func)
	if !ok {
		return
	}
	fn = fn.Origin()
	w.arguments(fn, call)
	ctx := func(p fact.Place) (fact.Bound, fact.Place) { return w.argument(call, p) }
	if fn.Pkg() == w.pkg && !isInterfaceMethod(fn) {
		w.reasons = append(w.reasons, reason{call: fn, ctx: ctx})
		return
	}
	f, ok := w.result.foreignOrKnown(fn)
	if !ok || f.Blocks == nil || f.Blocks.Why == fact.Sleeping && w.short(call) {
		return
	}
	w.add(through(f.Blocks, fn, ctx))
}

// arguments walks the function arguments that the callee calls before it
// returns.
func (w *blockWalk) arguments(fn *types.Func, call *ast.CallExpr) {
	f, ok := w.result.foreignOrKnown(fn)
	if !ok {
		return
	}
	for _, e := range f.Effects {
		if e.Op != fact.Call || e.On.Root != fact.ParamRoot || e.On.Path != "" ||
			e.Where != fact.Here && e.Where != fact.Joined || e.On.Index >= len(call.Args) {
			continue
		}
		switch arg := ast.Unparen(call.Args[e.On.Index]).(type) {
		case *ast.FuncLit:
			w.walk(arg.Body)
		case *ast.Ident, *ast.SelectorExpr:
			if target := funcValue(w.info, arg); target != nil && target.Pkg() == w.pkg {
				w.reasons = append(w.reasons, reason{call: target.Origin()})
			}
		}
	}
}

// funcValue returns the function or method that the expression names, if it
// names one.
func funcValue(info *types.Info, x ast.Expr) *types.Func {
	switch x := x.(type) {
	case *ast.Ident:
		fn, _ := info.Uses[x].(*types.Func)
		return fn
	case *ast.SelectorExpr:
		fn, _ := info.Uses[x.Sel].(*types.Func)
		return fn
	}
	return nil
}

// argument returns what bounds a wait for the context that the callee finds at
// the place, seen from the caller.
func (w *blockWalk) argument(call *ast.CallExpr, p fact.Place) (fact.Bound, fact.Place) {
	switch {
	case p.Root == fact.ParamRoot && p.Path == "" && p.Index < len(call.Args):
		return w.context(call.Args[p.Index])
	case p.Root == fact.RecvRoot:
		if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok {
			if base := w.place(sel.X); !base.IsZero() {
				base.Path += p.Path
				return fact.ByContext, base
			}
		}
	}
	return fact.ByContext, fact.Place{}
}

// context returns what bounds a wait for the context x: nothing if it never
// ends, a deadline if it was made with one here, else the context itself.
func (w *blockWalk) context(x ast.Expr) (fact.Bound, fact.Place) {
	for range maxDerivations {
		call, ok := ast.Unparen(x).(*ast.CallExpr)
		if !ok {
			call = w.definition(ast.Unparen(x))
		}
		if call == nil {
			break
		}
		parent, bound := w.derivation(call)
		if parent == nil {
			return bound, fact.Place{}
		}
		x = parent
	}
	return fact.ByContext, w.place(x)
}

// maxDerivations bounds the steps from a context to its parents.
const maxDerivations = 4

// derivation returns the context of which the call adds only values, or else
// what bounds the context that the call returns.
func (w *blockWalk) derivation(call *ast.CallExpr) (parent ast.Expr, bound fact.Bound) {
	fn, ok := typeutil.Callee(w.info, call).(*types.Func)
	if !ok {
		return nil, fact.ByContext
	}
	f, ok := w.result.foreignOrKnown(fn.Origin())
	if !ok {
		return nil, fact.ByContext
	}
	for _, r := range f.ResultsOf(0) {
		switch {
		case r.Kind == fact.Endless:
			return nil, fact.Unbounded
		case r.Kind != fact.DerivedCtx:
		case known.HasDeadline(r.Of):
			return nil, fact.ByDeadline
		case r.Of == "context.WithValue" && r.From.Root == fact.ParamRoot && r.From.Index < len(call.Args):
			return call.Args[r.From.Index], fact.ByContext
		}
	}
	return nil, fact.ByContext
}

// definition returns the call whose first result the body's only assignment
// to the local variable x stores.
func (w *blockWalk) definition(x ast.Expr) *ast.CallExpr {
	id, ok := x.(*ast.Ident)
	if !ok {
		return nil
	}
	v, ok := w.info.Uses[id].(*types.Var)
	if !ok || v.Pkg() == nil || v.Parent() == v.Pkg().Scope() {
		return nil
	}
	var call *ast.CallExpr
	count := 0
	ast.Inspect(w.body, func(n ast.Node) bool {
		assign, ok := n.(*ast.AssignStmt)
		if !ok {
			return true
		}
		for i, lhs := range assign.Lhs {
			id, ok := ast.Unparen(lhs).(*ast.Ident)
			if !ok || w.info.ObjectOf(id) != v {
				continue
			}
			count++
			if i == 0 && len(assign.Rhs) == 1 {
				call, _ = ast.Unparen(assign.Rhs[0]).(*ast.CallExpr)
			}
		}
		return true
	})
	if count != 1 {
		return nil
	}
	return call
}

// place returns the parameter or receiver, or field of one, that x names.
func (w *blockWalk) place(x ast.Expr) fact.Place {
	switch x := ast.Unparen(x).(type) {
	case *ast.Ident:
		obj := w.info.Uses[x]
		if obj == nil {
			return fact.Place{}
		}
		if recv := w.sig.Recv(); recv != nil && obj == recv {
			return fact.Recv("")
		}
		for i := range w.sig.Params().Len() {
			if obj == w.sig.Params().At(i) {
				return fact.Param(i, "")
			}
		}
	case *ast.SelectorExpr:
		if v, ok := w.info.Uses[x.Sel].(*types.Var); ok && v.IsField() {
			if base := w.place(x.X); !base.IsZero() && strings.Count(base.Path, ".") < maxPath {
				base.Path += "." + v.Name()
				return base
			}
		}
	}
	return fact.Place{}
}
