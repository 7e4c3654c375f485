// Package handler holds loops that run for every request.
package handler

import (
	"fmt"
	"net/http"
)

type hub struct{ events chan int }

// The client goes, the handler stays.
func (h *hub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	for {
		select { // want selectnoexit/select:"every request leaves a goroutine behind; r.Context.. is in scope and never consulted"
		case e := <-h.events:
			fmt.Fprintln(w, e)
		default:
		}
	}
}

// Registered by the package.
func (h *hub) Routes() {
	http.HandleFunc("/a", h.stream)
	http.HandleFunc("/b", h.streamOK)
}

func (h *hub) stream(w http.ResponseWriter, r *http.Request) {
	for { // want selectnoexit/loop:"every request leaves a goroutine behind"
		fmt.Fprintln(w, <-h.events)
	}
}

// ok: the request's context ends it.
func (h *hub) streamOK(w http.ResponseWriter, r *http.Request) {
	for {
		select {
		case e := <-h.events:
			fmt.Fprintln(w, e)
		case <-r.Context().Done():
			return
		}
	}
}
