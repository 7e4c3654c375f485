package driver

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
)

// fingerprints returns for each finding a hash that stays the same when lines
// move: of the check, the file, the enclosing function, the text of the line
// without its white space, and which of the findings that agree in all that it
// is.
func (v *view) fingerprints(findings []Finding) []string {
	var full []string
	for _, p := range v.prints(findings) {
		full = append(full, p.full)
	}
	return full
}

// A print is the fingerprint of a finding, and what it would be if its file had
// no name.
type print struct{ full, content string }

// printLen is how long each of them is.
const printLen = 32

// prints returns the fingerprints of the findings.
func (v *view) prints(findings []Finding) []print {
	seen := make(map[string]int)
	prints := make([]print, len(findings))
	for i := range findings {
		f := &findings[i]
		hash := func(file string, n int) string {
			key := strings.Join([]string{f.Check, file, v.enclosing(f.Pos), v.normalLine(f.Pos)}, "\x00")
			sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%d", key, n))
			return hex.EncodeToString(sum[:printLen/2])
		}
		file := v.sarifFile(f.Pos.File).URI
		key := hash(file, 0)
		seen[key]++
		prints[i] = print{full: hash(file, seen[key]), content: hash("", seen[key])}
	}
	return prints
}

// normalLine returns the text of a line without white space.
func (v *view) normalLine(p Position) string {
	lines := v.linesOf(p.File)
	if p.Line < 1 || p.Line > len(lines) {
		return ""
	}
	return strings.Join(strings.Fields(lines[p.Line-1]), "")
}

// A funcRange is a function declaration and the lines it spans.
type funcRange struct {
	name        string
	first, last int
}

// enclosing returns the name of the function declaration around p, as in
// (*T).m, or "".
func (v *view) enclosing(p Position) string {
	funcs, ok := v.funcs[p.File]
	if !ok {
		funcs = parseFuncs(p.File)
		v.funcs[p.File] = funcs
	}
	for _, f := range funcs {
		if f.first <= p.Line && p.Line <= f.last {
			return f.name
		}
	}
	return ""
}

// parseFuncs returns the function declarations of a file, as far as it parses.
func parseFuncs(file string) []funcRange {
	data, err := readSource(file)
	if err != nil {
		return nil
	}
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, file, data, parser.SkipObjectResolution)
	if f == nil || err != nil && f.Decls == nil {
		return nil
	}
	var funcs []funcRange
	for _, decl := range f.Decls {
		fn, ok := decl.(*ast.FuncDecl)
		if !ok {
			continue
		}
		name := fn.Name.Name
		if fn.Recv != nil && len(fn.Recv.List) == 1 {
			name = "(" + receiverName(fn.Recv.List[0].Type) + ")." + name
		}
		funcs = append(funcs, funcRange{name, fset.PositionFor(fn.Pos(), false).Line, fset.PositionFor(fn.End(), false).Line})
	}
	return funcs
}

// receiverName returns the type of a receiver without type parameters.
func receiverName(t ast.Expr) string {
	switch t := t.(type) {
	case *ast.StarExpr:
		return "*" + receiverName(t.X)
	case *ast.IndexExpr:
		return receiverName(t.X)
	case *ast.IndexListExpr:
		return receiverName(t.X)
	case *ast.Ident:
		return t.Name
	}
	return ""
}

// repository returns the folder to which code scanning takes paths to be
// relative: the nearest one upwards that holds .git, else the current one.
func (v *view) repository() string {
	if v.repo != "" {
		return v.repo
	}
	v.repo = v.wd
	for dir := v.wd; ; dir = filepath.Dir(dir) {
		if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil {
			v.repo = dir
			break
		}
		if dir == filepath.Dir(dir) {
			break
		}
	}
	return v.repo
}
