package old

import "time"

// The helper returns only when the timer has fired, or stops it.
func Helper(n int, done <-chan struct{}, f func() bool) bool {
	for !f() {
		t := time.NewTimer(time.Duration(n) * time.Second)
		if !sleep(done, t) {
			return false
		}
	}
	return true
}

func sleep(done <-chan struct{}, t *time.Timer) bool {
	select {
	case <-t.C:
		return true
	case <-done:
		t.Stop()
		return false
	}
}

// The helper forgets it when done comes first.
func Forgetful(n int, done <-chan struct{}, f func() bool) {
	for !f() {
		t := time.NewTimer(time.Duration(n) * time.Second) // want tickerstop/timer:"is only passed to wait, which can leave without stopping it"
		wait(done, t)
	}
}

func wait(done <-chan struct{}, t *time.Timer) {
	select {
	case <-t.C:
	case <-done:
	}
}

// The channel is handed down.
func Channel(n int, f func() bool) {
	for !f() {
		t := time.NewTimer(time.Duration(n) * time.Second)
		receive(t)
	}
}

func receive(t *time.Timer) { <-t.C }

// Two steps down.
func TwoSteps(n int, done <-chan struct{}, f func() bool) {
	for !f() {
		t := time.NewTimer(time.Duration(n) * time.Second)
		twoSteps(done, t)
	}
}

func twoSteps(done <-chan struct{}, t *time.Timer) {
	println("waiting")
	sleep(done, t)
}

func stopAndClear(tp **time.Timer) {
	if *tp == nil {
		return
	}
	(*tp).Stop()
	*tp = nil
}

// The deferred helper stops what the variable has then.
func Variable(in <-chan int, work func()) {
	var t *time.Timer
	defer stopAndClear(&t)
	for v := range in {
		if v > 0 && t == nil {
			t = time.AfterFunc(30*time.Second, work)
		}
	}
}

// The helper runs before there is a timer.
func TooEarly(in <-chan int, work func()) {
	var t *time.Timer
	stopAndClear(&t)
	for v := range in {
		if v > 0 && t == nil {
			t = time.AfterFunc(30*time.Second, work) // want tickerstop/afterfunc:"is never stopped"
		}
	}
}
