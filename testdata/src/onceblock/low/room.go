package low

import "sync"

type link struct {
	once   sync.Once
	other  sync.Once
	faults chan error
	twice  chan error
	bare   chan error
	given  chan error
}

func newLink(given chan error) *link {
	return &link{faults: make(chan error, 1), twice: make(chan error, 1), bare: make(chan error), given: given}
}

// ok: the buffer takes the only error there is.
func (l *link) fail(err error) {
	l.once.Do(func() { l.faults <- err })
}

func (l *link) wait() error { return <-l.faults }

// Somebody else may have filled the buffer.
func (l *link) failTwice(err error) {
	l.once.Do(func() { l.twice <- err }) // want onceblock/wait/low:"a send on twice"
}

func (l *link) tell(err error) { l.twice <- err }

// There is no room.
func (l *link) failBare(err error) {
	l.once.Do(func() { l.bare <- err }) // want onceblock/wait/low:"a send on bare" unbufsend/noreceiver:"no code of this package receives from it"
}

// Nobody knows whether there is room.
func (l *link) failGiven(err error) {
	l.once.Do(func() { l.given <- err }) // want onceblock/wait/low:"a send on given"
}

type reply struct{ ch chan int }

// ok: a reply of this call.
func first(o *sync.Once) int {
	r := &reply{ch: make(chan int, 1)}
	o.Do(func() { r.ch <- 1 })
	return <-r.ch
}

type shared struct{ ch chan int }

// Each Once of the caller may send one.
func each(os []*sync.Once) int {
	r := &shared{ch: make(chan int, 1)}
	for _, o := range os {
		o.Do(func() { r.ch <- 1 }) // want onceblock/wait:"the send on .*ch under a Once can block for ever|every caller of Do waits"
	}
	return <-r.ch
}

// ok: made in the body.
func inBody(o *sync.Once) error {
	var ch chan error
	o.Do(func() {
		ch = make(chan error, 1)
		ch <- nil
	})
	return <-ch
}
