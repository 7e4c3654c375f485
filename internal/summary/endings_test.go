package summary_test

import (
	"go/types"
	"testing"

	"github.com/leaklint/leaklint/internal/fact"
	"github.com/leaklint/leaklint/internal/passtest"
	"github.com/leaklint/leaklint/internal/summary"
)

// TestEnds gives functions that never return beside twins that may.
func TestEnds(t *testing.T) {
	pass := passtest.Load(t, endsSource)
	result, err := summary.Analyzer.Run(pass)
	if err != nil {
		t.Fatal(err)
	}
	r := result.(*summary.Result)
	for _, name := range pass.Pkg.Scope().Names() {
		fn, ok := pass.Pkg.Scope().Lookup(name).(*types.Func)
		if !ok {
			continue
		}
		f, ok := r.Func(fn)
		if !ok {
			t.Errorf("%s: unknown", name)
			continue
		}
		if want := endsWant[name]; f.Ends != want {
			t.Errorf("%s %s, want %s", name, f.Ends, want)
		}
		if r.NeverReturns(fn) != f.NeverReturns() {
			t.Errorf("%s: NeverReturns differs from the fact", name)
		}
	}
}

// endsWant lists the functions of endsSource that never return.
var endsWant = map[string]fact.End{
	"Exit": fact.EndsProcess, "Indirect": fact.EndsProcess, "Goexit": fact.EndsGoroutine,
	"Helper": fact.EndsGoroutine, "TB": fact.EndsGoroutine, "Panics": fact.EndsPanicking,
	"Forever": fact.EndsNever, "Waits": fact.EndsNever, "Mixed": fact.EndsSomehow, "Same": fact.EndsProcess,
	"Switch": fact.EndsSomehow, "Fallthrough": fact.EndsProcess, "Outer": fact.EndsNever,
	"Deferred": fact.EndsGoroutine, "Logger": fact.EndsPanicking, "Serve": fact.EndsSomehow,
}

const endsSource = `package p

import (
	"log"
	"os"
	"runtime"
	"testing"
)

func Exit()               { os.Exit(1) }
func Indirect()           { Exit() }
func Goexit()             { runtime.Goexit() }
func Helper(t *testing.T) { t.Helper(); t.Fatal("x") }
func TB(t testing.TB)     { t.Fatalf("x") }
func Panics()             { panic("x") }
func Forever()            { for { } }
func Waits()              { select {} }
func Mixed(b bool)        { if b { os.Exit(1) } else { panic(1) } }
func Same(b bool)         { if b { os.Exit(1) } else { log.Fatal() } }
func Switch(n int) int    { switch n { case 1: panic(1); default: os.Exit(2) }; return 0 }
func Fallthrough(n int)   { switch n { case 1: fallthrough; default: os.Exit(2) } }
func Outer()              { outer: for { for { continue outer } } }
func Deferred(t *testing.T) { defer func() { recover() }(); t.Fatal() }
func Logger(l *log.Logger)  { l.Panicln() }
func Serve(c chan int)      { for { select { case <-c: log.Fatal() } } }

// Twins that may return.
func NotIf(b bool)       { if b { os.Exit(1) } }
func NotSwitch(n int)    { switch n { case 1: panic(1) } }
func NotBreak()          { for { break } }
func NotLabel()          { outer: for { for { break outer } } }
func NotCase(c chan int) { for { select { case <-c: return; default: log.Fatal() } } }
func NotRecovered()      { defer func() { recover() }(); panic(1) }
func NotRecoveredBy()    { defer catch(); panic(1) }
func NotValue(f func())  { f() }
func NotSpawned()        { go os.Exit(1) }
func NotDeferred()       { defer os.Getpid() }
func NotRecursive(n int) { NotRecursive(n - 1) }
func NotGoto()           { goto end; end: }
func catch()             { recover() }
`
