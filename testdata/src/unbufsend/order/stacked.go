package order

// The caller is stuck before it gets to fetch: that is one leak, and the one in
// fetch another.
func Stacked(try func() error) error {
	first := make(chan int)
	done := make(chan int)
	go func() {
		first <- 1 // want `the send on first can block for ever`
		done <- 1
	}()
	<-done
	<-first
	return fetch(try)
}

func fetch(try func() error) error {
	ch := make(chan error)
	go func() { ch <- try() }() // want `the send on ch can block for ever`
	if err := try(); err != nil {
		return err
	}
	return <-ch
}

// The twin does not fail before it receives: what would be a leak for others is
// none for its only caller.
func Stacking(try func() error) error { return fetchIf(try, false) }

func fetchIf(try func() error, leave bool) error {
	ch := make(chan error)
	go func() { ch <- try() }() // ok: leave is false
	if leave {
		return nil
	}
	return <-ch
}
