// Package breaks holds breaks that leave only the select, and others.
package breaks

import "context"

// The break leaves the select, and the loop goes round.
func Run(ctx context.Context, in chan int) {
	go func() {
		for {
			select { // want selectnoexit/select:"break leaves only the select"
			case v := <-in:
				_ = v
			case <-ctx.Done():
				break
			}
		}
	}()
}

// ok: the label is that of the loop.
func RunOK(ctx context.Context, in chan int) {
	go func() {
	loop:
		for {
			select {
			case v := <-in:
				_ = v
			case <-ctx.Done():
				break loop
			}
		}
	}()
}

// A label on the select changes nothing.
func Labelled(done, in chan int) {
	go func() {
		for {
		wait:
			select { // want selectnoexit/select:"every call of Labelled"
			case v := <-in:
				_ = v
			case <-done:
				break wait
			}
		}
	}()
}

// A break of an inner loop is none of the outer one.
func Inner(in chan int) {
	go func() {
		for { // want selectnoexit/loop:"this loop has no way out"
			for v := range in {
				if v == 0 {
					break
				}
			}
		}
	}()
}

// ok: this one has a label.
func InnerOK(in chan int) {
	go func() {
	outer:
		for {
			for v := range in {
				if v == 0 {
					break outer
				}
			}
		}
	}()
}
