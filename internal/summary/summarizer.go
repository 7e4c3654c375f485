package summary

import (
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/fact"
	"github.com/leaklint/leaklint/internal/lazyssa"
)

// A summarizer computes the effects of all functions of a package, bottom-up
// over the strongly connected components of the static call graph.
type summarizer struct {
	pass            *analysis.Pass
	result          *Result
	families        map[*types.Func]*family
	facts           map[*types.Func]*fact.FuncFact
	called          map[*types.Func][]*types.Func // functions of the package that a family mentions
	literals        map[*ssa.Function][]effect
	implementations map[*types.Named]types.Type // the only type outside tests that implements the interface
	reach           reach
	code, all       map[*types.Var]fact.OpSet // what is done to fields and variables, without and with tests
	events          []event                   // storage of the last scan
}

// maxRounds is how often a recursive component is summarised before what still
// changes is taken for opaque.
const maxRounds = 6

// summarize computes everything.
func summarize(pass *analysis.Pass, r *Result) *summarizer {
	s := &summarizer{
		pass:            pass,
		result:          r,
		families:        make(map[*types.Func]*family),
		facts:           make(map[*types.Func]*fact.FuncFact),
		called:          make(map[*types.Func][]*types.Func),
		literals:        make(map[*ssa.Function][]effect),
		implementations: make(map[*types.Named]types.Type),
		reach:           make(reach),
		code:            make(map[*types.Var]fact.OpSet),
		all:             make(map[*types.Var]fact.OpSet),
	}
	var order []*types.Func
	var initialiser *family
	for _, fn := range r.SSA.Funcs() {
		if fn.Parent() != nil {
			continue
		}
		obj, ok := fn.Object().(*types.Func)
		if !ok {
			initialiser = newFamily(s, fn)
			continue
		}
		if len(fn.Blocks) == 0 {
			// Assembly or linkname.
			s.facts[obj] = &fact.FuncFact{Opaque: s.reach.typ(fn.Signature.Params()) || fn.Signature.Recv() != nil}
			continue
		}
		s.families[obj] = newFamily(s, fn)
		order = append(order, obj)
	}
	for _, component := range s.components(order) {
		s.component(component)
	}
	if initialiser != nil {
		s.family(initialiser)
	}
	s.families, s.called, s.literals, s.events = nil, nil, nil, nil // the facts say it all
	return s
}

// component summarises functions that call each other, until nothing changes.
// It starts from nothing: Must effects are then proved by induction over the
// depth of the recursion.
func (s *summarizer) component(fns []*types.Func) {
	if len(fns) == 1 && !slices.Contains(s.called[fns[0]], fns[0]) {
		s.facts[fns[0]] = s.family(s.families[fns[0]])
		return
	}
	for round := 0; ; round++ {
		changed := false
		for _, fn := range fns {
			old := s.facts[fn].String()
			s.facts[fn] = s.family(s.families[fn])
			changed = changed || s.facts[fn].String() != old
		}
		if !changed {
			return
		}
		if round == maxRounds {
			for _, fn := range fns {
				s.facts[fn] = &fact.FuncFact{Opaque: true}
			}
			return
		}
	}
}

// family summarises a function and its literals, innermost first.
func (s *summarizer) family(f *family) *fact.FuncFact {
	f.memo = make(map[ssa.Value][]value) // callees may have become known
	f.fields = nil
	var effects []effect
	whole := true
	for _, fn := range f.fns {
		var ok bool
		effects, ok = f.summarize(fn)
		whole = whole && ok
		if ok && fn != f.top {
			s.literals[fn] = effects
		}
	}
	out := &fact.FuncFact{Opaque: !whole, Effects: f.export(effects), Results: f.results(f.top)}
	out.Sort()
	f.memo, f.fields = nil, nil
	return out
}

// known returns what is known of a declared function while summarising:
// effects and results only.
func (s *summarizer) known(fn *types.Func) (*fact.FuncFact, bool) {
	if fn == nil {
		return nil, false
	}
	if fn.Pkg() != s.pass.Pkg || isInterfaceMethod(fn) {
		return s.result.foreignOrKnown(fn)
	}
	if f, ok := s.facts[fn]; ok {
		return f, true
	}
	if _, ok := s.families[fn]; ok {
		return new(fact.FuncFact), true // recursive: start from nothing
	}
	return s.result.foreignOrKnown(fn)
}

// components returns the strongly connected components of the call graph, the
// called ones first.
func (s *summarizer) components(order []*types.Func) [][]*types.Func {
	var out [][]*types.Func
	number := make(map[*types.Func]int)
	low := make(map[*types.Func]int)
	onStack := make(map[*types.Func]bool)
	var stack []*types.Func
	var visit func(fn *types.Func)
	visit = func(fn *types.Func) {
		number[fn] = len(number) + 1
		low[fn] = number[fn]
		stack = append(stack, fn)
		onStack[fn] = true
		s.called[fn] = s.mentions(s.families[fn])
		for _, callee := range s.called[fn] {
			switch {
			case number[callee] == 0:
				visit(callee)
				low[fn] = min(low[fn], low[callee])
			case onStack[callee]:
				low[fn] = min(low[fn], number[callee])
			}
		}
		if low[fn] != number[fn] {
			return
		}
		for i := len(stack) - 1; ; i-- {
			onStack[stack[i]] = false
			if stack[i] == fn {
				out = append(out, append([]*types.Func(nil), stack[i:]...))
				stack = stack[:i]
				return
			}
		}
	}
	for _, fn := range order {
		if number[fn] == 0 {
			visit(fn)
		}
	}
	return out
}

// mentions returns the functions of the package that a family calls or uses as
// values, in order of appearance.
func (s *summarizer) mentions(f *family) []*types.Func {
	var out []*types.Func
	add := func(fn *types.Func) {
		if fn == nil {
			return
		}
		if _, ok := s.families[fn.Origin()]; ok {
			out = append(out, fn.Origin())
		}
	}
	var operands []*ssa.Value
	for instr := range lazyssa.Instrs(f.fns) {
		if call, ok := instr.(ssa.CallInstruction); ok && call.Common().IsInvoke() {
			add(s.onlyImplementation(call.Common().Value.Type(), call.Common().Method.Origin()))
		}
		operands = instr.Operands(operands[:0])
		for _, op := range operands {
			if fn, ok := (*op).(*ssa.Function); ok && fn.Parent() == nil {
				obj, _ := fn.Object().(*types.Func)
				add(obj)
			}
		}
	}
	return out
}

// inTest reports whether the position is in a _test.go file.
func (s *summarizer) inTest(pos token.Pos) bool {
	return pos.IsValid() && strings.HasSuffix(s.pass.Fset.File(pos).Name(), "_test.go")
}
