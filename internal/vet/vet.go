// Package vet answers: which lines does vet's own lostcancel report?
//
// lostcancel is asked itself, on a copy of the pass whose Report collects. The
// control-flow graphs it needs are built here and now by ctrlflow's Run:
// requiring ctrlflow would make every dependency pay for them. What ctrlflow
// would import as a fact is answered by the caller, and what it would export
// is dropped (docs/decisions/ask-lostcancel-itself.md).
package vet

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/ctrlflow"
	"golang.org/x/tools/go/analysis/passes/inspect"
	"golang.org/x/tools/go/analysis/passes/lostcancel"
	"golang.org/x/tools/go/ast/inspector"
)

// Lines are lines of the package under analysis.
type Lines struct {
	fset *token.FileSet
	set  map[line]bool
}

// A line is a line of a file, by its name.
type line struct {
	file string
	n    int
}

// Has reports whether the line of pos is one of the lines.
func (l Lines) Has(pos token.Pos) bool { return l.set[l.line(pos)] }

// line returns the line of pos.
func (l Lines) line(pos token.Pos) line {
	p := l.fset.PositionFor(pos, false)
	return line{p.Filename, p.Line}
}

// LostCancel returns the lines at which lostcancel reports. A failure of
// lostcancel gives none.
func LostCancel(pass *analysis.Pass, neverReturns func(*types.Func) bool) Lines {
	lines := Lines{pass.Fset, make(map[line]bool)}
	asked := *pass
	asked.Report = func(d analysis.Diagnostic) { lines.set[lines.line(d.Pos)] = true }
	asked.ExportObjectFact = func(types.Object, analysis.Fact) {}
	asked.ImportObjectFact = func(obj types.Object, _ analysis.Fact) bool { // ctrlflow has one kind of fact
		fn, ok := obj.(*types.Func)
		return ok && neverReturns(fn)
	}
	asked.ResultOf = map[*analysis.Analyzer]any{inspect.Analyzer: inspector.New(pass.Files)}
	asked.Analyzer = ctrlflow.Analyzer
	graphs, err := ctrlflow.Analyzer.Run(&asked)
	if err != nil {
		return lines
	}
	asked.ResultOf[ctrlflow.Analyzer] = graphs
	asked.Analyzer = lostcancel.Analyzer
	if _, err := lostcancel.Analyzer.Run(&asked); err != nil {
		return Lines{fset: pass.Fset}
	}
	return lines
}
