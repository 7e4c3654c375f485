package driver

import (
	"context"
	"errors"
	"fmt"
	"go/token"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/checker"

	"github.com/leaklint/leaklint/internal/leaks"
	"github.com/leaklint/leaklint/internal/profile"
)

// This file has the code analysed for what was seen at run time: findings of
// every confidence through go vet as always, so that they come from the cache,
// and the ledger only for the packages with goroutines that no finding explains.

// An evidence joins what was seen at run time with an analysis.
type evidence struct {
	*command
	ctx      context.Context
	lint     []string // flags for the analysis
	patterns []string // the packages asked for, none for those with goroutines
	problems []Problem

	real map[string]string // cache of realFile
}

// A joint is profiles joined with an analysis.
type joint struct {
	checkout *profile.Checkout
	analysis *profile.Analysis
	report   *profile.Report
}

// report joins the profiles with the code of the directory, if there is any.
func (e *evidence) report(profiles []*profile.Profile, every time.Duration) (*profile.Report, error) {
	g, why, err := e.goCommand()
	if err != nil {
		return nil, err
	}
	j, err := e.join(g, profiles, every, e.patterns)
	if err != nil {
		return nil, err
	}
	r := j.report
	if why != "" {
		r.Notes = append(r.Notes, why)
	}
	if g != nil && len(j.analysis.Dirs) == 0 && len(e.problems) == 0 {
		r.Notes = append(r.Notes, "no goroutine stands in a module of this directory, so nothing was analysed")
	}
	if len(profiles) > 1 && !r.Span.Known() {
		r.Notes = append(r.Notes, "the profiles do not tell the time between them: name it with -every")
	}
	return r, nil
}

// join has the packages analysed, or those in which goroutines stand if there
// are no patterns, and joins the profiles with what is found. Without a go
// command there is nothing to join with.
func (e *evidence) join(g *goCommand, profiles []*profile.Profile, every time.Duration, patterns []string) (*joint, error) {
	modules, err := e.modules(g)
	if err != nil {
		return nil, err
	}
	span := profile.NewSpan(profiles, every)
	checkout := profile.NewCheckout(modules)
	for _, p := range profiles {
		checkout.Learn(p)
	}
	if len(patterns) == 0 {
		patterns = checkout.Dirs(profiles)
	}
	groups := checkout.Groups(profiles)
	a := &profile.Analysis{Dirs: make(map[string]bool)}
	if g != nil && len(patterns) > 0 {
		if err := e.findings(g, a, patterns); err != nil {
			return nil, err
		}
	}
	r := checkout.NewReport(profiles, span, groups, a)
	if files := r.Unexplained(); len(files) > 0 {
		if err := e.ledger(g, a, files); err != nil {
			return nil, err
		}
		r = checkout.NewReport(profiles, span, groups, a)
	}
	r.Tool = toolVersion()
	return &joint{checkout, a, r}, nil
}

// goCommand returns the go command of the directory; without one, and without
// a module, it is nil, with the reason: a profile alone says something, too.
func (e *evidence) goCommand() (g *goCommand, why string, err error) {
	g, err = newGoCommand(e.ctx, "", e.lint, nil)
	switch {
	case errors.Is(err, errInterrupted):
		return nil, "", err
	case err != nil && len(e.patterns) > 0:
		return nil, "", err
	case err != nil:
		return nil, fmt.Sprintf("the code was not analysed: %v", err), nil
	case g.gomod == "" && g.gowork == "" && len(e.patterns) == 0:
		return nil, "there is no go.mod file here or above, so the code was not analysed (name its directory with -C)", nil
	}
	return g, "", nil
}

// modules returns the main modules.
func (e *evidence) modules(g *goCommand) ([]profile.Module, error) {
	if g == nil {
		return nil, nil
	}
	mods, err := g.modules()
	if err != nil {
		return nil, err
	}
	var out []profile.Module
	for _, m := range mods {
		out = append(out, profile.Module{Path: m.Path, Dir: realPath(m.Dir)})
	}
	return out, nil
}

// options returns the options of a run of the linter.
func (e *evidence) options(patterns []string) (*options, error) {
	args := slices.Clone(e.lint)
	if slices.ContainsFunc(e.analyzers, func(a *analysis.Analyzer) bool { return a.Flags.Lookup("confidence") != nil }) {
		args = append(args, "-confidence=low")
	}
	args = append(args, "-generated")
	return parseArgs(e.analyzers, append(args, patterns...))
}

// findings analyses the packages and adds all findings.
func (e *evidence) findings(g *goCommand, a *profile.Analysis, patterns []string) error {
	o, err := e.options(patterns)
	if err != nil {
		return err
	}
	r, err := e.analyse(g, o)
	if err != nil {
		return err
	}
	e.problems = append(e.problems, r.Problems...)
	for i := range r.Findings {
		a.Findings = append(a.Findings, e.finding(&r.Findings[i]))
	}
	pkgs, err := g.list(nil, patterns)
	if err != nil {
		return err
	}
	for _, p := range pkgs {
		a.Dirs[realPath(p.Dir)] = true
	}
	return nil
}

// finding converts a finding.
func (e *evidence) finding(f *Finding) profile.Finding {
	out := profile.Finding{
		Check: f.Check, Pass: f.Pass, Message: f.Message, At: e.place(f.Pos), EndLine: f.End.Line,
		Low: slices.Contains(strings.Split(f.Check, "/"), "low"),
	}
	for i, rel := range f.Related {
		s := profile.Step{At: e.place(rel.Pos), Text: rel.Message}
		if f.Trail != nil {
			s.Role, s.Assumes = f.Trail[i].Role.String(), f.Trail[i].Assumes
		}
		out.Steps = append(out.Steps, s)
	}
	if len(f.Fixes) > 0 {
		out.Fix = f.Fixes[0].Message
	}
	return out
}

// place converts a position.
func (e *evidence) place(p Position) profile.Place {
	if p.File == "" {
		return profile.Place{}
	}
	return profile.Place{File: e.realFile(p.File), Line: p.Line}
}

// realFile returns the path of a file without symbolic links in its directory,
// as the places of a checkout have it.
func (e *evidence) realFile(file string) string {
	dir := filepath.Dir(file)
	if e.real == nil {
		e.real = make(map[string]string)
	}
	r, ok := e.real[dir]
	if !ok {
		r = realPath(dir)
		e.real[dir] = r
	}
	return filepath.Join(r, filepath.Base(file))
}

// ledger analyses the packages of the files in this process and adds why the
// analysis is silent about each operation that can block. Tests are analysed
// only if one of the files is a test.
func (e *evidence) ledger(g *goCommand, a *profile.Analysis, files []string) error {
	var dirs []string
	tests := false
	for _, file := range files {
		if dir := filepath.Dir(file); a.Dirs[dir] {
			dirs = append(dirs, dir)
			tests = tests || isTestFile(file)
		}
	}
	if len(dirs) == 0 {
		return nil
	}
	dirs = slices.Compact(dirs) // files are sorted
	o, err := e.options(dirs)
	if err != nil {
		return err
	}
	o.standalone, o.debug, o.analyzers, o.withoutTests = true, debugLedger, []*analysis.Analyzer{leaks.Analyzer}, !tests
	o.inspect = func(graph *checker.Graph) {
		for _, act := range with[*leaks.Result](graph) {
			at := func(pos token.Pos) profile.Place {
				if !pos.IsValid() {
					return profile.Place{}
				}
				p := act.Package.Fset.Position(pos)
				return profile.Place{File: e.realFile(p.Filename), Line: p.Line}
			}
			for _, entry := range act.Result.(*leaks.Result).Ledger {
				a.Ledger = append(a.Ledger, profile.Entry{
					At: at(entry.Pos), Op: entry.Op.String(), Verdict: entry.Verdict.String(), Why: entry.Why, WhyAt: at(entry.At),
				})
			}
		}
	}
	targets, err := g.targets(dirs)
	if err != nil {
		return err
	}
	v, err := newView(e.command, o)
	if err != nil {
		return err
	}
	for _, t := range targets {
		if t.err != nil {
			continue // findings has said so
		}
		if err := t.checkAll(new(Report), o, nil, v, io.Discard); err != nil {
			return err
		}
	}
	return nil
}
