package obligation_test

import (
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

	"github.com/leaklint/leaklint/internal/fact"
	"github.com/leaklint/leaklint/internal/obligation"
)

// check follows the result of the call of mk in f, which has body.
func check(t *testing.T, body string) obligation.Verdict {
	t.Helper()
	const prelude = `package p
func mk() func() { return nil }
func cond() bool { return true }
type T struct { f, unread func() }
type I interface { take(func()) }
func calls(x func()) { x() }
func drops(x func()) {}
func sometimes(x func()) { if cond() { x() } }
func back(x func()) func() { return x }
func die() { panic(0) }
func unseen(x func())
func factDrops(x func())
func factCalls(x func())
var global func()
`
	source := prelude + "func f(p *T, m map[string]func(), i I, run func(func())) func() {" + body + "; return nil }"
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "p.go", source, 0)
	if err != nil {
		t.Fatal(err)
	}
	pkg, _, err := ssautil.BuildPackage(&types.Config{Importer: importer.Default()}, fset, types.NewPackage("p", "p"), []*ast.File{file}, 0)
	if err != nil {
		t.Fatal(err)
	}
	c := &obligation.Checker{
		Fact: func(fn *types.Func) (*fact.FuncFact, bool) {
			switch fn.Name() {
			case "factDrops":
				return &fact.FuncFact{}, true
			case "factCalls":
				return &fact.FuncFact{Effects: []fact.Effect{{Op: fact.Call, On: fact.Param(0, ""), Lo: 1, Hi: 1}}}, true
			}
			return nil, false
		},
		NeverReturns: func(fn *types.Func) bool { return fn.Name() == "die" },
		MayRead:      func(v *types.Var, _ ssa.Instruction) bool { return v.Name() != "unread" },
	}
	return c.Check(handle(t, pkg.Func("f")))
}

// handle returns the result of mk in fn, which is released by calling it.
func handle(t *testing.T, fn *ssa.Function) obligation.Handle {
	t.Helper()
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			call, ok := instr.(*ssa.Call)
			if !ok || call.Call.StaticCallee() == nil || call.Call.StaticCallee().Name() != "mk" {
				continue
			}
			return obligation.Handle{Value: call, Made: call, Release: func(c *ssa.CallCommon, is func(ssa.Value) bool) bool {
				return !c.IsInvoke() && is(c.Value)
			}}
		}
	}
	t.Fatal("no call of mk")
	return obligation.Handle{}
}

func TestCheck(t *testing.T) {
	for _, test := range []struct{ name, body, want string }{
		{"called", `x := mk(); x()`, "released"},
		{"deferred", `x := mk(); defer x()`, "released"},
		{"never", `x := mk(); _ = x`, "lost"},
		{"some path", `x := mk(); if cond() { x() }`, "lost released"},
		{"returned", `return mk()`, "passed"},
		{"global", `global = mk()`, "passed"},
		{"field", `p.f = mk()`, "passed"},
		{"unread field", `p.unread = mk()`, "lost unread"},
		{"map", `m["x"] = mk()`, "passed"},
		{"object dropped", `t := &T{f: mk()}; _ = t`, "lost"},
		{"object returned", `t := &T{f: mk()}; return t.f`, "passed"},
		{"object field called", `t := &T{f: mk()}; t.f()`, "released"},
		{"closure run", `x := mk(); g := func() { x() }; g()`, "released"},
		{"closure deferred", `x := mk(); defer func() { x() }()`, "released"},
		{"closure never run", `x := mk(); g := func() { x() }; _ = g`, "lost"},
		{"closure handed on", `x := mk(); run(func() { x() })`, "passed"},
		{"closure that cannot", `x := mk(); run(func() { println(x == nil) })`, "lost"},
		{"goroutine", `x := mk(); go func() { defer x() }()`, "released"},
		{"goroutine that leaves", `x := mk(); go func() { if cond() { return }; x() }()`, "lost released dropped"},
		{"captured flag", `ok := false; x := mk(); defer func() { if !ok { x() } }(); if cond() { ok = true; global = x }`, "passed released"},
		{"callee that calls", `x := mk(); calls(x)`, "released"},
		{"callee that drops", `x := mk(); drops(x)`, "lost dropped"},
		{"callee that may call", `x := mk(); sometimes(x)`, "lost dropped"},
		{"handed back and called", `x := mk(); back(x)()`, "released"},
		{"handed back and dropped", `x := mk(); back(x)`, "lost dropped"},
		{"unknown callee", `x := mk(); unseen(x)`, "passed"},
		{"dynamic callee", `x := mk(); i.take(x)`, "passed"},
		{"fact drops", `x := mk(); factDrops(x)`, "lost dropped"},
		{"fact calls", `x := mk(); factCalls(x)`, "passed"},
		{"no return", `x := mk(); if cond() { die() }; x()`, "released"},
		{"again", `for { x := mk(); if cond() { continue }; x() }`, "lost released"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := text(check(t, test.body)); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// text says how the handle fares.
func text(v obligation.Verdict) string {
	var words []string
	for word, is := range map[string]bool{
		"1lost": len(v.Ends) > 0, "2passed": v.Passed, "3released": v.Released, "4dropped": len(v.Drops) > 0, "5unread": len(v.Unread) > 0,
	} {
		if is {
			words = append(words, word)
		}
	}
	slices.Sort(words)
	for i, w := range words {
		words[i] = w[1:]
	}
	return strings.Join(words, " ")
}
