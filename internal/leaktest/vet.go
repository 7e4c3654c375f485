package leaktest

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// vettool builds cmd/leaklint and returns the binary. It is kept between test
// processes at one place per repository, so that unchanged code is not linked
// again.
func vettool(t *testing.T, root string) string {
	t.Helper()
	for _, dir := range []string{"cmd", "internal", "passes"} {
		watch(t, filepath.Join(root, dir))
	}
	sum := sha256.Sum256([]byte(root))
	tool := filepath.Join(os.TempDir(), fmt.Sprintf("leaklint-leaktest-%x", sum[:6]), "leaklint")
	if runtime.GOOS == "windows" {
		tool += ".exe"
	}
	goCommand(t, root, "build", "-o", tool, "./cmd/leaklint")
	return tool
}

// watch lists dir and what is below it, for Go's test cache: the tool is built
// from files that the test itself does not read.
func watch(t *testing.T, dir string) {
	t.Helper()
	for _, e := range readDir(t, dir) {
		if e.IsDir() {
			watch(t, filepath.Join(dir, e.Name()))
		}
	}
}

// vet runs the tool on the folders of the batch as go vet does and returns the
// findings of all passes, also in packages that the folders import.
func vet(t *testing.T, tool string, b batch) []Finding {
	t.Helper()
	args := []string{"vet", "-json", "-vettool=" + tool}
	for _, flag := range b.flags {
		args = append(args, "-"+flag)
	}
	out := goCommand(t, b.module, append(args, b.patterns()...)...)
	if n := strings.Count("\n"+out, "\n{"); n < len(b.folders) {
		t.Fatalf("go vet printed %d JSON objects for %d packages:\n%s", n, len(b.folders), out)
	}
	return decode(t, strings.NewReader(out))
}

// goCommand runs the go command in dir, away from the settings of the caller,
// and returns what it prints on stdout.
func goCommand(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "PWD="+dir, "GOFLAGS=-buildvcs=false", "GOWORK=off")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("go %s (in %s): %v\n%s", strings.Join(args, " "), dir, err, &stderr)
	}
	return stdout.String()
}
