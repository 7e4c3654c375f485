package report_test

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/leaklint/leaklint/internal/report"
)

// source is what the fake passes of this file look at.
const source = `package p

func f() {
	go g()
	h()
}
`

// runPass runs an analyzer on src and returns what it reports.
func runPass(t *testing.T, a *analysis.Analyzer, src string) (*token.File, []analysis.Diagnostic) {
	t.Helper()
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "p.go", src, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	var got []analysis.Diagnostic
	pass := &analysis.Pass{
		Analyzer: a,
		Fset:     fset,
		Files:    []*ast.File{f},
		Pkg:      types.NewPackage("example.com/p", "p"),
		Report:   func(d analysis.Diagnostic) { got = append(got, d) },
	}
	ignores, err := report.Ignores.Run(pass)
	if err != nil {
		t.Fatal(err)
	}
	pass.ResultOf = map[*analysis.Analyzer]any{report.Ignores: ignores}
	if _, err := a.Run(pass); err != nil {
		t.Fatal(err)
	}
	return fset.File(f.Pos()), got
}

// at returns the position of the first occurrence of text in source.
func at(pass *analysis.Pass, text string) token.Pos {
	return pass.Fset.File(pass.Files[0].Pos()).Pos(strings.Index(source, text))
}

// spec is a pass that returns what run does.
func spec(run func(*analysis.Pass) ([]report.Finding, error)) report.Spec {
	return report.Spec{Name: "fake", Doc: "finds what it is told", Run: run}
}

func TestOrderDuplicatesAndCategories(t *testing.T) {
	findings := func(pass *analysis.Pass) ([]report.Finding, error) {
		g, h := at(pass, "g()"), at(pass, "h()")
		return []report.Finding{
			{Shape: "b", Pos: h, Message: "two"},
			{Shape: "b", Pos: h, Message: "two", Confidence: report.Low},
			{Shape: "a", Pos: h, Message: "low", Confidence: report.Low, Vet: true},
			{Shape: "a", Pos: g, Message: "vet", Vet: true},
			{Shape: "b", Pos: h, Message: "two"},
		}, nil
	}
	for _, test := range []struct {
		flag, value string
		want        []string
	}{
		{"confidence", "default", []string{"fake/a/vet vet", "fake/b two"}},
		{"confidence", "low", []string{"fake/a/vet vet", "fake/a/low/vet low", "fake/b two"}},
		{"skip-vet", "true", []string{"fake/b two"}},
	} {
		a := report.NewAnalyzer(spec(findings))
		if err := a.Flags.Set(test.flag, test.value); err != nil {
			t.Fatal(err)
		}
		_, diags := runPass(t, a, source)
		var got []string
		for _, d := range diags {
			got = append(got, d.Category+" "+d.Message)
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("-%s=%s: got %q, want %q", test.flag, test.value, got, test.want)
		}
	}
	if err := report.NewAnalyzer(spec(findings)).Flags.Set("confidence", "high"); err == nil {
		t.Error("-confidence=high was accepted")
	}
}

func TestTrailMessages(t *testing.T) {
	a := report.NewAnalyzer(spec(func(pass *analysis.Pass) ([]report.Finding, error) {
		return []report.Finding{{
			Shape: "x", Pos: at(pass, "h()"), Message: "m", Goroutine: at(pass, "go g"),
			Trail: []report.Step{
				{Pos: at(pass, "h()"), Role: report.Left, Text: "f returns", Assumes: "ctx is done"},
				{Pos: at(pass, "g()"), Role: report.Blocks, Text: "sends on a·b\nfor ever"},
			},
		}}, nil
	}))
	_, diags := runPass(t, a, source)
	var got []string
	for _, r := range diags[0].Related {
		got = append(got, r.Message)
	}
	want := []string{
		"1 · started · the goroutine that stays",
		"2 · left · f returns · assumes ctx is done",
		"3 · blocked · goroutine started at line 4 · sends on a b for ever",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

func TestFailures(t *testing.T) {
	for _, test := range []struct {
		want string
		run  func(*analysis.Pass) ([]report.Finding, error)
	}{
		{"internal error: fake failed on package example.com/p: panic: boom in report_test.TestFailures.func1 (report_test.go:",
			func(*analysis.Pass) ([]report.Finding, error) { panic("boom") }},
		{"internal error: fake failed on package example.com/p: panic: runtime error: slice bounds out of range [3:1] in report_test.TestFailures.func2 (report_test.go:",
			func(pass *analysis.Pass) ([]report.Finding, error) {
				return make([]report.Finding, 1)[len(pass.Files)+2:], nil
			}},
		{"internal error: fake failed on package example.com/p: odd",
			func(*analysis.Pass) ([]report.Finding, error) { return nil, fmt.Errorf("odd") }},
		{"internal error: summary failed on package q: bad",
			func(*analysis.Pass) ([]report.Finding, error) {
				return nil, fmt.Errorf("ask: %w", &report.Failure{Analyzer: "summary", Package: "q", Cause: "bad"})
			}},
		{"internal error: fake failed on package example.com/p: finding without position",
			func(*analysis.Pass) ([]report.Finding, error) {
				return []report.Finding{{Shape: "x", Message: "m"}}, nil
			}},
	} {
		_, diags := runPass(t, report.NewAnalyzer(spec(test.run)), source)
		if len(diags) != 1 || diags[0].Category != report.InternalError || !strings.Contains(diags[0].Message, test.want) {
			t.Errorf("got %+v, want one internal-error with %q", diags, test.want)
		}
	}
}

func TestProtectKeepsFailure(t *testing.T) {
	pass := &analysis.Pass{Analyzer: &analysis.Analyzer{Name: "summary"}, Pkg: types.NewPackage("q", "q")}
	inner := report.Protect(pass, func() error { panic(errors.New("bad")) })
	outer := report.Protect(pass, func() error { return inner })
	if outer != inner || inner == nil {
		t.Errorf("Protect returned %v, want its own failure %v", outer, inner)
	}
	if err := report.Protect(pass, func() error { return nil }); err != nil {
		t.Errorf("Protect of a clean run returned %v", err)
	}
}

// summaryResult is the result of an analyzer that has failed.
type summaryResult struct{ err error }

func (r *summaryResult) Failures() []error { return []error{r.err} }

func TestFailureOfRequiredAnalyzer(t *testing.T) {
	asked := &analysis.Analyzer{Name: "asked"}
	s := spec(func(pass *analysis.Pass) ([]report.Finding, error) {
		return []report.Finding{{Shape: "x", Pos: at(pass, "h()"), Message: "m"}}, nil
	})
	s.Requires = []*analysis.Analyzer{asked}
	a := report.NewAnalyzer(s)
	run := a.Run
	a.Run = func(pass *analysis.Pass) (any, error) {
		pass.ResultOf[asked] = &summaryResult{&report.Failure{Analyzer: "asked", Package: "q", Cause: "bad"}}
		result, err := run(pass)
		if !result.(*report.Result).Failed {
			t.Error("the result does not say that something failed")
		}
		return result, err
	}
	_, diags := runPass(t, a, source)
	if len(diags) != 2 || !strings.HasPrefix(diags[0].Message, "internal error: asked failed on package q: bad") {
		t.Errorf("got %+v, want an internal error and the finding", diags)
	}
	s.Run = func(*analysis.Pass) ([]report.Finding, error) { panic("no result") }
	part := &report.Failure{Analyzer: "asked", Package: "q", Part: "function F", Cause: "bad"}
	for _, test := range []struct {
		asked *report.Failure
		want  int // errors told
	}{{&report.Failure{Analyzer: "asked", Package: "q", Cause: "bad"}, 1}, {part, 2}} {
		a := report.NewAnalyzer(s)
		run := a.Run
		a.Run = func(pass *analysis.Pass) (any, error) {
			pass.ResultOf[asked] = &summaryResult{test.asked}
			return run(pass)
		}
		if _, diags := runPass(t, a, source); len(diags) != test.want {
			t.Errorf("%v: got %+v, want %d errors", test.asked, diags, test.want)
		}
	}
}
