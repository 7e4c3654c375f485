// Package callback hands functions to unseen code that hand on others.
package callback

// A Pool runs functions.
type Pool interface{ Submit(f func()) }

// Nested is received from by the function that the function hands on.
func Nested(p Pool) {
	c := make(chan int)
	p.Submit(func() {
		p.Submit(func() { <-c })
	})
	c <- 1
}

// NestedNot hands one on that does nothing.
func NestedNot(p Pool) {
	c := make(chan int)
	p.Submit(func() {
		p.Submit(func() { _ = cap(c) })
	})
	c <- 1 // want "the send on c can block for ever: nobody is left who receives from it"
}

// Handed gives the channel away once the function is called.
func Handed(p Pool, q interface{ Take(chan int) }) {
	c := make(chan int)
	p.Submit(func() { q.Take(c) })
	c <- 1
}

// HandedNot gives another one away.
func HandedNot(p Pool, q interface{ Take(chan int) }) {
	c := make(chan int)
	p.Submit(func() { q.Take(make(chan int, cap(c))) })
	c <- 1 // want "the send on c can block for ever: nobody is left who receives from it"
}

// Again re-arms itself.
func Again(p Pool) {
	c := make(chan int)
	var f func()
	f = func() {
		select {
		case <-c:
		default:
			p.Submit(f)
		}
	}
	p.Submit(f)
	c <- 1
}
