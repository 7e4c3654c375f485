// Package wait holds Once bodies that wait on channels.
package wait

import (
	"context"
	"sync"
)

var once sync.Once

// The value is sent only after Do has returned, which waits for it.
func Late(v int) (got int) {
	var once sync.Once // of this call: with one of the package the second call sends to nobody
	ch := make(chan int)
	once.Do(func() {
		got = <-ch // want onceblock/wait:"every caller of Do waits for a receive from ch, and that is served only after Do has returned"
	})
	ch <- v
	return got
}

// ok: a goroutine sends it.
func LateOK(v int) (got int) {
	var once sync.Once
	ch := make(chan int)
	go func() { ch <- v }()
	once.Do(func() {
		got = <-ch
	})
	return got
}

// The close comes too late.
func Close() {
	ch := make(chan struct{})
	once.Do(func() {
		<-ch // want onceblock/wait:"a receive from ch"
	})
	close(ch)
}

// ok: it comes in time.
func CloseOK() {
	ch := make(chan struct{})
	close(ch)
	once.Do(func() {
		<-ch
	})
}

// Nobody receives.
func Send(v int) {
	ch := make(chan int)
	once.Do(func() {
		ch <- v // want onceblock/wait:"a send on ch"
	})
}

// ok: the buffer takes it.
func SendOK(v int) {
	ch := make(chan int, 1)
	once.Do(func() {
		ch <- v
	})
}

// ok at the default confidence: who receives is not known.
func Given(ch chan int) {
	once.Do(func() {
		ch <- 1
	})
}

// A context that never ends.
func Background() {
	ctx := context.Background()
	once.Do(func() {
		<-ctx.Done() // want onceblock/wait:"a context that never ends, so that nothing ends the wait"
	})
}

// ok: one that does.
func Ctx(ctx context.Context) {
	once.Do(func() {
		<-ctx.Done()
	})
}

// Nothing ends this.
func Forever() {
	once.Do(func() {
		select {} // want onceblock/wait:"select .., which nothing ends"
	})
}
