package lazyssa_test

import (
	"go/types"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/lazyssa"
	"github.com/leaklint/leaklint/internal/passtest"
)

// TestMatters gives pairs of packages one detail apart.
func TestMatters(t *testing.T) {
	tests := []struct {
		name, source string
		want         bool
	}{
		{"arithmetic", `package p; func F(a, b int) int { return a + b }`, false},
		{"go", `package p; func g() {}; func F() { go g() }`, true},
		{"defer alone", `package p; func g() {}; func F() { defer g() }`, false},
		{"channel type", `package p; var C chan int`, true},
		{"range over slice", `package p; func F(xs []int) (n int) { for range xs { n++ }; return n }`, false},
		{"func parameter", `package p; func F(f func()) { f() }`, true},
		{"struct parameter", `package p; func F(f struct{ n int }) {}`, false},
		{"pointer to pointer to timer", `package p; import "time"; func F(t **time.Timer) {}`, true},
		{"context parameter", `package p; import "context"; func F(ctx context.Context) { G(ctx) }; func G(ctx context.Context) {}`, false},
		{"context result", `package p; import "context"; func F() (ctx context.Context) { return nil }`, true},
		{"duration", `package p; import "time"; func F(t time.Duration) {}`, false},
		{"literal", `package p; func F() { f := func(g []func()) {}; f(nil) }`, true},
		{"close", `package p; type C chan int; func f[T any](t T) {}`, true},
		{"call of a std function that returns a timer", `package p; import "time"; func F() { time.NewTimer(1).Stop() }`, true},
		{"call the hook knows", `package p; import "os"; func F() { os.Exit(1) }`, true},
		{"call the hook does not know", `package p; import "os"; func F() { os.Getpid() }`, false},
		{"call of a field", `package p; type T struct{ f func() }; func (t T) M() { t.f() }`, true},
		{"field not called", `package p; type T struct{ f func() }; func (t T) M() {}`, false},
		{"generic function", `package p; func F[T any](c chan T) {}`, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			pkg := lazyssa.New(passtest.Load(t, test.source), lazyssa.Hooks{
				Matters: func(fn *types.Func) bool { return fn.FullName() == "os.Exit" },
			})
			if got := pkg.Matters(); got != test.want {
				t.Fatalf("Matters() = %t, want %t", got, test.want)
			}
			if got := pkg.SSA() != nil; got != test.want || pkg.Built() != test.want {
				t.Errorf("SSA() built: %t, Built() = %t, want %t", got, pkg.Built(), test.want)
			}
		})
	}
}

// TestBuildAlways shows that the switch builds what does not matter.
func TestBuildAlways(t *testing.T) {
	lazyssa.BuildAlways(true)
	defer lazyssa.BuildAlways(false)
	pkg := lazyssa.New(passtest.Load(t, `package p; func F() {}`), lazyssa.Hooks{})
	if !pkg.Matters() || pkg.SSA() == nil {
		t.Error("BuildAlways(true): package not built")
	}
}

// TestFuncs checks that every source function is listed, in source order.
func TestFuncs(t *testing.T) {
	pass := passtest.LoadFiles(t, map[string]string{
		"a.go": `package p

var before = func() int { return 1 }

func F() { func() { func() {}() }() }

type T[E any] struct{ e E }

func (t *T[E]) M(c chan E) { go func() { c <- t.e }() }

var after = func() int { return 2 }

func init() {}
`,
		"b.go": `package p

func init() { _ = func() {} }

func asm()
`,
		"b.s": "",
	})
	pkg := lazyssa.New(pass, lazyssa.Hooks{})
	var got []string
	for _, fn := range pkg.Funcs() {
		got = append(got, fn.RelString(pass.Pkg))
	}
	want := []string{
		"init", "init$1", "F", "F$1", "F$1$1", "(*T[E]).M", "(*T[E]).M$1", "init$2", "init#1", "init#2", "init#2$1", "asm",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("Funcs() = %s\nwant %s", strings.Join(got, ", "), strings.Join(want, ", "))
	}
}

// TestNoReturn checks that the hook cuts the control flow after a call.
func TestNoReturn(t *testing.T) {
	pass := passtest.Load(t, `package p; func die() {}; func F(c chan int) int { if c == nil { die() }; return <-c }`)
	for _, noReturn := range []bool{false, true} {
		pkg := lazyssa.New(pass, lazyssa.Hooks{
			NoReturn: func(fn *types.Func) bool { return noReturn && fn.Name() == "die" },
		})
		panics := false
		for _, b := range pkg.SSA().Func("F").Blocks {
			for _, instr := range b.Instrs {
				_, ok := instr.(*ssa.Panic)
				panics = panics || ok
			}
		}
		if panics != noReturn {
			t.Errorf("with NoReturn %t: control flow cut: %t", noReturn, panics)
		}
	}
}

// TestEnormous: a function of more branches than anybody writes has no body, and
// its neighbour has.
func TestEnormous(t *testing.T) {
	cases := strings.Repeat("\tcase f():\n\t\tn++\n", 6000)
	pass := passtest.Load(t, "package p\n\nfunc f() bool { return false }\n\nfunc Table(c chan int) (n int) {\n\tswitch {\n"+cases+"\t}\n\tc <- n\n\treturn n\n}\n\nfunc Next(c chan int) { c <- 1 }\n")
	pkg := lazyssa.New(pass, lazyssa.Hooks{}).SSA()
	if n := len(pkg.Func("Table").Blocks); n != 0 {
		t.Errorf("Table has %d blocks, want none", n)
	}
	if n := len(pkg.Func("Next").Blocks); n != 1 {
		t.Errorf("Next has %d blocks, want 1", n)
	}
}
