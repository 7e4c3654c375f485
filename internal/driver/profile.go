package driver

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/leaklint/leaklint/internal/profile"
)

// This file is leaklint profile: it reads goroutine profiles and says what the
// code has to do with them. What a profile means is internal/profile's.

// profileUsage opens the help text of leaklint profile.
const profileUsage = `usage: leaklint profile [flags] PROFILE... [packages]

Reads goroutine profiles of a running program, groups the goroutines by what they
wait at, and says for each group what leaklint knows of the line: the finding, or
why there is none, and the commit that brought it. Several profiles of one process
show what grows.

PROFILE is a file in any form that Go writes (go tool pprof's, debug=1 or debug=2
text, the dump of a panic or SIGQUIT, a goroutineleak profile), - for standard
input, or a URL such as http://localhost:6060/debug/pprof/goroutine?debug=2; nothing
but that address is asked. Without packages, those in which goroutines stand are
analysed. No code of the program is run.
`

// A profileOptions is what a person asked of leaklint profile.
type profileOptions struct {
	lint         []string // flags for the analysis
	dir          string
	format       string
	every        time.Duration
	failOnGrowth int
	top          int
	exitZero     bool
	profiles     []string
	patterns     []string
}

// profileFormats are the values of -format.
var profileFormats = []string{"text", "json", "html", "markdown"}

// profile reports on goroutine profiles.
func (c *command) profile(args []string) error {
	o, err := c.parseProfileArgs(args)
	if err != nil {
		return err
	}
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	context.AfterFunc(ctx, cancel) // a second signal ends this process at once
	profiles, err := o.read(ctx)
	if err != nil {
		return err
	}
	e := &evidence{command: c, ctx: ctx, lint: o.lint, patterns: o.patterns}
	r, err := e.report(profiles, o.between())
	if err != nil {
		return err
	}
	r.Blame(ctx)
	if err := o.write(c, r); err != nil {
		return err
	}
	return o.outcome(c, r, e)
}

// parseProfileArgs reads the command line, and goes to the directory that it
// names: which arguments are files is seen there.
func (c *command) parseProfileArgs(args []string) (*profileOptions, error) {
	o := new(profileOptions)
	fs := flag.NewFlagSet("leaklint profile", flag.ContinueOnError)
	fs.SetOutput(c.stderr)
	fs.Usage = func() {
		fmt.Fprintf(c.stderr, "%s\n", profileUsage)
		fs.PrintDefaults()
	}
	fs.StringVar(&o.format, "format", "text", "output `format`: "+strings.Join(profileFormats, ", "))
	fs.DurationVar(&o.every, "every", 0, "the `time` between one profile and the next; a URL named again is asked again after it")
	fs.IntVar(&o.failOnGrowth, "fail-on-growth", -1, "exit with status 1 if a group grows by more than `N` goroutines")
	fs.IntVar(&o.top, "top", 10, "show at most `N` groups, but all with a finding; 0 shows all")
	fs.BoolVar(&o.exitZero, "exit-zero", false, "exit with status 0 if there are leaks")
	fs.StringVar(&o.dir, "C", "", "change to `dir` first")
	handOn(fs, &o.lint)
	if err := fs.Parse(args); errors.Is(err, flag.ErrHelp) {
		return nil, errHelp
	} else if err != nil {
		return nil, &userError{message: err.Error(), hint: "Run 'leaklint profile -h' for its flags."}
	}
	if o.dir != "" {
		if err := os.Chdir(o.dir); err != nil {
			return nil, failf("-C: %v", err)
		}
	}
	o.profiles, o.patterns = splitProfiles(fs.Args())
	return o, o.check()
}

// handOn declares the flags of the go command, and hands them on.
func handOn(fs *flag.FlagSet, to *[]string) {
	for _, f := range buildFlags {
		add := func(s string) error {
			*to = append(*to, "-"+f.name+"="+s)
			return nil
		}
		if f.isBool {
			fs.BoolFunc(f.name, f.usage, add)
		} else {
			fs.Func(f.name, f.usage, add)
		}
	}
}

// splitProfiles divides the arguments: profiles are URLs, "-" and files, and
// whatever comes first; packages follow.
func splitProfiles(args []string) (profiles, patterns []string) {
	n := slices.IndexFunc(args, func(arg string) bool {
		info, err := os.Stat(arg)
		isFile := err == nil && !info.IsDir() && !strings.HasSuffix(arg, ".go")
		return !profile.IsURL(arg) && arg != "-" && !isFile
	})
	if n < 0 {
		return args, nil
	}
	if n == 0 && len(args) > 0 {
		n = 1
	}
	return args[:n], args[n:]
}

// check refuses what makes no sense.
func (o *profileOptions) check() error {
	switch {
	case len(o.profiles) == 0:
		return &userError{message: "which profile?", hint: "Run 'leaklint profile -h' for what it reads."}
	case !slices.Contains(profileFormats, o.format):
		return failf("unknown format %q: use one of %s", o.format, strings.Join(profileFormats, ", "))
	case o.every < 0:
		return failf("-every is negative")
	case o.failOnGrowth >= 0 && len(o.profiles) < 2:
		return failf("-fail-on-growth needs two profiles of one process or more")
	}
	return nil
}

// read reads the profiles, and waits before it asks a URL again.
func (o *profileOptions) read(ctx context.Context) ([]*profile.Profile, error) {
	var profiles []*profile.Profile
	for i, arg := range o.profiles {
		if i > 0 && profile.IsURL(arg) && slices.Contains(o.profiles[:i], arg) {
			select {
			case <-time.After(o.every):
			case <-ctx.Done():
			}
		}
		p, err := profile.Open(ctx, arg, os.Stdin)
		switch {
		case ctx.Err() != nil:
			return nil, errInterrupted
		case err != nil:
			return nil, failf("%v", err)
		}
		profiles = append(profiles, p)
	}
	return profiles, nil
}

// between returns the time between profiles that the user names, 0 if they
// tell it themselves.
func (o *profileOptions) between() time.Duration {
	if slices.ContainsFunc(o.profiles, profile.IsURL) {
		return 0
	}
	return o.every
}

// write writes the report in the format asked for.
func (o *profileOptions) write(c *command, r *profile.Report) error {
	wd, err := os.Getwd()
	if err != nil {
		return err
	}
	wd = realPath(wd)
	switch o.format {
	case "json":
		return r.WriteJSON(c.stdout, wd)
	case "html":
		return r.WriteHTML(c.stdout, wd)
	case "markdown":
		return r.WriteMarkdown(c.stdout, wd, o.top)
	}
	return r.WriteText(c.stdout, wd, o.top)
}

// outcome says how the command ends: something that was asked for was not
// analysed, a leak or too much growth was found, or neither.
func (o *profileOptions) outcome(c *command, r *profile.Report, e *evidence) error {
	for _, p := range e.problems {
		c.complain(p.String())
	}
	most := r.MostGrown()
	tooMuch := o.failOnGrowth >= 0 && most != nil && most.Growth() > o.failOnGrowth
	if tooMuch {
		c.complain(fmt.Sprintf("a group of goroutines grew by %d, more than %d", most.Growth(), o.failOnGrowth))
	}
	switch {
	case len(e.problems) > 0:
		return errProblems
	case (r.Leaks() > 0 || tooMuch) && !o.exitZero:
		return errFindings
	}
	return nil
}
