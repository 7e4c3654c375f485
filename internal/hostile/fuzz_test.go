package hostile_test

import (
	"go/importer"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/leaklint/leaklint/internal/hostile"
)

// seeds returns sources to mutate: the shapes in a small size, and the files of
// the corpora that are packages of their own.
func seeds(t testing.TB) []string {
	var all []string
	for _, s := range hostile.Shapes {
		all = append(all, s.Source(2))
	}
	files, err := filepath.Glob("../../testdata/src/*/*/*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(name, "_test.go") && !strings.Contains(string(data), "example.com/") && len(data) < 20_000 {
			all = append(all, string(data))
		}
	}
	return all
}

// FuzzAnalyse runs all passes on programs that hasty edits make of others: no
// pass may fail on one. The numbers choose the program and the changes.
func FuzzAnalyse(f *testing.F) {
	sources := seeds(f)
	imports := importer.Default()
	for i := range 60 {
		f.Add(uint16(i*37), uint64(i), uint8(i%6))
	}
	f.Fuzz(func(t *testing.T, program uint16, seed uint64, changes uint8) {
		source, err := hostile.Mutate(sources[int(program)%len(sources)], seed, int(changes%8))
		if err != nil {
			t.Skip(err)
		}
		p, err := load(imports, source)
		if err != nil {
			t.Skip(err) // does not compile
		}
		run(t, p)
		if t.Failed() {
			t.Log(source)
		}
	})
}

// TestMutantsCompile keeps the mutator useful: most of what it makes compiles.
func TestMutantsCompile(t *testing.T) {
	sources := seeds(t)
	imports := importer.Default()
	compiled, all := 0, 0
	for i, source := range sources {
		if _, err := load(imports, source); err != nil {
			continue // it needs another package
		}
		mutant, err := hostile.Mutate(source, uint64(i), 1+i%3)
		if err != nil {
			t.Fatal(err)
		}
		all++
		if _, err := load(imports, mutant); err == nil {
			compiled++
		}
	}
	if compiled*10 < all*6 {
		t.Errorf("%d of %d mutants compile, want 60 %%", compiled, all)
	}
	t.Logf("%d of %d mutants compile", compiled, all)
}
