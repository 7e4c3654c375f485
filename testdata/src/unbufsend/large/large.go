// Package large has functions that are too large to be run for what they hand on.
package large

import "net/http"

func size(n int) int { return n }

type server struct {
	sizes [60]int
	http  *http.Server
}

// serve has another package call the handler on a goroutine of its own.
func serve(handler http.HandlerFunc) *server {
	s := &server{sizes: [60]int{
		size(1), size(2), size(3), size(4), size(5), size(6), size(7), size(8), size(9), size(10),
		size(11), size(12), size(13), size(14), size(15), size(16), size(17), size(18), size(19),
		size(20), size(21), size(22), size(23), size(24), size(25), size(26), size(27), size(28),
		size(29), size(30), size(31), size(32), size(33), size(34), size(35), size(36), size(37),
		size(38), size(39), size(40), size(41), size(42), size(43), size(44), size(45), size(46),
		size(47), size(48), size(49), size(50), size(51), size(52), size(53), size(54), size(55),
		size(56), size(57), size(58), size(59), size(60),
	}}
	s.http = &http.Server{}
	if handler == nil {
		handler = func(http.ResponseWriter, *http.Request) {}
	}
	go func() {
		s.http.Handler = handler
		_ = s.http.ListenAndServe()
	}()
	return s
}

// ignore is as large and leaves the handler alone.
func ignore(handler http.HandlerFunc) *server {
	s := &server{sizes: [60]int{
		size(1), size(2), size(3), size(4), size(5), size(6), size(7), size(8), size(9), size(10),
		size(11), size(12), size(13), size(14), size(15), size(16), size(17), size(18), size(19),
		size(20), size(21), size(22), size(23), size(24), size(25), size(26), size(27), size(28),
		size(29), size(30), size(31), size(32), size(33), size(34), size(35), size(36), size(37),
		size(38), size(39), size(40), size(41), size(42), size(43), size(44), size(45), size(46),
		size(47), size(48), size(49), size(50), size(51), size(52), size(53), size(54), size(55),
		size(56), size(57), size(58), size(59), size(60),
	}}
	s.http = &http.Server{}
	if handler == nil {
		s.http.Addr = ":0"
	}
	go func() {
		_ = s.http.ListenAndServe()
	}()
	return s
}

// Served is answered by the handler.
func Served() *server {
	unblock := make(chan struct{})
	s := serve(func(http.ResponseWriter, *http.Request) { <-unblock })
	unblock <- struct{}{}
	return s
}

// Ignored is answered by nobody.
func Ignored() *server {
	unblock := make(chan struct{})
	s := ignore(func(http.ResponseWriter, *http.Request) { <-unblock })
	unblock <- struct{}{} // want "the send on unblock can block for ever: nobody is left who receives from it"
	return s
}
