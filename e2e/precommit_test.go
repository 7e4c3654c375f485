package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestPreCommit runs the hook of this repository's last commit with pre-commit.
func TestPreCommit(t *testing.T) {
	need(t, "git", "install git")
	need(t, "pre-commit", "apt-get install pre-commit")
	script(t, "precommit")
}

// config writes a configuration of pre-commit that takes the hook from this
// repository.
func config(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: config FILE")
	}
	head, err := exec.Command("git", "-C", root(), "rev-parse", "HEAD").Output()
	ts.Check(err)
	text := fmt.Sprintf("repos:\n  - repo: %q\n    rev: %s\n    hooks:\n      - id: leaklint\n", root(), strings.TrimSpace(string(head)))
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o666))
}

// seconds runs a command that has to succeed, logs how long it took, and fails
// if that was more than the first argument: a bound for "something is not
// cached", far above what is measured.
func seconds(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: seconds MAX COMMAND [ARG...]")
	}
	limit, err := strconv.ParseFloat(args[0], 64)
	ts.Check(err)
	start := time.Now()
	ts.Check(ts.Exec(args[1], args[2:]...))
	took := time.Since(start)
	ts.Logf("%s took %.2fs", strings.Join(args[1:], " "), took.Seconds())
	if took.Seconds() > limit {
		ts.Fatalf("took %.1fs, more than %s", took.Seconds(), args[0])
	}
}
