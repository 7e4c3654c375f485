package driver

import (
	"strings"
	"testing"
)

// FuzzArgs reads command lines: no panic, and flags that are accepted are ones
// that a vet tool takes.
func FuzzArgs(f *testing.F) {
	for _, s := range []string{"./...", "-fix\n./...", "-c=3\n.", "-debug\n.", "-debug=x", "-format=json\n-confidence=low", "--\n-x", "-tags\na,b", "-C", "-=\n-"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, lines string) {
		o, err := parseArgs(nil, strings.Split(lines, "\n"))
		if err == nil && len(o.patterns) == 0 {
			t.Error("no error and no packages")
		}
	})
}

// FuzzPosition reads what go vet prints as a position.
func FuzzPosition(f *testing.F) {
	for _, s := range []string{"a.go:1:2", "a.go:1", "a.go", "C:\\a.go:1:2", "::", ":1:", "a:b:3:4", "-", "a\nb:1:1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p := parsePosition(s)
		if q := parsePosition(p.String()); p.Line > 0 && p.Col > 0 && p != q {
			t.Errorf("%q is %+v, and then %+v", s, p, q)
		}
	})
}
