package fixproof_test

import (
	"go/token"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/leaklint/leaklint/internal/fixproof"
	"github.com/leaklint/leaklint/internal/passtest"
	"github.com/leaklint/leaklint/internal/report"
	"github.com/leaklint/leaklint/internal/summary"
)

// A change replaces the only occurrence of old in a source by another text.
type change struct{ old, new string }

// room is the fix that gives a channel room for one value.
var room = change{"make(chan int)", "make(chan int, 1)"}

// stop is the fix that ends a send with ctx.
var stop = change{"ch <- f()", "select { case ch <- f(): case <-ctx.Done(): return }"}

// TestKeep gives sources whose function F leaks at a send, and fixes of which
// the first right one has to be kept; "" if none is right.
func TestKeep(t *testing.T) {
	tests := []struct {
		name, body string
		fixes      []change
		want       string
	}{
		{"room", `ch := make(chan int); go func() { ch <- f() }(); select { case v := <-ch: return v; case <-ctx.Done(): return 0 }`, []change{room, stop}, room.new},
		{"room for one of two", `ch := make(chan int); go func() { ch <- f() }(); go func() { ch <- 1 }(); select { case v := <-ch: return v; case <-ctx.Done(): return 0 }`, []change{room}, ""},
		{"receiver with the case", `ch := make(chan int); go func() { for { ch <- f() } }(); select { case v := <-ch: return v; case <-ctx.Done(): return 0 }`, []change{room, stop}, stop.new},
		{"receiver without it", `ch := make(chan int); go func() { ch <- f() }(); if f() > 0 { return 0 }; return <-ch`, []change{stop}, ""},
		{"receiver takes the end for all", `ch := make(chan int); go func() { defer close(ch); for range 3 { ch <- f() } }(); n := 0; for v := range ch { if v < 0 { return 0 }; n += v }; return n`, []change{stop}, ""},
		{"second wait after the send", `ch, done := make(chan int), make(chan int); go func() { ch <- f(); done <- 1 }(); select { case v := <-ch: <-done; return v; case <-ctx.Done(): return 0 }`, []change{room}, ""},
		{"does not compile", `ch := make(chan int); go func() { ch <- f() }(); select { case v := <-ch: return v; case <-ctx.Done(): return 0 }`, []change{{"make(chan int)", "make(chan int, none)"}}, ""},
		{"nothing changed", `ch := make(chan int); go func() { ch <- f() }(); select { case v := <-ch: return v; case <-ctx.Done(): return 0 }`, []change{{"make(chan int)", "make(chan int, 0)"}}, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			source := "package p\n\nimport \"context\"\n\nvar _ context.Context\n\nfunc F(ctx context.Context, f func() int) int {\n\t" + test.body + "\n}\n"
			pass := load(t, source)
			finding := report.Finding{Shape: "x", Trail: []report.Step{{Role: report.Blocks}}}
			finding.Pos, finding.End = span(pass, source, "ch <- f()")
			for _, c := range test.fixes {
				pos, end := span(pass, source, c.old)
				finding.Fixes = append(finding.Fixes, analysis.SuggestedFix{TextEdits: []analysis.TextEdit{{Pos: pos, End: end, NewText: []byte(c.new)}}})
			}
			shown := []report.Finding{finding}
			fixproof.Of(func(*analysis.Pass) ([]report.Finding, error) { return nil, nil })(pass, shown, shown)
			got := ""
			for _, fix := range shown[0].Fixes {
				got += string(fix.TextEdits[0].NewText)
			}
			if got != test.want {
				t.Errorf("kept %q, want %q", got, test.want)
			}
		})
	}
}

// load returns a pass with the summary of the package.
func load(t *testing.T, source string) *analysis.Pass {
	t.Helper()
	pass := passtest.Load(t, source)
	pass.Analyzer = &analysis.Analyzer{Name: "test", Requires: []*analysis.Analyzer{summary.Analyzer}}
	res, err := summary.Analyzer.Run(pass)
	if err != nil {
		t.Fatal(err)
	}
	pass.ResultOf[summary.Analyzer] = res
	return pass
}

// span returns the place of the only occurrence of text.
func span(pass *analysis.Pass, source, text string) (pos, end token.Pos) {
	file := pass.Fset.File(pass.Files[0].FileStart)
	at := strings.Index(source, text)
	return file.Pos(at), file.Pos(at + len(text))
}
