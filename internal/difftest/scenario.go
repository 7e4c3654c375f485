package difftest

import (
	"bytes"
	"embed"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
)

// A Scenario is one generated package.
type Scenario struct {
	Name   string   // of the package
	Family string   // what the template was thinking of
	Params []string // types of Run's parameters after the context: int or bool
	HasCtx bool     // Run's first parameter is a context
	Source []byte   // formatted file run.go
}

// Sends returns the lines at which a goroutine of the scenario can be blocked
// sending, each mapped to the line where such a goroutine stands: a select
// with a send case stands at its select keyword, a write to a pipe at the
// call. It costs one parse.
func (s *Scenario) Sends() map[int]int {
	fset, file := s.parse(0)
	lines := map[int]int{}
	line := func(n ast.Node) int { return fset.Position(n.Pos()).Line }
	inSelect := map[ast.Stmt]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectStmt:
			for _, c := range n.Body.List {
				send, ok := c.(*ast.CommClause).Comm.(*ast.SendStmt)
				if !ok {
					continue
				}
				inSelect[send] = true
				lines[line(n)], lines[line(send)] = line(n), line(n)
			}
		case *ast.SendStmt:
			if !inSelect[n] {
				lines[line(n)] = line(n)
			}
		case *ast.CallExpr:
			if sel, ok := n.Fun.(*ast.SelectorExpr); ok && sel.Sel.Name == "Write" {
				lines[line(n)] = line(n)
			}
		}
		return true
	})
	return lines
}

// ops returns how many different lines can block a goroutine sending.
func (s *Scenario) ops() int {
	at := map[int]bool{}
	for _, l := range s.Sends() {
		at[l] = true
	}
	return len(at)
}

// parse returns the scenario's syntax; generated code that does not parse is
// a mistake of the generator.
func (s *Scenario) parse(mode parser.Mode) (*token.FileSet, *ast.File) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "run.go", s.Source, mode)
	if err != nil {
		panic(fmt.Sprintf("internal error: scenario %s: %v\n%s", s.Name, err, s.Source))
	}
	return fset, file
}

//go:embed module
var module embed.FS

const goMod = `module difftest

go 1.26

require golang.org/x/sync v0.0.0

replace golang.org/x/sync => ./xsync
`

// WriteModule writes the scenarios, and what they import, as the module
// difftest into dir: package difftest/NAME in folder NAME for each.
func WriteModule(dir string, scenarios []*Scenario) error {
	return writeModule(dir, scenarios, (*Scenario).plain)
}

// plain returns the file as a linter sees it.
func (s *Scenario) plain() []byte { return s.Source }

// writeModule is WriteModule with a choice of the text of run.go.
func writeModule(dir string, scenarios []*Scenario, text func(*Scenario) []byte) error {
	files := map[string][]byte{
		"go.mod":       []byte(goMod),
		"xsync/go.mod": []byte("module golang.org/x/sync\n\ngo 1.26\n"),
	}
	for from, to := range map[string]string{
		"env/env.go.txt":           "env/env.go",
		"harness/harness.go.txt":   "harness/harness.go",
		"errgroup/errgroup.go.txt": "xsync/errgroup/errgroup.go",
	} {
		data, err := module.ReadFile("module/" + from)
		if err != nil {
			return err
		}
		files[to] = data
	}
	for _, s := range scenarios {
		files[s.Name+"/run.go"] = text(s)
	}
	for name, data := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			return err
		}
		if err := os.WriteFile(path, data, 0o666); err != nil {
			return err
		}
	}
	return nil
}

// Numbered returns the source with line numbers, for people.
func (s *Scenario) Numbered() string {
	var b bytes.Buffer
	for i, line := range bytes.Split(bytes.TrimRight(s.Source, "\n"), []byte("\n")) {
		fmt.Fprintf(&b, "%3d  %s\n", i+1, line)
	}
	return b.String()
}
