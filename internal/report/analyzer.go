package report

import (
	"errors"
	"flag"
	"fmt"
	"reflect"
	"slices"

	"golang.org/x/tools/go/analysis"
)

// A Spec describes a pass. Run returns findings in any order, duplicates and
// low ones included, and does nothing else with the pass.
type Spec struct {
	Name     string
	Doc      string
	Requires []*analysis.Analyzer
	Run      func(*analysis.Pass) ([]Finding, error)
	Prove    func(pass *analysis.Pass, all, shown []Finding) // leaves those that are shown the fixes that are right; may be nil
	Flags    func(*flag.FlagSet)                             // declares the pass's own flags; may be nil
	Shown    bool                                            // no ignore hides its findings: they are about ignores
}

// A Result is what an analyzer made by NewAnalyzer returns.
type Result struct {
	Name   string // of the pass
	Used   []Use  // the ignores that have hidden a finding, low ones included
	Failed bool   // an internal error was reported
}

// settings are the flags that every pass has, and what its Spec says.
type settings struct {
	confidence confidenceFlag
	skipVet    bool
	nolint     bool
	tests      bool
	checks     CheckList
	shown      bool // by Spec
}

// NewAnalyzer returns the analyzer of a pass. It sorts the findings, removes
// duplicates, low and suppressed ones, and reports the rest. A panic or an
// error of Run becomes a diagnostic of category internal-error: an analyzer
// that fails would take the results of every dependent package with it. So
// does each internal error of a required analyzer whose result has a method
// Failures() []error.
func NewAnalyzer(spec Spec) *analysis.Analyzer {
	set := &settings{shown: spec.Shown}
	a := &analysis.Analyzer{
		Name:       spec.Name,
		Doc:        spec.Doc,
		URL:        "https://pkg.go.dev/github.com/leaklint/leaklint/passes/" + spec.Name,
		Requires:   slices.Concat(spec.Requires, []*analysis.Analyzer{Ignores}),
		ResultType: reflect.TypeFor[*Result](),
	}
	set.register(&a.Flags)
	if spec.Flags != nil {
		spec.Flags(&a.Flags)
	}
	a.Run = func(pass *analysis.Pass) (any, error) { return run(pass, &spec, set), nil }
	return a
}

// run runs the pass that spec describes. Internal errors of the analyzers that
// it asks are reported here: drivers show only what passes report.
func run(pass *analysis.Pass, spec *Spec, set *settings) *Result {
	result := &Result{Name: spec.Name}
	fail := func(err error) {
		result.Failed = true
		reportFailure(pass, err)
	}
	missing := false // all of what it asks for: that it fails then is no news
	for _, a := range spec.Requires {
		if asked, ok := pass.ResultOf[a].(interface{ Failures() []error }); ok {
			for _, err := range asked.Failures() {
				fail(err)
				f, ok := errors.AsType[*Failure](err)
				missing = missing || ok && f.Part == ""
			}
		}
	}
	var findings []Finding
	err := Protect(pass, func() (err error) {
		findings, err = spec.Run(pass)
		return err
	})
	if err == nil {
		err = Protect(pass, func() (err error) {
			result.Used, err = emit(pass, spec, set, findings)
			return err
		})
	}
	if err != nil && !missing {
		fail(err)
	}
	return result
}

// register declares the flags that every pass has.
func (s *settings) register(flags *flag.FlagSet) {
	flags.Var(&s.confidence, "confidence", "least confidence of what is reported: default or low")
	flags.Var(&s.checks, "checks", "report these `checks` only, separated by commas; with a minus before each, all but these")
	flags.BoolVar(&s.tests, "tests", true, "report what is in _test.go files")
	flags.BoolVar(&s.nolint, "nolint", true, "honour //nolint comments (off in golangci-lint, which does it itself)")
	flags.BoolVar(&s.skipVet, "skip-vet", false, "leave to go vet what it reports itself")
}

// confidenceFlag is a Confidence as a flag.Value.
type confidenceFlag Confidence

// String implements flag.Value.
func (c *confidenceFlag) String() string { return Confidence(*c).String() }

// Set implements flag.Value.
func (c *confidenceFlag) Set(s string) error {
	switch s {
	case "default":
		*c = confidenceFlag(Default)
	case "low":
		*c = confidenceFlag(Low)
	default:
		return fmt.Errorf("want default or low")
	}
	return nil
}
