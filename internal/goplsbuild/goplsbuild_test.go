package goplsbuild

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Wanted versions that cannot be built give an error that says what to do, and
// leave the program that is there alone. (What can be built is built by the
// end-to-end tests.)
func TestBuildErrors(t *testing.T) {
	dir := t.TempDir()
	old := filepath.Join(dir, "gopls")
	if err := os.WriteFile(old, []byte("old"), 0o777); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name string
		o    Options
		want string
	}{
		{"no version", Options{Version: "latest", Output: old, Source: "../.."}, `"latest" is no version of gopls: write one such as v0.`},
		{"half a version", Options{Version: "v0.23", Output: old, Source: "../.."}, "is no version of gopls"},
		{"old", Options{Version: "v0.20.0", Output: old, Source: "../.."}, "older than leaklint supports: choose v0.22.0 or newer"},
		{"unknown", Options{Version: "v0.23.99", Output: old, Source: "../.."}, "cannot be had"},
		{"a folder", Options{Version: "v0.23.0", Output: dir, Source: "../.."}, "is not a file: name the program to write with -o"},
		{"no source", Options{Version: "v0.23.0", Output: old, Source: dir}, "is no folder of a module"},
	} {
		_, _, err := Build(t.Context(), test.o)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got error %v, want one with %q", test.name, err, test.want)
		}
	}
	if got, err := os.ReadFile(old); err != nil || string(got) != "old" {
		t.Errorf("the old program is gone: %q, %v", got, err)
	}
	if rest, err := filepath.Glob(filepath.Join(dir, ".gopls-leaklint-*")); err != nil || rest != nil {
		t.Errorf("left behind: %v, %v", rest, err)
	}
}

// A go command that is too old for the wanted gopls is told which gopls it can
// build.
func TestBuildGoTooOld(t *testing.T) {
	t.Setenv("GOTOOLCHAIN", "local")
	g := new(goCommand)
	have, err := g.env(t.Context(), "GOVERSION")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(have, "go1.26") {
		t.Skipf("%s builds every gopls that there is", have)
	}
	_, err = chooseRelease(t.Context(), g, "v0.24.0")
	want := "gopls v0.24.0 needs go1.27.0, and the go command here is " + have + ": choose -version v0.23.0, or run with GOTOOLCHAIN=go1.27.0"
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// Without a go command the error says so.
func TestBuildNoGo(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	_, _, err := Build(t.Context(), Options{Source: "../.."})
	if err == nil || !strings.Contains(err.Error(), "no go command on PATH") {
		t.Errorf("got %v", err)
	}
}

// The three ways in which gopls is started give three main packages.
func TestMainShapes(t *testing.T) {
	for version, want := range map[string]string{
		"v0.22.0":       `"golang.org/x/tools/internal/tool"`,
		"v0.23.0-pre.1": `"golang.org/x/tools/gopls/internal/tool"`,
		"v0.24.0":       "cmd.Main()",
	} {
		src, err := release{version: version}.main()
		if err != nil || !strings.Contains(string(src), want) {
			t.Errorf("%s: main package lacks %s (%v):\n%s", version, want, err, src)
		}
	}
}
