package samples

type request struct {
	n     int
	reply chan int
}

// An Actor serves requests until it is closed. Do gives up when the actor
// ends, but the request may have been taken by then, and its caller gone.
type Actor struct {
	reqs chan request
	done chan struct{}
}

// NewActor starts the run loop.
func NewActor() *Actor {
	a := &Actor{reqs: make(chan request), done: make(chan struct{})}
	go a.run()
	return a
}

func (a *Actor) run() {
	for {
		select {
		case r := <-a.reqs:
			r.reply <- r.n + 1 // leak
		case <-a.done:
			return
		}
	}
}

// Do asks the actor.
func (a *Actor) Do(n int) int {
	r := request{n, make(chan int)}
	select {
	case a.reqs <- r:
	case <-a.done:
		return 0
	}
	select {
	case v := <-r.reply:
		return v
	case <-a.done:
		return 0
	}
}

// Close ends the actor.
func (a *Actor) Close() { close(a.done) }
