package e2e

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// An action is what the test reads of action.yml.
type action struct {
	Inputs map[string]struct{ Default string }
	Runs   struct{ Steps []step }
}

// A step is one step of an action or of a job.
type step struct {
	Name, Shell, Run, Uses string
	WorkingDirectory       string `yaml:"working-directory"`
	Env                    map[string]string
	With                   map[string]string
}

// A workflow is what the test reads of a workflow file.
type workflow struct {
	Jobs map[string]struct{ Steps []step }
}

// readYAML reads a file of the repository.
func readYAML(t *testing.T, name string, into any) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(root(), name))
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(data, into); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

// expression is ${{ x }}.
var expression = regexp.MustCompile(`\$\{\{ *([\w.-]+) *\}\}`)

// A runner runs steps as GitHub does, in dir.
type runner struct {
	t      *testing.T
	dir    string
	temp   string
	values map[string]string // of expressions
}

// expand replaces the expressions in s.
func (r *runner) expand(s string) string {
	return expression.ReplaceAllStringFunc(s, func(e string) string {
		name := expression.FindStringSubmatch(e)[1]
		value, ok := r.values[name]
		if !ok {
			r.t.Errorf("there is no %s", name)
		}
		return value
	})
}

// run runs the shell part of a step and returns what it prints and its exit
// status.
func (r *runner) run(s step) (string, int) {
	r.t.Helper()
	if expression.MatchString(s.Run) {
		r.t.Errorf("step %s: an expression in a script is a way in for an attacker; use env", s.Name)
	}
	cmd := exec.Command("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", s.Run)
	cmd.Dir = filepath.Join(r.dir, r.expand(s.WorkingDirectory))
	cmd.Env = append(os.Environ(), "RUNNER_TEMP="+r.temp, "GOFLAGS=-buildvcs=false")
	for k, v := range s.Env {
		cmd.Env = append(cmd.Env, k+"="+r.expand(v))
	}
	var out, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &stderr
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		r.t.Fatal(err)
	}
	if stderr.Len() > 0 {
		r.t.Logf("step %s: %s", s.Name, &stderr)
	}
	return out.String(), cmd.ProcessState.ExitCode()
}

// use runs the steps of action.yml with the given inputs, and returns what the
// last one prints and its exit status.
func (r *runner) use(inputs map[string]string) (out string, status int) {
	r.t.Helper()
	var a action
	readYAML(r.t, "action.yml", &a)
	r.values = map[string]string{"github.action_path": root()}
	for name, in := range a.Inputs {
		r.values["inputs."+name] = in.Default
	}
	for name, value := range inputs {
		if _, ok := a.Inputs[name]; !ok {
			r.t.Errorf("the action has no input %s", name)
		}
		r.values["inputs."+name] = value
	}
	for _, s := range a.Runs.Steps {
		if out, status = r.run(s); status != 0 {
			return out, status
		}
	}
	return out, status
}

// newRunner returns a runner in a folder with a leak.
func newRunner(t *testing.T) *runner {
	return &runner{t: t, dir: workspace(t), temp: t.TempDir()}
}

// The action annotates findings and fails on them.
func TestAction(t *testing.T) {
	r := newRunner(t)
	out, status := r.use(nil)
	if status != 1 || !strings.Contains(out, "::warning file=leaky/leaky.go,line=7,") {
		t.Errorf("exit status %d, want 1 and an annotation:\n%s", status, out)
	}
	out, status = r.use(map[string]string{"packages": "./starter .", "flags": "-confidence=low -tests=false"})
	if status != 0 || out != "" {
		t.Errorf("clean packages: exit status %d, want 0 and nothing printed:\n%s", status, out)
	}
	out, status = r.use(map[string]string{"working-directory": "leaky"})
	if status != 1 || strings.Count(out, "::warning") != 1 {
		t.Errorf("working-directory: exit status %d, want 1 and one annotation:\n%s", status, out)
	}
}

// Packages and flags can stand on several lines and in quotes; none is lost.
func TestActionWords(t *testing.T) {
	r := newRunner(t)
	for _, test := range []struct {
		packages, flags string
		status, found   int
	}{
		{"./starter\n./leaky\n", "", 1, 1},
		{"./starter .\n\n  ./leaky  \n", "-tests=false\n-confidence=low\n", 1, 1},
		{"'./leaky' \"./starter\"", "'-tags=a b'", 1, 1},
		{"./starter\n.", "-c=0\n-tests=false", 0, 0},
		{"./starter", "-no-such-flag\n", 2, 0},
		{"./starter", "-tests=false\n-no-such-flag\n", 2, 0},
		{"./starter\n./nosuch", "", 2, 0},
		{"'./starter", "", 2, 0},
		{"./starter", "\"-tests", 2, 0},
		{"$(touch pwned) ./starter", "", 2, 0},
	} {
		out, status := r.use(map[string]string{"packages": test.packages, "flags": test.flags})
		if found := strings.Count(out, "::warning"); status != test.status || found != test.found {
			t.Errorf("packages %q, flags %q: exit status %d and %d annotations, want %d and %d:\n%s",
				test.packages, test.flags, status, found, test.status, test.found, out)
		}
	}
	if _, err := os.Stat(filepath.Join(r.dir, "pwned")); err == nil {
		t.Error("an input was run")
	}
}

// The workflow's job for leaklint writes a log for code scanning.
func TestWorkflow(t *testing.T) {
	var w workflow
	readYAML(t, ".github/workflows/ci.yml", &w)
	r := newRunner(t)
	shellSteps := 0
	for _, s := range w.Jobs["leaklint"].Steps {
		switch {
		case s.Uses == "./":
			if out, status := r.use(s.With); status != 0 || out != "" {
				t.Errorf("exit status %d, want 0:\n%s", status, out)
			}
		case s.Run != "":
			shellSteps++
			if out, status := r.run(s); status != 0 || strings.TrimSpace(out) == "0" {
				t.Errorf("step %s: exit status %d:\n%s", s.Name, status, out)
			}
		}
	}
	log, err := os.ReadFile(filepath.Join(r.dir, "leaklint.sarif"))
	if err != nil || !bytes.Contains(log, []byte(`"uri": "leaky/leaky.go"`)) {
		t.Errorf("%v: the log lacks the finding:\n%s", err, log)
	}
	if shellSteps == 0 {
		t.Error("no shell step was run")
	}
	for _, s := range w.Jobs["test"].Steps { // it runs these tests: only its form is checked
		if s.Run != "" {
			if out, err := exec.Command("bash", "-n", "-c", s.Run).CombinedOutput(); err != nil {
				t.Errorf("step %s: %v\n%s", s.Name, err, out)
			}
		}
	}
}
