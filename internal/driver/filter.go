package driver

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
)

// hide removes the findings that the options leave out: those in tests, and
// those in generated files, which nobody can change. A failure of an analyzer
// is never hidden: it becomes a problem. Every pass that asked the analyzer tells
// of it, so that it is told whichever pass is on; of these problems one stays.
func (r *Report) hide(o *options) {
	generated := make(map[string]bool)
	r.Findings = slices.DeleteFunc(r.Findings, func(f Finding) bool {
		if f.isFailure() {
			r.Problems = append(r.Problems, Problem{Package: f.Package, Reason: f.Message})
			return true
		}
		file := f.Pos.File
		if !o.tests && isTestFile(file) {
			return true
		}
		if o.generated {
			return false
		}
		is, ok := generated[file]
		if !ok {
			is = isGenerated(file)
			generated[file] = is
		}
		return is
	})
}

// isGenerated reports whether the Go file says that it is generated.
func isGenerated(file string) bool {
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.PackageClauseOnly|parser.ParseComments)
	return err == nil && ast.IsGenerated(f)
}
