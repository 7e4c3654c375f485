package skeleton

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/leaklint/leaklint/internal/explore"
	"github.com/leaklint/leaklint/internal/explore/slice"
)

// TestOdd: odd code compiles to programs that the machine can run, whichever
// function is taken for a root.
func TestOdd(t *testing.T) {
	files, _ := filepath.Glob("testdata/odd*.go")
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) { compileEach(t, file) })
	}
}

// compileEach compiles each function of a file as a root, and explores it as it is
// and sliced.
func compileEach(t *testing.T, file string) {
	pkg, fns := load(t, file)
	ix := NewIndex(pkg, fns, nil)
	ix.Roots(nil)
	ix.Unanswered()
	for _, fn := range fns {
		if len(fn.Blocks) == 0 {
			continue
		}
		u, err := ix.Compile(fn)
		if err != nil {
			t.Errorf("%s: %v", fn, err)
			continue
		}
		run(t, u)
	}
}

// run explores a unit and reports a machine that stumbles.
func run(t *testing.T, u *Unit) {
	t.Helper()
	defer func() {
		if r := recover(); r != nil {
			t.Errorf("%s: %v\n%s", u.Root, r, u.Prog)
		}
	}()
	o := explore.Options{Budget: explore.Budget{States: 500}}
	explore.Run(u.Prog, o)
	q, _ := slice.Of(u.Prog)
	explore.Run(q, o)
}

// TestHuge: one hostile function stays within the budgets.
func TestHuge(t *testing.T) {
	var b strings.Builder
	b.WriteString("package huge\n\nfunc f(n int, stop chan bool) {\n\tch := make(chan int)\n\tgo func() {\n")
	for i := range 200 {
		fmt.Fprintf(&b, "\t\tch <- %d\n", i)
	}
	b.WriteString("\t}()\n")
	for i := range 50 {
		fmt.Fprintf(&b, "\tselect {\n\tcase <-ch:\n\tcase <-stop:\n\t\tif n == %d {\n\t\t\treturn\n\t\t}\n\t}\n", i)
	}
	for i := range 100 {
		fmt.Fprintf(&b, "\tif n > %d {\n\t\t<-ch\n\t}\n", i)
	}
	b.WriteString("\tswitch n {\n")
	for i := range 10000 {
		fmt.Fprintf(&b, "\tcase %d:\n\t\tprintln(n)\n", i)
	}
	b.WriteString("\t}\n\t<-ch\n}\n")
	file := filepath.Join(t.TempDir(), "huge.go")
	if err := os.WriteFile(file, []byte(b.String()), 0o666); err != nil {
		t.Fatal(err)
	}
	pkg, fns := load(t, file)
	ix := NewIndex(pkg, fns, nil)
	for _, root := range ix.Roots(nil) {
		u, err := ix.Compile(root)
		if err != nil {
			t.Log(root, err)
			continue
		}
		if u.Instrs > 3000 {
			t.Errorf("%s: %d instructions", root, u.Instrs)
		}
		run(t, u)
	}
}
