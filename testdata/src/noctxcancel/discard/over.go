package discard

import (
	"context"
	"time"
)

// The function goes on only when the deadline is over: nothing is left.
func waitsForDeadline(parent context.Context) error {
	ctx, _ := context.WithTimeout(parent, time.Second)
	<-ctx.Done()
	return ctx.Err()
}

// The other case leaves the timer behind.
func waitsOr(parent context.Context, stop chan struct{}) error {
	ctx, _ := context.WithTimeout(parent, time.Second) // want noctxcancel/discarded/vet:"the context and its timer stay until the deadline"
	select {
	case <-ctx.Done():
	case <-stop:
	}
	return ctx.Err()
}

// Without a deadline of its own it waits for the end of the parent.
func waitsForParent(parent context.Context) error {
	ctx, _ := context.WithCancel(parent) // want noctxcancel/discarded/vet:"discarded"
	<-ctx.Done()
	return ctx.Err()
}

// Without a parent the call panics: nothing is made.
func noParent() (v any) {
	defer func() { v = recover() }()
	_, _ = context.WithCancel(nil)
	return nil
}

// The twin has a parent.
func aParent(parent context.Context) (v any) {
	defer func() { v = recover() }()
	_, _ = context.WithCancel(parent) // want noctxcancel/discarded/vet:"discarded"
	return nil
}

// A context with more to it, and the end of the one it has.
type named struct {
	context.Context
	name string
}

// The child ends with the parent that the named one has.
func withNamedParent(grand context.Context) error {
	parent, cancel := context.WithCancel(grand)
	defer cancel()
	ctx, _ := context.WithCancel(named{parent, "a"})
	return use(ctx)
}

// A context that has an end of its own, or none.
type detached struct{ context.Context }

// Done is closed by nobody.
func (detached) Done() <-chan struct{} { return make(chan struct{}) }

// The child does not end with the parent: it waits for the end that never comes.
func withDetachedParent(grand context.Context) error {
	parent, cancel := context.WithCancel(grand)
	defer cancel()
	ctx, _ := context.WithCancel(detached{parent}) // want noctxcancel/discarded/vet:"discarded"
	return use(ctx)
}

// Every turn makes a parent of its own and cancels it.
func withParentOfTurn(grand context.Context, jobs chan int) {
	for range jobs {
		parent, cancel := context.WithCancel(grand)
		ctx, _ := context.WithCancel(parent)
		_ = use(ctx)
		cancel()
	}
}

// The parent of a turn has many children, all of them until its end.
func withParentOfOuterTurn(grand context.Context, jobs chan int, n int) {
	for range jobs {
		parent, cancel := context.WithCancel(grand)
		for range n {
			ctx, _ := context.WithCancel(parent) // want noctxcancel/discarded/vet:"discarded"
			_ = use(ctx)
		}
		cancel()
	}
}

// await waits for the end of the context.
func await(ctx context.Context, late func()) {
	select {
	case <-ctx.Done():
	case <-time.After(time.Minute):
		late()
		panic("not done")
	}
}

// The helper goes on only when the deadline is over.
func awaits(parent context.Context) error {
	ctx, _ := context.WithTimeout(parent, time.Second)
	await(ctx, nil)
	return ctx.Err()
}

// The same with a context that has this one.
func awaitsNamed(parent context.Context) error {
	ctx, _ := context.WithTimeout(parent, time.Second)
	await(named{ctx, "a"}, nil)
	return ctx.Err()
}

// The helper may go on before.
func awaitSome(ctx context.Context, stop chan struct{}) {
	select {
	case <-ctx.Done():
	case <-stop:
	}
}

func awaitsSome(parent context.Context, stop chan struct{}) error {
	ctx, _ := context.WithTimeout(parent, time.Second) // want noctxcancel/discarded/vet:"the context and its timer stay until the deadline"
	awaitSome(ctx, stop)
	return ctx.Err()
}

// The helper waits on a goroutine of its own.
func awaitsElsewhere(parent context.Context) error {
	ctx, _ := context.WithTimeout(parent, time.Second) // want noctxcancel/discarded/vet:"the context and its timer stay until the deadline"
	go await(ctx, nil)
	return ctx.Err()
}

// On the way out at the end the context is done.
func awaitsAtEnd(parent context.Context) error {
	ctx, cancel := context.WithTimeout(parent, time.Second)
	if err := use(ctx); err != nil {
		cancel()
		return err
	}
	await(ctx, nil)
	return nil
}

// One way out has not waited.
func awaitsNot(parent context.Context) error {
	ctx, cancel := context.WithTimeout(parent, time.Second) // want noctxcancel/path/vet:"is not called on the way out"
	if err := use(ctx); err != nil {
		return err
	}
	cancel()
	await(ctx, nil)
	return nil
}
