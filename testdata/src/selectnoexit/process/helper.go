package process

import "time"

// Main starts the goroutine of its own loop, which never ends, by a helper.
func Main(work func()) {
	for range ahead(time.Second).C {
		work()
	}
}

// ahead is called once for the loop.
func ahead(d time.Duration) *time.Ticker {
	t := time.NewTicker(d)
	in, out := t.C, make(chan time.Time, 1)
	go func() {
		for at := range in {
			out <- at
		}
	}()
	t.C = out
	return t
}

// First leaves after a tick.
func First(work func()) {
	<-aheadOf(time.Second).C
	work()
}

// aheadOf is called by a function that ends.
func aheadOf(d time.Duration) *time.Ticker {
	t := time.NewTicker(d)
	in, out := t.C, make(chan time.Time, 1)
	go func() {
		for at := range in { // want "this loop has no way out: every call of aheadOf leaves a goroutine behind"
			out <- at
		}
	}()
	t.C = out
	return t
}

// Each turn of Turns starts one more.
func Turns(work func()) {
	for {
		<-aheadEach(time.Second).C
		work()
	}
}

func aheadEach(d time.Duration) *time.Ticker {
	t := time.NewTicker(d)
	in, out := t.C, make(chan time.Time, 1)
	go func() {
		for at := range in { // want "this loop has no way out: every call of aheadEach leaves a goroutine behind"
			out <- at
		}
	}()
	t.C = out
	return t
}
