package goplsbuild

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
	"strings"
)

// A goCommand runs the go command in one folder.
type goCommand struct {
	dir string
	log io.Writer
}

// run runs go with args and returns what it prints. The error carries the end
// of what it says.
func (g *goCommand) run(ctx context.Context, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = g.dir
	if g.dir == "" {
		cmd.Dir = os.TempDir() // no go.mod of the caller's takes part
	}
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-buildvcs=false")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if g.log != nil {
		cmd.Stderr = io.MultiWriter(&stderr, g.log)
	}
	out, err := cmd.Output()
	if errors.Is(err, exec.ErrNotFound) {
		return nil, errors.New("there is no go command on PATH: install Go (https://go.dev/dl)")
	}
	if err != nil {
		return out, fmt.Errorf("go %s: %w\n%s", args[0], err, tail(stderr.String(), 20))
	}
	return out, nil
}

// tail returns the last n lines of s.
func tail(s string, n int) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	if len(lines) > n {
		lines = lines[len(lines)-n:]
	}
	return strings.Join(lines, "\n")
}

// env returns the value of one variable of go env.
func (g *goCommand) env(ctx context.Context, name string) (string, error) {
	out, err := g.run(ctx, "env", name)
	return strings.TrimSpace(string(out)), err
}

// installDir returns the folder into which go install puts programs.
func installDir(ctx context.Context, g *goCommand) (string, error) {
	if bin, err := g.env(ctx, "GOBIN"); bin != "" || err != nil {
		return bin, err
	}
	path, err := g.env(ctx, "GOPATH")
	if err != nil {
		return "", err
	}
	first := filepath.SplitList(path)
	if len(first) == 0 {
		return "", errors.New("go env GOPATH is empty: name the program to write with -o")
	}
	return filepath.Join(first[0], "bin"), nil
}

// exeSuffix returns the ending of programs on the go command's system.
func exeSuffix(ctx context.Context, g *goCommand) string {
	suffix, err := g.env(ctx, "GOEXE")
	if err != nil {
		return "" // the build that follows says what is wrong
	}
	return suffix
}

// download fetches a version of a module and returns its folder.
func download(ctx context.Context, g *goCommand, path, version string) (string, error) {
	out, err := g.run(ctx, "mod", "download", "-json", path+"@"+version)
	var m struct{ Dir, Error string }
	if json.Unmarshal(out, &m) == nil && m.Error != "" {
		err = errors.New(m.Error)
	}
	if err != nil {
		return "", fmt.Errorf("%s %s cannot be downloaded: %w", path, version, err)
	}
	return m.Dir, nil
}
