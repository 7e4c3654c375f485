package lazyssa

import "go/ast"

// maxBranches is how many cases, loops and conditions a function may have to be
// built. Generated tables are beyond it, people's code is not.
const maxBranches = 5000

// buildable returns the files with the bodies of enormous functions left out.
// The files themselves stay as they are.
func buildable(files []*ast.File) []*ast.File {
	out := make([]*ast.File, len(files))
	for i, f := range files {
		out[i] = f
		for j, decl := range f.Decls {
			fn, ok := decl.(*ast.FuncDecl)
			if !ok || !enormous(fn) {
				continue
			}
			if out[i] == f {
				part := *f
				part.Decls = append([]ast.Decl(nil), f.Decls...)
				out[i] = &part
			}
			bare := *fn
			bare.Body = nil
			out[i].Decls[j] = &bare
		}
	}
	return out
}

// enormous reports whether a function has more than maxBranches branches. A
// branch takes some bytes, so that most functions are not looked at.
func enormous(fn *ast.FuncDecl) bool {
	const leastBytes = 4
	if fn.Body == nil || int(fn.Body.End()-fn.Body.Pos()) < maxBranches*leastBytes {
		return false
	}
	n := 0
	ast.Inspect(fn.Body, func(node ast.Node) bool {
		switch node.(type) {
		case *ast.CaseClause, *ast.CommClause, *ast.IfStmt, *ast.ForStmt, *ast.RangeStmt:
			n++
		}
		return n <= maxBranches
	})
	return n > maxBranches
}
