package leaktest

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// This file runs what fixes made of the corpora. Each function that a fix
// changed is called many times, with callbacks that fail or take their time and
// with contexts that end at any moment, under the runtime's own leak detector.

// runTime bounds one run of the driver.
const runTime = 2 * time.Minute

// driver is what calls the functions: it is put beside the corpora.
//
//go:embed testdata/drive.go
var driver []byte

// Stays are the functions with goroutines that stayed, by "package.Function", and
// the lines of source where those stand. [Skipped] and [Returnless] are what else
// may be said of a function.
type Stays map[string][]string

const (
	Skipped    = "skipped"               // the driver cannot call it
	Returnless = "a call did not return" // and the runtime does not say where
)

// Fixed applies all fixes to a copy of the corpora below testdata/src/under and
// runs the functions that they change, as they were and as they are now, for so
// many rounds. It returns which functions those are, and which of them leave
// something behind before and after.
func Fixed(t *testing.T, under string, rounds int) (changed []string, before, after Stays) {
	t.Helper()
	root := repository(t)
	source := filepath.Join(root, "testdata", "src")
	old, now := filepath.Join(t.TempDir(), "src"), filepath.Join(t.TempDir(), "src")
	for _, dir := range []string{old, now} {
		if err := os.CopyFS(dir, os.DirFS(source)); err != nil {
			t.Fatal(err)
		}
	}
	tool := vettool(t, root)
	fix(t, tool, now, under)
	again := snapshot(t, now)
	fix(t, tool, now, under)
	for name, content := range snapshot(t, now) {
		if content != again[name] {
			t.Errorf("%s: a second run of -fix changes it", name)
		}
	}
	pkgs := changes(t, snapshot(t, old), again)
	for _, name := range slices.Sorted(maps.Keys(pkgs)) {
		for _, fn := range pkgs[name] {
			changed = append(changed, name+"."+fn)
		}
	}
	return changed, drive(t, old, pkgs, rounds), drive(t, now, pkgs, rounds)
}

// fix runs the tool with -fix.
func fix(t *testing.T, tool, dir, under string) {
	t.Helper()
	cmd := exec.Command(tool, "-standalone", "-fix", "./"+path.Join(under, "..."))
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "PWD="+dir, "GOFLAGS=-buildvcs=false", "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil && cmd.ProcessState.ExitCode() != 1 {
		t.Fatalf("leaklint -fix: %v\n%s", err, out)
	}
}

// snapshot returns the contents of the Go files that a driver can import: those
// of the module itself, without tests.
func snapshot(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	nested := ""
	err := filepath.WalkDir(dir, func(name string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			if _, err := os.Stat(filepath.Join(name, "go.mod")); err == nil && name != dir {
				nested = name
				return filepath.SkipDir
			}
			return err
		}
		if strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") {
			content, err := os.ReadFile(name)
			rel, _ := filepath.Rel(dir, name)
			files[filepath.ToSlash(rel)] = string(content)
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatalf("%s: %v", nested, err)
	}
	return files
}

// changes returns the functions that differ between two states of the corpora,
// by package, in source order.
func changes(t *testing.T, old, now map[string]string) map[string][]string {
	t.Helper()
	pkgs := map[string][]string{}
	for _, name := range slices.Sorted(maps.Keys(now)) {
		if old[name] == now[name] {
			continue
		}
		was, is := functions(t, old[name]), functions(t, now[name])
		for _, fn := range slices.Sorted(maps.Keys(is)) {
			if was[fn] != is[fn] {
				pkgs[path.Dir(name)] = append(pkgs[path.Dir(name)], fn)
			}
		}
	}
	return pkgs
}

// functions returns the source of the functions and methods of a file that a
// driver can call, by name: F, or T.M for a method of T or *T. The main package
// cannot be imported.
func functions(t *testing.T, source string) map[string]string {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", source, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, decl := range file.Decls {
		fn, ok := decl.(*ast.FuncDecl)
		if !ok || fn.Type.TypeParams != nil || file.Name.Name == "main" {
			continue
		}
		name := fn.Name.Name
		if fn.Recv != nil {
			recv := fn.Recv.List[0].Type
			if star, ok := recv.(*ast.StarExpr); ok {
				recv = star.X
			}
			id, ok := recv.(*ast.Ident)
			if !ok {
				continue // generic
			}
			name = id.Name + "." + name
		}
		var b bytes.Buffer
		if err := format.Node(&b, fset, fn); err != nil {
			t.Fatal(err)
		}
		all[name] = b.String()
	}
	return all
}

// drive calls the functions in the corpora at dir and returns which stay.
func drive(t *testing.T, dir string, pkgs map[string][]string, rounds int) Stays {
	t.Helper()
	write := func(name, content string) {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	var imports, calls strings.Builder
	for i, name := range slices.Sorted(maps.Keys(pkgs)) {
		base := packageName(t, filepath.Join(dir, filepath.FromSlash(name)))
		list := ""
		for _, fn := range pkgs[name] {
			value := fn
			if typ, method, ok := strings.Cut(fn, "."); ok {
				value = "(*" + typ + ")." + method
			}
			list += fmt.Sprintf("\t\t%q: %s,\n", name+"."+fn, value)
		}
		write(name+"/zz_driven.go", "package "+base+"\n\n// Driven returns the functions to be called.\nfunc Driven() map[string]any {\n\treturn map[string]any{\n"+list+"\t}\n}\n")
		fmt.Fprintf(&imports, "\tp%d \"corpus/%s\"\n", i, name)
		fmt.Fprintf(&calls, "\tall = append(all, p%d.Driven())\n", i)
	}
	write("zzdrive/drive.go", string(driver))
	write("zzdrive/main.go", "package main\n\nimport (\n"+imports.String()+")\n\nfunc main() {\n\tvar all []map[string]any\n"+calls.String()+fmt.Sprintf("\tdrive(all, %d)\n}\n", rounds))
	return run(t, dir)
}

// packageName returns the name of the package in a folder.
func packageName(t *testing.T, dir string) string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no package in %s: %v", dir, err)
	}
	file, err := parser.ParseFile(token.NewFileSet(), names[0], nil, parser.PackageClauseOnly)
	if err != nil {
		t.Fatal(err)
	}
	return file.Name.Name
}

// run builds and runs the driver under the runtime's detector.
func run(t *testing.T, dir string) Stays {
	t.Helper()
	bin := filepath.Join(dir, "drive.bin")
	build := exec.Command("go", "build", "-o", bin, "./zzdrive")
	build.Dir = dir
	build.Env = append(os.Environ(), "PWD="+dir, "GOEXPERIMENT=goroutineleakprofile", "GOFLAGS=-buildvcs=false", "GOWORK=off")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building the driver: %v\n%s", err, out)
	}
	ctx, cancel := context.WithTimeout(t.Context(), runTime)
	defer cancel()
	cmd := exec.CommandContext(ctx, bin)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil || !strings.HasSuffix(out.String(), "done\n") {
		text := errs.String()
		t.Fatalf("running the driver: %v\n%s", err, text[:min(len(text), 4000)])
	}
	stays := Stays{}
	for line := range strings.Lines(out.String()) {
		if name, at, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "\t"); ok {
			stays[name] = append(stays[name], sourceLine(t, at))
		}
	}
	return stays
}

// sourceLine returns the line of source at a place, file:line; what is no place
// it returns as it is.
func sourceLine(t *testing.T, place string) string {
	t.Helper()
	i := strings.LastIndexByte(place, ':')
	if i < 0 {
		return place
	}
	content, err := os.ReadFile(place[:i])
	if err != nil {
		t.Fatal(err)
	}
	line, err := strconv.Atoi(place[i+1:])
	if err != nil {
		t.Fatal(err)
	}
	text, _, _ := strings.Cut(strings.Split(string(content), "\n")[line-1], " //")
	return strings.TrimSpace(text)
}
