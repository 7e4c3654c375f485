// Package callee: release functions passed to functions of the package.
package callee

import (
	"context"
	"testing"
	"time"
)

func do(ctx context.Context) error { return ctx.Err() }

func drops(ctx context.Context, cancel context.CancelFunc) { _ = do(ctx) }

func releases(ctx context.Context, cancel context.CancelFunc) {
	defer cancel()
	_ = do(ctx)
}

func sometimes(ctx context.Context, cancel context.CancelFunc) {
	if do(ctx) == nil {
		cancel()
	}
}

func twoHops(ctx context.Context, cancel context.CancelFunc) { releases(ctx, cancel) }

func twoHopsDropped(ctx context.Context, cancel context.CancelFunc) { drops(ctx, cancel) }

func passDropped(parent context.Context) {
	ctx, cancel := context.WithCancel(parent) // want noctxcancel/callee:"is only passed to drops, which can leave without calling it"
	drops(ctx, cancel)
}

func passReleased(parent context.Context) {
	ctx, cancel := context.WithCancel(parent)
	releases(ctx, cancel)
}

func passSometimes(parent context.Context) {
	ctx, cancel := context.WithCancel(parent) // want noctxcancel/callee:"is only passed to sometimes, which can leave without calling it"
	go sometimes(ctx, cancel)
}

func passTwoHops(parent context.Context) {
	ctx, cancel := context.WithCancel(parent)
	go twoHops(ctx, cancel)
}

func passTwoHopsDropped(parent context.Context) {
	ctx, cancel := context.WithCancel(parent) // want noctxcancel/callee:"only passed to twoHopsDropped"
	twoHopsDropped(ctx, cancel)
}

// Dropped by the callee, but called here.
func droppedAndCalled(parent context.Context) {
	ctx, cancel := context.WithCancel(parent)
	drops(ctx, cancel)
	cancel()
}

type registry struct{ cancels []context.CancelFunc }

func (r *registry) add(cancel context.CancelFunc) { r.cancels = append(r.cancels, cancel) }

func keeps(parent context.Context, r *registry) {
	ctx, cancel := context.WithCancel(parent)
	r.add(cancel)
	_ = do(ctx)
}

func cleanup(t *testing.T) context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	return ctx
}

func afterFunc(parent, other context.Context) context.Context {
	ctx, cancel := context.WithCancel(parent)
	context.AfterFunc(other, cancel)
	return ctx
}

func timed(parent context.Context) context.Context {
	ctx, cancel := context.WithCancel(parent)
	time.AfterFunc(time.Second, cancel)
	return ctx
}

type stopper interface{ onStop(func()) }

func dynamic(parent context.Context, s stopper) context.Context {
	ctx, cancel := context.WithCancel(parent)
	s.onStop(cancel)
	return ctx
}

func pointer(cancel *context.CancelFunc) { (*cancel)() }

func byPointer(parent context.Context) {
	ctx, cancel := context.WithCancel(parent)
	defer pointer(&cancel)
	_ = do(ctx)
}

// The callee leaves when the context is done: nothing is left to cancel.
func watches(ctx context.Context, cancel context.CancelFunc, stop chan struct{}) {
	select {
	case <-ctx.Done():
	case <-stop:
		cancel()
	}
}

func passWatched(parent context.Context, stop chan struct{}) context.Context {
	ctx, cancel := context.WithCancel(parent)
	go watches(ctx, cancel, stop)
	return ctx
}

type reader struct {
	items chan string
	stop  bool
}

// Shape of a protocol reader that cancels on request but not on a read error.
func (r *reader) read(cancel context.CancelFunc) error {
	for {
		if err := r.next(); err != nil {
			return err
		}
		if r.stop {
			cancel()
			break
		}
	}
	return nil
}

func (r *reader) next() error { return nil }

func (r *reader) run(parent context.Context) {
	ctx, cancel := context.WithCancel(parent) // want noctxcancel/callee:"which can leave without calling it"
	go func(ctx context.Context) {
		for {
			select {
			case <-ctx.Done():
				return
			default:
				if err := r.read(cancel); err != nil {
					return
				}
			}
		}
	}(ctx)
}

// The goroutine calls it when the reader fails.
func (r *reader) runOK(parent context.Context) {
	ctx, cancel := context.WithCancel(parent)
	go func(ctx context.Context) {
		for {
			select {
			case <-ctx.Done():
				return
			default:
				if err := r.read(cancel); err != nil {
					cancel()
					return
				}
			}
		}
	}(ctx)
}

// begin hands out its own cancel function.
func (r *reader) begin(parent context.Context) context.CancelFunc {
	ctx, cancel := context.WithCancel(parent)
	go func() { <-ctx.Done() }()
	return cancel
}

func begun(parent context.Context, r *reader) {
	r.begin(parent) // want noctxcancel/discarded:"the cancel function of begin is discarded"
}

func begunOK(parent context.Context, r *reader) {
	defer r.begin(parent)()
}

func same(cancel context.CancelFunc) context.CancelFunc { return cancel }

// What is handed back is called.
func handedBack(parent context.Context) {
	ctx, cancel := context.WithCancel(parent)
	stop := same(cancel)
	defer stop()
	_ = do(ctx)
}

// What is handed back is dropped.
func handedBackLost(parent context.Context) {
	ctx, cancel := context.WithCancel(parent) // want noctxcancel/callee:"only passed to same"
	same(cancel)
	_ = do(ctx)
}

type watcher struct{ stop func() }

func (w *watcher) Close() { w.stop() }

// newWatcher hands the cancel function out twice: the watcher has it too.
func newWatcher(parent context.Context) (*watcher, context.Context, func()) {
	ctx, cancel := context.WithCancel(parent)
	return &watcher{stop: func() { cancel() }}, ctx, cancel
}

func sharedOwner(parent context.Context) *watcher {
	w, ctx, _ := newWatcher(parent)
	_ = do(ctx)
	return w
}

// once hands it out once.
func onceOnly(parent context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancel(parent)
	return ctx, func() { cancel() }
}

func soleOwner(parent context.Context) {
	ctx, _ := onceOnly(parent) // want noctxcancel/discarded:"the cancel function of onceOnly is discarded"
	_ = do(ctx)
}

// begins calls it itself when the work is done.
func begins(parent context.Context) func() {
	ctx, cancel := context.WithCancel(parent)
	go func() {
		defer cancel()
		_ = do(ctx)
	}()
	return cancel
}

func begunAndDone(parent context.Context) { begins(parent) }

// every hands out a function that stops a ticker, which is collected anyway.
func every(d time.Duration) (<-chan time.Time, func()) {
	t := time.NewTicker(d)
	return t.C, func() { t.Stop() }
}

func tickOnce() {
	c, _ := every(time.Second)
	<-c
}

// limited hands out a function that cancels a context: a timer that runs on.
func limited(parent context.Context) (context.Context, func()) {
	ctx, cancel := context.WithTimeout(parent, time.Hour)
	return ctx, func() { cancel() }
}

func limitedOnce(parent context.Context) {
	ctx, _ := limited(parent) // want noctxcancel/discarded:"the cancel function of limited is discarded"
	_ = do(ctx)
}

type env struct {
	context.Context
	name string
}

// newEnv derives a context from the one in e.
func newEnv(e env) (env, context.CancelFunc) {
	ctx, cancel := context.WithCancel(e.Context)
	return env{ctx, e.name}, cancel
}

// The parent never ends: the new context is registered nowhere (low).
func endlessEnv() error {
	e, _ := newEnv(env{Context: context.Background()})
	return do(e)
}

func endingEnv(parent context.Context) error {
	e, _ := newEnv(env{Context: parent}) // want noctxcancel/discarded:"the cancel function of newEnv is discarded"
	return do(e)
}
