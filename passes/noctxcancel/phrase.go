package noctxcancel

import (
	"fmt"

	"github.com/leaklint/leaklint/internal/known"
	"github.com/leaklint/leaklint/internal/obligation"
	"github.com/leaklint/leaklint/internal/paths"
	"github.com/leaklint/leaklint/internal/report"
	"github.com/leaklint/leaklint/internal/site"
	"github.com/leaklint/leaklint/internal/valueflow"
)

// noun says what the release function is called in messages.
func noun(r obligation.Made) string {
	switch r.Of {
	case "context.AfterFunc", "signal.NotifyContext", "iter.Pull", "iter.Pull2":
		return "stop function"
	default:
		return "cancel function"
	}
}

// keeps says what stays if the release function is not called.
func keeps(r obligation.Made) string {
	if known.HasDeadline(r.Of) {
		return "the context and its timer stay until the deadline"
	}
	switch r.Of {
	case "context.AfterFunc":
		return "the callback stays registered until the context ends"
	case "signal.NotifyContext":
		return "its goroutine and signal registration stay"
	case "iter.Pull", "iter.Pull2":
		return "the goroutine that runs the sequence stays"
	}
	return "the context and what waits for it stay until the parent ends"
}

// message says what is lost, where, and what stays.
func message(shape string, r obligation.Made, v obligation.Verdict, s *site.Site, where string) string {
	what := fmt.Sprintf("the %s of %s", noun(r), r.Name)
	if s.Name != "" && s.Name != "_" {
		what = fmt.Sprintf("%s, the %s of %s,", s.Name, noun(r), r.Name)
	}
	var why string
	switch shape {
	case "discarded":
		what = fmt.Sprintf("the %s of %s", noun(r), r.Name)
		why = "is discarded and can never be called"
	case "unused":
		why = "is never called"
		if v.Flow != nil && v.Flow.Has(valueflow.Captured) {
			why += ": the closure that would call it is never run"
		}
	case "unread":
		why = fmt.Sprintf("is stored in %s, which nothing in this package reads", v.Unread[0].Name())
	case "callee":
		why = fmt.Sprintf("is only passed to %s, which can leave without calling it", v.Handed().Name())
	case "overwritten":
		why = "is overwritten before it is called"
		if where != "" {
			why += " (" + where + ")"
		}
	case "loopdefer":
		why = "is deferred in a loop without bound: it runs when the function returns, not at the end of the turn"
	default:
		why = fmt.Sprintf("is not called on the way out at %s", where)
	}
	return what + " " + why + "; " + keeps(r)
}

// trail tells the story: made here, dropped there, left there.
func trail(r obligation.Made, v obligation.Verdict, end paths.End, s *site.Site, shape string) []report.Step {
	steps := []report.Step{{Pos: s.Pos, End: s.End, Role: report.Made, Text: r.Name + " is called"}}
	if shape == "loopdefer" {
		return append(steps, report.Step{Pos: end.At.Pos(), Role: report.Note, Text: "defers the " + noun(r) + " in every turn of the loop"})
	}
	return append(steps, v.Steps(end, noun(r), "calling")...)
}
