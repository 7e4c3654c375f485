package leaktest

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"
)

// A folder is one package of a corpus.
type folder struct {
	name   string   // path below testdata/src, with slashes
	dir    string   // absolute
	module string   // directory of its go.mod
	flags  []string // "pass.name=value", sorted
}

// files returns the names of the folder's files with one of the suffixes.
func (f folder) files(t *testing.T, suffix string) []string {
	t.Helper()
	var names []string
	for _, e := range readDir(t, f.dir) {
		if !e.IsDir() && strings.HasSuffix(e.Name(), suffix) {
			names = append(names, filepath.Join(f.dir, e.Name()))
		}
	}
	return names
}

// A batch is the folders that can be analysed at once: of one module, with the
// same flags.
type batch struct {
	module  string
	flags   []string
	folders []folder
}

// patterns returns the patterns that name the folders in their module.
func (b batch) patterns() []string {
	var patterns []string
	for _, f := range b.folders {
		rel, err := filepath.Rel(b.module, f.dir)
		if err != nil {
			panic(err) // both are absolute, and one is in the other
		}
		patterns = append(patterns, "./"+filepath.ToSlash(rel))
	}
	return patterns
}

// patterns returns the patterns that name all folders in the module.
func patterns(batches []batch, module string) []string {
	var all []string
	for _, b := range batches {
		if b.module == module {
			all = append(all, b.patterns()...)
		}
	}
	return all
}

// packages returns those of the loaded packages that are in the batch.
func (b batch) packages(loaded []*packages.Package) []*packages.Package {
	return slices.DeleteFunc(slices.Clone(loaded), func(p *packages.Package) bool {
		return !slices.ContainsFunc(b.folders, func(f folder) bool { return f.dir == p.Dir })
	})
}

// repository returns the root of the repository that the test runs in.
func repository(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; ; dir = filepath.Dir(dir) {
		data, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err == nil && strings.HasPrefix(string(data), "module github.com/leaklint/leaklint\n") {
			return dir
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod of leaklint above the test")
		}
	}
}

// corpus returns the folders with Go files below testdata/src/pass, or of all
// passes if pass is "".
func corpus(t *testing.T, root, pass string) []folder {
	t.Helper()
	src := filepath.Join(root, "testdata", "src")
	var folders []folder
	var list func(dir, module string)
	list = func(dir, module string) {
		entries := readDir(t, dir)
		has := func(match func(name string) bool) bool {
			return slices.ContainsFunc(entries, func(e os.DirEntry) bool { return !e.IsDir() && match(e.Name()) })
		}
		if has(func(name string) bool { return name == "go.mod" }) {
			module = dir
		}
		if has(func(name string) bool { return strings.HasSuffix(name, ".go") }) {
			rel, err := filepath.Rel(src, dir)
			if err != nil {
				t.Fatal(err)
			}
			f := folder{name: filepath.ToSlash(rel), dir: dir, module: module}
			f.flags = flagsOf(t, f)
			folders = append(folders, f)
		}
		for _, e := range entries {
			if e.IsDir() && e.Name() != "testdata" {
				list(filepath.Join(dir, e.Name()), module)
			}
		}
	}
	list(filepath.Join(src, pass), src)
	return folders
}

// readDir lists dir through the os package, which Go's test cache watches.
func readDir(t *testing.T, dir string) []os.DirEntry {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	return entries
}

// flagsDirective starts the comment that sets flags for a folder.
const flagsDirective = "//leaktest:flags "

// flagsOf returns the flags that the files of the folder set. A flag without a
// dot is one of the folder's own pass.
func flagsOf(t *testing.T, f folder) []string {
	t.Helper()
	pass, _, _ := strings.Cut(f.name, "/")
	var flags []string
	for _, name := range f.files(t, ".go") {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(data)) {
			rest, ok := strings.CutPrefix(line, flagsDirective)
			if !ok {
				continue
			}
			for _, flag := range strings.Fields(rest) {
				if !strings.HasPrefix(flag, "-") || !strings.Contains(flag, "=") {
					t.Fatalf("%s: flag %q is not of the form -name=value", name, flag)
				}
				flag = strings.TrimLeft(flag, "-")
				if name, _, _ := strings.Cut(flag, "="); !strings.Contains(name, ".") {
					flag = pass + "." + flag
				}
				flags = append(flags, flag)
			}
		}
	}
	slices.Sort(flags)
	return slices.Compact(flags)
}

// batches groups the folders by what must be the same in one run.
func batches(folders []folder) []batch {
	var all []batch
	for _, f := range folders {
		i := slices.IndexFunc(all, func(b batch) bool {
			return b.module == f.module && slices.Equal(b.flags, f.flags)
		})
		if i < 0 {
			i = len(all)
			all = append(all, batch{module: f.module, flags: f.flags})
		}
		all[i].folders = append(all[i].folders, f)
	}
	return all
}
