package profile

import "strings"

// This file tells what a goroutine waits for where the profile does not say
// it, from the innermost frames.

// parks are the functions of the runtime that park a goroutine, with the word
// of a dump for it. The innermost of a stack decides; "*" is any ending.
var parks = []struct{ symbol, state string }{
	{"runtime.chansend", "chan send"},
	{"runtime.chansend1", "chan send"},
	{"runtime.chanrecv", "chan receive"},
	{"runtime.chanrecv1", "chan receive"},
	{"runtime.chanrecv2", "chan receive"},
	{"runtime.selectgo", "select"},
	{"runtime.block", "select (no cases)"},
	{"runtime.netpollblock", "IO wait"},
	{"internal/poll.runtime_pollWait", "IO wait"},
	{"time.Sleep", "sleep"},
	{"sync.(*Mutex).Lock", "sync.Mutex.Lock"},
	{"sync.(*RWMutex).RLock", "sync.RWMutex.RLock"},
	{"sync.(*RWMutex).Lock", "sync.RWMutex.Lock"},
	{"sync.(*WaitGroup).Wait", "sync.WaitGroup.Wait"},
	{"sync.(*Cond).Wait", "sync.Cond.Wait"},
	{"sync.runtime_Semacquire", "semacquire"},
	{"runtime.gcBgMarkWorker", "GC worker (idle)"},
	{"runtime.bgsweep", "GC sweep wait"},
	{"runtime.bgscavenge", "GC scavenge wait"},
	{"runtime.runfinq", "finalizer wait"},
	{"runtime.runFinalizers", "finalizer wait"},
	{"syscall.Syscall", "syscall"},
	{"syscall.Syscall6", "syscall"},
	{"syscall.syscall", "syscall"},
	{"os/signal.signal_recv", "syscall"},
}

// parkStates is parks by symbol.
var parkStates = func() map[string]string {
	m := make(map[string]string)
	for _, p := range parks {
		m[p.symbol] = p.state
	}
	return m
}()

// stateOf returns what the frames say a goroutine waits for, or "". The
// frames above the user's code decide, and of these the outermost that is
// known: Lock rather than the semaphore in it.
func stateOf(frames []Frame) string {
	state := ""
	for _, f := range frames {
		if s, ok := parkStates[f.Func]; ok {
			state = s
		}
		if p := packageOf(f.Func); !isStd(p) || p == "net/http" {
			break
		}
	}
	return state
}

// blocks reports whether a goroutine in the state waits for another one.
func blocks(state string) bool {
	switch state {
	case "chan send", "chan receive", "select", "select (no cases)", "chan send (nil chan)", "chan receive (nil chan)", "semacquire":
		return true
	}
	return strings.HasPrefix(state, "sync.")
}

// family returns the part of a state that every form of profile can tell: the
// frames do not say that a channel is nil, and old dumps say semacquire where
// new ones say sync.Mutex.Lock.
func family(state string) string {
	switch {
	case strings.HasSuffix(state, " (nil chan)"):
		return strings.TrimSuffix(state, " (nil chan)")
	case state == "semacquire", strings.HasPrefix(state, "sync.") && state != "sync.Cond.Wait":
		return "semacquire"
	}
	return state
}
