package old

import "time"

// TickLeft leaves a ticker that has no Stop.
func TickLeft(done chan struct{}) {
	tick := time.Tick(time.Second) // want tickerstop/ticker:"tick, the ticker of time.Tick, can never be stopped, and is left on the way out at line 13; before Go 1.23 it is never collected"
	for {
		select {
		case <-tick:
			_ = work()
		case <-done:
			return
		}
	}
}

// TickStopped is the same with a Stop.
func TickStopped(done chan struct{}) {
	t := time.NewTicker(time.Second)
	defer t.Stop()
	for {
		select {
		case <-t.C:
			_ = work()
		case <-done:
			return
		}
	}
}

// TickForEver is never left.
func TickForEver() {
	tick := time.Tick(time.Second)
	for {
		<-tick
		_ = work()
	}
}

// TickHanded leaves it to somebody else.
func TickHanded() <-chan time.Time {
	return time.Tick(time.Second)
}

// TickTurns makes one in every turn.
func TickTurns(events chan int) {
	for {
		select {
		case <-time.Tick(time.Second): // want tickerstop/ticker:"the ticker of time.Tick can never be stopped, and every turn of the loop makes one"
			_ = work()
		case <-events:
		}
	}
}

// DeferTurns defers a Stop in every turn.
func DeferTurns(done chan struct{}) {
	for {
		t := time.NewTimer(time.Second) // want tickerstop/loopdefer:"t, the timer of time.NewTimer, is stopped by a defer in a loop without bound"
		defer t.Stop()
		select {
		case <-done:
			return
		case <-t.C:
		}
		_ = work()
	}
}

// StopTurns stops it at the end of the turn.
func StopTurns(done chan struct{}) {
	for {
		t := time.NewTimer(time.Second)
		select {
		case <-done:
			t.Stop()
			return
		case <-t.C:
		}
		_ = work()
	}
}

// DeferFew has a bound.
func DeferFew(done chan struct{}) {
	for i := 0; i < 3; i++ {
		t := time.NewTimer(time.Second)
		defer t.Stop()
		select {
		case <-done:
			return
		case <-t.C:
		}
	}
}
