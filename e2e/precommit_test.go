package e2e

import (
	"fmt"
	"os"
	"os/exec"
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

// timed runs a command that has to succeed and logs how long it took.
func timed(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: timed COMMAND [ARG...]")
	}
	start := time.Now()
	ts.Check(ts.Exec(args[0], args[1:]...))
	ts.Logf("%s took %.2fs", strings.Join(args, " "), time.Since(start).Seconds())
}
