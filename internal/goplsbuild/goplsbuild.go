// Package goplsbuild answers: how does gopls come to show leaklint's findings?
//
// gopls has no plugins, and its analyzers are fixed when it is linked. But the
// rule for internal packages goes by import path: a main package whose module
// path lies below golang.org/x/tools/gopls may import them. So a small module
// of that path, made in a temporary folder, links the released gopls, unchanged,
// with leaklint's analyzers added to its list. Nothing of gopls is copied.
//
// gopls pins a pseudo-version of x/tools and does not compile with another one;
// the module replaces x/tools by that version, and leaklint's analyzers keep to
// the API that the newest two gopls have (scripts/compat.sh).
package goplsbuild

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"golang.org/x/mod/modfile"
)

// Module is the path of leaklint's own module.
const Module = "github.com/leaklint/leaklint"

const (
	goplsModule = "golang.org/x/tools/gopls"
	toolsModule = "golang.org/x/tools"
)

// Options say what to build.
type Options struct {
	Version string // of gopls, such as v0.23.0; "" for the newest that the go command can build
	Output  string // file to write; "" for gopls-leaklint in the folder where go install puts programs
	Source  string // folder of a leaklint checkout; "" for LeaklintVersion
	// LeaklintVersion is the released version of leaklint to link, used if
	// Source is "".
	LeaklintVersion string
	Log             io.Writer // takes the go command's messages; nil for none
}

// Build builds gopls with leaklint's analyzers and returns the absolute path of
// the program and the version of gopls. On failure it leaves an older program
// as it is.
func Build(ctx context.Context, o Options) (path, version string, err error) {
	g := &goCommand{log: o.Log}
	rel, err := chooseRelease(ctx, g, o.Version)
	if err != nil {
		return "", "", err
	}
	path, err = outputPath(ctx, g, o.Output)
	if err != nil {
		return "", "", err
	}
	dir, err := os.MkdirTemp("", "leaklint-gopls-")
	if err != nil {
		return "", "", err
	}
	defer os.RemoveAll(dir)
	g.dir = dir
	if err := writeModule(ctx, g, rel, o); err != nil {
		return "", "", err
	}
	return path, rel.version, compile(ctx, g, rel, path)
}

// compile builds the module in g's folder and puts the program at path.
func compile(ctx context.Context, g *goCommand, rel release, path string) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), ".gopls-leaklint-*")
	if err != nil {
		return fmt.Errorf("cannot write beside %s: %w; choose another place with -o", path, err)
	}
	tmp.Close()
	defer os.Remove(tmp.Name())
	setVersion := "-X main.version=" + rel.version + "-leaklint"
	if _, err := g.run(ctx, "build", "-mod=mod", "-ldflags", setVersion, "-o", tmp.Name(), "."); err != nil {
		return fmt.Errorf("gopls %s with leaklint does not build: %w", rel.version, err)
	}
	return os.Rename(tmp.Name(), path)
}

// outputPath returns the absolute path of the program to write.
func outputPath(ctx context.Context, g *goCommand, output string) (string, error) {
	if output == "" {
		dir, err := installDir(ctx, g)
		if err != nil {
			return "", err
		}
		output = filepath.Join(dir, "gopls-leaklint"+exeSuffix(ctx, g))
	}
	path, err := filepath.Abs(output)
	if err != nil {
		return "", err
	}
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return "", fmt.Errorf("%s is not a file: name the program to write with -o", path)
	}
	return path, os.MkdirAll(filepath.Dir(path), 0o777)
}

// writeModule writes go.mod, go.sum and main.go into g's folder.
func writeModule(ctx context.Context, g *goCommand, rel release, o Options) error {
	gopls, err := download(ctx, g, goplsModule, rel.version)
	if err != nil {
		return err
	}
	source := o.Source
	if source == "" {
		if source, err = download(ctx, g, Module, o.LeaklintVersion); err != nil {
			return fmt.Errorf("%w; with a checkout of leaklint use -source DIR", err)
		}
	}
	mod, err := goMod(gopls, rel, o)
	if err != nil {
		return err
	}
	var sums []byte
	for _, dir := range []string{gopls, source} {
		sum, err := os.ReadFile(filepath.Join(dir, "go.sum"))
		if err != nil {
			return fmt.Errorf("%s is no folder of a module: %w", dir, err)
		}
		sums = append(sums, sum...)
	}
	main, err := rel.main()
	if err != nil {
		return err
	}
	for name, data := range map[string][]byte{"go.mod": mod, "go.sum": sums, "main.go": main} {
		if err := os.WriteFile(filepath.Join(g.dir, name), data, 0o666); err != nil {
			return err
		}
	}
	return nil
}

// goMod returns the module file: gopls and its own dependencies, leaklint, and
// x/tools held at the version that gopls is written for.
func goMod(goplsDir string, rel release, o Options) ([]byte, error) {
	gopls, err := readMod(filepath.Join(goplsDir, "go.mod"))
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "module %s/leaklint\n\ngo %s\n\nrequire %s %s\n", goplsModule, gopls.Go.Version, goplsModule, rel.version)
	for _, r := range gopls.Require {
		fmt.Fprintf(&b, "require %s %s\n", r.Mod.Path, r.Mod.Version)
		if r.Mod.Path == toolsModule {
			fmt.Fprintf(&b, "replace %s => %s %s\n", toolsModule, toolsModule, r.Mod.Version)
		}
	}
	if o.Source == "" {
		fmt.Fprintf(&b, "require %s %s\n", Module, o.LeaklintVersion)
		return b.Bytes(), nil
	}
	abs, err := filepath.Abs(o.Source)
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(&b, "require %s v0.0.0\nreplace %s => %s\n", Module, Module, modfile.AutoQuote(abs))
	return b.Bytes(), nil
}
