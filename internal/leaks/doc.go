// Package leaks answers: which goroutines of this package can block for ever?
//
// It is the one analyzer that runs the machine: it picks the roots, has them
// compiled (internal/skeleton) and explored (internal/explore) once for all
// passes, and gives every leak its owner and its confidence
// (docs/design.md sections 6.1, 8.4 and 9). A pass asks Result.Of for the leaks
// that are its own, and phrases them.
package leaks
