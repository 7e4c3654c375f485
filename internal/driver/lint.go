package driver

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"maps"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// lint analyses packages, prints the report and returns the exit code.
func (c *command) lint(o *options) int {
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	context.AfterFunc(ctx, cancel) // a second signal ends this process at once
	start := time.Now()
	r, err := c.run(ctx, o)
	if err != nil {
		r = &Report{Problems: []Problem{problemOf(err)}} // every format says it
	}
	if !o.diff || err != nil && o.format != "text" {
		if err := c.printAll(r, o); err != nil {
			return c.exit(err)
		}
	}
	c.printProblems(r, o)
	if !o.quiet && err == nil {
		c.complain(r.summary() + " (" + took(time.Since(start)) + ")")
	}
	return r.exitCode(o.exitZero)
}

// run goes to the directory that the options name and analyses, fixes or shows
// the difference.
func (c *command) run(ctx context.Context, o *options) (*Report, error) {
	if o.dir != "" {
		if err := os.Chdir(o.dir); err != nil {
			return nil, failf("-C: %v", err)
		}
	}
	g, err := newGoCommand(ctx, "", o.buildFlags, nil)
	if err != nil {
		return nil, err
	}
	if err := o.checkOutputs(); err != nil {
		o.outputs = nil
		return nil, err
	}
	if err := c.nameSkipped(g, o); err != nil {
		return nil, err
	}
	if err := c.findKnown(g, o); err != nil {
		return nil, err
	}
	if o.fix || o.diff {
		return c.fix(g, o)
	}
	return c.analyse(g, o)
}

// findKnown finds out what is known: from a baseline, or from the commit that
// -new-from names.
func (c *command) findKnown(g *goCommand, o *options) (err error) {
	if o.baseline != "" {
		if o.base, err = readBaseline(o.baseline, o.writeBaseline); err != nil {
			return err
		}
	}
	if o.newFrom != "" {
		o.known, err = c.findingsAt(g, o, o.newFrom)
	}
	return err
}

// hideKnown removes the findings that are known.
func (c *command) hideKnown(r *Report, v *view, o *options) error {
	if o.newFrom != "" {
		r.hideKnown(v, o.known)
	}
	if o.baseline != "" {
		return o.base.apply(c, r, v, o)
	}
	return nil
}

// problemOf returns the problem of a run that could not begin.
func problemOf(err error) Problem {
	lines := strings.Split(strings.TrimSpace(err.Error()), "\n")
	return Problem{Reason: lines[0], Detail: lines[1:]}
}

// fix applies the fixes of what analyse finds, or shows what that would change,
// and returns the report of what is left.
func (c *command) fix(g *goCommand, o *options) (*Report, error) {
	src := make(sources)
	r, err := c.analyseAgainst(g, o, src)
	if err != nil {
		return nil, err
	}
	v, err := newView(c, o)
	if err != nil {
		return nil, err
	}
	plan := newFixPlan(r, src, v)
	for _, s := range plan.skipped {
		c.complain(s)
	}
	if o.diff {
		return r, plan.writeDiff(c.stdout, v)
	}
	if len(plan.files) == 0 {
		return r, nil
	}
	if err := plan.write(); err != nil {
		return nil, err
	}
	c.complain(fmt.Sprintf("fixed %s in %s", count(plan.fixed, "finding"), count(len(plan.files), "file")))
	return c.analyse(g, o)
}

// analyseAgainst is like analyse and leaves in src what the files that can be
// fixed contained when they were analysed. The go command does not tell, so
// they are read between two runs, of which the second comes from the cache
// unless one of them changes just now.
func (c *command) analyseAgainst(g *goCommand, o *options, src sources) (*Report, error) {
	if o.standalone {
		return c.analyseInto(g, o, src)
	}
	r, err := c.analyse(g, o)
	if err != nil {
		return nil, err
	}
	if err := src.read(r); err != nil {
		return nil, err
	}
	if r, err = c.analyse(g, o); err != nil {
		return nil, err
	}
	return r, src.dropChanged()
}

// print writes the report in the format asked for.
func (c *command) print(r *Report, o *options) error {
	v, err := newView(c, o)
	if err != nil {
		return err
	}
	return formatNamed(o.format).write(c.stdout, r, v)
}

// printProblems says on standard error, in every format, what went wrong.
func (c *command) printProblems(r *Report, o *options) {
	for _, p := range r.Problems {
		c.complain(p.String())
	}
	if len(r.Stale) > 0 {
		c.complain(r.staleMessage(o.baseline))
	}
}

// String returns the problem as text: package, reason, and what was said.
func (p Problem) String() string {
	s := p.Reason
	if p.Package != "" {
		s = p.Package + ": " + s
	}
	for _, line := range p.Detail {
		s += "\n" + line
	}
	return s
}

// summary says in one line how the run went.
func (r *Report) summary() string {
	s := fmt.Sprintf("%s in %s", count(len(r.Findings), "finding"), count(r.Packages, "package"))
	if r.Known > 0 {
		s += fmt.Sprintf("; %d known not shown", r.Known)
	}
	if len(r.Problems) > 0 {
		s += fmt.Sprintf("; %s, so this is not all", count(len(r.Problems), "problem"))
	}
	return s
}

// count returns n with the word for it.
func count(n int, what string) string {
	switch {
	case n != 1 && strings.HasSuffix(what, "ry"):
		what = strings.TrimSuffix(what, "y") + "ies"
	case n != 1:
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}

// analyse runs the analysis that the options ask for.
func (c *command) analyse(g *goCommand, o *options) (*Report, error) {
	return c.analyseInto(g, o, nil)
}

// analyseInto is like analyse. A standalone analysis leaves in src the contents
// of the files it has read, if src is not nil.
func (c *command) analyseInto(g *goCommand, o *options, src sources) (*Report, error) {
	targets, err := g.targets(o.patterns)
	if err != nil {
		return nil, err
	}
	v, err := newView(c, o)
	if err != nil {
		return nil, err
	}
	r := new(Report)
	for _, t := range targets {
		switch {
		case t.err != nil:
			lines := strings.Split(t.err.Error(), "\n")
			place := v.place(plain, Position{File: filepath.Join(t.name, "...")})
			r.Problems = append(r.Problems, Problem{Reason: place + ": " + lines[0], Detail: lines[1:]})
		case o.standalone:
			err = t.checkAll(r, o, src, v, c.stderr)
		default:
			err = c.vetAll(t, r, o)
		}
		if err != nil {
			return nil, err
		}
	}
	if r.Packages == 0 && len(r.Problems) == 0 {
		r.Problems = append(r.Problems, noPackages(o.patterns, nil))
	}
	r.hide(o)
	r.tidy()
	return r, c.hideKnown(r, v, o)
}

// A target is a set of patterns that one run of the go command can handle.
type target struct {
	*goCommand
	patterns []string
	name     string    // the directory, if there are several targets
	err      error     // why the go command cannot be run there
	progress *progress // nil shows nothing
}

// vetAll is vetAll of the target, with a progress line on a terminal.
func (c *command) vetAll(t *target, r *Report, o *options) error {
	if c.progress && !o.quiet {
		t.progress = startProgress(t.ctx, c.stderr, t.countPackages)
		defer t.progress.end()
	}
	return t.vetAll(r, o)
}

// countPackages returns how many packages the patterns match.
func (t *target) countPackages(ctx context.Context) (int, error) {
	g := *t.goCommand
	g.ctx = ctx
	args := append(append([]string{"list", "-e"}, t.buildFlags...), "--")
	out, err := g.output(append(args, t.patterns...)...)
	return bytes.Count(out, []byte("\n")), err
}

// vetAll analyses the packages of a target and adds to the report what was
// found, and what was asked for and not analysed.
func (t *target) vetAll(r *Report, o *options) error {
	wd, err := t.abs()
	if err != nil {
		return err
	}
	s, local := newScope(wd, t.patterns)
	var pkgs []*listedPackage
	if !local {
		if pkgs, err = t.listAll(); err != nil {
			return err
		}
	}
	res, err := t.vet(o.toolFlags, t.patterns)
	if err != nil {
		return err
	}
	if pkgs == nil && (res.failed || len(res.units) == 0) {
		pkgs, err = t.listAll()
		if err != nil {
			r.Problems = append(r.Problems, res.otherProblems(err)...)
			return nil
		}
	}
	loc := new(locator)
	if pkgs != nil {
		if res, err = t.complete(r, o, res, pkgs); err != nil {
			return err
		}
		s = newListedScope(pkgs)
		loc.dirs = packageDirs(pkgs)
	} else if loc.modules, err = t.modules(); err != nil {
		return err
	} else if err := t.askAgain(o, res, s, loc); err != nil {
		return err
	}
	r.add(res, s, loc)
	return nil
}

// askAgain analyses the packages that were asked for of which the go command's
// cache holds only that they were analysed for their facts: they had in-package
// tests then, and have none now.
func (t *target) askAgain(o *options, res *vetResult, s *scope, loc *locator) error {
	var lost []string
	for _, id := range slices.Sorted(maps.Keys(res.quiet)) {
		importPath, dir := loc.dir(id)
		if _, ok := res.units[id]; !ok && dir != "" && s.asksFor(importPath, dir) {
			lost = append(lost, importPath)
		}
	}
	if len(lost) == 0 {
		return nil
	}
	again, err := t.vet(o.toolFlags, lost, "-a")
	if err != nil {
		return err
	}
	res.merge(again)
	return nil
}

// packageDirs returns where the packages are.
func packageDirs(pkgs []*listedPackage) map[string]string {
	dirs := make(map[string]string)
	for _, p := range pkgs {
		dirs[p.ImportPath] = p.Dir
	}
	return dirs
}

// add adds the results of the packages that were asked for.
func (r *Report) add(res *vetResult, s *scope, loc *locator) {
	seen := make(map[string]bool)
	for id, unit := range res.units {
		findings, problems := unit.findings(packageOf(id))
		importPath, dir := loc.dir(id)
		if !s.asksFor(importPath, cmp.Or(dir, dirOf(findings))) {
			continue
		}
		if !seen[importPath] {
			seen[importPath] = true
			r.Packages++
			r.addDir(cmp.Or(dir, dirOf(findings)))
		}
		for i := range findings {
			findings[i].rebase(dir)
		}
		r.Findings = append(r.Findings, findings...)
		r.Problems = append(r.Problems, problems...)
	}
}

// addDir notes the directory of a package that was analysed, if it is known.
func (r *Report) addDir(dir string) {
	if r.dirs == nil {
		r.dirs = make(map[string]bool)
	}
	if dir != "" {
		r.dirs[dir] = true
	}
}

// dirOf returns the directory of the package with these findings, as they tell
// it, or "".
func dirOf(findings []Finding) string {
	for _, f := range findings {
		if dir := filepath.Dir(f.Pos.File); exists(f.Pos.File) {
			return dir
		}
	}
	return ""
}

// otherProblems returns what went wrong with a run as far as only its own
// words and err tell.
func (r *vetResult) otherProblems(err error) []Problem {
	var problems []Problem
	for _, b := range r.blocks {
		reason := "the go command cannot load the packages"
		if b.pkg != "" {
			reason = "not analysed"
		}
		problems = append(problems, Problem{Package: b.pkg, Reason: reason, Detail: b.lines})
	}
	if len(problems) == 0 {
		reason := "go vet failed and did not say why"
		if err != nil {
			reason = err.Error()
		}
		problems = append(problems, Problem{Reason: reason})
	}
	return slices.Clip(problems)
}
