// Package e2e tests every way in with the real tool: golangci-lint, pre-commit,
// gopls, and the shell steps of the GitHub action. It is a module of its own, so
// that what these tools need stays out of leaklint's.
package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// binDir is where the programs under test are built, once for all tests.
var binDir string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "leaklint-e2e-")
	if err != nil {
		panic(err)
	}
	binDir = dir
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

// root is leaklint's own folder.
var root = sync.OnceValue(func() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Dir(filepath.Dir(file))
})

// program is a main package below root that a test runs.
type program struct{ name, dir, pkg string }

var (
	leaklintProgram = program{"leaklint", ".", "./cmd/leaklint"}
	golangciProgram = program{"golangci-lint-leaklint", "cmd/golangci-lint-leaklint", "."}
)

// built holds the programs that have been built.
var built sync.Map // program → func() error

// build builds a program into binDir, at most once.
func build(t *testing.T, p program) {
	t.Helper()
	run, _ := built.LoadOrStore(p, sync.OnceValue(func() error {
		cmd := exec.Command("go", "build", "-o", filepath.Join(binDir, p.name+exe()), p.pkg)
		cmd.Dir = filepath.Join(root(), p.dir)
		cmd.Stderr = os.Stderr
		return cmd.Run()
	}))
	if err := run.(func() error)(); err != nil {
		t.Fatalf("building %s: %v", p.name, err)
	}
}

// exe is the ending of programs.
func exe() string {
	if runtime.GOOS == "windows" {
		return ".exe"
	}
	return ""
}

// need skips the test if a program is missing, but fails it where CI is set:
// there everything can be installed.
func need(t *testing.T, name, install string) {
	t.Helper()
	if _, err := exec.LookPath(name); err == nil {
		return
	}
	if os.Getenv("CI") != "" {
		t.Fatalf("%s is missing: %s", name, install)
	}
	t.Skipf("%s is missing: %s", name, install)
}

// script runs one script of testdata with the programs on PATH.
func script(t *testing.T, name string) {
	t.Helper()
	env := goEnv(t)
	testscript.Run(t, testscript.Params{
		Files:           []string{filepath.Join("testdata", name+".txtar")},
		ContinueOnError: true,
		Setup: func(e *testscript.Env) error {
			e.Vars = append(e.Vars, env...)
			e.Vars = append(e.Vars,
				"PATH="+binDir+string(filepath.ListSeparator)+os.Getenv("PATH"),
				"ROOT="+root(),
				"HOME="+e.WorkDir,
				"GOFLAGS=-buildvcs=false", "GOWORK=off", "GOTOOLCHAIN=local", "NO_COLOR=1",
				"GOLANGCI_LINT_CACHE="+filepath.Join(e.WorkDir, ".golangci-cache"),
			)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "timed": timed, "config": config,
		},
	})
}

// exits runs a command and holds its exit status against the first argument.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits STATUS COMMAND [ARG...]")
	}
	status := "0"
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		status = strings.TrimPrefix(err.Error(), "exit status ")
	}
	if status != args[0] {
		ts.Fatalf("exit status %s, want %s", status, args[0])
	}
}

// goEnv returns the settings that let scripts share the caches of the machine.
func goEnv(t *testing.T) []string {
	t.Helper()
	names := []string{"GOCACHE", "GOMODCACHE", "GOPROXY", "GOSUMDB", "GONOSUMDB"}
	out, err := exec.Command("go", append([]string{"env"}, names...)...).Output()
	if err != nil {
		t.Fatal(err)
	}
	values := strings.Split(string(out), "\n")
	env := make([]string, len(names))
	for i, name := range names {
		env[i] = name + "=" + values[i]
	}
	return env
}
