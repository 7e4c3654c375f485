package slice_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/leaklint/leaklint/internal/explore/prog"
	"github.com/leaklint/leaklint/internal/explore/slice"
)

// read parses the programs of a file, each begun by its version line.
func read(t testing.TB, file string) []*prog.Program {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var out []*prog.Program
	for _, text := range strings.Split("\n"+string(b), "\nleak ")[1:] {
		p, err := prog.Parse("leak " + text)
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		out = append(out, p)
	}
	return out
}

// kept writes what is left of the functions of a program, one line each:
// "name: number of each instruction".
func kept(p *prog.Program) string {
	var out []string
	for _, f := range p.Funcs {
		var nums []string
		for i := range f.Code {
			if op := f.Code[i].Op; op != prog.OpNop && op != prog.OpJump {
				nums = append(nums, fmt.Sprint(i))
			}
		}
		out = append(out, f.Name+": "+strings.Join(nums, " "))
	}
	return strings.Join(out, "\n")
}

// wants returns the comments "// kept name: numbers" of the programs of a file.
func wants(t testing.TB, file string) []string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, text := range strings.Split("\n"+string(b), "\nleak ")[1:] {
		var lines []string
		for _, l := range strings.Split(text, "\n") {
			if w, ok := strings.CutPrefix(l, "// kept "); ok {
				lines = append(lines, w)
			}
		}
		out = append(out, strings.Join(lines, "\n"))
	}
	return out
}

// TestOf: the programs of testdata keep the instructions that they say, and
// are programs.
func TestOf(t *testing.T) {
	file := filepath.Join("testdata", "of.leak")
	want := wants(t, file)
	for i, p := range read(t, file) {
		before := p.String()
		q, n := slice.Of(p)
		if err := q.Validate(); err != nil {
			t.Errorf("%s: %v", p.Name, err)
		}
		got := kept(q)
		if n == 0 {
			got = "nothing"
		}
		if got != want[i] {
			t.Errorf("%s: kept\n%s\nwant\n%s\n%s", p.Name, got, want[i], q)
		}
		if p.String() != before {
			t.Errorf("%s: the program was changed", p.Name)
		}
	}
}

// TestFoci: a program is projected on each class of primitives that something
// may wait for, with no more than that needs.
func TestFoci(t *testing.T) {
	file := filepath.Join("testdata", "foci.leak")
	want := wants(t, file)
	for i, p := range read(t, file) {
		var got []string
		for f := range slice.Foci(p, nil) {
			if err := f.Prog.Validate(); err != nil {
				t.Errorf("%s: %v", p.Name, err)
			}
			got = append(got, fmt.Sprint(f.Made), kept(f.Prog))
		}
		if text := strings.Join(got, "\n"); text != want[i] {
			t.Errorf("%s: kept\n%s\nwant\n%s", p.Name, text, want[i])
		}
	}
}

// TestOddPrograms: loops without end, functions that call each other, a function
// that returns itself and jumps in a circle are sliced.
func TestOddPrograms(t *testing.T) {
	for _, p := range read(t, filepath.Join("testdata", "odd.leak")) {
		q, _ := slice.Of(p)
		if err := q.Validate(); err != nil {
			t.Errorf("%s: %v", p.Name, err)
		}
		for f := range slice.Foci(q, nil) {
			if err := f.Prog.Validate(); err != nil {
				t.Errorf("%s: %v", p.Name, err)
			}
		}
	}
}

// BenchmarkOf slices programs of two sizes: the cost is linear in them.
func BenchmarkOf(b *testing.B) {
	for _, n := range []int{100, 1000} {
		p := chain(n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				slice.Of(p)
			}
		})
	}
}

// chain is a program of n functions that call each other in a row, with a
// channel that the last one receives from.
func chain(n int) *prog.Program {
	b := prog.NewBuilder("chain")
	root := b.Func("root", 0, 0, 0)
	b.SetEntry(root.ID)
	next := root
	ch := root.Slot("c")
	root.Emit(prog.OpMake, ch, prog.Int(0))
	for i := range n {
		f := b.Func(fmt.Sprint("f", i), 1, 0, 0)
		x := next.Slot("x")
		next.Emit(prog.OpUnknown, x)
		yes, no := next.Label(), next.Label()
		next.If(prog.S(x), yes, no)
		next.Place(yes)
		next.Place(no)
		next.Call(nil, prog.FuncValue(f.ID), prog.S(ch))
		next.Ret()
		next, ch = f, f.Param(0)
	}
	next.Emit(prog.OpRecv, prog.NoSlot, prog.S(ch))
	next.Ret()
	p, err := b.Program()
	if err != nil {
		panic(err)
	}
	return p
}
