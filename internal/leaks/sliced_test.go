package leaks_test

import (
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/leaklint/leaklint/internal/difftest"
	"github.com/leaklint/leaklint/internal/leaks"
)

var (
	slicedN    = flag.Int("sliced.n", 200, "number of generated scenarios whose slices are compared")
	slicedSeed = flag.Uint64("sliced.seed", 1, "seed of these scenarios")
)

// TestSlices: what the slice of a root's program finds, the whole program finds,
// too. A slice that loses a store (p.c = c, with p from an unknown caller) has
// goroutines stay that others reach. It runs over all corpora and over generated
// scenarios; with LEAKLINT_SLICES set to a directory also over the modules below
// it.
func TestSlices(t *testing.T) {
	if testing.Short() {
		t.Skip("loads all corpora")
	}
	for _, dir := range modulesBelow(t, filepath.Join("..", "..", "testdata", "src")) {
		t.Run(filepath.ToSlash(dir), func(t *testing.T) { compareSlices(t, dir) })
	}
	t.Run("generated", func(t *testing.T) {
		dir := t.TempDir()
		if err := difftest.WriteModule(dir, difftest.Generate(*slicedSeed, *slicedN)); err != nil {
			t.Fatal(err)
		}
		compareSlices(t, dir)
	})
	if root := os.Getenv("LEAKLINT_SLICES"); root != "" {
		for _, dir := range modulesBelow(t, root) {
			t.Run(filepath.Base(dir), func(t *testing.T) { compareSlices(t, dir) })
		}
	}
}

// compareSlices fails the test for each leak that only a slice has in the
// packages of a module.
func compareSlices(t *testing.T, dir string) {
	t.Helper()
	roots, large, both := 0, 0, 0
	for _, act := range load(t, dir, leaks.Sliced) {
		d := act.Result.(*leaks.SliceDiff)
		roots, large, both = roots+d.Compared, large+d.Large, both+d.Leaks
		for _, line := range d.Only {
			t.Errorf("only its slice leaks: %s", line)
		}
	}
	t.Logf("%d roots compared, %d too large, %d leaks found both ways", roots, large, both)
}

// modulesBelow returns the directories below root with a go.mod, itself included.
func modulesBelow(t *testing.T, root string) (dirs []string) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Name() == "go.mod" {
			dirs = append(dirs, filepath.Dir(path))
		}
		return err
	})
	if err != nil || len(dirs) == 0 {
		t.Fatalf("no modules below %s: %v", root, err)
	}
	return dirs
}
