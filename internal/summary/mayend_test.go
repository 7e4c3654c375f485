package summary

import (
	"testing"

	"github.com/leaklint/leaklint/internal/passtest"
)

// TestMayEnd gives functions of which some calls do not return.
func TestMayEnd(t *testing.T) {
	pass := passtest.Load(t, `package p

import ("log"; "os"; "runtime")

func Quits(b bool)          { if b { os.Exit(1) } }
func Indirect(b bool) int   { Quits(b); return 0 }
func Goexit(b bool)         { if b { runtime.Goexit() } }
func Check(err error)       { if err != nil { panic(err) } }
func Checks(err error)      { Check(err) }
func Logs(err error)        { if err != nil { log.Panic(err) } }
func Must(err error) int    { if err != nil { panic(err) }; return 0 }
func Invariant()            { if len(os.Args) == 0 { panic("no arguments") } }
func Recovers(err error)    { defer func() { recover() }(); Check(err) }
func InLiteral(err error)   { func() { Check(err) }() }
func Later(err error) func() { return func() { os.Exit(1) } }
func Spawned(err error)     { go Check(err) }
func Recursive(b bool)      { if b { Recursive(b) } }
`)
	r := newResult(pass)
	want := map[string]string{
		"Quits": "may quit", "Indirect": "may quit", "Goexit": "may quit", "Check": "may panic", "Checks": "may panic",
		"Logs": "may panic", "Must": "none", "Invariant": "none", "Recovers": "none", "InLiteral": "may panic",
		"Later": "none", "Spawned": "none", "Recursive": "none",
	}
	for _, fn := range r.ends.order {
		if got := r.ends.mayEnd(fn).String(); got != want[fn.Name()] {
			t.Errorf("%s: %s, want %s", fn.Name(), got, want[fn.Name()])
		}
	}
}
