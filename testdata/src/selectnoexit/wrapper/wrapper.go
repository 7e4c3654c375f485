// Package wrapper holds loops behind other functions.
package wrapper

import "sync"

type pump struct {
	wg   sync.WaitGroup
	in   chan int
	quit chan struct{}
	n    int
}

// The goroutine gets to its loop through two calls.
func (p *pump) Start() {
	p.wg.Add(1)
	go func() {
		defer p.wg.Done()
		p.run()
	}()
}

func (p *pump) run() {
	p.n = 0
	p.forever()
}

func (p *pump) forever() {
	for {
		select { // want selectnoexit/select:"p.quit is closed by pump.Stop but this loop never receives from it"
		case v := <-p.in:
			p.n += v
		default:
		}
	}
}

// Stop waits for what never ends.
func (p *pump) Stop() {
	close(p.quit)
	p.wg.Wait()
}

// ok: as Start, and the loop ends.
func (p *pump) StartOK() {
	p.wg.Add(1)
	go func() {
		defer p.wg.Done()
		p.runOK()
	}()
}

func (p *pump) runOK() {
	p.n = 0
	p.untilQuit()
}

func (p *pump) untilQuit() {
	for {
		select {
		case v := <-p.in:
			p.n += v
		case <-p.quit:
			return
		}
	}
}

// The loop is outside, and what it calls returns.
func (p *pump) Again() {
	go func() {
		for { // want selectnoexit/loop:"every call of pump.Again"
			p.untilQuit()
		}
	}()
}

// ok: the loop asks why.
func (p *pump) AgainOK() {
	go func() {
		for p.once() {
		}
	}()
}

func (p *pump) once() bool { return <-p.in > 0 }

// Both a loop that returns and one that does not: only the latter stays.
func (p *pump) Both(really bool) {
	go func() {
		if really {
			p.forever()
		}
		p.untilQuit()
	}()
}
