// Package field: release functions in fields and package variables.
package field

import (
	"context"
	"errors"
)

func do(ctx context.Context) error { return ctx.Err() }

type worker struct {
	ctx    context.Context
	cancel context.CancelFunc
	stop   func()
	unread context.CancelFunc
	Public context.CancelFunc
}

// Read by Close.
func newWorker(parent context.Context) *worker {
	ctx, cancel := context.WithCancel(parent)
	return &worker{ctx: ctx, cancel: cancel}
}

func (w *worker) Close() { w.cancel() }

// Nothing reads the field.
func newUnread(parent context.Context) *worker {
	ctx, cancel := context.WithCancel(parent) // want noctxcancel/unread:"cancel, the cancel function of context.WithCancel, is stored in unread, which nothing in this package reads"
	return &worker{ctx: ctx, unread: cancel}
}

// A comparison is no call.
func (w *worker) started() bool { return w.unread != nil }

// Assigned straight to the fields.
func (w *worker) start(parent context.Context) {
	w.ctx, w.cancel = context.WithCancel(parent)
}

func (w *worker) startUnread(parent context.Context) {
	w.ctx, w.unread = context.WithCancel(parent) // want noctxcancel/unread:"w.unread, the cancel function of context.WithCancel, is stored in unread"
}

// A field of type func(), called by a helper.
func (w *worker) startStop(parent context.Context) {
	w.ctx, w.stop = context.WithCancel(parent)
}

func halt(w *worker) { w.stop() }

// Anybody can call an exported field.
func newPublic(parent context.Context) *worker {
	ctx, cancel := context.WithCancel(parent)
	return &worker{ctx: ctx, Public: cancel}
}

// The object that holds it is lost on one way out.
func lostObject(parent context.Context) (*worker, error) {
	ctx, cancel := context.WithCancel(parent) // want noctxcancel/path:"not called on the way out at line 63"
	w := &worker{ctx: ctx, cancel: cancel}
	if err := do(ctx); err != nil {
		return nil, err
	}
	return w, nil
}

// Closed before.
func closedObject(parent context.Context) (*worker, error) {
	ctx, cancel := context.WithCancel(parent)
	w := &worker{ctx: ctx, cancel: cancel}
	if err := do(ctx); err != nil {
		w.Close()
		return nil, err
	}
	return w, nil
}

// Called through the field.
func throughField(parent context.Context) error {
	var w worker
	w.ctx, w.cancel = context.WithCancel(parent)
	defer w.cancel()
	return do(w.ctx)
}

// The same without the call.
func throughFieldLost(parent context.Context) error {
	var w worker
	w.ctx, w.cancel = context.WithCancel(parent) // want noctxcancel/unused:"w.cancel, the cancel function of context.WithCancel, is never called"
	return do(w.ctx)
}

// The object is known to others before the field is set.
func registered(parent context.Context, all map[string]*worker) {
	w := &worker{}
	all["w"] = w
	w.ctx, w.cancel = context.WithCancel(parent)
}

// A struct that is copied out.
func copied(parent context.Context) worker {
	var w worker
	w.ctx, w.cancel = context.WithCancel(parent)
	return w
}

var (
	globalCancel context.CancelFunc
	globalUnread context.CancelFunc
)

func Start(parent context.Context) context.Context {
	var ctx context.Context
	ctx, globalCancel = context.WithCancel(parent)
	return ctx
}

func Stop() { globalCancel() }

func StartUnread(parent context.Context) context.Context {
	var ctx context.Context
	ctx, globalUnread = context.WithCancel(parent) // want noctxcancel/unread:"is stored in globalUnread, which nothing in this package reads"
	return ctx
}

// In a map, a slice, a channel: somebody may find it there.
func elsewhere(parent context.Context, m map[string]func(), c chan context.CancelFunc) {
	ctx, cancel := context.WithCancel(parent)
	m["x"] = cancel
	ctx, cancel = context.WithCancel(ctx)
	c <- cancel
	_ = do(ctx)
}

var errClosed = errors.New("closed")

type generic[T any] struct {
	cancel context.CancelFunc
	lost   context.CancelFunc
	item   T
}

func (g *generic[T]) start(parent context.Context) {
	_, g.cancel = context.WithTimeout(parent, 1)
	_, g.lost = context.WithTimeout(parent, 1) // want noctxcancel/unread:"stored in lost"
}

func (g *generic[T]) stop() { g.cancel() }

type hooks struct{ onRead func() }

func (h *hooks) fire() { h.onRead() }

type config struct{ hooks *hooks }

type dialer struct{ config *config }

func (d *dialer) dial(ctx context.Context) error { d.config.hooks.fire(); return nil }

// A closure in an object in an object in a struct that is copied.
func nested(parent context.Context) error {
	ctx, cancel := context.WithCancel(parent)
	d := dialer{config: &config{
		hooks: &hooks{onRead: func() { cancel() }},
	}}
	return d.dial(ctx)
}

// The objects go nowhere.
func nestedLost(parent context.Context) error {
	ctx, cancel := context.WithCancel(parent) // want noctxcancel/unused:"never called"
	d := dialer{config: &config{
		hooks: &hooks{onRead: func() { cancel() }},
	}}
	_ = d
	return do(ctx)
}

type scope struct{ w *worker }

// The object is one of two, and others have known it since it was made.
func eitherObject(parent context.Context, w *worker) (s scope, err error) {
	if w == nil {
		w = new(worker)
	}
	s = scope{w}
	ctx, cancel := context.WithCancel(parent)
	defer func() {
		if err != nil {
			cancel()
		}
	}()
	w.cancel = cancel
	return s, do(ctx)
}

// The object holds something else.
func eitherObjectLost(parent context.Context, w *worker) (s scope, err error) {
	if w == nil {
		w = new(worker)
	}
	s = scope{w}
	ctx, cancel := context.WithCancel(parent) // want noctxcancel/path:"not called"
	defer func() {
		if err != nil {
			cancel()
		}
	}()
	w.ctx = ctx
	if do(ctx) != nil {
		return s, errClosed
	}
	return s, nil
}

// The parent never ends, and on this way out nobody has the object with the
// context: nothing is held (low).
func notStarted(n int) (*worker, error) {
	ctx, cancel := context.WithCancel(context.Background())
	w := &worker{ctx: ctx, cancel: cancel}
	if n == 0 {
		return nil, errClosed
	}
	go w.run()
	return w, nil
}

// The goroutine waits for it.
func started(n int) (*worker, error) {
	ctx, cancel := context.WithCancel(context.Background()) // want noctxcancel/path/vet:"not called"
	go wait(ctx)
	if n == 0 {
		return nil, errClosed
	}
	return &worker{ctx: ctx, cancel: cancel}, nil
}

func wait(ctx context.Context) { <-ctx.Done() }

func (w *worker) run() { <-w.ctx.Done() }

// A copy of the map's element gets a new context and goes back into the map.
func renew(parent context.Context, all map[string]worker) {
	for name, w := range all {
		w.ctx, w.cancel = context.WithCancel(parent)
		all[name] = w
	}
}

// The copy is all that has it: it is dropped.
func renewCopy(parent context.Context, all map[string]worker) {
	for _, w := range all {
		w.ctx, w.cancel = context.WithCancel(parent) // want noctxcancel/unused:"never called"
		_ = do(w.ctx)
	}
}

type pair struct {
	cancel context.CancelFunc
	n      int
}

// ok: a struct value holds it.
func structValue(parent context.Context) error {
	ctx, cancel := context.WithCancel(parent)
	p := pair{cancel: cancel}
	p.n++
	defer p.cancel()
	return do(ctx)
}

// ok: called through a copy.
func structCopy(parent context.Context) error {
	ctx, cancel := context.WithCancel(parent)
	p := pair{cancel: cancel}
	q := p
	err := do(ctx)
	q.cancel()
	return err
}

// One way out calls neither copy.
func structCopyPath(parent context.Context) error {
	ctx, cancel := context.WithCancel(parent) // want noctxcancel/path:"not called on the way out"
	p := pair{cancel: cancel}
	q := p
	if err := do(ctx); err != nil {
		return err
	}
	q.cancel()
	return nil
}

// The copy has another one by then.
func structCopyOther(parent context.Context, other context.CancelFunc) error {
	ctx, cancel := context.WithCancel(parent) // want noctxcancel/path:"not called on the way out"
	p := pair{cancel: cancel}
	q := p
	q.cancel = other
	err := do(ctx)
	q.cancel()
	return err
}
