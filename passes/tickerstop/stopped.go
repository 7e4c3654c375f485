package tickerstop

import (
	"fmt"
	"slices"

	"github.com/leaklint/leaklint/internal/leaks"
	"github.com/leaklint/leaklint/internal/owner"
	"github.com/leaklint/leaklint/internal/report"
)

// stopped reports the receives from timers and tickers that the exploration
// shows to block for ever: the timer is stopped, or has fired and was received
// from. A goroutine of which readers says already that it never ends is left
// out. With the timers before Go 1.23 a value may still be in the channel.
func (j *judge) stopped(blocked *leaks.Result, readers []report.Finding) []report.Finding {
	if j.old {
		return nil
	}
	var findings []report.Finding
	for _, l := range blocked.Of(owner.Tickerstop) {
		known := func(f report.Finding) bool { return f.Goroutine == l.Launch }
		if l.Launch.IsValid() && slices.ContainsFunc(readers, known) {
			continue
		}
		what := "this receive from a timer"
		if l.Name != "" {
			what = "the receive from " + l.Name
		}
		findings = append(findings, report.Finding{
			Shape:      "stopped",
			Pos:        l.Pos,
			End:        l.End,
			Message:    fmt.Sprintf("%s can block for ever%s: a timer that is stopped, or has fired, sends nothing and does not close its channel", what, l.When()),
			Trail:      l.Trail,
			Goroutine:  l.Launch,
			Confidence: l.Confidence,
		})
	}
	return findings
}
