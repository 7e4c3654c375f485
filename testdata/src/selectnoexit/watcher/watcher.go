// Package watcher holds goroutines that only the end of a context ends.
package watcher

import (
	"context"
	"net"
)

type Server struct {
	ctx  context.Context
	in   chan int
	subs map[*sub]bool
	last net.Conn
}

type sub struct{ ch chan int }

func (s *sub) Close() {}

// The server outlives the connection.
func (s *Server) Handle(c net.Conn) {
	go func() {
		<-s.ctx.Done() // want selectnoexit/watcher:"every call of Server.Handle leaves a goroutine behind until then, with its c"
		c.Close()
	}()
	buf := make([]byte, 1)
	c.Read(buf)
}

// ok: a second way out, when the connection is done.
func (s *Server) HandleOK(c net.Conn) {
	done := make(chan struct{})
	defer close(done)
	go func() {
		select {
		case <-s.ctx.Done():
			c.Close()
		case <-done:
		}
	}()
	buf := make([]byte, 1)
	c.Read(buf)
}

// ok: it only serves the object that keeps the ctx.
func (s *Server) Run() {
	go func() {
		for {
			select {
			case <-s.ctx.Done():
				return
			case v := <-s.in:
				println(v)
			}
		}
	}()
}

// A loop is a watcher too.
func (s *Server) Subscribe(to *sub) {
	go func() {
		for {
			select { // want selectnoexit/watcher:"with its to"
			case <-s.ctx.Done():
				return
			case v := <-to.ch:
				println(v)
			}
		}
	}()
}

// ok: the server keeps the subscription for as long.
func (s *Server) SubscribeOK(to *sub) {
	s.subs[to] = true
	go func() {
		for {
			select {
			case <-s.ctx.Done():
				return
			case v := <-to.ch:
				println(v)
			}
		}
	}()
}

// Through a function of the package.
func (s *Server) Deep(c net.Conn) {
	go closeAtEnd(s.ctx, c)
}

func closeAtEnd(ctx context.Context, c net.Conn) {
	wait(ctx)
	c.Close()
}

func wait(ctx context.Context) {
	<-ctx.Done() // want selectnoexit/watcher:"every call of Server.Deep leaves a goroutine behind until then, with its c"
}

// The background never ends.
func Background(c net.Conn) {
	ctx := context.Background()
	go func() {
		select {
		case <-ctx.Done(): // want selectnoexit/watcher:"this context never ends: every call of Background leaves a goroutine behind"
			c.Close()
		}
	}()
}

// ok: a ctx that ends with the call.
func Derived(c net.Conn) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		<-ctx.Done()
		c.Close()
	}()
}

// ok at the default confidence: the caller's own ctx, which may well end with
// the call.
func Caller(ctx context.Context, c net.Conn) {
	go func() {
		<-ctx.Done()
		c.Close()
	}()
}

// ok: the condition of a loop is a way out that its body has more of.
func (s *Server) Poll(c net.Conn) {
	go func() {
		for s.ctx.Err() == nil {
			if _, err := c.Write(nil); err != nil {
				return
			}
		}
	}()
}

// Without it, it is a watcher.
func (s *Server) PollOn(c net.Conn) {
	go func() {
		for s.ctx.Err() == nil { // want selectnoexit/watcher:"with its c"
			c.Write(nil)
		}
	}()
}

type worker struct {
	ctx    context.Context
	cancel context.CancelFunc
	in     chan int
}

func (w *worker) Close() { w.cancel() }

// ok: the object that keeps the ctx is made by the call, and ends it itself.
func NewWorker() *worker {
	w := &worker{in: make(chan int)}
	w.ctx, w.cancel = context.WithCancel(context.Background())
	go w.loop()
	return w
}

func (w *worker) loop() {
	for {
		select {
		case <-w.ctx.Done():
			return
		case v := <-w.in:
			println(v)
		}
	}
}

// The call goes on with the connection that it has made.
func (s *Server) Connect(addr string) error {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	go func() {
		<-s.ctx.Done() // want selectnoexit/watcher:"with its c"
		c.Close()
	}()
	_, err = c.Read(make([]byte, 1))
	return err
}

// ok: it hands the connection over to the goroutine, which serves the object.
func (s *Server) ConnectOK(addr string) error {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	go s.serve(c)
	return nil
}

func (s *Server) serve(c net.Conn) {
	defer c.Close()
	for {
		select {
		case <-s.ctx.Done():
			return
		case v := <-s.in:
			println(v)
		}
	}
}

// Merge gives its caller a cancel function that leaves the goroutine behind.
func Merge(a, b context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		select { // want selectnoexit/watcher:"calling the cancel function that Merge returns does not end this goroutine: it stays until its caller's context ends"
		case <-a.Done():
		case <-b.Done():
		}
		cancel()
	}()
	return ctx, cancel
}

// ok: it waits for its own context as well.
func MergeOK(a, b context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		select {
		case <-a.Done():
		case <-b.Done():
		case <-ctx.Done():
		}
		cancel()
	}()
	return ctx, cancel
}

// ok at the default confidence: nobody but the goroutine has the cancel function.
func MergeKept(a, b context.Context) context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		select {
		case <-a.Done():
		case <-b.Done():
		}
		cancel()
	}()
	return ctx
}
