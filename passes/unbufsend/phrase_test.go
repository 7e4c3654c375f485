package unbufsend

import (
	"testing"

	"github.com/leaklint/leaklint/internal/leaks"
	"github.com/leaklint/leaklint/internal/report"
)

// TestPhrase: the message names the channel, why nobody receives and what was
// assumed, and the shape follows from the witness.
func TestPhrase(t *testing.T) {
	left := []report.Step{{Role: report.Started, Text: "the worker starts"}, {Role: report.Left, Text: "Fetch returns"}}
	ctx := leaks.Assumption{Kind: leaks.CtxEnds, Text: "ctx is done first"}
	err := leaks.Assumption{Kind: leaks.EitherOutcome, Text: "err is not nil"}
	two := leaks.Assumption{Kind: leaks.CountPositive, Text: "len(xs) ≥ 2"}
	tests := []struct {
		leak          leaks.Leak
		shape, phrase string
	}{
		{
			leaks.Leak{Primitive: leaks.Chan, Name: "res", Trail: left, Assumes: []leaks.Assumption{ctx}},
			"timeout", "the send on res can block for ever: Fetch returns when ctx is done first, and nobody else receives from it",
		},
		{
			leaks.Leak{Primitive: leaks.Chan, Name: "res", Trail: left, Assumes: []leaks.Assumption{err, err}},
			"left", "the send on res can block for ever: Fetch returns when err is not nil, and nobody else receives from it",
		},
		{
			leaks.Leak{Primitive: leaks.Chan, Trail: left, Assumes: []leaks.Assumption{two}},
			"count", "the send on the channel can block for ever: Fetch returns when len(xs) ≥ 2, and nobody else receives from it",
		},
		{
			leaks.Leak{Primitive: leaks.Chan, Name: "s.events", Held: true},
			"noreceiver", "the send on s.events can block for ever: no code of this package receives from it",
		},
		{
			leaks.Leak{Primitive: leaks.Chan, Name: "c"},
			"noreceiver", "the send on c can block for ever: nobody is left who receives from it",
		},
		{
			leaks.Leak{Primitive: leaks.NilChan, Name: "c", Assumes: []leaks.Assumption{err}},
			"nil", "the send on c can block for ever: the channel is nil when err is not nil",
		},
		{
			leaks.Leak{Primitive: leaks.Pipe, Name: "pw", Trail: left, Assumes: []leaks.Assumption{err, two, ctx, {Text: "x"}}},
			"pipe", "the write to pw can block for ever: Fetch returns when err is not nil, len(xs) ≥ 2 and more, and nobody else reads from it",
		},
		{
			leaks.Leak{Primitive: leaks.Chan, Name: "c", Test: true, Trail: left, Assumes: []leaks.Assumption{ctx}},
			"test", "the send on c can block for ever: Fetch returns when ctx is done first, and nobody else receives from it",
		},
	}
	for _, test := range tests {
		if got := shape(&test.leak); got != test.shape {
			t.Errorf("shape of %q is %s, want %s", test.phrase, got, test.shape)
		}
		if got := message(&test.leak); got != test.phrase {
			t.Errorf("got  %s\nwant %s", got, test.phrase)
		}
	}
}
