// Package stored puts the cancel function of a context into an object, where
// another method calls it, whichever field that is.
package stored

import "context"

// A Server stops by calling a field that is not its first.
type Server struct {
	name string
	stop struct {
		n      int
		cancel context.CancelFunc
	}
	cancel context.CancelFunc
	all    map[string]context.CancelFunc
}

// Start stores the cancel function in a field.
func (s *Server) Start() {
	ctx, cancel := context.WithCancel(context.Background())
	s.cancel = cancel
	go func() {
		<-ctx.Done()
		println("ended")
	}()
}

// StartNested stores it in a struct inside.
func (s *Server) StartNested() {
	ctx, cancel := context.WithCancel(context.Background())
	s.stop.cancel = cancel
	go func() {
		<-ctx.Done()
		println("ended")
	}()
}

// StartNamed stores it under a key.
func (s *Server) StartNamed(name string) {
	ctx, cancel := context.WithCancel(context.Background())
	s.all[name] = cancel
	go func() {
		<-ctx.Done()
		println("ended")
	}()
}

// StartLocal is the twin: nobody else has the object.
func StartLocal() {
	s := new(Server)
	ctx, cancel := context.WithCancel(context.Background()) // want "never called"
	s.cancel = cancel
	go func() {
		<-ctx.Done()
		println("ended")
	}()
}

// Shutdown ends what was started.
func (s *Server) Shutdown(name string) {
	s.cancel()
	s.stop.cancel()
	s.all[name]()
}
