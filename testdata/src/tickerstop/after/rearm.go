package after

import "time"

// A variable that holds the callback, called plainly first.
func Poll(addr string, d time.Duration) {
	var tick func()
	tick = func() {
		println(addr)
		time.AfterFunc(d, tick) // want tickerstop/rearm:"the callback of time.AfterFunc always starts itself again"
	}
	tick()
}

// ok: it has an end.
func PollUntil(addr string, d time.Duration, more func() bool) {
	var tick func()
	tick = func() {
		println(addr)
		if more() {
			time.AfterFunc(d, tick)
		}
	}
	tick()
}

// Started by AfterFunc: there is one finding, at the first start.
func PollLater(addr string, d time.Duration) {
	var tick func()
	tick = func() {
		println(addr)
		time.AfterFunc(d, tick)
	}
	time.AfterFunc(d, tick) // want tickerstop/rearm:"the callback of time.AfterFunc always starts itself again"
}

// ok: the caller can stop it.
func PollStopped(addr string, d time.Duration) (stop func() bool) {
	var t *time.Timer
	var tick func()
	tick = func() {
		println(addr)
		t = time.AfterFunc(d, tick)
	}
	tick()
	return func() bool { return t.Stop() }
}

// Nobody stops the timer that it keeps.
func PollKept(addr string, d time.Duration) {
	var t *time.Timer
	var tick func()
	tick = func() {
		if t != nil {
			println(addr)
		}
		t = time.AfterFunc(d, tick) // want tickerstop/rearm:"always starts itself again"
	}
	tick()
}

type beat struct {
	every time.Duration
	n     int
}

// A method that starts itself again, called by a constructor.
func NewBeat(every time.Duration) *beat {
	b := &beat{every: every}
	b.beat()
	return b
}

func (b *beat) beat() {
	b.n++
	time.AfterFunc(b.every, b.beat) // want tickerstop/rearm:"always starts itself again"
}

// On a goroutine.
func PollGo(addr string, d time.Duration) {
	var tick func()
	tick = func() {
		println(addr)
		time.AfterFunc(d, tick) // want tickerstop/rearm:"always starts itself again"
	}
	go tick()
}

// ok: started once, for the process.
func init() {
	var tick func()
	tick = func() {
		println("alive")
		time.AfterFunc(time.Minute, tick)
	}
	tick()
}

type uptime struct{ n int }

var up uptime

func (u *uptime) beat() {
	u.n++
	time.AfterFunc(time.Second, u.beat)
}

// ok: it works on the only object of its type.
func Up() { up.beat() }

// ok: one of two functions, which may be set to end it.
func PollEither(addr string, d time.Duration, last bool) {
	var tick func()
	tick = func() {
		println(addr)
		time.AfterFunc(d, tick)
	}
	if last {
		tick = func() {}
	}
	tick()
}
