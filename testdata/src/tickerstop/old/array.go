package old

import "time"

// The loop over the array stops both.
func Array(f func(a, b <-chan time.Time)) {
	var ts [2]*time.Ticker
	ts[0] = time.NewTicker(time.Second)
	ts[1] = time.NewTicker(time.Minute)
	f(ts[0].C, ts[1].C)
	for _, t := range ts {
		t.Stop()
	}
}

// Only one is stopped.
func OneOfArray(f func(a, b <-chan time.Time)) {
	var ts [2]*time.Ticker
	ts[0] = time.NewTicker(time.Second)
	ts[1] = time.NewTicker(time.Minute) // want tickerstop/ticker:"is never stopped"
	f(ts[0].C, ts[1].C)
	ts[0].Stop()
}

// In a slice of structs.
func Structs(f func(<-chan time.Time)) {
	ts := []struct{ t *time.Ticker }{{time.NewTicker(time.Second)}}
	f(ts[0].t.C)
	for _, x := range ts {
		x.t.Stop()
	}
}
