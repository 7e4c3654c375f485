package goplsbuild

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"go/version"
	"os"
	"strings"
	"text/template"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/semver"
)

// A release is a version of gopls that can be built.
type release struct {
	version   string
	goVersion string // oldest go command that builds it, such as go1.27
}

// newest lists the newest releases that are tested, newest first.
var newest = []release{
	{version: "v0.24.0", goVersion: "go1.27"},
	{version: "v0.23.0", goVersion: "go1.26"},
}

// oldest is the first release whose x/tools has all that the analyzers use.
const oldest = "v0.22.0"

// chooseRelease returns the release for the wanted version of gopls; for ""
// the newest that the go command can build.
func chooseRelease(ctx context.Context, g *goCommand, want string) (release, error) {
	have, err := g.env(ctx, "GOVERSION")
	if err != nil {
		return release{}, err
	}
	fallback := newest[len(newest)-1]
	if want == "" {
		for _, rel := range newest {
			if version.Compare(have, rel.goVersion) >= 0 {
				return rel, nil
			}
		}
		return release{}, fmt.Errorf("gopls %s needs %s, and the go command here is %s: install a newer Go (https://go.dev/dl)", fallback.version, fallback.goVersion, have)
	}
	if want, err = checkVersion(want); err != nil {
		return release{}, err
	}
	needs, err := goLine(ctx, g, want)
	if err != nil {
		return release{}, err
	}
	if version.Compare(have, needs) < 0 {
		return release{}, fmt.Errorf("gopls %s needs %s, and the go command here is %s: choose -version %s, or run with GOTOOLCHAIN=%s", want, needs, have, fallback.version, needs)
	}
	return release{version: want, goVersion: needs}, nil
}

// checkVersion returns want as a version of gopls that leaklint supports.
func checkVersion(want string) (string, error) {
	v := want
	if !strings.HasPrefix(v, "v") {
		v = "v" + v
	}
	if !semver.IsValid(v) || semver.Canonical(v) != v {
		return "", fmt.Errorf("%q is no version of gopls: write one such as %s", want, newest[0].version)
	}
	if semver.Compare(v, oldest) < 0 {
		return "", fmt.Errorf("gopls %s is older than leaklint supports: choose %s or newer", v, oldest)
	}
	return v, nil
}

// goLine returns the oldest Go that builds the given version of gopls, as its
// go.mod says, in the form go1.27.0. (go list's own GoVersion is empty when the
// go command is too old for the module.)
func goLine(ctx context.Context, g *goCommand, want string) (string, error) {
	out, err := g.run(ctx, "list", "-m", "-json", goplsModule+"@"+want)
	var m struct{ GoMod string }
	if err == nil {
		err = json.Unmarshal(out, &m)
	}
	if err != nil {
		return "", fmt.Errorf("gopls %s cannot be had: %w", want, err)
	}
	mod, err := readMod(m.GoMod)
	if err != nil {
		return "", err
	}
	return "go" + mod.Go.Version, nil
}

// readMod reads a go.mod file that has a go line.
func readMod(name string) (*modfile.File, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	mod, err := modfile.ParseLax(name, data, nil)
	if err == nil && mod.Go == nil {
		err = fmt.Errorf("%s has no go line", name)
	}
	return mod, err
}

// toolPackage returns the package with tool.Main, or "" where cmd.Main has
// taken its place: gopls is started in three ways, by version.
func (r release) toolPackage() string {
	switch {
	case semver.Compare(r.version, "v0.23.0-0") < 0:
		return "golang.org/x/tools/internal/tool"
	case semver.Compare(r.version, "v0.24.0-0") < 0:
		return "golang.org/x/tools/gopls/internal/tool"
	}
	return ""
}

//go:embed main.go.tmpl
var mainTemplate string

// main returns the main package that links gopls and leaklint.
func (r release) main() ([]byte, error) {
	t, err := template.New("main.go").Parse(mainTemplate)
	if err != nil {
		return nil, err
	}
	var buf bytes.Buffer
	err = t.Execute(&buf, struct{ Leaklint, Tool string }{Module, r.toolPackage()})
	return buf.Bytes(), err
}
