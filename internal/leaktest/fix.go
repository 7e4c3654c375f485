package leaktest

import (
	"bytes"
	"flag"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/types"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/packages"
)

var update = flag.Bool("leaktest.update", false, "write the fixed files to their .golden siblings")

// A repair is a package to which some of its fixes were applied.
type repair struct {
	what  string // which fixes
	pkg   *packages.Package
	files map[string][]byte // the changed files
	left  []Finding         // what must still be reported
}

// unrepaired applies the fixes of all packages: the first ones together, as
// -fix does, and each alternative alone. It returns what is wrong with them:
// the results must compile, and what is then reported must be what was
// reported before without the fixed findings.
func (c checked) unrepaired(t *testing.T, a *analysis.Analyzer) (problems []string) {
	t.Helper()
	var fixed []*packages.Package
	var compiled []repair
	for i, r := range c.repairs(t) {
		problems = append(problems, againstGolden(t, r)...)
		p, err := compile(c.packages, r, fmt.Sprintf("%s (repair %d)", r.pkg.ID, i))
		if err != nil {
			problems = append(problems, fmt.Sprintf("%s: %s: fixed package does not compile: %v", r.pkg.ID, r.what, err))
			continue
		}
		r.pkg = p
		fixed, compiled = append(fixed, p), append(compiled, r)
	}
	again := analyze(t, a, fixed)
	for _, r := range compiled {
		got, want := summaries(again[r.pkg.ID]), summaries(r.left)
		if !slices.Equal(got, want) {
			problems = append(problems, fmt.Sprintf("%s: after %s the pass reports\n\t%s\nwant\n\t%s", r.pkg.PkgPath, r.what,
				strings.Join(got, "\n\t"), strings.Join(want, "\n\t")))
		}
	}
	return problems
}

// repairs returns the repairs of all packages. A package that was loaded with
// its tests, too, is repaired in that variant, which has all its files.
func (c checked) repairs(t *testing.T) []repair {
	t.Helper()
	var all []repair
	for _, p := range c.packages {
		if !c.hasVariant(p) {
			all = append(all, repairsOf(t, p, c.findings[p.ID])...)
		}
	}
	return all
}

// hasVariant reports whether the package was also loaded with its tests.
func (c checked) hasVariant(p *packages.Package) bool {
	return slices.ContainsFunc(c.packages, func(q *packages.Package) bool {
		return q != p && q.PkgPath == p.PkgPath && q.ForTest == p.PkgPath
	})
}

// number matches what a fix may shift.
var number = regexp.MustCompile(`\d+`)

// summaries returns category and message of the findings, sorted, without the
// numbers in them.
func summaries(findings []Finding) []string {
	var all []string
	for _, f := range findings {
		all = append(all, f.Category+": "+number.ReplaceAllString(f.Message, "N"))
	}
	slices.Sort(all)
	return all
}

// repairsOf returns the repairs of one package.
func repairsOf(t *testing.T, p *packages.Package, findings []Finding) []repair {
	t.Helper()
	var repairs []repair
	var edits []Edit
	var left []Finding
	for i, f := range findings {
		if len(f.Fixes) == 0 || !fits(edits, f.Fixes[0].Edits) {
			left = append(left, f)
			continue
		}
		edits = append(edits, f.Fixes[0].Edits...)
		for _, fix := range f.Fixes[1:] {
			others := slices.Delete(slices.Clone(findings), i, i+1)
			what := fmt.Sprintf("the alternative fix %q at %s", fix.Message, f.Posn)
			repairs = append(repairs, repair{what, p, apply(t, fix.Edits), others})
		}
	}
	if len(edits) > 0 {
		repairs = append(repairs, repair{firstFixes, p, apply(t, edits), left})
	}
	return repairs
}

// firstFixes is the repair that a golden file shows.
const firstFixes = "the first fixes"

// fits reports whether more can be applied together with edits: what overlaps
// is the same.
func fits(edits, more []Edit) bool {
	for _, a := range edits {
		for _, b := range more {
			overlap := a.Start < b.End && b.Start < a.End || a.Start == b.Start
			if a != b && a.Filename == b.Filename && overlap {
				return false
			}
		}
	}
	return true
}

// apply returns the files that the edits change, gofmt-ed.
func apply(t *testing.T, edits []Edit) map[string][]byte {
	t.Helper()
	edits = slices.Clone(edits)
	slices.SortStableFunc(edits, func(a, b Edit) int { return b.Start - a.Start }) // from the end
	edits = slices.Compact(edits)
	files := make(map[string][]byte)
	for _, e := range edits {
		content, ok := files[e.Filename]
		if !ok {
			var err error
			if content, err = os.ReadFile(e.Filename); err != nil {
				t.Fatal(err)
			}
		}
		if e.Start > e.End || e.End > len(content) {
			t.Fatalf("edit outside of its file: %+v", e)
		}
		files[e.Filename] = slices.Concat(content[:e.Start], []byte(e.New), content[e.End:])
	}
	for name, content := range files {
		formatted, err := format.Source(content)
		if err != nil {
			t.Errorf("%s: fixed file: %v", name, err)
			continue
		}
		files[name] = formatted
	}
	return files
}

// againstGolden compares the fixed files with their golden siblings, if any.
func againstGolden(t *testing.T, r repair) (problems []string) {
	t.Helper()
	if r.what != firstFixes {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(r.files)) {
		golden := name + ".golden"
		want, err := os.ReadFile(golden)
		if os.IsNotExist(err) {
			continue // compiled and analysed again, but not shown
		}
		if *update {
			err = os.WriteFile(golden, r.files[name], 0o666)
			want = r.files[name]
		}
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(want, r.files[name]) {
			problems = append(problems, fmt.Sprintf("%s fixed differs from %s:\n%s", name, golden, r.files[name]))
		}
	}
	return problems
}

// compile returns the package of a repair under a new ID. The packages that it
// imports are those that were loaded.
func compile(loaded []*packages.Package, r repair, id string) (*packages.Package, error) {
	byPath := make(map[string]*packages.Package)
	packages.Visit(loaded, nil, func(p *packages.Package) {
		if p.ForTest == "" {
			byPath[p.PkgPath] = p
		}
	})
	maps.Copy(byPath, r.pkg.Imports)
	p := *r.pkg
	p.ID = id
	p.Syntax = nil
	p.Imports = make(map[string]*packages.Package)
	for _, name := range p.CompiledGoFiles {
		var src any // read the file
		if content, ok := r.files[name]; ok {
			src = content
		}
		f, err := parser.ParseFile(p.Fset, name, src, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		p.Syntax = append(p.Syntax, f)
	}
	conf := types.Config{Sizes: p.TypesSizes, GoVersion: "go" + p.Module.GoVersion, Importer: importer(func(path string) (*types.Package, error) {
		q, ok := byPath[path]
		if !ok {
			return nil, fmt.Errorf("no package of the corpus of this pass imports %q", path)
		}
		p.Imports[path] = q
		return q.Types, nil
	})}
	p.TypesInfo = newInfo()
	var err error
	p.Types, err = conf.Check(p.PkgPath, p.Fset, p.Syntax, p.TypesInfo)
	return &p, err
}

// importer is a function as a types.Importer.
type importer func(path string) (*types.Package, error)

// Import implements types.Importer.
func (i importer) Import(path string) (*types.Package, error) { return i(path) }

// newInfo returns a types.Info with everything that an analysis may ask for.
func newInfo() *types.Info {
	return &types.Info{
		Types:        make(map[ast.Expr]types.TypeAndValue),
		Instances:    make(map[*ast.Ident]types.Instance),
		Defs:         make(map[*ast.Ident]types.Object),
		Uses:         make(map[*ast.Ident]types.Object),
		Implicits:    make(map[ast.Node]types.Object),
		Selections:   make(map[*ast.SelectorExpr]*types.Selection),
		Scopes:       make(map[ast.Node]*types.Scope),
		FileVersions: make(map[*ast.File]string),
	}
}
