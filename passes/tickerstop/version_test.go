package tickerstop

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"runtime"
	"testing"

	"golang.org/x/tools/go/analysis"
)

func TestOldTimers(t *testing.T) {
	ends := atLeast(runtime.Version(), always) // then the new rule holds for all
	for _, test := range []struct {
		name, line, override, source string
		want                         bool
	}{
		{"old", "1.22", "", "package p", !ends},
		{"old with patch", "go1.22.5", "", "package p", !ends},
		{"new", "1.23", "", "package p", false},
		{"unset", "", "", "package p", false},
		{"override old", "1.26", "1.22", "package p", true},
		{"override new", "1.22", "1.23", "package p", false},
		{"main asks", "1.26", "", "//go:debug asynctimerchan=1\n\npackage main", !ends},
		{"main asks for something else", "1.26", "", "//go:debug asynctimerchan=0\n\npackage main", false},
		{"a library cannot ask", "1.26", "", "//go:debug asynctimerchan=1\n\npackage p", false},
		{"too late in the file", "1.26", "", "package main\n\n//go:debug asynctimerchan=1\n", false},
		{"a build constraint says nothing", "1.26", "", "//go:build go1.22\n\npackage p", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			file, err := parser.ParseFile(token.NewFileSet(), "p.go", test.source, parser.ParseComments)
			if err != nil {
				t.Fatal(err)
			}
			pass := &analysis.Pass{
				Pkg:    types.NewPackage("p", file.Name.Name),
				Files:  []*ast.File{file},
				Module: &analysis.Module{GoVersion: test.line},
			}
			if got := oldTimers(pass, test.override); got != test.want {
				t.Errorf("got %t, want %t", got, test.want)
			}
		})
	}
}

func TestAtLeast(t *testing.T) {
	for release, want := range map[string]bool{
		"go1.26.8": false, "go1.27": true, "go1.26rc1": false, "go1.27rc1": true, "go1.27.1 X:nogreenteagc": true, "go1.28": true,
		"devel go1.28-abcdef": true,
	} {
		if got := atLeast(release, always); got != want {
			t.Errorf("atLeast(%s) = %t, want %t", release, got, want)
		}
	}
}
