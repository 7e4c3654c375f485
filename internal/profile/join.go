package profile

import (
	"slices"
	"strings"
)

// A Finding is what the analysis says about the code, with places in this
// checkout.
type Finding struct {
	Check, Pass, Message string
	Low                  bool
	At                   Place
	EndLine              int
	Steps                []Step
	Fix                  string // what the offered fix does, "" if there is none
}

// A Step is one step of a finding's witness.
type Step struct {
	At   Place
	Role string // made, started, runs, left, blocked, stays, note
	Text string // the whole message

	Assumes string // what it takes for granted, "" for nothing
}

// An Entry is the ledger's line for one operation that can block: what the
// analysis says about it when it reports nothing.
type Entry struct {
	At           Place
	Op           string // send, receive, ...
	Verdict, Why string
	WhyAt        Place // zero if Why says all
}

// How sure it is that a group is what a finding speaks of.
const (
	noMatch       = iota
	sameFunction  // it waits for a context that the function of the finding makes
	startedThere  // it was started where the finding has its goroutine started, and stands in its loop
	waitsForIt    // it waits for the goroutine of the finding
	standsInTrail // it stands where the finding has its goroutine stay
	standsAt      // it stands at the line of the finding
)

// match returns how sure it is that the group is what the finding speaks of.
// The group's places are those of its frames in the user's code, innermost
// first; only the innermost is where it stands.
func (c *Checkout) match(g *Group, f *Finding) int {
	if g.Site < 0 {
		return noMatch
	}
	at := c.fitting(g.Frames[g.Site])
	if at.IsZero() {
		return noMatch
	}
	if f.Pass == "onceblock" && !g.isUnderOnce() {
		return noMatch
	}
	if stands := f.standsAt(at); stands != noMatch && c.waitsAt(g, at) {
		return stands
	}
	if blocks(g.State) && slices.ContainsFunc(f.Steps, func(s Step) bool { return (s.Role == "note" || s.Role == "waits too") && s.At == at }) {
		return waitsForIt
	}
	started := c.fitting(g.Creator)
	switch f.Pass {
	case "selectnoexit", "tickerstop":
		if !started.IsZero() && f.starts(started) && c.sameFunction(f.At, at) {
			return startedThere
		}
	case "noctxcancel":
		if op, ok := c.operationAt(at, g.State, g.callee()); ok && op.done && (c.sameFunction(f.At, started) || c.sameFunction(f.At, at)) {
			return sameFunction
		}
	}
	return noMatch
}

// isUnderOnce reports whether the group runs in, or waits for, the function of
// a Once.
func (g *Group) isUnderOnce() bool {
	return slices.ContainsFunc(g.Frames, func(f Frame) bool {
		return strings.HasPrefix(f.Func, "sync.(*Once).") || strings.HasPrefix(f.Func, "sync.OnceFunc") || strings.HasPrefix(f.Func, "sync.OnceValue")
	})
}

// standsAt returns whether the place is the line of the finding, or one at
// which its goroutine stays.
func (f *Finding) standsAt(p Place) int {
	if p.File == f.At.File && f.At.Line <= p.Line && p.Line <= max(f.At.Line, f.EndLine) {
		return standsAt
	}
	for _, s := range f.Steps {
		if (s.Role == "blocked" || s.Role == "stays") && s.At == p {
			return standsInTrail
		}
	}
	return noMatch
}

// starts reports whether the finding has a goroutine started at the place.
func (f *Finding) starts(p Place) bool {
	return slices.ContainsFunc(f.Steps, func(s Step) bool { return s.Role == "started" && s.At == p })
}

// waitsAt reports whether the group can stand at what the line is about, not in
// a call that happens to be beside it: res <- f() can stand in f.
func (c *Checkout) waitsAt(g *Group, at Place) bool {
	switch {
	case g.Site > 0 && slices.ContainsFunc(g.Frames[:g.Site], func(f Frame) bool { return !isStd(packageOf(f.Func)) }):
		return false // in a call of another module
	case parksInPlace(g.State):
		_, ok := c.operationAt(at, g.State, g.callee())
		return ok
	}
	op, ok := c.operationAt(at, "", "")
	beside := ok && op.state != ""
	if g.Site == 0 {
		return beside || g.State != ""
	}
	return !beside
}

// fitting returns the place of a frame, zero if another function is there now.
func (c *Checkout) fitting(f Frame) Place {
	p := c.Place(f)
	if p.IsZero() || c.misfit(p, f.Func) != "" {
		return Place{}
	}
	return p
}

// sameFunction reports whether both places lie in one declared function.
func (c *Checkout) sameFunction(p, q Place) bool {
	if p.IsZero() || p.File != q.File {
		return false
	}
	s := c.source(p.File)
	if s == nil {
		return false
	}
	fn := s.declAt(p.Line)
	return fn != nil && fn == s.declAt(q.Line)
}

// findingOf returns the finding that speaks most surely of the group. Of two
// the one of default confidence wins, then the first.
func (c *Checkout) findingOf(g *Group, findings []Finding) (best *Finding, how int) {
	for i := range findings {
		f := &findings[i]
		m := c.match(g, f)
		if m > how || m == how && m != noMatch && best.Low && !f.Low {
			best, how = f, m
		}
	}
	return best, how
}

// entryOf returns the ledger's entry for what the group waits at.
func (c *Checkout) entryOf(g *Group, ledger []Entry) *Entry {
	if g.Site < 0 {
		return nil
	}
	at := c.fitting(g.Frames[g.Site])
	var found *Entry
	for i := range ledger {
		e := &ledger[i]
		if e.At == at && !at.IsZero() && (found == nil || e.fits(g.State)) {
			found = e
		}
	}
	return found
}

// fits reports whether a goroutine at the operation is in the state.
func (e *Entry) fits(state string) bool {
	switch e.Op {
	case "send":
		return strings.HasPrefix(state, "chan send")
	case "receive", "range":
		return strings.HasPrefix(state, "chan receive")
	case "select", "select{}":
		return strings.HasPrefix(state, "select")
	}
	return strings.HasPrefix(state, "sync.") || state == "semacquire"
}

// verdictWords say what the ledger's verdicts mean.
var verdictWords = map[string]string{
	"finishes":     "as far as it sees, it can always go on",
	"open":         "code that it cannot see may be the partner",
	"held":         "callers that it cannot see may be the partner",
	"lost":         "it lost track of a value that decides",
	"truncated":    "it ran out of budget there",
	"not compiled": "it did not follow the code that leads there",
	"reported":     "it is reported with another finding",
	"low":          "it is part of a finding of low confidence",
}

// why says in words why the analysis is silent about the operation.
func (e *Entry) why(show func(Place) string) string {
	words := verdictWords[e.Verdict]
	if words == "" {
		words = e.Verdict
	}
	if e.Why != "" {
		words += ": " + e.Why
	}
	if !e.WhyAt.IsZero() {
		words += " (" + show(e.WhyAt) + ")"
	}
	return words
}
