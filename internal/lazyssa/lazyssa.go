// Package lazyssa answers: what is the SSA form of the package under
// analysis, if it can matter at all?
//
// SSA is built at most once and only on demand. It is not taken from buildssa:
// that analyzer requires ctrlflow, whose facts make every driver build the
// control-flow graphs of every dependency, std included. Here a cheap look at
// syntax, types and imported facts decides first whether the package can
// contain anything that leaklint reasons about (see Matters); most packages
// cannot, and then there is no SSA for them.
//
// Invariant: a package that does not matter would give no finding and no fact
// if its SSA were built. Tests hold this with BuildAlways.
package lazyssa

import (
	"go/ast"
	"go/types"
	"iter"
	"sync"
	"sync/atomic"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"
)

// Hooks are the questions about called functions that lazyssa cannot answer
// itself, because they need facts and the table of known APIs.
type Hooks struct {
	// NoReturn reports whether a call of the function never returns.
	NoReturn func(*types.Func) bool

	// Matters reports whether a mention of the imported function makes the
	// mentioning package matter, because the function does something to a
	// goroutine, channel, lock, context or timer, or hands one out.
	Matters func(*types.Func) bool
}

// A Package gives the SSA form of one package, built on first use.
// All methods are safe for concurrent use.
type Package struct {
	looks   func() bool
	built   func() built
	isBuilt atomic.Bool
}

// built is the outcome of building.
type built struct {
	pkg   *ssa.Package
	funcs []*ssa.Function
}

// buildAlways is set by BuildAlways.
var buildAlways atomic.Bool

// BuildAlways makes every package matter (true) or restores the cheap look
// (false), for the whole process. It exists for the tests that show that the
// cheap look changes no finding and no fact.
func BuildAlways(on bool) { buildAlways.Store(on) }

// New returns the SSA, not built yet, of the package that pass analyses.
func New(pass *analysis.Pass, hooks Hooks) *Package {
	p := new(Package)
	p.looks = sync.OnceValue(func() bool { return matters(pass, hooks.Matters) })
	p.built = sync.OnceValue(func() built {
		p.isBuilt.Store(true)
		return build(pass, hooks.NoReturn)
	})
	return p
}

// Looks reports whether the package looks as if it contained something that
// leaklint reasons about. It costs at most one walk over the syntax.
func (p *Package) Looks() bool { return p.looks() }

// Matters reports whether there is SSA: because of the looks of the package,
// or because of BuildAlways.
func (p *Package) Matters() bool { return buildAlways.Load() || p.looks() }

// Built reports whether SSA has been built.
func (p *Package) Built() bool { return p.isBuilt.Load() }

// SSA returns the package in SSA form, or nil if the package does not matter.
func (p *Package) SSA() *ssa.Package {
	if !p.Matters() {
		return nil
	}
	return p.built().pkg
}

// Funcs returns the source functions of the package: the synthetic package
// initialiser first, then declared functions, methods (generic ones as their
// uninstantiated bodies) and function literals in source order, a literal after
// the function that encloses it. It is empty if the package does not matter.
// Functions without a Go body have no blocks.
func (p *Package) Funcs() []*ssa.Function {
	if !p.Matters() {
		return nil
	}
	return p.built().funcs
}

// build builds the package as buildssa does, in a program of its own: the
// analysis API has no place for a program that packages could share. Imported
// packages are created from their types alone and have no bodies, and only
// those of which a function or variable is mentioned: creating all members of
// a package of types can cost more than building the one under analysis. The
// initialiser is bare for that reason: it does not call those of imports. A
// function of enormous size has no body either, as if it were assembly: the
// builder takes time that grows with the square of its branches.
func build(pass *analysis.Pass, noReturn func(*types.Func) bool) built {
	prog := ssa.NewProgram(pass.Fset, ssa.BareInits)
	if noReturn != nil {
		prog.SetNoReturn(noReturn)
	}
	mentioned := mentionedPackages(pass)
	for _, imp := range pass.Pkg.Imports() {
		if mentioned[imp] {
			prog.CreatePackage(imp, nil, nil, true)
		}
	}
	pkg := prog.CreatePackage(pass.Pkg, buildable(pass.Files), pass.TypesInfo, false)
	pkg.Build()
	return built{pkg: pkg, funcs: sourceFuncs(pass, pkg)}
}

// mentionedPackages returns the packages of the functions and variables that
// the package mentions by name.
func mentionedPackages(pass *analysis.Pass) map[*types.Package]bool {
	mentioned := make(map[*types.Package]bool)
	for _, obj := range pass.TypesInfo.Uses {
		switch obj.(type) {
		case *types.Func, *types.Var:
			if pkg := obj.Pkg(); pkg != nil && (obj.Parent() == pkg.Scope() || obj.Parent() == nil) {
				mentioned[pkg] = true
			}
		}
	}
	return mentioned
}

// sourceFuncs lists the functions that Funcs promises. Source order is the
// order of pass.Files, not of positions: files may be parsed concurrently.
func sourceFuncs(pass *analysis.Pass, pkg *ssa.Package) []*ssa.Function {
	var funcs []*ssa.Function
	initialiser := pkg.Func("init")
	if initialiser != nil {
		funcs = append(funcs, initialiser)
	}
	for _, file := range pass.Files {
		for _, decl := range file.Decls {
			switch decl := decl.(type) {
			case *ast.FuncDecl:
				if obj, ok := pass.TypesInfo.Defs[decl.Name].(*types.Func); ok { // else type information is incomplete
					funcs = appendNested(funcs, pkg.Prog.FuncValue(obj))
				}
			case *ast.GenDecl:
				for _, literal := range literalsIn(decl, initialiser) {
					funcs = appendNested(funcs, literal)
				}
			}
		}
	}
	return funcs
}

// appendNested appends fn, which may be nil, and the literals in it.
func appendNested(funcs []*ssa.Function, fn *ssa.Function) []*ssa.Function {
	if fn == nil {
		return funcs
	}
	funcs = append(funcs, fn)
	for _, anon := range fn.AnonFuncs {
		funcs = appendNested(funcs, anon)
	}
	return funcs
}

// literalsIn returns the literals in a declaration of package variables. They
// belong to the package initialiser, whatever file they stand in.
func literalsIn(decl *ast.GenDecl, initialiser *ssa.Function) (literals []*ssa.Function) {
	if initialiser == nil {
		return nil
	}
	for _, anon := range initialiser.AnonFuncs {
		if decl.Pos() <= anon.Pos() && anon.Pos() < decl.End() {
			literals = append(literals, anon)
		}
	}
	return literals
}

// Instrs yields the instructions of the functions in order.
func Instrs(fns []*ssa.Function) iter.Seq[ssa.Instruction] {
	return func(yield func(ssa.Instruction) bool) {
		for _, fn := range fns {
			for _, b := range fn.Blocks {
				for _, instr := range b.Instrs {
					if !yield(instr) {
						return
					}
				}
			}
		}
	}
}
