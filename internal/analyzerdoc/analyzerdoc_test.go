package analyzerdoc_test

import (
	"strings"
	"testing"

	"github.com/leaklint/leaklint/internal/analyzerdoc"
)

const content = `// Package two holds two analyzers.
//
// # Analyzer one
//
// one: finds ones
//
// More.
//
// # Limits
//
// None.
//
// # Analyzer two
//
// two: finds twos
package two
`

func TestExtract(t *testing.T) {
	for _, test := range []struct{ content, name, want string }{
		{content, "one", "finds ones\n\nMore.\n\n# Limits\n\nNone."},
		{content, "two", "finds twos"},
		{strings.ReplaceAll(content, "\n", "\r\n"), "two", "finds twos"},
	} {
		got, err := analyzerdoc.Extract(test.content, test.name)
		if err != nil || got != test.want {
			t.Errorf("Extract(%s) = %q, %v; want %q", test.name, got, err, test.want)
		}
	}
}

func TestExtractErrors(t *testing.T) {
	for _, test := range []struct{ content, name, want string }{
		{"", "one", "expected 'package'"},
		{"package p", "one", "no package comment"},
		{content, "three", `no heading "# Analyzer three"`},
		{"// # Analyzer x\n//\n// finds x\npackage p", "x", `not followed by "x: summary"`},
	} {
		_, err := analyzerdoc.Extract(test.content, test.name)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("Extract(%q, %s): error %v, want %q", test.content, test.name, err, test.want)
		}
	}
}
