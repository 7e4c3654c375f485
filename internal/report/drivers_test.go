package report_test

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// TestPanicInGoVet checks that an analyzer that panics on one package says so,
// and loses neither what others find there nor what it finds in packages that
// import it.
func TestPanicInGoVet(t *testing.T) {
	dir := t.TempDir()
	tool := filepath.Join(dir, "panics")
	if runtime.GOOS == "windows" {
		tool += ".exe"
	}
	goCommand(t, ".", "build", "-o", tool, "./testdata/panics")
	for name, content := range map[string]string{
		"go.mod":     "module m\n\ngo 1.26\n",
		"bad/bad.go": "package bad\n\nfunc F() {}\n",
		"use/use.go": "package use\n\nimport \"m/bad\"\n\nfunc G() { bad.F() }\n",
	} {
		name = filepath.Join(dir, "m", filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o777), os.WriteFile(name, []byte(content), 0o666)); err != nil {
			t.Fatal(err)
		}
	}
	out := goCommand(t, filepath.Join(dir, "m"), "vet", "-json", "-vettool="+tool, "./...")
	var got []string
	for dec := json.NewDecoder(strings.NewReader(out)); ; {
		var tree map[string]map[string][]struct{ Category, Message string }
		if err := dec.Decode(&tree); err == io.EOF {
			break
		} else if err != nil {
			t.Fatalf("%v in %s", err, out)
		}
		for pkg, byAnalyzer := range tree {
			for analyzer, diags := range byAnalyzer {
				for _, d := range diags {
					message, _, _ := strings.Cut(d.Message, " (main.go:")
					got = append(got, strings.Join([]string{pkg, analyzer, d.Category, message}, " | "))
				}
			}
		}
	}
	slices.Sort(got)
	want := []string{
		"m/bad | calm | calm/func | function F",
		"m/bad | panics | internal-error | internal error: panics failed on package m/bad: panic: assignment to entry in nil map in main.main.func1",
		"m/use | calm | calm/func | function G",
		"m/use | panics | panics/func | function G",
	}
	if !slices.Equal(got, want) {
		t.Errorf("go vet reports\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// goCommand runs the go command in dir and returns its output.
func goCommand(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-buildvcs=false", "GOWORK=off")
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, &stderr)
	}
	return string(out)
}
