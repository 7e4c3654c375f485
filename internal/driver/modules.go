package driver

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// abs returns the directory in which the target's patterns are used.
func (t *target) abs() (string, error) {
	if t.dir == "" {
		return os.Getwd()
	}
	return filepath.Abs(t.dir)
}

// targets divides the patterns among runs of the go command. Usually one is
// enough. But it cannot handle dir/... where dir is in no module and modules
// lie below it; then each of them is a target. Nor can it
// handle a path in another module than the one here: that module is a target
// then.
func (g *goCommand) targets(patterns []string) ([]*target, error) {
	wd, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	main := &target{goCommand: g}
	targets := []*target{}
	elsewhere := make(map[string]*target) // by root of the module
	for _, p := range patterns {
		rule, ok := newDirRule(wd, p)
		if root := enclosingModule(rule.dir); ok && root != "" && (g.gomod == "" || root != realPath(filepath.Dir(g.gomod))) {
			t, err := g.moduleElsewhere(root, elsewhere)
			switch {
			case err != nil:
				return nil, err
			case t != nil && t.patterns == nil:
				targets = append(targets, t)
				fallthrough
			case t != nil:
				t.patterns = append(t.patterns, rule.String())
				continue
			}
		}
		if !ok || !rule.tree || enclosingModule(rule.dir) != "" {
			main.patterns = append(main.patterns, p)
			continue
		}
		below, err := g.modulesBelow(rule.dir)
		if err != nil {
			return nil, err
		}
		if len(below) == 0 {
			main.patterns = append(main.patterns, p)
		}
		targets = append(targets, below...)
	}
	if len(main.patterns) > 0 {
		targets = append([]*target{main}, targets...)
	}
	if g.gomod == "" && g.gowork == "" && len(main.patterns) > 0 && !onlyFilesOrStd(main.patterns) {
		return nil, &userError{
			message: "there is no go.mod file in " + wd + " or above it, nor in a directory below it that " + strings.Join(main.patterns, " ") + " names",
			hint:    "Run leaklint inside a module, name one with -C dir, or create one with 'go mod init'.",
		}
	}
	return targets, nil
}

// moduleElsewhere returns the target for the module at root, which is nil if it
// belongs to the workspace of the current directory.
func (g *goCommand) moduleElsewhere(root string, known map[string]*target) (*target, error) {
	if t := known[root]; t != nil {
		return t, nil
	}
	var env []string
	if g.gowork != "" {
		work, err := g.modules()
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(work, func(m module) bool { return realPath(m.Dir) == root }) {
			return nil, nil
		}
		env = []string{"GOWORK=off"}
	}
	own, err := newGoCommand(g.ctx, root, g.buildFlags, env)
	if errors.Is(err, errInterrupted) {
		return nil, err
	}
	known[root] = &target{goCommand: own, name: root, err: err}
	return known[root], nil
}

// skippedModules returns the directories, in the root of a workspace that is a
// module itself, of the modules that dir/... leaves out and go.work does not
// list: somebody who works there may think that they were analysed.
func (g *goCommand) skippedModules(patterns []string) ([]string, error) {
	wd, err := os.Getwd()
	if err != nil || g.gowork == "" {
		return nil, err
	}
	work, err := g.modules()
	if err != nil {
		return nil, err
	}
	var skipped []string
	for _, p := range patterns {
		rule, ok := newDirRule(wd, p)
		if !ok || !rule.tree || rule.dir != realPath(filepath.Dir(g.gowork)) || !isModuleRoot(rule.dir) {
			continue // not the workspace, or one whose modules are targets
		}
		roots, err := moduleRoots(rule.dir)
		if err != nil {
			return nil, err
		}
		for _, root := range roots {
			if !slices.ContainsFunc(work, func(m module) bool { return realPath(m.Dir) == root }) {
				skipped = append(skipped, root)
			}
		}
	}
	return slices.Compact(skipped), nil
}

// nameSkipped says on standard error which modules are left out.
func (c *command) nameSkipped(g *goCommand, o *options) error {
	skipped, err := g.skippedModules(o.patterns)
	if err != nil || len(skipped) == 0 {
		return err
	}
	wd, err := os.Getwd()
	if err != nil {
		return err
	}
	lines := []string{fmt.Sprintf("skipped %s that %s does not list; run leaklint there, or 'go work use' them:",
		count(len(skipped), "module"), shortPath(wd, g.gowork))}
	for _, dir := range skipped {
		lines = append(lines, shortPath(wd, dir))
	}
	c.complain(strings.Join(lines, "\n"))
	return nil
}

// onlyFilesOrStd reports whether the patterns need no module.
func onlyFilesOrStd(patterns []string) bool {
	return !slices.ContainsFunc(patterns, func(p string) bool {
		return strings.HasPrefix(p, ".") || filepath.IsAbs(p) && !strings.HasSuffix(p, ".go")
	})
}

// enclosingModule returns the directory of the go.mod file in dir or above it.
// The go command ignores one in the directory for temporary files.
func enclosingModule(dir string) string {
	temp := realPath(os.TempDir())
	for {
		if isModuleRoot(dir) && dir != temp {
			return dir
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return ""
		}
		dir = parent
	}
}

// modulesBelow returns a target for the modules of the workspace below dir, and
// one for each other module there, which is its own workspace.
func (g *goCommand) modulesBelow(dir string) ([]*target, error) {
	roots, err := moduleRoots(dir)
	if err != nil || len(roots) == 0 {
		return nil, err
	}
	var work []module
	if g.gowork != "" {
		if work, err = g.modules(); err != nil {
			return nil, err
		}
	}
	shared := &target{goCommand: g}
	var targets []*target
	for _, root := range roots {
		if slices.ContainsFunc(work, func(m module) bool { return realPath(m.Dir) == root }) {
			shared.patterns = append(shared.patterns, root+string(filepath.Separator)+"...")
			continue
		}
		var env []string
		if g.gowork != "" {
			env = []string{"GOWORK=off"}
		}
		own, err := newGoCommand(g.ctx, root, g.buildFlags, env)
		if errors.Is(err, errInterrupted) {
			return nil, err
		}
		targets = append(targets, &target{goCommand: own, patterns: []string{"./..."}, name: root, err: err})
	}
	if len(shared.patterns) > 0 {
		targets = append(targets, shared)
	}
	return targets, nil
}

// moduleRoots returns the directories below dir that hold a go.mod file, in
// order, without those that /... skips.
func moduleRoots(dir string) ([]string, error) {
	var roots []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil && path == dir:
			return failf("%v", err)
		case err != nil:
			return nil // unreadable, and for the go command as if it were not there
		case d.IsDir() && path != dir && skippedDir(d.Name()):
			return filepath.SkipDir
		case !d.IsDir() && d.Name() == "go.mod":
			roots = append(roots, filepath.Dir(path))
		}
		return nil
	})
	slices.SortFunc(roots, cmp.Compare)
	return roots, err
}
