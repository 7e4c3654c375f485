package summary_test

import (
	"go/token"
	"go/types"
	"testing"

	"github.com/leaklint/leaklint/internal/passtest"
	"github.com/leaklint/leaklint/internal/summary"
)

// TestVars checks what is said of fields and package variables: by whom, in
// which files.
func TestVars(t *testing.T) {
	pass := passtest.LoadFiles(t, map[string]string{
		"p.go": `package p

import ("context"; "sync"; _ "unsafe")

type T struct {
	called, stored, read, passed, unused, copied, stopped, ranged, inTest, elsewhere, onWindows, inMap func()
	done, never chan int
	Exported func()
	mu sync.Mutex
	m map[string]context.CancelFunc
	nested struct { f func() }
}

var global, globalTest func()

func use(t *T, c func()) {
	t.called()
	t.stored = c
	_ = t.read
	pass(t.passed)
	u := *t
	u.copied()
	f := t.stopped
	defer func() { f() }()
	t.unused = c
	close(t.done)
	t.mu.Lock()
	for _, f := range t.m { f() }
	t.nested.f()
	global()
	globalTest = c
	t.inTest, t.elsewhere, t.onWindows = c, c, c
}

func pass(f func()) { f() }

//go:linkname linked
var linked func()

type Generic[E any] struct { done chan E }

func (g *Generic[E]) Close() { close(g.done) }
`,
		"p_test.go":    "package p\n\nfunc test(t *T) { t.inTest(); globalTest() }\n",
		"p_windows.go": "package p\n\nfunc windows(t *T) { t.onWindows() }\n",
	})
	result, err := summary.Analyzer.Run(pass)
	if err != nil {
		t.Fatal(err)
	}
	r := result.(*summary.Result)
	inTest := token.NoPos
	for _, file := range pass.Files {
		if pass.Fset.File(file.Pos()).Name()[len(pass.Fset.File(file.Pos()).Name())-8:] == "_test.go" {
			inTest = file.Pos()
		}
	}
	if inTest == token.NoPos {
		t.Fatal("no test file was loaded")
	}
	want := map[string][2]string{ // without tests, with tests
		"called":     {"may call+load", ""},
		"stored":     {"may set", ""},
		"read":       {"may load", ""},
		"passed":     {"may call+load", ""},
		"unused":     {"may set", ""},
		"copied":     {"may call+load", ""},
		"stopped":    {"may call+load", ""},
		"ranged":     {"never used", ""},
		"inTest":     {"may set", "may call+load+set"},
		"elsewhere":  {"may set", ""},
		"onWindows":  {"open set", ""},
		"inMap":      {"never used", ""},
		"done":       {"may close+load", ""},
		"never":      {"never used", ""},
		"Exported":   {"open", ""},
		"mu":         {"may lock", ""},
		"m":          {"may call+load", ""},
		"f":          {"may call+load", ""},
		"nested":     {"never used", ""},
		"linked":     {"open", ""},
		"global":     {"may call+load", ""},
		"globalTest": {"may set", "may call+load+set"},
	}
	check := func(v *types.Var) {
		w, ok := want[v.Name()]
		if !ok {
			return
		}
		if w[1] == "" {
			w[1] = w[0]
		}
		delete(want, v.Name())
		code, _ := r.Var(v)
		all, _ := r.VarSeenFrom(v, inTest)
		if code.String() != w[0] || all.String() != w[1] {
			t.Errorf("%s: %s; with tests %s\nwant %s; %s", v.Name(), code, all, w[0], w[1])
		}
	}
	st := pass.Pkg.Scope().Lookup("T").Type().Underlying().(*types.Struct)
	for v := range st.Fields() {
		check(v)
		if nested, ok := v.Type().(*types.Struct); ok {
			check(nested.Field(0))
		}
	}
	check(pass.Pkg.Scope().Lookup("global").(*types.Var))
	check(pass.Pkg.Scope().Lookup("linked").(*types.Var))
	check(pass.Pkg.Scope().Lookup("globalTest").(*types.Var))
	for name := range want {
		t.Errorf("%s does not exist", name)
	}
	generic := pass.Pkg.Scope().Lookup("Generic").Type().Underlying().(*types.Struct).Field(0)
	if f, _ := r.Var(generic); f.String() != "may close+load" {
		t.Errorf("field of generic type: %s", f)
	}
}

// TestBuildsNoSSA checks that nothing is built for a package that cannot
// matter, whatever is asked, and that what syntax shows is known all the same.
func TestBuildsNoSSA(t *testing.T) {
	pass := passtest.Load(t, `package p

import ("fmt"; "net/http"; "os")

type T struct{ n int }

func Exit() { os.Exit(1) }
func Get(t *T) (string, error) { t.n++; _, err := http.Get(""); return "", fmt.Errorf("x: %w", err) }
`)
	result, err := summary.Analyzer.Run(pass)
	if err != nil {
		t.Fatal(err)
	}
	r := result.(*summary.Result)
	want := map[string]string{
		"Exit": "ends the process",
		"Get":  "result1 not nil; may block on a request (http.Get), unbounded",
	}
	for name, want := range want {
		if f, ok := r.Func(pass.Pkg.Scope().Lookup(name).(*types.Func)); !ok || f.String() != want {
			t.Errorf("%s: %s, want %s", name, f, want)
		}
	}
	n := pass.Pkg.Scope().Lookup("T").Type().Underlying().(*types.Struct).Field(0)
	if v, ok := r.Var(n); ok {
		t.Errorf("T.n: %s, want unknown", v)
	}
	if len(r.SSA.Funcs()) > 0 || r.SSA.Built() {
		t.Error("SSA was built")
	}
}
