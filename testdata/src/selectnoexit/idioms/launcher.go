package idioms

import "time"

// The call that starts the goroutine does not end either.
func Serve(f func()) {
	go func() {
		for {
			time.Sleep(time.Second)
			f()
		}
	}()
	for {
		time.Sleep(time.Minute)
		f()
	}
}

// The call ends.
func ServeOnce(f func(), n int) {
	go func() {
		for { // want "every call of ServeOnce leaves a goroutine behind"
			time.Sleep(time.Second)
			f()
		}
	}()
	for range n {
		time.Sleep(time.Minute)
		f()
	}
}

// So does the one that gives up before it serves, but no goroutine is there yet.
func ServeOr(listen func() error, f func()) error {
	if err := listen(); err != nil {
		return err
	}
	go func() {
		for {
			time.Sleep(time.Second)
			f()
		}
	}()
	select {}
}
