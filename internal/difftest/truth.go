package difftest

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
)

// Effort says how long the truth is looked for.
type Effort struct {
	Rounds int // the profile is read after each; biases and delays change from one to the next
	Runs   int // of each scenario in a round
}

// Leaks is a set of lines, by scenario name.
type Leaks map[string]map[int]bool

// Add adds a line of a scenario.
func (l Leaks) Add(name string, line int) {
	if l[name] == nil {
		l[name] = map[int]bool{}
	}
	l[name][line] = true
}

// batch is how many scenarios share a process: what leaks stays in memory, and
// a scenario that ends the process takes its batch with it.
const batch = 100

// Truth runs the scenarios in dir, which it fills, and returns the lines where
// goroutines leaked, at sends and elsewhere. Its cost is Rounds × Runs short
// runs a scenario.
func Truth(dir string, scenarios []*Scenario, effort Effort) (Leaks, error) {
	if err := writeModule(dir, scenarios, (*Scenario).delayed); err != nil {
		return nil, err
	}
	leaks := Leaks{}
	for len(scenarios) > 0 {
		n := min(batch, len(scenarios))
		if err := truthBatch(dir, scenarios[:n], effort, leaks); err != nil {
			return nil, err
		}
		scenarios = scenarios[n:]
	}
	return leaks, nil
}

// truthBatch builds and runs one process.
func truthBatch(dir string, scenarios []*Scenario, effort Effort, leaks Leaks) error {
	if err := writeMain(dir, scenarios, effort); err != nil {
		return err
	}
	bin := filepath.Join(dir, "truth.bin")
	build := exec.Command("go", "build", "-o", bin, "./cmd")
	build.Dir = dir
	build.Env = append(os.Environ(), "GOEXPERIMENT=goroutineleakprofile", "GOFLAGS=-mod=mod", "GOWORK=off")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("building scenarios: %v\n%s", err, out)
	}
	run := exec.Command(bin)
	var out, errs bytes.Buffer
	run.Stdout, run.Stderr = &out, &errs
	if err := run.Run(); err != nil || !strings.HasSuffix(out.String(), "done\n") {
		text := errs.String()
		return fmt.Errorf("running scenarios: %v\n%s", err, text[:min(len(text), 4000)])
	}
	for line := range strings.Lines(out.String()) {
		var name string
		var at int
		if n, _ := fmt.Sscanf(line, "leak %s %d", &name, &at); n == 2 {
			leaks.Add(name, at)
		}
	}
	return nil
}

// writeMain writes the command that runs these scenarios.
func writeMain(dir string, scenarios []*Scenario, effort Effort) error {
	var b bytes.Buffer
	b.WriteString("package main\n\nimport (\n\t\"difftest/harness\"\n")
	for _, s := range scenarios {
		fmt.Fprintf(&b, "\t%q\n", "difftest/"+s.Name)
	}
	b.WriteString(")\n\nfunc main() {\n\tharness.Main([]harness.Case{\n")
	for _, s := range scenarios {
		fmt.Fprintf(&b, "\t\t{Name: %q, Ops: %d, Run: func(c *harness.Call) { %s.Run(%s) }},\n",
			s.Name, s.ops(), s.Name, strings.Join(s.arguments(), ", "))
	}
	fmt.Fprintf(&b, "\t}, %d, %d)\n}\n", effort.Rounds, effort.Runs)
	if err := os.MkdirAll(filepath.Join(dir, "cmd"), 0o777); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "cmd", "main.go"), b.Bytes(), 0o666)
}

// arguments returns the arguments of a call of Run.
func (s *Scenario) arguments() []string {
	var args []string
	if s.HasCtx {
		args = append(args, "c.Ctx")
	}
	for _, p := range s.Params {
		if p == "bool" {
			args = append(args, "c.Bool()")
		} else {
			args = append(args, "c.Int()")
		}
	}
	return args
}

// delayed returns the file with a delay in front of every statement, on the
// statement's line: engine and runtime then speak of the same lines, and a
// partner may always come late (docs/design.md section 8.2).
func (s *Scenario) delayed() []byte {
	fset, file := s.parse(0)
	offset := func(pos token.Pos) int { return fset.Position(pos).Offset }
	at := []int{}
	ast.Inspect(file, func(n ast.Node) bool {
		var list []ast.Stmt
		switch n := n.(type) {
		case *ast.BlockStmt:
			list = n.List
		case *ast.CaseClause:
			list = n.Body
		case *ast.CommClause:
			list = n.Body
		}
		for _, stmt := range list {
			switch stmt.(type) {
			case *ast.CaseClause, *ast.CommClause:
			default:
				at = append(at, offset(stmt.Pos()))
			}
		}
		return true
	})
	sort.Ints(at)
	name := offset(file.Name.End())
	var b bytes.Buffer
	b.Write(s.Source[:name])
	b.WriteString(`; import delay "difftest/env"`)
	last := name
	for _, i := range at {
		b.Write(s.Source[last:i])
		b.WriteString("delay.Step(); ")
		last = i
	}
	b.Write(s.Source[last:])
	return b.Bytes()
}
