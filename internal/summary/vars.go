package summary

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/fact"
)

// touch records that fn does op to what the last field or package variable on
// the way to v holds.
func (s *summarizer) touch(v value, op fact.Op, fn *ssa.Function) {
	if v.last != nil {
		s.record(v.last, op, fn)
	}
}

// load records that fn reads the field or package variable.
func (s *summarizer) load(v *types.Var, fn *ssa.Function) {
	if v != nil {
		s.record(v, fact.Load, fn)
	}
}

// record records one operation on a field or package variable.
func (s *summarizer) record(v *types.Var, op fact.Op, fn *ssa.Function) {
	v = v.Origin()
	s.all[v] = s.all[v].Add(op)
	if !s.inTest(fn.Pos()) {
		s.code[v] = s.code[v].Add(op)
	}
}

// Var returns what code may do to the values that a field or package variable
// holds. Code in _test.go files does not count, unless v is declared in one:
// the package must be judged the same without its tests. It reports false if
// nothing is known: the package does not matter.
func (r *Result) Var(v *types.Var) (fact.VarFact, bool) { return r.VarSeenFrom(v, v.Pos()) }

// VarSeenFrom is like Var for a question that arises at pos: in a _test.go
// file, the code of tests counts as well.
func (r *Result) VarSeenFrom(v *types.Var, pos token.Pos) (fact.VarFact, bool) {
	v = v.Origin()
	s := r.effects()
	if s == nil || v.Pkg() != r.pkg {
		return fact.VarFact{Open: true}, v.Pkg() != r.pkg
	}
	may := s.code[v]
	if s.inTest(pos) {
		may = s.all[v]
	}
	return fact.VarFact{May: may, Open: r.visible(v) || r.hidden().mentions(v.Name())}, true
}

// visible reports whether code of other packages can name the field or package
// variable. Nothing in package main can be named outside, but reflection finds
// its exported fields, too.
func (r *Result) visible(v *types.Var) bool {
	return v.Exported() && (r.pkg.Name() != "main" || v.IsField())
}

// hiddenCode is code that is not analysed but uses names of the package: files
// that build constraints exclude, assembly, what linkname and cgo export.
type hiddenCode struct {
	names    map[string]bool // identifiers of excluded Go files, and exported names
	assembly string          // text of all other files
}

// mentions reports whether hidden code may use the name.
func (h *hiddenCode) mentions(name string) bool {
	return h.names[name] || h.assembly != "" && strings.Contains(h.assembly, name)
}

// readHidden reads the code that is not analysed. Excluded files are parsed,
// not type-checked; in one that cannot be parsed, what was parsed counts. Tests
// are left out: they are no partners of other code.
func readHidden(pass *analysis.Pass) *hiddenCode {
	h := &hiddenCode{names: make(map[string]bool)}
	if pass.ReadFile == nil {
		return h // a driver without files
	}
	for _, name := range pass.IgnoredFiles {
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			continue
		}
		src, err := pass.ReadFile(name)
		if err != nil {
			continue // a file that is gone has no code
		}
		file, _ := parser.ParseFile(token.NewFileSet(), name, src, parser.SkipObjectResolution)
		if file == nil {
			continue
		}
		if file.Name.Name != pass.Pkg.Name() {
			continue // another package (a generator) in the same directory
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok {
				h.names[id.Name] = true
			}
			return true
		})
	}
	for _, file := range pass.Files {
		for _, group := range file.Comments {
			for _, c := range group.List {
				if words := strings.Fields(c.Text); len(words) > 1 && (words[0] == "//go:linkname" || words[0] == "//export") {
					h.names[words[1]] = true
				}
			}
		}
	}
	for _, name := range pass.OtherFiles {
		if src, err := pass.ReadFile(name); err == nil && strings.HasSuffix(name, ".s") {
			h.assembly += string(src)
		}
	}
	return h
}

// Hidden reports whether code that is not analysed (files that build
// constraints exclude, assembly, users of linkname and cgo exports) may use the
// name. Whoever claims
// something about all uses of an object in the package has to ask.
func (r *Result) Hidden(name string) bool { return r.hidden().mentions(name) }
