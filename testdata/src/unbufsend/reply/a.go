// Package reply: a request carries the channel for its answer.
package reply

import "context"

type request struct {
	arg   int
	reply chan int
}

func Ask(ctx context.Context, arg int) (int, error) {
	reqs := make(chan request)
	defer close(reqs)
	go func() {
		for r := range reqs {
			r.reply <- r.arg * 2 // want `the send on .*reply can block for ever`
		}
	}()
	r := request{arg, make(chan int)}
	reqs <- r
	select {
	case v := <-r.reply:
		return v, nil
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

func AskBuffered(ctx context.Context, arg int) (int, error) {
	reqs := make(chan request)
	defer close(reqs)
	go func() {
		for r := range reqs {
			r.reply <- r.arg * 2
		}
	}()
	r := request{arg, make(chan int, 1)} // ok: the answer fits
	reqs <- r
	select {
	case v := <-r.reply:
		return v, nil
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

func AskAndWait(ctx context.Context, arg int) (int, error) {
	reqs := make(chan request)
	defer close(reqs)
	go func() {
		for r := range reqs {
			r.reply <- r.arg * 2
		}
	}()
	r := request{arg, make(chan int)}
	select {
	case reqs <- r:
		return <-r.reply, nil // ok: whoever asked waits
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

func AskGuarded(ctx context.Context, arg int) (int, error) {
	reqs := make(chan request)
	defer close(reqs)
	go func() {
		for r := range reqs {
			select {
			case r.reply <- r.arg * 2:
			case <-ctx.Done(): // ok: gives up with the caller
				return
			}
		}
	}()
	r := request{arg, make(chan int)}
	select {
	case reqs <- r:
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	select {
	case v := <-r.reply:
		return v, nil
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}
