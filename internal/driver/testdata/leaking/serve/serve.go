// Package serve runs a handler on loopback, with the profiles beside it.
package serve

import (
	"fmt"
	"log"
	"net"
	"net/http"
	_ "net/http/pprof"
)

// Run serves work at /work, tells its address on standard output, and ends
// with the process.
func Run(work func(r *http.Request)) {
	http.HandleFunc("/work", func(w http.ResponseWriter, r *http.Request) {
		work(r)
		fmt.Fprintln(w, "done")
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(listener.Addr())
	log.Fatal(http.Serve(listener, nil))
}
