package e2e

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	_ "github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif" // for its copy of the schema
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// sarifSchema returns the schema of SARIF 2.1.0, which go-sarif carries in a
// constant that it does not export.
func sarifSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	out, err := exec.Command("go", "list", "-f", "{{.Dir}}", "github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif").Output()
	if err != nil {
		t.Fatal(err)
	}
	f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(strings.TrimSpace(string(out)), "schema.go"), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	literal := f.Scope.Lookup("schema").Decl.(*ast.ValueSpec).Values[0].(*ast.BasicLit)
	text, err := strconv.Unquote(literal.Value)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("sarif.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("sarif.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// -format=sarif is valid in every outcome.
func TestSARIFSchema(t *testing.T) {
	build(t, leaklintProgram)
	schema := sarifSchema(t)
	for _, test := range []struct {
		name   string
		spoil  func(dir string) error
		args   []string
		status int
		want   string
	}{
		{"findings", nil, []string{"./..."}, 1, `"ruleId": "selectnoexit/`},
		{"low findings", nil, []string{"-confidence=low", "./..."}, 1, `"ruleId": "selectnoexit/`},
		{"clean", nil, []string{"./starter"}, 0, `"executionSuccessful": true`},
		{"no package", nil, []string{"./nope"}, 2, `"executionSuccessful": false`},
		{"type error", func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "leaky", "bad.go"), []byte("package leaky\n\nvar x int = \"\"\n"), 0o666)
		}, []string{"./..."}, 2, `"executionSuccessful": false`},
		{"no module", func(dir string) error { return os.Remove(filepath.Join(dir, "go.mod")) }, []string{"./..."}, 2, `"executionSuccessful": false`},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := workspace(t)
			if test.spoil != nil {
				if err := test.spoil(dir); err != nil {
					t.Fatal(err)
				}
			}
			cmd := exec.Command(filepath.Join(binDir, "leaklint"+exe()), append([]string{"-format=sarif"}, test.args...)...)
			cmd.Dir = dir
			cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=")
			out, err := cmd.Output()
			if cmd.ProcessState == nil {
				t.Fatal(err)
			}
			if status := cmd.ProcessState.ExitCode(); status != test.status {
				t.Errorf("exit status %d, want %d", status, test.status)
			}
			doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(out))
			if err != nil {
				t.Fatalf("no JSON: %v\n%s", err, out)
			}
			if err := schema.Validate(doc); err != nil {
				t.Errorf("not valid: %v\n%s", err, out)
			}
			if !bytes.Contains(out, []byte(test.want)) {
				t.Errorf("lacks %s:\n%s", test.want, out)
			}
		})
	}
}
