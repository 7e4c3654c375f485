package driver

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"syscall"
)

// lint analyses packages, prints the report and returns the exit code.
func (c *command) lint(o *options) int {
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	context.AfterFunc(ctx, cancel) // a second signal ends this process at once
	if o.dir != "" {
		if err := os.Chdir(o.dir); err != nil {
			return c.exit(failf("-C: %v", err))
		}
	}
	r, err := c.analyse(ctx, o)
	if err != nil {
		return c.exit(err)
	}
	r.hide(o)
	r.tidy()
	if err := c.print(r, o); err != nil {
		return c.exit(err)
	}
	return r.exitCode(o.exitZero)
}

// print writes the report in the format asked for, and its problems to
// standard error in every format.
func (c *command) print(r *Report, o *options) error {
	wd, err := os.Getwd()
	if err != nil {
		return err
	}
	v := &view{wd: wd, colour: c.colour, context: o.context, lines: make(map[string][]string)}
	if err := formatNamed(o.format).write(c.stdout, r, v); err != nil {
		return err
	}
	for _, p := range r.Problems {
		c.complain(p.String())
	}
	if c.terminal {
		fmt.Fprintln(c.stderr, r.summary())
	}
	return nil
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
	count := func(n int, what string) string {
		if n != 1 {
			what += "s"
		}
		return fmt.Sprintf("%d %s", n, what)
	}
	s := fmt.Sprintf("leaklint: %s in %s", count(len(r.Findings), "finding"), count(r.Packages, "package"))
	if len(r.Problems) > 0 {
		s += fmt.Sprintf("; %s, so this is not all", count(len(r.Problems), "problem"))
	}
	return s
}

// analyse runs the analysis that the options ask for.
func (c *command) analyse(ctx context.Context, o *options) (*Report, error) {
	g, err := newGoCommand(ctx, "", o.buildFlags, nil)
	if err != nil {
		return nil, err
	}
	targets, err := g.targets(o.patterns)
	if err != nil {
		return nil, err
	}
	r := new(Report)
	for _, t := range targets {
		if err := t.vetAll(r, o); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// A target is a set of patterns that one run of the go command can handle.
type target struct {
	*goCommand
	patterns []string
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
	}
	r.add(res, s, loc)
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
		importPath, dir := loc.dir(id)
		if !s.asksFor(importPath, dir) {
			continue
		}
		if !seen[importPath] {
			seen[importPath] = true
			r.Packages++
		}
		findings, problems := unit.findings(id)
		for i := range findings {
			findings[i].rebase(dir)
		}
		r.Findings = append(r.Findings, findings...)
		r.Problems = append(r.Problems, problems...)
	}
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
