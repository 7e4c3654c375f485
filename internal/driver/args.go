package driver

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/checker"
)

// options is what a person asked for.
type options struct {
	dir        string // -C
	patterns   []string
	buildFlags []string // for the go command, such as -tags=x
	toolFlags  []string // for the analyzers, such as -noctxcancel=false

	format     string
	context    int
	tests      bool
	generated  bool
	fix        bool
	diff       bool
	standalone bool
	debug      debugMode
	exitZero   bool
	quiet      bool
	outputs    []output // -o

	baseline      string // file of findings that are known
	writeBaseline bool
	newFrom       string // revision whose findings are known

	base  *baseline      // what baseline names
	known []knownFinding // what is found at newFrom

	analyzers []*analysis.Analyzer // those that the switches leave

	inspect      func(*checker.Graph) // takes the results of a standalone analysis, in place of the report
	withoutTests bool                 // leaves tests out of a standalone analysis
}

// usageLine is the first line of every help text.
const usageLine = "usage: leaklint [flags] [packages]"

// parseArgs reads the command line. It returns errHelp after -h.
func parseArgs(analyzers []*analysis.Analyzer, args []string) (*options, error) {
	o := new(options)
	fs, tools := o.flagSet(analyzers)
	switch err := fs.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return nil, errHelp
	case err != nil:
		return nil, &userError{message: err.Error(), hint: unknownFlag(fs, err)}
	}
	o.patterns = fs.Args()
	for _, p := range o.patterns {
		if strings.HasPrefix(p, "-") {
			return nil, &userError{
				message: fmt.Sprintf("flag %s stands after a package", p),
				hint:    "Put the flags before the packages: leaklint [flags] [packages]",
			}
		}
	}
	if len(o.patterns) == 0 {
		o.patterns = []string{"."}
	}
	o.standalone = o.standalone || o.debug != debugOff
	o.toolFlags = tools.canonical()
	o.analyzers = tools.selected(analyzers)
	return o, o.check()
}

// flagSet declares all flags of the command line.
func (o *options) flagSet(analyzers []*analysis.Analyzer) (*flag.FlagSet, *toolFlags) {
	fs := flag.NewFlagSet("leaklint", flag.ContinueOnError)
	fs.SetOutput(new(bytes.Buffer)) // errors are printed by exit
	fs.StringVar(&o.format, "format", "text", "output `format`: "+strings.Join(formatNames(), ", "))
	fs.BoolFunc("json", "print go vet's JSON, like -format=vet", func(s string) error {
		on, err := strconv.ParseBool(s)
		if on {
			o.format = "vet"
		}
		return err
	})
	fs.Func("o", "write the report to `file` too: FORMAT=FILE, as often as you like; FILE alone\n\ttakes that of -format and leaves standard output empty", o.addOutput)
	fs.BoolVar(&o.quiet, "q", false, "print on standard error what is wrong and nothing else: no summary, no progress")
	fs.IntVar(&o.context, "c", -1, "show each finding with this many `lines` of source around it")
	fs.BoolVar(&o.tests, "tests", true, "show findings in _test.go files")
	fs.BoolVar(&o.generated, "generated", false, "show findings in generated files")
	fs.BoolVar(&o.exitZero, "exit-zero", false, "exit with status 0 if there are findings")
	fs.BoolVar(&o.fix, "fix", false, "apply the fixes of the findings and show the findings that remain")
	fs.BoolVar(&o.diff, "diff", false, "show what -fix would change and change nothing")
	fs.BoolVar(&o.standalone, "standalone", false, "analyse in this process, without the go command's cache")
	fs.Var(&o.debug, "debug", "print to standard error how the analysis went (implies -standalone): counters\n\tand roots, or `what`: "+strings.Join(debugModes[2:], ", "))
	fs.StringVar(&o.dir, "C", "", "change to `dir` first")
	fs.StringVar(&o.baseline, "baseline", "", "do not show the findings that are in `file`")
	fs.BoolVar(&o.writeBaseline, "write-baseline", false, "write the file of -baseline with all findings; if there is one, remove from it\n\twhat is not found any more")
	fs.StringVar(&o.newFrom, "new-from", "", "show only findings that the code did not have where HEAD and this git `revision` went apart")
	for _, f := range buildFlags {
		add := func(s string) error {
			o.buildFlags = append(o.buildFlags, "-"+f.name+"="+s)
			return nil
		}
		if f.isBool {
			fs.BoolFunc(f.name, f.usage, add)
		} else {
			fs.Func(f.name, f.usage, add)
		}
	}
	tools := newToolFlags(analyzers)
	tools.register(fs)
	return fs, tools
}

// buildFlags are the flags that are handed to the go command as they are.
var buildFlags = []struct {
	name, usage string
	isBool      bool
}{
	{name: "tags", usage: "build `tags`, separated by commas"},
	{name: "mod", usage: "module download `mode`: readonly, vendor or mod"},
	{name: "modfile", usage: "use this `file` in place of go.mod"},
	{name: "trimpath", usage: "as for go build", isBool: true},
}

// check refuses combinations that make no sense.
func (o *options) check() error {
	switch {
	case !slices.Contains(formatNames(), o.format):
		return failf("unknown format %q: use one of %s", o.format, strings.Join(formatNames(), ", "))
	case o.fix && o.diff:
		return failf("-fix and -diff cannot be used together: -diff alone shows what -fix would change")
	case o.diff && o.format != "text":
		return failf("-diff prints a diff and cannot be used with -format or -json")
	case o.writeBaseline && o.baseline == "":
		return failf("-write-baseline needs the name of a file: leaklint -baseline=leaklint.baseline -write-baseline ./...")
	case o.writeBaseline && (o.fix || o.diff || o.newFrom != ""):
		return failf("-write-baseline cannot be used together with -fix, -diff or -new-from: it is about all findings that there are")
	case o.diff && len(o.outputs) > 0:
		return failf("-diff prints a diff and cannot be used with -o")
	case len(o.analyzers) == 0 && len(o.toolFlags) > 0:
		return failf("the flags switch every pass off")
	}
	return nil
}

// toolFlags are the flags that the analyzers declare, in the go/analysis way:
// -NAME to select, -NAME=false to leave out, -NAME.flag=value to set a flag of
// one analyzer. What every analyzer has can be set for all of them at once.
type toolFlags struct {
	analyzers []*analysis.Analyzer
	set       map[string]string // flag to value, what was given for one analyzer
	shared    map[string]string // the same for shorthands
}

// sharedFlags are the flags with a shorthand for all analyzers that have them.
var sharedFlags = []string{"confidence", "skip-vet"}

// newToolFlags returns the flags of the analyzers, none of them given.
func newToolFlags(analyzers []*analysis.Analyzer) *toolFlags {
	return &toolFlags{analyzers: analyzers, set: make(map[string]string), shared: make(map[string]string)}
}

// register declares the flags.
func (t *toolFlags) register(fs *flag.FlagSet) {
	for _, a := range t.analyzers {
		fs.BoolFunc(a.Name, "run this pass and no other, or with =false all but this", func(s string) error {
			on, err := strconv.ParseBool(s)
			t.set[a.Name] = strconv.FormatBool(on)
			return err
		})
		a.Flags.VisitAll(func(f *flag.Flag) {
			name := a.Name + "." + f.Name
			declare(fs, name, f, func(s string) error {
				t.set[name] = s
				return f.Value.Set(s)
			})
		})
	}
	registerChecks(fs, t.analyzers, t.setCheck)
	for _, name := range sharedFlags {
		t.registerShared(fs, name)
	}
}

// declare declares a flag that behaves like model on the command line.
func declare(fs *flag.FlagSet, name string, model *flag.Flag, set func(string) error) {
	if b, ok := model.Value.(interface{ IsBoolFlag() bool }); ok && b.IsBoolFlag() {
		fs.BoolFunc(name, model.Usage, set)
	} else {
		fs.Func(name, model.Usage, set)
	}
}

// registerShared declares the shorthand for a flag that several analyzers have.
func (t *toolFlags) registerShared(fs *flag.FlagSet, name string) {
	model, set := sharedFlag(t.analyzers, name)
	if model == nil {
		return
	}
	declare(fs, name, model, func(s string) error {
		t.shared[name] = s
		return set(s)
	})
}

// sharedFlag returns one of the flags of that name, nil if no analyzer has it,
// and what sets all of them.
func sharedFlag(analyzers []*analysis.Analyzer, name string) (model *flag.Flag, set func(string) error) {
	var flags []*flag.Flag
	for _, a := range analyzers {
		if f := a.Flags.Lookup(name); f != nil {
			flags, model = append(flags, f), f
		}
	}
	return model, func(s string) error {
		for _, f := range flags {
			if err := f.Value.Set(s); err != nil {
				return err
			}
		}
		return nil
	}
}

// canonical sets the flags of the analyzers to what was asked for and returns
// them in one order and spelling, without those that change nothing: they are
// part of the key of the go command's cache.
func (t *toolFlags) canonical() []string {
	var flags []string
	for _, a := range t.analyzers {
		if on, ok := t.set[a.Name]; ok {
			flags = append(flags, "-"+a.Name+"="+on)
		}
		a.Flags.VisitAll(func(f *flag.Flag) {
			if value, ok := t.value(a, f); ok && f.Value.Set(value) == nil && f.Value.String() != f.DefValue {
				flags = append(flags, "-"+a.Name+"."+f.Name+"="+f.Value.String())
			}
		})
	}
	return flags
}

// value returns what was given for a flag of an analyzer. What was said about
// this analyzer goes before what was said about all of them.
func (t *toolFlags) value(a *analysis.Analyzer, f *flag.Flag) (string, bool) {
	if v, ok := t.set[a.Name+"."+f.Name]; ok {
		return v, true
	}
	v, ok := t.shared[f.Name]
	return v, ok
}

// selected returns the analyzers that the switches leave: those switched on if
// there are any, else those not switched off.
func (t *toolFlags) selected(analyzers []*analysis.Analyzer) []*analysis.Analyzer {
	var on, rest []*analysis.Analyzer
	for _, a := range analyzers {
		switch t.set[a.Name] {
		case "true":
			on = append(on, a)
		case "":
			rest = append(rest, a)
		}
	}
	if on != nil {
		return on
	}
	return rest
}
