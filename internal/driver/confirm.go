package driver

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/leaklint/leaklint/internal/confirm"
	"github.com/leaklint/leaklint/internal/profile"
)

// confirmUsage opens the help text of leaklint confirm.
const confirmUsage = `usage: leaklint confirm [flags] [packages]

RUNS THE TESTS of the packages, and with them code of the module, under the
runtime's leak profile (Go 1.26 or newer), and says of each finding whether a
goroutine leaked there, whether the line ran, and which leaks the runtime saw that
no finding speaks of. The files of the module are not changed: what is added to the
test binaries is an overlay of package testing.
`

// A confirmOptions is what a person asked of leaklint confirm.
type confirmOptions struct {
	lint     []string // flags for the analysis and for go test
	test     []string // flags for go test
	dir      string
	format   string
	exitZero bool
	patterns []string
}

// confirm runs tests and holds what they saw against the findings.
func (c *command) confirm(args []string) error {
	o, err := c.parseConfirmArgs(args)
	if err != nil {
		return err
	}
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	context.AfterFunc(ctx, cancel) // a second signal ends this process at once
	e := &evidence{command: c, ctx: ctx, lint: o.lint, patterns: o.patterns}
	g, _, err := e.goCommand()
	if err != nil {
		return err
	}
	c.complain("runs the tests of " + strings.Join(o.patterns, " ") + ", and with them code of this module")
	res, err := c.runTests(g, o)
	switch {
	case ctx.Err() != nil:
		return errInterrupted
	case err != nil:
		return err
	case res.Profile == nil:
		return failf("no test came to its end, so nothing was seen (%s)", cmp.Or(res.Failed, "the packages have no tests"))
	}
	joined, err := e.joinTests(g, res)
	if err != nil {
		return err
	}
	return o.finish(c, joined, res, e)
}

// parseConfirmArgs reads the command line, and goes to the directory that it
// names.
func (c *command) parseConfirmArgs(args []string) (*confirmOptions, error) {
	o := new(confirmOptions)
	fs := flag.NewFlagSet("leaklint confirm", flag.ContinueOnError)
	fs.SetOutput(c.stderr)
	fs.Usage = func() {
		fmt.Fprintf(c.stderr, "%s\n", confirmUsage)
		fs.PrintDefaults()
	}
	fs.StringVar(&o.format, "format", "text", "output `format`: text, json")
	fs.BoolVar(&o.exitZero, "exit-zero", false, "exit with status 0 if there are leaks")
	fs.StringVar(&o.dir, "C", "", "change to `dir` first")
	for _, name := range []string{"run", "skip", "count", "timeout", "cpu", "parallel"} {
		fs.Func(name, "as for go test", func(s string) error {
			o.test = append(o.test, "-"+name+"="+s)
			return nil
		})
	}
	for _, name := range []string{"race", "short"} {
		fs.BoolFunc(name, "as for go test", func(s string) error {
			o.test = append(o.test, "-"+name+"="+s)
			return nil
		})
	}
	handOn(fs, &o.lint)
	if err := fs.Parse(args); errors.Is(err, flag.ErrHelp) {
		return nil, errHelp
	} else if err != nil {
		return nil, &userError{message: err.Error(), hint: "Run 'leaklint confirm -h' for its flags."}
	}
	if o.format != "text" && o.format != "json" {
		return nil, failf("unknown format %q: use text or json", o.format)
	}
	if o.dir != "" {
		if err := os.Chdir(o.dir); err != nil {
			return nil, failf("-C: %v", err)
		}
	}
	if o.patterns = fs.Args(); len(o.patterns) == 0 {
		o.patterns = []string{"."}
	}
	return o, nil
}

// runTests runs the tests.
func (c *command) runTests(g *goCommand, o *confirmOptions) (*confirm.Result, error) {
	root, err := g.output("env", "GOROOT")
	if err != nil {
		return nil, err
	}
	run := &confirm.Run{
		Command: g.command, Release: languageVersion(g.version), GOROOT: strings.TrimSpace(string(root)),
		Flags: slices.Concat(o.lint, o.test), Patterns: o.patterns, Output: c.stderr,
	}
	return run.Tests()
}

// joinTests joins what tests saw with the code.
func (e *evidence) joinTests(g *goCommand, res *confirm.Result) (*confirm.Report, error) {
	j, err := e.join(g, []*profile.Profile{res.Profile}, 0, e.patterns)
	if err != nil {
		return nil, err
	}
	r := confirm.Judge(j.checkout, res, j.report, j.analysis)
	r.Tool = toolVersion()
	return r, nil
}

// finish prints the report and says how the command ends.
func (o *confirmOptions) finish(c *command, r *confirm.Report, res *confirm.Result, e *evidence) error {
	wd, err := os.Getwd()
	if err != nil {
		return err
	}
	write := r.WriteText
	if o.format == "json" {
		write = r.WriteJSON
	}
	if err := write(c.stdout, realPath(wd)); err != nil {
		return err
	}
	for _, p := range e.problems {
		c.complain(p.String())
	}
	if res.Failed != "" {
		c.complain("go test failed (" + res.Failed + "): what tests did not reach for that reason was not seen")
	}
	switch {
	case len(e.problems) > 0 || res.Failed != "":
		return errProblems
	case r.Leaks() && !o.exitZero:
		return errFindings
	}
	return nil
}
