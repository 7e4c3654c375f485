// Package profile answers: where do the goroutines of a running program stand,
// and what does the code say about these places?
//
// It reads goroutine profiles and dumps in every form that Go writes (read.go),
// groups goroutines by what they wait at (group.go), finds the places in this
// checkout (checkout.go), joins them with what the analysis says about the
// lines (join.go), compares several profiles of one process (grow.go) and
// writes the report. A profile is data from somewhere else: it may be damaged,
// of another program, or huge, so that readers have bounds and say what is
// wrong with which line.
package profile

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// A Profile is what one goroutine profile or dump holds.
type Profile struct {
	Name   string    // the file or URL it was read from
	Form   Form      // how it was written
	Leaks  bool      // it lists leaked goroutines only
	Time   time.Time // when it was taken; zero if that is not known
	Stacks []*Stack  // none twice
	Notes  []string  // what is to be said about reading it
}

// Total returns the number of goroutines.
func (p *Profile) Total() int {
	n := 0
	for _, s := range p.Stacks {
		n += s.Count
	}
	return n
}

// A Form is a way to write a goroutine profile.
type Form string

const (
	Counts Form = "debug=1 text" // stacks with counts
	Dump   Form = "goroutine dump"
	Proto  Form = "pprof protobuf"
)

// tellsStarts reports whether the form says where a goroutine was started.
func (f Form) tellsStarts() bool { return f == Dump }

// A Stack is the goroutines that stand at the same place in the same way.
type Stack struct {
	State   string         // what they wait for, in the words of a dump; "" if it is not known
	Leaked  bool           // the runtime says that nothing can wake them
	Count   int            // how many they are
	Wait    Wait           // for how long
	Labels  map[string]int // "key=value" to the number of goroutines with it
	Frames  []Frame        // innermost first
	Creator Frame          // the go statement; its Func is "" if it is not known
}

// A Frame is a place in a function.
type Frame struct {
	Func string // as the linker names it, such as example.com/m/p.(*T).Run.func1
	File string
	Line int
}

// String returns the frame as text.
func (f Frame) String() string { return fmt.Sprintf("%s %s:%d", f.Func, f.File, f.Line) }

// A Wait says for how many minutes goroutines wait. A dump says that only from
// one minute on.
type Wait struct {
	Count, Min, Max, Sum int // of those that wait for a minute or longer
}

// add adds a goroutine that has waited for some minutes.
func (w *Wait) add(minutes int) {
	w.merge(Wait{Count: 1, Min: minutes, Max: minutes, Sum: minutes})
}

// merge adds the goroutines of v.
func (w *Wait) merge(v Wait) {
	switch {
	case v.Count == 0:
		return
	case w.Count == 0:
		*w = v
		return
	}
	w.Min, w.Max = min(w.Min, v.Min), max(w.Max, v.Max)
	w.Count += v.Count
	w.Sum += v.Sum
}

// String says how long, or "" if nothing is known.
func (w Wait) String() string {
	switch {
	case w.Count == 0:
		return ""
	case w.Min == w.Max:
		return Plural(w.Max, "minute")
	}
	return fmt.Sprintf("%d to %d minutes", w.Min, w.Max)
}

// maxLabels bounds how many labels of a stack are counted: a label can be a
// request.
const maxLabels = 64

// addLabel counts n goroutines with the label.
func addLabel(labels *map[string]int, label string, n int) {
	if *labels == nil {
		*labels = make(map[string]int)
	}
	if _, ok := (*labels)[label]; ok || len(*labels) < maxLabels {
		(*labels)[label] += n
	}
}

// topLabels returns the most frequent labels, at most n, with their counts.
func topLabels(labels map[string]int, n int) []string {
	names := slices.SortedFunc(maps.Keys(labels), func(a, b string) int {
		if d := labels[b] - labels[a]; d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	var top []string
	for _, l := range names[:min(n, len(names))] {
		top = append(top, fmt.Sprintf("%s (%d)", l, labels[l]))
	}
	return top
}

// Plural returns n with the word for it.
func Plural(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}
