// Package waits has goroutines that wait for contexts whose cancel function is
// in safe hands, which do not call it.
package waits

import "context"

// A tx keeps its context, and a goroutine that waits for it.
type tx struct {
	ctx    context.Context
	cancel context.CancelFunc
}

func begin(parent context.Context) *tx {
	ctx, cancel := context.WithCancel(parent)
	t := &tx{ctx, cancel}
	go t.await()
	return t
}

func (t *tx) await() {
	<-t.ctx.Done() // want noctxcancel/waits:"the receive from t.ctx.Done.. can block for ever when .*: nobody is left who cancels the context"
}

func (t *tx) rollback() { t.cancel() }

// Query leaves its transaction on an error.
func Query(query func() error) error {
	t := begin(context.Background())
	if err := query(); err != nil {
		return err
	}
	t.rollback()
	return nil
}

// A job is a tx that every caller ends.
type job struct {
	ctx    context.Context
	cancel context.CancelFunc
}

func start(parent context.Context) *job {
	ctx, cancel := context.WithCancel(parent)
	j := &job{ctx, cancel}
	go j.await()
	return j
}

func (j *job) await() { <-j.ctx.Done() }

// ok: ended on each way out.
func Run(query func() error) error {
	j := start(context.Background())
	defer j.cancel()
	return query()
}

// The context and its goroutine are one finding, where the context is made.
func Lost(work func()) {
	ctx, _ := context.WithCancel(context.Background()) // want noctxcancel/discarded/vet:"is discarded and can never be called"
	go func() {
		<-ctx.Done()
		work()
	}()
}

// ok
func LostOK(work func()) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		<-ctx.Done()
		work()
	}()
}
