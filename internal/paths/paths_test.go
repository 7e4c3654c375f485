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
import ("errors"; "strings")
var _, _ = errors.New, strings.ToLower
var eof = errors.New("EOF")
type S struct { a string; b int }
func start() func() { return nil }
func p(x ...func()) {}
func die() { panic(0) }
func cond() bool { return true }
func err() error { return nil }
func work() {}
func change(*T)
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
		{"implied bound", `if n > 10 { start() }; if n > 5 { p() }`, ""},
		{"bound that is not implied", `if n > 5 { start() }; if n > 10 { p() }`, "exit"},
		{"bounds of a constant", `if n == 7 { start() }; if n >= 7 && n < 8 { p() }`, ""},
		{"every case", `start(); if n <= 0 { p() } else if n < 2 { p() } else if n != 1 { p() }`, ""},
		{"less is not equal", `if n < m { start() }; if n != m { p() }`, ""},
		{"less and greater", `if n < m { start() }; if m > n { p() }`, ""},
		{"next to", `if n < m { start() }; if n+1 <= m { p() }`, ""},
		{"not next to", `if n < m { start() }; if n+1 < m { p() }`, "exit"},
		{"bits", `if n&4 != 0 { start() }; if n&4 != 0 { p() }`, ""},
		{"bits changed", `if n&4 != 0 { start() }; n |= m; if n&4 != 0 { p() }`, "exit"},
		{"shift", `if n>>3 > m { start() }; if n>>3 > m { p() }`, ""},
		{"string", `if s != "" { start() }; if len(s) > 0 { p() }`, ""},
		{"empty string", `if s == "" { start() }; if len(s) == 0 { p() }`, ""},
		{"length of a constant", `if s == "abc" { start() }; if len(s) == 3 { p() }`, ""},
		{"other string", `if s == "abc" { start() }; if s != "d" { p() }`, ""},
		{"nil slice", `if len(xs) > 0 { start() }; if xs != nil { p() }`, ""},
		{"slice that is not nil", `if xs != nil { start() }; if len(xs) > 0 { p() }`, "exit"},
		{"tail", `if len(xs) > 1 { start() }; if len(xs[1:]) > 0 { p() }`, ""},
		{"deref", `if *q > 3 { start() }; if *q > 3 { p() }`, ""},
		{"deref written", `if *q > 3 { start() }; *q = 0; if *q > 3 { p() }`, "exit"},
		{"index", `if xs[0] > 3 { start() }; if xs[0] > 3 { p() }`, ""},
		{"index written", `if xs[0] > 3 { start() }; xs[n] = 0; if xs[0] > 3 { p() }`, "exit"},
		{"other index", `if xs[0] > 3 { start() }; if xs[1] > 3 { p() }`, "exit"},
		{"map", `if mm["a"] { start() }; if mm["a"] { p() }`, ""},
		{"map written", `if mm["a"] { start() }; mm[s] = false; if mm["a"] { p() }`, "exit"},
		{"map element", `if _, ok := mm[s]; ok { start() }; if _, ok := mm[s]; ok { p() }`, ""},
		{"map element deleted", `if _, ok := mm[s]; ok { start() }; delete(mm, s); if _, ok := mm[s]; ok { p() }`, "exit"},
		{"assertion", `if _, ok := held.(int); ok { start() }; if _, ok := held.(int); ok { p() }`, ""},
		{"other assertion", `if _, ok := held.(int); ok { start() }; if _, ok := held.(string); ok { p() }`, "exit"},
		{"other type", `if _, ok := held.(int); ok { start() }; if _, ok := held.(string); !ok { p() }`, ""},
		{"type switch", `switch held.(type) { case int, string: start() }; switch held.(type) { case int: p(); case string: p() }`, ""},
		{"boxed", `v := start(); var b any = v; if f, ok := b.(func()); ok { f() }`, ""},
		{"boxed as another", `v := start(); var b any = v; if f, ok := b.(func(int)); ok { f(1) }`, "exit"},
		{"boxed, asserted", `v := start(); var b any = v; b.(func())()`, ""},
		{"asserted is not nil", `if _, ok := held.(int); ok { start() }; if held != nil { p() }`, ""},
		{"errors.Is", `e := err(); if errors.Is(e, eof) { start() }; if e != nil { p() }`, ""},
		{"errors.Is of nil", `e := err(); if e == nil { start() }; if !errors.Is(e, eof) { p() }`, ""},
		{"errors.Is of an equal one", `e := err(); if e == eof { start() }; if errors.Is(e, eof) { p() }`, ""},
		{"sentinel", `e := err(); if e == eof { start() }; if e != nil { p() }`, ""},
		{"new error is no sentinel", `start(); e := errors.New("x"); if e != eof { p() }`, ""},
		{"pure function", `if strings.ToLower(s) == "a" { start() }; if strings.ToLower(s) == "a" { p() }`, ""},
		{"pure function of another", `if strings.ToLower(s) == "a" { start() }; s += "x"; if strings.ToLower(s) == "a" { p() }`, "exit"},
		{"structs", `if sa == sb { start() }; if sa == sb { p() }`, ""},
		{"structs differ", `if sa != sb { start() }; if sa == sb { p() }`, "exit"},
		{"first turn", `if len(xs) == 0 { return }; start(); for range xs { p() }`, ""},
		{"no turn", `start(); for range xs { p() }`, "exit"},
		{"first turn of a literal", `start(); for _, x := range []int{n, m} { p(); _ = x }`, ""},
		{"first turn of an array", `start(); for _, x := range [...]int{n, m} { p(); _ = x }`, ""},
		{"first turn of a map", `if len(mm) == 0 { return }; start(); for range mm { p() }`, ""},
		{"first turn of a string", `if s == "" { return }; start(); for range s { p() }`, ""},
		{"first turn of a number", `if n < 1 { return }; start(); for range n { p() }`, ""},
		{"first turn of a count", `start(); for i := 0; i < 3; i++ { p() }`, ""},
		{"first turn only", `if len(xs) == 0 { return }; start(); for i := range xs { if i == 0 { p() } }`, ""},
		{"second turn", `if len(xs) == 0 { return }; start(); for i := range xs { if i == 1 { p() } }`, "exit"},
		{"last turn", `if len(xs) == 0 { return }; start(); for i := range xs { if i == len(xs)-1 { p() } }`, ""},
		{"last but one turn", `if len(xs) == 0 { return }; start(); for i := range xs { if i == len(xs)-2 { p() } }`, "exit"},
		{"last turn, counted", `if n <= 0 { return }; start(); for i := 0; i < n; i++ { if i+1 == n { p() } }`, ""},
		{"last turn, downwards", `if len(xs) == 0 { return }; start(); for i := len(xs)-1; i >= 0; i-- { if i == 0 { p() } }`, ""},
		{"last turn left early", `if len(xs) == 0 { return }; start(); for i := range xs { if cond() { break }; if i == len(xs)-1 { p() } }`, "exit"},
		{"last turn with continue", `if len(xs) == 0 { return }; start(); for i := range xs { if cond() { continue }; if i == len(xs)-1 { p() } }`, "exit"},
		{"field of a local struct", `var o T; o.n = m; if o.n > 0 { start() }; if o.n > 0 { p() }`, ""},
		{"field of a local struct stored", `var o T; if o.n > 0 { start() }; o.n = m; if o.n > 0 { p() }`, "exit"},
		{"field of a local struct handed out", `var o T; if o.n > 0 { start() }; change(&o); if o.n > 0 { p() }`, "exit"},
		{"made slice", `ys := make([]int, n+1); if n < 0 { return }; start(); for range ys { p() }`, ""},
		{"appended", `ys := append(xs, 1); start(); for range ys { p() }`, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			pkg := build(t, "func f(n, m int, t, u *T, s string, xs []int, q *int, mm map[string]bool, held any, sa, sb S) {"+test.body+"}")
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
