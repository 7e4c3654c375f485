// Command loop starts a worker for each request that nothing ends.
package main

import (
	"context"
	"net/http"
	"sync"

	"example.com/leaking/serve"
)

func main() {
	serve.Run(func(r *http.Request) {
		w := newWorker(r.Context())
		w.jobs <- "job"
	})
}

type worker struct {
	ctx  context.Context
	jobs chan string
	more chan string
	mu   sync.Mutex
	done []string
}

// newWorker starts a worker.
func newWorker(ctx context.Context) *worker {
	w := &worker{ctx: ctx, jobs: make(chan string), more: make(chan string)}
	go w.run()
	return w
}

// run takes jobs and does not ask whether the context has ended.
func (w *worker) run() {
	for {
		select { // leak
		case j := <-w.jobs:
			w.note(j)
		case j := <-w.more:
			w.note(j)
		}
	}
}

// note remembers a job.
func (w *worker) note(j string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.done = append(w.done, j)
}
