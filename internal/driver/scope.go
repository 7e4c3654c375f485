package driver

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A scope says which packages were asked for. The vet tool also reports what
// it finds in dependencies within the main modules (unit.go).
//
// Patterns that are paths are matched here, for asking go list costs as much
// as a whole warm run; all others need it.
type scope struct {
	rules  []dirRule
	files  bool            // the patterns are Go files
	listed map[string]bool // import paths; nil if the rules say it all
}

// A dirRule is a pattern that is a path.
type dirRule struct {
	dir  string // absolute
	tree bool   // ends with /...
}

// newScope returns the scope of patterns that are used in dir. It is not ok if
// go list has to be asked.
func newScope(dir string, patterns []string) (s *scope, ok bool) {
	s = new(scope)
	for _, p := range patterns {
		if strings.HasSuffix(p, ".go") {
			s.files = true
			continue
		}
		rule, ok := newDirRule(dir, p)
		if !ok {
			return nil, false
		}
		s.rules = append(s.rules, rule)
	}
	return s, true
}

// newDirRule reads a pattern that is a path, with or without /... at its end.
func newDirRule(dir, pattern string) (dirRule, bool) {
	path := filepath.ToSlash(pattern)
	path, tree := strings.CutSuffix(path, "/...")
	local := path == "." || path == ".." || strings.HasPrefix(path, "./") || strings.HasPrefix(path, "../")
	if strings.Contains(path, "...") || !local && !filepath.IsAbs(pattern) {
		return dirRule{}, false
	}
	path = filepath.FromSlash(path)
	if path == "" {
		path = string(filepath.Separator)
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(dir, path)
	}
	return dirRule{dir: realPath(path), tree: tree}, true
}

// String returns the pattern as an absolute path.
func (r dirRule) String() string {
	if r.tree {
		return filepath.Join(r.dir, "...")
	}
	return r.dir
}

// realPath resolves symbolic links where it can.
func realPath(path string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	return filepath.Clean(path)
}

// newListedScope returns the scope of the packages that go list named.
func newListedScope(pkgs []*listedPackage) *scope {
	s := &scope{listed: make(map[string]bool)}
	for _, p := range pkgs {
		if !p.DepOnly {
			s.listed[p.ImportPath] = true
		}
	}
	return s
}

// asksFor reports whether the package was asked for. Its directory may be
// empty, which means unknown: then it counts as asked for.
func (s *scope) asksFor(importPath, dir string) bool {
	switch {
	case s.listed != nil:
		return s.listed[importPath]
	case importPath == "command-line-arguments":
		return s.files
	case dir == "":
		return true
	}
	dir = realPath(dir)
	return slices.ContainsFunc(s.rules, func(r dirRule) bool { return r.matches(dir) })
}

// matches reports whether the pattern means the package in dir. As the go
// command has it, /... does not descend into other modules, vendor, testdata,
// and what begins with _ or a dot.
func (r dirRule) matches(dir string) bool {
	if dir == r.dir || !r.tree {
		return dir == r.dir
	}
	rel, err := filepath.Rel(r.dir, dir)
	if err != nil || rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		return false
	}
	at := r.dir
	for _, name := range strings.Split(rel, string(filepath.Separator)) {
		at = filepath.Join(at, name)
		if skippedDir(name) || isModuleRoot(at) {
			return false
		}
	}
	return true
}

// skippedDir reports whether /... leaves out directories of this name.
func skippedDir(name string) bool {
	return name == "testdata" || name == "vendor" || strings.HasPrefix(name, "_") || strings.HasPrefix(name, ".")
}

// isModuleRoot reports whether there is a go.mod file in dir.
func isModuleRoot(dir string) bool {
	info, err := os.Stat(filepath.Join(dir, "go.mod"))
	return err == nil && info.Mode().IsRegular()
}
