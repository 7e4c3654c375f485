// Package visible answers: may some code read this field or package variable,
// as far as the files of the package can be seen?
//
// A package is closed only as far as its files are visible. Code in _test.go
// files does nothing for code outside them: the go command shows a package
// only together with its tests, and a test that reads a field would hide what
// the package itself forgets. An identifier in a file that the build leaves
// out (another system, another tag) opens what has its name; so do assembly
// and cgo. See docs/design.md section 7.3.
package visible

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"path/filepath"
	"strings"
	"sync"

	"golang.org/x/tools/go/analysis"
)

// A Package is the view of the package under analysis. Its indexes are built
// on first use. All methods are safe for concurrent use.
type Package struct {
	pass    *analysis.Pass
	once    sync.Once
	reads   map[*types.Var]where
	names   map[string]where // fields and variables read, by name
	convert bool             // some struct is converted to another type
	ignored struct {
		once   sync.Once
		names  map[string]bool
		fields map[string]bool // the names after a dot or as a key
		open   bool            // there is code that is not Go
	}
}

// where tells reads in tests and outside apart.
type where struct{ code, test bool }

// New returns the view of the package that pass analyses.
func New(pass *analysis.Pass) *Package { return &Package{pass: pass} }

// InTest reports whether pos lies in a _test.go file.
func (p *Package) InTest(pos token.Pos) bool {
	f := p.pass.Fset.File(pos)
	return f != nil && strings.HasSuffix(f.Name(), "_test.go")
}

// MayRead reports whether the value of v, a field or package variable, may be
// read for more than a comparison by code that counts for code at from: tests
// count for tests only.
func (p *Package) MayRead(v *types.Var, from token.Pos) bool {
	v = v.Origin()
	if v.Exported() || v.Pkg() != p.pass.Pkg || v.Embedded() || v.Name() == "_" {
		return true
	}
	p.once.Do(p.index)
	test := p.InTest(from)
	w := p.reads[v]
	if p.convert && v.IsField() {
		w = p.names[v.Name()] // a read of the other type's field is a read of this one
	}
	return w.code || test && w.test || p.Mentioned(v.Name())
}

// Mentioned reports whether a file that the build leaves out, or code that is
// not Go, may use the name.
func (p *Package) Mentioned(name string) bool {
	p.ignored.once.Do(p.parseIgnored)
	return p.ignored.open || p.ignored.names[name]
}

// MentionedField is Mentioned for the name of a field: it stands after a dot or
// as the key of a literal wherever it is used.
func (p *Package) MentionedField(name string) bool {
	p.ignored.once.Do(p.parseIgnored)
	return p.ignored.open || p.ignored.fields[name]
}

// parseIgnored collects the identifiers of the files the build leaves out.
// Files of another package in the folder (ignored scripts) do not count.
func (p *Package) parseIgnored() {
	p.ignored.names, p.ignored.fields = make(map[string]bool), make(map[string]bool)
	p.readDirectives()
	for _, name := range p.pass.OtherFiles {
		switch filepath.Ext(name) {
		case ".s", ".S", ".c", ".cc", ".cpp", ".cxx", ".m", ".swig", ".swigcxx":
			p.ignored.open = true
		}
	}
	for _, name := range p.pass.IgnoredFiles {
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") || p.pass.ReadFile == nil {
			continue
		}
		content, err := p.pass.ReadFile(name)
		if err != nil {
			p.ignored.open = true // it may say anything
			continue
		}
		file, _ := parser.ParseFile(token.NewFileSet(), name, content, parser.SkipObjectResolution)
		if file == nil || file.Name == nil || file.Name.Name != p.pass.Pkg.Name() {
			continue
		}
		ast.Inspect(file, p.mention)
	}
}

// mention notes the names that a node of an ignored file uses.
func (p *Package) mention(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.Ident:
		p.ignored.names[n.Name] = true
	case *ast.SelectorExpr:
		p.ignored.fields[n.Sel.Name] = true
	case *ast.KeyValueExpr:
		if id, ok := n.Key.(*ast.Ident); ok {
			p.ignored.fields[id.Name] = true
		}
	}
	return true
}

// readDirectives notes the names that the linker or C may use: those in
// //go:linkname and //export directives.
func (p *Package) readDirectives() {
	for _, file := range p.pass.Files {
		for _, group := range file.Comments {
			for _, c := range group.List {
				words := strings.Fields(c.Text)
				if len(words) > 1 && (words[0] == "//go:linkname" || words[0] == "//export") {
					p.ignored.names[words[1]] = true
				}
			}
		}
	}
}

// index notes every read of a field or package variable.
func (p *Package) index() {
	p.reads = make(map[*types.Var]where)
	p.names = make(map[string]where)
	for _, file := range p.pass.Files {
		test := p.InTest(file.FileStart)
		writes := make(map[*ast.Ident]bool)
		ast.Inspect(file, func(n ast.Node) bool {
			p.note(n, writes)
			id, ok := n.(*ast.Ident)
			if !ok || writes[id] {
				return true
			}
			v, ok := p.pass.TypesInfo.Uses[id].(*types.Var)
			if !ok || !v.IsField() && v.Parent() != p.pass.Pkg.Scope() {
				return true
			}
			w, named := p.reads[v.Origin()], p.names[v.Name()]
			if test {
				w.test, named.test = true, true
			} else {
				w.code, named.code = true, true
			}
			p.reads[v.Origin()], p.names[v.Name()] = w, named
			return true
		})
	}
}

// note collects identifiers below n that are no reads: assigned, keys of a
// composite literal, compared with nil, or given to the blank identifier.
func (p *Package) note(n ast.Node, writes map[*ast.Ident]bool) {
	mark := func(e ast.Expr) {
		switch e := ast.Unparen(e).(type) {
		case *ast.Ident:
			writes[e] = true
		case *ast.SelectorExpr:
			writes[e.Sel] = true
		}
	}
	switch n := n.(type) {
	case *ast.AssignStmt:
		blank := true
		for _, e := range n.Lhs {
			if n.Tok == token.ASSIGN {
				mark(e)
			}
			id, ok := e.(*ast.Ident)
			blank = blank && ok && id.Name == "_"
		}
		if blank {
			for _, e := range n.Rhs {
				mark(e)
			}
		}
	case *ast.CompositeLit:
		for _, e := range n.Elts {
			if kv, ok := e.(*ast.KeyValueExpr); ok {
				if _, isStruct := p.pass.TypesInfo.TypeOf(n).Underlying().(*types.Struct); isStruct {
					mark(kv.Key)
				}
			}
		}
	case *ast.BinaryExpr:
		if isNil(p.pass.TypesInfo, n.Y) {
			mark(n.X)
		}
		if isNil(p.pass.TypesInfo, n.X) {
			mark(n.Y)
		}
	case *ast.CallExpr:
		if tv := p.pass.TypesInfo.Types[n.Fun]; tv.IsType() && len(n.Args) == 1 && isStruct(tv.Type) {
			p.convert = true
		}
	}
}

// isNil reports whether e is the predeclared nil.
func isNil(info *types.Info, e ast.Expr) bool { return info.Types[e].IsNil() }

// isStruct reports whether t is a struct or a pointer to one.
func isStruct(t types.Type) bool {
	if ptr, ok := t.Underlying().(*types.Pointer); ok {
		t = ptr.Elem()
	}
	_, ok := t.Underlying().(*types.Struct)
	return ok
}
