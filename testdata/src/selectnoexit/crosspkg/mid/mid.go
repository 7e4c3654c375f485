// Package mid is one hop further.
package mid

import "corpus/selectnoexit/crosspkg/stop"

// Now ends the process.
func Now() { stop.Now() }

// Check may end the process.
func Check(err error) { stop.OnError(err) }

// Note does not.
func Note(err error) { stop.Log(err) }

// Start runs f on a new goroutine.
func Start(f func()) { start(f) }

func start(f func()) { go f() }
