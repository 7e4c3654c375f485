package skeleton

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/leaklint/leaklint/internal/explore"
)

// TestOutOfSight: a closure that is not looked into, because too many functions
// come before it, may do anything to what it has captured; without such a closure
// the same wait is found to be for ever.
func TestOutOfSight(t *testing.T) {
	for _, c := range []struct {
		name, body string
		leaks      int
	}{
		{"works on it", "wg.Done()", 0},
		{"has another one", "other.Done()", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			var b strings.Builder
			b.WriteString("package sight\n\nimport \"sync\"\n\nfunc wide() {\n\twg, other := new(sync.WaitGroup), new(sync.WaitGroup)\n\twg.Add(1)\n\tother.Add(1)\n")
			for i := range maxLook {
				fmt.Fprintf(&b, "\tf%d()\n", i)
			}
			fmt.Fprintf(&b, "\tgo func() { %s }()\n\twg.Wait()\n}\n", c.body)
			for i := range maxLook {
				fmt.Fprintf(&b, "\nfunc f%d() { println(%d) }\n", i, i)
			}
			file := filepath.Join(t.TempDir(), "sight.go")
			if err := os.WriteFile(file, []byte(b.String()), 0o666); err != nil {
				t.Fatal(err)
			}
			pkg, fns := load(t, file)
			ix := NewIndex(pkg, fns, nil)
			ix.Roots(nil)
			u, err := ix.Compile(pkg.Func("wide"))
			if err != nil {
				t.Fatal(err)
			}
			if res := explore.Run(u.Prog, explore.Options{}); len(res.Leaks) != c.leaks || res.Truncated {
				t.Errorf("%d leaks, truncated %v\n%s", len(res.Leaks), res.Truncated, u.Prog)
			}
		})
	}
}
