package profile

import (
	"cmp"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// A Module is a main module of this checkout.
type Module struct {
	Path, Dir string
}

// A Checkout finds the places of a profile in the files that are here. The
// program may have been built elsewhere, with -trimpath, from the module cache
// or a vendor directory, and from another version.
type Checkout struct {
	modules []Module // longest path first
	roots   []root   // where modules stood when the program was built, learned from the profile
	sources map[string]*source
	files   map[Frame]string // what file returns; without lines, except for package main
	known   map[string]bool  // the functions that learn has seen
}

// A root is a module's directory on the machine that built the program.
type root struct {
	dir string
	mod Module
}

// A Place is a position in a file of this checkout.
type Place struct {
	File string // absolute
	Line int
}

// String returns file:line.
func (p Place) String() string { return fmt.Sprintf("%s:%d", p.File, p.Line) }

// IsZero reports whether the place is unknown.
func (p Place) IsZero() bool { return p.File == "" }

// NewCheckout returns the checkout with the main modules.
func NewCheckout(modules []Module) *Checkout {
	modules = slices.Clone(modules)
	slices.SortFunc(modules, func(a, b Module) int {
		return cmp.Or(cmp.Compare(len(b.Path), len(a.Path)), cmp.Compare(a.Path, b.Path))
	})
	return &Checkout{modules: modules, sources: make(map[string]*source), files: make(map[Frame]string), known: make(map[string]bool)}
}

// Learn finds out from the frames of the profile where the modules stood when
// the program was built.
func (c *Checkout) Learn(p *Profile) {
	for _, s := range p.Stacks {
		for _, f := range s.Frames {
			c.learn(f)
		}
		c.learn(s.Creator)
	}
}

// learn learns from a frame, which is not of package main: there the name says
// in which directory of the module the file is.
func (c *Checkout) learn(f Frame) {
	if c.known[f.Func] {
		return
	}
	c.known[f.Func] = true
	mod, rel, ok := c.moduleOf(packageOf(f.Func))
	if !ok {
		return
	}
	dir := path.Dir(slashes(f.File))
	there, ok := cutPathSuffix(dir, rel)
	if !ok || there == "" {
		return
	}
	if r := (root{there, mod}); !slices.Contains(c.roots, r) && len(c.roots) < 64 {
		c.roots = append(c.roots, r)
	}
}

// moduleOf returns the module of a package and the package's directory in it.
func (c *Checkout) moduleOf(pkg string) (mod Module, rel string, ok bool) {
	for _, m := range c.modules {
		if pkg == m.Path {
			return m, "", true
		}
		if rel, ok := strings.CutPrefix(pkg, m.Path+"/"); ok {
			return m, rel, true
		}
	}
	return Module{}, "", false
}

// IsUser reports whether the function belongs to a module of the checkout.
func (c *Checkout) IsUser(f Frame) bool {
	pkg := packageOf(f.Func)
	if _, _, ok := c.moduleOf(pkg); ok {
		return true
	}
	if pkg == "main" {
		return len(c.modules) == 0 || !c.Place(f).IsZero()
	}
	return len(c.modules) == 0 && !isStd(pkg) && !strings.Contains(slashes(f.File), "@v")
}

// Place returns where the frame is in this checkout, zero if it is nowhere.
func (c *Checkout) Place(f Frame) Place {
	key := f
	if !strings.HasPrefix(f.Func, "main.") {
		key.Line = 0
	}
	file, ok := c.files[key]
	if !ok {
		file = c.file(f)
		c.files[key] = file
	}
	if file == "" || f.Line <= 0 {
		return Place{}
	}
	return Place{File: file, Line: f.Line}
}

// file returns the file of a frame, or "". The name of the function says the
// package, except in package main; there the path of the file has to tell.
func (c *Checkout) file(f Frame) string {
	pkg, file := packageOf(f.Func), slashes(f.File)
	base := path.Base(file)
	if mod, rel, ok := c.moduleOf(pkg); ok {
		if at := c.existing(mod, rel, base); at != "" {
			return at
		}
		return c.existing(mod, strings.TrimSuffix(rel, "_test"), base) // an external test
	}
	if pkg != "main" || !strings.HasSuffix(base, ".go") {
		return ""
	}
	for _, m := range c.modules { // here, or with -trimpath
		if rel, ok := strings.CutPrefix(file, slashes(m.Dir)+"/"); ok {
			return c.existing(m, path.Dir(rel), base)
		}
		if rel, ok := trimmedPath(file, m.Path); ok {
			return c.existing(m, path.Dir(rel), base)
		}
	}
	for _, r := range c.roots {
		if rel, ok := strings.CutPrefix(file, r.dir+"/"); ok {
			return c.existing(r.mod, path.Dir(rel), base)
		}
	}
	return c.bySuffix(f, file)
}

// trimmedPath returns the part of a -trimpath file name within the module,
// with or without a version: example.com/m@v1.2.3/cmd/x/main.go.
func trimmedPath(file, module string) (rel string, ok bool) {
	rest, ok := strings.CutPrefix(file, module)
	if !ok {
		return "", false
	}
	if strings.HasPrefix(rest, "@") {
		_, rel, ok = strings.Cut(rest, "/")
		return rel, ok
	}
	return strings.CutPrefix(rest, "/")
}

// bySuffix returns the file of package main whose path ends like file, the
// longest end first. Nothing else tells where the checkout was, so the function
// has to stand at that line here.
func (c *Checkout) bySuffix(f Frame, file string) string {
	base := path.Base(file)
	for rest := file; rest != ""; {
		for _, m := range c.modules {
			at := c.existing(m, path.Dir(rest), base)
			if at != "" && c.misfit(Place{File: at, Line: f.Line}, f.Func) == "" {
				return at
			}
		}
		_, rest, _ = strings.Cut(rest, "/")
	}
	return ""
}

// existing returns the path of a file in a directory of the module, or "" if
// there is none. No name leads out of the module.
func (c *Checkout) existing(m Module, rel, base string) string {
	local := filepath.FromSlash(path.Join(rel, base))
	if m.Dir == "" || !filepath.IsLocal(local) {
		return ""
	}
	at := filepath.Join(m.Dir, local)
	if info, err := os.Stat(at); err != nil || !info.Mode().IsRegular() {
		return ""
	}
	return at
}

// cutPathSuffix cuts the path rel off the end of dir; an empty one is there.
func cutPathSuffix(dir, rel string) (before string, ok bool) {
	if rel == "" {
		return dir, true
	}
	before, ok = strings.CutSuffix(dir, "/"+rel)
	return before, ok
}

// slashes returns a path of any system with slashes.
func slashes(p string) string { return strings.ReplaceAll(p, `\`, "/") }

// Dirs returns the directories of the packages in which the profile's
// goroutines stand or were started, sorted.
func (c *Checkout) Dirs(profiles []*Profile) []string {
	seen := make(map[string]bool)
	add := func(f Frame) {
		if p := c.Place(f); !p.IsZero() {
			seen[filepath.Dir(p.File)] = true
		}
	}
	for _, p := range profiles {
		for _, s := range p.Stacks {
			for _, f := range s.Frames {
				add(f)
			}
			add(s.Creator)
		}
	}
	var dirs []string
	for d := range seen {
		dirs = append(dirs, d)
	}
	slices.Sort(dirs)
	return dirs
}
