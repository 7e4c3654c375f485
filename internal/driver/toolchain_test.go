package driver_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestToolchains runs the scripts in testdata/toolchains under an older and a
// newer go command, which are downloaded through the module proxy.
func TestToolchains(t *testing.T) {
	if testing.Short() {
		t.Skip("needs other Go toolchains: run without -short")
	}
	for _, version := range []string{"go1.25.4", "go1.27.1"} {
		cmd := exec.Command("go", "version")
		cmd.Dir = t.TempDir()
		cmd.Env = append(os.Environ(), "GOTOOLCHAIN="+version, "PWD="+cmd.Dir)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s cannot be had: %v\n%s", version, err, out)
		}
	}
	runScripts(t, "testdata/toolchains")
}

// TestGoTool holds that leaklint works as a tool of a module. It is the real
// command, with the real passes.
func TestGoTool(t *testing.T) {
	if testing.Short() {
		t.Skip("links the command: run without -short")
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	writeArchive(t, dir, "-- a.go --\npackage a\n\nfunc F() {}\n")
	for _, name := range []string{"go.mod", "go.sum"} {
		data, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		text := strings.Replace(string(data), "module github.com/leaklint/leaklint", "module example.com/m", 1)
		if name == "go.mod" {
			text += "\ntool github.com/leaklint/leaklint/cmd/leaklint\n" +
				"\nrequire github.com/leaklint/leaklint v0.0.0\n" +
				"\nreplace github.com/leaklint/leaklint => " + root + "\n"
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if out := run(t, dir, "go", "tool", "leaklint", "version"); !strings.HasPrefix(out, "leaklint ") {
		t.Errorf("go tool leaklint version: %s", out)
	}
	if out := run(t, dir, "go", "tool", "leaklint", "-q", "./..."); out != "" {
		t.Errorf("go tool leaklint ./...: %s", out)
	}
	path := strings.TrimSpace(run(t, dir, "go", "tool", "-n", "leaklint"))
	if out := run(t, dir, "go", "vet", "-vettool="+path, "./..."); out != "" {
		t.Errorf("go vet -vettool: %s", out)
	}
}
