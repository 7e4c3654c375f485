// Package owner answers: which pass reports a goroutine that stays?
//
// Several passes have something to say of one goroutine; one bug is one
// finding. Here is the one place that decides (docs/design.md section 9.3).
package owner

// The passes that can own a goroutine.
const (
	Onceblock    = "onceblock"
	Noctxcancel  = "noctxcancel"
	Unbufsend    = "unbufsend"
	Tickerstop   = "tickerstop"
	Selectnoexit = "selectnoexit"
	Chanrecv     = "chanrecv"
	Wgbalance    = "wgbalance"
	Lockbalance  = "lockbalance"
	Lockwait     = "lockwait" // waits between goroutines: AB-BA and the like
)

// ReportsLeaks reports whether the pass reports what internal/leaks finds: not
// every pass that can own a goroutine is there yet.
func ReportsLeaks(pass string) bool {
	switch pass {
	case Noctxcancel, Onceblock, Tickerstop, Unbufsend:
		return true
	}
	return false
}

// A Shape is how a goroutine stays, in the words of docs/design.md section 9.3.
// More than one of them can be true of a goroutine.
type Shape struct {
	InOnce     bool // inside the function of a Once
	LostCancel bool // waits for a ctx whose cancel function is lost
	Send       bool // blocked at a send, or at a select with a send case
	Endless    bool // in a loop without a way out
	Timer      bool // waits for tickers and timers only
	Empty      bool // at select {}
	Own        bool // the goroutine of the function itself, which nobody launched
	ParentCtx  bool // only the end of a parent ctx can end it
	Receive    bool // blocked at a receive, a range, or a select of receives
	Wait       bool // blocked at a Wait
	Lock       bool // blocked at a lock
	Ordered    bool // for Lock: its holder waits for another lock or operation in turn
}

// Of returns the pass that reports a goroutine: the first of the rules of
// docs/design.md section 9.3 that fits, so that no two findings name one
// goroutine. It returns "" for what is meant or belongs to nobody.
func Of(s Shape) string {
	switch {
	case s.InOnce:
		return Onceblock
	case s.LostCancel:
		return Noctxcancel
	case s.Send:
		return Unbufsend
	case s.Timer:
		return Tickerstop
	case s.Empty && s.Own:
		return "" // main waits for ever, and means to
	case s.Endless || s.Empty || s.ParentCtx:
		return Selectnoexit
	case s.Receive:
		return Chanrecv
	case s.Wait:
		return Wgbalance
	case s.Lock && s.Ordered:
		return Lockwait
	case s.Lock:
		return Lockbalance
	}
	return ""
}
