package spawn

import (
	"cmp"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// sites collects the launch sites from the launching edges of the graph, and
// go statements whose function is not of this package.
func (g *graph) sites() []*Site {
	found := make(map[ssa.CallInstruction]*Site)
	var sites []*Site
	at := func(instr ssa.CallInstruction, kind Kind) *Site {
		s := found[instr]
		if s == nil {
			s = &Site{Kind: kind, Instr: instr}
			found[instr] = s
			sites = append(sites, s)
		}
		return s
	}
	for _, fn := range g.funcs {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if stmt, ok := instr.(*ssa.Go); ok {
					g.judge(at(stmt, Go), edge{caller: fn, at: stmt, exec: stmt})
				}
			}
		}
	}
	for _, fn := range g.funcs {
		for _, e := range g.callers[fn] {
			instr, ok := e.at.(ssa.CallInstruction)
			if e.kind == calls || !ok {
				continue
			}
			s := at(instr, kindOfEdge(e))
			g.judge(s, e)
			if !slices.Contains(s.Bodies, fn) {
				s.Bodies = append(s.Bodies, fn)
			}
		}
	}
	for _, s := range sites {
		g.findInstance(s)
	}
	sites = append(sites, g.handlers(sites)...)
	slices.SortStableFunc(sites, func(a, b *Site) int {
		// Positions alone are no order: files may be parsed concurrently.
		return cmp.Or(cmp.Compare(g.index[a.Where()], g.index[b.Where()]), cmp.Compare(a.Pos(), b.Pos()))
	})
	return sites
}

// handlers returns sites for the http handlers that no visible call registers:
// ServeHTTP methods, and functions with that signature that leave the package.
func (g *graph) handlers(sites []*Site) []*Site {
	known := make(map[*ssa.Function]bool)
	for _, s := range sites {
		for _, fn := range s.Bodies {
			known[fn] = true
		}
	}
	var more []*Site
	for _, fn := range g.funcs {
		if known[fn] || !g.handler[fn] && !(fn.Name() == "ServeHTTP" && g.rootCount(fn) == many) {
			continue
		}
		if isHandler(fn.Signature) {
			more = append(more, &Site{Kind: Handler, Bodies: []*ssa.Function{fn}, Lifetime: PerCall, Root: fn})
		}
	}
	return more
}

// Where returns the function in whose text the site stands: the launching
// function, or the handler that is registered elsewhere.
func (s *Site) Where() *ssa.Function {
	if s.Instr == nil {
		return s.Bodies[0]
	}
	return s.In()
}

// sortedOnces returns the functions that run under a Once in source order.
func (g *graph) sortedOnces() []*OnceRun {
	slices.SortStableFunc(g.onces, func(a, b *OnceRun) int {
		return cmp.Or(cmp.Compare(g.index[a.Outer.Parent()], g.index[b.Outer.Parent()]), cmp.Compare(a.Outer.Pos(), b.Outer.Pos()))
	})
	return g.onces
}

// promoteStarted turns calls of function values into launches where a starter
// makes them on a goroutine of its own: go func() { defer wg.Done(); f() }().
func (g *graph) promoteStarted() {
	memo := make(map[*ssa.Function]bool)
	for _, fn := range g.funcs {
		for i, e := range g.callers[fn] {
			if e.kind == calls && e.at != e.exec && e.exec != nil && e.exec.Parent() != nil && g.onlyStarted(e.exec.Parent(), memo) {
				g.callers[fn][i].kind = launches
			}
		}
	}
}

// onlyStarted reports whether a function literal runs on goroutines of its own
// only, itself or below literals that do.
func (g *graph) onlyStarted(fn *ssa.Function, memo map[*ssa.Function]bool) bool {
	if started, ok := memo[fn]; ok {
		return started
	}
	memo[fn] = false // a recursion starts nothing
	started := fn.Parent() != nil && !g.unseen[fn] && len(g.callers[fn]) > 0
	for _, e := range g.callers[fn] {
		started = started && (e.kind != calls || g.onlyStarted(e.caller, memo))
	}
	memo[fn] = started
	return started
}

// kindOfEdge returns the kind of site that a launching edge makes.
func kindOfEdge(e edge) Kind {
	switch {
	case e.kind == launchesAfter:
		return After
	case e.kind == launchesHandler:
		return Handler
	case e.at != e.exec:
		return Starter
	case e.kind == launchesGroup:
		return Group
	}
	return Go
}

// judge sets the lifetime of a site from one of its edges.
func (g *graph) judge(s *Site, e edge) {
	t := g.edgeTimes(e)
	if e.kind == launchesHandler {
		t = many
	}
	if l := t.lifetime(); s.Root == nil || l > s.Lifetime {
		s.Lifetime = l
		s.Root = g.counts[e.caller].root
	}
}

// findInstance turns a per-call site into a per-instance one when its
// goroutine is given the receiver of the launching function, or an object that
// the function makes and returns.
func (g *graph) findInstance(s *Site) {
	if s.Lifetime != PerCall {
		return
	}
	for _, h := range s.Holds(nil) {
		if v := origin(h.Outer); g.isReceiver(v) || isReturned(v) {
			s.Lifetime, s.Instance = PerInstance, v
			return
		}
	}
}

// Held is one value that a goroutine is given at its launch.
type Held struct {
	Outer ssa.Value // in the launching function
	Inner ssa.Value // the parameter or captured variable in the body; nil if not known
}

// Holds returns the arguments and captured variables of a goroutine. body is
// one of the site's bodies, or nil when only the outer values matter.
func (s *Site) Holds(body *ssa.Function) []Held {
	if s.Instr == nil {
		return nil
	}
	c := s.Instr.Common()
	var held []Held
	direct := s.Kind == Go && !c.IsInvoke()
	if direct {
		for i, arg := range c.Args {
			held = append(held, Held{arg, paramOf(body, i)})
		}
		return append(held, captures(c.Value, body)...)
	}
	if c.IsInvoke() && s.Kind == Go {
		held = append(held, Held{c.Value, paramOf(body, 0)})
		for i, arg := range c.Args {
			held = append(held, Held{arg, paramOf(body, i+1)})
		}
		return held
	}
	for _, arg := range c.Args {
		held = append(held, captures(arg, body)...)
	}
	return held
}

// paramOf returns parameter i of body.
func paramOf(body *ssa.Function, i int) ssa.Value {
	if body != nil && i < len(body.Params) {
		return body.Params[i]
	}
	return nil
}

// captures returns what a closure or method value has captured.
func captures(v ssa.Value, body *ssa.Function) []Held {
	for {
		c, ok := v.(*ssa.ChangeType)
		if !ok {
			break
		}
		v = c.X
	}
	mk, ok := v.(*ssa.MakeClosure)
	if !ok {
		return nil
	}
	fn := mk.Fn.(*ssa.Function)
	var held []Held
	for i, b := range mk.Bindings {
		h := Held{Outer: b}
		switch {
		case fn == body:
			h.Inner = fn.FreeVars[i]
		case fn.Synthetic != "": // a bound method: its receiver
			h.Inner = paramOf(body, 0)
		}
		held = append(held, h)
	}
	return held
}

// origin returns the value that a local variable was set to, if there is only
// one, and v itself for anything else.
func origin(v ssa.Value) ssa.Value {
	for range 8 { // a chain of closures
		switch x := v.(type) {
		case *ssa.UnOp:
			switch x.X.(type) {
			case *ssa.FreeVar, *ssa.Alloc:
				v = x.X
			default:
				return x
			}
		case *ssa.FreeVar:
			bound := bindings(x.Parent(), x)
			if len(bound) != 1 {
				return v
			}
			v = bound[0]
		case *ssa.Alloc:
			st := onlyStore(x)
			if st == nil {
				return v
			}
			v = st.Val
		case *ssa.ChangeType:
			v = x.X
		default:
			return v
		}
	}
	return v
}

// Origin returns the value behind a captured variable or a local that is set
// only once, and v itself where that is not known.
func Origin(v ssa.Value) ssa.Value { return origin(v) }

// onlyStore returns the only store to a local variable.
func onlyStore(v *ssa.Alloc) *ssa.Store {
	var only *ssa.Store
	for _, ref := range *v.Referrers() {
		if st, ok := ref.(*ssa.Store); ok && st.Addr == v {
			if only != nil {
				return nil
			}
			only = st
		}
	}
	return only
}

// isReceiver reports whether v is the receiver of a method of this package.
func (g *graph) isReceiver(v ssa.Value) bool {
	p, ok := v.(*ssa.Parameter)
	return ok && p.Parent().Signature.Recv() != nil && p.Parent().Params[0] == p
}

// isReturned reports whether v is a struct that its function makes and returns.
func isReturned(v ssa.Value) bool {
	a, ok := v.(*ssa.Alloc)
	return ok && isStruct(a) && reachesReturn(a, make(map[ssa.Value]bool))
}

// reachesReturn reports whether v is returned, perhaps through a local variable.
func reachesReturn(v ssa.Value, seen map[ssa.Value]bool) bool {
	if seen[v] {
		return false
	}
	seen[v] = true
	for _, ref := range *v.Referrers() {
		switch ref := ref.(type) {
		case *ssa.Return:
			return true
		case *ssa.MakeInterface:
			if reachesReturn(ref, seen) {
				return true
			}
		case *ssa.Phi:
			if reachesReturn(ref, seen) {
				return true
			}
		case *ssa.Store:
			if cell, ok := ref.Addr.(*ssa.Alloc); ok && ref.Val == v && loadReturned(cell, seen) {
				return true
			}
		}
	}
	return false
}

// loadReturned reports whether what a local variable holds is returned.
func loadReturned(cell *ssa.Alloc, seen map[ssa.Value]bool) bool {
	for _, ref := range *cell.Referrers() {
		if load, ok := ref.(*ssa.UnOp); ok && reachesReturn(load, seen) {
			return true
		}
	}
	return false
}

// ProcessWide reports whether v is, or lies in, an object of which a process
// has only one: a package variable, or the only value of its type.
func (l *Launches) ProcessWide(v ssa.Value) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.graph.isWide(v) // looks for loops on the way, and keeps them
}

// Local returns the source function of this package that fn stands for: the
// origin of an instance, the method behind a method value. It returns nil for
// functions of other packages.
func (l *Launches) Local(fn *ssa.Function) *ssa.Function { return l.graph.local(fn) }

// InTest reports whether fn is written in a _test.go file.
func (l *Launches) InTest(fn *ssa.Function) bool { return l.graph.inTest(fn) }

// MayRun returns the functions of this package that a call may run before it
// returns: those that the call names, and those whose values are known to reach
// it, but for what the callee starts on a goroutine of its own. all reports
// whether an interface call can reach no other type.
func (l *Launches) MayRun(call ssa.CallInstruction) (fns []*ssa.Function, all bool) {
	fns = slices.Clone(l.graph.candidates(call.Common()))
	all = !call.Common().IsInvoke() || !l.graph.openInterface(call.Common())
	for _, fn := range l.graph.funcs {
		for _, e := range l.graph.callers[fn] {
			if e.exec == call && e.kind == calls && !slices.Contains(fns, fn) {
				fns = append(fns, fn)
			}
		}
	}
	return fns, all
}
