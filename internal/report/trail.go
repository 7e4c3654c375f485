package report

import (
	"fmt"
	"go/token"
	"path/filepath"
	"slices"
	"strings"

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

// A Step is one step of a trail.
type Step struct {
	Pos, End  token.Pos
	Role      Role
	Goroutine token.Pos // the go statement of the goroutine that makes the step; NoPos: the function's own
	Text      string    // a phrase without number or position, such as "sends on results"
	Assumes   string    // what the step takes for granted, such as "ctx is done before the result arrives"
}

// separator stands between the parts of a related message.
const separator = " · "

// trail returns the trail of the finding with the goroutine that stays in it:
// it is named by the step that blocks or stays, and some step starts it.
func (f *Finding) trail() []Step {
	trail := slices.Clone(f.Trail)
	if !f.Goroutine.IsValid() {
		return trail
	}
	primary := func(s Step) bool { return s.Role == Blocks || s.Role == Stays }
	if i := slices.IndexFunc(trail, primary); i >= 0 {
		trail[i].Goroutine = f.Goroutine
	}
	starts := func(s Step) bool { return s.Role == Started && s.Pos == f.Goroutine }
	if !slices.ContainsFunc(trail, starts) {
		trail = slices.Insert(trail, 0, Step{Pos: f.Goroutine, Role: Started, Text: "the goroutine that stays"})
	}
	return trail
}

// related returns the trail as related messages.
func related(fset *token.FileSet, trail []Step) []analysis.RelatedInformation {
	var infos []analysis.RelatedInformation
	for i, s := range trail {
		parts := []string{fmt.Sprint(i + 1), s.Role.String()}
		if s.Goroutine.IsValid() {
			parts = append(parts, actorPrefix+place(fset, s.Goroutine, s.Pos))
		}
		parts = append(parts, clean(s.Text))
		if s.Assumes != "" {
			parts = append(parts, assumesPrefix+clean(s.Assumes))
		}
		infos = append(infos, analysis.RelatedInformation{Pos: s.Pos, End: s.End, Message: strings.Join(parts, separator)})
	}
	return infos
}

const (
	actorPrefix   = "goroutine started at "
	assumesPrefix = "assumes "
)

// place says where pos is, for a reader who looks at from.
func place(fset *token.FileSet, pos, from token.Pos) string {
	p, q := fset.Position(pos), fset.Position(from)
	if p.Filename == q.Filename {
		return fmt.Sprintf("line %d", p.Line)
	}
	return fmt.Sprintf("%s:%d", filepath.Base(p.Filename), p.Line)
}

// clean makes a phrase fit for one part of a message: one line that neither
// contains the separator nor looks like an assumption.
func clean(s string) string {
	s = strings.Join(strings.Fields(strings.ReplaceAll(s, "·", " ")), " ")
	if strings.HasPrefix(s, assumesPrefix) {
		s = "it " + s
	}
	return s
}
