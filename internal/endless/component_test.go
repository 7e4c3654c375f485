package endless_test

import (
	"fmt"
	"go/types"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/ssa"

	"github.com/leaklint/leaklint/internal/endless"
	"github.com/leaklint/leaklint/internal/fact"
	"github.com/leaklint/leaklint/internal/lazyssa"
	"github.com/leaklint/leaklint/internal/passtest"
)

// recursive has functions that call each other, in ways that a judge who asks
// one before the other would answer differently.
const recursive = `package p

import "context"

func even(ctx context.Context, n int) { if n > 0 { odd(ctx, n-1) }; <-ctx.Done() }
func odd(ctx context.Context, n int)  { if n > 0 { even(ctx, n-1) }; <-ctx.Done() }

func ping() { for { pong() } }
func pong() { ping() }

func serve(n int)  { if n > 0 { handle(n) }; for { } }
func handle(n int) { serve(n - 1) }

func outer(n int) { inner(n) }
func inner(n int) { if n > 0 { outer(n - 1) } }
`

// TestOrder asks about functions that call each other, first one and then the
// other: the answers are the same.
func TestOrder(t *testing.T) {
	pass := passtest.Load(t, recursive)
	l := lazyssa.New(pass, lazyssa.Hooks{})
	funcs := slices.DeleteFunc(slices.Clone(l.Funcs()), func(fn *ssa.Function) bool { return fn.Object() == nil })
	answers := func(order []*ssa.Function) string {
		j := newJudge(l)
		told := map[string]string{}
		for _, fn := range order {
			told[fn.Name()] = describe(j, fn)
		}
		return fmt.Sprint(told) // in order of the names
	}
	want := answers(funcs)
	for i := range funcs {
		if got := answers(append(slices.Clone(funcs[i:]), funcs[:i]...)); got != want {
			t.Errorf("from %s: %s, want %s", funcs[i].Name(), got, want)
		}
	}
	for _, says := range []string{"even:returns, only by ctx", "odd:returns, only by ctx", "ping:1 loop", "pong:1 loop via ping", "outer:returns"} {
		if !strings.Contains(want, says) {
			t.Errorf("want %q in %s", says, want)
		}
	}
}

// newJudge returns a judge that asks about no other package.
func newJudge(l *lazyssa.Package) *endless.Judge {
	return endless.NewJudge(endless.Callees{
		Local: func(fn *ssa.Function) *ssa.Function {
			if fn != nil && fn.Pkg == l.SSA() {
				return fn
			}
			return nil
		},
		Ends: func(*types.Func) (fact.End, fact.Escapes) { return fact.Returns, 0 },
	})
}
