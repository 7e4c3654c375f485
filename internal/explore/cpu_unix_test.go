//go:build unix

package explore

import "syscall"

// cpuTime returns the processor time used so far: other processes make the
// time on the wall meaningless.
func cpuTime() int64 {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return u.Utime.Nano() + u.Stime.Nano()
}
