package noctxcancel

import (
	"fmt"

	"github.com/leaklint/leaklint/internal/leaks"
	"github.com/leaklint/leaklint/internal/report"
)

// waiting is the finding about a goroutine that waits for a context which
// nobody is left to cancel: something may call its cancel function, but the
// exploration shows that on this way nothing does.
func waiting(l *leaks.Leak) report.Finding {
	what := "this wait"
	if l.Name != "" {
		what = "the receive from " + l.Name
	}
	return report.Finding{
		Shape:      "waits",
		Pos:        l.Pos,
		End:        l.End,
		Message:    fmt.Sprintf("%s can block for ever%s: nobody is left who cancels the context", what, l.When()),
		Trail:      l.Trail,
		Goroutine:  l.Launch,
		Confidence: l.Confidence,
	}
}

// keptBy adds to the finding about a cancel function the goroutine that waits
// for its context: it is one bug, to be mended where the context is made.
func keptBy(f *report.Finding, l *leaks.Leak) {
	f.Goroutine = l.Launch
	f.Confidence = min(f.Confidence, l.Confidence)
	f.Trail = append(f.Trail,
		report.Step{Pos: l.Launch, Role: report.Started, Text: "starts a goroutine"},
		report.Step{Pos: l.Pos, End: l.End, Role: report.Stays, Goroutine: l.Launch, Text: "waits for the context"},
	)
}
