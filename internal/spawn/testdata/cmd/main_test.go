package main

import "testing"

func TestExported(t *testing.T) {
	for {
		Exported()  // calls nothing outside tests
		go helper() // per call
	}
}

func helper() {
	go work() // per call
}
