package owner

import "testing"

// TestOf walks the rules from the top: each shape meets the rule it is
// written for although a later one fits as well.
func TestOf(t *testing.T) {
	tests := []struct {
		name  string
		shape Shape
		want  string
	}{
		{"a receive in a Once body", Shape{InOnce: true, Receive: true}, Onceblock},
		{"a loop that waits for a lost ctx", Shape{LostCancel: true, Endless: true, Receive: true}, Noctxcancel},
		{"a send in an endless loop", Shape{Send: true, Endless: true}, Unbufsend},
		{"for range ticker.C", Shape{Endless: true, Timer: true, Receive: true}, Tickerstop},
		{"<-timer.C of a stopped timer", Shape{Timer: true, Receive: true}, Tickerstop},
		{"for { select {...} }", Shape{Endless: true, Receive: true}, Selectnoexit},
		{"select {} in a goroutine", Shape{Empty: true}, Selectnoexit},
		{"select {} in main", Shape{Empty: true, Own: true}, ""},
		{"a watcher", Shape{ParentCtx: true, Receive: true}, Selectnoexit},
		{"a receive", Shape{Receive: true}, Chanrecv},
		{"a WaitGroup", Shape{Wait: true}, Wgbalance},
		{"a lock", Shape{Lock: true}, Lockbalance},
		{"two locks", Shape{Lock: true, Ordered: true}, Lockwait},
		{"nothing", Shape{}, ""},
	}
	for _, test := range tests {
		if got := Of(test.shape); got != test.want {
			t.Errorf("%s: owner %q, want %q", test.name, got, test.want)
		}
	}
}
