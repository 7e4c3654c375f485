package report

import (
	"fmt"
	"go/token"
	"path/filepath"
	"slices"

	"golang.org/x/tools/go/analysis"
)

// A Role is what a step does in its trail.
type Role int

const (
	Note    Role = iota // anything else worth reading
	Made                // the primitive, context, ticker or timer is made
	Started             // a goroutine is started, at its go statement
	Runs                // a step of a goroutine on the way
	Left                // the partner, or the function with the duty, is gone
	Blocks              // the goroutine that is reported blocks for ever
	Stays               // the goroutine or object that is reported stays
	Victim              // another goroutine that waits for it and so stays too
)

// roleWords are the words of the roles in a related message.
var roleWords = [...]string{"note", "made", "started", "runs", "left", "blocked", "stays", "waits too"}

// String returns the word that stands for the role in a related message.
func (r Role) String() string { return roleWords[r] }

// primary reports whether a step of this role is where the leak is.
func (r Role) primary() bool { return r == Blocks || r == Stays }

// A Step is one step of a trail, as a pass gives it.
type Step struct {
	Pos, End  token.Pos
	Role      Role
	Goroutine token.Pos // the go statement of the goroutine that makes the step; NoPos: the function's own
	Text      string    // a phrase without number or position, such as "sends on results"
	Assumes   string    // what the step takes for granted, such as "ctx is done before the result arrives"
}

// steps returns the trail of the finding, with positions filled in and the
// goroutine that stays in it: the step that blocks or stays names it, and some
// step starts it.
func (f *Finding) steps() []Step {
	steps := slices.Clone(f.Trail)
	for i := range steps {
		if !steps[i].Pos.IsValid() {
			steps[i].Pos, steps[i].End = f.Pos, f.End
		}
	}
	if !f.Goroutine.IsValid() {
		return steps
	}
	starts := func(s Step) bool { return s.Role == Started && s.Pos == f.Goroutine }
	if !slices.ContainsFunc(steps, starts) {
		steps = slices.Insert(steps, 0, Step{Pos: f.Goroutine, Role: Started, Text: "the goroutine that stays"})
	}
	i := slices.IndexFunc(steps, func(s Step) bool { return s.Role.primary() })
	if i < 0 {
		i = len(steps)
		steps = append(steps, Step{Pos: f.Pos, End: f.End, Role: Stays, Text: "it has no way on from here"})
	}
	steps[i].Goroutine = f.Goroutine
	return steps
}

// related returns steps as related messages.
func related(fset *token.FileSet, steps []Step) []analysis.RelatedInformation {
	trail := make(Trail, len(steps))
	for i, s := range steps {
		trail[i] = TrailStep{Role: s.Role, Text: s.Text, Assumes: s.Assumes}
		if s.Goroutine.IsValid() {
			trail[i].Goroutine = place(fset.Position(s.Goroutine), fset.Position(s.Pos))
		}
	}
	infos := make([]analysis.RelatedInformation, len(steps))
	for i, message := range trail.Messages() {
		infos[i] = analysis.RelatedInformation{Pos: steps[i].Pos, End: steps[i].End, Message: message}
	}
	return infos
}

// place says where p is, for a reader who looks at from.
func place(p, from token.Position) string {
	if p.Filename == from.Filename {
		return fmt.Sprintf("line %d", p.Line)
	}
	return fmt.Sprintf("%s:%d", filepath.Base(p.Filename), p.Line)
}
