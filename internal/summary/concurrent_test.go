package summary

import (
	"go/types"
	"sync"
	"testing"

	"github.com/leaklint/leaklint/internal/passtest"
)

// Passes ask at the same time, also about packages in which nothing was
// decided beforehand (std). The race detector looks on.
func TestConcurrentQuestions(t *testing.T) {
	pass := passtest.Load(t, `package p

import "time"

func F(f func()) *time.Ticker { f(); return G() }
func G() *time.Ticker { return time.NewTicker(1) }
func H(b bool) { if b { panic(1) } }
`)
	r := newResult(pass)
	var funcs []*types.Func
	for _, name := range pass.Pkg.Scope().Names() {
		if fn, ok := pass.Pkg.Scope().Lookup(name).(*types.Func); ok {
			funcs = append(funcs, fn)
		}
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for _, fn := range funcs {
				r.Func(fn)
				r.NeverReturns(fn)
			}
		})
	}
	wg.Wait()
}
