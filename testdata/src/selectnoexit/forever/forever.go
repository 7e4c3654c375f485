// Package forever holds goroutines at select {}.
package forever

type object struct{ data []byte }

func (o *object) Hold() {
	go func() {
		defer println(len(o.data))
		select {} // want selectnoexit/forever:"select .. waits for ever: every call of object.Hold"
	}()
}

// ok: nothing keeps it.
func (o *object) HoldOK() {
	go func() {
		defer println(len(o.data))
	}()
}

// ok: only one way leads to it, and that one is meant for the caller itself.
func Wait() {
	select {}
}
