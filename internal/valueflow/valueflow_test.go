package valueflow_test

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/ssa/ssautil"

	"github.com/leaklint/leaklint/internal/valueflow"
)

// build returns the SSA of the functions that source declares after a prelude.
func build(t *testing.T, source string) *ssa.Package {
	t.Helper()
	const prelude = `package p
func mk() func() { return nil }
func use(...any) {}
func take(f func()) {}
type T struct { f, g func() }
var global func()
`
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "p.go", prelude+source, 0)
	if err != nil {
		t.Fatal(err)
	}
	pkg, _, err := ssautil.BuildPackage(&types.Config{Importer: importer.Default()}, fset, types.NewPackage("p", "p"), []*ast.File{file}, 0)
	if err != nil {
		t.Fatal(err)
	}
	return pkg
}

// made returns the result of the first call of mk in fn or its closures.
func made(fn *ssa.Function) ssa.Value {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if call, ok := instr.(*ssa.Call); ok {
				if callee := call.Call.StaticCallee(); callee != nil && callee.Name() == "mk" {
					return call
				}
			}
		}
	}
	for _, anon := range fn.AnonFuncs {
		if v := made(anon); v != nil {
			return v
		}
	}
	return nil
}

func TestFrom(t *testing.T) {
	for _, test := range []struct{ name, body, want string }{
		{"called", `x := mk(); x()`, "called"},
		{"deferred", `x := mk(); defer x()`, "called"},
		{"argument", `x := mk(); take(x)`, "argument0"},
		{"unused", `x := mk(); _ = x`, ""},
		{"tested", `x := mk(); if x != nil { println() }`, "tested"},
		{"global", `global = mk()`, "global"},
		{"phi", `var x func(); if len(s) > 0 { x = mk() }; x()`, "called"},
		{"interface", `var x any = mk(); x.(func())()`, "called"},
		{"closure", `x := mk(); func() { x() }()`, "called called-inside captured"},
		{"closure never run", `x := mk(); f := func() { x() }; _ = f`, "called captured"},
		{"field of local", `var v T; v.f = mk(); v.f()`, "called"},
		{"other field of local", `var v T; v.f = mk(); v.g()`, ""},
		{"field of pointer to local", `v := &T{}; v.f = mk(); v.f()`, "called"},
		{"object passed", `v := &T{f: mk()}; use(v)`, "argument0-inside"},
		{"object copied", `var v T; v.f = mk(); w := v; use(w)`, "argument0-inside"},
		{"field of parameter", `p.f = mk()`, "field"},
		{"map", `m["x"] = mk()`, "element"},
		{"slice", `s[0] = mk()`, "element"},
		{"append", `s = append(s, mk()); use(s)`, "argument1-inside"},
		{"array", `var a [2]func(); a[0] = mk(); for _, x := range a { x() }`, "called"},
		{"slice of structs", `for _, x := range []T{{f: mk()}} { x.f() }`, "argument0-inside called"},
		{"slice of pointers", `for _, x := range []*T{{f: mk()}} { take(x.f) }`, "argument0 argument0-inside"},
		{"slice of names", `for _, x := range []struct{f func(); s string}{{mk(), "a"}} { println(x.s) }`, "argument0-inside"},
		{"sent", `c <- mk()`, "sent"},
		{"through pointer", `*pp = mk()`, "indirect"},
		{"assigned in closure", `var x func(); func() { x = mk() }(); x()`, "called called-inside captured"},
	} {
		t.Run(test.name, func(t *testing.T) {
			pkg := build(t, "func f(p *T, m map[string]func(), s []func(), c chan func(), pp *func()) {"+test.body+"}")
			if got := text(valueflow.From(made(pkg.Func("f")))); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestReturned(t *testing.T) {
	pkg := build(t, `func f() (int, func()) { return 1, mk() }
func g() (x func()) { defer func() { println(x == nil) }(); x = mk(); return }
func h() T { return T{f: mk()} }`)
	for fn, want := range map[string]string{"f": "returned1", "g": "captured returned0 tested", "h": "returned0-inside"} {
		got := text(valueflow.From(made(pkg.Func(fn))))
		if got = strings.ReplaceAll(got, "called-inside ", ""); got != want {
			t.Errorf("%s: got %q, want %q", fn, got, want)
		}
	}
}

// text lists the kinds of the uses, sorted, once each.
func text(f *valueflow.Flow) string {
	var kinds []string
	for _, u := range f.Uses {
		s := u.Kind.String()
		if u.Kind == valueflow.Argument || u.Kind == valueflow.Returned {
			s += fmt.Sprint(u.Index)
		}
		if u.Inside {
			s += "-inside"
		}
		kinds = append(kinds, s)
	}
	slices.Sort(kinds)
	return strings.Join(slices.Compact(kinds), " ")
}
