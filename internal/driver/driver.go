// Package driver answers: how does leaklint run? One binary has two roles.
// Called by the go command, as go vet -vettool or go fix -fixtool, it analyses
// one package (unit.go). Called by a person it lets go vet do the work, so
// that results and facts are cached and shared by all ways in, and prints what
// comes back (lint.go). It is the only package that prints or exits.
package driver

import (
	"errors"
	"io"
	"os"
	"slices"

	"golang.org/x/tools/go/analysis"
)

// A command is one call of leaklint by a person.
type command struct {
	analyzers      []*analysis.Analyzer
	stdout, stderr io.Writer
	colour         bool // stdout is a terminal that wants colours
	terminal       bool // stderr is a terminal
	progress       bool // stderr is a terminal that can remove a line again
}

// Main runs leaklint with the given analyzers and exits.
func Main(analyzers ...*analysis.Analyzer) {
	args := os.Args[1:]
	if calledByGo(args) {
		unitMain(args, analyzers)
	}
	c := &command{
		analyzers: analyzers,
		stdout:    os.Stdout,
		stderr:    os.Stderr,
		colour:    wantsColour(os.Stdout),
		terminal:  isTerminal(os.Stderr),
		progress:  isTerminal(os.Stderr) && !isDumb(),
	}
	os.Exit(c.main(args))
}

// main runs the sub-command or the linter and returns the exit code.
func (c *command) main(args []string) int {
	if len(args) > 0 {
		if run, ok := subcommands[args[0]]; ok {
			return c.exit(run(c, args[1:]))
		}
		if slices.Contains(versionFlags, args[0]) {
			return c.exit(c.version(nil))
		}
	}
	args, err := c.withConfig(args)
	if err != nil {
		return c.exit(err)
	}
	opts, err := parseArgs(c.analyzers, args)
	if errors.Is(err, errHelp) {
		c.overview()
	}
	if err != nil {
		return c.exit(err)
	}
	return c.lint(opts)
}

// versionFlags are the other ways to ask for the version.
var versionFlags = []string{"-version", "--version", "-V", "--V"}

// subcommands are the words that are no package pattern when they come first.
var subcommands map[string]func(*command, []string) error

func init() {
	subcommands = map[string]func(*command, []string) error{
		"confirm": (*command).confirm,
		"config":  (*command).config,
		"gopls":   (*command).gopls,
		"help":    (*command).help,
		"profile": (*command).profile,
		"version": (*command).version,
	}
}
