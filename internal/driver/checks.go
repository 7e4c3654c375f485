package driver

import (
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"golang.org/x/tools/go/analysis"

	"github.com/leaklint/leaklint/internal/nearest"
	"github.com/leaklint/leaklint/passes"
)

// This file is about single checks: -PASS/CHECK, which stands for the flag
// -PASS.checks, help about a check, and its link in a terminal.

// checkFlag is the name of the flag of a pass that selects its checks.
const checkFlag = "checks"

// registerChecks declares -PASS/CHECK for each check. set is told which check
// of which analyzer was switched on or off.
func registerChecks(fs *flag.FlagSet, analyzers []*analysis.Analyzer, set func(a *analysis.Analyzer, check string, on bool) error) {
	for _, a := range analyzers {
		for _, id := range passes.IDs(a.Name) {
			fs.BoolFunc(id, "report this check and no other, or with =false all but this", func(s string) error {
				on, err := strconv.ParseBool(s)
				if err != nil {
					return err
				}
				return set(a, strings.TrimPrefix(id, a.Name+"/"), on)
			})
		}
	}
}

// addCheck returns a list of checks with one more that is on or off.
func addCheck(list, check string, on bool) string {
	if !on {
		check = "-" + check
	}
	return strings.TrimPrefix(list+","+check, ",")
}

// setCheck switches a check on or off. One that is switched on alone switches
// its pass on, so that no other pass runs.
func (t *toolFlags) setCheck(a *analysis.Analyzer, check string, on bool) error {
	name := a.Name + "." + checkFlag
	t.set[name] = addCheck(t.set[name], check, on)
	if on && t.set[a.Name] == "" {
		t.set[a.Name] = "true"
	}
	return nil
}

// declareShorthands declares for the vet tool, beside the flags of the
// analyzers, the shorthands that leaklint has: -confidence, -skip-vet and
// -tests for all passes, and -PASS/CHECK.
func declareShorthands(fs *flag.FlagSet, analyzers []*analysis.Analyzer) {
	for _, name := range append(slices.Clone(sharedFlags), "tests") {
		if model, set := sharedFlag(analyzers, name); model != nil {
			declare(fs, name, model, set)
		}
	}
	registerChecks(fs, analyzers, func(a *analysis.Analyzer, check string, on bool) error {
		f := a.Flags.Lookup(checkFlag)
		if on {
			if err := fs.Set(a.Name, "true"); err != nil {
				return err
			}
		}
		return f.Value.Set(addCheck(f.Value.String(), check, on))
	})
}

// unknownFlag returns the hint of the message about a flag that there is not.
func unknownFlag(fs *flag.FlagSet, err error) string {
	hint := "Run 'leaklint help' for the flags and the passes."
	_, word, ok := strings.Cut(err.Error(), "not defined: -")
	if !ok {
		return hint
	}
	var names []string
	fs.VisitAll(func(f *flag.Flag) { names = append(names, f.Name) })
	if name := nearest.To(word, names); name != "" {
		return "Did you mean -" + name + "? " + hint
	}
	return hint
}

// checkHelp prints what a check reports. It reports whether there is one of
// that id, which may have the suffixes of a finding and the prefix of an ignore.
func (c *command) checkHelp(id string) bool {
	id = ruleID(strings.TrimPrefix(id, "leaklint/"))
	i := slices.IndexFunc(passes.Checks, func(check passes.Check) bool { return check.ID == id })
	if i < 0 {
		return false
	}
	pass, check, _ := strings.Cut(id, "/")
	fmt.Fprintf(c.stdout, `%s: reported when %s.

  leaklint help %s            how to fix it, and the other checks of the pass
  leaklint -%s ./...          reports this check and no other
  leaklint -%[4]s=false ./...  reports all but this
  //lint:ignore leaklint/%[4]s REASON  hides one finding of it

Under go vet and in golangci-lint the flag is -%[3]s.checks=%[5]s, or =-%[5]s.
`, id, passes.Checks[i].Help, pass, id, check)
	return true
}

// listChecks lists the checks of a pass.
func listChecks(w io.Writer, pass string) {
	ids := passes.IDs(pass)
	if len(ids) == 0 {
		return
	}
	fmt.Fprint(w, "\nChecks:\n")
	tab := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	for _, c := range passes.Checks {
		if slices.Contains(ids, c.ID) {
			fmt.Fprintf(tab, "  %s\t%s\n", c.ID, c.Help)
		}
	}
	_ = tab.Flush()
}

// noHelp returns the error for a name that help knows nothing about.
func (c *command) noHelp(name string) error {
	names := passes.IDs("")
	for _, a := range c.analyzers {
		names = append(names, a.Name)
	}
	for word := range subcommands {
		names = append(names, word)
	}
	slices.Sort(names)
	what := "pass"
	if strings.Contains(strings.TrimPrefix(name, "leaklint/"), "/") {
		what = "check"
	}
	return &userError{
		message: "there is no " + what + " " + name + nearest.Hint(strings.TrimPrefix(name, "leaklint/"), names),
		hint:    "Run 'leaklint help' for the list of passes, 'leaklint help PASS' for its checks.",
	}
}

// linked returns text as a link to url for terminals that can show one (OSC 8).
func linked(on bool, url, text string) string {
	if !on || url == "" {
		return text
	}
	return "\x1b]8;;" + url + "\x1b\\" + text + "\x1b]8;;\x1b\\"
}

// canLink reports whether a terminal with colours is none of the few that print
// links as rubbish.
func canLink() bool {
	term := os.Getenv("TERM")
	return term != "" && term != "linux" && !strings.HasPrefix(term, "vt") && os.Getenv("EMACS") == "" && os.Getenv("INSIDE_EMACS") == ""
}

// pageOf returns the address of the documentation of a pass.
func (v *view) pageOf(pass string) string {
	i := slices.IndexFunc(v.analyzers, func(a *analysis.Analyzer) bool { return a.Name == pass })
	if i < 0 {
		return ""
	}
	return v.analyzers[i].URL
}
