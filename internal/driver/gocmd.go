package driver

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// A goCommand runs the go command in one directory.
type goCommand struct {
	ctx        context.Context // ended by an interrupt
	dir        string
	buildFlags []string
	env        []string // in addition to that of the process
	version    string   // GOVERSION of the directory, such as go1.26.1
	gomod      string   // the go.mod file in force, empty if there is none
	gowork     string   // the go.work file in force, empty if there is none

	mainModules []module // filled by modules
}

// A module is a main module: the one that is worked on, or one of a workspace.
type module struct {
	Path, Dir string
}

// newGoCommand asks the go command who it is in dir, and refuses one that this
// binary cannot work with.
func newGoCommand(ctx context.Context, dir string, buildFlags, env []string) (*goCommand, error) {
	if _, err := exec.LookPath("go"); err != nil {
		return nil, &userError{
			message: "there is no go command on PATH",
			hint:    "leaklint lets the go command load and compile packages. Install Go 1.26 or newer (https://go.dev/dl), or add it to PATH.",
		}
	}
	g := &goCommand{ctx: ctx, dir: dir, buildFlags: buildFlags, env: env}
	out, err := g.output("env", "-json", "GOVERSION", "GOMOD", "GOWORK")
	if err != nil {
		return nil, err
	}
	var vars struct{ GOVERSION, GOMOD, GOWORK string }
	if err := json.Unmarshal(out, &vars); err != nil {
		return nil, fmt.Errorf("reading go env: %w", err)
	}
	g.version = vars.GOVERSION
	if vars.GOMOD != os.DevNull {
		g.gomod = vars.GOMOD
	}
	if vars.GOWORK != "off" {
		g.gowork = vars.GOWORK
	}
	return g, g.checkVersion()
}

// checkVersion refuses a go command that is newer than the one that built this
// binary: the syntax and the standard library may be beyond its type checker.
func (g *goCommand) checkVersion() error {
	theirs, ours := languageVersion(g.version), languageVersion(runtime.Version())
	if theirs == 0 || ours == 0 || theirs <= ours {
		return nil
	}
	return &userError{
		message: fmt.Sprintf("the go command here is %s, but this leaklint was built with %s and cannot read code for a newer Go", g.version, runtime.Version()),
		hint: fmt.Sprintf("Build leaklint with that Go: run 'go install github.com/leaklint/leaklint/cmd/leaklint@latest' here,\n"+
			"or make it a tool of the module: 'go get -tool github.com/leaklint/leaklint/cmd/leaklint' and 'go tool leaklint'.\n"+
			"Or use the older go command: GOTOOLCHAIN=%s leaklint ...", strings.Fields(runtime.Version())[0]),
	}
}

// languageVersion returns 26 for go1.26, go1.26.1, go1.26rc1 and development
// versions of it, and 0 for what it does not know.
func languageVersion(version string) int {
	_, rest, ok := strings.Cut(version, "go1.")
	if !ok {
		return 0
	}
	end := strings.IndexFunc(rest, func(r rune) bool { return r < '0' || r > '9' })
	if end < 0 {
		end = len(rest)
	}
	minor, _ := strconv.Atoi(rest[:end])
	return minor
}

// command prepares a run of the go command. An interrupt of the run ends it
// gracefully, as one on its own terminal would.
func (g *goCommand) command(args ...string) *exec.Cmd {
	cmd := exec.CommandContext(g.ctx, "go", args...)
	cmd.Dir = g.dir
	cmd.Env = append(os.Environ(), g.env...)
	if g.dir != "" {
		if abs, err := filepath.Abs(g.dir); err == nil {
			cmd.Env = append(cmd.Env, "PWD="+abs)
		}
	}
	ownGroup(cmd)
	cmd.Cancel = func() error { return interrupt(cmd) }
	cmd.WaitDelay = 10 * time.Second
	return cmd
}

// output runs the go command and returns its standard output. The error holds
// what it said on standard error.
func (g *goCommand) output(args ...string) ([]byte, error) {
	var stdout, stderr bytes.Buffer
	err := g.run(&stdout, &stderr, args...)
	if err != nil {
		message := strings.TrimSpace(stderr.String())
		if message == "" {
			message = err.Error()
		}
		return stdout.Bytes(), failf("go %s: %s", args[0], message)
	}
	return stdout.Bytes(), nil
}

// run runs the go command with the given outputs.
func (g *goCommand) run(stdout, stderr io.Writer, args ...string) error {
	cmd := g.command(args...)
	cmd.Stdout, cmd.Stderr = stdout, stderr
	err := cmd.Run()
	if g.ctx.Err() != nil {
		return errInterrupted
	}
	return err
}

// errInterrupted ends a run that the user or the system has interrupted.
var errInterrupted = errors.New("interrupted; nothing that was not printed counts as clean")

// modules returns the main modules.
func (g *goCommand) modules() ([]module, error) {
	if g.mainModules != nil || g.gomod == "" && g.gowork == "" {
		return g.mainModules, nil
	}
	out, err := g.output("list", "-m", "-f", "{{.Path}}\t{{.Dir}}")
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(string(out)) {
		if path, dir, ok := strings.Cut(strings.TrimSpace(line), "\t"); ok && dir != "" {
			g.mainModules = append(g.mainModules, module{Path: path, Dir: dir})
		}
	}
	return g.mainModules, nil
}

// A listedPackage is a package as go list describes it.
type listedPackage struct {
	ImportPath, Dir, ForTest, Name           string
	GoFiles, CgoFiles                        []string
	TestGoFiles, XTestGoFiles                []string
	Imports, TestImports, XTestImports, Deps []string
	DepOnly, Standard                        bool
	Module                                   *struct{ Main bool }
	Error                                    *listError
	DepsErrors                               []*listError
}

// A listError is why the go command cannot load a package.
type listError struct {
	ImportStack []string
	Pos, Err    string
}

// list describes the packages that match the patterns, broken ones too. What it
// returns is not nil.
func (g *goCommand) list(flags []string, patterns []string) ([]*listedPackage, error) {
	args := append([]string{"list", "-e", "-json=ImportPath,Dir,ForTest,Name,GoFiles,CgoFiles,TestGoFiles,XTestGoFiles,Imports,TestImports,XTestImports,Deps,DepOnly,Standard,Module,Error,DepsErrors"}, g.buildFlags...)
	out, err := g.output(append(append(append(args, flags...), "--"), patterns...)...)
	if err != nil {
		return nil, err
	}
	pkgs := []*listedPackage{}
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		p := new(listedPackage)
		switch err := dec.Decode(p); {
		case errors.Is(err, io.EOF):
			return pkgs, nil
		case err != nil:
			return nil, fmt.Errorf("reading go list: %w", err)
		}
		pkgs = append(pkgs, p)
	}
}
