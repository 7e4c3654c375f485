// Package passtest gives tests of the shared layers an analysis.Pass over a
// package written in the test, without a driver.
package passtest

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/packages"
)

// Load returns a pass over the one package that source declares, which may
// import std. The pass has syntax, types and no results, facts or reporting.
func Load(t testing.TB, source string) *analysis.Pass {
	t.Helper()
	return LoadFiles(t, map[string]string{"p.go": source})
}

// LoadFiles is like Load for a package of several files, given by name.
// In-package tests are part of the package.
func LoadFiles(t testing.TB, files map[string]string) *analysis.Pass {
	t.Helper()
	dir := t.TempDir()
	write(t, dir, "go.mod", "module passtest\n\ngo 1.26\n")
	tests := false
	for name, source := range files {
		write(t, dir, name, source)
		tests = tests || len(name) > 8 && name[len(name)-8:] == "_test.go"
	}
	pkgs, err := packages.Load(&packages.Config{
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedSyntax | packages.NeedTypes |
			packages.NeedTypesInfo | packages.NeedTypesSizes | packages.NeedImports | packages.NeedModule,
		Dir:   dir,
		Env:   append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=mod"),
		Tests: tests,
	}, ".")
	if err != nil {
		t.Fatalf("loading: %v", err)
	}
	var best *packages.Package
	for _, pkg := range pkgs {
		// The test variant has the most files; the generated main has none of ours.
		if pkg.Name != "main" && (best == nil || len(pkg.Syntax) > len(best.Syntax)) || best == nil {
			best = pkg
		}
	}
	if best == nil {
		t.Fatal("loading: no package")
	}
	for _, err := range best.Errors {
		t.Errorf("loading: %v", err)
	}
	if t.Failed() {
		t.FailNow()
	}
	return &analysis.Pass{
		Fset:         best.Fset,
		Files:        best.Syntax,
		IgnoredFiles: best.IgnoredFiles,
		OtherFiles:   best.OtherFiles,
		Pkg:          best.Types,
		TypesInfo:    best.TypesInfo,
		TypesSizes:   best.TypesSizes,
		ReadFile:     os.ReadFile,
		Module:       &analysis.Module{Path: "passtest", GoVersion: "1.26"},
		ResultOf:     make(map[*analysis.Analyzer]any),
	}
}

// write puts a file into dir.
func write(t testing.TB, dir, name, content string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}
