package summary_test

import (
	"go/types"
	"testing"

	"github.com/leaklint/leaklint/internal/passtest"
	"github.com/leaklint/leaklint/internal/summary"
)

// TestBlocks gives functions that may block, why, and twins that do not.
func TestBlocks(t *testing.T) {
	pass := passtest.Load(t, `package p

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os/exec"
	"sort"
	"sync"
	"time"
)

type T struct {
	c    chan int
	ctx  context.Context
	mu   sync.Mutex
	tick *time.Ticker
}

func Recv(c chan int)  { <-c }
func Range(c chan int) { for range c { } }
func Default(c chan int) { select { case <-c: default: } }
func DefaultBody(c, d chan int) { select { case <-c: default: d <- 1 } }
func Ctx(a int, ctx context.Context, c chan int) { select { case <-c: case <-ctx.Done(): } }
func Timeout(c chan int) { select { case <-c: case <-time.After(time.Hour): } }
func Lock(t *T) { t.mu.Lock(); t.mu.Unlock() }
func Go(c chan int) { go func() { <-c }() }
func GoArg(c chan int) { go fmt.Println(<-c) }
func Lit(c chan int) func() { return func() { <-c } }
func Deferred(c chan int) { defer func() { <-c }() }
func Do(o *sync.Once, c chan int) { o.Do(func() { <-c }) }
func DoMethod(o *sync.Once, t *T) { o.Do(t.load) }
func Sort(xs []int) { sort.Slice(xs, func(i, j int) bool { <-time.After(2 * time.Minute); return false }) }
func Short() { time.Sleep(time.Second) }
func Long(d time.Duration) { time.Sleep(d) }
func Get() { http.Get("") }
func Chain(t *T) { t.load() }
func (t *T) load() { load2() }
func load2() { Get() }
func Even(n int) { if n > 0 { Odd(n - 1) } }
func Odd(n int) { Even(n - 1); Get() }
func Dial(ctx context.Context) { var d net.Dialer; d.DialContext(ctx, "", "") }
func DialBackground() { dial(context.Background()) }
func DialTimeout() { ctx, cancel := context.WithTimeout(context.Background(), 1); defer cancel(); dial(ctx) }
func DialRebound(ctx context.Context) { ctx, cancel := context.WithTimeout(ctx, 1); defer cancel(); dial(ctx) }
func DialValue(ctx context.Context) { ctx = context.WithValue(ctx, 1, 2); dial(ctx) }
func dial(ctx context.Context) { var d net.Dialer; d.DialContext(ctx, "", "") }
func (t *T) Field() { <-t.ctx.Done() }
func FieldOf(u *T) { u.Field() }
func (t *T) Tick() { <-t.tick.C }
func Worst(ctx context.Context) { dial(ctx); Get() }
func Child() { exec.Command("x").Run() }
func Pure() int { return 1 }
`)
	want := map[string]string{
		"Recv":           "may block on a channel, unbounded",
		"Range":          "may block on a channel, unbounded",
		"DefaultBody":    "may block on a channel, unbounded",
		"Ctx":            "may block on a channel, bounded by ctx param1",
		"Timeout":        "may block on a channel, bounded by a deadline",
		"GoArg":          "may block on a channel, unbounded",
		"Deferred":       "may block on a channel, unbounded",
		"Do":             "may block on a channel, unbounded",
		"DoMethod":       "may block on a request ((*p.T).load → p.load2 → p.Get → http.Get), unbounded",
		"Sort":           "may block on sleep, bounded by a deadline",
		"Long":           "may block on sleep (time.Sleep), bounded by a deadline",
		"Get":            "may block on a request (http.Get), unbounded",
		"Chain":          "may block on a request ((*p.T).load → p.load2 → p.Get → http.Get), unbounded",
		"load":           "may block on a request (p.load2 → p.Get → http.Get), unbounded",
		"load2":          "may block on a request (p.Get → http.Get), unbounded",
		"Even":           "may block on a request (p.Odd → p.Get → http.Get), unbounded",
		"Odd":            "may block on a request (p.Get → http.Get), unbounded",
		"Dial":           "may block on a dial ((*net.Dialer).DialContext), bounded by ctx param0",
		"dial":           "may block on a dial ((*net.Dialer).DialContext), bounded by ctx param0",
		"DialBackground": "may block on a dial (p.dial → (*net.Dialer).DialContext), unbounded",
		"DialTimeout":    "may block on a dial (p.dial → (*net.Dialer).DialContext), bounded by a deadline",
		"DialRebound":    "may block on a dial (p.dial → (*net.Dialer).DialContext), bounded by a deadline",
		"DialValue":      "may block on a dial (p.dial → (*net.Dialer).DialContext), bounded by ctx param0",
		"Field":          "may block on a channel, bounded by ctx recv.ctx",
		"FieldOf":        "may block on a channel ((*p.T).Field), bounded by ctx param0.ctx",
		"Tick":           "may block on sleep, bounded by a deadline",
		"Worst":          "may block on a request (p.Get → http.Get), unbounded",
		"Child":          "may block on a child process ((*exec.Cmd).Run), bounded if configured",
	}
	result, err := summary.Analyzer.Run(pass)
	if err != nil {
		t.Fatal(err)
	}
	for _, obj := range pass.TypesInfo.Defs {
		fn, ok := obj.(*types.Func)
		if !ok {
			continue
		}
		f, ok := result.(*summary.Result).Func(fn)
		if !ok {
			t.Errorf("%s: unknown", fn.Name())
			continue
		}
		got := ""
		if f.Blocks != nil {
			got = f.Blocks.String()
		}
		if got != want[fn.Name()] {
			t.Errorf("%s: %s\nwant %s", fn.Name(), got, want[fn.Name()])
		}
	}
}
