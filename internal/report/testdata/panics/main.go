// Panics is a vet tool with two analyzers: panics panics on the package bad
// and reports every function elsewhere, calm reports every function.
package main

import (
	"go/ast"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/unitchecker"

	"github.com/leaklint/leaklint/internal/report"
)

func main() {
	unitchecker.Main(
		report.NewAnalyzer(report.Spec{Name: "panics", Doc: "panics on bad", Run: func(pass *analysis.Pass) ([]report.Finding, error) {
			if pass.Pkg.Name() == "bad" {
				var missing map[string]int
				missing["x"] = 1
			}
			return functions(pass)
		}}),
		report.NewAnalyzer(report.Spec{Name: "calm", Doc: "reports functions", Run: functions}),
	)
}

// functions returns a finding for each function of the package.
func functions(pass *analysis.Pass) (findings []report.Finding, err error) {
	for _, f := range pass.Files {
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok {
				findings = append(findings, report.Finding{Shape: "func", Pos: fn.Name.Pos(), Message: "function " + fn.Name.Name})
			}
		}
	}
	return findings, nil
}
