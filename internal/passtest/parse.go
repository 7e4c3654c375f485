package passtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
)

// ParseFile is a function for the field of this name in packages.Config. It
// leaves out the bodies of std's functions, which no analyzer looks into
// (internal/known says what they do): type-checking them is most of the time
// that it takes to load a small program from source.
func ParseFile(fset *token.FileSet, filename string, src []byte) (*ast.File, error) {
	if !strings.HasPrefix(filename, goroot) {
		return parser.ParseFile(fset, filename, src, parser.AllErrors|parser.ParseComments)
	}
	file, err := parser.ParseFile(fset, filename, src, parser.SkipObjectResolution)
	if err != nil {
		return file, err
	}
	for _, decl := range file.Decls {
		if fn, ok := decl.(*ast.FuncDecl); ok && canBeBare(fn) {
			fn.Body = nil
		}
	}
	blankUnused(file)
	return file, nil
}

// goroot is the directory of std's source.
//
//lint:ignore SA1019 it runs where it was built
var goroot = filepath.Join(runtime.GOROOT(), "src") + string(filepath.Separator)

// canBeBare reports whether the function may be declared without a body, as
// those in assembly are: it is neither init nor generic.
func canBeBare(fn *ast.FuncDecl) bool {
	if fn.Recv == nil {
		return fn.Name.Name != "init" && fn.Type.TypeParams == nil
	}
	recv := fn.Recv.List[0].Type
	if star, ok := recv.(*ast.StarExpr); ok {
		recv = star.X
	}
	_, named := ast.Unparen(recv).(*ast.Ident)
	return named
}

// blankUnused names the imports _ that only the bodies had used.
func blankUnused(file *ast.File) {
	used := make(map[string]bool)
	for n := range ast.Preorder(file) {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if id, ok := sel.X.(*ast.Ident); ok {
				used[id.Name] = true
			}
		}
	}
	for _, imp := range file.Imports {
		name := importName(imp)
		if name != "." && name != "C" && !used[name] {
			imp.Name = ast.NewIdent("_")
		}
	}
}

// importName returns the name that an import of std has in its file.
func importName(imp *ast.ImportSpec) string {
	if imp.Name != nil {
		return imp.Name.Name
	}
	p := strings.Trim(imp.Path.Value, `"`)
	if base := path.Base(p); !majorVersion.MatchString(base) {
		return base
	}
	return path.Base(path.Dir(p))
}

// majorVersion matches the last part of the path of a second version.
var majorVersion = regexp.MustCompile(`^v[0-9]+$`)
