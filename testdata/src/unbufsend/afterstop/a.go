// Package afterstop: a send to a run loop that has returned.
package afterstop

type server struct {
	jobs chan int
	done chan struct{}
}

func start(handle func(int)) *server {
	s := &server{jobs: make(chan int), done: make(chan struct{})}
	go func() {
		for {
			select {
			case j := <-s.jobs:
				handle(j)
			case <-s.done:
				return
			}
		}
	}()
	return s
}

func (s *server) submit(j int) {
	s.jobs <- j // want `the send on .*jobs can block for ever`
}

func (s *server) trySubmit(j int) {
	select {
	case s.jobs <- j:
	case <-s.done: // ok: sees that the loop has gone
	}
}

func (s *server) stop() { close(s.done) }

func Late(handle func(int)) {
	s := start(handle)
	go s.submit(1)
	s.stop()
}

func LateGuarded(handle func(int)) {
	s := start(handle)
	go s.trySubmit(1)
	s.stop()
}

type queue struct {
	jobs chan int
}

func newQueue(handle func(int) error) *queue {
	q := &queue{jobs: make(chan int)}
	go func() {
		for j := range q.jobs {
			if handle(j) != nil {
				return
			}
		}
	}()
	return q
}

func SubmitAll(handle func(int) error, js []int) {
	q := newQueue(handle)
	for _, j := range js {
		q.jobs <- j // want `the send on .*jobs can block for ever`
	}
	close(q.jobs)
}

func newSteadyQueue(handle func(int) error) *queue {
	q := &queue{jobs: make(chan int)}
	go func() {
		for j := range q.jobs {
			if handle(j) != nil {
				continue // ok: takes the next one
			}
		}
	}()
	return q
}

func SubmitAllSteady(handle func(int) error, js []int) {
	q := newSteadyQueue(handle)
	for _, j := range js {
		q.jobs <- j
	}
	close(q.jobs)
}
