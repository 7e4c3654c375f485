package driver

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"

	"github.com/leaklint/leaklint/passes"
)

// This file is the driver that does without go vet: everything is loaded from
// source and analysed in this process. It needs no build and no cache, and far
// more memory. It sees the same units as go vet does.

// loadMode is all that an analysis can ask for, from source.
const loadMode = packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedImports |
	packages.NeedDeps | packages.NeedTypes | packages.NeedSyntax | packages.NeedTypesInfo | packages.NeedTypesSizes |
	packages.NeedModule | packages.NeedForTest

// checkAll analyses the packages of the target in this process. The contents
// of the files it reads go to src if that is not nil. Counters go to debug.
func (t *target) checkAll(r *Report, o *options, src sources, v *view, debug io.Writer) error {
	var mu sync.Mutex
	cfg := &packages.Config{
		Mode:       loadMode,
		Context:    t.ctx,
		Dir:        t.dir,
		Env:        append(os.Environ(), t.env...),
		BuildFlags: t.buildFlags,
		Tests:      !o.withoutTests,
		ParseFile: func(fset *token.FileSet, name string, content []byte) (*ast.File, error) {
			if src != nil {
				mu.Lock()
				src[name] = content
				mu.Unlock()
			}
			f, err := parser.ParseFile(fset, name, content, parser.AllErrors|parser.ParseComments)
			if f != nil {
				dropLineComments(fset, f)
			}
			return f, err
		},
	}
	pkgs, err := packages.Load(cfg, t.patterns...)
	switch {
	case t.ctx.Err() != nil:
		return errInterrupted
	case err != nil:
		return failf("cannot load packages: %v", err)
	}
	pkgs, problems := analysable(pkgs, v)
	r.Problems = append(r.Problems, problems...)
	if len(pkgs) == 0 {
		return nil
	}
	graph, err := t.check(o, pkgs)
	if err != nil {
		return err
	}
	if o.inspect != nil {
		o.inspect(graph)
		return nil
	}
	o.debug.write(debug, graph, v)
	return r.addGraph(o, graph, pkgs)
}

// analysable returns the units that go vet would analyse, and a problem for
// each package that has errors or depends on one that has.
func analysable(all []*packages.Package, v *view) (pkgs []*packages.Package, problems []Problem) {
	tested := make(map[string]bool) // packages whose in-package tests are loaded with them
	for _, p := range all {
		if p.ForTest == p.PkgPath {
			tested[p.PkgPath] = true
		}
	}
	for _, p := range all {
		if isTestMain(p) || p.ForTest == "" && tested[p.PkgPath] {
			continue
		}
		if !p.IllTyped && len(p.Errors) == 0 {
			pkgs = append(pkgs, p)
			continue
		}
		problems = append(problems, loadErrors(p, v))
	}
	return pkgs, problems
}

// isTestMain reports whether a package is the main package of a test binary,
// which the go command has written; one in a directory x.test is none.
func isTestMain(p *packages.Package) bool {
	if !strings.HasSuffix(p.ID, ".test") || p.Name != "main" || len(p.GoFiles) == 0 {
		return false
	}
	return !slices.ContainsFunc(p.GoFiles, func(name string) bool { return filepath.Dir(name) == p.Dir })
}

// loadErrors says why a package cannot be analysed.
func loadErrors(p *packages.Package, v *view) Problem {
	problem := Problem{Package: p.PkgPath, Reason: "not analysed: it does not compile"}
	for _, e := range p.Errors {
		text := e.Msg
		if e.Pos != "" && e.Pos != "-" {
			text = v.place(plain, parsePosition(e.Pos)) + ": " + text
		}
		problem.Detail = append(problem.Detail, strings.Split(text, "\n")...)
	}
	if len(p.Errors) > 0 {
		problem.Detail = firstLines(problem.Detail)
		return problem
	}
	var broken []string
	packages.Visit([]*packages.Package{p}, nil, func(dep *packages.Package) {
		if len(dep.Errors) > 0 {
			broken = append(broken, dep.PkgPath)
		}
	})
	if len(broken) > 0 {
		problem.Reason = fmt.Sprintf("not analysed: it depends on %s, which does not compile", slices.Min(broken))
	}
	return problem
}

// check runs the analyzers, until they are done or the run is interrupted.
func (t *target) check(o *options, pkgs []*packages.Package) (*checker.Graph, error) {
	analyzers := o.analyzers
	if err := passes.Shown(analyzers); err != nil {
		return nil, err
	}
	if o.debug != debugOff {
		if err := o.debug.prepare(); err != nil {
			return nil, err
		}
		analyzers = o.debug.needs(analyzers)
	}
	type outcome struct {
		graph *checker.Graph
		err   error
	}
	done := make(chan outcome, 1)
	go func() {
		graph, err := checker.Analyze(analyzers, pkgs, nil)
		done <- outcome{graph, err}
	}()
	select {
	case out := <-done:
		return out.graph, out.err
	case <-t.ctx.Done():
		return nil, errInterrupted
	}
}

// withRequired returns the analyzers and all those that they require.
func withRequired(analyzers []*analysis.Analyzer) []*analysis.Analyzer {
	var all []*analysis.Analyzer
	seen := make(map[*analysis.Analyzer]bool)
	var visit func([]*analysis.Analyzer)
	visit = func(list []*analysis.Analyzer) {
		for _, a := range list {
			if !seen[a] {
				seen[a] = true
				visit(a.Requires)
				all = append(all, a)
			}
		}
	}
	visit(analyzers)
	return all
}

// addGraph adds the results of an analysis in this process. With -debug there
// are those of analyzers that the switches leave out, too.
func (r *Report) addGraph(o *options, graph *checker.Graph, pkgs []*packages.Package) error {
	for _, act := range graph.Roots {
		act.IsRoot = slices.Contains(o.analyzers, act.Analyzer) // what is no root is not printed
	}
	var out bytes.Buffer
	if err := graph.PrintJSON(&out); err != nil {
		return err
	}
	res := &vetResult{units: make(map[string]unitResult), quiet: make(map[string]bool)}
	if err := res.decode(&out); err != nil {
		return err
	}
	asked := &scope{listed: make(map[string]bool)}
	loc := &locator{dirs: make(map[string]string)}
	for _, p := range pkgs {
		res.add(p.ID, unitResult{})
		path := p.PkgPath
		if p.ForTest != "" {
			path = p.ForTest
		}
		asked.listed[path] = true
		loc.dirs[path] = p.Dir
	}
	r.add(res, asked, loc)
	return nil
}
