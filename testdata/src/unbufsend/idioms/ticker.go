package idioms

import "time"

// eager ticks at once: who reads C reads what the goroutine sends.
func eager(d time.Duration) *time.Ticker {
	t := time.NewTicker(d)
	in, out := t.C, make(chan time.Time, 1)
	go func() {
		out <- time.Now()
		for v := range in {
			out <- v
		}
	}()
	t.C = out
	return t
}

// EagerNot leaves C as it is.
func EagerNot(d time.Duration) *time.Ticker {
	t := time.NewTicker(d)
	in, out := t.C, make(chan time.Time, 1)
	go func() {
		out <- time.Now()
		for v := range in {
			out <- v // want "the send on out can block for ever"
		}
	}()
	return t
}

// UseEager never ends.
func UseEager() {
	for range eager(time.Second).C {
		println("tick")
	}
}

// EagerTimer has a channel of its own in a timer.
func EagerTimer(f func()) {
	out := make(chan time.Time)
	t := &time.Timer{C: out}
	go func() { out <- time.Now() }()
	<-t.C
	f()
}
