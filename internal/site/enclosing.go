package site

import (
	"go/ast"
	"go/token"
	"sort"

	"golang.org/x/tools/go/ast/astutil"
)

// Enclosing returns the nodes around a position, innermost first; the last is
// the file. It is nil if the position lies in none of the files. It costs what
// the declaration around the position does, not the file.
func Enclosing(files []*ast.File, pos token.Pos) []ast.Node {
	for _, f := range files {
		if pos < f.FileStart || f.FileEnd < pos {
			continue
		}
		part := *f // the file, with that declaration only
		i := sort.Search(len(f.Decls), func(i int) bool { return pos <= f.Decls[i].End() })
		if i < len(f.Decls) && f.Decls[i].Pos() <= pos {
			part.Decls = f.Decls[i : i+1]
		}
		path, _ := astutil.PathEnclosingInterval(&part, pos, pos)
		path[len(path)-1] = f
		return path
	}
	return nil
}
