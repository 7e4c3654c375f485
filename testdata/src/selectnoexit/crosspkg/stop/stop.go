// Package stop ends the process, or does not.
package stop

import "os"

// Now ends the process.
func Now() { os.Exit(1) }

// OnError ends the process if there is an error.
func OnError(err error) {
	if err != nil {
		println(err.Error())
		os.Exit(1)
	}
}

// Log does not.
func Log(err error) {
	if err != nil {
		println(err.Error())
	}
}
