package driver

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// This file is the role of a vet tool: the go command runs the binary once per
// package. It accepts the flags that the analyzers declare and no others, for
// the flags are part of the key under which the go command caches results.
//
// unitchecker does the work. Around it lies a way past a defect of the go
// command (up to 1.27 at least): a package that was analysed for its facts
// only, as a dependency, leaves an empty result under the very key that a full
// run looks up, and so loses its findings until it changes. The units of the
// main modules therefore always report. But some units are never asked for
// in full, and reporting there would repeat findings:
//
//   - a package with in-package tests is asked for together with them, under a
//     different key;
//   - a package recompiled because it imports the test variant of another one
//     (p imports q, the external tests of q import p) is a third unit of the
//     same files.
//
// The second kind cannot be told from what the go command says. So the facts
// file of a unit that contains in-package tests gets a mark, and a unit with a
// marked import is itself marked and keeps quiet.
//
// A third kind cannot be told at all: with a default.pgo file the dependencies
// of a main package are compiled once more. So go vet itself repeats findings
// in such a module. The driver removes what is repeated.
//
// Such a unit keeps quiet in words: the same result comes back when the package
// has lost its in-package tests and is asked for, and the driver then asks again
// without the cache. Go vet itself, called by hand, does not.
//
// The result of a unit also names its package when it has no findings, which
// lets the driver check that every package asked for was analysed.
//
// To do something after unitchecker, which exits, it runs in a child process.

// unitSuffix ends the name of the config file of such a child.
const unitSuffix = ".leaklint.cfg"

// variantMark ends the facts file of a test variant. Readers of facts files
// ignore what follows the lengths in the header.
const variantMark = "leaklint:test-variant"

// factsOnly stands in place of an analyzer in the result of a unit of a main
// module that keeps quiet.
const factsOnly = "leaklint-facts-only"

// calledByGo reports whether the go command, not a person, has made the call.
func calledByGo(args []string) bool {
	if len(args) == 0 {
		return false
	}
	return slices.Contains(args, "-V=full") || args[0] == "-flags" || strings.HasSuffix(args[len(args)-1], ".cfg")
}

// unitMain is the vet tool. It does not return.
func unitMain(args []string, analyzers []*analysis.Analyzer) {
	config := args[len(args)-1]
	if !strings.HasSuffix(config, ".cfg") || strings.HasSuffix(config, unitSuffix) {
		unitcheck(config, analyzers)
	}
	noteProgress()
	u, err := readUnit(config, args[:len(args)-1])
	if err != nil {
		fmt.Fprintln(os.Stderr, "leaklint:", err)
		os.Exit(1)
	}
	if u.VetxOnly && !u.variant && !u.reports() && !(u.main && u.has("-json")) {
		unitcheck(config, analyzers) // nothing to add
	}
	code, err := u.run()
	if err != nil {
		fmt.Fprintf(os.Stderr, "leaklint: %s: %v\n", u.ID, err)
		os.Exit(1)
	}
	os.Exit(code)
}

// A unit is one package, with or without its tests, that the go command wants
// analysed.
type unit struct {
	unitConfig
	raw     map[string]any // the whole config, for writing it back
	path    string         // of the config file
	flags   []string
	main    bool // belongs to a main module
	variant bool // contains in-package tests or depends on a unit that does
}

// unitConfig is the part of the go command's config that matters here.
type unitConfig struct {
	ID, Dir                   string
	ModulePath, ModuleVersion string                          // until Go 1.26
	Module                    *struct{ Path, Version string } // from Go 1.27 on
	GoFiles, IgnoredFiles     []string
	PackageVetx               map[string]string
	VetxOnly                  bool
	VetxOutput, Stdout        string
}

// inMainModule reports whether the unit belongs to a main module: no version
// of it was chosen.
func (c *unitConfig) inMainModule() bool {
	path, version := c.ModulePath, c.ModuleVersion
	if c.Module != nil {
		path, version = c.Module.Path, c.Module.Version
	}
	return path != "" && version == ""
}

// readUnit reads the config file of a unit.
func readUnit(path string, flags []string) (*unit, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	u := &unit{path: path, flags: flags}
	if err := errors.Join(json.Unmarshal(data, &u.unitConfig), json.Unmarshal(data, &u.raw)); err != nil {
		return nil, fmt.Errorf("reading %s: %w", path, err)
	}
	u.nameExternalTests()
	u.main = u.inMainModule()
	u.variant = u.main && (slices.ContainsFunc(u.GoFiles, isTestFile) || u.importsVariant())
	return u, nil
}

// nameExternalTests gives the external tests of a package p an ID of their own:
// the go command calls them p_test, as a package in that directory.
func (u *unit) nameExternalTests() {
	path, ok := strings.CutSuffix(u.ID, "_test")
	plain := func(name string) bool { return !isTestFile(name) }
	if ok && len(u.GoFiles) > 0 && !slices.ContainsFunc(u.GoFiles, plain) {
		u.ID = externalID(path)
		u.raw["ID"] = u.ID
	}
}

// isTestFile reports whether the go command compiles the file for tests only.
func isTestFile(name string) bool { return strings.HasSuffix(name, "_test.go") }

// importsVariant reports whether a direct import is marked as a test variant.
func (u *unit) importsVariant() bool {
	for _, file := range u.PackageVetx {
		if hasMark(file) {
			return true
		}
	}
	return false
}

// hasMark reports whether the facts file ends with variantMark.
func hasMark(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false // unitchecker will say so
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || info.Size() < int64(len(variantMark)) {
		return false
	}
	end := make([]byte, len(variantMark))
	_, err = f.ReadAt(end, info.Size()-int64(len(end)))
	return err == nil && string(end) == variantMark
}

// hasInPackageTests reports whether the package, asked for by name, would be
// analysed together with tests. Files that the build excludes do not count.
func (u *unit) hasInPackageTests() bool {
	ignored := make(map[string]bool)
	for _, f := range u.IgnoredFiles {
		ignored[filepath.Base(f)] = true
	}
	entries, err := os.ReadDir(u.Dir)
	if err != nil {
		return false
	}
	for _, e := range entries {
		name := e.Name()
		if !isTestFile(name) || ignored[name] || name[0] == '_' || name[0] == '.' {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(u.Dir, name), nil, parser.PackageClauseOnly)
		if err == nil && !strings.HasSuffix(f.Name.Name, "_test") {
			return true
		}
	}
	return false
}

// reports reports whether the unit is to give its findings. Asked to fix, it
// must not be more eager than the go command: what it writes then is files.
func (u *unit) reports() bool {
	switch {
	case !u.VetxOnly:
		return true
	case u.has("-fix") && !u.has("-diff"):
		return false
	}
	return u.main && !u.variant && !u.hasInPackageTests()
}

// has reports whether the tool was called with the flag.
func (u *unit) has(flag string) bool { return slices.Contains(u.flags, flag) }

// run analyses the unit in a child process and returns its exit code.
func (u *unit) run() (int, error) {
	stdout := u.path + ".stdout"
	u.raw["Stdout"] = stdout
	u.raw["VetxOnly"] = !u.reports()
	config := strings.TrimSuffix(u.path, ".cfg") + unitSuffix
	data, err := json.Marshal(u.raw)
	if err != nil {
		return 0, err
	}
	if err := os.WriteFile(config, data, 0o666); err != nil {
		return 0, err
	}
	self, err := os.Executable()
	if err != nil {
		return 0, err
	}
	child := exec.Command(self, append(slices.Clone(u.flags), config)...)
	child.Args[0] = os.Args[0]
	told := &onceTold{to: os.Stderr}
	child.Stdin, child.Stdout, child.Stderr = nil, os.Stdout, told
	code := 0
	if err := child.Run(); err != nil {
		var status *exec.ExitError
		if !errors.As(err, &status) {
			return 0, err
		}
		code = max(status.ExitCode(), 1) // a signal counts as a failure
	}
	if err := told.flush(); err != nil {
		return 0, err
	}
	output, err := os.ReadFile(stdout)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return 0, err
	}
	if output = tellOnce(output); code == 0 {
		output = u.named(output)
	}
	return code, errors.Join(u.write(output), u.mark())
}

// named returns the JSON result of a unit with its package in it, which
// unitchecker leaves out when there are no findings.
func (u *unit) named(output []byte) []byte {
	quiet := !u.reports()
	if !u.has("-json") || quiet && u.variant {
		return output
	}
	trimmed := bytes.TrimSpace(output)
	if !bytes.Equal(trimmed, []byte("{}")) && !(quiet && len(trimmed) == 0) {
		return output
	}
	id, err := json.Marshal(u.ID)
	if err != nil {
		return output
	}
	if quiet {
		return fmt.Appendf(nil, "{\n\t%s: {\n\t\t%q: []\n\t}\n}\n", id, factsOnly)
	}
	return fmt.Appendf(nil, "{\n\t%s: {}\n}\n", id)
}

// write hands the result to the go command, which names a file for it from
// version 1.26 on and reads standard output before.
func (u *unit) write(output []byte) error {
	if u.Stdout == "" {
		_, err := os.Stdout.Write(output)
		return err
	}
	return os.WriteFile(u.Stdout, output, 0o666)
}

// mark marks the facts file of a test variant.
func (u *unit) mark() error {
	if !u.variant {
		return nil
	}
	f, err := os.OpenFile(u.VetxOutput, os.O_APPEND|os.O_WRONLY, 0)
	if errors.Is(err, os.ErrNotExist) {
		return nil // the analysis failed
	}
	if err != nil {
		return err
	}
	_, err = f.WriteString(variantMark)
	return errors.Join(err, f.Close())
}
