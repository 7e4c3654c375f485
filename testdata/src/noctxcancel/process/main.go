// Command process: what is made once in a process.
package main

import (
	"context"
	"os"
	"os/signal"
	"time"
)

func do(ctx context.Context) error { return ctx.Err() }

// Signals are caught until the process ends.
func setup() context.Context {
	ctx, _ := signal.NotifyContext(context.Background(), os.Interrupt)
	return ctx
}

// The same for every job.
func job() error {
	ctx, _ := signal.NotifyContext(context.Background(), os.Interrupt) // want noctxcancel/discarded:"the stop function of signal.NotifyContext is discarded"
	return do(ctx)
}

func main() {
	ctx := setup()
	for job() == nil {
		time.Sleep(time.Second)
	}
	// The end of main ends the process.
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	if do(ctx) != nil {
		return
	}
	cancel()
}
