package used

import "time"

// The fix changes the line where the channel is made, so an ignore there hides
// the finding at the send.
func atTheMake() int {
	c := make(chan int) //lint:ignore leaklint/unbufsend one of them is enough
	go func() {
		c <- work1()
	}()
	select {
	case x := <-c:
		return x
	case <-time.After(time.Second):
		return 0
	}
}

// So it does on the line above.
func aboveTheMake() int {
	//lint:ignore leaklint/unbufsend/timeout one of them is enough
	c := make(chan int)
	go func() {
		c <- work1()
	}()
	select {
	case x := <-c:
		return x
	case <-time.After(time.Second):
		return 0
	}
}

// Of another check it hides nothing there either.
func otherCheck() int {
	c := make(chan int) /* want unusedignore/unused:`"leaklint/unbufsend/left" hides no finding` */ //lint:ignore leaklint/unbufsend/left wrong
	go func() {
		c <- work1() //lint:ignore leaklint/unbufsend/timeout right
	}()
	select {
	case x := <-c:
		return x
	case <-time.After(time.Second):
		return 0
	}
}

// No fix changes the line of the go statement.
func elsewhere() int {
	c := make(chan int)
	go func() { /* want unusedignore/unused:"hides no finding" */ //lint:ignore leaklint/unbufsend not here
		c <- work1() //lint:ignore leaklint/unbufsend here
	}()
	select {
	case x := <-c:
		return x
	case <-time.After(time.Second):
		return 0
	}
}

func work1() int { return 1 }
