package summary_test

import (
	"go/ast"
	"go/types"
	"sort"
	"strings"
	"testing"

	"github.com/leaklint/leaklint/internal/passtest"
	"github.com/leaklint/leaklint/internal/summary"
)

// checkFacts checks the facts of the functions of source that have a doc
// comment: it is the fact in words, one effect or statement a line. May-block
// reasons are left out.
func checkFacts(t *testing.T, source string) {
	t.Helper()
	pass := passtest.Load(t, source)
	result, err := summary.Analyzer.Run(pass)
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range result.(*summary.Result).Failures() {
		t.Fatal(err)
	}
	for _, decl := range pass.Files[0].Decls {
		decl, ok := decl.(*ast.FuncDecl)
		if !ok || decl.Doc == nil {
			continue
		}
		fn := pass.TypesInfo.Defs[decl.Name].(*types.Func)
		f, ok := result.(*summary.Result).Func(fn)
		if !ok {
			t.Errorf("%s: unknown", fn.Name())
			continue
		}
		plain := *f
		plain.Blocks = nil
		got := strings.Split(plain.String(), "; ")
		want := strings.Split(strings.TrimSpace(decl.Doc.Text()), "\n")
		sort.Strings(got)
		sort.Strings(want)
		if strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("%s:\n\t%s\nwant\n\t%s", fn.Name(), strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
		}
	}
}

// TestCalls: what happens to function parameters.
func TestCalls(t *testing.T) {
	checkFacts(t, `package p

import ("context"; "sync"; "time")

// must call param0
func Calls(f func()) { f() }

// must call param0
func Defers(f func()) { defer f() }

// may call param0
func Sometimes(f func(), b bool) { if b { f() } }

// must call param0
func UnlessNil(f func()) { if f != nil { f() } }

// must call param0
func BothBranches(f func(), b bool) { if b { f(); return }; defer f() }

// may call param0 (repeatedly)
func Loop(f func(), n int) { for range n { f() } }

// must call param0 (2..2 times)
func Twice(f func()) { f(); f() }

// nothing
func Drops(f func()) { _ = f }

// must call param0
func Through(f func()) { Calls(f) }

// must call param0
func Literal(f func()) { func() { f() }() }

// must call param0
func DeferredLiteral(f func()) { defer func() { f() }() }

// must call param0 spawned
func Go(f func()) { go f() }

// must call param0 spawned
func GoLiteral(f func()) { go func() { f() }() }

// must call param0 spawned
func GoTwoHops(f func()) { go func() { Through(f) }() }

type S struct { f func(); g []func(); wg sync.WaitGroup; m map[string]func() }

// must call param0 spawned by recv.wg
// must add recv.wg
// must done recv.wg spawned by recv.wg
func (s *S) Attach(f func()) { s.wg.Add(1); go func() { defer s.wg.Done(); f() }() }

// must call param0 spawned by recv.wg
// must add recv.wg
func (s *S) WgGo(f func()) { s.wg.Go(f) }

// must call param0 joined
func Joins(f func()) { var wg sync.WaitGroup; wg.Add(1); go func() { defer wg.Done(); f() }(); wg.Wait() }

// may call param0 joined (repeatedly)
func JoinsMany(f func(), n int) { var wg sync.WaitGroup; for range n { wg.Go(f) }; wg.Wait() }

// may call param0 spawned (repeatedly)
func JoinsSome(f func(), n int) { var wg sync.WaitGroup; for range n { wg.Go(f) }; if n > 1 { wg.Wait() } }

// must store param0 to recv.f
func (s *S) Stores(f func()) { s.f = f }

// must store param0 to recv.g[]
func (s *S) Appends(f func()) { s.g = append(s.g, f) }

// must store param1 to recv.m
func (s *S) Maps(k string, f func()) { s.m[k] = f }

// must call recv.f
func (s *S) CallsField() { s.f() }

// must call param0.f
func CallsFieldOf(s *S) { s.CallsField() }

// must return param0 to result0
// result0 same param0
func Returns(f func()) func() { return f }

// must call param0 later by result0
// result0 not nil
func Wraps(f func()) func() { return func() { f() } }

// must call param0 later by result0.f
// result0 not nil
func WrapsInField(f func()) *S { return &S{f: func() { f() }} }

// must store param0 to result0.f
// result0 not nil
func Constructs(f func()) *S { return &S{f: f} }

// may call param0 spawned
func After(f func()) { time.AfterFunc(1, f) }

// must call param0 later
func Cleanup(f func()) { cleanup = func() { f() } }

var cleanup func()

// must store param0
func Global(f func()) { cleanup = f }

// must keep param0
// must call param1
func Unknown(f func(), g func(func())) { g(f) }

type iface interface { M(func()) }

// must keep param0
// must keep param1
func Interface(f func(), i interface{ M(func()) }) { i.M(f) }

// must call param0
func OneImplementation(f func(), i iface) { i.M(f) }

type impl struct{}

func (impl) M(f func()) { f() }

// must call param0
func MethodValue(f func()) { m := impl{}.M; m(f) }

// must call param0
func MethodExpr(f func()) { impl.M(impl{}, f) }

// must call param0
// must keep param1
func Generic[T any](f func(T), t T) { f(t) }

// must call param0
func Instance(f func(int)) { Generic(f, 1) }

// may call param0
func OnceDo(f func()) { var o sync.Once; o.Do(f) }

// must call param0
func Reassigned(f func()) { g := f; g() }

// may call param0
func Rebound(f func(), b bool) { if b { f = func() {} }; defer func() { f() }() }

// may call param0
func Recursive(f func(), n int) { if n == 0 { f(); return }; Recursive(f, n-1) }

// must call param1
func Func(ctx context.Context, f context.CancelFunc) { defer f(); work(ctx) }

func work(context.Context) {}
`)
}

// TestOperations: channels, locks, timers, groups.
func TestOperations(t *testing.T) {
	checkFacts(t, `package p

import ("context"; "sync"; "time")

type S struct {
	c    chan int
	done chan struct{}
	mu   sync.Mutex
	wg   sync.WaitGroup
	t    *time.Timer
	ctx  context.Context
	stop context.CancelFunc
}

// must send recv.c
func (s *S) Send(n int) { s.c <- n }

// may send recv.c
// must poll recv.c
func (s *S) TrySend(n int) { select { case s.c <- n: default: } }

// may send recv.c
// must poll recv.c
// may receive recv.done
// must poll recv.done
func (s *S) SendOrDone(n int) { select { case s.c <- n: case <-s.done: } }

// must close recv.done
func (s *S) Close() { close(s.done) }

// must close recv.done
func (s *S) CloseTwoHops() { func() { defer s.Close() }() }

// must drain param0
// may receive param0 (repeatedly)
func Drain(c chan int) { for range c { } }

// must receive param0 (repeatedly)
func LeavesEarly(c chan int) { for v := range c { if v == 0 { return } } }

// may receive param0 (repeatedly)
func RecvLoop(c chan int, n int) { for range n { <-c } }

// must receive param0.Done
func Wait(ctx context.Context) { <-ctx.Done() }

// must receive recv.ctx.Done spawned
func (s *S) Watch() { go func() { <-s.ctx.Done() }() }

// must lock recv.mu
// must unlock recv.mu
func (s *S) Locked() { s.mu.Lock(); defer s.mu.Unlock() }

// must unlock recv.mu
func (s *S) Unlock() { s.mu.Unlock() }

// must stop recv.t
func (s *S) Stop() { if t := s.t; t != nil { t.Stop() } }

// must stop param0
func StopTimer(t *time.Timer) { t.Stop() }

// must stop param0*
func StopPtr(t **time.Timer) { if *t != nil { (*t).Stop(); *t = nil } }

// must wait recv.wg
// must call recv.stop
func (s *S) Shutdown() { s.stop(); s.wg.Wait() }

// must wait param0
func WaitGroup(wg *sync.WaitGroup) { wg.Wait() }

// must add param0
// must done param0 spawned by param0
func Start(wg *sync.WaitGroup) { wg.Add(1); go func() { defer wg.Done() }() }

// nothing
func (s *S) Keep(ctx context.Context) { s.ctx = ctx }

// must send param1[] spawned
func SendTo(n int, cs []chan int) { go func() { cs[0] <- n }() }

// may close param0
// must do param1
func CloseOnce(c chan int, o *sync.Once) { o.Do(func() { close(c) }) }
`)
}

// TestResults: what functions return.
func TestResults(t *testing.T) {
	checkFacts(t, `package p

import ("context"; "os/signal"; "time"; "errors")

// must derive param0 to result0
// result0 derived ctx param0 of context.WithTimeout
// result0 not nil
// result1 release result0 of context.WithTimeout
// result1 not nil
func Timeout(ctx context.Context) (context.Context, context.CancelFunc) { return context.WithTimeout(ctx, 1) }

// must derive param0 to result1
// result1 derived ctx param0 of context.WithCancel
// result1 not nil
// result0 release result1 of context.WithCancel
// result0 not nil
func Swapped(ctx context.Context) (context.CancelFunc, context.Context) { ctx, cancel := context.WithCancel(ctx); return cancel, ctx }

// must derive param0 to result1
// result1 derived ctx param0 of context.WithCancel
// result1 not nil
// result0 release result1 of context.WithCancel
// result0 not nil
func Wrapped(ctx context.Context) (func(), context.Context) { ctx, cancel := context.WithCancel(ctx); return func() { cancel() }, ctx }

// must derive param0
// result0 release of context.WithCancel
// result0 not nil
func Start(ctx context.Context) func() { ctx, cancel := context.WithCancel(ctx); go work(ctx); return cancel }

func work(context.Context) {}

// may derive param0 to result0
// result0 derived ctx param0 of signal.NotifyContext
// result1 release result0 of signal.NotifyContext
func OrError(ctx context.Context, b bool) (context.Context, func(), error) {
	if b {
		return nil, nil, errors.New("b")
	}
	c, stop := signal.NotifyContext(ctx)
	return c, stop, nil
}

// result0 fresh ticker of time.NewTicker
// result0 not nil
func Ticker() *time.Ticker { return time.NewTicker(1) }

// result0 fresh ticker of time.NewTicker
// result0 not nil
// result1 stops timer result0 of time.NewTicker
// result1 not nil
// must stop result0 later by result1
func TickerStop() (*time.Ticker, func()) { t := time.NewTicker(1); return t, t.Stop }

// result0 stops timer of time.NewTicker
// result0 not nil
func OnlyStop() func() { _, stop := TickerStop(); return func() { stop() } }

// result0 fresh chan cap 1
// result0 not nil
// must send result0 spawned
func Future() <-chan int { c := make(chan int, 1); go func() { c <- 1 }(); return c }

// result0 fresh chan cap -1 param0
// result0 not nil
func Sized(n int) chan int { return make(chan int, n) }

// result0 endless ctx
// result0 not nil
func Background() context.Context { return context.Background() }

type S struct { c chan int }

// result0 not nil
func New() *S { return &S{c: make(chan int)} }

// result0 same recv.c
// must return recv.c to result0
func (s *S) C() <-chan int { return s.c }

// must receive recv.c
func (s *S) Get() int { return <-s.C() }

// may return param0 to result0
// may return param1 to result0
func Either(a, b chan int, c bool) chan int { if c { return a }; return b }
`)
}
