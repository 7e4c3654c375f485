package driver

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// This file is -new-from: what the commit has that a change began from is
// known. That commit is analysed as the work tree is, in a checkout of its own,
// so a leak counts as new when the change makes it, wherever its line stands.

// findingsAt returns what is found at the merge base of rev and HEAD.
func (c *command) findingsAt(g *goCommand, o *options, rev string) (known []knownFinding, err error) {
	wd, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	r := &repository{ctx: g.ctx}
	base, err := r.mergeBase(rev)
	if err != nil {
		return nil, err
	}
	temp, err := os.MkdirTemp("", "leaklint-new-from-*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(temp)
	tree := filepath.Join(temp, filepath.Base(r.root))
	defer func() { err = errors.Join(err, r.dropTree(tree)) }()
	if err := r.addTree(tree, base); err != nil {
		return nil, err
	}
	sub, err := filepath.Rel(r.root, realPath(wd))
	if err != nil {
		return nil, err
	}
	there := filepath.Join(tree, sub)
	if !isDir(there) {
		return nil, nil // all of it is new
	}
	if err := os.Chdir(there); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.Chdir(wd)) }()
	return c.analyseThere(g, o, r.root, tree, base)
}

// analyseThere returns what is found in the current directory, which belongs
// to a checkout of base in tree.
func (c *command) analyseThere(g *goCommand, o *options, root, tree, base string) ([]knownFinding, error) {
	then := *o
	then.patterns = make([]string, len(o.patterns))
	for i, p := range o.patterns {
		if rel, err := filepath.Rel(root, p); err == nil && filepath.IsAbs(p) && filepath.IsLocal(rel) {
			p = filepath.Join(tree, rel)
		}
		then.patterns[i] = p
	}
	then.newFrom, then.baseline, then.debug = "", "", debugOff
	// With -trimpath the go command's cache knows the code in any directory.
	flags := append(g.buildFlags[:len(g.buildFlags):len(g.buildFlags)], "-trimpath")
	var env []string
	if work := os.Getenv("GOWORK"); filepath.IsAbs(work) {
		if rel, err := filepath.Rel(root, work); err == nil && filepath.IsLocal(rel) {
			env = []string{"GOWORK=" + filepath.Join(tree, rel)}
		}
	}
	there, err := newGoCommand(g.ctx, "", flags, env)
	if err != nil {
		return nil, err
	}
	r, err := c.analyse(there, &then)
	if errors.Is(err, errInterrupted) {
		return nil, err
	}
	if err != nil {
		r = &Report{Problems: []Problem{problemOf(err)}}
	}
	if len(r.Problems) > 0 {
		c.complain(fmt.Sprintf("-new-from: not everything could be analysed at %.12s; what is found there now counts as new:\n%s",
			base, strings.ReplaceAll(r.Problems[0].String(), tree, root)))
	}
	v, err := newView(c, &then)
	if err != nil {
		return nil, err
	}
	return v.knownOf(r.Findings), nil
}

// A repository is the git repository of the current directory.
type repository struct {
	ctx  context.Context
	root string // of its work tree
}

// mergeBase returns the commit from which HEAD and rev went apart.
func (r *repository) mergeBase(rev string) (string, error) {
	if _, err := exec.LookPath("git"); err != nil {
		return "", &userError{message: "-new-from: there is no git command on PATH", hint: "Install git, or compare with a file: -baseline."}
	}
	root, err := r.git("rev-parse", "--show-toplevel")
	if err != nil {
		return "", &userError{
			message: "-new-from: the current directory is in no git work tree: " + err.Error(),
			hint:    "Run leaklint inside one, or compare with a file: -baseline.",
		}
	}
	r.root = realPath(filepath.FromSlash(root))
	fetch := "Fetch it: 'git fetch origin'; a shallow clone of CI needs its history (actions/checkout with fetch-depth: 0)."
	commit, err := r.git("rev-parse", "--verify", "--quiet", "--end-of-options", rev+"^{commit}")
	if err != nil {
		return "", &userError{message: "-new-from: git knows no commit " + rev, hint: fetch}
	}
	base, err := r.git("merge-base", commit, "HEAD")
	if err != nil {
		return "", &userError{message: "-new-from: HEAD and " + rev + " have no commit in common", hint: fetch}
	}
	return base, nil
}

// addTree checks a commit out in dir, without running hooks.
func (r *repository) addTree(dir, commit string) error {
	if _, err := r.git("-c", "core.hooksPath="+os.DevNull, "worktree", "add", "--quiet", "--detach", dir, commit); err != nil {
		return failf("-new-from: git cannot check out %.12s: %v", commit, err)
	}
	return nil
}

// dropTree removes what addTree has made, also after an interrupt.
func (r *repository) dropTree(dir string) error {
	if !exists(dir) {
		return nil
	}
	own := repository{ctx: context.WithoutCancel(r.ctx), root: r.root}
	_, err := own.git("worktree", "remove", "--force", "--force", dir)
	return err
}

// git runs git and returns what it prints. The error is what it said.
func (r *repository) git(args ...string) (string, error) {
	cmd := exec.CommandContext(r.ctx, "git", args...)
	cmd.Dir = r.root
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	switch said := strings.TrimSpace(stderr.String()); {
	case r.ctx.Err() != nil:
		return "", errInterrupted
	case err != nil && said != "":
		return "", errors.New(strings.TrimPrefix(said, "fatal: "))
	}
	return strings.TrimSpace(string(out)), err
}
