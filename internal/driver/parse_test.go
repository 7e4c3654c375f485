package driver

import (
	"reflect"
	"testing"
)

func TestParsePosition(t *testing.T) {
	for s, want := range map[string]Position{
		"a.go:1:2":          {"a.go", 1, 2},
		"/x:y/a.go:1:2":     {"/x:y/a.go", 1, 2},
		`C:\x\a.go:10:20`:   {`C:\x\a.go`, 10, 20},
		"a.y:7":             {"a.y", 7, 0},
		"a.go":              {"a.go", 0, 0},
		"-":                 {"-", 0, 0},
		"_cgo_gotypes.go:9": {"_cgo_gotypes.go", 9, 0},
	} {
		if got := parsePosition(s); got != want {
			t.Errorf("parsePosition(%q) = %+v, want %+v", s, got, want)
		}
	}
}

func TestLanguageVersion(t *testing.T) {
	for version, want := range map[string]int{
		"go1.26": 26, "go1.26.8": 26, "go1.27rc1": 27, "go1.27-devel_0123abc": 27,
		"devel go1.28-abcdef Mon Jan 2": 28, "go1.26.1 X:nodwarf5": 26, "": 0, "tip": 0,
	} {
		if got := languageVersion(version); got != want {
			t.Errorf("languageVersion(%q) = %d, want %d", version, got, want)
		}
	}
}

func TestReadErrors(t *testing.T) {
	r := &vetResult{units: make(map[string]unitResult)}
	err := r.readErrors(`go: warning: "./x/..." matched no packages
# example.com/m/a
# [example.com/m/a]
leaklint: a/a.go:1:2: expected 'package'
a/a.go:1:2: expected 'package'
# example.com/m/b [example.com/m/b.test]
{
	"example.com/m/b": {
		"drops": [{"posn": "b.go:1:1", "end": "b.go:1:2", "message": "m"}]
	}
}
# example.com/m/c
{}
example.com/m/d: /bin/leaklint: signal: killed
# example.com/m/e
./e.go:1:2: could not import example.com/m/d (no package vetx file for "example.com/m/d")
`)
	if err != nil {
		t.Fatal(err)
	}
	want := []errorBlock{
		{"", []string{`go: warning: "./x/..." matched no packages`}},
		{"example.com/m/a", []string{"a/a.go:1:2: expected 'package'"}},
		{"example.com/m/d", []string{"signal: killed"}},
	}
	if !reflect.DeepEqual(r.blocks, want) {
		t.Errorf("blocks %q, want %q", r.blocks, want)
	}
	findings, problems := r.units["example.com/m/b"].findings("example.com/m/b")
	if len(findings) != 1 || findings[0].Message != "m" || len(problems) != 0 {
		t.Errorf("findings %+v, problems %+v", findings, problems)
	}
}

func TestAnalyzerError(t *testing.T) {
	r := &vetResult{units: make(map[string]unitResult)}
	if err := r.readErrors("{\n\t\"m\": {\"x\": {\"error\": \"odd\"}}\n}\n"); err != nil {
		t.Fatal(err)
	}
	_, problems := r.units["m"].findings("m")
	if want := []Problem{{Package: "m", Reason: "x failed: odd"}}; !reflect.DeepEqual(problems, want) {
		t.Errorf("problems %+v, want %+v", problems, want)
	}
}
