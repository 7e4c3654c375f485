package watcher

import (
	"context"
	"sync"
	"time"
)

type notifier struct {
	done chan struct{}
	once sync.Once
}

func (n *notifier) run() {
	for {
		select {
		case <-n.done:
			return
		case <-time.After(time.Second):
		}
	}
}

func (n *notifier) stop() { n.once.Do(func() { close(n.done) }) }

type Store struct {
	n      *notifier
	cancel context.CancelFunc
	wg     sync.WaitGroup
	keys   int
}

func (s *Store) cleanUp(ctx context.Context) {
	for {
		select { // want selectnoexit/watcher:"Store.Stop does not end this goroutine, as it does the other one that Store.Start starts"
		case <-ctx.Done():
			return
		case <-time.After(time.Second):
			s.keys--
		}
	}
}

// Start starts two goroutines, of which Stop ends one.
func (s *Store) Start(ctx context.Context) {
	go s.n.run()
	go s.cleanUp(ctx)
}

// Stop ends the notifier.
func (s *Store) Stop() {
	if s.cancel != nil {
		s.cancel()
	}
	s.n.stop()
}

// ok: Stop cancels the context of the other one.
func (s *Store) StartOK(ctx context.Context) {
	go s.n.run()
	ctx, s.cancel = context.WithCancel(ctx)
	go s.sweep(ctx)
}

func (s *Store) sweep(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(time.Second):
			s.keys--
		}
	}
}

type Alone struct{ keys int }

// ok (low): Stop is for something else.
func (a *Alone) Start(ctx context.Context) {
	go a.cleanUp(ctx)
}

func (a *Alone) cleanUp(ctx context.Context) {
	<-ctx.Done()
	a.keys = 0
}

// Stop does not end it, nor anything else.
func (a *Alone) Stop() { a.keys = 0 }

type Runner struct {
	n    *notifier
	keys int
}

// ok (low): it waits until all is over, and so does the caller, who then ends
// ctx.
func (r *Runner) Run(ctx context.Context) {
	go r.n.run()
	go r.cleanUp(ctx)
	<-r.n.done
}

func (r *Runner) cleanUp(ctx context.Context) {
	<-ctx.Done()
	r.keys = 0
}

// Close ends Run.
func (r *Runner) Close() { r.n.stop() }
