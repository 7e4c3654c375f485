package report_test

import (
	"go/parser"
	"go/token"
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/leaklint/leaklint/internal/report"
)

// A folded trail stands in the message, with its lines, and nowhere else.
func TestFoldRelated(t *testing.T) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "a.go", "package a\n\nvar x int\n\nvar y int\n", 0)
	if err != nil {
		t.Fatal(err)
	}
	x, y := file.Decls[0].Pos(), file.Decls[1].Pos()
	a := &analysis.Analyzer{Name: "a", Run: func(pass *analysis.Pass) (any, error) {
		pass.Report(analysis.Diagnostic{Pos: y, Message: "y stays"})
		pass.Report(analysis.Diagnostic{Pos: y, Message: "y stays", Related: []analysis.RelatedInformation{
			{Pos: x, Message: "1 · made · here"},
			{Pos: y, Message: "2 · stays · it"},
		}})
		return "result", nil
	}}
	report.FoldRelated(a)
	var got []string
	result, err := a.Run(&analysis.Pass{Fset: fset, Report: func(d analysis.Diagnostic) {
		if d.Related != nil {
			t.Errorf("%s: related messages are left: %v", d.Message, d.Related)
		}
		got = append(got, d.Message)
	}})
	if result != "result" || err != nil {
		t.Errorf("result %v, %v: want those of the analyzer", result, err)
	}
	want := "y stays [1 · made · here (line 3); 2 · stays · it (line 5)]"
	if len(got) != 2 || got[0] != "y stays" || got[1] != want {
		t.Errorf("got %q, want the last to be %q", got, want)
	}
}
