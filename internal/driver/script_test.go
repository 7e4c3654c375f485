package driver_test

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/leaklint/leaklint/internal/driver"
	"github.com/leaklint/leaklint/passes"
	"github.com/leaklint/leaklint/passes/selectnoexit"
	"github.com/leaklint/leaklint/passes/unbufsend"
)

// scriptsGo is the go command under which the scripts and the orders of runs
// are tried, such as go1.25.4; empty is the one that built the tests.
var scriptsGo = os.Getenv("LEAKLINT_GO")

func TestMain(m *testing.M) {
	// Built for race detection, a program sleeps for a second before it exits,
	// and the go command runs the vet tool once per package.
	if os.Getenv("GORACE") == "" {
		os.Setenv("GORACE", "atexit_sleep_ms=10")
	}
	testscript.Main(m, map[string]func(){
		"leaklint":   func() { driver.Main(dropsAnalyzer, quietAnalyzer, spillsAnalyzer) },
		"sends":      func() { driver.Main(selectnoexit.Analyzer, unbufsend.Analyzer) },
		"everything": func() { driver.Main(passes.All()...) },
	})
}

// TestScripts runs the scripts in testdata/script. They are written in the
// language of the go command's own script tests: each shows files, a command,
// its output and its exit status. A line for some go commands only has the
// condition [before:1.N], and a comment says what such a go command does.
func TestScripts(t *testing.T) {
	runScripts(t, "testdata/script")
}

// runScripts runs the scripts of a directory.
func runScripts(t *testing.T, dir string) {
	t.Helper()
	env := goEnv(t)
	testscript.Run(t, testscript.Params{
		Dir:                dir,
		RequireUniqueNames: true,
		UpdateScripts:      os.Getenv("UPDATE_SCRIPTS") != "",
		ContinueOnError:    true,
		Setup: func(e *testscript.Env) error {
			e.Vars = append(e.Vars, env...)
			e.Vars = append(e.Vars, "LEAKLINT_DIR="+filepath.Dir(leaklintPath(t)))
			// The go command ignores a stray go.mod in the directory for
			// temporary files only, and the scripts run below it.
			e.Vars = append(e.Vars, "TMPDIR="+os.TempDir())
			e.Vars = append(e.Vars, "GOFLAGS=", "GOWORK=", "GOTOOLCHAIN="+cmp.Or(scriptsGo, "local"), "GORACE="+os.Getenv("GORACE"), "NO_COLOR=", "TERM=xterm")
			return nil
		},
		Condition: condition,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits,
		},
	})
}

// condition reports whether a condition of the scripts holds: cgo, that there
// is a C compiler, and before:1.N, that the go command is older than that.
func condition(name string) (bool, error) {
	if name == "cgo" {
		_, err := exec.LookPath("gcc")
		return err == nil, nil
	}
	release, ok := strings.CutPrefix(name, "before:1.")
	if !ok {
		return false, fmt.Errorf("unknown condition")
	}
	want, err := strconv.Atoi(release)
	if err != nil {
		return false, err
	}
	m := goRelease.FindStringSubmatch(cmp.Or(scriptsGo, runtime.Version()))
	if m == nil {
		return false, nil // a development version is newer than all releases
	}
	have, err := strconv.Atoi(m[1])
	return have < want, err
}

// goRelease matches the version of a released go command.
var goRelease = regexp.MustCompile(`^go1\.(\d+)`)

// exits runs a command and holds its exit status against the first argument.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits STATUS COMMAND [ARG...]")
	}
	err := ts.Exec(args[1], args[2:]...)
	status := "0"
	if err != nil {
		status = strings.TrimPrefix(err.Error(), "exit status ")
	}
	if status != args[0] {
		ts.Fatalf("exit status %s, want %s", status, args[0])
	}
}

// goEnv returns the settings that let scripts share the caches of the machine.
func goEnv(t *testing.T) []string {
	t.Helper()
	var env []string
	for _, name := range []string{"GOCACHE", "GOMODCACHE", "GOPATH", "GOPROXY", "GOSUMDB", "GONOSUMDB"} {
		out, err := exec.Command("go", "env", name).Output()
		if err != nil {
			t.Fatalf("go env %s: %v", name, err)
		}
		env = append(env, name+"="+strings.TrimSpace(string(out)))
	}
	return env
}
