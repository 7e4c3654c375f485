package driver

import (
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// This file finds out what a run of go vet left out, and why. Go vet analyses
// nothing if one import cannot be resolved, says nothing about packages that
// depend on one that does not compile, and exits with the same status for all.

// listAll describes the packages that were asked for, with tests and
// dependencies.
func (t *target) listAll() ([]*listedPackage, error) {
	return t.list([]string{"-test", "-deps"}, t.patterns)
}

// A wanted package is one that was asked for.
type wanted struct {
	path  string
	units []string        // IDs of its units: itself, its external tests
	deps  map[string]bool // what these import, directly or not
	errs  []*listError    // why it cannot be loaded
}

// wantedPackages reads the output of listAll.
func wantedPackages(pkgs []*listedPackage) []*wanted {
	byPath := make(map[string]*wanted)
	for _, p := range pkgs {
		if p.DepOnly || p.ForTest != "" || p.owner() == "" || p.ImportPath == "unsafe" {
			continue // not asked for, no package of its own, or nothing to analyse
		}
		w := &wanted{path: p.ImportPath, deps: make(map[string]bool)}
		if len(p.GoFiles)+len(p.CgoFiles)+len(p.TestGoFiles) > 0 {
			w.units = append(w.units, p.ImportPath)
		}
		if len(p.XTestGoFiles) > 0 {
			w.units = append(w.units, externalID(p.ImportPath))
		}
		byPath[p.ImportPath] = w
	}
	for _, p := range pkgs {
		w := byPath[p.owner()]
		if w == nil {
			continue
		}
		for _, dep := range p.Deps {
			dep, _, _ = strings.Cut(dep, " ")
			w.deps[dep] = true
		}
		if p.Error != nil {
			w.errs = append(w.errs, p.Error)
		}
		w.errs = append(w.errs, p.DepsErrors...)
	}
	return slices.SortedFunc(maps.Values(byPath), func(a, b *wanted) int { return strings.Compare(a.path, b.path) })
}

// owner returns the package whose unit p is: the package itself, its test
// variant, or its external tests. Test binaries, and other packages recompiled
// for a test, have none.
func (p *listedPackage) owner() string {
	path, _, _ := strings.Cut(p.ImportPath, " ")
	switch {
	case p.Name == "main" && strings.HasSuffix(path, ".test") && p.ForTest == "" && len(p.GoFiles) == 1 && filepath.IsAbs(p.GoFiles[0]):
		return ""
	case p.ForTest == "":
		return path
	case path == p.ForTest || path == p.ForTest+"_test":
		return p.ForTest
	}
	return ""
}

// complete repeats the run for what can be analysed, if it was held up, and
// adds a problem for each package that stays without a result.
func (t *target) complete(r *Report, o *options, res *vetResult, pkgs []*listedPackage) (*vetResult, error) {
	all := wantedPackages(pkgs)
	if len(all) == 0 {
		r.Problems = append(r.Problems, noPackages(t.patterns, res.linesOf("")))
		return res, nil
	}
	res, err := t.retry(o, res, all)
	if err != nil {
		return nil, err
	}
	explained := len(r.Problems)
	for _, w := range all {
		if p, ok := w.problem(res); ok {
			r.Problems = append(r.Problems, p)
		}
	}
	if res.failed && len(r.Problems) == explained {
		r.Problems = append(r.Problems, res.otherProblems(nil)...)
	}
	return res, nil
}

// noPackages is the problem that the patterns match nothing.
func noPackages(patterns, said []string) Problem {
	return Problem{
		Reason: "no packages match " + strings.Join(patterns, " ") + "; ./... stands for all packages below this directory",
		Detail: said,
	}
}

// retry analyses what a run left out although it can be analysed: everything,
// if some other package cannot be loaded; or a package of another module whose
// result was lost in the cache when it was analysed for its facts only.
func (t *target) retry(o *options, res *vetResult, all []*wanted) (*vetResult, error) {
	var loadable []string
	for _, w := range all {
		if len(w.errs) == 0 {
			loadable = append(loadable, w.path)
		}
	}
	if len(res.units) == 0 && len(loadable) > 0 && len(loadable) < len(all) {
		again, err := t.vet(o.toolFlags, loadable)
		if err != nil {
			return nil, err
		}
		res = again
	}
	var lost []string
	for _, w := range all {
		if len(w.errs) == 0 && w.lost(res) {
			lost = append(lost, w.path)
		}
	}
	if len(lost) == 0 || res.failed && len(res.blocks) == 0 {
		return res, nil
	}
	again, err := t.vet(o.toolFlags, lost, "-a")
	if err != nil {
		return nil, err
	}
	res.merge(again)
	return res, nil
}

// missing returns the units of the package that have no result.
func (w *wanted) missing(res *vetResult) []string {
	return slices.DeleteFunc(slices.Clone(w.units), func(id string) bool {
		_, ok := res.units[id]
		return ok
	})
}

// lost reports whether the package has no result and nothing says why.
func (w *wanted) lost(res *vetResult) bool {
	missing := w.missing(res)
	return len(missing) > 0 && w.brokenDep(res) == "" && !slices.ContainsFunc(missing, func(id string) bool {
		return res.linesOf(packageOf(id)) != nil
	})
}

// brokenDep returns a dependency that go vet complained about, or "".
func (w *wanted) brokenDep(res *vetResult) string {
	var broken []string
	for _, b := range res.blocks {
		if w.deps[b.pkg] && b.pkg != w.path {
			broken = append(broken, b.pkg)
		}
	}
	if len(broken) == 0 {
		return ""
	}
	return slices.Min(broken)
}

// problem says why the package was not analysed, or not with its tests. It is
// not ok if it was.
func (w *wanted) problem(res *vetResult) (p Problem, ok bool) {
	if len(w.errs) > 0 {
		return w.loadProblem(), true
	}
	missing := w.missing(res)
	if len(missing) == 0 {
		return Problem{}, false
	}
	p.Package = packageOf(missing[0])
	for _, id := range missing {
		if lines := res.linesOf(packageOf(id)); lines != nil {
			p.Package, p.Reason, p.Detail = packageOf(id), "not analysed: it "+failure(lines), firstLines(lines)
			return p, true
		}
	}
	if dep := w.brokenDep(res); dep != "" {
		p.Reason = fmt.Sprintf("not analysed: it depends on %s, which %s", dep, failure(res.linesOf(dep)))
		return p, true
	}
	p.Reason, p.Detail = "not analysed, and go vet did not say why", firstLines(res.linesOf(""))
	return p, true
}

// compileError matches what compilers say about a line of a file.
var compileError = regexp.MustCompile(`^\S+\.\w+:\d+`)

// failure says what is the matter with a package about which go vet says this.
func failure(lines []string) string {
	if slices.ContainsFunc(lines, compileError.MatchString) {
		return "does not compile"
	}
	return "made the analysis fail"
}

// loadProblem says why the go command cannot load the package.
func (w *wanted) loadProblem() Problem {
	e := w.errs[0]
	p := Problem{Package: w.path, Reason: "not analysed: the go command cannot load it"}
	if n := len(e.ImportStack); n > 0 {
		at, _, _ := strings.Cut(e.ImportStack[n-1], " ")
		if at != w.path && at != w.path+"_test" && w.deps[at] {
			p.Reason = fmt.Sprintf("not analysed: it depends on %s, which the go command cannot load", at)
			return p
		}
	}
	text := e.Err
	if e.Pos != "" {
		text = e.Pos + ": " + text
	}
	p.Detail = firstLines(strings.Split(strings.TrimSpace(text), "\n"))
	return p
}

// linesOf returns what go vet said about a package.
func (r *vetResult) linesOf(pkg string) []string {
	for _, b := range r.blocks {
		if b.pkg == pkg {
			return b.lines
		}
	}
	return nil
}

// firstLines shortens a long complaint.
func firstLines(lines []string) []string {
	const most = 10
	if len(lines) > most {
		return append(slices.Clone(lines[:most]), fmt.Sprintf("and %d more lines", len(lines)-most))
	}
	return lines
}
