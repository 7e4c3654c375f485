package driver

import (
	"flag"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"strings"
	"text/tabwriter"

	"golang.org/x/tools/go/analysis"
)

// help prints the overview, or the documentation of passes.
func (c *command) help(args []string) error {
	if len(args) == 0 {
		c.overview()
		return nil
	}
	for i, name := range args {
		if i > 0 {
			fmt.Fprintln(c.stdout)
		}
		if err := c.helpAbout(name); err != nil {
			return err
		}
	}
	return nil
}

// helpAbout prints what there is to say about a pass, a check or a sub-command.
func (c *command) helpAbout(name string) error {
	run, isCommand := subcommands[name]
	a := c.analyzer(name)
	switch {
	case a != nil:
		c.passHelp(a)
	case c.checkHelp(name):
	case isCommand && name != "help" && name != "version":
		return run(c, []string{"-h"})
	case isCommand || isHelpFlag(name):
		c.overview()
	default:
		return c.noHelp(name)
	}
	return nil
}

// isHelpFlag reports whether the word is one of the flags that ask for help.
func isHelpFlag(word string) bool { return word == "-h" || word == "-help" || word == "--help" }

// analyzer returns the analyzer of that name or nil.
func (c *command) analyzer(name string) *analysis.Analyzer {
	name = strings.TrimPrefix(name, "leaklint/")
	for _, a := range c.analyzers {
		if a.Name == name {
			return a
		}
	}
	return nil
}

// overview prints what leaklint is and lists passes and flags.
func (c *command) overview() {
	fmt.Fprintf(c.stdout, `leaklint finds goroutines, contexts, tickers and timers that Go code leaves behind.

%s
       leaklint help [pass]     this text, or what a pass finds and how to fix it
       leaklint help pass/check what a check reports, and how to switch it off
       leaklint profile [flags] PROFILE... [packages]
                                what goroutine profiles of a running program mean
       leaklint confirm [flags] [packages]
                                run the tests and see which findings leak
       leaklint config [flags]  what .leaklint.yml says, as flags
       leaklint gopls [flags]   build gopls with leaklint linked in, for editors
       leaklint version         the version of leaklint and the Go that built it
       go vet -vettool=$(which leaklint) [packages]

Without packages it looks at the one in the current directory; ./... stands for
all below it.

Passes:
`, usageLine)
	w := tabwriter.NewWriter(c.stdout, 0, 8, 2, ' ', 0)
	for _, a := range c.analyzers {
		fmt.Fprintf(w, "  %s\t%s\n", a.Name, summaryOf(a))
	}
	_ = w.Flush()
	fmt.Fprint(c.stdout, "\nFlags:\n")
	fs, _ := new(options).flagSet(nil)
	fs.VisitAll(func(f *flag.Flag) { printFlag(c.stdout, f.Name, f) })
	for _, name := range sharedFlags {
		for _, a := range c.analyzers {
			if f := a.Flags.Lookup(name); f != nil {
				printFlag(c.stdout, name, &flag.Flag{Name: name, Usage: f.Usage + " (for all passes)", Value: f.Value, DefValue: f.DefValue})
				break
			}
		}
	}
	fmt.Fprint(c.stdout, `
  -PASS runs only that pass, -PASS=false leaves it out; -PASS/CHECK and
  -PASS/CHECK=false do the same for one check. -PASS.flag=value sets a flag of
  one pass; 'leaklint help PASS' lists its checks and flags.

Exit status: 0 nothing found, 1 findings, 2 wrong usage or something was not
analysed; standard error then says what and why.
`)
}

// passHelp prints the documentation of one analyzer.
func (c *command) passHelp(a *analysis.Analyzer) {
	fmt.Fprintf(c.stdout, "%s: %s\n", a.Name, strings.TrimSpace(a.Doc))
	listChecks(c.stdout, a.Name)
	first := true
	a.Flags.VisitAll(func(f *flag.Flag) {
		if first {
			fmt.Fprint(c.stdout, "\nFlags:\n")
			first = false
		}
		printFlag(c.stdout, a.Name+"."+f.Name, f)
	})
}

// summaryOf returns the first line of an analyzer's documentation.
func summaryOf(a *analysis.Analyzer) string {
	line, _, _ := strings.Cut(strings.TrimSpace(a.Doc), "\n")
	return line
}

// printFlag prints one flag and its default.
func printFlag(w io.Writer, name string, f *flag.Flag) {
	placeholder, usage := flag.UnquoteUsage(f)
	if placeholder != "" {
		name += " " + placeholder
	}
	if f.DefValue != "" && f.DefValue != "false" {
		usage += " (default " + f.DefValue + ")"
	}
	fmt.Fprintf(w, "  -%s\n\t%s\n", name, usage)
}

// version prints the version.
func (c *command) version(args []string) error {
	switch {
	case len(args) > 0 && isHelpFlag(args[0]):
		c.overview()
		return nil
	case len(args) > 0:
		return &userError{message: "leaklint version takes no arguments, and got " + args[0], hint: "Run 'leaklint version'."}
	}
	fmt.Fprintf(c.stdout, "leaklint %s (%s %s/%s)\n", toolVersion(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return nil
}

// toolVersion returns the version that the go command put into the binary.
func toolVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(devel)"
	}
	return info.Main.Version
}
