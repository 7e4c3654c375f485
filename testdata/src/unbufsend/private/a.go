// Package private holds channels in fields on which only the goroutines work
// that the constructor starts, and twins on which a method does, too.
package private

import "time"

type source interface{ List() ([]string, error) }

// A watcher hands what it finds to itself.
type watcher struct {
	src   source
	tick  *time.Ticker
	found chan []string
	gone  chan []string
	done  chan struct{}
	n     int
}

// Two ticks in a row fill the buffers.
func NewWatcher(src source, every time.Duration) *watcher {
	w := &watcher{
		src: src, tick: time.NewTicker(every), found: make(chan []string, 1), gone: make(chan []string, 1), done: make(chan struct{}),
	}
	go w.run()
	return w
}

func (w *watcher) run() {
	for {
		select {
		case <-w.done:
			return
		case <-w.tick.C:
			w.list()
		case names := <-w.found:
			w.n += len(names)
		case names := <-w.gone:
			w.n -= len(names)
		}
	}
}

func (w *watcher) list() {
	names, err := w.src.List()
	if err != nil {
		return
	}
	w.gone <- names // want unbufsend/left:"the send on w.gone can block for ever"
	w.found <- names
}

// Close ends it.
func (w *watcher) Close() {
	w.tick.Stop()
	close(w.done)
}

// Its twin has a method that receives, too.
type drained struct {
	src   source
	tick  *time.Ticker
	found chan []string
	n     int
}

func NewDrained(src source, every time.Duration) *drained {
	d := &drained{src: src, tick: time.NewTicker(every), found: make(chan []string, 1)}
	go d.run()
	return d
}

func (d *drained) run() {
	for { // want selectnoexit/loop:"every call of NewDrained leaves a goroutine behind"
		select {
		case <-d.tick.C:
			d.found <- nil // ok: Drain lets it go on
		case names := <-d.found:
			d.n += len(names)
		}
	}
}

// Drain takes what is there.
func (d *drained) Drain() {
	select {
	case <-d.found:
	default:
	}
}

// The worker has gone when its partner sends.
type pair struct {
	jobs chan int
	out  chan int
}

func NewPair(n int, fail func(int) error) *pair {
	p := &pair{jobs: make(chan int), out: make(chan int, 1)}
	go p.feed(n)
	go p.work(fail)
	return p
}

func (p *pair) feed(n int) {
	for i := range n {
		p.jobs <- i // want unbufsend/left:"the send on p.jobs can block for ever"
	}
	close(p.jobs)
}

func (p *pair) work(fail func(int) error) {
	for i := range p.jobs {
		if fail(i) != nil {
			return
		}
	}
}

// Its twin drains the jobs that are left.
type fullPair struct{ jobs chan int }

func NewFullPair(n int, fail func(int) error) *fullPair {
	p := &fullPair{jobs: make(chan int)}
	go p.feed(n)
	go p.work(fail)
	return p
}

func (p *fullPair) feed(n int) {
	for i := range n {
		p.jobs <- i // ok: work drains
	}
	close(p.jobs)
}

func (p *fullPair) work(fail func(int) error) {
	for i := range p.jobs {
		if fail(i) != nil {
			for range p.jobs {
			}
			return
		}
	}
}

// The channel of the parent is none that this constructor has made.
type node struct {
	parent *node
	up     chan int
}

func NewNode(parent *node) *node {
	n := &node{parent: parent, up: make(chan int)}
	go n.run()
	return n
}

func (n *node) run() {
	if n.parent != nil {
		n.parent.up <- 1 // ok: the parent's goroutine receives
	}
	<-n.up
}

// A literal of the constructor works on it.
type lit struct{ errs chan error }

func NewLit(try func() error) *lit {
	l := &lit{errs: make(chan error)}
	go func() {
		l.errs <- try() // want unbufsend/left:"the send on l.errs can block for ever"
	}()
	if err := try(); err != nil {
		return l
	}
	<-l.errs
	return l
}

// What unseen code is given can run at any time.
type given struct{ errs chan error }

func NewGiven(try func() error, on func(func())) *given {
	g := &given{errs: make(chan error)}
	on(func() { <-g.errs })
	go func() {
		g.errs <- try() // ok: the callback receives
	}()
	return g
}

// A method replaces the channel, with one that somebody else has.
type replaced struct{ errs chan error }

func NewReplaced(try func() error) *replaced {
	r := &replaced{errs: make(chan error)}
	go r.run(try)
	return r
}

func (r *replaced) run(try func() error) {
	r.errs <- try() // ok: perhaps it is the other one
}

// Use sets it.
func (r *replaced) Use(errs chan error) { r.errs = errs }
