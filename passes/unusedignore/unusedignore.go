package unusedignore

import (
	"cmp"
	_ "embed"
	"flag"
	"fmt"
	"go/ast"
	"go/build"
	"go/build/constraint"
	"go/token"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/leaklint/leaklint/internal/analyzerdoc"
	"github.com/leaklint/leaklint/internal/nearest"
	"github.com/leaklint/leaklint/internal/report"
)

//go:embed doc.go
var doc string

// name of the analyzer.
const name = "unusedignore"

// New returns the analyzer for the ignores of the passes, which it requires:
// a driver that runs it runs them all, whether it shows what they find or not.
// ids are the checks that the passes have.
func New(passes []*analysis.Analyzer, ids []string) *analysis.Analyzer {
	c := &checker{passes: passes, ids: ids}
	return report.NewAnalyzer(report.Spec{
		Name:     name,
		Doc:      analyzerdoc.Must(doc, name),
		Requires: slices.Concat(passes, []*analysis.Analyzer{report.Ignores}),
		Run:      c.run,
		Shown:    true,
		Flags: func(flags *flag.FlagSet) {
			flags.StringVar(&c.off, "off", "", "comma-separated `passes` that the driver does not show")
		},
	})
}

// A checker knows the passes whose ignores are checked.
type checker struct {
	passes []*analysis.Analyzer
	ids    []string // of the checks
	off    string   // flag
}

// run reports what is wrong with the ignores of the package.
func (c *checker) run(pass *analysis.Pass) ([]report.Finding, error) {
	verdicts := make(map[report.Use]bool) // names that have hidden something
	silent := c.switchedOff(flag.CommandLine)
	for _, p := range c.passes {
		result := pass.ResultOf[p].(*report.Result)
		if result.Failed {
			silent[p.Name] = true // what it would have found is not known
		}
		for _, use := range result.Used {
			verdicts[use] = true
		}
	}
	constrained := make(map[*ast.File]bool)
	for _, f := range pass.Files {
		constrained[f] = hasConstraint(pass.Fset, f) || ast.IsGenerated(f)
	}
	var findings []report.Finding
	for _, ig := range pass.ResultOf[report.Ignores].([]*report.Ignore) {
		if constrained[ig.File] || ig.Nolint && nolintIsOff(c.passes) {
			continue // another platform, or golangci-lint, may need it
		}
		findings = append(findings, c.judge(pass.Fset, ig, verdicts, silent)...)
	}
	return findings, nil
}

// judge returns what is wrong with one ignore.
func (c *checker) judge(fset *token.FileSet, ig *report.Ignore, used map[report.Use]bool, silent map[string]bool) (findings []report.Finding) {
	add := func(shape, format string, args ...any) {
		findings = append(findings, report.Finding{Shape: shape, Pos: ig.Pos, End: ig.End, Message: fmt.Sprintf(format, args...)})
	}
	unused := 0
	for _, name := range ig.Names {
		pass, ours := c.passOf(name)
		switch {
		case !ours:
			continue // another linter's
		case pass == "":
			add("unknown", "%q names no pass of leaklint%s", name, nearest.Hint(name, c.names()))
		case !c.isCheck(name):
			add("unknown", "%q names no check of leaklint%s", name, c.checkHint(pass, name))
		case !ig.Reason:
			add("noreason", "%q hides nothing without a reason: write //lint:ignore %s and why", name, name)
		case used[report.Use{Ignore: ig, Name: name}] || silent[pass] || pass == all && len(silent) > 0:
			continue // needed, or nobody knows
		default:
			add("unused", "%q hides no finding: remove it", name)
			unused++
		}
	}
	if unused == len(ig.Names) {
		for i := range findings {
			findings[i].Fixes = []analysis.SuggestedFix{removal(fset, ig)}
		}
	}
	return findings
}

// all is the name that stands for every pass.
const all = "leaklint"

// passOf returns the pass that a name in an ignore is about, or all. ours is
// false if the name is not leaklint's, and the pass "" if leaklint has none of
// that name.
func (c *checker) passOf(name string) (pass string, ours bool) {
	if name == all {
		return all, true
	}
	id, ours := strings.CutPrefix(name, all+"/")
	id, _, _ = strings.Cut(id, "/")
	if slices.ContainsFunc(c.passes, func(a *analysis.Analyzer) bool { return a.Name == id }) {
		return id, true
	}
	return "", ours
}

// isCheck reports whether a name of a pass names all of it or a check that it
// has. Any check is taken where the checks are not known.
func (c *checker) isCheck(name string) bool {
	id := strings.TrimPrefix(name, all+"/")
	if !strings.Contains(id, "/") || c.ids == nil {
		return true
	}
	for _, suffix := range []string{"/vet", "/low"} {
		id = strings.TrimSuffix(id, suffix)
	}
	return !strings.Contains(id, "/") || slices.Contains(c.ids, id)
}

// checkHint says which check of the pass somebody meant who wrote name, or
// where to find those that there are.
func (c *checker) checkHint(pass, name string) string {
	id := strings.TrimPrefix(name, all+"/")
	own := slices.DeleteFunc(slices.Clone(c.ids), func(id string) bool { return !strings.HasPrefix(id, pass+"/") })
	return cmp.Or(nearest.Hint(id, own), ": 'leaklint help "+pass+"' lists them")
}

// names returns the names of the passes as an ignore of leaklint spells them.
func (c *checker) names() []string {
	names := make([]string, len(c.passes))
	for i, p := range c.passes {
		names[i] = all + "/" + p.Name
	}
	return names
}

// removal returns the fix that removes the ignore, with its line if nothing
// else stands there.
func removal(fset *token.FileSet, ig *report.Ignore) analysis.SuggestedFix {
	edit := analysis.TextEdit{Pos: ig.Pos, End: ig.End}
	file := fset.File(ig.Pos)
	if line := file.PositionFor(ig.Pos, false).Line; ig.Alone && line < file.LineCount() {
		edit.Pos, edit.End = file.LineStart(line), file.LineStart(line+1)
	}
	return analysis.SuggestedFix{Message: "Remove the ignore", TextEdits: []analysis.TextEdit{edit}}
}

// switchedOff returns the passes that are not shown: those of the off flag,
// and those that the selection flags of a go/analysis driver leave out. If any
// of them is true, only these passes run, else all but the false ones.
func (c *checker) switchedOff(flags *flag.FlagSet) map[string]bool {
	off := make(map[string]bool)
	for name := range strings.SplitSeq(c.off, ",") {
		if name != "" {
			off[name] = true
		}
	}
	var on []string
	for _, p := range c.passes {
		f := flags.Lookup(p.Name)
		if f == nil {
			continue // the driver has no selection flags
		}
		if getter, ok := f.Value.(flag.Getter); ok && getter.Get() == true {
			on = append(on, p.Name)
		}
		if f.Value.String() == "false" {
			off[p.Name] = true
		}
	}
	for _, p := range c.passes {
		if len(on) > 0 && !slices.Contains(on, p.Name) {
			off[p.Name] = true
		}
	}
	return off
}

// nolintIsOff reports whether some pass leaves //nolint to its driver.
func nolintIsOff(passes []*analysis.Analyzer) bool {
	return slices.ContainsFunc(passes, func(a *analysis.Analyzer) bool {
		return a.Flags.Lookup("nolint").Value.String() == "false"
	})
}

// hasConstraint reports whether the file is built on some platforms only, by
// its name or by a //go:build line.
func hasConstraint(fset *token.FileSet, f *ast.File) bool {
	for _, group := range f.Comments {
		if group.Pos() > f.Package {
			break
		}
		if slices.ContainsFunc(group.List, func(c *ast.Comment) bool { return constraint.IsGoBuild(c.Text) }) {
			return true
		}
	}
	// Only the name counts here: no file has a suffix of the system "none".
	none := build.Context{GOOS: "none", GOARCH: "none", Compiler: "gc", OpenFile: func(string) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader("package p\n")), nil
	}}
	match, err := none.MatchFile("", filepath.Base(fset.PositionFor(f.Package, false).Filename))
	return err != nil || !match
}
