// Command write writes a module of odd programs into an empty directory: every
// hostile shape in its full size, and every file of the Go toolchain's own tests
// that is a package of its own and compiles. scripts/odd.sh analyses it.
package main

import (
	"flag"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/leaklint/leaklint/internal/hostile"
)

// maxFile is the size in bytes of the largest test that is taken.
const maxFile = 4 << 20

func main() {
	dir := flag.String("dir", "", "write into this `directory`")
	flag.Parse()
	w := &writer{dir: *dir, fset: token.NewFileSet(), importer: importer.Default()}
	w.write("go.mod", "module odd\n\ngo 1."+strings.Split(runtime.Version(), ".")[1]+"\n")
	for _, s := range hostile.Shapes {
		w.write("shapes/"+s.Name+"/p.go", s.Source(s.Full))
	}
	//lint:ignore SA1019 it runs where it was built
	root := runtime.GOROOT()
	w.tests("test", filepath.Join(root, "test"))
	w.tests("types", filepath.Join(root, "src", "internal", "types", "testdata"))
	if w.err != nil {
		fmt.Fprintln(os.Stderr, w.err)
		os.Exit(1)
	}
	fmt.Println(w.written, "packages")
}

// A writer writes a module; its first error stays.
type writer struct {
	dir      string
	fset     *token.FileSet
	importer types.Importer
	written  int
	err      error
}

// write writes one file.
func (w *writer) write(name, text string) {
	if w.err != nil {
		return
	}
	name = filepath.Join(w.dir, filepath.FromSlash(name))
	if w.err = os.MkdirAll(filepath.Dir(name), 0o777); w.err == nil {
		w.err = os.WriteFile(name, []byte(text), 0o666)
	}
	w.written++
}

// tests writes each Go file below root that compiles by itself as a package.
func (w *writer) tests(prefix, root string) {
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".go" {
			return err
		}
		src, err := os.ReadFile(path)
		if err != nil || len(src) > maxFile || !w.compiles(path, src) {
			return err
		}
		rel, err := filepath.Rel(root, path)
		name := strings.Map(inPath, strings.TrimSuffix(filepath.ToSlash(rel), ".go"))
		w.write(prefix+"/"+name+"/p.go", string(src))
		return err
	})
	if w.err == nil {
		w.err = err
	}
}

// inPath returns a character for a file name as it may stand in an import path.
func inPath(r rune) rune {
	if r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '_' {
		return r
	}
	return '-'
}

// compiles reports whether a file type-checks as a package of its own that
// imports nothing but the standard library.
func (w *writer) compiles(path string, src []byte) bool {
	f, err := parser.ParseFile(w.fset, path, src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil || constrained(f) {
		return false
	}
	for _, imp := range f.Imports {
		name := strings.Trim(imp.Path.Value, "\"`")
		first, _, _ := strings.Cut(name, "/")
		if name == "C" || name == "embed" || strings.Contains(first, ".") || strings.Contains(name, "//") || strings.Contains("/"+name+"/", "/internal/") {
			return false
		}
	}
	conf := types.Config{Importer: w.importer, FakeImportC: true}
	_, err = conf.Check("p", w.fset, []*ast.File{f}, nil)
	return err == nil
}

// constrained reports whether a //go:build line decides about a file.
func constrained(f *ast.File) bool {
	for _, group := range f.Comments {
		for _, c := range group.List {
			if strings.HasPrefix(c.Text, "//go:build") {
				return true
			}
		}
	}
	return false
}
