package report_test

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/leaklint/leaklint/internal/report"
)

func TestTrailReadsBack(t *testing.T) {
	trail := report.Trail{
		{Role: report.Made, Text: "results, unbuffered"},
		{Role: report.Started, Text: "the goroutine"},
		{Role: report.Left, Text: "Fetch returns", Assumes: "ctx is done before the result arrives"},
		{Role: report.Blocks, Goroutine: "line 12", Text: "sends on results"},
		{Role: report.Victim, Goroutine: "pool.go:3", Text: "waits for it", Assumes: "n ≥ 2"},
		{Role: report.Note, Text: "goroutine started at line 3", Assumes: "x"},
	}
	messages := trail.Messages()
	want := "5 · waits too · goroutine started at pool.go:3 · waits for it · assumes n ≥ 2"
	if messages[4] != want {
		t.Errorf("message is %q, want %q", messages[4], want)
	}
	got, err := report.ParseTrail(messages)
	if err != nil || !slices.Equal(got, trail) {
		t.Errorf("ParseTrail(%q) = %+v, %v", messages, got, err)
	}
}

func TestParseTrailErrors(t *testing.T) {
	for _, test := range []struct{ messages, want string }{
		{"see also", "no step"},
		{"2 · note · x", "no step"},
		{"1 · note", "no step"},
		{"1 · odd · x", "unknown role"},
		{"1 · note · x · y", "wrong order"},
		{"1 · note · goroutine started at line 3 · x · y", "wrong order"},
		{"1 · note · x\n1 · note · y", "no step"},
	} {
		_, err := report.ParseTrail(strings.Split(test.messages, "\n"))
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("ParseTrail(%q): error %v, want %q", test.messages, err, test.want)
		}
	}
}

func TestGoroutineOfTrail(t *testing.T) {
	trail := report.Trail{
		{Role: report.Started, Text: "a worker"},
		{Role: report.Started, Text: "the sender"},
		{Role: report.Blocks, Text: "sends"},
	}
	positions := []string{"/p:q/b.go:7:2", "/p:q/a.go:7:3", "/p:q/a.go:20:1"}
	for _, test := range []struct{ goroutine, want string }{
		{"line 7", "/p:q/a.go:7:3"},
		{"b.go:7", "/p:q/b.go:7:2"},
		{"", ""},
		{"line 9", ""},
	} {
		trail[2].Goroutine = test.goroutine
		if got := trail.Goroutine(positions); got != test.want {
			t.Errorf("Goroutine of %q is %q, want %q", test.goroutine, got, test.want)
		}
	}
	if got := trail[:2].Goroutine(positions); got != "" {
		t.Errorf("Goroutine of a trail in which nothing stays is %q", got)
	}
}

// FuzzTrail checks that every trail reads back, and that what reads back is
// the trail with its phrases cleaned once: writing it again changes nothing.
func FuzzTrail(f *testing.F) {
	f.Add(uint8(5), "line 3", "sends on results", "ctx is done")
	f.Add(uint8(0), "", "assumes · goroutine started at line 3", "assumes\n")
	f.Add(uint8(0), "", "", " · ")
	f.Fuzz(func(t *testing.T, role uint8, goroutine, text, assumes string) {
		if strings.Contains(goroutine, " · ") {
			t.Skip("a place is written by this package")
		}
		step := report.TrailStep{Role: report.Role(role % 8), Goroutine: goroutine, Text: text, Assumes: assumes}
		messages := report.Trail{step, step}.Messages()
		trail, err := report.ParseTrail(messages)
		if err != nil {
			t.Fatal(err)
		}
		if again := trail.Messages(); !slices.Equal(again, messages) {
			t.Errorf("written again: %q, first %q", again, messages)
		}
		s := trail[1]
		if s.Role != step.Role || s.Goroutine != goroutine || (s.Assumes == "") != isBlank(assumes) {
			t.Errorf("%+v reads back as %+v", step, s)
		}
	})
}

// isBlank reports whether a phrase says nothing.
func isBlank(s string) bool {
	return strings.TrimFunc(s, func(r rune) bool { return r == '·' || unicode.IsSpace(r) }) == ""
}
