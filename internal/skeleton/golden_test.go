package skeleton

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the golden programs")

// TestGolden: the programs of all roots of small functions, in the machine's
// text form. A change here is a change of what is decided: read it.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("../leaks/testdata/src/a/*.go") // whose findings are tested there
	if err != nil || len(files) == 0 {
		t.Fatalf("no functions to compile: %v", err)
	}
	for _, file := range files {
		pkg, fns := load(t, file)
		ix := NewIndex(pkg, fns, nil)
		var b strings.Builder
		for _, root := range ix.Roots(nil) {
			u, err := ix.Compile(root)
			if err != nil {
				t.Fatalf("%s: %v", root, err)
			}
			b.WriteString(u.Prog.String() + "\n")
		}
		golden := filepath.Join("testdata", "golden", strings.TrimSuffix(filepath.Base(file), ".go")+".golden")
		if *update {
			if err := os.WriteFile(golden, []byte(b.String()), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if string(want) != b.String() {
			t.Errorf("%s: the programs differ from %s; run with -update and read the difference", file, golden)
		}
	}
}
