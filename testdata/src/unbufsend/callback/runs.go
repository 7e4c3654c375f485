package callback

// A Queue keeps functions, and runs one of those that it is given together.
type Queue interface {
	Push(f func())
	PushOr(f, instead func())
}

// Once waits for what the function sends; if it runs twice, nobody waits.
func Once(q Queue) int {
	c := make(chan int, 1)
	q.Push(func() { c <- 1 }) // the second run is the queue's business
	return <-c
}

// Or hands two functions over, of which one runs.
func Or(q Queue) int {
	c := make(chan int, 1)
	q.PushOr(func() { c <- 1 }, func() { c <- 0 })
	return <-c
}

// Beside has room for what the goroutine sends: the function does not run five
// times.
func Beside(q Queue, f func() int) int {
	c := make(chan int, 5)
	q.Push(func() { c <- 1 })
	go func() { c <- f() }()
	return <-c
}

// BesideTwo has none for the goroutines, with or without the function.
func BesideTwo(q Queue, f func() int) int {
	c := make(chan int)
	q.Push(func() { println("pushed") })
	for range 2 {
		go func() { c <- f() }() // want "the send on c can block for ever: BesideTwo returns, and nobody else receives from it"
	}
	return <-c
}

// A Hook is called by unseen code.
type Hook struct {
	Ready func() <-chan int
	name  func() string
}

// Hooked gives the channel away by what a function in the hook returns.
func Hooked(q interface{ Use(*Hook) }) {
	c := make(chan int)
	q.Use(&Hook{Ready: func() <-chan int { return c }})
	c <- 1
}

// HookedNot returns another one.
func HookedNot(q interface{ Use(*Hook) }) {
	c := make(chan int)
	q.Use(&Hook{Ready: func() <-chan int { return make(chan int, cap(c)) }})
	c <- 1 // want "the send on c can block for ever: nobody is left who receives from it"
}

// Returned hands a function over that returns the channel.
func Returned(q interface{ Take(func() chan int) }) {
	c := make(chan int)
	q.Take(func() chan int { return c })
	c <- 1
}

// ReturnedHere calls it here, and gets nothing from the channel.
func ReturnedHere() int {
	c := make(chan int)
	f := func() chan int { return c }
	c <- 1 // want "the send on c can block for ever: nobody is left who receives from it"
	return cap(f())
}

// A Handler is called by unseen code.
type Handler interface{ Handle(n int) }

type waiter struct{ f func() }

func (w waiter) Handle(int) { w.f() }

type idler struct{ f func() }

func (idler) Handle(int) {}

// Method is received from in a method of what unseen code gets.
func Method(q interface{ Serve(h Handler) }) {
	c := make(chan int)
	q.Serve(waiter{func() { <-c }})
	c <- 1
}

// MethodNot has a method that does not call the function.
func MethodNot(q interface{ Serve(h Handler) }) {
	c := make(chan int)
	q.Serve(idler{func() { <-c }})
	c <- 1 // want "the send on c can block for ever: nobody is left who receives from it"
}

// MethodOf has the same method called by a function that nobody knows.
func MethodOf(serve func(h Handler)) {
	c := make(chan int)
	serve(&waiter{func() { <-c }})
	c <- 1
}
