// Command mainends waits for goroutines that its end would stop: why one of
// them does not come belongs to the finding.
package main

import (
	"os"
	"time"
)

func main() {
	failing()
	draining()
	last()
}

func load(name string) ([]byte, error) {
	time.Sleep(time.Millisecond)
	return os.ReadFile(name)
}

func failing() {
	names := make(chan string)
	go func() {
		if _, err := load("names"); err != nil {
			return
		}
		<-names
	}()
	names <- "x" // want `the function literal returns when load returns an error`
	os.Exit(0)
}

func draining() {
	names := make(chan string)
	go func() {
		if _, err := load("names"); err != nil {
			<-names // ok: takes it all the same
			return
		}
		<-names
	}()
	names <- "x"
	os.Exit(0)
}

// last is where main ends by itself.
func last() {
	done := make(chan bool)
	go func() {
		time.Sleep(time.Second)
		if _, err := load("last"); err != nil {
			return
		}
		<-done
	}()
	done <- true // want `the function literal returns when load returns an error`
}
