package e2e

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// goplsVersions are the releases that are tested, and the Go that builds each.
// The first is tested in every run, the others with -short=false.
var goplsVersions = []struct{ version, toolchain string }{
	{"v0.23.0", "local"},
	{"v0.24.0", "go1.27.1"},
	{"v0.22.0", "local"},
}

// TestGopls builds gopls with leaklint and works with it as an editor does.
func TestGopls(t *testing.T) {
	build(t, leaklintProgram)
	for i, v := range goplsVersions {
		t.Run(v.version, func(t *testing.T) {
			if testing.Short() && i > 0 {
				t.Skip("one version is enough for a short run")
			}
			gopls := buildGopls(t, v.version, v.toolchain)
			t.Run("edit", func(t *testing.T) { testEdit(t, gopls) })
			t.Run("fact", func(t *testing.T) { testFact(t, gopls) })
			t.Run("switch", func(t *testing.T) { testSwitch(t, gopls) })
		})
	}
}

// buildGopls runs leaklint gopls and returns the program that it says it wrote.
func buildGopls(t *testing.T, version, toolchain string) string {
	t.Helper()
	want := filepath.Join(t.TempDir(), "gopls")
	cmd := exec.Command(filepath.Join(binDir, "leaklint"+exe()), "gopls", "-version", version, "-o", want, "-source", root())
	cmd.Env = append(os.Environ(), "GOTOOLCHAIN="+toolchain)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("leaklint gopls: %v\n%s", err, &stderr)
	}
	path, _, _ := strings.Cut(string(out), "\n")
	if path != want {
		t.Fatalf("it says it wrote %s, want %s", path, want)
	}
	return path
}

// workspace writes the files of testdata/gopls.txtar into a new folder.
func workspace(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	a, err := txtar.ParseFile(filepath.Join("testdata", "gopls.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range a.Files {
		name := filepath.Join(dir, f.Name)
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, f.Data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// A leak that is typed in shows at once, with its trail in order and a link to
// the documentation; the quick fix mends it.
func testEdit(t *testing.T, gopls string) {
	dir := workspace(t)
	e := newEditor(t, gopls, dir, nil)
	e.open("server.go")
	e.leaks("server.go", func(ds []diagnostic) bool { return len(ds) == 0 })

	typed, err := os.ReadFile(filepath.Join(dir, "typed.txt"))
	if err != nil {
		t.Fatal(err)
	}
	text := string(typed)
	e.edit("server.go", text)
	d := e.leaks("server.go", func(ds []diagnostic) bool { return len(ds) == 1 })[0]
	if d.Source != "selectnoexit" || !strings.HasPrefix(d.CodeDescription.Href, "https://pkg.go.dev/github.com/leaklint/leaklint/passes/selectnoexit") {
		t.Errorf("source %s, link %s: want those of selectnoexit", d.Source, d.CodeDescription.Href)
	}
	if len(d.RelatedInformation) < 2 {
		t.Errorf("the trail is missing: %+v", d)
	}
	for i, r := range d.RelatedInformation {
		if number := string(rune('1' + i)); !strings.HasPrefix(r.Message, number+" · ") {
			t.Errorf("step %s of the trail is %q", number, r.Message)
		}
	}

	var actions []codeAction
	e.call("textDocument/codeAction", map[string]any{
		"textDocument": map[string]any{"uri": e.uri("server.go")},
		"range":        d.Range,
		"context":      map[string]any{"diagnostics": []diagnostic{d}, "only": []string{"quickfix"}},
	}, &actions)
	mended := ""
	for _, a := range actions {
		if a.Edit != nil && len(a.Edit.DocumentChanges) == 1 {
			mended = apply(text, a.Edit.DocumentChanges[0].Edits)
		}
	}
	if !strings.Contains(mended, "case <-ctx.Done():\n\t\t\t\treturn\n") {
		t.Fatalf("no quick fix mends it: %+v\n%s", actions, mended)
	}
	e.edit("server.go", mended)
	e.leaks("server.go", func(ds []diagnostic) bool { return len(ds) == 0 })
}

// A leak that only a fact of another package shows is found.
func testFact(t *testing.T, gopls string) {
	e := newEditor(t, gopls, workspace(t), nil)
	e.open("poll/poll.go")
	e.leaks("poll/poll.go", func(ds []diagnostic) bool { return len(ds) == 1 })
}

// The setting "analyses" switches a pass off.
func testSwitch(t *testing.T, gopls string) {
	e := newEditor(t, gopls, workspace(t), map[string]any{"analyses": map[string]any{"selectnoexit": false}})
	e.open("leaky/leaky.go")
	e.leaks("leaky/leaky.go", func(ds []diagnostic) bool {
		if len(ds) > 0 {
			t.Errorf("the pass is switched off, and reports %+v", ds)
		}
		return true
	})
}
