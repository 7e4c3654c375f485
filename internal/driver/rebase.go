package driver

import (
	"os"
	"path/filepath"
	"strings"
)

// A locator knows where the packages of the main modules are.
type locator struct {
	modules []module
	dirs    map[string]string // import path to directory, from go list; may be nil
}

// dir returns the directory of the package with the ID, and its import path.
// The directory is empty if it is not known.
func (l *locator) dir(id string) (importPath, dir string) {
	base := strings.TrimSuffix(packageOf(id), "_test")
	if id != externalID(base) {
		base = id
	}
	if d := l.lookup(base); isDir(d) {
		return base, d
	}
	return base, ""
}

// lookup returns where the package with the import path is or would be.
func (l *locator) lookup(importPath string) string {
	if d, ok := l.dirs[importPath]; ok {
		return d
	}
	best := -1
	for i, m := range l.modules {
		inside := importPath == m.Path || strings.HasPrefix(importPath, m.Path+"/")
		if inside && (best < 0 || len(m.Path) > len(l.modules[best].Path)) {
			best = i
		}
	}
	if best < 0 {
		return ""
	}
	m := l.modules[best]
	return filepath.Join(m.Dir, filepath.FromSlash(strings.TrimPrefix(importPath, m.Path)))
}

// isDir reports whether path is a directory.
func isDir(path string) bool {
	info, err := os.Stat(path)
	return path != "" && err == nil && info.IsDir()
}

// exists reports whether there is a file.
func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// rebase moves the positions of a finding to this checkout. With -trimpath the
// go command shares results between checkouts of the same code, and those hold
// the paths of the one that was analysed first. The package's own directory
// tells which: what its path and the finding's have in common at the end is
// inside the repository, what stands before is a checkout.
func (f *Finding) rebase(dir string) {
	there := filepath.Dir(f.Pos.File)
	if dir == "" || there == dir || exists(f.Pos.File) && realPath(there) == realPath(dir) {
		return
	}
	if !exists(filepath.Join(dir, filepath.Base(f.Pos.File))) {
		return // a //line comment led somewhere else
	}
	oldRoot, newRoot := splitCommonEnd(there, dir)
	move := func(file *string) {
		rel, err := filepath.Rel(oldRoot, *file)
		if err != nil || rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
			return // outside that checkout
		}
		if moved := filepath.Join(newRoot, rel); exists(moved) {
			*file = moved
		}
	}
	move(&f.Pos.File)
	move(&f.End.File)
	for i := range f.Related {
		move(&f.Related[i].Pos.File)
		move(&f.Related[i].End.File)
	}
	for i := range f.Fixes {
		for j := range f.Fixes[i].Edits {
			move(&f.Fixes[i].Edits[j].File)
		}
	}
}

// splitCommonEnd returns what is left of two directories without the path
// elements that both end with.
func splitCommonEnd(a, b string) (string, string) {
	for a != filepath.Dir(a) && b != filepath.Dir(b) && filepath.Base(a) == filepath.Base(b) {
		a, b = filepath.Dir(a), filepath.Dir(b)
	}
	return a, b
}
