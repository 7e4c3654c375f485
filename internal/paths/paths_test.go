package paths_test

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

	"github.com/leaklint/leaklint/internal/paths"
)

// build returns the SSA of source after a prelude: a walk starts at start() and
// passes P at p() or p(x).
func build(t *testing.T, source string) *ssa.Package {
	t.Helper()
	const prelude = `package q
import "errors"
var _ = errors.New
func start() func() { return nil }
func p(x ...func()) {}
func die() { panic(0) }
func cond() bool { return true }
func err() error { return nil }
func work() {}
type T struct { n int; done bool }
func (t *T) is() bool { return t.done }
`
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "q.go", prelude+source, 0)
	if err != nil {
		t.Fatal(err)
	}
	pkg, _, err := ssautil.BuildPackage(&types.Config{Importer: importer.Default()}, fset, types.NewPackage("q", "q"), []*ast.File{file}, 0)
	if err != nil {
		t.Fatal(err)
	}
	return pkg
}

// calls reports whether instr is a call of the function name.
func calls(instr ssa.Instruction, name string) bool {
	call, ok := instr.(ssa.CallInstruction)
	if !ok {
		return false
	}
	fn := call.Common().StaticCallee()
	return fn != nil && fn.Name() == name
}

// search asks whether f can leave after start() without p(), or without the
// tracked result of start() being called.
func search(fn *ssa.Function) *paths.Search {
	s := &paths.Search{Fn: fn}
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if calls(instr, "start") {
				s.Start = instr
				s.Tracked = instr.(ssa.Value)
			}
		}
	}
	s.Watch = func(v ssa.Value) bool { return types.Identical(v.Type(), s.Tracked.Type()) }
	s.NoReturn = func(call ssa.CallInstruction) bool { return calls(call, "die") }
	s.Step = func(st *paths.State, instr ssa.Instruction) paths.Effect {
		call, ok := instr.(ssa.CallInstruction)
		if ok && (calls(instr, "p") || st.IsTracked(call.Common().Value)) {
			return paths.Settled
		}
		return paths.Continue
	}
	s.Deferred = func(st *paths.State, d *ssa.Defer) paths.Effect {
		mc, ok := d.Call.Value.(*ssa.MakeClosure)
		if !ok {
			return paths.Continue
		}
		inner := *s
		inner.Fn, inner.Start, inner.Tracked, inner.Inherit = mc.Fn.(*ssa.Function), nil, nil, st
		if res := inner.Run(); len(res.Ends) == 0 {
			return paths.Settled
		}
		return paths.Continue
	}
	return s
}

func TestRun(t *testing.T) {
	for _, test := range []struct{ name, body, want string }{
		{"straight", `start(); p()`, ""},
		{"exit", `start()`, "exit"},
		{"branch", `start(); if cond() { p() }`, "exit"},
		{"both branches", `start(); if cond() { p() } else { p() }`, ""},
		{"return before", `if cond() { return }; start(); p()`, ""},
		{"deferred", `start(); defer p()`, ""},
		{"deferred before the start", `defer func() { p(); _ = n }(); start(); n++`, ""},
		{"no return", `start(); if cond() { die() }; p()`, ""},
		{"panic", `start(); if cond() { panic(1) }; p()`, ""},
		{"loop", `for { start() }`, "again"},
		{"loop with p", `for { start(); p() }`, ""},
		{"loop with continue", `for { start(); if cond() { continue }; p() }`, "again"},
		{"called", `x := start(); x()`, ""},
		{"called through φ", `x := func() {}; if cond() { x = start() }; x()`, ""},
		{"nil test", `var x func(); if cond() { x = start() }; if x != nil { x() }`, ""},
		{"wrong nil test", `var x func(); if cond() { x = start() }; if x == nil { x() }`, "exit"},
		{"same condition", `if n > 0 { start() }; if n > 0 { p() }`, ""},
		{"negated condition", `if n > 0 { start() }; if n <= 0 { p() }`, "exit"},
		{"implied condition", `if n == 1 { start() }; if n != 2 { p() }`, ""},
		{"other condition", `if n > 0 { start() }; if n > 1 { p() }`, "exit"},
		{"flag", `ok := false; if n > 0 { start(); ok = true }; if ok { p() }`, ""},
		{"flag not set", `ok := false; if n > 0 { start() }; if ok { p() }`, "exit"},
		{"captured flag", `ok := false; defer func() { if !ok { p() } }(); start(); if cond() { ok = true; p() }`, ""},
		{"captured flag set", `ok := false; defer func() { if !ok { p() } }(); start(); ok = true`, "exit"},
		{"same field", `if t.n > 0 { start() }; if t.n > 0 { p() }`, ""},
		{"field stored between", `if t.n > 0 { start() }; t.n = 0; if t.n > 0 { p() }`, "exit"},
		{"field in a loop", `start(); for !t.done { work() }`, "exit"},
		{"same predicate", `if t.is() { start() }; if t.is() { p() }`, ""},
		{"predicates of others", `if t.is() { start() }; if u.is() { p() }`, "exit"},
		{"error twice", `e := err(); start(); if e != nil { p() }; if e == nil { p() }`, ""},
		{"even and odd", `if n%2 == 0 { start() }; if n%2 == 1 { work() } else { p() }`, ""},
		{"even, then odd", `start(); if n%2 == 0 { p() }; if n%2 == 1 { p() }`, ""},
		{"other remainder", `start(); if n%3 == 0 { p() }; if n%3 == 1 { p() }`, "exit"},
		{"same sum", `if n+1 > m { start() }; if n+1 > m { p() }`, ""},
		{"new error", `e := err(); start(); if e != nil { p() }; e = err(); if e == nil { p() }`, "exit"},
		{"overwritten", `x := start(); defer func() { x() }(); x = func() {}`, "lost"},
		{"carried over a turn", `var x func(); for cond() { if x != nil { x() }; x = start() }; if x != nil { x() }`, ""},
		{"carried and dropped", `var x func(); for cond() { if x != nil { x() }; x = start() }`, "exit"},
		{"short circuit", `a := n > 0 && cond(); if a { start() }; if a { p() }`, ""},
		{"dead branch", `const never = false; start(); if never { return }; p()`, ""},
		{"endless", `start(); for { work() }`, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			pkg := build(t, "func f(n, m int, t, u *T) {"+test.body+"}")
			res := search(pkg.Func("f")).Run()
			if got := text(res); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
			if res.Truncated {
				t.Error("truncated")
			}
		})
	}
}

func TestNamedError(t *testing.T) {
	pkg := build(t, `
func kept() (f func(), e error) { x := start(); defer func() { if e != nil { x() } }(); if cond() { return nil, errors.New("") }; x(); return nil, nil }
func lost() (f func(), e error) { x := start(); defer func() { if e != nil { x() } }(); if cond() { return nil, errors.New("") }; return nil, nil }
func asked() (e error) { x := start(); defer func() { if e != nil { x() } }(); if e := err(); e != nil { return e }; x(); return nil }
`)
	for fn, want := range map[string]string{"kept": "", "lost": "exit", "asked": ""} {
		if got := text(search(pkg.Func(fn)).Run()); got != want {
			t.Errorf("%s: got %q, want %q", fn, got, want)
		}
	}
}

// A search over budget says so.
func TestTruncated(t *testing.T) {
	body, params := "start();", ""
	for i := range 20 {
		params += fmt.Sprintf("a%d,", i)
		body += fmt.Sprintf("if a%d { work() };", i)
	}
	for i := range 20 {
		body += fmt.Sprintf("if a%d { work() };", i)
	}
	pkg := build(t, "func f("+strings.TrimSuffix(params, ",")+" bool) {"+body+"p() }")
	if res := search(pkg.Func("f")).Run(); !res.Truncated {
		t.Errorf("a search of 2²⁰ paths is not truncated: %v", text(res))
	}
}

// The same search gives the same answer, in the same order.
func TestDeterministic(t *testing.T) {
	pkg := build(t, `func f(n int, a, b, c bool) {
	start()
	if a { return }
	if b { return }
	for c { if cond() { return } }
}`)
	first := fmt.Sprint(positions(search(pkg.Func("f")).Run()))
	for range 20 {
		if again := fmt.Sprint(positions(search(pkg.Func("f")).Run())); again != first {
			t.Fatalf("got %s, then %s", first, again)
		}
	}
}

// positions lists where the ways out are.
func positions(res paths.Result) (list []token.Pos) {
	for _, e := range res.Ends {
		list = append(list, e.At.Pos())
	}
	return list
}

// text lists the kinds of ends, sorted, once each.
func text(res paths.Result) string {
	var kinds []string
	for _, e := range res.Ends {
		kinds = append(kinds, [...]string{"exit", "again", "lost"}[e.Kind])
	}
	slices.Sort(kinds)
	return strings.Join(slices.Compact(kinds), " ")
}

func TestLoop(t *testing.T) {
	for _, test := range []struct {
		name, body string
		want       paths.LoopKind
	}{
		{"straight", `start(); p()`, paths.NoLoop},
		{"for ever", `for { start(); p() }`, paths.Endless},
		{"range over a channel", `for range c { start(); p() }`, paths.Events},
		{"select", `for { select { case <-c: start(); p(); case <-d: return } }`, paths.Events},
		{"the other case", `for { select { case <-c: case <-d: start(); p() } ; if cond() { return } }`, paths.NoLoop},
		{"range over a slice", `for range s { start(); p() }`, paths.NoLoop},
		{"range over a map", `for range m { start(); p() }`, paths.NoLoop},
		{"counted", `for i := 0; i < 3; i++ { start(); p() }`, paths.NoLoop},
		{"counted high", `for i := 0; i < 100000; i++ { start(); p() }`, paths.Retries},
		{"counted by a parameter", `for i := range n { start(); _ = i; p() }`, paths.NoLoop},
		{"retry until", `for cond() { start(); p() }`, paths.Retries},
		{"retry with return", `for { start(); p(); if cond() { return } }`, paths.Retries},
		{"last turn", `for cond() { start(); p(); return }`, paths.NoLoop},
		{"collection inside events", `for range c { for range s { start(); p() } }`, paths.Events},
	} {
		t.Run(test.name, func(t *testing.T) {
			pkg := build(t, "func f(n int, c, d chan int, s []int, m map[int]int) {"+test.body+"}")
			fn := pkg.Func("f")
			var from, to *ssa.BasicBlock
			for _, b := range fn.Blocks {
				for _, instr := range b.Instrs {
					if calls(instr, "start") {
						from = b
					}
					if calls(instr, "p") {
						to = b
					}
				}
			}
			recurs := func(ch ssa.Value) bool { return ch != ssa.Value(fn.Params[2]) } // d fires once
			if got := paths.Loop(from, to, recurs); got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}
