package unusedignore

import (
	"flag"
	"fmt"
	"go/parser"
	"go/token"
	"maps"
	"slices"
	"testing"

	"golang.org/x/tools/go/analysis"
)

// selection is a selection flag as go/analysis drivers declare it: not set, it
// prints as true and has the value false.
type selection string

func (s *selection) Set(value string) error { *s = selection(value); return nil }
func (s *selection) Get() any               { return *s == "true" }
func (s *selection) String() string {
	if *s == "" {
		return "true"
	}
	return string(*s)
}

func TestSwitchedOff(t *testing.T) {
	passes := []*analysis.Analyzer{{Name: "a"}, {Name: "b"}, {Name: "c"}}
	for _, test := range []struct {
		off  string
		args []string
		want string
	}{
		{"", nil, "[]"},
		{"", []string{"-a=false"}, "[a]"},
		{"", []string{"-a=true", "-b=false"}, "[b c]"},
		{"", []string{"-unusedignore=true"}, "[]"},
		{"b,c", nil, "[b c]"},
		{"b", []string{"-c=false"}, "[b c]"},
	} {
		flags := flag.NewFlagSet("driver", flag.ContinueOnError)
		for _, name := range []string{"a", "b", "c", "unusedignore"} {
			flags.Var(new(selection), name, "")
		}
		if err := flags.Parse(test.args); err != nil {
			t.Fatal(err)
		}
		c := &checker{passes: passes, off: test.off}
		if got := fmt.Sprint(slices.Sorted(maps.Keys(c.switchedOff(flags)))); got != test.want {
			t.Errorf("-off=%s %v: %s are off, want %s", test.off, test.args, got, test.want)
		}
	}
	c := &checker{passes: passes}
	if got := c.switchedOff(flag.NewFlagSet("other", flag.ContinueOnError)); len(got) != 0 {
		t.Errorf("without selection flags %v are off", got)
	}
}

func TestPassOf(t *testing.T) {
	c := &checker{passes: []*analysis.Analyzer{{Name: "a"}}}
	for _, test := range []struct {
		name, pass string
		ours       bool
	}{
		{"leaklint", "leaklint", true},
		{"a", "a", true},
		{"a/lost", "a", true},
		{"leaklint/a", "a", true},
		{"leaklint/a/lost/low", "a", true},
		{"leaklint/b", "", true},
		{"b", "", false},
		{"*", "", false},
		{"leaklinter", "", false},
	} {
		if pass, ours := c.passOf(test.name); pass != test.pass || ours != test.ours {
			t.Errorf("passOf(%s) = %q, %v, want %q, %v", test.name, pass, ours, test.pass, test.ours)
		}
	}
}

func TestHasConstraint(t *testing.T) {
	for _, test := range []struct {
		name, source string
		want         bool
	}{
		{"a.go", "package p", false},
		{"a_linux.go", "package p", true},
		{"a_arm64_test.go", "package p", true},
		{"linux.go", "package p", false},
		{"a_test.go", "package p", false},
		{"a.go", "//go:build linux\n\npackage p", true},
		{"a.go", "// about //go:build\npackage p", false},
		{"a.go", "package p\n\n//go:build linux\n", false},
	} {
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, test.name, test.source, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		if got := hasConstraint(fset, f); got != test.want {
			t.Errorf("%s with %q: hasConstraint is %v", test.name, test.source, got)
		}
	}
}
