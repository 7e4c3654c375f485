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
	"github.com/leaklint/leaklint/internal/known"
	"github.com/leaklint/leaklint/internal/lazyssa"
	"github.com/leaklint/leaklint/internal/passtest"
)

const source = `package p

import (
	"context"
	"os"
	"time"
)

type t struct {
	ctx context.Context
	c   chan int
}

func returns()             {}                                     // returns
func forever()             { for { } }                            // 1 loop
func cond(b *bool)         { for *b { } }                         // returns
func constant()            { for true { } }                       // 1 loop
func empty()               { select {} }                          // 1 loop
func twoCases(a, b chan int) { for { select { case <-a: case <-b: } } } // 1 loop
func oneReturns(a, b chan int) { for { select { case <-a: case <-b: return } } } // returns
func breaks(a, b chan int) { for { select { case <-a: break; case <-b: break } } } // 1 loop
func outer(a chan int)     { l: for { select { case <-a: break l; default: } } } // returns
func ranges(a chan int)    { for range a { } }                    // returns
func ticks(t *time.Ticker) { for range t.C { } }                  // 1 loop
func ticksOk(t *time.Ticker) { for { if _, ok := <-t.C; !ok { return } } } // 1 loop
func either(b bool)        { if b { for { } } }                   // returns, 1 loop
func calls()               { forever() }                          // 1 loop via forever
func callsTwice()          { calls(); returns() }                 // 1 loop via calls forever
func deferred()            { defer returns(); forever() }         // 1 loop via forever
func rounds()              { for { returns() } }                  // 1 loop
func nested(b *bool)       { for { for *b { } } }                 // 1 loop
func exits(b *bool)        { for { if *b { os.Exit(1) } } }       // may quit
func panics(b *bool)       { for { if *b { panic(1) } } }         // may panic
func check(b bool)         { if b { panic(1) } }                  // returns, may panic
func must(b bool) int      { if b { panic(1) }; return 0 }        // returns
func fails()               { panic(1) }                           // ends
func checked(b *bool)      { for { check(*b) } }                  // may panic
func musted(b *bool)       { for { _ = must(*b) } }               // 1 loop
func failing(b *bool)      { for { if *b { fails() } } }          // ends
func recovered(b bool)     { defer func() { recover() }(); if b { panic(1) } } // returns
func goesOn(b *bool)       { for { recovered(*b) } }              // 1 loop
func recurses(b *bool)     { for { recurses(b) } }                // 1 loop
func gotos()               { l: goto l }                          // 1 loop
func sleeps()              { for { time.Sleep(1) } }              // 1 loop
func serves(b *bool)       { for { if *b { forever() } } }        // 1 loop via forever

func watch(ctx context.Context)          { <-ctx.Done() }         // returns, only by ctx
func watchLoop(ctx context.Context, a chan int) { for { select { case <-a: case <-ctx.Done(): return } } } // returns, only by ctx
func watchErr(ctx context.Context, a chan int) { for ctx.Err() == nil { <-a } } // returns, only by ctx
func watchField(x *t)                    { <-x.ctx.Done() }       // returns, only by x.ctx
func watchDeep(x *t)                     { watch(x.ctx) }         // returns, only by x.ctx
func watchMore(ctx context.Context, a chan int) { select { case <-a: case <-ctx.Done(): } } // returns
func watchFor(ctx context.Context)       { select { case <-time.After(1): case <-ctx.Done(): } } // returns
func watchMaybe(ctx context.Context, b bool) { if b { <-ctx.Done() } } // returns
`

// TestVerdicts compares each function with the comment behind it.
func TestVerdicts(t *testing.T) {
	pass := passtest.Load(t, source)
	l := lazyssa.New(pass, lazyssa.Hooks{NoReturn: known.NeverReturns})
	funcs := l.Funcs()
	j := endless.NewJudge(endless.Callees{
		Local: func(fn *ssa.Function) *ssa.Function {
			if fn != nil && fn.Pkg == l.SSA() {
				return fn
			}
			return nil
		},
		Ends: func(fn *types.Func) (fact.End, fact.Escapes) {
			if api, ok := known.Lookup(fn); ok {
				return api.Ends, api.MayEnd
			}
			return fact.Returns, 0
		},
	})
	for _, line := range strings.Split(source, "\n") {
		code, want, ok := strings.Cut(line, "// ")
		if !ok || !strings.HasPrefix(code, "func ") {
			continue
		}
		name := strings.TrimPrefix(code[:strings.Index(code, "(")], "func ")
		i := slices.IndexFunc(funcs, func(fn *ssa.Function) bool { return fn.Name() == name })
		if got := describe(j, funcs[i]); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

// describe puts a verdict into words.
func describe(j *endless.Judge, fn *ssa.Function) string {
	v := j.Of(fn)
	var words []string
	if v.Returns {
		words = append(words, "returns")
	}
	if v.MayEnd != 0 {
		words = append(words, v.MayEnd.String())
	}
	if n := len(v.Loops); n > 0 {
		s := fmt.Sprint(n, " loop")
		for i, call := range v.Loops[0].Path {
			if i == 0 {
				s += " via"
			}
			s += " " + call.Common().StaticCallee().Name()
		}
		words = append(words, s)
	}
	for _, w := range j.OnlyByCtx(fn) {
		ctx := "ctx"
		if f := endless.FieldOf(w.Ctx); f != nil {
			ctx = "x." + f.Name()
		}
		words = append(words, "only by "+ctx)
	}
	if len(words) == 0 {
		return "ends"
	}
	return strings.Join(words, ", ")
}
