// Package consumer returns channels whose consumer stops at the end of the
// context of the same call.
package consumer

import "context"

type store interface {
	Next(ctx context.Context) (int, bool)
	Stream(ctx context.Context) <-chan int
	All() []int
}

// The feeder ends with ctx, but for the send.
func Rows(ctx context.Context, s store) <-chan int {
	out := make(chan int)
	go func() {
		defer close(out)
		for {
			v, ok := s.Next(ctx)
			if !ok {
				return
			}
			out <- v // want unbufsend/timeout:"the send on out can block for ever: Rows returns when .*the context ends first"
		}
	}()
	return out
}

// ok: so does the send.
func RowsOK(ctx context.Context, s store) <-chan int {
	out := make(chan int)
	go func() {
		defer close(out)
		for {
			v, ok := s.Next(ctx)
			if !ok {
				return
			}
			select {
			case out <- v:
			case <-ctx.Done():
				return
			}
		}
	}()
	return out
}

// It passes on what ends with ctx.
func Doubled(ctx context.Context, s store) (<-chan int, error) {
	in := s.Stream(ctx)
	out := make(chan int)
	go func() {
		defer close(out)
		for v := range in {
			out <- 2 * v // want unbufsend/timeout:"the send on out can block for ever"
		}
	}()
	return out, nil
}

// The signal is consulted, but not at the send.
func Polled(ctx context.Context, s store) <-chan int {
	out := make(chan int)
	go func() {
		defer close(out)
		for _, v := range s.All() {
			select {
			case <-ctx.Done():
				return
			default:
			}
			out <- v // want unbufsend/timeout:"the send on out can block for ever"
		}
	}()
	return out
}

// ok: nothing shows that the consumer may leave before all is there.
func Listed(ctx context.Context, s store) <-chan int {
	all, _ := s.Next(ctx)
	out := make(chan int)
	go func() {
		defer close(out)
		for i := range all {
			out <- i
		}
	}()
	return out
}

// ok: one value, and room for it.
func One(ctx context.Context, s store) <-chan int {
	out := make(chan int, 1)
	go func() {
		v, _ := s.Next(ctx)
		out <- v
	}()
	return out
}

// One value, and no room.
func Only(ctx context.Context, s store) <-chan int {
	out := make(chan int)
	go func() {
		v, _ := s.Next(ctx)
		out <- v // want unbufsend/timeout:"the send on out can block for ever"
	}()
	return out
}

// ok: the consumers in sight read to the end.
func Drained(ctx context.Context, s store) <-chan int {
	out := make(chan int)
	go func() {
		defer close(out)
		for {
			v, ok := s.Next(ctx)
			if !ok {
				return
			}
			out <- v
		}
	}()
	return out
}

// Sum is one.
func Sum(ctx context.Context, s store) (n int) {
	for v := range Drained(ctx, s) {
		n += v
	}
	return n
}

// ok: without a context of the call nothing says when to stop.
func Endless(s store) <-chan int {
	out := make(chan int)
	go func() {
		defer close(out)
		for v := range s.Stream(context.Background()) {
			out <- v
		}
	}()
	return out
}
