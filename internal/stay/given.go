package stay

import (
	"cmp"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/endless"
	"github.com/leaklint/leaklint/internal/fact"
	"github.com/leaklint/leaklint/internal/site"
	"github.com/leaklint/leaklint/internal/spawn"
	"github.com/leaklint/leaklint/internal/summary"
)

// A Given is a context that never ends, and that is given to a function which
// starts a goroutine that only the end of its context ends:
//
//	func (s *Server) Start() error {
//		return gateway.Register(context.Background(), s.mux) // and s.Close?
//	}
type Given struct {
	At   ssa.Instruction     // what makes the context
	Call ssa.CallInstruction // the call that is given it
	To   string              // its callee
	// Lifetime says how often the call can happen.
	Lifetime spawn.Lifetime
	// Site is the launch, and Wait where its goroutine waits; nil in another package.
	Site *spawn.Site
	Wait ssa.Instruction
}

// maxGiven bounds the values that a context carries.
const maxGiven = 4

// What a walk has seen is not looked at again, so that its work does not grow
// with the ways through the calls.
type (
	params    map[*ssa.Parameter]bool
	functions map[*ssa.Function]bool
)

// findGiven looks for contexts that never end at the calls of all functions
// with a goroutine that the end of a context parameter ends: those of other
// packages by their facts, those of this one by its watchers.
func (r *Result) findGiven(sum *summary.Result) {
	for _, fn := range r.funcs {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if call, ok := instr.(ssa.CallInstruction); ok {
					r.givenOut(sum, call)
				}
			}
		}
	}
	for _, w := range r.Watchers {
		if w.param != nil {
			r.givenFor(w.param, Given{Site: w.Site, Wait: w.At}, make(params))
		}
	}
	slices.SortStableFunc(r.Given, func(a, b *Given) int { return cmp.Compare(a.At.Pos(), b.At.Pos()) })
}

// givenOut looks at a call of another package's function that has a goroutine
// wait for nothing but the end of an argument.
func (r *Result) givenOut(sum *summary.Result, call ssa.CallInstruction) {
	fn := site.Callee(call)
	if fn == nil || fn.Pkg() == nil || r.Launches.Local(call.Common().StaticCallee()) != nil {
		return
	}
	var f *fact.FuncFact
	for i, arg := range call.Common().Args {
		if !endless.IsContext(arg.Type()) {
			continue
		}
		if f == nil {
			if f, _ = sum.Func(fn); f == nil {
				return
			}
		}
		place := placeOf(fn, i)
		place.Path = ".Done"
		if onlyWaits(f.EffectsOn(place)) {
			r.givenAs(arg, call, Given{To: fn.Name()}, make(params))
		}
	}
}

// onlyWaits reports whether a goroutine receives from a Done channel, and none
// does in a select with another case.
func onlyWaits(effects []fact.Effect) bool {
	spawned := false
	for _, e := range effects {
		if e.Op != fact.Receive {
			return false
		}
		spawned = spawned || e.Where == fact.Spawned
	}
	return spawned
}

// givenAs looks at an argument that ends a goroutine: a context that never ends,
// or a parameter of the calling function, which then has such a goroutine, too.
func (r *Result) givenAs(arg ssa.Value, call ssa.CallInstruction, g Given, seen params) {
	v := spawn.Origin(arg)
	for range maxGiven {
		with, ok := v.(*ssa.Call)
		if !ok || !endless.IsFunc(&with.Call, "context", "WithValue") {
			break
		}
		v = spawn.Origin(with.Call.Args[0])
	}
	switch v := v.(type) {
	case *ssa.Parameter:
		r.givenFor(v, g, seen)
	case *ssa.Call:
		if endless.IsFunc(&v.Call, "context", "Background") || endless.IsFunc(&v.Call, "context", "TODO") {
			g.At, g.Call = v, call
			r.addGiven(&g)
		}
	}
}

// givenFor looks at what the callers of a function pass for its parameter.
func (r *Result) givenFor(p *ssa.Parameter, g Given, seen params) {
	fn := p.Parent()
	i := slices.Index(fn.Params, p)
	if seen[p] || i < 0 {
		return
	}
	seen[p] = true
	calls, _ := r.Launches.Callers(fn)
	for _, call := range calls {
		c := call.Common()
		if r.Launches.Local(c.StaticCallee()) != fn || i >= len(c.Args) {
			continue
		}
		g.To = spawn.Name(fn)
		r.givenAs(c.Args[i], call, g, seen)
	}
}

// addGiven adds one, unless it lives as long as the process or a test gives it
// to code outside tests. One context is one finding.
func (r *Result) addGiven(g *Given) {
	from := g.Call.Parent()
	g.Lifetime = r.Launches.Runs(from)
	if g.Lifetime == spawn.Process || r.Launches.InTest(from) && (g.Site == nil || !r.Launches.InTest(g.Site.Where())) {
		return
	}
	if !slices.ContainsFunc(r.Given, func(o *Given) bool { return o.At == g.At }) {
		r.Given = append(r.Given, g)
	}
}

// A rest is what a method that ends the goroutines of an object leaves: it ends
// one that was started together with another one, which goes on until the
// caller's context ends.
//
//	func (s *Store) Start(ctx context.Context) {
//		go s.notify()     // Stop ends it
//		go s.cleanUp(ctx) // Stop does not
//	}
type rest struct {
	Stop  *ssa.Function // the method
	Other *spawn.Site   // the goroutine that it does end
}

// restOf returns what leaves a watcher of its caller's context behind, nil if
// nothing does. A function that waits for its goroutines is no start.
func (r *Result) restOf(l Launch) *rest {
	fn := l.Site.In()
	if fn == nil || fn.Signature.Recv() == nil || waitsItself(fn) || !holds(l, fn.Params[0]) {
		return nil
	}
	for _, stop := range r.stoppers(fn) {
		closed := make(map[*types.Var]bool)
		r.closes(stop, closed, make(functions))
		for _, s := range r.Launches.Sites {
			if s == l.Site || s.Kind != spawn.Go || s.In() != fn {
				continue
			}
			for _, body := range s.Bodies {
				if r.receives(body, closed, make(functions)) {
					return &rest{Stop: stop, Other: s}
				}
			}
		}
	}
	return nil
}

// holds reports whether a goroutine is given v.
func holds(l Launch, v ssa.Value) bool {
	return slices.ContainsFunc(l.Site.Holds(l.Body), func(h spawn.Held) bool { return spawn.Origin(h.Outer) == v })
}

// stoppers returns the methods Close, Stop and Shutdown of the type whose method
// fn is.
func (r *Result) stoppers(fn *ssa.Function) []*ssa.Function {
	var found []*ssa.Function
	for _, m := range r.funcs {
		recv := m.Signature.Recv()
		if recv == nil || spawn.TypeName(recv.Type()) != spawn.TypeName(fn.Signature.Recv().Type()) {
			continue
		}
		switch m.Name() {
		case "Close", "Stop", "Shutdown":
			found = append(found, m)
		}
	}
	return found
}

// closes collects the channel fields that fn closes, itself, in its literals or
// in what it calls.
func (r *Result) closes(fn *ssa.Function, closed map[*types.Var]bool, seen functions) {
	if seen[fn] {
		return
	}
	seen[fn] = true
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if f := closedField(instr); f != nil {
				closed[f] = true
			}
			r.below(instr, func(callee *ssa.Function) { r.closes(callee, closed, seen) })
		}
	}
}

// receives reports whether fn, or what it calls, receives from one of the
// fields.
func (r *Result) receives(fn *ssa.Function, closed map[*types.Var]bool, seen functions) bool {
	if seen[fn] {
		return false
	}
	seen[fn] = true
	found := false
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			for _, w := range endless.WaitsOf(instr) {
				found = found || w.Chan != nil && closed[endless.FieldOf(w.Chan)]
			}
			r.below(instr, func(callee *ssa.Function) { found = found || r.receives(callee, closed, seen) })
		}
	}
	return found
}

// below calls visit for the function of this package that an instruction calls,
// or of which it makes a literal.
func (r *Result) below(instr ssa.Instruction, visit func(*ssa.Function)) {
	switch instr := instr.(type) {
	case *ssa.MakeClosure:
		visit(instr.Fn.(*ssa.Function))
	case ssa.CallInstruction:
		if fn := r.Launches.Local(instr.Common().StaticCallee()); fn != nil {
			visit(fn)
		}
	}
}

// waitsItself reports whether fn waits for something before it returns.
func waitsItself(fn *ssa.Function) bool {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			switch instr := instr.(type) {
			case *ssa.UnOp:
				if instr.Op == token.ARROW {
					return true
				}
			case *ssa.Select:
				if instr.Blocking {
					return true
				}
			case *ssa.Call:
				if callee := instr.Call.StaticCallee(); callee != nil && callee.Name() == "Wait" {
					return true
				}
			}
		}
	}
	return false
}
