// Command once loads its settings under a Once, from a channel on which
// nobody sends.
package main

import (
	"net/http"
	"sync"

	"example.com/leaking/serve"
)

var (
	once     sync.Once
	settings string
)

func main() {
	serve.Run(func(r *http.Request) { go use() })
}

// use works with the settings.
func use() string {
	once.Do(load)
	return settings
}

// load waits for settings.
func load() {
	ready := make(chan string)
	settings = <-ready // leak
}
