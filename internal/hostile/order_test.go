package hostile_test

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"

	"github.com/leaklint/leaklint/passes"
)

// TestDeclarationOrder turns the functions of each corpus file round, and adds
// one that has nothing to do with them: the findings stay the same.
func TestDeclarationOrder(t *testing.T) {
	imports := importer.Default()
	compared := 0
	for _, source := range seeds(t) {
		if strings.Contains(source, "lint:") || strings.Contains(source, "//nolint") || strings.Contains(source, "//go:debug") {
			continue // comments that decide about findings would go astray
		}
		p, err := load(imports, source)
		if err != nil {
			continue // it needs another package
		}
		turned := turn(t, source) + "\nfunc unrelatedToAll(n int) int { return n + 1 }\n"
		q, err := load(imports, turned)
		if err != nil {
			t.Fatalf("%v in\n%s", err, turned)
		}
		compared++
		if a, b := findings(t, p, source), findings(t, q, turned); !slices.Equal(a, b) {
			t.Errorf("%s\n\nas written:\n%s\n\nturned round:\n%s", source, strings.Join(a, "\n"), strings.Join(b, "\n"))
		}
	}
	if compared < 50 {
		t.Errorf("only %d files were compared", compared)
	}
}

// turn returns the source with its functions in the opposite order, behind all
// else.
func turn(t *testing.T, source string) string {
	t.Helper()
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "p.go", source, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	text := func(n ast.Node) string {
		return source[fset.Position(n.Pos()).Offset:fset.Position(n.End()).Offset]
	}
	head, funcs := "package "+f.Name.Name+"\n", []string{}
	for _, d := range f.Decls {
		if _, ok := d.(*ast.FuncDecl); ok {
			funcs = append(funcs, text(d))
		} else {
			head += "\n" + text(d) + "\n"
		}
	}
	slices.Reverse(funcs)
	return head + "\n" + strings.Join(funcs, "\n\n") + "\n"
}

// findings returns what the passes say of a package: check, and line of code. Of
// several launchers a message names the first, so it is not compared.
func findings(t *testing.T, p *packages.Package, source string) []string {
	t.Helper()
	graph, err := checker.Analyze(passes.All(), []*packages.Package{p}, &checker.Options{Sequential: true})
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(source, "\n")
	var all []string
	for action := range graph.All() {
		for _, d := range action.Diagnostics {
			code, _, _ := strings.Cut(lines[p.Fset.Position(d.Pos).Line-1], "//")
			all = append(all, d.Category+": "+strings.TrimSpace(code))
		}
	}
	slices.Sort(all)
	return all
}
