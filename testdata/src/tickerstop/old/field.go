package old

import "time"

// A poller reads its ticker, and does not stop it.
type poller struct {
	tick *time.Ticker
	quit chan struct{}
}

func NewPoller() *poller {
	p := &poller{tick: time.NewTicker(time.Second), quit: make(chan struct{})} // want tickerstop/ticker:"is stored in tick, where nothing in this package stops it; before Go 1.23 it is never collected"
	go p.loop()
	return p
}

func (p *poller) loop() {
	for {
		select {
		case <-p.tick.C:
			_ = work()
		case <-p.quit:
			return
		}
	}
}

func (p *poller) Slow() { p.tick.Reset(time.Minute) }

func (p *poller) Close() { close(p.quit) }

// A stopper is the same, and stops it.
type stopper struct {
	tick *time.Ticker
	quit chan struct{}
}

func NewStopper() *stopper {
	p := &stopper{tick: time.NewTicker(time.Second), quit: make(chan struct{})}
	go p.loop()
	return p
}

func (p *stopper) loop() {
	for {
		select {
		case <-p.tick.C:
			_ = work()
		case <-p.quit:
			return
		}
	}
}

func (p *stopper) Close() {
	close(p.quit)
	if t := p.tick; t != nil {
		t.Stop()
	}
}

// A lender hands it out.
type lender struct{ tick *time.Ticker }

func NewLender() *lender { return &lender{time.NewTicker(time.Second)} }

func (l *lender) Ticker() *time.Ticker { return l.tick }

// A pointer to the field may stop it.
type pointed struct{ tick *time.Ticker }

func NewPointed(stop func(**time.Ticker)) *pointed {
	p := &pointed{time.NewTicker(time.Second)}
	stop(&p.tick)
	return p
}
