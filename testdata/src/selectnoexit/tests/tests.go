// Package tests has goroutines that only its tests start.
package tests

// ok: whoever runs it waits for ever; nobody outside tests starts it.
func loop(in chan int) {
	for {
		println(<-in)
	}
}

// Loop is for others to call.
func Loop(in chan int) { loop(in) }
