// Package summary answers: what does this function do to its parameters,
// receiver and results, may it block, does it never return; and what does this
// package do to this field or package variable?
//
// It is the only exporter of facts. A summary is complete about the function
// called: it includes what callees do, of this package and of others, so that
// nobody needs the facts of packages that are imported indirectly.
//
// Packages of the standard library are not summarised: internal/known says
// what they do.
package summary

import (
	"go/types"
	"reflect"
	"slices"
	"strings"
	"sync"

	"golang.org/x/tools/go/analysis"

	"github.com/leaklint/leaklint/internal/fact"
	"github.com/leaklint/leaklint/internal/known"
	"github.com/leaklint/leaklint/internal/lazyssa"
	"github.com/leaklint/leaklint/internal/report"
)

// Analyzer computes the Result of a package and exports its facts.
var Analyzer = &analysis.Analyzer{
	Name:       "leaklintsummary",
	Doc:        "summarise what functions do to channels, locks, contexts, timers and functions\n\nIt reports nothing itself; the leaklint passes require it.",
	Run:        run,
	ResultType: reflect.TypeFor[*Result](),
	FactTypes:  []analysis.Fact{new(fact.Package)},
}

// A Result is what is known of the package under analysis and of the functions
// that it can name. All methods are safe for concurrent use.
type Result struct {
	// SSA is the package in SSA form, built on demand.
	SSA *lazyssa.Package

	pkg      *types.Package
	imported map[*types.Package]*fact.Package
	ends     *endings
	blocks   *blocks
	nils     map[*types.Func]zeroIf // when errors are nil
	failure  error
	decoded  sync.Map           // *types.Func → *fact.FuncFact: functions of imported packages
	effects  func() *summarizer // computed on first use; nil if the package does not matter
	hidden   func() *hiddenCode // read on first use
}

// run summarises one package. A failure of ours must not fail the package: its
// importers could not be analysed either. The passes report it.
func run(pass *analysis.Pass) (any, error) {
	res := newResult(pass)
	if !isStd(pass) {
		res.failure = report.Protect(pass, func() error {
			res.ends.decideAll(pass)
			res.blocks.decideAll(res.ends)
			res.nils = res.ends.decideNil()
			res.export(pass)
			return nil
		})
	}
	return res, nil
}

// Again returns the result for another state of the same package, whose pass
// imports the packages that this one imports. It exports nothing.
func (r *Result) Again(pass *analysis.Pass) *Result {
	again := *pass
	again.ImportPackageFact, again.ExportPackageFact = nil, nil
	res := newResult(&again)
	res.imported = r.imported
	if !isStd(pass) {
		res.failure = report.Protect(pass, func() error {
			res.ends.decideAll(&again)
			res.blocks.decideAll(res.ends)
			return nil
		})
	}
	return res
}

// Failures returns the internal error after which the package is analysed with
// less than its summaries, if there was one.
func (r *Result) Failures() []error {
	if r.failure == nil {
		return nil
	}
	return []error{r.failure}
}

// newResult returns a result that has computed nothing yet.
func newResult(pass *analysis.Pass) *Result {
	r := &Result{pkg: pass.Pkg, imported: make(map[*types.Package]*fact.Package)}
	for _, imp := range pass.Pkg.Imports() {
		f := new(fact.Package)
		if pass.ImportPackageFact != nil && pass.ImportPackageFact(imp, f) || !isStdPath(imp.Path()) {
			r.imported[imp] = f // without a fact: there is nothing to say
		}
	}
	r.ends = newEndings(pass, r)
	r.blocks = newBlocks(pass, r)
	r.SSA = lazyssa.New(pass, lazyssa.Hooks{NoReturn: r.NeverReturns, Matters: r.matters})
	r.effects = sync.OnceValue(func() *summarizer {
		if isStd(pass) || !r.SSA.Matters() {
			return nil
		}
		return summarize(pass, r)
	})
	r.hidden = sync.OnceValue(func() *hiddenCode { return readHidden(pass) })
	return r
}

// export exports the facts of what other packages can name.
func (r *Result) export(pass *analysis.Pass) {
	if pass.Pkg.Name() == "main" || strings.HasSuffix(pass.Pkg.Name(), "_test") {
		return // nobody imports it
	}
	funcs := make(map[string]*fact.FuncFact)
	decls := make(map[string]*types.Func)
	for _, decl := range r.ends.order {
		key, ok := fact.FuncKey(decl)
		if !ok {
			continue
		}
		if f, ok := r.Func(decl); ok && !f.IsZero() {
			funcs[key], decls[key] = f, decl
		}
	}
	exposed := exposures(funcs)
	for key, f := range funcs {
		funcs[key] = public(decls[key], f, exposed, r.SSA.Looks())
	}
	p := fact.NewPackage(funcs)
	p.Whole = r.SSA.Looks()
	if (p.Len() > 0 || p.Whole) && pass.ExportPackageFact != nil {
		pass.ExportPackageFact(p)
	}
}

// Func returns what a call of the function does. It reports false where that
// is unknown: interface methods, std functions that internal/known does not
// list, functions of packages that are not imported directly.
func (r *Result) Func(fn *types.Func) (*fact.FuncFact, bool) {
	fn = fn.Origin()
	if api, ok := known.Lookup(fn); ok {
		return &api.FuncFact, true
	}
	if isInterfaceMethod(fn) {
		f := timerMaker(fn)
		if f == nil {
			f = timerMethod(fn)
		}
		return f, f != nil
	}
	if fn.Pkg() == r.pkg {
		return r.local(fn)
	}
	return r.foreign(fn)
}

// foreignOrKnown returns what is known of a function that is not of this
// package.
func (r *Result) foreignOrKnown(fn *types.Func) (*fact.FuncFact, bool) {
	if api, ok := known.Lookup(fn); ok {
		return &api.FuncFact, true
	}
	return r.foreign(fn)
}

// foreign returns the fact of a function of another package, or that it is
// unknown.
func (r *Result) foreign(fn *types.Func) (*fact.FuncFact, bool) {
	p, ok := r.imported[fn.Pkg()]
	if !ok || isInterfaceMethod(fn) {
		return nil, false
	}
	key, ok := fact.FuncKey(fn)
	if !ok {
		return nil, false
	}
	if f, ok := r.decoded.Load(fn); ok {
		return f.(*fact.FuncFact), true
	}
	f, ok := p.Func(key)
	if !ok {
		f = new(fact.FuncFact)
	}
	if !p.Whole {
		f = unlooked(fn, f)
	}
	r.decoded.Store(fn, f)
	return f, true
}

// unlooked completes the fact of a function into which nobody looked, as its
// package did not seem to matter: it does nothing to values of the types that
// leaklint follows, and may keep what other parameters reach.
func unlooked(fn *types.Func, f *fact.FuncFact) *fact.FuncFact {
	out := *f
	for i, p := range slices.Collect(fn.Signature().Params().Variables()) {
		if !lazyssa.OfInterest(p.Type()) && make(reach).typ(p.Type()) {
			out.Effects = append(out.Effects, fact.Effect{Op: fact.Keep, On: fact.Param(i, ""), Hi: 1})
		}
	}
	return &out
}

// local returns the summary of a function of this package.
func (r *Result) local(fn *types.Func) (*fact.FuncFact, bool) {
	if isInterfaceMethod(fn) {
		return nil, false
	}
	out := new(fact.FuncFact)
	if s := r.effects(); s != nil {
		f, ok := s.facts[fn]
		if !ok {
			return nil, false // not declared in source
		}
		*out = *f
	}
	if nils := nilFact(fn, r.nils[fn]); nils != nil {
		out.Results = append(slices.Clone(out.Results), nils...)
		out.Sort()
	}
	out.Ends, out.MayEnd, out.Blocks = r.ends.of(fn), r.ends.decidedMayEnd(fn), r.blocks.blocks[fn]
	return out, true
}

// NeverReturns reports whether no call of the function returns normally.
// The SSA of the package has no control flow after static calls of such
// functions; calls through an interface (testing.TB) have to be asked about.
func (r *Result) NeverReturns(fn *types.Func) bool {
	return r.ends.of(fn.Origin()) != fact.Returns
}

// matters reports whether a mention of the imported function makes a package
// matter: it starts a goroutine or does something to a primitive other than
// handing it on. What functions return, lazyssa sees by itself; a function
// argument that is only called matters by its body; and what happens behind
// unexported fields of another package matters to nobody here who does not
// wait for it, start something or take a lock himself.
func (r *Result) matters(fn *types.Func) bool {
	f, ok := r.Func(fn)
	if !ok {
		return false
	}
	if isInterfaceMethod(fn) && len(f.Results) > 0 {
		return true // makes a timer, whose type lazyssa does not know
	}
	for _, e := range f.Effects {
		switch e.Op {
		case fact.Store, fact.Keep, fact.Return, fact.Derive:
		case fact.Call:
			if e.Where == fact.Spawned {
				return true
			}
		case fact.Lock, fact.Unlock, fact.RLock, fact.RUnlock:
			return true
		default:
			if !hidden(e.On.Path) {
				return true
			}
		}
	}
	return false
}

// isInterfaceMethod reports whether fn is a method of an interface.
func isInterfaceMethod(fn *types.Func) bool {
	recv := fn.Signature().Recv()
	return recv != nil && types.IsInterface(recv.Type())
}

// isStd reports whether the package is of the standard library: no module, and
// a first path element that only std uses. (Under go vet, packages of std come
// without module; so do packages of old-style test harnesses.)
func isStd(pass *analysis.Pass) bool {
	if m := pass.Module; m != nil && m.Path != "" && m.Path != "std" && m.Path != "cmd" {
		return false
	}
	return isStdPath(pass.Pkg.Path())
}

// isStdPath reports whether an import path looks like one of std.
func isStdPath(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return stdRoots[first]
}

// stdRoots are the first path elements of the standard library.
var stdRoots = func() map[string]bool {
	roots := make(map[string]bool)
	for _, root := range strings.Fields(`
		archive bufio bytes cmd cmp compress container context crypto database debug embed encoding errors expvar
		flag fmt go hash html image index internal io iter log maps math mime net os path plugin reflect regexp
		runtime slices sort strconv strings structs sync syscall testing text time unicode unique unsafe vendor weak`) {
		roots[root] = true
	}
	return roots
}()
