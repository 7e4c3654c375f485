//go:build !unix

package explore

import "time"

// began is when the process started, about.
var began = time.Now()

// cpuTime returns the time since the process started, for want of its own
// processor time.
func cpuTime() int64 { return int64(time.Since(began)) }
