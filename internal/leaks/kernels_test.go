package leaks_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"

	"github.com/leaklint/leaklint/internal/leaks"
	"github.com/leaklint/leaklint/internal/passtest"
	"github.com/leaklint/leaklint/internal/report"
	"github.com/leaklint/leaklint/internal/skeleton"
	"github.com/leaklint/leaklint/internal/summary"
)

// kernelSum is the hash of the sources to which the lines of kernels.tsv belong.
const kernelSum = "25cc9d782da053b868e92407a0f1b05ac59fb14f61d50c53fb34a638540494f8"

// kernelDirs are the folders of the runtime's test data: patterns, and the 63
// kernels of real bugs.
var kernelDirs = []string{".", "goker"}

// leastNamed is how many leaked operations of a kind must be named at least. The
// others are victims of those, told with them, or not found.
var leastNamed = map[string]int{"send": 27, "receive": 18, "select": 4, "Wait": 3, "Cond": 3, "lock": 26}

// TestKernels: every operation at which a goroutine of the runtime's own leak
// tests stays is an instruction of some root's program, and the exploration
// finds most of them.
func TestKernels(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles 65 kernels")
	}
	dir := kernelModule(t)
	want := kernelOps(t)
	compiled, named, related := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, act := range load(t, dir, leaks.Everything, summary.Analyzer) {
		base := filepath.Base(act.Package.PkgPath)
		switch res := act.Result.(type) {
		case *leaks.Result:
			for _, l := range res.Leaks {
				if l.Confidence == report.Default {
					named[place(act, base, l.Pos)] = true
				}
				for _, v := range l.Victims {
					related[place(act, base, v.Pos)] = true
				}
			}
		case *summary.Result:
			compileAll(t, act, base, res, compiled)
		}
	}
	all, found, victims := map[string]int{}, map[string]int{}, map[string]int{}
	for _, at := range slices.Sorted(maps.Keys(want)) {
		kind := want[at]
		all[kind]++
		switch {
		case named[at]:
			found[kind]++
		case related[at]:
			victims[kind]++
		case !compiled[at]:
			t.Errorf("%s: the %s is in no program", at, kind)
		default:
			t.Logf("%s: the %s is not named", at, kind)
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(leastNamed)) {
		t.Logf("%-8s %2d leaked: %2d named, %2d more as victims of those", kind, all[kind], found[kind], victims[kind])
		if found[kind] < leastNamed[kind] {
			t.Errorf("%s: %d named, want at least %d", kind, found[kind], leastNamed[kind])
		}
	}
}

// compileAll compiles all roots of a package and notes the lines of their
// instructions.
func compileAll(t *testing.T, act *checker.Action, base string, sum *summary.Result, lines map[string]bool) {
	t.Helper()
	ix := skeleton.NewIndex(sum.SSA.SSA(), sum.SSA.Funcs(), sum.Func)
	for _, root := range ix.Roots(nil) {
		u, err := ix.Compile(root)
		if err != nil {
			t.Errorf("%s: %v", root, err)
			continue
		}
		for _, in := range slices.Concat(u.Source...) {
			if in != nil {
				lines[place(act, base, in.Pos())] = true
			}
		}
	}
}

// place returns a position as kernels.tsv has it.
func place(act *checker.Action, base string, pos token.Pos) string {
	at := act.Package.Fset.Position(pos)
	name := filepath.Base(at.Filename)
	if base == "goker" {
		name = "goker/" + name
	}
	return fmt.Sprintf("%s:%d", name, at.Line)
}

// kernelOps reads kernels.tsv: the kind of each leaked operation by its place.
func kernelOps(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile("testdata/kernels.tsv")
	if err != nil {
		t.Fatal(err)
	}
	ops := map[string]string{}
	for line := range strings.Lines(string(text)) {
		if at, kind, ok := strings.Cut(strings.TrimSpace(line), "\t"); ok {
			ops[at] = kind
		}
	}
	return ops
}

// kernelModule copies the sources into a module of their own. It skips the
// test where they are not those that the lines belong to.
func kernelModule(t *testing.T) string {
	t.Helper()
	//lint:ignore SA1019 it runs where it was built
	src := filepath.Join(runtime.GOROOT(), "src", "runtime", "testdata", "testgoroutineleakprofile")
	files := map[string][]byte{"go.mod": []byte("module kernels\n\ngo 1.26\n")}
	var all bytes.Buffer
	for _, dir := range kernelDirs {
		names, _ := filepath.Glob(filepath.Join(src, dir, "*.go"))
		slices.Sort(names)
		for _, name := range names {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			all.Write(text)
			files[filepath.Join(map[string]string{".": "patterns"}[dir]+strings.TrimPrefix(dir, "."), filepath.Base(name))] = text
		}
	}
	if sum := fmt.Sprintf("%x", sha256.Sum256(all.Bytes())); sum != kernelSum {
		t.Skipf("the sources in %s are not those of go1.26.8: %s", src, sum)
	}
	return write(t, files)
}

// write writes files into a new directory.
func write(t *testing.T, files map[string][]byte) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, text, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// load runs analyzers on all packages of a module.
func load(t *testing.T, dir string, analyzers ...*analysis.Analyzer) []*checker.Action {
	t.Helper()
	pkgs, err := packages.Load(&packages.Config{
		Mode:      packages.LoadAllSyntax | packages.NeedModule,
		ParseFile: passtest.ParseFile,
		Dir:       dir,
		Env:       append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=mod"),
	}, "./...")
	if err != nil {
		t.Fatal(err)
	}
	graph, err := checker.Analyze(analyzers, pkgs, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, act := range graph.Roots {
		if act.Err != nil {
			t.Fatalf("%s: %v", act, act.Err)
		}
	}
	return graph.Roots
}
